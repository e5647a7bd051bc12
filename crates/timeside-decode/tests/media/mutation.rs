//! No bytes make it panic, hang, or take much memory.

use crate::generate::{Numbers, wav};
use crate::{FIXTURES, open_bytes};
use timeside_core::Block;

/// Opens, reads some, seeks about. Any error is fine.
fn exercise(bytes: Vec<u8>) {
    let Ok(mut decoder) = open_bytes(bytes, "mutant") else {
        return;
    };
    let mut block = Block::default();
    // What a header claims may be hours long: a part is enough.
    for _ in 0..40 {
        match decoder.next_block(&mut block, 4096) {
            Ok(0) => break,
            Ok(n) => assert!(n <= 4096),
            Err(_) => break,
        }
    }
    for frame in [0, 5_000, 1 << 40, i64::MAX] {
        if decoder.seek(frame).is_ok() {
            let _ = decoder.next_block(&mut block, 512);
        }
    }
    let _ = decoder.take_warnings();
}

/// Flips bits, overwrites words with extremes, cuts, doubles and removes stretches; most of it near the
/// beginning, where the tables are.
fn mutate(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=numbers.below(4) {
        let reach = if numbers.below(3) > 0 {
            bytes.len().min(2_000)
        } else {
            bytes.len()
        };
        let at = numbers.below(reach);
        match numbers.below(7) {
            0 => bytes.truncate(at),
            1 => {
                let extreme = [
                    [0; 4],
                    [0xFF; 4],
                    [0x7F, 0xFF, 0xFF, 0xFF],
                    [0, 0, 0, 1],
                    [0x80, 0, 0, 0],
                ][numbers.below(5)];
                let end = (at + 4).min(bytes.len());
                bytes[at..end].copy_from_slice(&extreme[..end - at]);
            }
            2 => {
                let end = (at + numbers.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            3 => {
                let end = (at + numbers.below(64)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            _ if !bytes.is_empty() => {
                let at = at.min(bytes.len() - 1);
                bytes[at] ^= 1 << numbers.below(8);
            }
            _ => {}
        }
    }
    bytes
}

fn rounds() -> usize {
    std::env::var("TIMESIDE_MUTATIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(150)
}

fn check(what: &str, bytes: &[u8]) {
    let seed: u64 = std::env::var("TIMESIDE_SEED")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(7);
    let mut numbers = Numbers(0x1234_5678_9ABC_DEF1 ^ seed);
    for round in 0..rounds() {
        let mutant = mutate(bytes, &mut numbers);
        let copy = mutant.clone();
        if std::panic::catch_unwind(|| exercise(mutant)).is_err() {
            let path = std::env::temp_dir().join(format!("timeside-mutant-{what}-{round}"));
            std::fs::write(&path, copy).unwrap();
            panic!("{what}, round {round}: kept as {}", path.display());
        }
    }
}

#[test]
fn wav_mutants() {
    check(
        "wav",
        &wav(
            1,
            2,
            44_100,
            16,
            &(0..4_000_u32).map(|i| (i * i) as u8).collect::<Vec<_>>(),
        ),
    );
}

#[test]
fn mutants_of_the_committed_files() {
    for (name, bytes, ..) in FIXTURES {
        check(name, bytes);
    }
}

/// Every container of PCM with all its chunks, and the seeds of the fuzz targets.
#[test]
fn mutants_of_pcm_containers() {
    for (name, bytes) in crate::pcm_files::rich() {
        check(name, &bytes);
    }
    let seeds: [(&str, &[u8]); 5] = [
        (
            "ms.wav",
            include_bytes!("../../../../tests/fuzz/corpus/wav/seed-ms.wav"),
        ),
        (
            "ima.wav",
            include_bytes!("../../../../tests/fuzz/corpus/wav/seed-ima.wav"),
        ),
        (
            "s24.w64",
            include_bytes!("../../../../tests/fuzz/corpus/decode/seed.w64"),
        ),
        (
            "ima.aiff",
            include_bytes!("../../../../tests/fuzz/corpus/aiff/seed-ima.aiff"),
        ),
        (
            "alac.caf",
            include_bytes!("../../../../tests/fuzz/corpus/caf/seed-alac.caf"),
        ),
    ];
    for (name, bytes) in seeds {
        check(name, bytes);
    }
}

/// Two links of a chain, and FLAC with a tag before and behind.
#[test]
fn mutants_of_joined_files() {
    let bytes_of = |name: &str| FIXTURES.iter().find(|f| f.0 == name).unwrap().1.to_vec();
    let vorbis = bytes_of("tones_vorbis.ogg");
    let opus = crate::streams::with_serial(&bytes_of("tones_opus.opus"), 9);
    check("chained", &[vorbis, opus].concat());
    let id3 = b"ID3\x04\0\0\0\0\0\x17TIT2\0\0\0\x03\0\0\x03abAPIC\0\0";
    let ape = b"APETAGEX\xD0\x07\0\0\x20\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    for name in ["tones_flac.flac", "tones_no_tag.mp3"] {
        check(name, &[&id3[..], &bytes_of(name), ape].concat());
    }
}
