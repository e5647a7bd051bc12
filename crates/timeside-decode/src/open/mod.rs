//! From bytes to a decoder: look, choose, check.

mod adts;
mod caf;
mod flac;
mod mkv;
mod mp4;
mod mpeg;
mod ogg;
mod pcm;

use crate::index::SeekIndex;
use crate::packet::{Codec, Demuxer};
use crate::reader::{Counted, Reader};
use crate::sniff::{self, Container};
use crate::stream::{Position, Stream};
use crate::{formats, id3};
use timeside_core::{Decoder, Error, MediaInfo, Result, Source, Track};

/// More leading ID3v2 tags than these are not skipped.
const MAX_ID3_TAGS: usize = 8;

/// What is known of a medium from elsewhere. It names things; what the medium is, its bytes tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hint {
    /// File name, or the last part of the address.
    pub name: String,
    /// Where it comes from.
    pub uri: String,
    /// MIME type as the sender says, used in messages only.
    pub mime_type: Option<String>,
    /// Which audio track of several to read, by its [`Track::id`](timeside_core::Track::id); `None` is the
    /// container's default. That there is no such track is `BadParameter`.
    pub track: Option<u32>,
    /// Where its packets are, as far as others have read it: give all decoders of one medium the same. `None`
    /// begins a new one.
    pub index: Option<SeekIndex>,
}

impl Hint {
    /// A hint for a path or an address, with the name taken from its last part.
    pub fn for_uri(uri: impl Into<String>) -> Self {
        let uri = uri.into();
        let path = uri.split(['?', '#']).next().unwrap_or_default();
        let name = path
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned();
        Self {
            name,
            uri,
            ..Self::default()
        }
    }
}

/// Opens a medium: finds out what it is and makes its decoder.
///
/// # Errors
/// - `UnsupportedFormat` if it is no audio (the message says what it looks like), or a codec that we lack;
/// - `CorruptMedia` if it is empty, cut off before its first sample, or its header cannot be true;
/// - `NoRange` if the source cannot seek;
/// - the source's own errors.
pub fn open(source: Box<dyn Source>, hint: Hint) -> Result<Box<dyn Decoder>> {
    if !source.is_seekable() {
        return Err(Error::NoRange(
            "the source cannot seek: load it into memory first".into(),
        ));
    }
    let position = Position::default();
    let mut reader = Reader::new(Counted::new(source, position.clone()));
    let mut start = 0;
    let mut tags = id3::Tags::default();
    let mut head = Vec::new();
    for _ in 0..MAX_ID3_TAGS {
        reader.seek_to(start)?;
        head.clear();
        reader.read_into(&mut head, sniff::SNIFF_BYTES)?;
        let tag = sniff::id3v2_len(&head);
        if tag == 0 {
            break;
        }
        if tags.texts.is_empty() {
            tags.read_id3v2(&mut reader, start, tag)?;
        }
        start += tag;
    }
    if head.is_empty() {
        return Err(Error::CorruptMedia(match start {
            0 => "the file is empty".into(),
            _ => "the file ends with its ID3 tag: there is no sound in it".into(),
        }));
    }
    let container = sniff::container(&head).map_err(|error| with_mime(error, &hint))?;
    let opening = Opening {
        hint,
        tags,
        around: None,
        position,
    };
    match container {
        Container::Wav => opening.wav(reader, start),
        Container::Aiff => opening.aiff(reader, start),
        Container::Caf => opening.caf(reader, start),
        Container::Au => opening.au(reader, start),
        Container::Flac => opening.flac(reader, start),
        Container::Ogg => opening.ogg(reader),
        Container::Mp4 => opening.mp4(reader),
        Container::Mkv => opening.mkv(reader),
        Container::Adts => opening.adts(reader, start, &head),
        Container::Mpeg => {
            let within = sniff::find_mpeg(&head).unwrap_or(0);
            opening.mpeg(reader, start + within as u64)
        }
    }
}

/// Adds to a refusal what the sender called the file, if that was audio.
fn with_mime(error: Error, hint: &Hint) -> Error {
    match (error, &hint.mime_type) {
        (Error::UnsupportedFormat(message), Some(mime)) if mime.starts_with("audio/") => {
            Error::UnsupportedFormat(format!("{message} (the sender called it {mime})"))
        }
        (error, _) => error,
    }
}

/// Which of a container's tracks is read: the one with the number `wanted`; else the first that can be read of those
/// that are played by default, or of all. The first, if none can; none of no tracks.
///
/// # Errors
/// `BadParameter` that lists the tracks, if there is none of that number.
pub(crate) fn choose_track<'a>(
    tracks: impl Iterator<Item = &'a Track> + Clone,
    wanted: Option<u32>,
) -> Result<usize> {
    if let Some(wanted) = wanted {
        if let Some(chosen) = tracks.clone().position(|track| track.id == wanted) {
            return Ok(chosen);
        }
        let there: Vec<String> = tracks
            .map(|track| format!("{} ({})", track.id, track.codec))
            .collect();
        let reason = match there.is_empty() {
            true => format!("is {wanted}, but the file has no audio tracks"),
            false => format!("is {wanted}; the audio tracks are {}", there.join(", ")),
        };
        return Err(Error::bad_parameter("file_decoder", "track", reason));
    }
    let readable = |only_default: bool| {
        tracks
            .clone()
            .position(|track| track.is_supported && (track.is_default || !only_default))
    };
    Ok(readable(true).or_else(|| readable(false)).unwrap_or(0))
}

/// What all formats need to be opened.
#[derive(Default)]
struct Opening {
    hint: Hint,
    /// What ID3 tags before the medium told.
    tags: id3::Tags,
    /// What a container told in which the stream that is opened lies.
    around: Option<MediaInfo>,
    position: Position,
}

impl Opening {
    /// The index shared with other decoders of this medium, or a new one.
    fn index(&self) -> SeekIndex {
        self.hint.index.clone().unwrap_or_default()
    }

    /// Joins demuxer and codec. `info` is what the container told; what the sender told is added here.
    fn finish(
        mut self,
        mut info: MediaInfo,
        demuxer: impl Demuxer + 'static,
        codec: Box<dyn Codec>,
    ) -> Result<Box<dyn Decoder>> {
        let impossible = match (info.sample_rate, info.channels) {
            (0, _) => Some("a sample rate of 0 Hz"),
            (_, 0) => Some("0 channels"),
            _ => None,
        };
        if let Some(what) = impossible {
            return Err(Error::CorruptMedia(format!(
                "the {} header says {what}",
                info.container
            )));
        }
        if let Some(mut around) = self.around {
            info.container = around.container;
            info.tags.append(&mut around.tags);
            info.markers = around.markers;
            info.time_reference = around.time_reference;
            info.warnings.append(&mut around.warnings);
        }
        self.tags.texts.append(&mut info.tags);
        info.tags = self.tags.texts;
        info.pictures.append(&mut self.tags.pictures);
        if info.chapters.is_empty() {
            info.chapters = self.tags.chapters;
        }
        info.name = self.hint.name;
        info.uri = self.hint.uri;
        if info.mime_type.is_empty() {
            info.mime_type = formats::by_container(&info.container)
                .map_or("", |format| format.mime_type)
                .into();
        }
        info.seekable = true;
        Ok(Box::new(Stream::new(
            Box::new(demuxer),
            codec,
            info,
            self.position,
        )))
    }
}
