//! The session's way to a picture: recalled, sketched, viewed, read; over a server that counts.
#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use timeside::decode::ranged::Fetched;
use timeside::protocol::{Array, Attachments, Command, Event, OpenOptions, SourceKind};
use timeside::session::{Beside, Host, Session};
use timeside::{Result, RunContext};

const RATE: u32 = 8000;
const HEAD: usize = 256 << 10;

/// What the host has seen.
#[derive(Default)]
struct Seen {
    events: Vec<(Event, Attachments)>,
    asked: Vec<Range<u64>>,
    sync_bytes: u64,
    most_in_flight: usize,
    recalled: Vec<String>,
    kept: Vec<String>,
}

/// A host without a clock's caprice: every look at it is a millisecond later.
#[derive(Clone, Default)]
struct Bench {
    seen: Arc<Mutex<Seen>>,
    file: Arc<Vec<u8>>,
    now_ms: Arc<Mutex<f64>>,
    keeps: bool,
}

impl Host for Bench {
    fn tell(&self, event: &Event, arrays: Attachments) {
        self.seen
            .lock()
            .unwrap()
            .events
            .push((event.clone(), arrays));
    }
    fn now_ms(&self) -> f64 {
        let mut now = self.now_ms.lock().unwrap();
        *now += 1.0;
        *now
    }
    fn run_context(&self, sha1: String) -> RunContext {
        RunContext {
            now: String::new(),
            uuid: Box::new(String::new),
            sha1,
        }
    }
    fn fetch_ahead(&self, _media: u32, range: Range<u64>) {
        let mut seen = self.seen.lock().unwrap();
        seen.asked.push(range);
        seen.most_in_flight = seen.most_in_flight.max(seen.asked.len());
    }
    fn fetch_now(&self, _media: u32, range: Range<u64>) -> Result<Fetched> {
        self.seen.lock().unwrap().sync_bytes += range.end - range.start;
        Ok(self.part(range))
    }
    fn recall(&self, _media: u32, key: &str) -> bool {
        self.seen.lock().unwrap().recalled.push(key.to_owned());
        self.keeps
    }
    fn keep(&self, _media: u32, key: &str) {
        self.seen.lock().unwrap().kept.push(key.to_owned());
    }
}

impl Bench {
    fn part(&self, range: Range<u64>) -> Fetched {
        let end = (range.end as usize).min(self.file.len());
        Fetched {
            bytes: self.file[range.start as usize..end].to_vec(),
            total: Some(self.file.len() as u64),
            validator: Some("v1".into()),
        }
    }

    fn take_events(&self) -> Vec<(Event, Attachments)> {
        std::mem::take(&mut self.seen.lock().unwrap().events)
    }
}

