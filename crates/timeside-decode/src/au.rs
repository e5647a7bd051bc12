//! The sound files of Sun and NeXT (`.au`, `.snd`): one header, then samples.

use crate::fields::{Fields, text};
use crate::pcm::{Coding, Endian, Layout, Sound, check_rate};
use crate::reader::Reader;
use timeside_core::{Error, Result};

/// A longer annotation is cut.
const MAX_ANNOTATION_BYTES: u32 = 64 << 10;

/// Reads the header of the file that begins at byte `start`.
///
/// # Errors
/// `CorruptMedia` for a header that is cut off or cannot be true, `UnsupportedFormat` for a coding that we
/// lack, and the source's errors.
pub(crate) fn parse(reader: &mut Reader, start: u64) -> Result<Sound> {
    let cut = || Error::CorruptMedia("the AU header is cut off".into());
    reader.seek_to(start)?;
    let head = reader.array::<24>()?.ok_or_else(cut)?;
    let head = Fields::big(&head);
    let word = |at| head.u32(at).ok_or_else(cut);
    let (offset, told, number) = (word(4)?, word(8)?, word(12)?);
    let sample_rate = check_rate("AU", word(16)?)?;
    let coding = match number {
        1 => Coding::MuLaw,
        2 => Coding::S8,
        3 => Coding::S16(Endian::Big),
        4 => Coding::S24(Endian::Big),
        5 => Coding::S32(Endian::Big),
        6 => Coding::F32(Endian::Big),
        7 => Coding::F64(Endian::Big),
        27 => Coding::ALaw,
        other => {
            let name = match other {
                23 => "G.721",
                24 => "G.722",
                25 | 26 => "G.723",
                _ => "unknown",
            };
            return Err(Error::UnsupportedFormat(format!(
                "the AU file holds the codec {name} ({other}), which is not supported"
            )));
        }
    };
    let layout = Layout::new(coding, word(20)? as usize, 0)?;
    let mut annotation = Vec::new();
    let offset = offset.max(24);
    reader.read_into(
        &mut annotation,
        (offset - 24).min(MAX_ANNOTATION_BYTES) as usize,
    )?;
    let mut sound = Sound::new(
        "au",
        (layout, sample_rate),
        start.saturating_add(offset.into()),
        // All ones: the program did not know.
        (told != u32::MAX).then_some(told.into()),
        reader.len(),
    )?;
    let annotation = text(&annotation);
    if !annotation.is_empty() {
        sound.tags.insert("comment".into(), annotation);
    }
    Ok(sound)
}
