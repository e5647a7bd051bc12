//! Counts and values.

use crate::generate::{encoded, has_ffmpeg, reference, wav};
use crate::{FIXTURES, Planes, open_bytes, open_path, read_all, shared};

/// RMS of the difference in dB of full scale.
pub(crate) fn difference_db(a: &Planes, b: &Planes) -> f64 {
    let squares: f64 = a
        .iter()
        .zip(b)
        .flat_map(|(a, b)| a.iter().zip(b))
        .map(|(a, b)| f64::from(a - b).powi(2))
        .sum();
    10.0 * (squares / (a.len() * a[0].len()) as f64).max(1e-30).log10()
}

/// Opens a shared recording, checks its count and compares it with ffmpeg. `limit_db` is the largest
/// difference; `None` demands equality.
fn check(name: &str, codec: &str, frames: usize, channels: usize, limit_db: Option<f64>) {
    let Some(path) = shared(name) else { return };
    let mut decoder = open_path(&path);
    assert_eq!(decoder.info().codec, codec);
    assert_eq!(decoder.info().channels, channels);
    assert_eq!(
        decoder.info().frames,
        Some(frames as i64),
        "{name}: told when opened"
    );
    let planes = read_all(decoder.as_mut(), 8192).unwrap();
    assert_eq!(planes[0].len(), frames, "{name}: decoded");
    assert_eq!(decoder.take_warnings(), []);
    if !has_ffmpeg() {
        return;
    }
    let mut expected = reference(&path, channels);
    if codec == "aac" {
        // ffmpeg cuts the priming off and leaves the padding of the last packet.
        assert!(
            (frames..frames + 1024).contains(&expected[0].len()),
            "{name}: by ffmpeg"
        );
        expected.iter_mut().for_each(|plane| plane.truncate(frames));
    }
    assert_eq!(expected[0].len(), frames, "{name}: by ffmpeg");
    match limit_db {
        None => assert!(planes == expected, "{name} differs from ffmpeg"),
        Some(limit) => {
            let db = difference_db(&planes, &expected);
            println!("{name}: {db:.1} dB from ffmpeg");
            assert!(db < limit, "{name}: {db:.1} dB from ffmpeg");
        }
    }
}

/// The left channel of the committed files, `t` seconds after their beginning.
fn left_tone(t: f64) -> f64 {
    0.5 * (std::f64::consts::TAU * (200.0 + 400.0 * t) * t).sin()
}

/// Needs neither ffmpeg nor the shared material: counts, and the sound in its place.
#[test]
fn the_committed_files_hold_their_sound_in_its_place() {
    for (name, bytes, container, codec, frames) in FIXTURES {
        let mut decoder =
            open_bytes(bytes.to_vec(), name).unwrap_or_else(|e| panic!("{name}: {e}"));
        let info = decoder.info();
        assert_eq!(
            (&*info.container, &*info.codec, info.frames),
            (*container, *codec, *frames),
            "{name}"
        );
        let rate = f64::from(info.sample_rate);
        let planes = read_all(decoder.as_mut(), 1000).unwrap();
        assert_eq!(
            decoder.info().frames,
            Some(planes[0].len() as i64),
            "{name}"
        );
        // ADTS and MP3 without a tag do not tell their delay: that of the encoders that made these.
        let delay = match *name {
            "tones_adts.aac" => 1024,
            // Two packets of the encoder's, and the filter bank of SBR.
            "tones_he_adts.aac" => 3018,
            "tones_no_tag.mp3" => 1105,
            _ => 0,
        };
        if let Some(frames) = frames {
            assert_eq!(planes[0].len() as i64, *frames, "{name}");
        }
        // Parametric stereo keeps no waveforms, and ffmpeg's encoder of surround is coarse: see `aac` for these.
        if matches!(*name, "tones_he_v2.m4a" | "tones_5_1.m4a") {
            continue;
        }
        let worst = (1_000..15_000)
            .map(|n| (f64::from(planes[0][n + delay]) - left_tone(n as f64 / rate)).abs())
            .fold(0.0, f64::max);
        println!("{name}: at most {worst:.4} from the tone");
        // 64 kbit/s err by some 3 % of full scale; a shift by five samples would make more than this.
        assert!(worst < 0.06, "{name}: {worst}");
        assert_eq!(decoder.take_warnings(), [], "{name}");
    }
}

