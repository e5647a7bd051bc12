//! MP4 and QuickTime: fragments, codings, tracks, chapters, covers.

use crate::exact::difference_db;
use crate::generate::{Counting, decoded, encoded, ffmpeg_file, has_ffmpeg};
use crate::{Planes, open_bytes, read_all, seeking};
use std::io::Cursor;
use std::sync::atomic::Ordering;
use timeside_core::{Block, Decoder, PicturePlace};
use timeside_decode::{Hint, open};

fn read(bytes: &[u8], what: &str) -> Planes {
    let mut decoder = open_bytes(bytes.to_vec(), what).unwrap_or_else(|e| panic!("{what}: {e}"));
    let told = decoder.info().frames;
    let planes = read_all(decoder.as_mut(), 4096).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert_eq!(
        told,
        Some(planes[0].len() as i64),
        "{what}: told at the beginning"
    );
    assert_eq!(decoder.take_warnings(), [], "{what}");
    planes
}

const FRAGMENTED: &[(&str, &[&str])] = &[
    (
        "with mfra",
        &[
            "-movflags",
            "frag_keyframe+empty_moov+delay_moov",
            "-frag_duration",
            "500000",
        ],
    ),
    (
        "with sidx",
        &["-movflags", "dash+delay_moov", "-frag_duration", "500000"],
    ),
    (
        "with one sidx",
        &[
            "-movflags",
            "frag_keyframe+delay_moov+global_sidx+default_base_moof",
            "-frag_duration",
            "500000",
        ],
    ),
    (
        "bare",
        &[
            "-movflags",
            "frag_keyframe+delay_moov+skip_trailer+default_base_moof",
            "-frag_duration",
            "500000",
        ],
    ),
    (
        "CMAF",
        &[
            "-movflags",
            "cmaf+delay_moov+skip_trailer",
            "-frag_duration",
            "500000",
        ],
    ),
];

/// What is cut into fragments is what was in one piece, bit for bit.
#[test]
fn fragments_are_the_whole() {
    if !has_ffmpeg() {
        return;
    }
    for (codec, rate, options, limit) in [
        ("aac", 44_100, &["-c:a", "aac", "-aac_pns", "0"][..], 0.0),
        ("opus", 48_000, &["-c:a", "libopus"], 1e-3),
        ("flac", 48_000, &["-c:a", "flac", "-strict", "-2"], 0.0),
        ("mp3", 44_100, &["-c:a", "libmp3lame", "-b:a", "96k"], 0.0),
        ("alac", 44_100, &["-c:a", "alac"], 0.0),
    ] {
        let whole = read(&encoded(3.0, rate, 2, "mp4", options), codec);
        for (kind, flags) in FRAGMENTED {
            let what = format!("{codec} {kind}");
            let bytes = encoded(3.0, rate, 2, "mp4", &[options, flags].concat());
            let planes = read(&bytes, &what);
            // CMAF has no word for the priming: it stays.
            let priming = match (codec, *kind) {
                ("aac", "CMAF") => 1024,
                ("mp3", "CMAF") => 1105,
                _ => 0,
            };
            for (ours, whole) in planes.iter().zip(&whole) {
                assert_eq!(ours.len(), whole.len() + priming, "{what}");
                assert!(
                    ours[priming..] == whole[..],
                    "{what}: differs from the file in one piece"
                );
            }
            if matches!(*kind, "with sidx" | "bare") {
                seeking::check(&what, &bytes, limit);
            }
        }
    }
}

/// A cold place in a long fragmented file without any index is found by few reads.
#[test]
fn a_place_among_fragments_is_found_by_bisection() {
    if !has_ffmpeg() {
        return;
    }
    let mut options = vec!["-c:a", "flac", "-strict", "-2"];
    options.extend(FRAGMENTED[3].1);
    let bytes = encoded(45.0, 48_000, 2, "mp4", &options);
    let len = bytes.len() as u64;
    let whole = read(&bytes, "long");
    let (counting, count) = Counting::new(bytes);
    let mut decoder = open(Box::new(counting), Hint::default()).unwrap();
    let before = count.load(Ordering::Relaxed);
    decoder.seek(2_000_001).unwrap();
    let mut block = Block::default();
    assert_eq!(decoder.next_block(&mut block, 1000).unwrap(), 1000);
    assert_eq!(block.channels[1], whole[1][2_000_001..2_001_001]);
    let cost = count.load(Ordering::Relaxed) - before;
    println!("{cost} of {len} bytes");
    assert!(cost <= 1 << 20, "{cost} of {len} bytes");
}

