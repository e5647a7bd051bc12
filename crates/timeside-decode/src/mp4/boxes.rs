//! The boxes of an MP4 file (ISO 14496-12): walked within bounds, whatever their sizes say.

use crate::reader::Reader;
use timeside_core::Result;

/// A box's kind and where its content lies in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FileBox {
    pub(crate) kind: [u8; 4],
    pub(crate) body: u64,
    /// Where it says that it ends; `None` if that is the end of the file.
    pub(crate) end: Option<u64>,
}

/// Reads the header of the box at the reader's place; `None` at the end, or where there is no box.
pub(crate) fn file_box(reader: &mut Reader) -> Result<Option<FileBox>> {
    let start = reader.pos();
    let Some([s0, s1, s2, s3, k0, k1, k2, k3]) = reader.array::<8>()? else {
        return Ok(None);
    };
    let kind = [k0, k1, k2, k3];
    let size = match u32::from_be_bytes([s0, s1, s2, s3]) {
        0 => None,
        1 => match reader.array::<8>()? {
            Some(size) => Some(u64::from_be_bytes(size)),
            None => return Ok(None),
        },
        size => Some(u64::from(size)),
    };
    let body = reader.pos();
    let end = match size.map(|size| start.checked_add(size)) {
        None => None,
        Some(Some(end)) if end >= body => Some(end),
        Some(_) => return Ok(None),
    };
    Ok(Some(FileBox { kind, body, end }))
}

/// The boxes within `bytes`. A box that says more than there is gets what there is.
pub(crate) fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (head, rest) = bytes.split_first_chunk::<8>()?;
        let kind = [head[4], head[5], head[6], head[7]];
        let (size, header, rest) = match u32::from_be_bytes([head[0], head[1], head[2], head[3]]) {
            0 => (u64::MAX, 8, rest),
            1 => {
                let (size, rest) = rest.split_first_chunk::<8>()?;
                (u64::from_be_bytes(*size), 16, rest)
            }
            size => (u64::from(size), 8, rest),
        };
        let body = usize::try_from(size.checked_sub(header)?)
            .unwrap_or(usize::MAX)
            .min(rest.len());
        let (body, after) = rest.split_at(body);
        bytes = after;
        Some((kind, body))
    })
}

/// The first box of a kind.
pub(crate) fn find<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(k, _)| k == kind).map(|(_, body)| body)
}

/// The first box along a path of kinds.
pub(crate) fn find_path<'a>(bytes: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(bytes, |bytes, kind| find(bytes, kind))
}

/// Big-endian numbers at a place, or `None` past the end.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_end_where_the_bytes_end() {
        let bytes = b"\0\0\0\x0Cabcd1234\xFF\xFF\xFF\xFFefgh56";
        let found: Vec<_> = boxes(bytes).collect();
        assert_eq!(found, [(*b"abcd", &b"1234"[..]), (*b"efgh", &b"56"[..])]);
        assert_eq!(boxes(b"\0\0\0\x04abcdrest").count(), 0);
        assert_eq!(boxes(b"\0\0\0\x01abcd\0\0\0\0\0\0\0\x02rest").count(), 0);
        assert_eq!(
            find(b"\0\0\0\0abcdall the rest", b"abcd"),
            Some(&b"all the rest"[..])
        );
    }
}
