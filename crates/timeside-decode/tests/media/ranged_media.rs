//! Media over ranged requests: what is read is what is needed.

use crate::generate::{encoded, has_ffmpeg};
use crate::{FIXTURES, open_bytes, open_path, read_all, shared};
use std::ops::Range;
use timeside_core::{Block, Error, Result};
use timeside_decode::ranged::{Fetch, Fetched, Limits, RangedSource};
use timeside_decode::{Hint, open};

struct Server(Vec<u8>);

impl Fetch for Server {
    fn fetch(&mut self, range: Range<u64>) -> Result<Fetched> {
        let end = (range.end as usize).min(self.0.len());
        let bytes = self.0[range.start as usize..end].to_vec();
        Ok(Fetched {
            bytes,
            total: Some(self.0.len() as u64),
            validator: Some("\"1\"".into()),
        })
    }
}

const LIMITS: Limits = Limits {
    block_bytes: 16 << 10,
    max_request_bytes: 64 << 10,
    cache_bytes: 256 << 10,
    tries: 3,
};

#[test]
fn a_remote_file_decodes_as_a_local_one_in_bounded_memory() {
    for name in [
        "music30s_44k_st.flac",
        "music30s_44k_st.vbr.mp3",
        "music30s_44k_st.m4a",
        "music30s_44k_st.ogg",
    ] {
        let Some(path) = shared(&format!("real/{name}")) else {
            continue;
        };
        let source =
            RangedSource::open(Box::new(Server(std::fs::read(&path).unwrap())), LIMITS).unwrap();
        let cache = source.cache();
        let mut remote = open(Box::new(source), Hint::for_uri(name)).unwrap();
        let planes = read_all(remote.as_mut(), 8192).unwrap();
        assert!(
            planes == read_all(open_path(&path).as_mut(), 8192).unwrap(),
            "{name}"
        );
        assert!(cache.held_bytes() <= LIMITS.cache_bytes, "{name}");
        assert!(remote.byte_position().is_some_and(|at| at > 0), "{name}");
    }
}

/// Where the file tells where its packets are, a place is reached by a few requests.
#[test]
fn a_place_is_reached_without_reading_all() {
    for name in [
        "music30s_44k_st.flac",
        "music30s_44k_st.m4a",
        "music30s_44k_st.ogg",
        "music30s_44k_st.opus",
        "music30s_44k_st.cbr.mp3",
    ] {
        let Some(path) = shared(&format!("real/{name}")) else {
            continue;
        };
        let bytes = std::fs::read(&path).unwrap();
        let len = bytes.len() as u64;
        let source = RangedSource::open(Box::new(Server(bytes)), LIMITS).unwrap();
        let cache = source.cache();
        let mut decoder = open(Box::new(source), Hint::for_uri(name)).unwrap();
        decoder.seek(800_000).unwrap();
        assert_eq!(
            decoder.next_block(&mut Block::default(), 1000).unwrap(),
            1000
        );
        let fetched = cache.counters().fetched_bytes;
        assert!(fetched < len * 7 / 8, "{name}: {fetched} of {len} bytes");
        println!(
            "{name}: {fetched} of {len} bytes in {} requests",
            cache.counters().requests
        );
    }
}

/// An MP3 of one bit rate, joined of pieces and without any tag: probed at a few places, then reckoned.
#[test]
fn a_place_in_a_long_mp3_is_reckoned() {
    if !has_ffmpeg() {
        return;
    }
    let options = [
        "-c:a",
        "libmp3lame",
        "-b:a",
        "192k",
        "-write_xing",
        "0",
        "-id3v2_version",
        "0",
    ];
    let bytes = encoded(20.0, 44_100, 2, "mp3", &options).repeat(12);
    let len = bytes.len() as u64;
    let source = RangedSource::open(Box::new(Server(bytes)), LIMITS).unwrap();
    let cache = source.cache();
    let mut decoder = open(Box::new(source), Hint::for_uri("long.mp3")).unwrap();
    decoder.seek(200 * 44_100).unwrap();
    assert_eq!(
        decoder.next_block(&mut Block::default(), 1000).unwrap(),
        1000
    );
    let fetched = cache.counters().fetched_bytes;
    assert!(fetched < len / 3, "{fetched} of {len} bytes");
}

/// Breaks the connection at every third request, for good.
struct Flaky(Server, u32);

impl Fetch for Flaky {
    fn fetch(&mut self, range: Range<u64>) -> Result<Fetched> {
        self.1 += 1;
        if self.1.is_multiple_of(3) {
            return Err(Error::Network("the connection broke".into()));
        }
        self.0.fetch(range)
    }
}

/// An error ends the block, not the decoder: what is asked for again comes as if nothing had been.
#[test]
fn a_broken_connection_loses_nothing() {
    let limits = Limits {
        block_bytes: 512,
        max_request_bytes: 512,
        cache_bytes: 128 << 10,
        tries: 1,
    };
    for (name, bytes, ..) in FIXTURES {
        let whole = read_all(open_bytes(bytes.to_vec(), name).unwrap().as_mut(), 4096).unwrap();
        let source =
            RangedSource::open(Box::new(Flaky(Server(bytes.to_vec()), 0)), limits).unwrap();
        let mut errors = 0;
        let mut decoder = loop {
            match open(Box::new(source.clone()), Hint::for_uri(*name)) {
                Ok(decoder) => break decoder,
                Err(error) => assert_eq!(error.code(), "network", "{name}: {error}"),
            }
            errors += 1;
        };
        // What opening has cached would hide the breaks.
        source.cache().clear();
        let mut planes = vec![Vec::new(); whole.len()];
        let mut block = Block::default();
        loop {
            match decoder.next_block(&mut block, 700) {
                Ok(0) => break,
                Ok(_) => planes
                    .iter_mut()
                    .zip(&block.channels)
                    .for_each(|(plane, c)| plane.extend_from_slice(c)),
                Err(error) => {
                    assert_eq!(error.code(), "network", "{name}: {error}");
                    assert!(block.is_empty());
                    errors += 1;
                    assert!(errors < 10_000, "{name}: no way forward");
                }
            }
        }
        assert!(errors > 0, "{name}: nothing broke");
        assert!(
            planes == whole || name.contains("opus"),
            "{name}: something was lost"
        );
        assert_eq!(planes[0].len(), whole[0].len(), "{name}");
        assert_eq!(decoder.take_warnings(), [], "{name}");
    }
}
