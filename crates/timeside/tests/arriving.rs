//! A session over media that are not there yet: nobody spins, nobody gives up, and what comes out is the file.
#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use std::cell::RefCell;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use timeside::core::RunContext;
use timeside::decode::ranged::Fetched;
use timeside::session::{Beside, Host, Session};
use timeside::{Error, Result};
use timeside_protocol::{Array, Attachments, Command, Event, OpenOptions, SourceKind};

const RATE: u32 = 8_000;

/// Keeps what is told and asked; nothing is ever there at once.
#[derive(Clone, Default)]
struct Page {
    told: Arc<Mutex<Vec<(Event, Attachments)>>>,
    asked: Arc<Mutex<Vec<Range<u64>>>>,
}

thread_local! {
    static CLOCK_MS: RefCell<f64> = const { RefCell::new(0.0) };
}

impl Host for Page {
    fn tell(&self, event: &Event, arrays: Attachments) {
        self.told.lock().unwrap().push((event.clone(), arrays));
    }

    fn now_ms(&self) -> f64 {
        CLOCK_MS.with_borrow_mut(|ms| {
            *ms += 1.0;
            *ms
        })
    }

    fn run_context(&self, sha1: String) -> RunContext {
        RunContext {
            now: "2026-01-02 03:04:05".into(),
            uuid: Box::new(String::new),
            sha1,
        }
    }

    fn fetch_ahead(&self, _media: u32, range: Range<u64>) {
        self.asked.lock().unwrap().push(range);
    }

    fn fetch_now(&self, _media: u32, range: Range<u64>) -> Result<Fetched> {
        Err(Error::NotYet { at: range.start })
    }
}

impl Page {
    fn count(&self, is: impl Fn(&Event) -> bool) -> usize {
        self.told
            .lock()
            .unwrap()
            .iter()
            .filter(|(e, _)| is(e))
            .count()
    }

    fn samples(&self) -> Option<Vec<f32>> {
        let told = self.told.lock().unwrap();
        told.iter()
            .find_map(|(event, arrays)| match (event, arrays.0.first()) {
                (Event::Samples { .. }, Some(Array::F32(samples))) => Some(samples.clone()),
                _ => None,
            })
    }
}

/// 30 s of a ramp that never repeats: mono, 16 bits.
fn wav() -> Vec<u8> {
    let samples: Vec<u8> = (0..30 * RATE)
        .flat_map(|n| ((n.wrapping_mul(2_654_435_761) >> 17) as i16).to_le_bytes())
        .collect();
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + samples.len() as u32).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    wav.extend(RATE.to_le_bytes());
    wav.extend((RATE * 2).to_le_bytes());
    wav.extend(b"\x02\0\x10\0data");
    wav.extend((samples.len() as u32).to_le_bytes());
    wav.extend(samples);
    wav
}

fn command(json: serde_json::Value) -> Command {
    serde_json::from_value(json).unwrap()
}

/// Works until there is nothing to do; a session that spins fails here.
fn work(session: &mut Session<Page>) {
    let slices = (0..1000).take_while(|_| session.tick(40.0)).count();
    assert!(slices < 1000, "it works on and on without anything new");
}

/// Brings what was asked for, as far as `there` bytes have arrived. True if something came.
fn bring(session: &mut Session<Page>, page: &Page, file: &[u8], there: u64) -> bool {
    let len = file.len() as u64;
    let asked = std::mem::take(&mut *page.asked.lock().unwrap());
    let mut brought = false;
    for range in asked {
        let end = range.end.min(len).min(there);
        let piece = file.get(range.start as usize..end as usize);
        let fetched = Fetched {
            bytes: piece.unwrap_or_default().to_vec(),
            total: (there >= len).then_some(len),
            validator: None,
        };
        brought |= !fetched.bytes.is_empty();
        session.supply(1, range.start, &fetched);
        if range.end.min(len) <= there {
            session.supplied(1, range.start, Ok(()));
        } else {
            page.asked.lock().unwrap().push(range);
        }
        work(session);
    }
    brought
}

