//! Spectrograms of what is behind an address: which bytes are asked for, and that nothing waits for one request
//! after another.
#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use timeside::decode::ranged::Fetched;
use timeside::protocol::{Array, Attachments, Command, Event, Magnitudes, OpenOptions, SourceKind};
use timeside::session::{Beside, Host, Session};
use timeside::{Error, Result, RunContext, registry};

const RATE: u64 = 8000;
/// A bit more than an hour.
const FRAMES: u64 = 1 << 25;
const TOTAL: u64 = 44 + 2 * FRAMES;
const BLOCK: u64 = 64 << 10;

/// Bytes of a WAV file that is nowhere: a sine at an eighth of the rate.
fn bytes(range: Range<u64>) -> Vec<u8> {
    let mut head = Vec::new();
    head.extend(b"RIFF");
    head.extend((TOTAL as u32 - 8).to_le_bytes());
    head.extend(b"WAVEfmt ");
    head.extend(16_u32.to_le_bytes());
    head.extend([1, 0, 1, 0]);
    head.extend((RATE as u32).to_le_bytes());
    head.extend((RATE as u32 * 2).to_le_bytes());
    head.extend([2, 0, 16, 0]);
    head.extend(b"data");
    head.extend((2 * FRAMES as u32).to_le_bytes());
    let cycle: Vec<u8> = (0..8)
        .map(|n| (f64::from(n) * std::f64::consts::TAU / 8.0).sin() * 32_767.0)
        .flat_map(|x| (x as i16).to_le_bytes())
        .collect();
    let byte = |at: u64| match head.get(at as usize) {
        Some(byte) => *byte,
        None => cycle[((at - 44) % 16) as usize],
    };
    (range.start..range.end.min(TOTAL)).map(byte).collect()
}

fn fetched(range: Range<u64>) -> Fetched {
    Fetched {
        bytes: bytes(range),
        total: Some(TOTAL),
        validator: None,
    }
}

/// A spectrogram and its bytes.
type Answer = (Magnitudes, Vec<u8>);

#[derive(Clone, Default)]
struct Net {
    clock: Arc<AtomicU64>,
    /// Asked for ahead, and not brought yet.
    asked: Arc<Mutex<Vec<Range<u64>>>>,
    /// Fetched while everything waited.
    waited: Arc<AtomicU64>,
    answer: Arc<Mutex<Option<Answer>>>,
}

impl Host for Net {
    fn tell(&self, event: &Event, arrays: Attachments) {
        match event {
            Event::Spectrogram { picture, .. } => {
                let Some(Array::U8(data)) = arrays.0.into_iter().next() else {
                    panic!("no bytes")
                };
                *self.answer.lock().unwrap() = Some((picture.clone(), data));
            }
            Event::Failed { error, .. } => panic!("{error:?}"),
            _ => {}
        }
    }

    fn now_ms(&self) -> f64 {
        self.clock.fetch_add(1, Ordering::Relaxed) as f64
    }

    fn run_context(&self, sha1: String) -> RunContext {
        RunContext {
            now: String::new(),
            uuid: Box::new(String::new),
            sha1,
        }
    }

    fn fetch_ahead(&self, _media: u32, range: Range<u64>) {
        self.asked.lock().unwrap().push(range);
    }

    fn fetch_now(&self, _media: u32, range: Range<u64>) -> Result<Fetched> {
        self.waited.fetch_add(1, Ordering::Relaxed);
        Ok(fetched(range))
    }
}

/// Draws a spectrogram of the medium; returns it with the parts that were asked for ahead and how often everything
/// waited.
fn draw(options: serde_json::Value) -> (Magnitudes, Vec<u8>, Vec<Range<u64>>, u64) {
    let net = Net::default();
    let mut session = Session::new(net.clone(), registry());
    let open = Command::Open {
        request: 1,
        media: 1,
        source: SourceKind::Ranged,
        options: OpenOptions {
            name: "tone.wav".into(),
            is_remote: true,
            ..OpenOptions::default()
        },
    };
    session.handle(open, Beside::Head(fetched(0..BLOCK)));
    let serde_json::Value::Object(options) = options else {
        panic!("{options}")
    };
    let ask = Command::Spectrogram {
        request: 2,
        media: 1,
        options,
    };
    session.handle(ask, Beside::Nothing);
    let mut parts = Vec::new();
    for _ in 0..2000 {
        session.tick(20.0);
        if let Some((picture, data)) = net.answer.lock().unwrap().take() {
            return (picture, data, parts, net.waited.load(Ordering::Relaxed));
        }
        let asked = std::mem::take(&mut *net.asked.lock().unwrap());
        for range in asked {
            session.supply(1, range.start, &fetched(range.clone()));
            session.supplied(1, range.start, Ok(()));
            parts.push(range);
        }
    }
    panic!("{}", Error::Network("no answer".into()));
}

fn column(picture: &Magnitudes, data: &[u8], x: usize) -> Vec<u8> {
    (0..picture.height)
        .map(|y| data[y * picture.width + x])
        .collect()
}

#[test]
fn a_view_of_all_asks_for_nothing_of_its_own() {
    let (picture, _, parts, waited) = draw(serde_json::json!({
        "width": 256, "height": 40, "partial": true,
    }));
    assert!(!picture.complete);
    assert_eq!(waited, 0);
    // But for the read of the whole, which begins at the begin.
    let ahead: u64 = parts.iter().map(|p| p.end - p.start).sum();
    assert!(ahead <= 4 << 20, "{parts:?}");
}

#[test]
fn a_part_far_away_is_sketched_from_few_blocks() {
    let (picture, data, parts, waited) = draw(serde_json::json!({
        "start": 2000.0, "columnFrames": 40_000, "width": 40, "height": 40, "partial": true,
    }));
    assert!(!picture.complete);
    assert_eq!(waited, 0);
    // The waveform's sketch of the whole asks beside it, for parts that are no blocks.
    let is_block = |p: &&Range<u64>| p.start.is_multiple_of(BLOCK);
    let far: Vec<_> = (parts.iter().filter(is_block))
        .filter(|p| p.start > 8 << 20)
        .collect();
    assert!((1..=5).contains(&far.len()), "{parts:?}");
    assert!(
        far.iter().all(|p| p.end - p.start <= 3 * BLOCK),
        "{parts:?}"
    );
    for x in 0..40 {
        // 1 kHz of 4 kHz, 40 rows.
        let levels = column(&picture, &data, x);
        assert!(levels[29].max(levels[30]) >= 250, "column {x}: {levels:?}");
    }
}

#[test]
fn columns_that_are_decoded_through_are_read_ahead() {
    let (picture, data, parts, waited) = draw(serde_json::json!({
        "start": 2000.0, "columnFrames": 16_384, "width": 64, "height": 40, "partial": true,
    }));
    assert!(picture.complete);
    assert_eq!(waited, 0, "{parts:?}");
    // Two MB in requests of many blocks.
    assert!(parts.len() <= 12, "{parts:?}");
    for x in 0..64 {
        let levels = column(&picture, &data, x);
        assert!(levels[29].max(levels[30]) >= 254, "column {x}: {levels:?}");
    }
}