#[test]
fn flac_is_bit_exact() {
    check("real/music30s_44k_st.flac", "flac", 1_323_000, 2, None);
    check("real/speech30s_44k_mo.flac", "flac", 1_323_000, 1, None);
    check("sweep.flac", "flac", 352_800, 2, None);
}

#[test]
fn mp3_is_exact() {
    check(
        "real/music30s_44k_st.cbr.mp3",
        "mp3",
        1_323_000,
        2,
        Some(-100.0),
    );
    check(
        "real/music30s_44k_st.vbr.mp3",
        "mp3",
        1_323_000,
        2,
        Some(-100.0),
    );
    check("sweep.mp3", "mp3", 352_800, 2, Some(-100.0));
}

#[test]
fn vorbis_is_exact() {
    check(
        "real/music30s_44k_st.ogg",
        "vorbis",
        1_323_000,
        2,
        Some(-100.0),
    );
    check("sweep.ogg", "vorbis", 352_800, 2, Some(-100.0));
}

#[test]
fn opus_is_exact() {
    check(
        "real/music30s_44k_st.opus",
        "opus",
        1_440_000,
        2,
        Some(-80.0),
    );
}

#[test]
fn aac_is_exact() {
    check("real/music30s_44k_st.m4a", "aac", 1_323_000, 2, Some(-80.0));
}

#[test]
fn wav_is_bit_exact() {
    check("C4_scale.wav", "pcm_f32le", 414_540, 1, None);
    check("sweep_32000.wav", "pcm_s16le", 256_000, 2, None);
}

/// What ffmpeg encodes comes back in the same number of frames, whatever their number.
#[test]
fn every_length_comes_back() {
    if !has_ffmpeg() {
        return;
    }
    let codings: &[(&str, &str, &[&str])] = &[
        ("flac", "flac", &[]),
        ("mp3", "mp3", &["-c:a", "libmp3lame", "-q:a", "4"]),
        ("mp3", "mp3", &["-c:a", "libmp3lame", "-b:a", "64k"]),
        ("m4a", "aac", &["-c:a", "aac"]),
        ("m4a", "aac", &["-c:a", "aac", "-movflags", "+faststart"]),
        ("mov", "aac", &["-c:a", "aac"]),
        (
            "m4a",
            "flac",
            &["-c:a", "flac", "-strict", "-2", "-f", "mp4"],
        ),
        ("ogg", "vorbis", &["-c:a", "libvorbis"]),
        ("wav", "pcm_s16le", &[]),
        ("wav", "pcm_s24le", &["-c:a", "pcm_s24le"]),
        ("wav", "pcm_alaw", &["-c:a", "pcm_alaw"]),
        (
            "wav",
            "pcm_f64le",
            &["-c:a", "pcm_f64le", "-rf64", "always"],
        ),
    ];
    for (extension, codec, options) in codings {
        for (frames, rate, channels) in [
            (44_100, 44_100, 2),
            (12_345, 44_100, 1),
            (500, 48_000, 2),
            (31_337, 22_050, 1),
        ] {
            // The length is set in samples: seconds would round.
            let trim = format!("atrim=end_sample={frames}");
            let mut all = vec!["-af", trim.as_str()];
            all.extend(*options);
            let bytes = encoded(2.0, rate, channels, extension, &all);
            let mut decoder = open_bytes(bytes, &format!("a.{extension}")).unwrap();
            let what = format!("{codec} in {extension} {options:?}, {frames} frames at {rate} Hz");
            assert_eq!(decoder.info().codec, *codec, "{what}");
            assert_eq!(decoder.info().sample_rate, rate, "{what}");
            assert_eq!(decoder.info().frames, Some(frames), "{what}: told");
            assert_eq!(
                read_all(decoder.as_mut(), 1000).unwrap()[0].len() as i64,
                frames,
                "{what}: decoded"
            );
            assert_eq!(decoder.take_warnings(), [], "{what}");
        }
    }
}

