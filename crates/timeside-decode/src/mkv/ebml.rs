//! EBML (RFC 8794), the grammar of Matroska: elements walked within bounds, whatever their sizes say.

use crate::reader::Reader;
use timeside_core::Result;

/// Elements of Matroska (RFC 9559) that are looked at.
pub(crate) mod id {
    pub(crate) const EBML: u32 = 0x1A45_DFA3;
    pub(crate) const DOC_TYPE: u32 = 0x4282;
    pub(crate) const VOID: u32 = 0xEC;
    pub(crate) const CRC_32: u32 = 0xBF;
    pub(crate) const SEGMENT: u32 = 0x1853_8067;

    pub(crate) const SEEK_HEAD: u32 = 0x114D_9B74;
    pub(crate) const SEEK: u32 = 0x4DBB;
    pub(crate) const SEEK_ID: u32 = 0x53AB;
    pub(crate) const SEEK_POSITION: u32 = 0x53AC;

    pub(crate) const INFO: u32 = 0x1549_A966;
    pub(crate) const TIMESTAMP_SCALE: u32 = 0x2A_D7B1;
    pub(crate) const DURATION: u32 = 0x4489;
    pub(crate) const TITLE: u32 = 0x7BA9;

    pub(crate) const TRACKS: u32 = 0x1654_AE6B;
    pub(crate) const TRACK_ENTRY: u32 = 0xAE;
    pub(crate) const TRACK_NUMBER: u32 = 0xD7;
    pub(crate) const TRACK_UID: u32 = 0x73C5;
    pub(crate) const TRACK_TYPE: u32 = 0x83;
    pub(crate) const FLAG_ENABLED: u32 = 0xB9;
    pub(crate) const FLAG_DEFAULT: u32 = 0x88;
    pub(crate) const NAME: u32 = 0x536E;
    pub(crate) const LANGUAGE: u32 = 0x22_B59C;
    pub(crate) const LANGUAGE_BCP47: u32 = 0x22_B59D;
    pub(crate) const CODEC_ID: u32 = 0x86;
    pub(crate) const CODEC_PRIVATE: u32 = 0x63A2;
    pub(crate) const CODEC_DELAY: u32 = 0x56AA;
    pub(crate) const SEEK_PRE_ROLL: u32 = 0x56BB;
    pub(crate) const AUDIO: u32 = 0xE1;
    pub(crate) const SAMPLING_FREQUENCY: u32 = 0xB5;
    pub(crate) const CHANNELS: u32 = 0x9F;
    pub(crate) const BIT_DEPTH: u32 = 0x6264;
    pub(crate) const CONTENT_ENCODINGS: u32 = 0x6D80;
    pub(crate) const CONTENT_ENCODING: u32 = 0x6240;
    pub(crate) const CONTENT_ENCODING_SCOPE: u32 = 0x5032;
    pub(crate) const CONTENT_COMPRESSION: u32 = 0x5034;
    pub(crate) const CONTENT_COMP_ALGO: u32 = 0x4254;
    pub(crate) const CONTENT_COMP_SETTINGS: u32 = 0x4255;
    pub(crate) const CONTENT_ENCRYPTION: u32 = 0x5035;

    pub(crate) const CLUSTER: u32 = 0x1F43_B675;
    pub(crate) const TIMESTAMP: u32 = 0xE7;
    pub(crate) const SILENT_TRACKS: u32 = 0x5854;
    pub(crate) const POSITION: u32 = 0xA7;
    pub(crate) const PREV_SIZE: u32 = 0xAB;
    pub(crate) const SIMPLE_BLOCK: u32 = 0xA3;
    pub(crate) const BLOCK_GROUP: u32 = 0xA0;
    pub(crate) const BLOCK: u32 = 0xA1;
    pub(crate) const DISCARD_PADDING: u32 = 0x75A2;
    pub(crate) const ENCRYPTED_BLOCK: u32 = 0xAF;

