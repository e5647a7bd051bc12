//! The table of the public contract: what is no audio, what is cut, what lies.

use crate::generate::{encoded, has_ffmpeg, wav, wav_saying};
use crate::{open_bytes, read_all, shared};
use timeside_core::Error;

fn refusal(bytes: Vec<u8>, name: &str) -> Error {
    open_bytes(bytes, name)
        .err()
        .unwrap_or_else(|| panic!("{name} was opened"))
}

#[track_caller]
fn assert_refused(bytes: Vec<u8>, name: &str, code: &str, word: &str) {
    let error = refusal(bytes, name);
    assert_eq!(error.code(), code, "{name}: {error}");
    assert!(
        error.to_string().contains(word),
        "{name}: “{error}” does not say “{word}”"
    );
}

#[test]
fn what_is_no_audio_is_unsupported() {
    assert_refused(
        b"<!DOCTYPE html>\n<html><body>Log in</body></html>".to_vec(),
        "a.mp3",
        "unsupported-format",
        "HTML page",
    );
    assert_refused(
        b"This is a text.\n".repeat(50),
        "a.wav",
        "unsupported-format",
        "text",
    );
    assert_refused(vec![0x95; 3_000], "a.flac", "unsupported-format", "unknown");
    assert_refused(
        b"RIFF\0\0\0\x20AVI LIST\0\0".to_vec(),
        "a.avi",
        "unsupported-format",
        "AVI",
    );
}

#[test]
fn what_is_empty_is_corrupt() {
    assert_refused(Vec::new(), "a.mp3", "corrupt-media", "empty");
    assert_refused(
        b"ID3\x04\0\0\0\0\0\x04abcd".to_vec(),
        "a.mp3",
        "corrupt-media",
        "ID3",
    );
}

#[test]
fn absurd_wav_headers_are_named() {
    assert_refused(
        wav(1, 0, 44_100, 16, &[0; 64]),
        "a.wav",
        "corrupt-media",
        "0 channels",
    );
    assert_refused(wav(1, 2, 0, 16, &[0; 64]), "a.wav", "corrupt-media", "0 Hz");
    assert_refused(
        wav(1, 1_000, 44_100, 16, &[0; 64]),
        "a.wav",
        "corrupt-media",
        "1000 channels",
    );
    assert_refused(
        wav(1, 2, 44_100, 0, &[0; 64]),
        "a.wav",
        "corrupt-media",
        "0 bits",
    );
    assert_refused(
        wav(0x31, 2, 44_100, 4, &[0; 64]),
        "a.wav",
        "unsupported-format",
        "GSM",
    );
    assert_refused(
        b"RIFF\x24\0\0\0WAVE".to_vec(),
        "a.wav",
        "corrupt-media",
        "format",
    );
    let full = wav(1, 2, 44_100, 16, &[0; 64]);
    assert_refused(full[..44].to_vec(), "a.wav", "corrupt-media", "cut off");
    assert_refused(full[..40].to_vec(), "a.wav", "corrupt-media", "cut off");
}

#[test]
fn four_gigabytes_in_a_hundred_bytes_are_what_is_there() {
    let mut decoder =
        open_bytes(wav_saying(1, 2, 44_100, 16, 0xFFFF_FFF0, &[1; 56]), "a.wav").unwrap();
    assert_eq!(decoder.info().frames, Some(14));
    assert_eq!(decoder.take_warnings()[0].code, "truncated");
    assert_eq!(read_all(decoder.as_mut(), 8192).unwrap()[0].len(), 14);
    // A recorder that did not know the length yet is no damage.
    let mut unknown =
        open_bytes(wav_saying(1, 2, 44_100, 16, u32::MAX, &[1; 56]), "a.wav").unwrap();
    assert_eq!(read_all(unknown.as_mut(), 8192).unwrap()[0].len(), 14);
    assert_eq!(unknown.take_warnings(), []);
}

