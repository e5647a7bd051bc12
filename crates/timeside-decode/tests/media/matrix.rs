//! Codec × rate × channels × (constant, variable bit rate): exact counts against the known source, 50 random
//! places each against the slice of the whole, and the whole against ffmpeg.
//!
//! Rows are data: a new format adds its lines to [`ROWS`].

use crate::generate::{Numbers, encoded, has_ffmpeg, reference};
use crate::{Planes, open_bytes, read_all};
use std::fmt::Debug;
use timeside_core::Block;

/// How near two decodes must be.
#[derive(Debug, Clone, Copy)]
enum Near {
    /// Bit for bit.
    Same,
    /// No sample differs by more than this.
    Peak(f32),
    /// The RMS of the difference lies this many dB below full scale.
    Rms(f64),
}

impl Near {
    #[track_caller]
    fn check(self, what: &impl Debug, a: &Planes, b: &Planes) {
        let pairs = || a.iter().zip(b).flat_map(|(a, b)| a.iter().zip(b));
        match self {
            Self::Same => {
                let first = pairs().position(|(a, b)| a.to_bits() != b.to_bits() && a != b);
                assert_eq!(first, None, "{what:?} differs");
            }
            Self::Peak(limit) => {
                let worst = pairs().map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst <= limit, "{what:?}: {worst} apart");
            }
            Self::Rms(limit) => {
                let squares: f64 = pairs().map(|(a, b)| f64::from(a - b).powi(2)).sum();
                let count = (a.len() * a.first().map_or(0, Vec::len)).max(1) as f64;
                let db = 10.0 * (squares / count).max(1e-30).log10();
                assert!(db <= limit, "{what:?}: {db:.1} dB apart");
            }
        }
    }
}

/// Extension, ffmpeg's options, our word for the codec, rate, channels; how near a place sought is to the whole,
/// and the whole to ffmpeg's decode.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static str,
    u32,
    usize,
    Near,
    Near,
);

use Near::{Peak, Rms, Same};

