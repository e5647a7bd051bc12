//! Streams of frames and Ogg: indices, cheap and exact places, joined and damaged files.

use crate::generate::{Counting, Numbers, encoded, has_ffmpeg, reference_of};
use crate::{FIXTURES, open_bytes, read_all};
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use timeside_core::{Block, Decoder, PicturePlace};
use timeside_decode::{Hint, SeekIndex, open};

fn fixture(name: &str) -> Vec<u8> {
    let found = FIXTURES.iter().find(|fixture| fixture.0 == name);
    found.unwrap().1.to_vec()
}

/// Opens `bytes` with a shared index, counting what is read.
fn counted(bytes: &[u8], index: &SeekIndex) -> (Box<dyn Decoder>, Arc<AtomicU64>) {
    let (source, read) = Counting::new(bytes.to_vec());
    let hint = Hint {
        index: Some(index.clone()),
        ..Hint::default()
    };
    (open(Box::new(source), hint).unwrap(), read)
}

/// Reads 1000 frames from each place by a decoder of its own; returns the most bytes that one took.
fn check_places(bytes: &[u8], index: &SeekIndex, whole: &[Vec<f32>], limit: f32) -> u64 {
    let mut numbers = Numbers(77);
    let mut most = 0;
    let mut block = Block::default();
    for _ in 0..20 {
        let place = numbers.below(whole[0].len() - 1000);
        let (mut decoder, read) = counted(bytes, index);
        let opened = read.load(Ordering::Relaxed);
        decoder.seek(place as i64).unwrap();
        assert_eq!(decoder.next_block(&mut block, 1000).unwrap(), 1000);
        for (got, whole) in block.channels.iter().zip(whole) {
            let same = got
                .iter()
                .zip(&whole[place..])
                .all(|(a, b)| (a - b).abs() <= limit);
            assert!(same, "from {place}");
        }
        most = most.max(read.load(Ordering::Relaxed) - opened);
    }
    most
}

fn vbr(secs: f64, tag: &str) -> Vec<u8> {
    let options = [
        "-c:a",
        "libmp3lame",
        "-q:a",
        "5",
        "-write_xing",
        tag,
        "-id3v2_version",
        "0",
    ];
    encoded(secs, 44_100, 2, "mp3", &options)
}

/// What one decoder has counted all others know; its bytes serve the next visit; a wrong one harms nobody.
#[test]
fn an_index_is_learnt_shared_and_kept() {
    if !has_ffmpeg() {
        return;
    }
    let bytes = vbr(150.0, "0");
    let index = SeekIndex::default();
    let (mut first, _) = counted(&bytes, &index);
    assert_eq!(first.info().frames, None);
    let whole = read_all(first.as_mut(), 8192).unwrap();
    assert!(index.is_complete());
    let (second, _) = counted(&bytes, &index);
    assert_eq!(second.info().frames, Some(whole[0].len() as i64));
    let most = check_places(&bytes, &index, &whole, 0.0);
    assert!(most <= 200 << 10, "{most} bytes for a place");
    let kept = index.to_bytes();
    let again = SeekIndex::from_bytes(&kept).unwrap();
    assert!(check_places(&bytes, &again, &whole, 0.0) <= 200 << 10);
    println!("index of {} bytes for {}", kept.len(), bytes.len());
    // The same places in another file of that length hold no frames: the index is thrown away.
    let mut other = bytes.clone();
    other.rotate_right(100);
    other[..100].fill(0);
    let start = other.len() - 100;
    other[start..].fill(0);
    let forged = SeekIndex::from_bytes(&kept).unwrap();
    let plain = read_all(open_bytes(other.clone(), "b.mp3").unwrap().as_mut(), 8192).unwrap();
    check_places(&other, &forged, &plain, 0.0);
}

