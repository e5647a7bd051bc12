//! Containers of PCM, byte by byte: what their chunks tell, how they are cut, and what is absurd.

use crate::generate::{encoded, has_ffmpeg, wav};
use crate::{open_bytes, read_all};
use timeside_core::{Decoder, Error, Marker};

fn chunk(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = [&id[..], &(body.len() as u32).to_le_bytes(), body].concat();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

fn big_chunk(id: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut bytes = [&id[..], &(body.len() as u32).to_be_bytes(), body].concat();
    bytes.resize(bytes.len().next_multiple_of(2), 0);
    bytes
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn point(id: u32, frame: u32) -> Vec<u8> {
    [&words(&[id, frame]), &b"data"[..], &words(&[0, 0, frame])].concat()
}

fn tag<'a>(decoder: &'a dyn Decoder, key: &str) -> Option<&'a str> {
    decoder.info().tags.get(key).map(String::as_str)
}

fn marker(start: f64, end: f64, label: &str) -> Marker {
    let label = label.into();
    Marker { start, end, label }
}

/// A WAV of 8000 Hz and 1000 frames with chunks behind its sound.
fn with_chunks(chunks: &[Vec<u8>]) -> Vec<u8> {
    // An odd length: the chunks are found behind the padding.
    let mut bytes = wav(1, 1, 8_000, 8, &[0x80; 1001]);
    bytes.push(0);
    bytes.extend(chunks.concat());
    bytes
}