/// A mono WAV of 16 bits: an hour and a half, louder and louder, with one click.
fn wav(secs: u32) -> Vec<u8> {
    let frames = secs * RATE;
    let mut bytes = Vec::new();
    bytes.extend_from_slice(b"RIFF");
    bytes.extend_from_slice(&(36 + frames * 2).to_le_bytes());
    bytes.extend_from_slice(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend_from_slice(&RATE.to_le_bytes());
    bytes.extend_from_slice(&(RATE * 2).to_le_bytes());
    bytes.extend_from_slice(b"\x02\0\x10\0data");
    bytes.extend_from_slice(&(frames * 2).to_le_bytes());
    for n in 0..frames {
        let loud = 30_000.0 * f64::from(n) / f64::from(frames);
        let x = (f64::from(n) * 0.7).sin() * loud;
        bytes.extend_from_slice(&(x as i16).to_le_bytes());
    }
    bytes
}

struct Bed {
    host: Bench,
    session: Session<Bench>,
    fetched_bytes: u64,
}

impl Bed {
    fn open(host: Bench) -> Self {
        let mut session = Session::new(host.clone(), timeside::registry());
        let options = OpenOptions {
            is_remote: true,
            uri: "https://x.org/a.wav?sig=1".into(),
            ..OpenOptions::default()
        };
        let head = host.part(0..HEAD as u64);
        let command = Command::Open {
            request: 1,
            media: 1,
            source: SourceKind::Ranged,
            options,
        };
        session.handle(command, Beside::Head(head));
        Self {
            host,
            session,
            fetched_bytes: HEAD as u64,
        }
    }

    fn ask_peaks(&mut self, start: Option<f64>, end: Option<f64>, pixels: usize) {
        let command = Command::Peaks {
            request: 9,
            media: 1,
            start,
            end,
            pixels,
        };
        self.session.handle(command, Beside::Nothing);
    }

    fn peaks(&mut self, start: Option<f64>, end: Option<f64>, pixels: usize) -> (bool, Vec<f32>) {
        self.ask_peaks(start, end, pixels);
        self.session.tick(3.0);
        for (event, arrays) in self.host.take_events().into_iter().rev() {
            if let Event::Peaks {
                exact, channels, ..
            } = event
            {
                let Array::F32(max) = &arrays.0[channels[0].max.0] else {
                    panic!("no floats")
                };
                return (exact, max.clone());
            }
            assert!(!matches!(event, Event::Failed { .. }), "{event:?}");
        }
        panic!("no peaks")
    }

    /// Serves one request and lets the session work; false if nothing is left to do.
    fn step(&mut self) -> bool {
        let next = {
            let mut seen = self.host.seen.lock().unwrap();
            (!seen.asked.is_empty()).then(|| seen.asked.remove(0))
        };
        if let Some(range) = next.clone() {
            self.fetched_bytes += range.end - range.start;
            let part = self.host.part(range.clone());
            self.session.supply(1, range.start, &part);
            self.session.supplied(1, range.start, Ok(()));
        }
        let more = self.session.tick(40.0);
        more || next.is_some() || !self.host.seen.lock().unwrap().asked.is_empty()
    }

    fn until(&mut self, wanted: impl Fn(&Event) -> bool) {
        for _ in 0..100_000 {
            let told = self.host.take_events();
            assert!(
                !told
                    .iter()
                    .any(|(e, _)| matches!(e, Event::Failed { .. } | Event::ReadFailed { .. })),
                "{told:?}"
            );
            if told.iter().any(|(e, _)| wanted(e)) {
                return;
            }
            assert!(self.step(), "nothing left to do");
        }
        panic!("it does not end")
    }

    fn all_bytes(&self) -> u64 {
        self.fetched_bytes + self.host.seen.lock().unwrap().sync_bytes
    }
}

fn expected_max(file: &[u8], from: usize, to: usize) -> f32 {
    let at = |n: usize| i16::from_le_bytes([file[44 + 2 * n], file[45 + 2 * n]]);
    f32::from((from..to).map(at).max().unwrap()) / 32_768.0
}

#[test]
fn a_long_medium_is_sketched_by_few_small_requests_then_viewed_then_read() {
    let file = Arc::new(wav(5400));
    let host = Bench {
        file: Arc::clone(&file),
        ..Bench::default()
    };
    let mut bed = Bed::open(host);
    assert!(bed.peaks(None, None, 100).1.iter().all(|x| x.is_nan()));
    bed.until(|e| matches!(e, Event::Sketched { .. }));
    // 160 stretches of 16 KiB, none of them while everything waited, several on their way at a time.
    let bytes = bed.all_bytes() - HEAD as u64;
    assert!((160 * 16_000..=3 << 20).contains(&bytes), "{bytes}");
    assert_eq!(bed.host.seen.lock().unwrap().sync_bytes, 0);
    assert!(bed.host.seen.lock().unwrap().most_in_flight >= 4);
    let (exact, max) = bed.peaks(None, None, 100);
    assert!(!exact);
    for (i, x) in max.iter().enumerate() {
        let loud = 30_000.0 / 32_768.0 * (i as f32 + 0.5) / 100.0;
        assert!((x - loud).abs() < 0.03, "column {i}: {x}, {loud}");
    }
    // A view that is too long to be decoded at once, far behind what is read: it is read before the rest.
    let frames = 5400 * RATE as usize;
    let (from, to) = (frames / 2, frames / 2 + (9 << 20));
    let secs = |n: usize| Some(n as f64 / f64::from(RATE));
    bed.peaks(secs(from), secs(to), 50);
    let before = bed.all_bytes();
    while !bed.peaks(secs(from), secs(to), 50).0 {
        assert!(bed.step());
    }
    let read = bed.all_bytes() - before;
    assert!(read < 2 * (9 << 20) + (12 << 20), "{read}");
    assert!(!bed.peaks(None, None, 100).0);
    // Then the rest, to the sample.
    bed.until(|e| matches!(e, Event::Read { done, .. } if *done >= 1.0));
    let (exact, max) = bed.peaks(None, None, 700);
    assert!(exact);
    for (i, x) in max.iter().enumerate() {
        let want = expected_max(&file, i * frames / 700, (i + 1) * frames / 700);
        assert!(
            (x - want).abs() <= 1.0 / 32_768.0,
            "column {i}: {x}, {want}"
        );
    }
}

#[test]
fn a_picture_that_was_kept_is_drawn_without_reading() {
    let file = Arc::new(wav(900));
    let host = Bench {
        file: Arc::clone(&file),
        keeps: true,
        ..Bench::default()
    };
    let mut bed = Bed::open(host.clone());
    bed.ask_peaks(None, None, 100);
    bed.session.recalled(1, b"nothing that was kept");
    bed.until(|e| matches!(e, Event::Read { done, .. } if *done >= 1.0));
    let keys = host.seen.lock().unwrap().kept.clone();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys, host.seen.lock().unwrap().recalled);
    let (exact, drawn) = bed.peaks(None, None, 100);
    assert!(exact);
    // More is known now than when it was first finished.
    assert_eq!(host.seen.lock().unwrap().kept.len(), 2);
    let kept = RefCell::new(HashMap::new());
    let mut bytes = Vec::new();
    assert!(
        bed.session
            .kept(1, &mut |piece| bytes.extend_from_slice(piece))
    );
    kept.borrow_mut().insert(keys[0].clone(), Rc::new(bytes));

    let host = Bench {
        file,
        keeps: true,
        ..Bench::default()
    };
    let mut bed = Bed::open(host.clone());
    bed.ask_peaks(None, None, 100);
    bed.session.tick(40.0);
    assert!(
        host.take_events()
            .iter()
            .all(|(e, _)| !matches!(e, Event::Peaks { .. }))
    );
    let key = host.seen.lock().unwrap().recalled[0].clone();
    let bytes = Rc::clone(&kept.borrow()[&key]);
    bed.session.recalled(1, &bytes);
    bed.until(|e| matches!(e, Event::Read { done, .. } if *done >= 1.0));
    let (exact, again) = bed.peaks(None, None, 100);
    assert_eq!((exact, again), (true, drawn));
    // The head, and at most a few edges of columns.
    assert!(
        bed.all_bytes() <= (HEAD + (64 << 10)) as u64,
        "{}",
        bed.all_bytes()
    );
}

#[test]
fn peaks_of_a_server_stand_for_what_is_not_read() {
    let file = Arc::new(wav(900));
    let host = Bench {
        file,
        ..Bench::default()
    };
    let mut bed = Bed::open(host.clone());
    let json = br#"{"version":2,"channels":1,"sample_rate":8000,"samples_per_pixel":3600000,"bits":8,"length":2,"data":[-64,64,-32,32]}"#;
    bed.session.handle(
        Command::GivePeaks {
            request: 3,
            media: 1,
        },
        Beside::Bytes(json.to_vec()),
    );
    let (exact, max) = bed.peaks(None, None, 4);
    assert_eq!((exact, max), (false, vec![0.5, 0.5, 0.25, 0.25]));
    let wrong = br#"{"sample_rate":44100,"samples_per_pixel":256,"bits":8,"data":[-64,64]}"#;
    bed.session.handle(
        Command::GivePeaks {
            request: 4,
            media: 1,
        },
        Beside::Bytes(wrong.to_vec()),
    );
    let told = host.take_events();
    let refused = told.iter().any(|(e, _)| matches!(e, Event::Failed { request: 4, error } if error.message.contains("44100")));
    assert!(refused, "{told:?}");
}