#[test]
fn opus_of_every_length_comes_back() {
    if !has_ffmpeg() {
        return;
    }
    for frames in [48_000, 12_345, 500] {
        let trim = format!("atrim=end_sample={frames}");
        for extension in ["opus", "ogg", "mp4"] {
            let bytes = encoded(
                2.0,
                48_000,
                2,
                extension,
                &["-af", &trim, "-c:a", "libopus"],
            );
            let mut decoder = open_bytes(bytes, "a").unwrap();
            assert_eq!(decoder.info().frames, Some(frames), "{extension}");
            assert_eq!(
                read_all(decoder.as_mut(), 1000).unwrap()[0].len() as i64,
                frames,
                "{extension}"
            );
        }
    }
}

/// ADTS has no word for its length or its delay: all that was coded comes, and its length is known at the end.
#[test]
fn adts_gives_all_its_frames() {
    if !has_ffmpeg() {
        return;
    }
    let bytes = encoded(1.0, 44_100, 2, "aac", &["-c:a", "aac"]);
    let mut decoder = open_bytes(bytes, "a.aac").unwrap();
    assert_eq!(
        (decoder.info().container.as_str(), decoder.info().frames),
        ("adts", None)
    );
    let estimate = decoder.info().duration.unwrap();
    assert!((0.8..1.3).contains(&estimate), "{estimate}");
    let frames = read_all(decoder.as_mut(), 1000).unwrap()[0].len() as i64;
    // 44,100 frames and 1,024 of priming, in packets of 1,024.
    assert_eq!(frames, 45 * 1024);
    assert_eq!(decoder.info().frames, Some(frames));
}

/// Without a tag the length of an MP3 is unknown until its end.
#[test]
fn an_mp3_without_a_tag_learns_its_length() {
    if !has_ffmpeg() {
        return;
    }
    let bytes = encoded(
        2.0,
        44_100,
        2,
        "mp3",
        &[
            "-c:a",
            "libmp3lame",
            "-q:a",
            "5",
            "-write_xing",
            "0",
            "-id3v2_version",
            "0",
        ],
    );
    let mut decoder = open_bytes(bytes, "a.mp3").unwrap();
    assert_eq!(decoder.info().frames, None);
    assert!((1.5..2.7).contains(&decoder.info().duration.unwrap()));
    let frames = read_all(decoder.as_mut(), 1000).unwrap()[0].len() as i64;
    assert_eq!(frames % 1152, 0);
    assert_eq!(decoder.spec().frames, Some(frames));
}

#[test]
fn integers_are_scaled_by_their_full_scale() {
    let first = |tag, bits, data: &[u8]| {
        let mut decoder = open_bytes(wav(tag, 1, 8_000, bits, data), "a.wav").unwrap();
        assert_eq!(decoder.info().bits_per_sample, Some(u32::from(bits)));
        read_all(decoder.as_mut(), 16).unwrap().remove(0)
    };
    assert_eq!(first(1, 8, &[0, 128, 255]), [-1.0, 0.0, 127.0 / 128.0]);
    assert_eq!(
        first(1, 16, &[0, 0x80, 0xFF, 0x7F]),
        [-1.0, 32_767.0 / 32_768.0]
    );
    assert_eq!(
        first(1, 24, &[0, 0, 0x80, 1, 0, 0]),
        [-1.0, 1.0 / 8_388_608.0]
    );
    assert_eq!(first(1, 32, &[0, 0, 0, 0x80, 0, 0, 0, 0x40]), [-1.0, 0.5]);
    assert_eq!(first(3, 32, &1.5_f32.to_le_bytes()), [1.5]);
    assert_eq!(first(3, 64, &(-0.25_f64).to_le_bytes()), [-0.25]);
}