/// A table that lies leads nobody astray, and a sketch reads next to nothing.
#[test]
fn a_sketch_is_cheap_and_a_wrong_table_harmless() {
    if !has_ffmpeg() {
        return;
    }
    let mut bytes = vbr(150.0, "1");
    let tag = bytes.windows(4).position(|w| w == b"Xing").unwrap();
    let whole = read_all(open_bytes(bytes.clone(), "a.mp3").unwrap().as_mut(), 8192).unwrap();
    let mut block = Block::default();
    let (mut sketch, read) = counted(&bytes, &SeekIndex::default());
    let opened = read.load(Ordering::Relaxed);
    for i in 1..10 {
        let before = read.load(Ordering::Relaxed);
        let wanted = whole[0].len() as i64 * i / 10;
        sketch.seek_near(wanted).unwrap();
        assert!(sketch.next_block(&mut block, 2000).unwrap() > 0);
        assert!(
            (block.first_frame - wanted).abs() < 44_100,
            "{} for {wanted}",
            block.first_frame
        );
        let bytes = read.load(Ordering::Relaxed) - before;
        assert!(bytes <= 32 << 10, "{bytes} bytes for a sketch");
    }
    assert!(opened <= 200 << 10, "{opened} bytes to open");
    // After the sketch, places are exact again.
    sketch.seek(1_000_000).unwrap();
    sketch.next_block(&mut block, 500).unwrap();
    assert!(block.channels[0][..] == whole[0][1_000_000..1_000_500]);
    bytes[tag + 16..tag + 116].fill(200);
    check_places(&bytes, &SeekIndex::default(), &whole, 0.0);
}

/// Layers I and II, and FLAC in Ogg, as ffmpeg decodes them.
#[test]
fn layer_two_and_flac_in_ogg_are_those_of_ffmpeg() {
    if !has_ffmpeg() {
        return;
    }
    for (extension, rate, options, limit) in [
        ("mp2", 44_100, &["-c:a", "mp2", "-b:a", "192k"][..], 2e-4),
        ("mp2", 24_000, &["-c:a", "mp2", "-b:a", "64k"], 2e-4),
        ("ogg", 48_000, &["-c:a", "flac"], 0.0),
        ("flac", 96_000, &["-c:a", "flac", "-sample_fmt", "s32"], 0.0),
        ("flac", 8000, &["-c:a", "flac", "-frame_size", "100"], 0.0),
    ] {
        let what = format!("{extension} {options:?}");
        let bytes = encoded(7.3, rate, 2, extension, options);
        let mut decoder = open_bytes(bytes.clone(), &format!("a.{extension}")).unwrap();
        let whole = read_all(decoder.as_mut(), 4096).unwrap();
        let expected = reference_of(&bytes, extension, 2);
        assert_eq!(whole[0].len(), expected[0].len(), "{what}");
        for (got, expected) in whole.iter().zip(&expected) {
            let worst = got
                .iter()
                .zip(expected)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            assert!(worst <= limit, "{what}: {worst}");
        }
        assert_eq!(decoder.take_warnings(), [], "{what}");
        check_places(&bytes, &SeekIndex::default(), &whole, 0.0);
    }
}

/// Cold places in long files: what is read for one is bounded, with or without tables.
#[test]
fn a_cold_place_in_a_long_file_takes_little() {
    if !has_ffmpeg() {
        return;
    }
    let noise = "anoisesrc=d=120:r=44100:a=0.3,aformat=channel_layouts=stereo";
    for (extension, options) in [
        ("flac", &["-c:a", "flac", "-compression_level", "0"][..]),
        ("ogg", &["-c:a", "libvorbis", "-q:a", "8"]),
        ("ogg", &["-c:a", "flac", "-compression_level", "0"]),
        (
            "mp3",
            &["-c:a", "libmp3lame", "-b:a", "320k", "-write_xing", "0"],
        ),
    ] {
        let bytes = crate::generate::encoded_from(noise, extension, options);
        let whole = read_all(open_bytes(bytes.clone(), "a").unwrap().as_mut(), 8192).unwrap();
        let mut most = 0;
        // A new index each time: every place is cold.
        for _ in 0..3 {
            most = most.max(check_places(&bytes, &SeekIndex::default(), &whole, 0.0));
        }
        println!(
            "{extension} {options:?}: {most} bytes of {} for a place",
            bytes.len()
        );
        assert!(most <= 1 << 20, "{extension} {options:?}: {most} bytes");
    }
}

