//! Peaks of a server: whatever the bytes, no panic and no more memory than they; what was read is written and read
//! again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use timeside_export::waveform_data::WaveformData;

fuzz_target!(|bytes: &[u8]| {
    let Ok(data) = WaveformData::read(bytes) else {
        return;
    };
    assert!(data.values.len() <= bytes.len(), "a value takes a byte or more");
    for frame in [0, 1, 1 << 20, i64::MAX - 1] {
        let _ = data.peak(0, frame..frame + 1);
    }
    assert_eq!(WaveformData::read(&data.to_json()).as_ref(), Ok(&data));
    let again = WaveformData::read(&data.to_binary()).expect("what was written is read");
    assert_eq!(again, data);
});
