//! Any bytes: opening and decoding never panic, keep their promises about counts, and their limit of memory.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| timeside_fuzz::decode(bytes, &[]));