/// A file cut in the middle gives about half, equal to the half of the whole, and a warning.
fn check_cut(name: &str, bytes: &[u8]) {
    let whole = read_all(open_bytes(bytes.to_vec(), name).unwrap().as_mut(), 4096).unwrap();
    for part in [0.3, 0.5, 0.8] {
        let cut = bytes[..(bytes.len() as f64 * part) as usize].to_vec();
        let mut decoder =
            open_bytes(cut, name).unwrap_or_else(|e| panic!("{name} cut at {part}: {e}"));
        let planes = read_all(decoder.as_mut(), 4096).unwrap();
        let share = planes[0].len() as f64 / whole[0].len() as f64;
        assert!(
            (part - 0.15..part + 0.15).contains(&share),
            "{name} cut at {part}: {share:.3} of the frames"
        );
        let codes: Vec<_> = decoder
            .info()
            .warnings
            .iter()
            .map(|w| w.code.clone())
            .collect();
        assert!(
            codes.iter().any(|code| code == "truncated"),
            "{name} cut at {part}: {codes:?}"
        );
        assert_eq!(
            decoder.take_warnings(),
            decoder.info().warnings,
            "{name}: every warning is told once"
        );
        assert_eq!(
            decoder.info().frames,
            Some(planes[0].len() as i64),
            "{name}: the length is known at last"
        );
        // The last packets may differ: what they overlap with is missing.
        let sure = planes[0].len().saturating_sub(8192);
        assert!(
            planes[0][..sure] == whole[0][..sure],
            "{name} cut at {part}: what is there differs"
        );
        decoder.seek(100).unwrap();
        let mut block = timeside_core::Block::default();
        assert_eq!(
            decoder.next_block(&mut block, 50).unwrap(),
            50,
            "{name}: it can still be sought"
        );
        assert_eq!(block.channels[0], whole[0][100..150], "{name}");
    }
}

#[test]
fn files_cut_in_the_middle_give_what_is_there() {
    for name in [
        "music30s_44k_st.cbr.mp3",
        "music30s_44k_st.vbr.mp3",
        "music30s_44k_st.flac",
        "music30s_44k_st.ogg",
        "music30s_44k_st.opus",
    ] {
        if let Some(path) = shared(&format!("real/{name}")) {
            check_cut(name, &std::fs::read(path).unwrap());
        }
    }
    if has_ffmpeg() {
        check_cut(
            "a.m4a",
            &encoded(
                20.0,
                44_100,
                2,
                "m4a",
                &["-c:a", "aac", "-aac_pns", "0", "-movflags", "+faststart"],
            ),
        );
        check_cut("a.wav", &encoded(5.0, 44_100, 2, "wav", &[]));
    }
}

#[test]
fn an_m4a_without_its_index_is_corrupt() {
    if has_ffmpeg() {
        let bytes = encoded(5.0, 44_100, 2, "m4a", &["-c:a", "aac"]);
        assert_refused(
            bytes[..bytes.len() / 2].to_vec(),
            "a.m4a",
            "corrupt-media",
            "moov",
        );
    }
}

#[test]
fn codecs_that_we_lack_are_named() {
    if !has_ffmpeg() {
        return;
    }
    let cases: &[(&str, &[&str], &str)] = &[
        ("m4a", &["-c:a", "alac"], "ALAC"),
        ("mp4", &["-c:a", "ac3"], "AC-3"),
        ("wav", &["-c:a", "adpcm_yamaha"], "Yamaha ADPCM"),
        ("ogg", &["-c:a", "libopus", "-ac", "7"], "7 channels"),
        (
            "mp4",
            &["-c:a", "aac", "-movflags", "frag_keyframe+empty_moov"],
            "fragmented",
        ),
    ];
    for (extension, options, word) in cases {
        let bytes = encoded(0.5, 44_100, 2, extension, options);
        assert_refused(bytes, &format!("a.{extension}"), "unsupported-format", word);
    }
}