/// A recorder that is switched off: what is there is read, and told.
#[test]
fn a_cut_fragmented_file_gives_what_is_there() {
    if !has_ffmpeg() {
        return;
    }
    let mut options = vec!["-c:a", "aac", "-aac_pns", "0"];
    options.extend(FRAGMENTED[3].1);
    let bytes = encoded(9.0, 44_100, 2, "mp4", &options);
    let whole = read(&bytes, "whole");
    for part in [3, 5, 8] {
        let cut = bytes[..bytes.len() * part / 10].to_vec();
        let mut decoder = open_bytes(cut, "cut").unwrap();
        let planes = read_all(decoder.as_mut(), 4096).unwrap();
        let share = planes[0].len() as f64 / whole[0].len() as f64;
        assert!((share - part as f64 / 10.0).abs() < 0.1, "{part}: {share}");
        assert!(planes[0] == whole[0][..planes[0].len()], "{part}");
        let warnings = decoder.take_warnings();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert_eq!(warnings[0].code, "truncated");
    }
}

/// Lossless codings in QuickTime and MP4 come out as ffmpeg has them.
#[test]
fn what_is_kept_without_loss_is_equal_to_the_bit() {
    if !has_ffmpeg() {
        return;
    }
    let cases: &[(&str, &str, usize, &[&str])] = &[
        ("mov", "pcm_s16le", 2, &["-c:a", "pcm_s16le"]),
        ("mov", "pcm_s16be", 1, &["-c:a", "pcm_s16be"]),
        ("mov", "pcm_s24le", 2, &["-c:a", "pcm_s24le"]),
        ("mov", "pcm_s24be", 2, &["-c:a", "pcm_s24be"]),
        ("mov", "pcm_s32le", 2, &["-c:a", "pcm_s32le"]),
        ("mov", "pcm_f32le", 2, &["-c:a", "pcm_f32le"]),
        ("mov", "pcm_f64be", 3, &["-c:a", "pcm_f64be"]),
        ("mov", "pcm_alaw", 2, &["-c:a", "pcm_alaw"]),
        ("mov", "pcm_mulaw", 1, &["-c:a", "pcm_mulaw"]),
        (
            "mov",
            "pcm_s16le",
            2,
            &["-c:a", "pcm_s16le", "-ar", "192000"],
        ),
        ("m4a", "alac", 1, &["-c:a", "alac"]),
        ("m4a", "alac", 2, &["-c:a", "alac", "-sample_fmt", "s32p"]),
        ("mov", "alac", 2, &["-c:a", "alac"]),
        ("mov", "adpcm_ima_qt", 2, &["-c:a", "adpcm_ima_qt"]),
        ("mov", "adpcm_ms", 2, &["-c:a", "adpcm_ms"]),
    ];
    for (extension, codec, channels, options) in cases {
        let what = format!("{options:?} in {extension}");
        let bytes = encoded(1.0, 44_100, *channels, extension, options);
        let ours = read(&bytes, &what);
        assert_eq!(
            open_bytes(bytes.clone(), "a").unwrap().info().codec,
            *codec,
            "{what}"
        );
        let mut theirs = decoded(&bytes, extension, *channels);
        assert_eq!(ours.len(), *channels, "{what}");
        if codec.starts_with("adpcm") {
            // Blocks are filled up, which the table tells and ffmpeg does not look at.
            theirs.iter_mut().for_each(|c| c.truncate(ours[0].len()));
        }
        assert_eq!(ours[0].len(), theirs[0].len(), "{what}");
        let first = (0..ours[0].len()).find(|i| ours[0][*i] != theirs[0][*i]);
        if *codec == "adpcm_ima_qt" {
            // ffmpeg carries the predictor's low bits over from block to block; here each block stands alone.
            let db = difference_db(&ours, &theirs);
            assert!(db < -45.0, "{what}: {db:.1} dB from ffmpeg");
        } else {
            assert!(
                ours == theirs,
                "{what}: differs from ffmpeg from {first:?} on"
            );
        }
        seeking::check(&what, &bytes, 0.0);
    }
}

