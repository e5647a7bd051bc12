//! A sink is fed what it asks for, in order, before anything else, and nothing it no longer wants.
#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use std::cell::RefCell;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use timeside::protocol::{Array, Attachments, Command, Event, FeedRead, OpenOptions, SourceKind};
use timeside::session::{Beside, Host, Session};
use timeside::{Error, Result, RunContext, decode::ranged::Fetched, registry};

const RATE: u32 = 8000;
const FRAMES: usize = 20_000;

type Told = Arc<Mutex<Vec<(Event, Vec<Array>)>>>;

thread_local! {
    static REQUESTED: RefCell<Vec<Range<u64>>> = const { RefCell::new(Vec::new()) };
}

#[derive(Clone, Default)]
struct Listener(Told);

impl Host for Listener {
    fn tell(&self, event: &Event, arrays: Attachments) {
        self.0.lock().unwrap().push((event.clone(), arrays.0));
    }

    fn now_ms(&self) -> f64 {
        0.0
    }

    fn run_context(&self, sha1: String) -> RunContext {
        RunContext {
            now: String::new(),
            uuid: Box::new(String::new),
            sha1,
        }
    }

    fn fetch_ahead(&self, _: u32, range: Range<u64>) {
        REQUESTED.with_borrow_mut(|all| all.push(range));
    }

    fn fetch_now(&self, _: u32, range: Range<u64>) -> Result<Fetched> {
        Err(Error::Network(format!("{range:?} was waited for")))
    }
}

/// 16-bit PCM, frame `n` being `n`.
fn wav(frames: usize) -> Vec<u8> {
    let data: Vec<u8> = (0..frames).flat_map(|n| (n as i16).to_le_bytes()).collect();
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + data.len() as u32).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(RATE.to_le_bytes());
    wav.extend((RATE * 2).to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend((data.len() as u32).to_le_bytes());
    wav.extend(data);
    wav
}

fn open(beside: Beside, source: SourceKind) -> (Session<Listener>, Told) {
    let host = Listener::default();
    let told = Arc::clone(&host.0);
    let mut session = Session::new(host, registry());
    let options = OpenOptions {
        name: "count.wav".into(),
        sample_rate: RATE,
        ..OpenOptions::default()
    };
    let command = Command::Open {
        request: 1,
        media: 1,
        source,
        options,
    };
    session.handle(command, beside);
    session.handle(
        Command::Feed {
            request: 2,
            media: 1,
            sample_rate: None,
        },
        Beside::Nothing,
    );
    (session, told)
}

fn read(session: &mut Session<Listener>, slot: u32, epoch: u32, start: i64, frames: u32) {
    let read = FeedRead {
        slot,
        epoch,
        start,
        frames,
    };
    session.handle(Command::FeedRead { feed: 2, read }, Beside::Nothing);
}

/// Slot, whether it was dropped, and the frames of each answer, by what they hold.
fn answers(told: &Told) -> Vec<(u32, bool, Vec<i64>)> {
    let of = |(event, arrays): &(Event, Vec<Array>)| {
        let Event::Fed {
            slot,
            is_dropped,
            start,
            ..
        } = event
        else {
            return None;
        };
        let frames = match arrays.first() {
            Some(Array::F32(x)) => x.iter().map(|x| (x * 32_768.0).round() as i64).collect(),
            _ => Vec::new(),
        };
        // 16 bits count to 32767, then from −32768 on.
        assert!(
            frames
                .first()
                .is_none_or(|first| *first == i64::from(*start as i16))
        );
        Some((*slot, *is_dropped, frames))
    };
    told.lock().unwrap().iter().filter_map(of).collect()
}

fn counted() -> Vec<Vec<f32>> {
    vec![(0..FRAMES).map(|n| n as f32 / 32_768.0).collect()]
}

#[test]
fn stretches_come_in_order_and_the_end_is_short() {
    let (mut session, told) = open(Beside::Samples(counted()), SourceKind::Samples);
    for (slot, start) in [
        (0, 5000),
        (1, 5512),
        (2, 100),
        (3, FRAMES as i64 - 200),
        (4, 1 << 40),
    ] {
        read(&mut session, slot, 0, start, 512);
    }
    // The clock stands still: whatever it does, it does in one slice.
    while session.tick(1.0) {}
    let expected = |slot, range: Range<i64>| (slot, false, range.collect::<Vec<_>>());
    let end = FRAMES as i64;
    assert_eq!(
        answers(&told),
        [
            expected(0, 5000..5512),
            expected(1, 5512..6024),
            expected(2, 100..612),
            expected(3, end - 200..end),
            expected(4, 0..0),
        ]
    );
}

#[test]
fn a_jump_drops_what_was_asked_before_and_cancelling_ends_it() {
    let (mut session, told) = open(Beside::Samples(counted()), SourceKind::Samples);
    read(&mut session, 0, 0, 0, 64);
    read(&mut session, 1, 0, 64, 64);
    session.handle(Command::FeedDrop { feed: 2, epoch: 1 }, Beside::Nothing);
    read(&mut session, 2, 1, 9000, 64);
    while session.tick(1.0) {}
    assert_eq!(
        answers(&told),
        [
            (0, true, vec![]),
            (1, true, vec![]),
            (2, false, (9000..9064).collect()),
        ]
    );
    session.handle(Command::Cancel { request: 2 }, Beside::Nothing);
    read(&mut session, 3, 1, 0, 64);
    while session.tick(1.0) {}
    assert_eq!(answers(&told).len(), 3);
}

#[test]
fn bytes_on_their_way_are_not_waited_for() {
    let frames = 200_000;
    let file = wav(frames);
    let head = |bytes: &[u8]| Fetched {
        bytes: bytes.to_vec(),
        total: Some(file.len() as u64),
        validator: Some("v".into()),
    };
    let (mut session, told) = open(Beside::Head(head(&file[..65_536])), SourceKind::Ranged);
    REQUESTED.with_borrow_mut(Vec::clear);
    let mut start = 0;
    let mut slot = 0;
    // What is there is played to its end; then the rest is asked for ahead, and nobody stands still.
    while session.tick(1.0) || slot < 40 {
        read(&mut session, slot, 0, start, 2048);
        start += 2048;
        slot += 1;
    }
    let before = answers(&told).len();
    assert!(before < 40, "{before} answers from a third of the file");
    let failed = |(event, _): &(Event, Vec<Array>)| matches!(event, Event::Failed { .. });
    assert!(!told.lock().unwrap().iter().any(failed));
    let wanted = REQUESTED.with_borrow(Vec::clone);
    let range = wanted.first().unwrap().clone();
    let bytes = &file[range.start as usize..(range.end as usize).min(file.len())];
    session.supply(1, range.start, &head(bytes));
    while session.tick(1.0) {}
    let all = answers(&told);
    assert_eq!(all.len(), 40);
    let mut next = 0;
    for (_, _, frames) in all {
        assert_eq!(frames.len(), 2048);
        assert!(
            frames
                .iter()
                .zip(next..)
                .all(|(x, n)| *x == i64::from(n as i16))
        );
        next += 2048;
    }
}
