//! A place sought is the slice of the whole.

use crate::generate::{Numbers, encoded, has_ffmpeg};
use crate::{FIXTURES, open_bytes, read_all, shared};
use timeside_core::Block;

/// Seeks to 50 places and compares with the slices of the whole decode. `limit` is the largest difference of
/// a sample; 0 demands equality.
pub(crate) fn check(what: &str, bytes: &[u8], limit: f32) -> f64 {
    let whole = read_all(open_bytes(bytes.to_vec(), what).unwrap().as_mut(), 4096).unwrap();
    let frames = whole[0].len();
    let mut numbers = Numbers(0x0051_5EED);
    let mut places: Vec<usize> = (0..46).map(|_| numbers.below(frames)).collect();
    places.extend([0, frames - 1, frames, frames.saturating_sub(1500)]);
    // A second decoder, so that no place was read before it is sought.
    let mut decoder = open_bytes(bytes.to_vec(), what).unwrap();
    let mut block = Block::default();
    let mut worst = 0.0_f32;
    let (mut noise, mut signal) = (0.0_f64, 0.0_f64);
    for place in places {
        decoder.seek(place as i64).unwrap();
        let n = decoder.next_block(&mut block, 2500).unwrap();
        assert_eq!(
            n,
            2500.min(frames - place),
            "{what}: frames from {place} of {frames}"
        );
        assert_eq!(block.first_frame, place as i64, "{what}");
        for (channel, whole) in block.channels.iter().zip(&whole) {
            for (i, (a, b)) in channel.iter().zip(&whole[place..]).enumerate() {
                worst = worst.max((a - b).abs());
                noise += f64::from(a - b).powi(2);
                signal += f64::from(*b).powi(2);
                assert!(
                    (a - b).abs() <= limit,
                    "{what}: sample {i} after {place} is {a}, not {b}"
                );
            }
        }
    }
    decoder.seek(i64::MAX).unwrap();
    assert_eq!(
        decoder.next_block(&mut block, 10).unwrap(),
        0,
        "{what}: past the end"
    );
    decoder.seek(-5).unwrap();
    decoder.next_block(&mut block, 10).unwrap();
    assert_eq!(
        (block.first_frame, &block.channels[0][..]),
        (0, &whole[0][..10]),
        "{what}: from before the start"
    );
    assert_eq!(decoder.take_warnings(), [], "{what}");
    let db = 10.0 * (noise / signal).max(1e-30).log10();
    println!("{what}: largest difference {worst:e}, {db:.1} dB of the signal");
    db
}

fn check_shared(name: &str, limit: f32) -> Option<f64> {
    shared(name).map(|path| check(name, &std::fs::read(path).unwrap(), limit))
}

#[test]
fn the_committed_files() {
    for (name, bytes, ..) in FIXTURES {
        check(
            name,
            bytes,
            match *name {
                "tones_opus.opus" => 1e-3,
                "tones_he.m4a" | "tones_he_adts.aac" | "tones_he_v2.m4a" => 1e-2,
                _ => 0.0,
            },
        );
    }
}

#[test]
fn pcm_and_flac() {
    check_shared("C4_scale.wav", 0.0);
    check_shared("real/music30s_44k_st.flac", 0.0);
    check_shared("real/speech30s_44k_mo.flac", 0.0);
    check_shared("sweep.flac", 0.0);
}

#[test]
fn mp3() {
    check_shared("real/music30s_44k_st.cbr.mp3", 0.0);
    check_shared("real/music30s_44k_st.vbr.mp3", 0.0);
    check_shared("sweep.mp3", 0.0);
}

#[test]
fn vorbis() {
    check_shared("real/music30s_44k_st.ogg", 0.0);
    check_shared("sweep.ogg", 0.0);
}

/// Noise substitution draws other numbers after a seek, in bands that are noise already: the place is exact,
/// the signal is not to the bit. Where no noise is substituted it is (`what_ffmpeg_makes`).
#[test]
fn aac() {
    let db = check_shared("real/music30s_44k_st.m4a", 0.5);
    assert!(
        db.is_none_or(|db| db < -15.0),
        "{db:?} dB: more than noise differs"
    );
}

/// Opus carries state that fades: half a second before the place brings it near, not to the bit.
#[test]
fn opus() {
    check_shared("real/music30s_44k_st.opus", 1e-4);
}

/// Files joined by their ends, without a tag, as long recordings often are.
#[test]
fn joined_mp3() {
    if !has_ffmpeg() {
        return;
    }
    let piece = |bitrate: &str| {
        let options = [
            "-c:a",
            "libmp3lame",
            "-b:a",
            bitrate,
            "-write_xing",
            "0",
            "-id3v2_version",
            "0",
        ];
        encoded(20.0, 44_100, 2, "mp3", &options)
    };
    let (a, b) = (piece("128k"), piece("64k"));
    check("one bit rate", &a.repeat(6), 0.0);
    check("two bit rates", &[a.clone(), b, a].concat(), 0.0);
}

#[test]
fn what_ffmpeg_makes() {
    if !has_ffmpeg() {
        return;
    }
    let codings: &[(&str, u32, &[&str], f32)] = &[
        (
            "mp3",
            44_100,
            &["-c:a", "libmp3lame", "-q:a", "9", "-write_xing", "0"],
            0.0,
        ),
        ("mp3", 22_050, &["-c:a", "libmp3lame", "-b:a", "8k"], 0.0),
        ("mp3", 48_000, &["-c:a", "libmp3lame", "-b:a", "320k"], 0.0),
        ("aac", 44_100, &["-c:a", "aac", "-aac_pns", "0"], 0.0),
        ("m4a", 48_000, &["-c:a", "aac", "-aac_pns", "0"], 0.0),
        (
            "ogg",
            44_100,
            &["-c:a", "libvorbis", "-q:a", "0", "-page_duration", "20000"],
            0.0,
        ),
        (
            "ogg",
            48_000,
            &["-c:a", "libopus", "-b:a", "24k", "-frame_duration", "60"],
            1e-3,
        ),
        ("ogg", 48_000, &["-c:a", "libvorbis", "-ac", "6"], 0.0),
        ("mp4", 48_000, &["-c:a", "libopus"], 1e-3),
        ("mp4", 44_100, &["-c:a", "flac", "-strict", "-2"], 0.0),
        ("wav", 44_100, &["-c:a", "pcm_s24le"], 0.0),
    ];
    for (extension, rate, options, limit) in codings {
        let bytes = encoded(9.0, *rate, 2, extension, options);
        check(&format!("{extension} {options:?}"), &bytes, *limit);
    }
}

/// A tag before the stream moves its bytes, not its places.
#[test]
fn flac_behind_an_id3_tag() {
    let flac = crate::FIXTURES[0].1;
    let mut bytes = b"ID3\x04\0\0\0\0\x27\x10".to_vec();
    bytes.resize(10 + (0x27 << 7) + 0x10, 0);
    bytes.extend(flac);
    check("FLAC behind an ID3 tag", &bytes, 0.0);
    let plain = crate::read_all(
        crate::open_bytes(flac.to_vec(), "a.flac").unwrap().as_mut(),
        4096,
    );
    let tagged = crate::read_all(crate::open_bytes(bytes, "b.flac").unwrap().as_mut(), 4096);
    assert!(plain.unwrap() == tagged.unwrap());
}
