//! Vorbis: which decoder.
//!
//! Mono and stereo go to Symphonia, which is fast. Surround may couple one channel with several; Symphonia 0.6.1
//! undoes that in the order of the header where Vorbis I, §4.3.5 has the last first, and the channels come out
//! mixed. So surround goes to lewton, which only this file knows.

use crate::channel_order;
use crate::ogg::vorbis::Setup;
use crate::packet::{Codec, Damage};
use crate::symphonia::SymphoniaCodec;
use lewton::audio::{PreviousWindowRight, read_audio_packet_generic};
use lewton::header::{IdentHeader, SetupHeader, read_header_ident, read_header_setup};
use timeside_core::{Error, Result};

/// Entries that all codebooks together may have, and their scalars: a hundred times those of libvorbis.
const MAX_ENTRIES: u64 = 1 << 20;
const MAX_SCALARS: u64 = 1 << 22;

/// The decoder of a stream with these two headers. Channels come in WAV's order.
///
/// # Errors
/// `CorruptMedia` for a setup that cannot be.
pub(crate) fn codec(
    identification: &[u8],
    setup: &[u8],
    channels: usize,
) -> Result<Box<dyn Codec>> {
    if channels <= 2 {
        return Ok(Box::new(SymphoniaCodec::vorbis(identification, setup)?));
    }
    let headers = Setup::parse(identification, setup)?;
    check_codebooks(setup).ok_or_else(|| corrupt("codebooks that cannot be"))?;
    let ident = read_header_ident(identification).map_err(|error| corrupt(&error.to_string()))?;
    let blocks = (ident.blocksize_0, ident.blocksize_1);
    let setup = read_header_setup(setup, ident.audio_channels, blocks)
        .map_err(|error| corrupt(&error.to_string()))?;
    Ok(Box::new(Surround {
        blocks: headers,
        previous_block: None,
        ahead: Vec::new(),
        order: channel_order::of_vorbis(usize::from(ident.audio_channels)),
        ident,
        setup,
        overlap: PreviousWindowRight::new(),
    }))
}

fn corrupt(what: &str) -> Error {
    Error::CorruptMedia(format!("the Vorbis header has {what}"))
}

struct Surround {
    ident: IdentHeader,
    setup: SetupHeader,
    /// The right half of the last block.
    overlap: PreviousWindowRight,
    order: &'static [usize],
    /// What the headers tell of packets' lengths.
    blocks: Setup,
    /// Frames of the last block; `None` at the beginning and after a jump.
    previous_block: Option<usize>,
    /// Frames that lewton gave before their packet: it hands out what is complete, which before a short block is
    /// more than the quarters of two blocks that Vorbis I, §4.3.8 and the granules count.
    ahead: Vec<Vec<f32>>,
}

impl Codec for Surround {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        let block = self
            .blocks
            .packet_block(data)
            .ok_or_else(|| Damage("no audio packet of Vorbis".into()))?;
        let decoded: Vec<Vec<f32>> =
            read_audio_packet_generic(&self.ident, &self.setup, data, &mut self.overlap)
                .map_err(|error| Damage(error.to_string()))?;
        self.ahead.resize(decoded.len(), Vec::new());
        planes.resize_with(decoded.len(), Vec::new);
        let previous = self.previous_block.replace(block);
        let frames = previous.map_or(0, |previous| (previous + block) / 4);
        for (c, plane) in planes.iter_mut().enumerate() {
            let from = self.order.get(c).copied().unwrap_or(c);
            let (Some(ahead), Some(decoded)) = (self.ahead.get_mut(from), decoded.get(from)) else {
                continue;
            };
            match previous {
                Some(_) => ahead.extend_from_slice(decoded),
                // The first packet only begins; what it would have been ahead of the next is lost with it.
                None => ahead.resize(self.blocks.frames_behind_centre(data), 0.0),
            }
            // Fewer there are only where a block's flags lie about its neighbours.
            ahead.resize(ahead.len().max(frames), 0.0);
            plane.clear();
            plane.extend(ahead.drain(..frames));
        }
        Ok(frames)
    }

    fn reset(&mut self) {
        self.overlap = PreviousWindowRight::new();
        self.previous_block = None;
        self.ahead.clear();
    }
}

