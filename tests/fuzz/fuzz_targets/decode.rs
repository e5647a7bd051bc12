//! Any bytes: opening and decoding never panic, and keep their promises about counts.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use timeside_core::{Block, Decoder};
use timeside_decode::{Hint, open};

/// Samples per input: enough to pass every header and several packets.
const BUDGET_SAMPLES: usize = 1 << 18;
const BLOCK_FRAMES: usize = 1024;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut decoder) = open(Box::new(Cursor::new(bytes.to_vec())), Hint::default()) else {
        return;
    };
    decode(&mut *decoder);
    // A seek into the middle, and one past the end.
    for frame in [decoder.info().frames.unwrap_or(2000) / 2, i64::MAX] {
        if decoder.seek(frame).is_ok() {
            decode(&mut *decoder);
        }
    }
});

fn decode(decoder: &mut dyn Decoder) {
    let spec = decoder.spec();
    assert!(spec.channels > 0 && spec.sample_rate > 0, "an open medium has channels and a rate");
    let mut block = Block::default();
    for _ in 0..BUDGET_SAMPLES / (BLOCK_FRAMES * spec.channels) + 1 {
        match decoder.next_block(&mut block, BLOCK_FRAMES) {
            Ok(0) | Err(_) => break,
            Ok(frames) => assert!(frames <= BLOCK_FRAMES, "{frames} frames were given for {BLOCK_FRAMES}"),
        }
    }
}
