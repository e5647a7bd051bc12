//! Tags of WAV: the list INFO, the broadcast extension, and XML.

use crate::fields::{Fields, text};
use crate::pcm::Endian;
use std::collections::BTreeMap;

type Tags = BTreeMap<String, String>;

/// A longer XML chunk is left out: a programme's whole production script is no tag.
const MAX_XML_BYTES: usize = 64 << 10;

/// The texts of a LIST chunk of the form INFO, without that word.
pub(super) fn info(mut list: &[u8], endian: Endian, tags: &mut Tags) {
    while let Some((head, rest)) = list.split_first_chunk::<8>() {
        let size = Fields {
            bytes: head,
            endian,
        };
        let size = size.u32(4).unwrap_or(0) as usize;
        let key = match &head[..4] {
            b"INAM" => "title".to_owned(),
            b"IART" => "artist".to_owned(),
            b"IPRD" => "album".to_owned(),
            b"ICMT" => "comment".to_owned(),
            b"ICRD" => "date".to_owned(),
            b"IGNR" => "genre".to_owned(),
            b"ICOP" => "copyright".to_owned(),
            b"ISFT" => "encoder".to_owned(),
            b"ITRK" | b"IPRT" => "tracknumber".to_owned(),
            b"ILNG" => "language".to_owned(),
            b"IENG" => "engineer".to_owned(),
            b"ISRC" => "source".to_owned(),
            b"IKEY" => "keywords".to_owned(),
            b"ISBJ" => "subject".to_owned(),
            other => String::from_utf8_lossy(other).to_ascii_lowercase(),
        };
        insert(tags, &key, text(&rest[..size.min(rest.len())]));
        list = rest
            .get(size.saturating_add(size % 2)..)
            .unwrap_or_default();
    }
}

/// The broadcast extension (EBU Tech 3285, version 2); returns its time reference.
pub(super) fn bext(chunk: Fields<'_>, tags: &mut Tags) -> Option<u64> {
    for (key, at, len) in [
        ("description", 0, 256),
        ("originator", 256, 32),
        ("originator_reference", 288, 32),
        ("origination_date", 320, 10),
        ("origination_time", 330, 8),
        ("coding_history", 602, usize::MAX),
    ] {
        insert(tags, key, text(chunk.slice(at, len)));
    }
    let version = chunk.u16(346).unwrap_or(0);
    let umid = chunk.slice(348, 64);
    if version >= 1 && umid.iter().any(|b| *b != 0) {
        // Its basic form has 32 bytes, the extended one 64.
        let len = if umid[32.min(umid.len())..].iter().all(|b| *b == 0) {
            32
        } else {
            64
        };
        let digits = umid.iter().take(len).map(|b| format!("{b:02x}"));
        insert(tags, "umid", digits.collect());
    }
    if version >= 2 {
        for (key, at, unit) in [
            ("loudness_value", 412, "LUFS"),
            ("loudness_range", 414, "LU"),
            ("max_true_peak_level", 416, "dBTP"),
            ("max_momentary_loudness", 418, "LUFS"),
            ("max_short_term_loudness", 420, "LUFS"),
        ] {
            // In hundredths; 0x7FFF is no value.
            if let Some(value) = chunk.i16(at).filter(|value| *value != 0x7FFF) {
                let text = format!("{:.2} {unit}", f64::from(value) / 100.0);
                insert(tags, key, text);
            }
        }
    }
    // The lower word stands first, in either order of bytes.
    let (low, high) = (chunk.u32(338)?, chunk.u32(342)?);
    Some(u64::from(high) << 32 | u64::from(low))
}

/// The chunks iXML and aXML, as they are.
pub(super) fn xml(id: [u8; 4], body: &[u8], tags: &mut Tags) {
    if body.len() <= MAX_XML_BYTES {
        let key = String::from_utf8_lossy(&id).to_ascii_lowercase();
        insert(tags, &key, text(body));
    }
}

/// A tag that no chunk before has set.
fn insert(tags: &mut Tags, key: &str, value: String) {
    if !value.is_empty() {
        tags.entry(key.to_owned()).or_insert(value);
    }
}