/// FLAC that was cut, damaged, tagged behind, or never finished by its encoder.
#[test]
fn flac_is_read_in_any_state() {
    let flac = fixture("tones_flac.flac");
    let whole = read_all(open_bytes(flac.clone(), "a.flac").unwrap().as_mut(), 4096).unwrap();
    // Without a total, the end is learnt.
    let mut unfinished = flac.clone();
    unfinished[21] &= 0xF0;
    unfinished[22..26].fill(0);
    let mut decoder = open_bytes(unfinished, "a.flac").unwrap();
    assert_eq!(decoder.info().frames, None);
    assert!(read_all(decoder.as_mut(), 4096).unwrap() == whole);
    assert_eq!(decoder.info().frames, Some(17_640));
    // A tag behind the last frame is no part of it.
    let mut tagged = flac.clone();
    tagged.extend(b"TAG");
    tagged.resize(flac.len() + 128, 0);
    assert!(read_all(open_bytes(tagged, "a.flac").unwrap().as_mut(), 4096).unwrap() == whole);
    // A flipped bit silences one frame and moves nothing.
    let mut damaged = flac.clone();
    damaged[flac.len() / 2] ^= 4;
    let mut decoder = open_bytes(damaged, "a.flac").unwrap();
    let planes = read_all(decoder.as_mut(), 4096).unwrap();
    assert_eq!(planes[0].len(), whole[0].len());
    let differ: Vec<usize> = (0..whole[0].len())
        .filter(|i| planes[0][*i] != whole[0][*i])
        .collect();
    assert!(
        !differ.is_empty() && differ[differ.len() - 1] - differ[0] < 4608,
        "{}",
        differ.len()
    );
    assert!(differ.iter().all(|i| planes[0][*i] == 0.0));
    assert_eq!(decoder.take_warnings()[0].code, "damaged");
    // The frame before a cut is the last.
    let mut decoder = open_bytes(flac[..flac.len() - 300].to_vec(), "a.flac").unwrap();
    let planes = read_all(decoder.as_mut(), 4096).unwrap();
    let n = planes[0].len();
    assert!(n > 4608 && n < 17_640 && planes[0][..] == whole[0][..n]);
    assert_eq!(decoder.take_warnings()[0].code, "truncated");
}

/// Whole Ogg files behind one another are one line of time.
#[test]
fn chained_ogg_is_one_line_of_time() {
    let (vorbis, opus) = (fixture("tones_vorbis.ogg"), fixture("tones_opus.opus"));
    let one = read_all(open_bytes(vorbis.clone(), "a.ogg").unwrap().as_mut(), 4096).unwrap();
    // The links must differ in their serial numbers, as they do where they come from one encoder.
    let chained = [
        vorbis.clone(),
        with_serial(&vorbis, 77),
        with_serial(&vorbis, 99),
    ]
    .concat();
    let mut decoder = open_bytes(chained.clone(), "a.ogg").unwrap();
    let frames = one[0].len();
    assert_eq!(decoder.info().frames, Some(3 * frames as i64));
    let whole = read_all(decoder.as_mut(), 1000).unwrap();
    for (whole, one) in whole.iter().zip(&one) {
        assert!(whole[..] == one.repeat(3)[..]);
    }
    assert_eq!(decoder.take_warnings(), []);
    check_places(&chained, &SeekIndex::default(), &whole, 0.0);
    // Another rate is converted, and said.
    let mut mixed = open_bytes([vorbis, with_serial(&opus, 8)].concat(), "a.ogg").unwrap();
    let whole = read_all(mixed.as_mut(), 1000).unwrap();
    assert_eq!(mixed.spec().sample_rate, 44_100);
    assert_eq!(whole[0].len(), 2 * frames);
    let warnings = mixed.take_warnings();
    assert_eq!(
        (warnings[0].code.as_str(), warnings.len()),
        ("format-changed", 1)
    );
    let energy = |part: &[f32]| part.iter().map(|x| f64::from(x * x)).sum::<f64>();
    let ratio = energy(&whole[0][frames..]) / energy(&whole[0][..frames]);
    assert!((0.9..1.1).contains(&ratio), "{ratio}");
}

/// The file with another serial number on its pages.
pub(crate) fn with_serial(file: &[u8], serial: u32) -> Vec<u8> {
    let mut file = file.to_vec();
    let mut at = 0;
    while at < file.len() {
        let segments = usize::from(file[at + 26]);
        let body: usize = file[at + 27..at + 27 + segments]
            .iter()
            .map(|l| usize::from(*l))
            .sum();
        let end = at + 27 + segments + body;
        file[at + 14..at + 18].copy_from_slice(&serial.to_le_bytes());
        file[at + 22..at + 26].fill(0);
        let crc = file[at..end].iter().fold(0_u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte) << 24, |crc, _| {
                crc << 1 ^ if crc >> 31 == 1 { 0x04C1_1DB7 } else { 0 }
            })
        });
        file[at + 22..at + 26].copy_from_slice(&crc.to_le_bytes());
        at = end;
    }
    file
}