/// Surround ALAC stands in WAV's order.
#[test]
fn surround_alac_stands_in_the_order_of_wav() {
    if !has_ffmpeg() {
        return;
    }
    let tones = [200, 300, 400, 60, 600, 700, 800, 900].map(|hz| format!("0.3*sin(2*PI*{hz}*t)"));
    for (layout, channels) in [
        ("3.0", 3),
        ("4.0", 4),
        ("5.0", 5),
        ("5.1", 6),
        ("6.1(back)", 7),
        ("7.1(wide)", 8),
    ] {
        let expressions = tones[..channels].join("|");
        let source = format!("aevalsrc=exprs={expressions}:c={layout}:s=48000:d=0.5");
        let bytes = crate::generate::encoded_from(&source, "m4a", &["-c:a", "alac"]);
        let ours = read(&bytes, layout);
        let theirs = decoded(&bytes, "m4a", channels);
        assert_eq!(ours.len(), channels, "{layout}");
        assert!(ours == theirs, "{layout}: channels differ from ffmpeg's");
    }
}

/// A film with two languages: each can be chosen, and one that is not there is refused by name.
#[test]
fn a_track_of_several_is_chosen() {
    if !has_ffmpeg() {
        return;
    }
    for extension in ["mp4", "mov", "mkv"] {
        let bytes = ffmpeg_file(
            extension,
            &[
                "-f",
                "lavfi",
                "-i",
                "testsrc=s=64x64:r=10:d=3",
                "-f",
                "lavfi",
                "-i",
                "sine=300:r=44100:d=3",
                "-f",
                "lavfi",
                "-i",
                "sine=900:r=48000:d=2",
                "-map",
                "0",
                "-map",
                "1",
                "-map",
                "2",
                "-c:v",
                "mpeg4",
                "-c:a:0",
                "aac",
                "-c:a:1",
                "alac",
                "-metadata:s:a:0",
                "language=fra",
                "-metadata:s:a:1",
                "language=ita",
                "-disposition:a:0",
                "default",
                "-disposition:a:1",
                "0",
            ],
        );
        let at = |track| {
            let hint = Hint {
                track,
                ..Hint::default()
            };
            open(Box::new(Cursor::new(bytes.clone())), hint)
        };
        let first = at(None).unwrap();
        let info = first.info();
        assert_eq!(
            (&*info.codec, info.sample_rate),
            ("aac", 44_100),
            "{extension}"
        );
        let tracks: Vec<_> = info
            .tracks
            .iter()
            .map(|t| {
                (
                    &*t.codec,
                    &*t.language,
                    t.sample_rate,
                    t.is_default,
                    t.is_supported,
                )
            })
            .collect();
        assert_eq!(
            tracks,
            [
                ("aac", "fra", 44_100, true, true),
                ("alac", "ita", 48_000, false, true)
            ],
            "{extension}"
        );
        assert_eq!(info.track, Some(info.tracks[0].id));
        let second = info.tracks[1].id;
        let mut second = at(Some(second)).unwrap();
        // Matroska moves all tracks by AAC's priming, 23 ms, so that none begins before 0.
        let expected = if extension == "mkv" { 97_104 } else { 96_000 };
        assert_eq!(second.info().frames, Some(expected), "{extension}");
        let planes = read_all(second.as_mut(), 4096).unwrap();
        let crossings = planes[0]
            .windows(2)
            .filter(|w| (w[0] < 0.0) != (w[1] < 0.0));
        assert!(
            (crossings.count() as i32 - 3600).abs() < 4,
            "{extension}: 900 Hz for 2 s"
        );
        let error = at(Some(99)).err().unwrap();
        assert_eq!(error.code(), "bad-parameter", "{extension}");
        assert!(error.to_string().contains("alac"), "{error}");
    }
}

