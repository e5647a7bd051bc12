//! Whole files through the decoder: counts, values against ffmpeg, seeking, damage.
//!
//! Real recordings come from the shared material (`TIMESIDE_SHARED`, by default `../shared` beside the
//! repository); what is not there is counted as skipped.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by a panic, and says what it measured"
)]

mod aac;
mod bad_input;
mod exact;
mod generate;
mod long;
mod matrix;
mod matroska;
mod mutation;
mod pcm_files;
mod ranged_media;
mod seeking;
mod streams;

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use timeside_core::{Block, Decoder, Error};
use timeside_decode::{Hint, open};

/// Samples by channel.
pub(crate) type Planes = Vec<Vec<f32>>;

/// Says why a test proves nothing here: on the terminal, and in the file that counts the skips.
pub(crate) fn skip(reason: &str) {
    eprintln!("SKIP: {reason}");
    if let Some(path) = std::env::var_os("TIMESIDE_SKIPS")
        && let Ok(mut file) = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
    {
        let _ = writeln!(file, "SKIP: {reason}");
    }
}

/// A file of the shared material, or `None`, counted as skipped.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("TIMESIDE_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = root.join("samples").join(name);
    if path.exists() {
        return Some(path);
    }
    skip(&format!("the shared sample {name} is not there"));
    None
}

/// Name, bytes, container, codec and frames (`None` where only the end tells).
pub(crate) type Fixture = (
    &'static str,
    &'static [u8],
    &'static str,
    &'static str,
    Option<i64>,
);

/// The committed files.
pub(crate) const FIXTURES: &[Fixture] = &[
    (
        "tones_flac.flac",
        include_bytes!("../../../../tests/fixtures/media/tones_flac.flac"),
        "flac",
        "flac",
        Some(17_640),
    ),
    (
        "tones_cbr.mp3",
        include_bytes!("../../../../tests/fixtures/media/tones_cbr.mp3"),
        "mp3",
        "mp3",
        Some(17_640),
    ),
    (
        "tones_vbr.mp3",
        include_bytes!("../../../../tests/fixtures/media/tones_vbr.mp3"),
        "mp3",
        "mp3",
        Some(17_640),
    ),
    (
        "tones_no_tag.mp3",
        include_bytes!("../../../../tests/fixtures/media/tones_no_tag.mp3"),
        "mp3",
        "mp3",
        None,
    ),
    (
        "tones_edit_list.m4a",
        include_bytes!("../../../../tests/fixtures/media/tones_edit_list.m4a"),
        "mp4",
        "aac",
        Some(17_640),
    ),
    (
        "tones_index_first.m4a",
        include_bytes!("../../../../tests/fixtures/media/tones_index_first.m4a"),
        "mp4",
        "aac",
        Some(17_640),
    ),
    (
        "tones_adts.aac",
        include_bytes!("../../../../tests/fixtures/media/tones_adts.aac"),
        "adts",
        "aac",
        None,
    ),
    (
        "tones_vorbis.ogg",
        include_bytes!("../../../../tests/fixtures/media/tones_vorbis.ogg"),
        "ogg",
        "vorbis",
        Some(17_640),
    ),
    (
        "tones_opus.opus",
        include_bytes!("../../../../tests/fixtures/media/tones_opus.opus"),
        "ogg",
        "opus",
        Some(19_200),
    ),
    (
        "tones_he.m4a",
        include_bytes!("../../../../tests/fixtures/media/tones_he.m4a"),
        "mp4",
        "aac",
        Some(17_640),
    ),
    (
        "tones_he_adts.aac",
        include_bytes!("../../../../tests/fixtures/media/tones_he_adts.aac"),
        "adts",
        "aac",
        None,
    ),
    (
        "tones_he_v2.m4a",
        include_bytes!("../../../../tests/fixtures/media/tones_he_v2.m4a"),
        "mp4",
        "aac",
        Some(17_640),
    ),
    (
        "tones_5_1.m4a",
        include_bytes!("../../../../tests/fixtures/media/tones_5_1.m4a"),
        "mp4",
        "aac",
        Some(17_640),
    ),
];

/// Opens bytes as a file of that name.
pub(crate) fn open_bytes(bytes: Vec<u8>, name: &str) -> Result<Box<dyn Decoder>, Error> {
    open(Box::new(Cursor::new(bytes)), Hint::for_uri(name))
}

/// Opens a file.
pub(crate) fn open_path(path: &Path) -> Box<dyn Decoder> {
    let file = std::fs::File::open(path).unwrap();
    open(Box::new(file), Hint::for_uri(path.to_string_lossy()))
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Decodes to the end in blocks of `step`, and checks what every decoder promises of its blocks.
pub(crate) fn read_all(decoder: &mut dyn Decoder, step: usize) -> Result<Planes, Error> {
    let channels = decoder.spec().channels;
    let mut planes = vec![Vec::new(); channels];
    let mut block = Block::default();
    loop {
        let n = decoder.next_block(&mut block, step)?;
        assert_eq!(block.channels.len(), channels);
        assert!(
            block.channels.iter().all(|c| c.len() == n),
            "channels of one block differ in length"
        );
        assert_eq!(block.first_frame, planes[0].len() as i64);
        planes
            .iter_mut()
            .zip(&block.channels)
            .for_each(|(plane, c)| plane.extend_from_slice(c));
        if n < step {
            assert_eq!(
                decoder.next_block(&mut block, step)?,
                0,
                "there is something behind the end"
            );
            return Ok(planes);
        }
    }
}
