//! Matroska and WebM: counts, values, places, tracks, and what is said of them.

use crate::exact::difference_db;
use crate::generate::{encoded, encoded_from, has_ffmpeg, reference};
use crate::{Planes, open_bytes, read_all, seeking};
use std::io::Cursor;
use timeside_core::PicturePlace;
use timeside_decode::{Hint, open};

/// Encodes by ffmpeg; the bytes, and what ffmpeg decodes of them.
fn made(rate: u32, channels: usize, extension: &str, options: &[&str]) -> (Vec<u8>, Planes) {
    let bytes = encoded(9.0, rate, channels, extension, options);
    let path = std::env::temp_dir().join(format!(
        "timeside-mkv-{}-{}.{extension}",
        std::process::id(),
        options.join("").replace('/', "")
    ));
    std::fs::write(&path, &bytes).unwrap();
    let theirs = reference(&path, channels);
    std::fs::remove_file(&path).unwrap();
    (bytes, theirs)
}

/// Codec's word, rate, extension, ffmpeg's options, the largest difference of a seek, and of ffmpeg in dB; `None`
/// demands equality.
type Case = (
    &'static str,
    u32,
    &'static str,
    &'static [&'static str],
    f32,
    Option<f64>,
);

const CASES: &[Case] = &[
    ("flac", 44_100, "mkv", &["-c:a", "flac"], 0.0, None),
    ("alac", 44_100, "mka", &["-c:a", "alac"], 0.0, None),
    (
        "aac",
        44_100,
        "mkv",
        &["-c:a", "aac", "-aac_pns", "0"],
        0.0,
        Some(-80.0),
    ),
    (
        "mp3",
        44_100,
        "mkv",
        &["-c:a", "libmp3lame", "-q:a", "4"],
        0.0,
        Some(-100.0),
    ),
    (
        "mp3",
        22_050,
        "mkv",
        &["-c:a", "libmp3lame", "-b:a", "32k"],
        0.0,
        Some(-100.0),
    ),
    (
        "vorbis",
        44_100,
        "webm",
        &["-c:a", "libvorbis"],
        0.0,
        Some(-100.0),
    ),
    (
        "vorbis",
        48_000,
        "mkv",
        &["-c:a", "libvorbis"],
        0.0,
        Some(-100.0),
    ),
    (
        "opus",
        48_000,
        "webm",
        &["-c:a", "libopus"],
        1e-3,
        Some(-80.0),
    ),
    (
        "opus",
        48_000,
        "mkv",
        &["-c:a", "libopus", "-frame_duration", "60"],
        1e-3,
        Some(-80.0),
    ),
];

#[test]
fn every_codec_is_exact_and_sought_to_the_frame() {
    if !has_ffmpeg() {
        return;
    }
    for (codec, rate, extension, options, limit, limit_db) in CASES {
        let what = format!("{codec} in {extension} {options:?}");
        let (bytes, theirs) = made(*rate, 2, extension, options);
        let mut decoder = open_bytes(bytes.clone(), "a").unwrap_or_else(|e| panic!("{what}: {e}"));
        assert_eq!(decoder.info().codec, *codec, "{what}");
        let told = decoder.info().frames;
        let ours = read_all(decoder.as_mut(), 4096).unwrap();
        assert_eq!(
            told,
            Some(ours[0].len() as i64),
            "{what}: told at the beginning"
        );
        assert_eq!(decoder.take_warnings(), [], "{what}");
        assert_eq!(ours[0].len(), theirs[0].len(), "{what}: frames by ffmpeg");
        match limit_db {
            None => assert!(ours == theirs, "{what}: differs from ffmpeg"),
            Some(limit) => {
                let db = difference_db(&ours, &theirs);
                assert!(db < *limit, "{what}: {db:.1} dB from ffmpeg");
            }
        }
        seeking::check(&what, &bytes, *limit);
        // As a stream to nowhere: no cues, no duration, no sizes.
        let mut live = options.to_vec();
        live.extend([
            "-live",
            "1",
            "-f",
            if *extension == "webm" {
                "webm"
            } else {
                "matroska"
            },
        ]);
        let live = encoded(9.0, *rate, 2, extension, &live);
        let mut decoder = open_bytes(live.clone(), "live").unwrap();
        let from_live = read_all(decoder.as_mut(), 4096).unwrap();
        assert_eq!(from_live[0].len(), ours[0].len(), "{what}, live");
        seeking::check(&format!("{what}, live"), &live, *limit);
    }
}