/// A decoder of IMA 4:1 that carries the lower bits of the predictor from block to block differs by these.
const IMA_APPLE: Near = Peak(127.0 / 32_768.0);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // WAV and its kin.
    ("wav", &["-c:a", "pcm_u8"], "pcm_u8", 8_000, 1, Same, Same),
    ("wav", &["-c:a", "pcm_s16le"], "pcm_s16le", 44_100, 2, Same, Same),
    ("wav", &["-c:a", "pcm_s24le"], "pcm_s24le", 96_000, 6, Same, Same),
    ("wav", &["-c:a", "pcm_s32le"], "pcm_s32le", 192_000, 1, Same, Same),
    ("wav", &["-c:a", "pcm_f32le"], "pcm_f32le", 384_000, 2, Same, Same),
    ("wav", &["-c:a", "pcm_f64le", "-rf64", "always"], "pcm_f64le", 48_000, 8, Same, Same),
    ("wav", &["-c:a", "pcm_alaw"], "pcm_alaw", 8_000, 1, Same, Same),
    ("wav", &["-c:a", "pcm_mulaw"], "pcm_mulaw", 11_025, 2, Same, Same),
    ("wav", &["-c:a", "adpcm_ms"], "adpcm_ms", 22_050, 1, Same, Same),
    ("wav", &["-c:a", "adpcm_ms"], "adpcm_ms", 44_100, 2, Same, Same),
    ("wav", &["-c:a", "adpcm_ima_wav"], "adpcm_ima_wav", 8_000, 1, Same, Same),
    ("wav", &["-c:a", "adpcm_ima_wav"], "adpcm_ima_wav", 44_100, 2, Same, Same),
    ("w64", &["-c:a", "pcm_s24le"], "pcm_s24le", 48_000, 2, Same, Same),
    ("w64", &["-c:a", "pcm_s16le"], "pcm_s16le", 4_000, 1, Same, Same),
    // AIFF and AIFF-C.
    ("aiff", &["-c:a", "pcm_s16be"], "pcm_s16be", 44_100, 2, Same, Same),
    ("aiff", &["-c:a", "pcm_s24be"], "pcm_s24be", 96_000, 6, Same, Same),
    ("aiff", &["-c:a", "pcm_s16le"], "pcm_s16le", 22_050, 1, Same, Same),
    ("aiff", &["-c:a", "pcm_f32be"], "pcm_f32be", 48_000, 2, Same, Same),
    ("aiff", &["-c:a", "pcm_f64be"], "pcm_f64be", 192_000, 1, Same, Same),
    ("aiff", &["-c:a", "pcm_alaw"], "pcm_alaw", 8_000, 1, Same, Same),
    ("aiff", &["-c:a", "adpcm_ima_qt"], "adpcm_ima_qt", 44_100, 2, Same, IMA_APPLE),
    // CAF.
    ("caf", &["-c:a", "pcm_s16be"], "pcm_s16be", 44_100, 2, Same, Same),
    ("caf", &["-c:a", "pcm_s24le"], "pcm_s24le", 48_000, 6, Same, Same),
    ("caf", &["-c:a", "pcm_f32le"], "pcm_f32le", 384_000, 1, Same, Same),
    ("caf", &["-c:a", "pcm_mulaw"], "pcm_mulaw", 8_000, 1, Same, Same),
    ("caf", &["-c:a", "adpcm_ima_qt"], "adpcm_ima_qt", 44_100, 2, Same, IMA_APPLE),
    ("caf", &["-c:a", "alac"], "alac", 44_100, 2, Same, Same),
    ("caf", &["-c:a", "alac", "-sample_fmt", "s32p"], "alac", 96_000, 1, Same, Same),
    // AU.
    ("au", &["-c:a", "pcm_s16be"], "pcm_s16be", 44_100, 2, Same, Same),
    ("au", &["-c:a", "pcm_mulaw"], "pcm_mulaw", 8_000, 1, Same, Same),
    ("au", &["-c:a", "pcm_f32be"], "pcm_f32be", 96_000, 2, Same, Same),
    // FLAC.
    ("flac", &["-sample_fmt", "s16"], "flac", 44_100, 2, Same, Same),
    ("flac", &["-sample_fmt", "s32"], "flac", 96_000, 6, Same, Same),
    ("flac", &["-sample_fmt", "s16", "-frame_size", "576"], "flac", 8_000, 1, Same, Same),
    // MP3: constant and variable bit rate, MPEG-1, 2 and 2.5.
    ("mp3", &["-c:a", "libmp3lame", "-b:a", "128k"], "mp3", 44_100, 2, Same, Rms(-100.0)),
    ("mp3", &["-c:a", "libmp3lame", "-q:a", "4"], "mp3", 44_100, 1, Same, Rms(-100.0)),
    ("mp3", &["-c:a", "libmp3lame", "-b:a", "320k"], "mp3", 48_000, 2, Same, Rms(-100.0)),
    ("mp3", &["-c:a", "libmp3lame", "-q:a", "2"], "mp3", 22_050, 2, Same, Rms(-100.0)),
    ("mp3", &["-c:a", "libmp3lame", "-b:a", "16k"], "mp3", 8_000, 1, Same, Rms(-100.0)),
    // Vorbis and Opus.
    ("ogg", &["-c:a", "libvorbis", "-q:a", "4"], "vorbis", 44_100, 2, Same, Rms(-100.0)),
    ("ogg", &["-c:a", "libvorbis", "-q:a", "0"], "vorbis", 8_000, 1, Same, Rms(-100.0)),
    ("opus", &["-c:a", "libopus", "-b:a", "96k"], "opus", 48_000, 2, Peak(2e-3), Rms(-80.0)),
    ("opus", &["-c:a", "libopus", "-vbr", "off"], "opus", 48_000, 1, Peak(2e-3), Rms(-80.0)),
    // AAC, without noise substitution: the one thing that depends on all packets before.
    ("m4a", &["-c:a", "aac", "-aac_pns", "0"], "aac", 44_100, 2, Same, Rms(-80.0)),
    ("m4a", &["-c:a", "aac", "-aac_pns", "0", "-movflags", "+faststart"], "aac", 16_000, 1, Same, Rms(-80.0)),
];

