//! Files of many hours and of many gigabytes: any place by a bounded number of bytes.

use crate::generate::{Counting, Numbers, encoded, has_ffmpeg};
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use timeside_core::{Block, Decoder, Source};
use timeside_decode::{Hint, open};

/// What a call for samples anywhere may read.
const MAX_READ: u64 = 1 << 20;

/// A file of `len` bytes: a head, then bytes that are a function of their place.
struct Sparse {
    head: Vec<u8>,
    len: u64,
    at: u64,
    read: Arc<AtomicU64>,
}

/// The byte at a place: no two stretches of 64 KiB are equal.
fn byte_at(place: u64) -> u8 {
    (place.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8
}

impl Read for Sparse {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        let n = (buf.len() as u64).min(self.len.saturating_sub(self.at)) as usize;
        for (i, to) in buf[..n].iter_mut().enumerate() {
            let place = self.at + i as u64;
            *to = match self.head.get(place as usize) {
                Some(byte) => *byte,
                None => byte_at(place),
            };
        }
        self.at += n as u64;
        self.read.fetch_add(n as u64, Relaxed);
        Ok(n)
    }
}

impl Seek for Sparse {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        if let SeekFrom::Start(at) = to {
            self.at = at;
        }
        Ok(self.at)
    }
}

impl Source for Sparse {
    fn byte_len(&self) -> Option<u64> {
        Some(self.len)
    }
}

/// Opens a file whose sound, mono of 16 bits, follows `head` and is ten gibibytes long.
fn sparse(head: Vec<u8>) -> (Box<dyn Decoder>, Arc<AtomicU64>) {
    let read = Arc::new(AtomicU64::new(0));
    let source = Sparse {
        len: head.len() as u64 + SOUND_BYTES,
        head,
        at: 0,
        read: read.clone(),
    };
    (open(Box::new(source), Hint::default()).unwrap(), read)
}

const SOUND_BYTES: u64 = 10 << 30;

const FORMAT: [u8; 16] = [1, 0, 1, 0, 0x44, 0xAC, 0, 0, 0x88, 0x58, 1, 0, 2, 0, 16, 0];

fn chunk(id: &[u8; 4], size: u32, body: &[u8]) -> Vec<u8> {
    [&id[..], &size.to_le_bytes(), body].concat()
}

fn rf64(magic: &[u8; 4]) -> Vec<u8> {
    let mut sizes = (SOUND_BYTES + 100).to_le_bytes().to_vec();
    sizes.extend(SOUND_BYTES.to_le_bytes());
    sizes.extend((SOUND_BYTES / 2).to_le_bytes());
    sizes.extend([0; 4]);
    [
        &magic[..],
        &[0xFF; 4],
        b"WAVE",
        &chunk(b"ds64", 28, &sizes),
        &chunk(b"fmt ", 16, &FORMAT),
        &chunk(b"data", u32::MAX, &[]),
    ]
    .concat()
}

fn wave64() -> Vec<u8> {
    let tail = b"\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A";
    [
        &b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0"[..],
        &(SOUND_BYTES + 104).to_le_bytes(),
        b"wave",
        tail,
        b"fmt ",
        tail,
        &40_u64.to_le_bytes(),
        &FORMAT,
        b"data",
        tail,
        &(SOUND_BYTES + 24).to_le_bytes(),
    ]
    .concat()
}

fn caf() -> Vec<u8> {
    [
        &b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20"[..],
        &44_100_f64.to_be_bytes(),
        b"lpcm\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\0\0\x01\0\0\0\x10",
        b"data",
        &(SOUND_BYTES as i64 + 4).to_be_bytes(),
        &[0; 4],
    ]
    .concat()
}

#[test]
fn any_place_in_ten_gibibytes_is_reached() {
    let wrapped = [
        chunk(b"RIFF", 0x8000_0024, b"WAVE"),
        chunk(b"fmt ", 16, &FORMAT),
        // A recorder that kept the lower 32 bits of the length.
        chunk(b"data", SOUND_BYTES as u32, &[]),
    ]
    .concat();
    let streamed = [
        chunk(b"RIFF", u32::MAX, b"WAVE"),
        chunk(b"fmt ", 16, &FORMAT),
        chunk(b"data", u32::MAX, &[]),
    ]
    .concat();
    for (name, head) in [
        ("RF64", rf64(b"RF64")),
        ("BW64", rf64(b"BW64")),
        ("Wave64", wave64()),
        ("CAF", caf()),
        ("wrapped", wrapped),
        ("streamed", streamed),
    ] {
        let start = head.len() as u64;
        let (mut decoder, read) = sparse(head);
        let frames = SOUND_BYTES / 2;
        assert_eq!(decoder.info().frames, Some(frames as i64), "{name}");
        assert!(read.load(Relaxed) <= MAX_READ, "{name}: opened");
        let mut block = Block::default();
        let mut numbers = Numbers(10 << 30);
        for i in 0..50 {
            let place = match i {
                0 => frames - 100,
                1 => 1 << 31,
                _ => (numbers.below(1 << 30) as u64) * 5 % frames,
            };
            read.store(0, Relaxed);
            decoder.seek(place as i64).unwrap();
            let n = decoder.next_block(&mut block, 1000).unwrap();
            assert_eq!(n as u64, 1000.min(frames - place), "{name}");
            assert!(read.load(Relaxed) <= MAX_READ, "{name}: {place}");
            for (i, x) in block.channels[0].iter().enumerate() {
                let at = start + (place + i as u64) * 2;
                let sample = i16::from_le_bytes([byte_at(at), byte_at(at + 1)]);
                assert_eq!(*x, f32::from(sample) / 32_768.0, "{name}: {place} + {i}");
            }
        }
        assert_eq!(decoder.take_warnings(), [], "{name}");
    }
}

/// Three hours of MP3 of one bit rate, put together of equal minutes, whose frames stand alone: what is decoded
/// in one minute is decoded in every other.
#[test]
fn any_place_in_three_hours_of_mp3_is_reached() {
    if !has_ffmpeg() {
        return;
    }
    let options = [
        "-c:a",
        "libmp3lame",
        "-b:a",
        "64k",
        "-reservoir",
        "0",
        "-write_xing",
        "0",
        "-id3v2_version",
        "0",
    ];
    let minute = encoded(60.0, 48_000, 1, "mp3", &options);
    // 24 ms of 64 kbit/s at 48 kHz: every frame has 192 bytes, and no padding.
    assert_eq!(minute.len() % 192, 0);
    let minute_frames = minute.len() / 192 * 1152;
    let short = minute.repeat(3);
    let whole = crate::read_all(
        crate::open_bytes(short, "three.mp3").unwrap().as_mut(),
        8192,
    )
    .unwrap();
    let (counted, read) = Counting::new(minute.repeat(180));
    let mut decoder = open(Box::new(counted), Hint::default()).unwrap();
    assert!(read.load(Relaxed) <= MAX_READ, "opened");
    let mut block = Block::default();
    let mut numbers = Numbers(0x3333);
    for _ in 0..50 {
        let place = minute_frames + numbers.below(178 * minute_frames);
        read.store(0, Relaxed);
        decoder.seek(place as i64).unwrap();
        let n = decoder.next_block(&mut block, 5_000).unwrap();
        let bytes = read.load(Relaxed);
        assert!(bytes <= MAX_READ, "{bytes} bytes for frame {place}");
        assert_eq!((n, block.first_frame), (5_000, place as i64));
        let same = minute_frames + place % minute_frames;
        assert!(
            block.channels[0] == whole[0][same..same + 5_000],
            "frame {place}"
        );
    }
}