#[test]
fn tags_have_lower_case_names() {
    if !has_ffmpeg() {
        return;
    }
    for (extension, options) in [
        ("mp3", &["-c:a", "libmp3lame"][..]),
        ("flac", &[]),
        ("ogg", &["-c:a", "libvorbis"]),
        ("m4a", &["-c:a", "aac"]),
        ("wav", &[]),
    ] {
        let mut all = options.to_vec();
        all.extend(["-metadata", "title=Été", "-metadata", "artist=Chœur"]);
        let decoder = open_bytes(encoded(0.2, 44_100, 1, extension, &all), "a").unwrap();
        let tags = &decoder.info().tags;
        assert_eq!(
            tags.get("title").map(String::as_str),
            Some("Été"),
            "{extension}: {tags:?}"
        );
        assert_eq!(
            tags.get("artist").map(String::as_str),
            Some("Chœur"),
            "{extension}: {tags:?}"
        );
        assert!(
            tags.keys()
                .all(|key| key.chars().all(|c| !c.is_uppercase())),
            "{extension}: {tags:?}"
        );
    }
}

/// Bursts make an encoder switch between long and short blocks, whose frames are counted otherwise.
#[test]
fn surround_vorbis_with_short_blocks_is_exact() {
    if !has_ffmpeg() {
        return;
    }
    let bytes = encoded(3.0, 44_100, 6, "ogg", &["-c:a", "libvorbis", "-q:a", "3"]);
    let path = std::env::temp_dir().join(format!("timeside-{}-bursts.ogg", std::process::id()));
    std::fs::write(&path, &bytes).unwrap();
    let theirs = reference(&path, 6);
    std::fs::remove_file(&path).unwrap();
    let mut decoder = open_bytes(bytes, "a.ogg").unwrap();
    let ours = read_all(decoder.as_mut(), 4096).unwrap();
    assert_eq!((ours[0].len(), theirs[0].len()), (132_300, 132_300));
    assert_eq!(decoder.take_warnings(), []);
    let db = difference_db(&ours, &theirs);
    println!("Vorbis 5.1 with bursts: {db:.1} dB from ffmpeg");
    assert!(db < -100.0, "{db:.1} dB");
}

/// Surround stands in WAV's order, as FFmpeg's does, whatever order the codec has: a tone for each channel.
#[test]
fn surround_channels_stand_in_the_order_of_wav() {
    if !has_ffmpeg() {
        return;
    }
    let tones = [200, 300, 400, 60, 600, 700, 800, 900].map(|hz| format!("0.3*sin(2*PI*{hz}*t)"));
    for (codec, layout, channels) in [
        ("libopus", "3.0", 3),
        ("libopus", "5.0", 5),
        ("libopus", "5.1", 6),
        ("libopus", "7.1", 8),
        ("libvorbis", "3.0", 3),
        ("libvorbis", "quad", 4),
        ("libvorbis", "5.0", 5),
        ("libvorbis", "5.1", 6),
        ("libvorbis", "6.1", 7),
        ("libvorbis", "7.1", 8),
    ] {
        let expressions = tones[..channels].join("|");
        let source = format!("aevalsrc=exprs={expressions}:c={layout}:s=48000:d=1");
        let bytes = crate::generate::encoded_from(&source, "ogg", &["-c:a", codec]);
        let path = std::env::temp_dir().join(format!(
            "timeside-{}-{codec}-{layout}.ogg",
            std::process::id()
        ));
        std::fs::write(&path, &bytes).unwrap();
        let theirs = reference(&path, channels);
        std::fs::remove_file(&path).unwrap();
        let ours = read_all(open_bytes(bytes, "a.ogg").unwrap().as_mut(), 4096).unwrap();
        assert_eq!(ours.len(), channels);
        for (c, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            let worst = ours[4_800..43_200]
                .iter()
                .zip(&theirs[4_800..43_200])
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            let peak = |plane: &[f32]| plane.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
            assert!(
                worst < 0.01,
                "{codec} {layout}: channel {c} is {worst} off; peaks are {} and {}",
                peak(ours),
                peak(theirs)
            );
        }
    }
}