/// Garbage between frames is skipped and told; the rest is there.
#[test]
fn garbage_between_frames_is_skipped() {
    let Some(path) = shared("real/music30s_44k_st.cbr.mp3") else {
        return;
    };
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes.splice(middle..middle, (0..5_000_u32).map(|i| (i * 37 % 200) as u8));
    let mut decoder = open_bytes(bytes, "a.mp3").unwrap();
    let frames = read_all(decoder.as_mut(), 4096).unwrap()[0].len();
    assert!((1_318_000..=1_323_000).contains(&frames), "{frames}");
    assert!(decoder.take_warnings().iter().any(|w| w.code == "damaged"));
}

/// Pages that are lost leave silence, and what follows stays in its place.
#[test]
fn lost_pages_leave_everything_in_its_place() {
    for name in ["real/music30s_44k_st.ogg", "real/music30s_44k_st.opus"] {
        let Some(path) = shared(name) else { continue };
        let bytes = std::fs::read(path).unwrap();
        let whole = read_all(open_bytes(bytes.clone(), name).unwrap().as_mut(), 4096).unwrap();
        let pages: Vec<usize> = bytes
            .windows(4)
            .enumerate()
            .filter(|(_, w)| w == b"OggS")
            .map(|(i, _)| i)
            .collect();
        let middle = pages.len() / 2;
        let mut lossy = bytes.clone();
        lossy.drain(pages[middle]..pages[middle + 3]);
        let mut decoder = open_bytes(lossy, name).unwrap();
        let planes = read_all(decoder.as_mut(), 4096).unwrap();
        assert_eq!(planes[0].len(), whole[0].len(), "{name}");
        let tail = whole[0].len() - 200_000;
        let worst = planes[0][tail..]
            .iter()
            .zip(&whole[0][tail..])
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert!(worst < 1e-3, "{name}: {worst}");
        assert!(
            decoder.take_warnings().iter().any(|w| w.code == "damaged"),
            "{name}"
        );
    }
}

/// The texts of all LIST chunks together are bounded.
#[test]
fn many_list_chunks_take_little_memory() {
    let text = vec![b'x'; 300_000];
    let mut bytes = b"RIFF\0\0\0\0WAVE".to_vec();
    for key in [b"AAAA", b"BBBB", b"CCCC", b"DDDD", b"EEEE", b"FFFF"] {
        bytes.extend(b"LIST");
        bytes.extend((text.len() as u32 + 12).to_le_bytes());
        bytes.extend(b"INFO");
        bytes.extend(key);
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(&text);
    }
    bytes.extend(&wav(1, 1, 8_000, 16, &[1; 64])[12..]);
    let decoder = open_bytes(bytes, "a.wav").unwrap();
    let held: usize = decoder.info().tags.values().map(String::len).sum();
    assert!((300_000..=1 << 20).contains(&held), "{held}");
    assert_eq!(decoder.info().frames, Some(32));
}

/// An Ogg file that is nothing but beginnings of pages: each would take a checksum over 65 kB.
#[test]
fn a_file_of_false_pages_is_given_up_soon() {
    let mut page = b"OggS\0\x02".to_vec();
    page.resize(26, 0);
    page.push(255);
    let mut bytes = page.repeat((8 << 20) / page.len());
    bytes.truncate(8 << 20);
    let (counted, reads) = crate::generate::Counting::new(bytes);
    let error = timeside_decode::open(Box::new(counted), timeside_decode::Hint::default())
        .err()
        .unwrap();
    assert_eq!(error.code(), "corrupt-media");
    let read = reads.load(std::sync::atomic::Ordering::Relaxed);
    assert!(read < 80 << 20, "{read} bytes were read");
}

/// An MP3 whose one frame is its tag has no length to estimate.
#[test]
fn an_mp3_of_its_tag_alone_has_no_duration() {
    let mut frame = vec![0; 417];
    frame[..4].copy_from_slice(&[0xFF, 0xFB, 0x90, 0x44]);
    frame[36..40].copy_from_slice(b"Info");
    let mut decoder = open_bytes(frame, "a.mp3").unwrap();
    assert_eq!(decoder.info().duration, None);
    assert_eq!(
        read_all(decoder.as_mut(), 512).unwrap_err().code(),
        "corrupt-media"
    );
}
