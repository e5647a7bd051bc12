//! FLAC's metadata blocks (RFC 9639, §8): what they tell, without the pictures' bytes.

use super::header::StreamInfo;
use crate::pictures;
use crate::reader::Reader;
use crate::tags::{Comments, comments};
use timeside_core::{Error, Marker, Picture, PicturePlace, Result, time};

/// Comments longer than this are not read.
const MAX_COMMENT_BYTES: usize = 1 << 20;

/// Points of a seek table beyond these are left out.
const MAX_SEEK_POINTS: usize = 1 << 16;

/// More blocks than these are no FLAC.
const MAX_BLOCKS: usize = 4096;

/// What stands before the first frame.
#[derive(Debug, Clone)]
pub(crate) struct Metadata {
    pub(crate) info: StreamInfo,
    pub(crate) comments: Comments,
    /// Sample and byte from the first frame, in order, as the file says.
    pub(crate) seek_table: Vec<(u64, u64)>,
    pub(crate) markers: Vec<Marker>,
    pub(crate) pictures: Vec<Picture>,
    /// Byte behind the last block.
    pub(crate) end: u64,
}

/// Reads the blocks from byte `start` on, where `fLaC` stands.
///
/// # Errors
/// `CorruptMedia` if they are cut off or there is no stream information, and the source's.
pub(crate) fn read(reader: &mut Reader, start: u64) -> Result<Metadata> {
    let cut = || Error::CorruptMedia("the FLAC file is cut off within its header".into());
    reader.seek_to(start + 4)?;
    let mut found: Option<Metadata> = None;
    for _ in 0..MAX_BLOCKS {
        let [head, size @ ..] = reader.array::<4>()?.ok_or_else(cut)?;
        let len = u32::from_be_bytes([0, size[0], size[1], size[2]]) as usize;
        let next = reader.pos() + len as u64;
        let mut block = Vec::new();
        match (head & 0x7F, &mut found) {
            (0, None) => {
                reader.read_into(&mut block, len.min(34))?;
                found = Some(Metadata {
                    info: StreamInfo::parse(&block)?,
                    comments: Comments::default(),
                    seek_table: Vec::new(),
                    markers: Vec::new(),
                    pictures: Vec::new(),
                    end: next,
                });
            }
            (3, Some(metadata)) => {
                reader.read_into(&mut block, len.min(MAX_SEEK_POINTS * 18))?;
                metadata.seek_table = seek_table(&block);
            }
            (6, Some(metadata)) => metadata.pictures.extend(picture(reader, len)?),
            (kind @ (4 | 5), Some(metadata)) if len <= MAX_COMMENT_BYTES => {
                reader.read_into(&mut block, len)?;
                metadata.take(kind, &block);
            }
            _ => {}
        }
        reader.seek_to(next)?;
        if let (true, Some(mut metadata)) = (head & 0x80 != 0, found.take_if(|_| head & 0x80 != 0))
        {
            metadata.end = next;
            return Ok(metadata);
        }
    }
    Err(Error::CorruptMedia(
        "the FLAC file has no stream information".into(),
    ))
}

impl Metadata {
    /// Takes comments (4) or a cue sheet (5).
    fn take(&mut self, kind: u8, block: &[u8]) {
        match kind {
            4 => self.comments = comments(block),
            _ => self.markers = cue_sheet(block, self.info.sample_rate),
        }
    }
}

fn be64(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.first_chunk()?))
}

fn seek_table(block: &[u8]) -> Vec<(u64, u64)> {
    let (points, _) = block.as_chunks::<18>();
    let mut table: Vec<(u64, u64)> = points
        .iter()
        .filter_map(|point| Some((be64(point)?, be64(&point[8..])?)))
        // Placeholders have the highest number.
        .filter(|(sample, _)| *sample != u64::MAX)
        .collect();
    table.sort_unstable();
    table
}

/// A track of a cue sheet begins at its index point 1 (§8.7); the lead-out is none.
pub(crate) fn cue_sheet(block: &[u8], sample_rate: u32) -> Vec<Marker> {
    let mut markers = Vec::new();
    let Some((head, mut rest)) = block.split_at_checked(396) else {
        return markers;
    };
    for _ in 0..head[395] {
        let Some((track, points)) = rest.split_at_checked(36) else {
            break;
        };
        let number = track[8];
        let Some((indices, next)) = points.split_at_checked(usize::from(track[35]) * 12) else {
            break;
        };
        rest = next;
        if matches!(number, 170 | 255) {
            continue;
        }
        let (indices, _) = indices.as_chunks::<12>();
        let first = indices.iter().find(|i| i[8] == 1);
        let offset = first.and_then(|i| be64(i)).unwrap_or(0);
        let sample = be64(track).unwrap_or(0).saturating_add(offset);
        let start = time::secs_from_frame(i64::try_from(sample).unwrap_or(i64::MAX), sample_rate);
        markers.push(Marker {
            start,
            end: start,
            label: format!("Track {number}"),
        });
    }
    markers
}

/// A picture block at the reader's place, without its bytes.
fn picture(reader: &mut Reader, len: usize) -> Result<Option<Picture>> {
    let start = reader.pos();
    let mut head = Vec::new();
    // The texts are short; the picture itself is not read.
    reader.read_into(&mut head, len.min(2048))?;
    Ok(pictures::flac_picture(&head).and_then(|(mut picture, at)| {
        picture.place = PicturePlace::Source {
            start: start + at as u64,
        };
        (at as u64 + picture.byte_len <= len as u64).then_some(picture)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cue_sheet_gives_its_tracks() {
        let mut block = vec![0; 396];
        block[395] = 2;
        let mut track = |offset: u64, number: u8, points: &[(u64, u8)]| {
            block.extend(offset.to_be_bytes());
            block.push(number);
            block.extend([0; 26]);
            block.push(points.len() as u8);
            for (offset, number) in points {
                block.extend(offset.to_be_bytes());
                block.extend([*number, 0, 0, 0]);
            }
        };
        track(44_100, 1, &[(0, 0), (44_100, 1)]);
        track(441_000, 170, &[]);
        let markers = cue_sheet(&block, 44_100);
        assert_eq!(
            markers,
            [Marker {
                start: 2.0,
                end: 2.0,
                label: "Track 1".into()
            }]
        );
        for end in 0..block.len() {
            cue_sheet(&block[..end], 44_100);
        }
    }
}
