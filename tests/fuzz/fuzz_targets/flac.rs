//! Any bytes in FLAC: no panic, no broken promise about counts, no memory beyond the limit.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| timeside_fuzz::decode(bytes, &[(0, b"fLaC")]));