#[test]
fn every_row_is_exact() {
    if !has_ffmpeg() {
        return;
    }
    let mut numbers = Numbers(0x4D41_5452_4958);
    for row in ROWS {
        // A length that no block divides.
        let mut frames = 11_111 + numbers.below(9_000);
        if row.0 == "w64" {
            // But for chunks of 8 bytes: ffmpeg counts their padding as sound.
            frames -= frames % 4;
        }
        check(row, frames, &mut numbers);
    }
}

/// Frames of a block that ffmpeg's encoder fills up with silence, and counts as sound.
fn encoder_block(codec: &str, channels: usize) -> usize {
    match (codec, channels) {
        ("adpcm_ms", 1) => 2036,
        ("adpcm_ms", _) => 1012,
        ("adpcm_ima_wav", 1) => 2041,
        ("adpcm_ima_wav", _) => 1017,
        ("adpcm_ima_qt", _) => 64,
        _ => 1,
    }
}

fn check(row: &Row, frames: usize, numbers: &mut Numbers) {
    let (extension, options, codec, rate, channels, when_sought, to_ffmpeg) = row;
    let trim = format!("atrim=end_sample={frames}");
    let mut all = vec!["-af", trim.as_str()];
    all.extend(*options);
    let secs = frames as f64 / f64::from(*rate) + 0.1;
    let bytes = encoded(secs, *rate, *channels, extension, &all);
    let frames = frames.next_multiple_of(encoder_block(codec, *channels));
    let name = format!("a.{extension}");
    let mut decoder =
        open_bytes(bytes.clone(), &name).unwrap_or_else(|error| panic!("{row:?}: {error}"));
    let info = decoder.info();
    assert_eq!(
        (&*info.codec, info.sample_rate, info.channels, info.frames),
        (*codec, *rate, *channels, Some(frames as i64)),
        "{row:?}"
    );
    let whole = read_all(decoder.as_mut(), 3000).unwrap();
    assert_eq!(whole[0].len(), frames, "{row:?}: decoded");
    assert_eq!(decoder.take_warnings(), [], "{row:?}");

    // A decoder of its own, so that no place was read before it is sought.
    let mut decoder = open_bytes(bytes.clone(), &name).unwrap();
    let mut block = Block::default();
    for _ in 0..50 {
        let from = numbers.below(frames);
        let count = 1 + numbers.below(700);
        decoder.seek(from as i64).unwrap();
        let n = decoder.next_block(&mut block, count).unwrap();
        assert_eq!(n, count.min(frames - from), "{row:?}: frames from {from}");
        assert_eq!(block.first_frame, from as i64, "{row:?}");
        let slice: Planes = whole
            .iter()
            .map(|plane| plane[from..from + n].to_vec())
            .collect();
        when_sought.check(&(row, from), &block.channels, &slice);
    }

    let path = std::env::temp_dir().join(format!("timeside-matrix-{}-{name}", std::process::id()));
    std::fs::write(&path, &bytes).unwrap();
    let mut theirs = reference(&path, *channels);
    std::fs::remove_file(&path).unwrap();
    // ffmpeg leaves the padding of the last packet or block where the container tells it apart.
    assert!(
        theirs[0].len() >= frames,
        "{row:?}: {} frames by ffmpeg",
        theirs[0].len()
    );
    theirs.iter_mut().for_each(|plane| plane.truncate(frames));
    to_ffmpeg.check(row, &whole, &theirs);
}
