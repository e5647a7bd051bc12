//! Matroska and WebM: counts, values, places, tracks, and what is said of them.

use crate::exact::difference_db;
use crate::generate::{Counting, decoded, encoded, has_ffmpeg};
use crate::{Planes, open_bytes, read_all, seeking};
use std::sync::atomic::Ordering;
use timeside_core::{Block, Decoder};
use timeside_decode::{Hint, open};

/// Encodes by ffmpeg; the bytes, and what ffmpeg decodes of them.
fn made(rate: u32, channels: usize, extension: &str, options: &[&str]) -> (Vec<u8>, Planes) {
    let bytes = encoded(3.0, rate, channels, extension, options);
    let theirs = decoded(&bytes, extension, channels);
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
    (
        "pcm_s16le",
        44_100,
        "mkv",
        &["-c:a", "pcm_s16le"],
        0.0,
        None,
    ),
    (
        "pcm_s24be",
        96_000,
        "mka",
        &["-c:a", "pcm_s24be"],
        0.0,
        None,
    ),
    (
        "pcm_f32le",
        48_000,
        "mka",
        &["-c:a", "pcm_f32le"],
        0.0,
        None,
    ),
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
    ("mp2", 48_000, "mkv", &["-c:a", "mp2"], 0.0, Some(-90.0)),
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
        let live = encoded(3.0, *rate, 2, extension, &live);
        let mut decoder = open_bytes(live.clone(), "live").unwrap();
        let from_live = read_all(decoder.as_mut(), 4096).unwrap();
        assert_eq!(from_live[0].len(), ours[0].len(), "{what}, live");
        seeking::check(&format!("{what}, live"), &live, *limit);
    }
}

/// A cold place costs few bytes, with cues and without.
#[test]
fn a_place_is_found_by_few_reads() {
    if !has_ffmpeg() {
        return;
    }
    for live in ["0", "1"] {
        let bytes = encoded(
            45.0,
            48_000,
            2,
            "mkv",
            &["-c:a", "flac", "-live", live, "-cluster_time_limit", "1000"],
        );
        let len = bytes.len() as u64;
        let whole = read_all(open_bytes(bytes.clone(), "a").unwrap().as_mut(), 4096).unwrap();
        let (counting, count) = Counting::new(bytes);
        let mut decoder = open(Box::new(counting), Hint::default()).unwrap();
        let before = count.load(Ordering::Relaxed);
        decoder.seek(2_000_001).unwrap();
        let mut block = Block::default();
        assert_eq!(decoder.next_block(&mut block, 1000).unwrap(), 1000);
        assert_eq!(block.channels[1], whole[1][2_000_001..2_001_001]);
        let cost = count.load(Ordering::Relaxed) - before;
        println!("live {live}: {cost} of {len} bytes");
        assert!(cost <= 1 << 20, "live {live}: {cost} of {len} bytes");
    }
}

/// Cut in the middle, or with a stretch of garbage: what is there stays in its place.
#[test]
fn damage_is_survived_and_told() {
    if !has_ffmpeg() {
        return;
    }
    let bytes = encoded(
        9.0,
        44_100,
        2,
        "mkv",
        &["-c:a", "flac", "-cluster_time_limit", "500"],
    );
    let whole = read_all(open_bytes(bytes.clone(), "a").unwrap().as_mut(), 4096).unwrap();
    let cut = bytes[..bytes.len() * 6 / 10].to_vec();
    let mut decoder = open_bytes(cut, "cut").unwrap();
    let told = decoder.info().frames;
    let planes = read_all(decoder.as_mut(), 4096).unwrap();
    assert_eq!(told, Some(planes[0].len() as i64));
    assert!((0.5..0.7).contains(&(planes[0].len() as f64 / whole[0].len() as f64)));
    assert!(planes[0] == whole[0][..planes[0].len()]);
    let codes: Vec<_> = decoder
        .take_warnings()
        .iter()
        .map(|w| w.code.clone())
        .collect();
    assert_eq!(codes, ["truncated"]);

    let mut damaged = bytes.clone();
    let middle = bytes.len() / 2;
    damaged[middle..middle + 20_000].fill(0x55);
    let mut decoder = open_bytes(damaged, "damaged").unwrap();
    let planes = read_all(decoder.as_mut(), 4096).unwrap();
    assert_eq!(planes[0].len(), whole[0].len());
    let tail = whole[0].len() - 100_000;
    assert!(
        planes[0][tail..] == whole[0][tail..],
        "what follows stands in its place"
    );
    assert!(decoder.take_warnings().iter().any(|w| w.code == "damaged"));
}