    pub(crate) const CUES: u32 = 0x1C53_BB6B;
    pub(crate) const CUE_POINT: u32 = 0xBB;
    pub(crate) const CUE_TIME: u32 = 0xB3;
    pub(crate) const CUE_TRACK_POSITIONS: u32 = 0xB7;
    pub(crate) const CUE_CLUSTER_POSITION: u32 = 0xF1;

    pub(crate) const CHAPTERS: u32 = 0x1043_A770;
    pub(crate) const EDITION_ENTRY: u32 = 0x45B9;
    pub(crate) const EDITION_FLAG_HIDDEN: u32 = 0x45BD;
    pub(crate) const EDITION_FLAG_DEFAULT: u32 = 0x45DB;
    pub(crate) const CHAPTER_ATOM: u32 = 0xB6;
    pub(crate) const CHAPTER_TIME_START: u32 = 0x91;
    pub(crate) const CHAPTER_TIME_END: u32 = 0x92;
    pub(crate) const CHAPTER_FLAG_HIDDEN: u32 = 0x98;
    pub(crate) const CHAPTER_DISPLAY: u32 = 0x80;
    pub(crate) const CHAP_STRING: u32 = 0x85;

    pub(crate) const TAGS: u32 = 0x1254_C367;
    pub(crate) const TAG: u32 = 0x7373;
    pub(crate) const TARGETS: u32 = 0x63C0;
    pub(crate) const TARGET_TYPE_VALUE: u32 = 0x68CA;
    pub(crate) const TAG_TRACK_UID: u32 = 0x63C5;
    pub(crate) const TAG_EDITION_UID: u32 = 0x63C9;
    pub(crate) const TAG_CHAPTER_UID: u32 = 0x63C4;
    pub(crate) const TAG_ATTACHMENT_UID: u32 = 0x63C6;
    pub(crate) const SIMPLE_TAG: u32 = 0x67C8;
    pub(crate) const TAG_NAME: u32 = 0x45A3;
    pub(crate) const TAG_STRING: u32 = 0x4487;

    pub(crate) const ATTACHMENTS: u32 = 0x1941_A469;
    pub(crate) const ATTACHED_FILE: u32 = 0x61A7;
    pub(crate) const FILE_DESCRIPTION: u32 = 0x467E;
    pub(crate) const FILE_NAME: u32 = 0x466E;
    pub(crate) const FILE_MEDIA_TYPE: u32 = 0x4660;
    pub(crate) const FILE_DATA: u32 = 0x465C;
}

/// An element's ID, its marker bits kept, and where its content lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) id: u32,
    pub(crate) body: u64,
    /// Length of the content in bytes; `None` where the writer did not know it.
    pub(crate) size: Option<u64>,
}

impl Element {
    /// Where the content ends, as it says.
    pub(crate) fn end(&self) -> Option<u64> {
        self.size.map(|size| self.body.saturating_add(size))
    }
}

/// Number of bytes of the variable-size integer that begins with `first`.
fn vint_len(first: u8) -> usize {
    first.leading_zeros() as usize + 1
}

/// A variable-size integer without its marker and its length in bytes; `None` past the end. All ones, which stand
/// for “unknown” in a size, come as `u64::MAX`.
pub(crate) fn vint(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let len = vint_len(first);
    let bytes = bytes.get(..len).filter(|_| len <= 8)?;
    let raw = bytes
        .iter()
        .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let mask = (1_u64 << (7 * len)) - 1;
    let value = raw & mask;
    Some((if value == mask { u64::MAX } else { value }, len))
}

/// A signed one, as EBML lacing has them: less half of its range.
pub(crate) fn signed_vint(bytes: &[u8]) -> Option<(i64, usize)> {
    let (value, len) = vint(bytes)?;
    let mask = (1_u64 << (7 * len)) - 1;
    Some(((value & mask) as i64 - (mask >> 1) as i64, len))
}

