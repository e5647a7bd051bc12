use super::*;

fn frame(id: &str, body: &[u8]) -> Vec<u8> {
    [
        id.as_bytes(),
        &(body.len() as u32).to_be_bytes(),
        &[0, 0],
        body,
    ]
    .concat()
}

/// A tag that holds `frames`.
fn tag_of(major: u8, flags: u8, frames: &[u8]) -> Vec<u8> {
    let size = frames.len() as u32;
    let mut tag = vec![b'I', b'D', b'3', major, 0, flags];
    tag.extend([21, 14, 7, 0].map(|shift| (size >> shift & 0x7F) as u8));
    tag.extend_from_slice(frames);
    tag
}

fn reader(bytes: &[u8]) -> Reader {
    Reader::new(Counted::new(
        Box::new(Cursor::new(bytes.to_vec())),
        Default::default(),
    ))
}

fn read(tag: &[u8]) -> Tags {
    let mut tags = Tags::default();
    tags.read_id3v2(&mut reader(tag), 0, tag.len() as u64)
        .unwrap();
    tags
}

fn apic(description: &str, bytes: &[u8]) -> Vec<u8> {
    [b"\0image/jpeg\0\x03", description.as_bytes(), b"\0", bytes].concat()
}

#[test]
fn texts_around_a_picture_are_found_without_keeping_it() {
    let image = [&b"\x89PNG"[..], &vec![7; 10 << 20]].concat();
    let frames = [
        frame("TIT2", b"\0Chant"),
        frame("APIC", &apic("cover", &image)),
        frame("TPE1", b"\x01\xFF\xFEV\0o\0i\0x\0\0\0\xFF\xFEB\0"),
        frame("TXXX", b"\x03replaygain_track_gain\0-3 dB"),
        vec![0; 64],
    ]
    .concat();
    let mut tag = tag_of(3, 0, &frames);
    let tags = read(&tag);
    assert_eq!(tags.texts["title"], "Chant");
    assert_eq!(tags.texts["artist"], "Voix; B");
    assert_eq!(tags.texts["replaygain_track_gain"], "-3 dB");
    let [picture] = &tags.pictures[..] else {
        panic!("{:?}", tags.pictures);
    };
    // What the bytes show goes before what the frame says.
    assert_eq!(
        (
            picture.kind.as_str(),
            picture.mime_type.as_str(),
            picture.byte_len
        ),
        ("front-cover", "image/png", image.len() as u64)
    );
    let PicturePlace::Source { start } = picture.place else {
        panic!("the picture was read");
    };
    assert_eq!(tag[start as usize..][..4], *b"\x89PNG");
    tag.truncate(40);
    for end in 0..40 {
        read(&tag[..end]);
    }
}

#[test]
fn chapters_and_delays_are_read() {
    let chapter = |id: &str, from: u32, to: u32, title: &str| {
        let title = frame("TIT2", &[b"\x03", title.as_bytes()].concat());
        let body = [
            id.as_bytes(),
            b"\0",
            &from.to_be_bytes(),
            &to.to_be_bytes(),
            &[0xFF; 8],
            &title,
        ];
        frame("CHAP", &body.concat())
    };
    let smpb = b"\0engiTunSMPB\0 00000000 00000210 00000A2C 00000000000A8E44 00000000";
    let frames = [
        chapter("c1", 1500, 4000, "Zweitens"),
        chapter("c0", 0, 1500, "Erstens"),
        frame("COMM", smpb),
        frame("COMM", b"\0eng\0sch\xF6n".as_slice()),
    ];
    let tags = read(&tag_of(4, 0, &frames.concat()));
    let titles: Vec<_> = tags
        .chapters
        .iter()
        .map(|c| (c.start, c.end, c.title.as_str()))
        .collect();
    assert_eq!(
        titles,
        [(0.0, Some(1.5), "Erstens"), (1.5, Some(4.0), "Zweitens")]
    );
    assert_eq!(
        tags.gapless,
        Some(Gapless {
            delay: 528,
            padding: 2604,
            frames: 0xA8E44
        })
    );
    assert_eq!(tags.texts["comment"], "schön");
}

