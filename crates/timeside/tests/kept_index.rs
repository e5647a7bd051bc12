//! A picture that was kept knows where packets are: a place far into a file of variable bit rate is found at once.
#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use std::io::{Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use timeside::decode::Hint;
use timeside::{Media, ReadProgress, Result, Source};

/// Counts what is read.
struct Counted(Cursor<Arc<[u8]>>, Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.read(to)?;
        self.1.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

impl Source for Counted {
    fn byte_len(&self) -> Option<u64> {
        Some(self.0.get_ref().len() as u64)
    }
}

/// Two minutes of silent frames, MPEG-1 layer III, mono at 44.1 kHz, of 32 and 128 kbit/s by turns of uneven length, no
/// tag: nothing but counting tells where a place is.
fn file() -> Arc<[u8]> {
    let mut bytes = Vec::new();
    for i in 0..4600_u32 {
        let (rate, len) = if i % 7 < 3 { (1, 104) } else { (9, 417) };
        bytes.extend([0xFF, 0xFB, rate << 4, 0xC0]);
        bytes.resize(bytes.len() + len - 4, 0);
    }
    bytes.into()
}

fn open(file: &Arc<[u8]>) -> Result<(Media, Arc<AtomicU64>)> {
    let (file, read) = (Arc::clone(file), Arc::new(AtomicU64::new(0)));
    let counter = Arc::clone(&read);
    let source = move || -> Result<Box<dyn Source>> {
        Ok(Box::new(Counted(
            Cursor::new(Arc::clone(&file)),
            Arc::clone(&counter),
        )))
    };
    Ok((Media::open(Rc::new(source), Hint::default())?, read))
}

#[test]
fn a_kept_picture_knows_where_packets_are() {
    let file = file();
    let (mut media, _) = open(&file).unwrap();
    media.peaks(None, None, 100).unwrap();
    while media.read_on().unwrap() != ReadProgress::Done {}
    let mut kept = Vec::new();
    assert!(media.write_picture(&mut |piece| kept.extend_from_slice(piece)));

    let far = |is_recalled: bool| {
        let (mut media, read) = open(&file).unwrap();
        assert!(!is_recalled || media.restore_picture(&kept));
        let before = read.load(Ordering::Relaxed);
        let samples = media.samples(100.0, 100.1).unwrap();
        assert_eq!(samples[0].len(), 4410);
        read.load(Ordering::Relaxed) - before
    };
    let (counted, known) = (far(false), far(true));
    assert!(counted > file.len() as u64 / 2, "{counted} bytes");
    assert!(known <= 128 << 10, "{known} bytes");

    // Cut or mixed up, it is nothing.
    let (mut media, _) = open(&file).unwrap();
    assert!(!media.restore_picture(&kept[..kept.len() - 1]));
    assert!(!media.restore_picture(&[255; 3]) && !media.restore_picture(&[255; 9]));
}
