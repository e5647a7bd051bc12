//! AAC with SBR, with parametric stereo, with more than two channels.

use crate::exact::difference_db;
use crate::generate::{copied, encoded_from, has_ffmpeg, reference};
use crate::{FIXTURES, Planes, open_bytes, read_all};

fn fixture(name: &str) -> &'static [u8] {
    FIXTURES.iter().find(|f| f.0 == name).unwrap().1
}

/// What ffmpeg decodes of `bytes`.
fn by_ffmpeg(bytes: &[u8], name: &str, channels: usize) -> Planes {
    let path = std::env::temp_dir().join(format!("timeside-{}-{name}", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    let planes = reference(&path, channels);
    std::fs::remove_file(&path).unwrap();
    planes
}

/// The same packets in another container.
fn remuxed(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let path = std::env::temp_dir().join(format!("timeside-{}-remux.{from}", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    let out = path.with_extension(format!("out.{to}"));
    let options = [
        "-c",
        "copy",
        "-bsf:a",
        if to == "m4a" { "aac_adtstoasc" } else { "null" },
    ];
    copied(&path, &options, &out);
    let bytes = std::fs::read(&out).unwrap();
    std::fs::remove_file(&path).unwrap();
    std::fs::remove_file(&out).unwrap();
    bytes
}

/// SBR doubles the coded rate, whether the configuration says so (MP4) or only the packets (ADTS).
#[test]
fn sbr_gives_the_rate_of_the_output() {
    for (name, frames) in [
        ("tones_he.m4a", Some(17_640)),
        ("tones_he_adts.aac", None),
        ("tones_he_v2.m4a", Some(17_640)),
    ] {
        let decoder = open_bytes(fixture(name).to_vec(), name).unwrap();
        let info = decoder.info();
        assert_eq!(
            (info.sample_rate, info.channels, info.frames),
            (44_100, 2, frames),
            "{name}"
        );
    }
}

/// All packets frame by frame as ffmpeg has them; and of MP4 what the edit list leaves: from frame 3,018 on.
#[test]
fn he_aac_is_what_ffmpeg_decodes() {
    if !has_ffmpeg() {
        return;
    }
    for name in ["tones_he.m4a", "tones_he_v2.m4a"] {
        let adts = remuxed(fixture(name), "m4a", "aac");
        let ours = read_all(open_bytes(adts.clone(), "a").unwrap().as_mut(), 999).unwrap();
        let theirs = by_ffmpeg(&adts, "he.aac", 2);
        assert_eq!((ours[0].len(), theirs[0].len()), (11 * 2048, 11 * 2048));
        let db = difference_db(&ours, &theirs);
        println!("{name}: {db:.1} dB from ffmpeg");
        assert!(db < -100.0, "{name}: {db:.1} dB");
        let mut mp4 = open_bytes(fixture(name).to_vec(), name).unwrap();
        let mp4 = read_all(mp4.as_mut(), 4096).unwrap();
        for (mp4, adts) in mp4.iter().zip(&ours) {
            assert!(mp4[..] == adts[3018..3018 + 17_640], "{name}");
        }
        // The other way round the configuration in the file is the core's, and says nothing of SBR.
        let implicit = remuxed(&adts, "aac", "m4a");
        let mut implicit = open_bytes(implicit, "a").unwrap();
        assert_eq!(implicit.info().sample_rate, 44_100);
        assert!(read_all(implicit.as_mut(), 4096).unwrap() == ours, "{name}");
    }
}

/// The place of a channel is told by its tone, in a file of 3 to 8 channels; the values by ffmpeg.
#[test]
fn surround_stands_in_the_order_of_wav() {
    if !has_ffmpeg() {
        return;
    }
    let tones = [200.0, 300.0, 400.0, 60.0, 600.0, 700.0, 800.0, 900.0];
    for (layout, channels) in [("3.0", 3), ("4.0", 4), ("5.0", 5), ("5.1", 6), ("7.1", 8)] {
        for extension in ["m4a", "aac"] {
            let all = tones[..channels]
                .iter()
                .map(|hz| format!("0.3*sin(2*PI*{hz}*t)"))
                .collect::<Vec<_>>()
                .join("|");
            let source = format!("aevalsrc=exprs={all}:c={layout}:s=48000:d=1");
            let options = ["-c:a", "aac", "-b:a", "512k", "-aac_pns", "0"];
            let bytes = encoded_from(&source, extension, &options);
            let what = format!("{layout} in {extension}");
            let theirs = by_ffmpeg(&bytes, &format!("{layout}.{extension}"), channels);
            let mut decoder = open_bytes(bytes, "a").unwrap();
            assert_eq!(decoder.info().channels, channels, "{what}");
            let ours = read_all(decoder.as_mut(), 4096).unwrap();
            for (c, plane) in ours.iter().enumerate() {
                assert_eq!(
                    loudest(plane, 48_000.0, &tones),
                    tones[c],
                    "{what}: channel {c}"
                );
            }
            let frames = ours[0].len().min(theirs[0].len());
            let cut = |planes: &Planes| -> Planes {
                planes.iter().map(|p| p[..frames].to_vec()).collect()
            };
            let db = difference_db(&cut(&ours), &cut(&theirs));
            println!("{what}: {db:.1} dB from ffmpeg");
            assert!(db < -100.0, "{what}: {db:.1} dB");
        }
    }
}

/// The tone of `tones` that has the most power (one bin each of a Fourier transform).
fn loudest(plane: &[f32], rate: f64, tones: &[f64]) -> f64 {
    let power = |hz: f64| {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, x) in plane.iter().enumerate() {
            let phase = std::f64::consts::TAU * hz * n as f64 / rate;
            re += f64::from(*x) * phase.cos();
            im += f64::from(*x) * phase.sin();
        }
        re * re + im * im
    };
    let by_power = |a: &&f64, b: &&f64| power(**a).total_cmp(&power(**b));
    *tones.iter().max_by(by_power).unwrap()
}

/// Needs no ffmpeg: centre, low frequencies and the back pair of the committed file have a tone each.
#[test]
fn the_committed_surround_has_its_tones_in_place() {
    let mut decoder = open_bytes(fixture("tones_5_1.m4a").to_vec(), "a").unwrap();
    let planes = read_all(decoder.as_mut(), 4096).unwrap();
    let tones = [400.0, 60.0, 600.0, 700.0];
    for (plane, tone) in planes[2..].iter().zip(tones) {
        assert_eq!(loudest(plane, 44_100.0, &tones), tone);
    }
}

/// Every single bit of the first packets, where configuration and headers are, may be wrong.
#[test]
fn a_wrong_bit_is_survived() {
    for name in ["tones_he.m4a", "tones_he_v2.m4a", "tones_5_1.m4a"] {
        let bytes = fixture(name);
        let esds = bytes.windows(4).position(|w| w == b"esds").unwrap();
        let mdat = bytes.windows(4).position(|w| w == b"mdat").unwrap();
        for at in (esds + 4..esds + 60).chain(mdat + 4..mdat + 40) {
            for bit in 0..8 {
                let mut mutant = bytes.to_vec();
                mutant[at] ^= 1 << bit;
                if let Ok(mut decoder) = open_bytes(mutant, name) {
                    let _ = read_all(decoder.as_mut(), 4096);
                }
            }
        }
    }
}