#[test]
fn an_unsynchronised_tag_and_the_oldest_version_are_read() {
    let image = b"\xFF\xD8\xFF\xE0image";
    let frames = [frame("APIC", &apic("", image)), frame("TALB", b"\0Album")].concat();
    let unsynchronised: Vec<u8> = frames
        .iter()
        .flat_map(|b| if *b == 0xFF { vec![0xFF, 0] } else { vec![*b] })
        .collect();
    let tags = read(&tag_of(3, 0x80, &unsynchronised));
    assert_eq!(tags.texts["album"], "Album");
    assert_eq!(tags.pictures[0].place, PicturePlace::Here(image[..].into()));
    let old = [&b"TT2\0\0\x04\0Alt"[..], b"PIC\0\0\x0A\0PNG\x03\0\x89PNG"].concat();
    let tags = read(&tag_of(2, 0, &old));
    assert_eq!(tags.texts["title"], "Alt");
    assert_eq!(
        (
            tags.pictures[0].byte_len,
            tags.pictures[0].mime_type.as_str()
        ),
        (4, "image/png")
    );
}

#[test]
fn sizes_that_lie_end_the_reading() {
    let frames = [frame("TIT2", b"\0A"), frame("TPE1", b"\0B")].concat();
    let mut tag = tag_of(3, 0, &frames);
    tag[14..18].fill(0xFF);
    assert!(read(&tag).texts.is_empty());
    // A frame that reaches beyond its tag takes nothing of what follows.
    let mut tag = tag_of(3, 0, &frames);
    tag[26..30].copy_from_slice(&2000_u32.to_be_bytes());
    let len = tag.len() as u64;
    tag.resize(8000, b'x');
    let mut tags = Tags::default();
    tags.read_id3v2(&mut reader(&tag), 0, len).unwrap();
    assert_eq!(tags.texts.into_keys().collect::<Vec<_>>(), ["title"]);
}

#[test]
fn tags_behind_the_sound_are_read() {
    let item = |flags: u32, key: &str, value: &[u8]| {
        let head = [(value.len() as u32).to_le_bytes(), flags.to_le_bytes()].concat();
        [&head, key.as_bytes(), b"\0", value].concat()
    };
    let items = [
        item(0, "Title", b"APE"),
        item(2, "Cover Art (Front)", b"c.jpg\0\xFF\xD8\xFF\xE0"),
    ]
    .concat();
    let mut file = vec![0x55; 100];
    file.extend(&items);
    file.extend(b"APETAGEX\xD0\x07\0\0");
    file.extend((items.len() as u32 + 32).to_le_bytes());
    file.extend(2_u32.to_le_bytes());
    file.extend([0; 12]);
    let mut v1 = b"TAG".to_vec();
    v1.resize(128, 0);
    v1[3..7].copy_from_slice(b"Alt ");
    v1[33..37].copy_from_slice(b"Chor");
    (v1[126], v1[127]) = (7, 32);
    file.extend(&v1);
    let mut tags = Tags::default();
    tail::read(&mut reader(&file), &mut tags).unwrap();
    assert_eq!(tags.texts["artist"], "Chor");
    assert_eq!(
        (
            tags.texts["tracknumber"].as_str(),
            tags.texts["genre"].as_str()
        ),
        ("7", "Classical")
    );
    assert_eq!(
        (tags.pictures[0].byte_len, tags.pictures[0].kind.as_str()),
        (4, "front-cover")
    );
    assert_eq!(tags.texts["title"], "APE");
    for end in 0..file.len() {
        tail::read(&mut reader(&file[..end]), &mut Tags::default()).unwrap();
    }
}