/// Bits of a packet, from the lowest of each byte up.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: u32) -> Option<u64> {
        let mut value = 0;
        for i in 0..count {
            let byte = self.bytes.get(self.at / 8)?;
            value |= u64::from(byte >> (self.at % 8) & 1) << i;
            self.at += 1;
        }
        Some(value)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.at = self.at.checked_add(usize::try_from(count).ok()?)?;
        (self.at <= self.bytes.len() * 8).then_some(())
    }
}

/// Walks the codebooks at the beginning of a setup header (Vorbis I, §3.2.1): the decoder reserves what they claim,
/// so that is held against what they have. `None` if they claim too much.
fn check_codebooks(setup: &[u8]) -> Option<()> {
    let mut bits = Bits {
        bytes: setup.strip_prefix(b"\x05vorbis")?,
        at: 0,
    };
    let (mut all_entries, mut all_scalars) = (0, 0);
    for _ in 0..=bits.take(8)? {
        if bits.take(24)? != 0x56_4342 {
            return None;
        }
        let dimensions = bits.take(16)?;
        let entries = bits.take(24)?;
        all_entries += entries;
        all_scalars += entries * dimensions;
        if dimensions == 0 || entries == 0 || all_entries > MAX_ENTRIES || all_scalars > MAX_SCALARS
        {
            return None;
        }
        skip_lengths(&mut bits, entries)?;
        let values = match bits.take(4)? {
            0 => continue,
            1 => lattice_side(entries, dimensions),
            2 => entries * dimensions,
            _ => return None,
        };
        bits.skip(64)?;
        let value_bits = bits.take(4)? + 1;
        bits.skip(1 + values * value_bits)?;
    }
    Some(())
}

/// Skips the lengths of the codewords.
fn skip_lengths(bits: &mut Bits<'_>, entries: u64) -> Option<()> {
    let is_ordered = bits.take(1)? == 1;
    if !is_ordered {
        let is_sparse = bits.take(1)? == 1;
        for _ in 0..entries {
            if !is_sparse || bits.take(1)? == 1 {
                bits.take(5)?;
            }
        }
        return Some(());
    }
    let mut length = bits.take(5)? + 1;
    let mut done = 0;
    while done < entries {
        let left = entries - done;
        done += bits.take(u64::BITS - left.leading_zeros())?;
        if done > entries || length > 32 {
            return None;
        }
        length += 1;
    }
    Some(())
}

/// The greatest number whose power with exponent `dimensions` is at most `entries`.
fn lattice_side(entries: u64, dimensions: u64) -> u64 {
    let fits = |side: u64| {
        let dimensions = u32::try_from(dimensions).unwrap_or(u32::MAX);
        side.checked_pow(dimensions)
            .is_some_and(|power| power <= entries)
    };
    let (mut low, mut high) = (1, entries + 1);
    while high - low > 1 {
        let middle = low.midpoint(high);
        *(if fits(middle) { &mut low } else { &mut high }) = middle;
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lattice_has_whole_sides() {
        assert_eq!(lattice_side(27, 3), 3);
        assert_eq!(lattice_side(26, 3), 2);
        assert_eq!(lattice_side(1, 9), 1);
        assert_eq!(lattice_side(6561, 8), 3);
        assert_eq!(lattice_side(100, 1), 100);
        assert_eq!(lattice_side(5, 60_000), 1);
    }

    /// One ordered codebook of sixteen million codewords takes a few bytes to claim.
    #[test]
    fn a_codebook_cannot_claim_the_memory() {
        let mut setup = b"\x05vorbis\0BCV\x08\0".to_vec();
        setup.extend([0xFF, 0xFF, 0xFF, 0x2F, 0xFF, 0xFF, 0xFF, 0xFF]);
        assert_eq!(check_codebooks(&setup), None);
        assert_eq!(check_codebooks(b"\x05vorbis"), None);
    }
}