#[test]
fn what_is_missing_is_waited_for_and_comes_out_as_the_file() {
    let (page, file) = (Page::default(), wav());
    let mut session = Session::new(page.clone(), timeside::registry());
    // So little that not even the header is there.
    let head = Fetched {
        bytes: file[..100].to_vec(),
        ..Fetched::default()
    };
    let open = Command::Open {
        request: 1,
        media: 1,
        source: SourceKind::Ranged,
        options: OpenOptions::default(),
    };
    session.handle(open, Beside::Head(head));
    work(&mut session);
    assert_eq!(page.count(|e| matches!(e, Event::Opened { .. })), 0);
    assert!(bring(&mut session, &page, &file, 1 << 18));
    assert_eq!(page.count(|e| matches!(e, Event::Opened { .. })), 1);

    let run = serde_json::json!({ "type": "run", "request": 2, "media": 1, "partials": false, "spec": { "steps": ["level"], "sampleRate": 4000 } });
    session.handle(command(run), Beside::Nothing);
    let late = serde_json::json!({ "type": "run", "request": 3, "media": 1, "partials": false, "spec": { "steps": ["level"], "start": 25, "duration": 1 } });
    session.handle(command(late), Beside::Nothing);
    let samples =
        serde_json::json!({ "type": "samples", "request": 4, "media": 1, "start": 1, "end": 29 });
    session.handle(command(samples), Beside::Nothing);
    let peaks = serde_json::json!({ "type": "peaks", "request": 5, "media": 1, "start": 28, "end": 29, "pixels": 4 });
    session.handle(command(peaks), Beside::Nothing);
    work(&mut session);
    // Peaks answer at once with what there is.
    assert_eq!(
        page.count(|e| matches!(e, Event::Peaks { exact: false, .. })),
        1
    );
    assert_eq!(page.count(|e| matches!(e, Event::Done { .. })), 0);
    assert!(page.samples().is_none());

    let mut there = 1 << 18;
    while there < file.len() as u64 {
        there += 1 << 16;
        bring(&mut session, &page, &file, there);
    }
    while bring(&mut session, &page, &file, u64::MAX) {}
    assert_eq!(page.count(|e| matches!(e, Event::Failed { .. })), 0);
    assert_eq!(page.count(|e| matches!(e, Event::Done { .. })), 2);
    let expected: Vec<f32> = file[44 + 2 * RATE as usize..44 + 58 * RATE as usize]
        .chunks_exact(2)
        .map(|b| f32::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0)
        .collect();
    assert_eq!(page.samples().unwrap(), expected);
    assert_eq!(
        page.count(|e| matches!(e, Event::Read { done, .. } if *done >= 1.0)),
        1
    );
}

/// A session over a file whose first 256 KiB have come with its length and identity, asked for the samples of 20..21 s.
fn ranged(page: &Page, file: &[u8]) -> Session<Page> {
    let mut session = Session::new(page.clone(), timeside::registry());
    let head = Fetched {
        bytes: file[..1 << 18].to_vec(),
        total: Some(file.len() as u64),
        validator: Some("one".into()),
    };
    let open = Command::Open {
        request: 1,
        media: 1,
        source: SourceKind::Ranged,
        options: OpenOptions::default(),
    };
    session.handle(open, Beside::Head(head));
    session.handle(samples(2), Beside::Nothing);
    work(&mut session);
    session
}

fn samples(request: u32) -> Command {
    command(
        serde_json::json!({ "type": "samples", "request": request, "media": 1, "start": 20, "end": 21 }),
    )
}

fn failures(page: &Page, code: &str) -> usize {
    page.count(|e| matches!(e, Event::Failed { error, .. } if error.code == code))
}

#[test]
fn what_does_not_come_is_told_once_and_asked_for_again() {
    let (page, file) = (Page::default(), wav());
    let mut session = ranged(&page, &file);
    let range = page.asked.lock().unwrap().remove(0);
    let outcome = Err(Error::Network("the server is down".into()));
    session.supplied(1, range.start, outcome);
    work(&mut session);
    assert_eq!(failures(&page, "network"), 1);

    session.handle(samples(3), Beside::Nothing);
    work(&mut session);
    while bring(&mut session, &page, &file, u64::MAX) {}
    assert_eq!(page.samples().map(|s| s.len()), Some(RATE as usize));
    assert_eq!(failures(&page, "network"), 1);
}

#[test]
fn the_bytes_of_another_file_are_a_conflict() {
    let (page, file) = (Page::default(), wav());
    let mut session = ranged(&page, &file);
    let range = page.asked.lock().unwrap().remove(0);
    let fetched = Fetched {
        bytes: file[range.start as usize..range.end as usize].to_vec(),
        total: Some(file.len() as u64),
        validator: Some("two".into()),
    };
    session.supply(1, range.start, &fetched);
    session.supplied(1, range.start, Ok(()));
    work(&mut session);
    assert_eq!(failures(&page, "conflict"), 1);
    assert!(page.samples().is_none());
}
