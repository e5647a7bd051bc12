//! Any bytes: reading results never panics, and what was read is written and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use timeside_export::json;

fuzz_target!(|bytes: &[u8]| {
    let Ok(results) = json::read(bytes) else {
        return;
    };
    let written = text(&results);
    let again = json::read(written.as_bytes()).expect("what was written is read");
    assert_eq!(written, text(&again), "writing is stable");
});

fn text(results: &timeside_core::Results) -> String {
    let mut bytes = Vec::new();
    json::write(results, &mut bytes).expect("a vector takes all bytes");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}