/// Streams side by side: one is read, all are named, another can be asked for.
#[test]
fn a_track_of_several_is_chosen() {
    let vorbis = with_serial(&fixture("tones_vorbis.ogg"), 5);
    let opus = with_serial(&fixture("tones_opus.opus"), 6);
    // The first pages stand together, then the rest of one stream, then that of the other.
    let first_page = |file: &[u8]| 28 + usize::from(file[27]);
    let (v, o) = (first_page(&vorbis), first_page(&opus));
    let file = [&vorbis[..v], &opus[..o], &opus[o..], &vorbis[v..]].concat();
    let open_track = |track| {
        let hint = Hint {
            track,
            ..Hint::default()
        };
        open(Box::new(Cursor::new(file.clone())), hint)
    };
    let mut decoder = open_track(None).unwrap();
    let info = decoder.info().clone();
    let codecs: Vec<_> = info
        .tracks
        .iter()
        .map(|t| (t.id, t.codec.as_str(), t.is_default))
        .collect();
    assert_eq!(codecs, [(5, "vorbis", true), (6, "opus", false)]);
    assert_eq!(
        (info.track, info.codec.as_str(), info.frames),
        (Some(5), "vorbis", Some(17_640))
    );
    assert_eq!(read_all(decoder.as_mut(), 4096).unwrap()[0].len(), 17_640);
    let mut decoder = open_track(Some(6)).unwrap();
    assert_eq!(read_all(decoder.as_mut(), 4096).unwrap()[0].len(), 19_200);
    assert_eq!(open_track(Some(7)).err().unwrap().code(), "bad-parameter");
}

/// Channels that change midway are mixed to those of the beginning; another rate ends the file, and is said.
#[test]
fn mp3_that_changes_midway_is_defined() {
    if !has_ffmpeg() {
        return;
    }
    let options = [
        "-c:a",
        "libmp3lame",
        "-b:a",
        "64k",
        "-write_xing",
        "0",
        "-id3v2_version",
        "0",
    ];
    let stereo = encoded(2.0, 44_100, 2, "mp3", &options);
    let mono = encoded(2.0, 44_100, 1, "mp3", &options);
    let other = encoded(2.0, 48_000, 2, "mp3", &options);
    let length = |bytes: Vec<u8>| {
        let mut decoder = open_bytes(bytes, "a.mp3").unwrap();
        let planes = read_all(decoder.as_mut(), 4096).unwrap();
        (planes, decoder.take_warnings())
    };
    let (alone, _) = length(stereo.clone());
    let (after, _) = length(mono.clone());
    let (planes, warnings) = length([stereo.clone(), mono.clone()].concat());
    assert_eq!(
        (planes.len(), planes[0].len()),
        (2, alone[0].len() + after[0].len())
    );
    assert_eq!(warnings, []);
    let joint = alone[0].len() + 1152;
    assert!(planes[0][joint..] == planes[1][joint..] && planes[0][joint..] == after[0][1152..]);
    check_places(
        &[stereo.clone(), mono].concat(),
        &SeekIndex::default(),
        &planes,
        0.0,
    );
    let (planes, warnings) = length([stereo, other].concat());
    assert_eq!(planes[0].len(), alone[0].len());
    assert_eq!(warnings[0].code, "format-changed");
}

/// A cover of 10 MB is known, and not read before somebody wants it.
#[test]
fn a_large_cover_is_not_read() {
    let image: Vec<u8> = [0xFF, 0xD8, 0xFF, 0xE0]
        .into_iter()
        .chain((0..10 << 20).map(|i| i as u8))
        .collect();
    let body = [b"\0image/jpeg\0\x03\0", &image[..]].concat();
    let mut tag = b"ID3\x03\0\0".to_vec();
    let size = body.len() as u32 + 10;
    tag.extend([21, 14, 7, 0].map(|shift| (size >> shift & 0x7F) as u8));
    tag.extend(b"APIC");
    tag.extend((body.len() as u32).to_be_bytes());
    tag.extend([0, 0]);
    tag.extend(body);
    let mp3 = fixture("tones_no_tag.mp3");
    let plain = read_all(open_bytes(mp3.clone(), "a.mp3").unwrap().as_mut(), 4096).unwrap();
    let file = [tag, mp3].concat();
    let (mut decoder, read) = counted(&file, &SeekIndex::default());
    assert!(read_all(decoder.as_mut(), 4096).unwrap() == plain);
    let bytes = read.load(Ordering::Relaxed);
    assert!(bytes < 300 << 10, "{bytes} bytes");
    let picture = &decoder.info().pictures[0];
    let PicturePlace::Source { start } = picture.place else {
        panic!("the cover was read");
    };
    assert_eq!(picture.byte_len, image.len() as u64);
    assert!(file[start as usize..][..image.len()] == image[..]);
}