/// ID and length of an ID at the beginning of `bytes`.
fn id_of(bytes: &[u8]) -> Option<(u32, usize)> {
    let len = vint_len(*bytes.first()?);
    let bytes = bytes.get(..len).filter(|_| len <= 4)?;
    let id = bytes
        .iter()
        .fold(0_u32, |id, byte| id << 8 | u32::from(*byte));
    Some((id, len))
}

/// Reads an element's ID and size at the reader's place; `None` at the end, or where there is no element.
pub(crate) fn element(reader: &mut Reader) -> Result<Option<Element>> {
    let start = reader.pos();
    let mut head = [0; 12];
    let n = reader.read(&mut head)?;
    let head = &head[..n];
    let Some((id, id_len)) = id_of(head) else {
        return Ok(None);
    };
    let Some((size, size_len)) = vint(&head[id_len..]) else {
        return Ok(None);
    };
    let body = start + (id_len + size_len) as u64;
    reader.seek_to(body)?;
    Ok(Some(Element {
        id,
        body,
        size: (size != u64::MAX).then_some(size),
    }))
}

/// The elements within `bytes`. One that says more than there is gets what there is.
pub(crate) fn children(mut bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    std::iter::from_fn(move || {
        let (id, id_len) = id_of(bytes)?;
        let (size, size_len) = vint(&bytes[id_len..])?;
        let rest = &bytes[id_len + size_len..];
        let size = usize::try_from(size).unwrap_or(usize::MAX).min(rest.len());
        let (body, after) = rest.split_at(size);
        bytes = after;
        Some((id, body))
    })
}

/// The first element of that ID.
pub(crate) fn find(bytes: &[u8], id: u32) -> Option<&[u8]> {
    children(bytes).find(|(i, _)| *i == id).map(|(_, b)| b)
}

/// An unsigned number of up to 8 bytes.
pub(crate) fn uint(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .take(8)
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// A signed number of up to 8 bytes.
pub(crate) fn sint(bytes: &[u8]) -> i64 {
    let len = bytes.len().min(8);
    if len == 0 {
        return 0;
    }
    let shift = 64 - 8 * len as u32;
    ((uint(bytes) << shift) as i64) >> shift
}

/// A floating-point number of 4 or 8 bytes; 0 of any other length.
pub(crate) fn float(bytes: &[u8]) -> f64 {
    match bytes.len() {
        4 => f64::from(f32::from_bits(uint(bytes) as u32)),
        8 => f64::from_bits(uint(bytes)),
        _ => 0.0,
    }
}

/// A text, which may be filled up with zeros.
pub(crate) fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_variable_sizes() {
        assert_eq!(vint(&[0x81]), Some((1, 1)));
        assert_eq!(vint(&[0x40, 0x7F]), Some((127, 2)));
        assert_eq!(
            vint(&[0x01, 0, 0, 0, 0, 0, 0, 5, 9]),
            Some((5, 8)),
            "the longest"
        );
        assert_eq!(vint(&[0xFF]), Some((u64::MAX, 1)), "unknown");
        assert_eq!(vint(&[0x40]), None);
        assert_eq!(vint(&[0x00; 9]), None);
        assert_eq!(signed_vint(&[0xBF]), Some((0, 1)));
        assert_eq!(signed_vint(&[0x80]), Some((-63, 1)));
        assert_eq!(sint(&[0xFF, 0xFE]), -2);
        assert_eq!(sint(&[]), 0);
        assert_eq!(float(&1.5_f32.to_be_bytes()), 1.5);
        assert_eq!(text(b"abc\0\0"), "abc");
    }

    #[test]
    fn children_end_where_the_bytes_end() {
        let bytes = [0xD7, 0x81, 5, 0x86, 0x90, b'A', b'_'];
        let found: Vec<_> = children(&bytes).collect();
        assert_eq!(found, [(id::TRACK_NUMBER, &[5][..]), (id::CODEC_ID, b"A_")]);
        for end in 0..bytes.len() {
            children(&bytes[..end]).for_each(drop);
        }
    }
}
