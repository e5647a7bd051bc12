//! What the targets share: decoding any bytes within a limit of memory.

use std::alloc::System;
use std::io::Cursor;

use cap::Cap;
use timeside_core::{Block, Decoder};
use timeside_decode::{Hint, open};

/// Refuses what goes beyond the limit, which ends the target: wasm does not survive a failed allocation either.
#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, usize::MAX);

/// What opening, decoding and seeking may hold beside the input, whatever the input claims.
pub const MAX_BYTES: usize = 64 << 20;

/// Samples per input: enough to pass every header and several packets.
const BUDGET_SAMPLES: usize = 1 << 18;
const BLOCK_FRAMES: usize = 1024;

/// Runs `work` within `max_bytes` above what is allocated now.
pub fn within(max_bytes: usize, work: impl FnOnce()) {
    // The limit cannot be set below what is allocated, and that is the fuzzer's.
    let limit = MEMORY.allocated() + max_bytes;
    MEMORY
        .set_limit(limit)
        .expect("the limit lies above what is allocated");
    work();
    MEMORY.set_limit(usize::MAX).expect("no limit is none");
}

/// Decodes `bytes`, begun with `magic` at its place so that they reach the container's own code.
pub fn decode(bytes: &[u8], magic: &[(usize, &[u8])]) {
    let mut bytes = bytes.to_vec();
    for (at, magic) in magic {
        if let Some(place) = bytes.get_mut(*at..at + magic.len()) {
            place.copy_from_slice(magic);
        }
    }
    within(MAX_BYTES, || {
        let Ok(mut decoder) = open(Box::new(Cursor::new(bytes)), Hint::default()) else {
            return;
        };
        let middle = decoder.info().frames.unwrap_or(2000) / 2;
        blocks(&mut *decoder);
        // A seek into the middle, one past the end, and one for a sketch.
        for frame in [middle, i64::MAX] {
            if decoder.seek(frame).is_ok() {
                blocks(&mut *decoder);
            }
        }
        if decoder.seek_near(middle).is_ok() {
            blocks(&mut *decoder);
        }
    });
}

fn blocks(decoder: &mut dyn Decoder) {
    let spec = decoder.spec();
    assert!(
        spec.channels > 0 && spec.sample_rate > 0,
        "an open medium has channels and a rate"
    );
    let mut block = Block::default();
    for _ in 0..BUDGET_SAMPLES / (BLOCK_FRAMES * spec.channels) + 1 {
        match decoder.next_block(&mut block, BLOCK_FRAMES) {
            Ok(0) | Err(_) => break,
            Ok(frames) => assert!(
                frames <= BLOCK_FRAMES,
                "{frames} frames were given for {BLOCK_FRAMES}"
            ),
        }
    }
}
