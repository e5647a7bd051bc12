//! Files of annotations: whatever the bytes, no panic and bounded memory; what was read is sound, and every format
//! writes it as something that it reads again. The first byte chooses the format; the rest is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::collections::HashSet;
use timeside_annotations::{ReadOptions, WriteOptions, formats, read, write};
use timeside_core::annotation::AnnotationDocument;

/// Bytes of a file: enough for every construct, and few enough that all formats of it fit the limit of memory.
const LONGEST: usize = 16 << 10;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let rest = &rest[..rest.len().min(LONGEST)];
    let choice = usize::from(*first);
    let asked = formats().get(choice % (formats().len() + 1)).map(|f| f.id);
    let options = ReadOptions {
        duration: (choice & 64 != 0).then_some(10.0),
        sample_rate: Some(8000.0),
        tier_prefix: choice & 128 != 0,
        ..ReadOptions::default()
    };
    timeside_fuzz::within(timeside_fuzz::MAX_BYTES, || {
        let Ok(document) = read(rest, asked, &options) else {
            return;
        };
        sound(&document);
        for format in formats() {
            let written = write(&document, format.id, &WriteOptions::default()).expect("a sound document is written");
            // Whoever has no annotation to write writes an empty file.
            if let Ok(again) = read(&written.bytes, Some(format.id), &ReadOptions::default()) {
                sound(&again);
                if ["json", "csv", "tsv"].contains(&format.id) {
                    assert_eq!(again.annotations.len(), document.annotations.len(), "{}", format.id);
                }
            }
        }
    });
});

/// What every reader promises.
fn sound(document: &AnnotationDocument) {
    let tiers: HashSet<&str> = document.tiers.iter().map(|t| t.id.as_str()).collect();
    assert_eq!(tiers.len(), document.tiers.len(), "tiers have ids of their own");
    let ids: HashSet<&str> = document.annotations.iter().map(|a| a.id.as_str()).collect();
    assert_eq!(ids.len(), document.annotations.len(), "annotations have ids of their own");
    for one in &document.annotations {
        assert!(one.start >= 0.0 && one.end >= one.start && one.end.is_finite(), "{one:?}");
        assert!(tiers.contains(one.tier.as_deref().expect("every annotation names its tier")));
        assert!(!one.label.contains('\0') && !one.id.is_empty());
    }
}