/// Sound that begins after the picture waits for it in silence.
#[test]
fn an_empty_edit_is_silence() {
    if !has_ffmpeg() {
        return;
    }
    for (extension, codec) in [
        ("mp4", &["aac", "-aac_pns", "0"][..]),
        ("mov", &["pcm_s16le"]),
        ("mkv", &["flac"]),
    ] {
        let mut args = vec![
            "-f",
            "lavfi",
            "-i",
            "testsrc=s=64x64:r=10:d=3",
            "-itsoffset",
            "0.5",
            "-f",
            "lavfi",
            "-i",
            "sine=1000:r=48000:d=2",
            "-c:v",
            "mpeg4",
            "-c:a",
        ];
        args.extend(codec);
        let bytes = ffmpeg_file(extension, &args);
        let mut decoder = open_bytes(bytes.clone(), extension).unwrap();
        let planes = read_all(decoder.as_mut(), 4096).unwrap();
        let loud = planes[0].iter().position(|x| x.abs() > 0.02).unwrap() as i64;
        // 2 frames: the tone needs some to rise.
        assert!((loud - 24_000).abs() < 40, "{extension}: {loud}");
        // Edit lists have milliseconds.
        let off = decoder.info().frames.unwrap() - 120_000;
        assert!(off.abs() <= 48, "{extension}: {off}");
        assert_eq!(decoder.take_warnings(), []);
        seeking::check(extension, &bytes, 0.0);
    }
}

/// What ffmpeg writes as chapters, cover and tags comes back.
#[test]
fn chapters_covers_and_tags_come_back() {
    if !has_ffmpeg() {
        return;
    }
    let chapters = ";FFMETADATA1\ntitle=Suite\nartist=Ensemble\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=Prélude\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=3000\ntitle=Fugue\n";
    let path = std::env::temp_dir().join(format!("timeside-chapters-{}.txt", std::process::id()));
    std::fs::write(&path, chapters).unwrap();
    let metadata = path.to_str().unwrap();
    let cover = ffmpeg_file(
        "png",
        &[
            "-f",
            "lavfi",
            "-i",
            "testsrc=s=32x32:d=1:r=1",
            "-frames:v",
            "1",
        ],
    );
    let cover_path =
        std::env::temp_dir().join(format!("timeside-cover-{}.png", std::process::id()));
    std::fs::write(&cover_path, &cover).unwrap();
    for extension in ["m4a", "mka"] {
        let sound = ["-f", "lavfi", "-i", "sine=300:d=3", "-i", metadata];
        let picture: Vec<&str> = match extension {
            "m4a" => vec![
                "-i",
                cover_path.to_str().unwrap(),
                "-map",
                "0:a",
                "-map",
                "2:v",
                "-c:v",
                "copy",
                "-disposition:v",
                "attached_pic",
            ],
            _ => vec![
                "-map",
                "0:a",
                "-attach",
                cover_path.to_str().unwrap(),
                "-metadata:s:t",
                "mimetype=image/png",
                "-metadata:s:t",
                "filename=cover.png",
            ],
        };
        let bytes = ffmpeg_file(
            extension,
            &[
                &sound[..],
                &picture,
                &["-map_metadata", "1", "-map_chapters", "1", "-c:a", "aac"],
            ]
            .concat(),
        );
        let decoder = open_bytes(bytes.clone(), extension).unwrap();
        let info = decoder.info();
        let told: Vec<_> = info
            .chapters
            .iter()
            .map(|c| (c.start, c.end, &*c.title))
            .collect();
        assert_eq!(
            told,
            [(0.0, Some(1.5), "Prélude"), (1.5, Some(3.0), "Fugue")],
            "{extension}"
        );
        assert_eq!(
            info.tags.get("title").map(String::as_str),
            Some("Suite"),
            "{extension}: {:?}",
            info.tags
        );
        assert_eq!(
            info.tags.get("artist").map(String::as_str),
            Some("Ensemble"),
            "{extension}: {:?}",
            info.tags
        );
        let [picture] = &info.pictures[..] else {
            panic!("{extension}: {:?}", info.pictures);
        };
        assert_eq!(
            (&*picture.kind, &*picture.mime_type),
            ("front-cover", "image/png")
        );
        let PicturePlace::Source { start } = picture.place else {
            panic!("{extension}: {picture:?}");
        };
        let start = start as usize;
        let there = &bytes[start..start + picture.byte_len as usize];
        assert!(there == cover, "{extension}: the cover's bytes");
    }
    std::fs::remove_file(path).unwrap();
    std::fs::remove_file(cover_path).unwrap();
}
