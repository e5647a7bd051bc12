//! The picture of a medium as it is kept from one visit to the next.

use crate::{Media, Result, Source};
use std::io::{Read, SeekFrom};
use timeside_decode::sha1;

/// Grows with every change of what is kept: another version's counts as nothing.
const VERSION: u32 = 2;

const MAGIC: &[u8; 8] = b"TimeSide";

/// Bytes of either end of a file that go into its identity.
const END_BYTES: u64 = 64 << 10;

/// Names in the query of an address that say who may fetch it, not what is fetched.
const SECRETS: &[&str] = &[
    "access_token",
    "auth",
    "awsaccesskeyid",
    "expires",
    "googleaccessid",
    "hdnts",
    "key-pair-id",
    "policy",
    "se",
    "sig",
    "signature",
    "sp",
    "sr",
    "st",
    "sv",
    "token",
];

/// Beginnings of such names.
const SECRET_PREFIXES: &[&str] = &["x-amz-", "x-goog-", "x-ms-"];

/// The name that something is kept under: a hash, which says nothing of the medium.
pub(super) fn key(parts: &[&str]) -> String {
    let mut all = VERSION.to_le_bytes().to_vec();
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_le_bytes());
        all.extend_from_slice(part.as_bytes());
    }
    sha1::of_bytes(&all)
}

/// The SHA-1 of the first and last bytes of a file.
pub(super) fn hash_of_ends(source: &mut dyn Source) -> Result<String> {
    let mut bytes = Vec::new();
    source.seek(SeekFrom::Start(0))?;
    (&mut *source).take(END_BYTES).read_to_end(&mut bytes)?;
    let len = source.byte_len().unwrap_or(0);
    source.seek(SeekFrom::Start(len.saturating_sub(END_BYTES)))?;
    (&mut *source).take(END_BYTES).read_to_end(&mut bytes)?;
    Ok(sha1::of_bytes(&bytes))
}

/// An address without its fragment, and without what gives leave to fetch it.
pub(super) fn address_without_secrets(address: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    let Some((place, query)) = address.split_once('?') else {
        return address.to_owned();
    };
    let is_open = |pair: &&str| {
        let name = pair
            .split('=')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        !SECRETS.contains(&name.as_str()) && !SECRET_PREFIXES.iter().any(|p| name.starts_with(p))
    };
    let kept: Vec<&str> = query.split('&').filter(is_open).collect();
    format!("{place}?{}", kept.join("&"))
}

/// FNV-1a over words of eight bytes, the last one filled up with zeros: finds damage, not malice.
struct Checksum {
    state: u64,
    word: [u8; 8],
    filled: usize,
}

impl Checksum {
    fn new() -> Self {
        Self {
            state: 0xcbf2_9ce4_8422_2325,
            word: [0; 8],
            filled: 0,
        }
    }

    fn mix(&mut self, word: [u8; 8]) {
        self.state = (self.state ^ u64::from_le_bytes(word)).wrapping_mul(0x0000_0100_0000_01b3);
        // The upper bits would never reach the lower ones.
        self.state ^= self.state >> 32;
    }

    fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.filled == 0
                && let Some((word, rest)) = bytes.split_first_chunk::<8>()
            {
                self.mix(*word);
                bytes = rest;
                continue;
            }
            self.word[self.filled] = bytes[0];
            self.filled += 1;
            bytes = &bytes[1..];
            if self.filled == 8 {
                self.mix(self.word);
                (self.word, self.filled) = ([0; 8], 0);
            }
        }
    }

    fn finish(mut self) -> u64 {
        if self.filled > 0 {
            self.mix(self.word);
        }
        self.state
    }
}

/// Hands out what is kept of `media` in pieces; false if it is not finished.
pub(super) fn write(key: &str, media: &Media, take: &mut dyn FnMut(&[u8])) -> bool {
    let mut checksum = Checksum::new();
    let mut head = Vec::new();
    head.extend_from_slice(MAGIC);
    head.extend_from_slice(&VERSION.to_le_bytes());
    head.extend_from_slice(&(key.len() as u32).to_le_bytes());
    head.extend_from_slice(key.as_bytes());
    let mut is_begun = false;
    let is_whole = media.write_picture(&mut |piece| {
        if !std::mem::replace(&mut is_begun, true) {
            checksum.add(&head);
            take(&head);
        }
        checksum.add(piece);
        take(piece);
    });
    if is_whole {
        take(&checksum.finish().to_le_bytes());
    }
    is_whole
}

/// What [`write()`] wrapped, if the bytes are whole, of this version, and kept under `key`.
pub(super) fn payload<'a>(bytes: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let (body, sum) = bytes.split_last_chunk::<8>()?;
    let rest = body.strip_prefix(MAGIC)?;
    let rest = rest.strip_prefix(&VERSION.to_le_bytes())?;
    let rest = rest.strip_prefix(&(key.len() as u32).to_le_bytes())?;
    let rest = rest.strip_prefix(key.as_bytes())?;
    let mut checksum = Checksum::new();
    checksum.add(body);
    (checksum.finish() == u64::from_le_bytes(*sum)).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_again_without_its_signature() {
        let bare = "https://x.org/a.mp3?id=5";
        for signed in [
            "https://x.org/a.mp3?id=5&X-Amz-Signature=abc&X-Amz-Date=2#t=3",
            "https://x.org/a.mp3?Expires=1&id=5&Signature=z&Key-Pair-Id=K",
        ] {
            assert_eq!(address_without_secrets(signed), bare);
        }
        assert_ne!(address_without_secrets("https://x.org/a.mp3?id=6"), bare);
        assert_ne!(key(&["a", "bc"]), key(&["ab", "c"]));
    }

    #[test]
    fn what_was_kept_comes_back_whole_or_not_at_all() {
        let samples = (0..50_000).map(|i| (i as f32 * 0.01).sin()).collect();
        let mut media = Media::from_samples(vec![samples], 8000).unwrap();
        let key = key(&["file", "x"]);
        assert!(!write(&key, &media, &mut |_| panic!("nothing is read yet")));
        let _ = media.peaks(None, None, 1).unwrap();
        while media.read_on().unwrap() != crate::ReadProgress::Done {}
        let mut bytes = Vec::new();
        assert!(write(&key, &media, &mut |piece| bytes.extend_from_slice(piece)));
        let mut again = Media::from_samples(vec![vec![0.0; 50_000]], 8000).unwrap();
        assert!(again.restore_picture(payload(&bytes, &key).unwrap()));
        assert_eq!(
            again.quick_peaks(None, None, 100).unwrap(),
            media.quick_peaks(None, None, 100).unwrap()
        );
        assert_eq!(again.read_on().unwrap(), crate::ReadProgress::Done);
        assert_eq!(payload(&bytes, "another"), None);
        assert_eq!(payload(&bytes[..bytes.len() - 1], &key), None);
        assert_eq!(payload(&[], &key), None);
        for at in (0..bytes.len()).step_by(997) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(payload(&damaged, &key), None, "byte {at}");
        }
    }
}