/// One file of each container with all that we read beside the sound, for what damages files.
pub(crate) fn rich() -> [(&'static str, Vec<u8>); 4] {
    [
        ("bext.wav", broadcast()),
        ("cues.wav", cues()),
        ("markers.aiff", marked_aiff()),
        ("markers.caf", marked_caf()),
    ]
}

fn broadcast() -> Vec<u8> {
    let mut bext = vec![0; 602];
    let mut put = |at: usize, bytes: &[u8]| bext[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, "Entretien, première partie".as_bytes());
    put(256, b"TimeSide");
    put(320, b"2026-11-20");
    put(330, b"12:34:56");
    put(338, &words(&[0x1000, 2]));
    put(346, &2_u16.to_le_bytes());
    put(412, &(-2_314_i16).to_le_bytes());
    put(414, &0x7FFF_i16.to_le_bytes());
    bext.extend(b"A=PCM,F=8000,W=8,M=mono\r\n\0");
    with_chunks(&[
        chunk(b"bext", &bext),
        chunk(
            b"LIST",
            b"INFOINAM\x06\0\0\0Caf\xE9\0\0ICMT\x03\0\0\0ok\0\0",
        ),
        chunk(b"iXML", b"<BWFXML/>"),
        b"garbage that is no chunk".to_vec(),
    ])
}

#[test]
fn a_broadcast_wave_tells_its_origin() {
    let decoder = open_bytes(broadcast(), "a.wav").unwrap();
    assert_eq!(decoder.info().frames, Some(1001));
    assert_eq!(decoder.info().time_reference, Some((2 << 32) + 0x1000));
    for (key, value) in [
        ("description", "Entretien, première partie"),
        ("originator", "TimeSide"),
        ("origination_date", "2026-11-20"),
        ("origination_time", "12:34:56"),
        ("loudness_value", "-23.14 LUFS"),
        ("coding_history", "A=PCM,F=8000,W=8,M=mono"),
        // Latin-1, as older programs write it.
        ("title", "Café"),
        ("comment", "ok"),
        ("ixml", "<BWFXML/>"),
    ] {
        assert_eq!(tag(decoder.as_ref(), key), Some(value), "{key}");
    }
    assert_eq!(tag(decoder.as_ref(), "loudness_range"), None);
}

fn cues() -> Vec<u8> {
    let cue = [words(&[3]), point(7, 800), point(1, 80), point(2, 160)].concat();
    let region = [&words(&[2, 400]), &b"rgn "[..], &[0; 8], b"Refrain\0"].concat();
    let adtl = [
        b"adtl".to_vec(),
        chunk(b"labl", b"\x01\0\0\0Begin\0"),
        chunk(b"note", b"\x07\0\0\0a note\0"),
        chunk(b"ltxt", &region),
    ]
    .concat();
    let mut smpl = words(&[0, 0, 125_000, 60, 0, 0, 0, 1, 0]);
    smpl.extend(words(&[99, 0, 240, 319, 0, 0]));
    with_chunks(&[
        chunk(b"cue ", &cue),
        chunk(b"LIST", &adtl),
        chunk(b"smpl", &smpl),
    ])
}

#[test]
fn cues_become_markers_and_regions() {
    let decoder = open_bytes(cues(), "a.wav").unwrap();
    assert_eq!(
        decoder.info().markers,
        [
            marker(0.01, 0.01, "Begin"),
            marker(0.02, 0.07, "Refrain"),
            marker(0.03, 0.04, "loop"),
            marker(0.1, 0.1, "a note"),
        ]
    );
    assert_eq!(tag(decoder.as_ref(), "midi_unity_note"), Some("60"));
}

#[test]
fn the_valid_bits_of_an_extensible_header_are_told() {
    let mut format = vec![0xFE, 0xFF, 2, 0];
    format.extend(words(&[48_000, 384_000]));
    format.extend([8, 0, 32, 0, 22, 0, 24, 0]);
    format.extend(words(&[3]));
    format.extend(b"\x01\0\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71");
    let bytes = [
        &b"RIFF\0\0\0\0WAVE"[..],
        &chunk(b"fmt ", &format),
        &chunk(b"data", &[0, 0, 0, 0x40, 0, 0, 0, 0xC0]),
    ]
    .concat();
    let mut decoder = open_bytes(bytes, "a.wav").unwrap();
    assert_eq!(decoder.info().bits_per_sample, Some(24));
    assert_eq!(decoder.info().codec, "pcm_s32le");
    assert_eq!(read_all(decoder.as_mut(), 8).unwrap(), [[0.5], [-0.5]]);
}

/// 24 bits in words of 32 without the extensible header: size of frame and byte rate agree.
#[test]
fn words_may_be_wider_than_their_bits() {
    let mut bytes = wav(1, 1, 8_000, 24, &[0, 0, 0, 0x40]);
    bytes[28..32].copy_from_slice(&32_000_u32.to_le_bytes());
    bytes[32..34].copy_from_slice(&4_u16.to_le_bytes());
    let mut decoder = open_bytes(bytes.clone(), "a.wav").unwrap();
    assert_eq!(read_all(decoder.as_mut(), 8).unwrap(), [[0.5]]);
    assert_eq!(decoder.info().bits_per_sample, Some(24));
    // Else the size of the frame is a slip, as many programs make it.
    bytes[28..32].copy_from_slice(&24_000_u32.to_le_bytes());
    let decoder = open_bytes(bytes, "a.wav").unwrap();
    assert_eq!(decoder.info().codec, "pcm_s24le");
}

/// The last block of ADPCM is padded: the fact chunk tells how far the sound goes.
#[test]
fn adpcm_is_trimmed_by_the_fact_chunk() {
    let mut format = vec![2, 0, 1, 0];
    format.extend(words(&[8_000, 6_400]));
    // Blocks of 16 bytes have 2 frames in their header and 18 behind it; one pair of coefficients: (256, 0).
    format.extend([16, 0, 4, 0, 8, 0, 20, 0, 1, 0, 0, 1, 0, 0]);
    let block = |value: i16| {
        let mut block = vec![0, 16, 0];
        block.extend([value.to_le_bytes(), value.to_le_bytes()].concat());
        block.resize(16, 0);
        block
    };
    let file = |frames: u32, pair: u8| {
        let mut data = [block(1_000), block(-2_000)].concat();
        data[16] = pair;
        [
            &b"RIFF\0\0\0\0WAVE"[..],
            &chunk(b"fmt ", &format),
            &chunk(b"fact", &frames.to_le_bytes()),
            &chunk(b"data", &data),
        ]
        .concat()
    };
    for (told, frames) in [(25, 25), (0, 40), (1_000, 40), (u32::MAX, 40)] {
        let mut decoder = open_bytes(file(told, 0), "a.wav").unwrap();
        assert_eq!(decoder.info().frames, Some(frames), "{told}");
        let planes = read_all(decoder.as_mut(), 7).unwrap();
        assert_eq!(planes[0].len() as i64, frames);
        // With a code of 0 nothing changes but by the first coefficient, which is 1.
        assert!(planes[0][..20].iter().all(|x| *x == 1_000.0 / 32_768.0));
        assert!(planes[0][20..].iter().all(|x| *x == -2_000.0 / 32_768.0));
    }
    // A pair that the file does not have: silence in its place.
    let mut decoder = open_bytes(file(0, 1), "a.wav").unwrap();
    let planes = read_all(decoder.as_mut(), 7).unwrap();
    assert!(planes[0][20..].iter().all(|x| *x == 0.0));
}

#[test]
fn rifx_is_big_endian_throughout() {
    let format = [0, 1, 0, 1, 0, 0, 0x1F, 0x40, 0, 0, 0x3E, 0x80, 0, 2, 0, 16];
    let bytes = [
        &b"RIFX\0\0\0\0WAVE"[..],
        &big_chunk(b"fmt ", &format),
        &big_chunk(b"data", &[0x40, 0, 0x80, 0]),
    ]
    .concat();
    let mut decoder = open_bytes(bytes, "a.wav").unwrap();
    assert_eq!(decoder.info().codec, "pcm_s16be");
    assert_eq!(read_all(decoder.as_mut(), 8).unwrap(), [[0.5, -1.0]]);
}

#[test]
fn a_length_of_zero_is_believed_where_a_chunk_follows() {
    let mut empty = wav(1, 1, 8_000, 16, &[]);
    empty.extend(chunk(b"LIST", b"INFOINAM\x02\0\0\0A\0"));
    let mut decoder = open_bytes(empty, "a.wav").unwrap();
    assert_eq!(decoder.info().frames, Some(0));
    assert_eq!(tag(decoder.as_ref(), "title"), Some("A"));
    assert_eq!(read_all(decoder.as_mut(), 8).unwrap()[0].len(), 0);
    let mut unfinished = wav(1, 1, 8_000, 16, &[]);
    unfinished.extend([1; 20]);
    assert_eq!(
        open_bytes(unfinished, "a.wav").unwrap().info().frames,
        Some(10)
    );
}

#[test]
fn as_many_channels_as_there_are() {
    for channels in [1_u16, 3, 32, 256] {
        let data: Vec<u8> = (0..channels * 5).flat_map(u16::to_le_bytes).collect();
        let mut decoder = open_bytes(wav(1, channels, 384_000, 16, &data), "a.wav").unwrap();
        decoder.seek(2).unwrap();
        let mut block = timeside_core::Block::default();
        assert_eq!(decoder.next_block(&mut block, 9).unwrap(), 3);
        let last = block.channels[usize::from(channels) - 1][2];
        assert_eq!(last, f32::from(channels * 5 - 1) / 32_768.0);
    }
}

/// An AIFF of mono 16 bits at 8000 Hz.
fn aiff(frames: u32, data: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut common = vec![0, 1];
    common.extend(frames.to_be_bytes());
    common.extend([0, 16, 0x40, 0x0B, 0xFA, 0, 0, 0, 0, 0, 0, 0]);
    [
        b"FORM\0\0\0\0AIFF".to_vec(),
        big_chunk(b"SSND", &[&[0; 8], data].concat()),
        big_chunk(b"COMM", &common),
        chunks.concat(),
    ]
    .concat()
}

fn marked_aiff() -> Vec<u8> {
    let mark = b"\0\x02\0\x05\0\0\x01\x90\x03End\0\x04\0\0\0\x50\0\0";
    let mut inst = vec![60, 0, 0, 127, 0, 127, 0, 0];
    inst.extend([0, 1, 0, 4, 0, 5, 0, 0, 0, 0, 0, 0]);
    aiff(
        1_000,
        &[0; 2_000],
        &[
            big_chunk(b"MARK", mark),
            big_chunk(b"INST", &inst),
            big_chunk(b"COMT", b"\0\x01\0\0\0\0\0\x04\0\x05Start"),
            big_chunk(b"NAME", b"Chant"),
            big_chunk(b"ANNO", b"first"),
            big_chunk(b"ANNO", b"second"),
        ],
    )
}

#[test]
fn aiff_tells_its_markers_and_loops() {
    let decoder = open_bytes(marked_aiff(), "a.aiff").unwrap();
    let info = decoder.info();
    assert_eq!((info.frames, info.sample_rate), (Some(1_000), 8_000));
    assert_eq!(
        info.markers,
        [
            marker(0.01, 0.01, "Start"),
            marker(0.01, 0.05, "sustain loop"),
            marker(0.05, 0.05, "End"),
        ]
    );
    assert_eq!(tag(decoder.as_ref(), "title"), Some("Chant"));
    assert_eq!(tag(decoder.as_ref(), "comment"), Some("first; second"));
}

fn marked_caf() -> Vec<u8> {
    let big = |words: &[u32]| -> Vec<u8> { words.iter().flat_map(|w| w.to_be_bytes()).collect() };
    let mark = |frame: f64, number: u32| {
        [
            &big(&[0]),
            &frame.to_be_bytes()[..],
            &big(&[number, 0, 0, 0]),
        ]
        .concat()
    };
    let chunk =
        |id: &[u8; 4], body: &[u8]| [&id[..], &(body.len() as i64).to_be_bytes(), body].concat();
    let description = [
        &8_000_f64.to_be_bytes()[..],
        b"lpcm",
        &big(&[2, 2, 1, 1, 16]),
    ]
    .concat();
    let strings = [big(&[2, 1, 0, 0, 2, 0, 4]), b"One\0Two\0".to_vec()].concat();
    let mut bytes = [
        b"caff\0\x01\0\0".to_vec(),
        chunk(b"desc", &description),
        chunk(b"mark", &[big(&[0, 1]), mark(80.0, 1)].concat()),
        chunk(
            b"regn",
            &[big(&[0, 1, 2, 0, 2]), mark(240.0, 0), mark(160.0, 0)].concat(),
        ),
        chunk(b"strg", &strings),
        chunk(b"info", b"\0\0\0\x01title\0Chant\0"),
    ]
    .concat();
    bytes.extend(b"data\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0\0\x40\0\x80");
    bytes
}

#[test]
fn caf_tells_its_markers_and_takes_an_open_end() {
    let mut decoder = open_bytes(marked_caf(), "a.caf").unwrap();
    assert_eq!(
        decoder.info().markers,
        [marker(0.01, 0.01, "One"), marker(0.02, 0.03, "Two")]
    );
    assert_eq!(tag(decoder.as_ref(), "title"), Some("Chant"));
    assert_eq!(read_all(decoder.as_mut(), 8).unwrap(), [[0.5, -1.0]]);
}

/// A file that is cut says so and gives what is there; one that is cut before its sound is refused.
#[test]
fn cut_files_give_what_is_there() {
    let whole = aiff(1_000, &[7; 2_000], &[]);
    let mut au = b".snd\0\0\0\x18\0\0\x07\xD0\0\0\0\x03\0\0\x1F\x40\0\0\0\x01".to_vec();
    au.resize(24 + 2_000, 7);
    // AIFF's common chunk follows its sound here: cut, it is lost. In front, it is not.
    assert_eq!(
        open_bytes(whole[..900].to_vec(), "a.aiff")
            .err()
            .map(|e| e.code()),
        Some("corrupt-media")
    );
    let common = whole.len() - 26;
    let turned = [&whole[..12], &whole[common..], &whole[12..common]].concat();
    for (name, bytes, head) in [("a.aiff", turned, 54), ("a.au", au, 24)] {
        let cut = bytes[..head + 1_001].to_vec();
        let mut decoder = open_bytes(cut, name).unwrap();
        assert_eq!(decoder.info().frames, Some(500), "{name}");
        assert_eq!(decoder.take_warnings()[0].code, "truncated", "{name}");
        assert_eq!(read_all(decoder.as_mut(), 64).unwrap()[0].len(), 500);
        let none = open_bytes(bytes[..head + 1].to_vec(), name);
        assert_eq!(
            none.err().map(|e| e.code()),
            Some("corrupt-media"),
            "{name}"
        );
    }
}

#[test]
fn absurd_headers_are_named() {
    let refused = |bytes: Vec<u8>| -> Error { open_bytes(bytes, "a").err().unwrap() };
    let mut many = aiff(1, &[0; 2], &[]);
    let channels = many.len() - 18;
    many[channels..channels + 2].copy_from_slice(&1_000_u16.to_be_bytes());
    assert!(refused(many).to_string().contains("1000 channels"));
    let mut nan = aiff(1, &[0; 2], &[]);
    let rate = nan.len() - 10;
    nan[rate..].fill(0xFF);
    assert_eq!(refused(nan).code(), "corrupt-media");
    let au = b".snd\0\0\0\x18\0\0\0\x02\0\0\0\x17\0\0\x1F\x40\0\0\0\x01ab".to_vec();
    assert!(refused(au).to_string().contains("G.721"));
    let caf = b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20\x7F\xF8\0\0\0\0\0\0lpcm\0\0\0\0\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\0\0\x10";
    assert!(refused(caf.to_vec()).to_string().contains("0 Hz"));
    let gsm = wav(0x31, 1, 8_000, 0, &[0; 65]);
    assert!(refused(gsm).to_string().contains("GSM"));
}

/// An ID3 tag in a chunk: texts that the container does not have itself, and the cover where it stands.
#[test]
fn a_chunk_of_id3_is_read() {
    let frame = |id: &[u8; 4], body: &[u8]| {
        [&id[..], &(body.len() as u32).to_be_bytes(), &[0, 0], body].concat()
    };
    let frames = [
        frame(b"TIT2", b"\0Another"),
        frame(b"TPE1", b"\0Voix"),
        frame(b"APIC", b"\0image/png\0\x03\0\x89PNG"),
    ]
    .concat();
    let tag = [b"ID3\x03\0\0\0\0\0", &[frames.len() as u8][..], &frames].concat();
    let title = chunk(b"LIST", b"INFOINAM\x06\0\0\0Chant\0");
    let in_wav = with_chunks(&[title, chunk(b"id3 ", &tag)]);
    let name = big_chunk(b"NAME", b"Chant");
    let in_aiff = aiff(1_000, &[0; 2_000], &[big_chunk(b"ID3 ", &tag), name]);
    for bytes in [in_wav, in_aiff] {
        let decoder = open_bytes(bytes.clone(), "a").unwrap();
        assert_eq!(self::tag(decoder.as_ref(), "title"), Some("Chant"));
        assert_eq!(self::tag(decoder.as_ref(), "artist"), Some("Voix"));
        let picture = &decoder.info().pictures[0];
        assert_eq!((&*picture.kind, picture.byte_len), ("front-cover", 4));
        let at = bytes.windows(4).position(|w| w == b"\x89PNG").unwrap() as u64;
        let place = timeside_core::PicturePlace::Source { start: at };
        assert_eq!(picture.place, place);
    }
    // What is no tag, or reaches beyond its chunk, is left alone.
    for body in [&b"ID3"[..], b"ID3\x03\0\0\0\0\x01\0abc", b"nothing"] {
        assert!(open_bytes(with_chunks(&[chunk(b"id3 ", body)]), "a.wav").is_ok());
    }
}

/// MPEG audio in WAV, as broadcasters keep it, is the stream itself.
#[test]
fn mpeg_in_wav_is_the_stream_itself() {
    if !has_ffmpeg() {
        return;
    }
    for (codec, coder) in [("mp3", "libmp3lame"), ("mp2", "mp2")] {
        let options = ["-c:a", coder, "-b:a", "64k", "-write_xing", "0"];
        let options = &options[..if codec == "mp3" { 6 } else { 4 }];
        let plain = [
            options,
            &["-id3v2_version", "0"][..if codec == "mp3" { 2 } else { 0 }],
        ];
        let alone = encoded(1.0, 44_100, 1, codec, &plain.concat());
        let mut expected = open_bytes(alone, "a").unwrap();
        let expected = read_all(expected.as_mut(), 4096).unwrap();
        let mut bytes = encoded(1.0, 44_100, 1, "wav", &options[..4]);
        bytes.extend(chunk(b"LIST", b"INFOINAM\x06\0\0\0Chant\0"));
        let mut decoder = open_bytes(bytes.clone(), "a.wav").unwrap();
        let info = decoder.info();
        assert_eq!((&*info.container, &*info.codec), ("wav", codec));
        assert_eq!(tag(decoder.as_ref(), "title"), Some("Chant"));
        assert!(
            read_all(decoder.as_mut(), 4096).unwrap() == expected,
            "{codec}"
        );
        assert_eq!(decoder.take_warnings(), [], "{codec}");
        bytes.truncate(bytes.len() / 2);
        let mut cut = open_bytes(bytes, "a.wav").unwrap();
        assert_eq!(cut.take_warnings()[0].code, "truncated");
    }
}
