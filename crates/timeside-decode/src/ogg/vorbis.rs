//! What the Vorbis headers tell about packets: their lengths in frames (Vorbis I, §4).

use timeside_core::{Error, Result};

/// The identification header, and the block size of each mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setup {
    pub(crate) channels: usize,
    pub(crate) sample_rate: u32,
    /// Frames of the short and the long block.
    pub(crate) block_frames: [usize; 2],
    /// Whether each mode uses the long block.
    mode_is_long: Vec<bool>,
}

fn corrupt(what: impl std::fmt::Display) -> Error {
    Error::CorruptMedia(format!("the Vorbis header {what}"))
}

/// Reads bit `at` of a packet; Vorbis packs from the lowest bit of each byte up.
fn bit(packet: &[u8], at: usize) -> usize {
    usize::from(packet[at / 8] >> (at % 8) & 1)
}

fn bits(packet: &[u8], at: usize, count: usize) -> usize {
    (0..count).fold(0, |value, i| value | bit(packet, at + i) << i)
}

impl Setup {
    /// Reads the identification and the setup header.
    pub(crate) fn parse(identification: &[u8], setup: &[u8]) -> Result<Self> {
        let Some(body) = identification
            .strip_prefix(b"\x01vorbis")
            .filter(|body| body.len() >= 23)
        else {
            return Err(corrupt("is cut off"));
        };
        let channels = usize::from(body[4]);
        let sample_rate = u32::from_le_bytes([body[5], body[6], body[7], body[8]]);
        let (short, long) = (body[21] & 15, body[21] >> 4);
        if channels == 0 {
            return Err(corrupt("says 0 channels"));
        }
        if sample_rate == 0 {
            return Err(corrupt("says a sample rate of 0 Hz"));
        }
        if !(6..=13).contains(&short) || !(short..=13).contains(&long) {
            return Err(corrupt("says impossible block sizes"));
        }
        if !setup.starts_with(b"\x05vorbis") {
            return Err(corrupt("has no setup part"));
        }
        let mode_is_long = modes(&setup[7..]).ok_or_else(|| corrupt("has no modes"))?;
        Ok(Self {
            channels,
            sample_rate,
            block_frames: [1 << short, 1 << long],
            mode_is_long,
        })
    }

    /// Frames of the block in a packet; `None` if it is no audio packet.
    pub(crate) fn packet_block(&self, packet: &[u8]) -> Option<usize> {
        let first = *packet.first()?;
        if first & 1 != 0 {
            return None;
        }
        let mode_bits = usize::BITS - (self.mode_is_long.len() - 1).leading_zeros();
        let mode = usize::from(first >> 1) & ((1 << mode_bits) - 1);
        self.mode_is_long
            .get(mode)
            .map(|long| self.block_frames[usize::from(*long)])
    }

    /// Frames behind the centre of a long block that no window touches, because a short block follows; else 0.
    pub(crate) fn frames_behind_centre(&self, packet: &[u8]) -> usize {
        let [short, long] = self.block_frames;
        let mode_bits = usize::BITS - (self.mode_is_long.len() - 1).leading_zeros();
        // Behind the mode stand the words whether the block before and the block behind are long.
        let next_is_long = 2 + mode_bits as usize;
        let is_long = self.packet_block(packet) == Some(long);
        match packet.get(next_is_long / 8) {
            Some(byte) if is_long && byte >> (next_is_long % 8) & 1 == 0 => (long - short) / 4,
            _ => 0,
        }
    }
}

/// The modes stand at the end of the setup header, so they are read backwards from it: the codebooks, floors
/// and residues before them need not be understood. Each mode is a flag, two 16-bit zeros and the number of
/// its mapping; their count stands in six bits before.
fn modes(setup: &[u8]) -> Option<Vec<bool>> {
    const MODE_BITS: usize = 41;
    let last = setup.iter().rposition(|byte| *byte != 0)?;
    // The framing bit is the last that is set.
    let end = last * 8 + 7 - setup[last].leading_zeros() as usize;
    let mut found = None;
    for count in 1..=64 {
        let Some(start) = end.checked_sub(count * MODE_BITS + 6) else {
            break;
        };
        let mode = start + 6;
        if bits(setup, mode + 1, 32) != 0 || bits(setup, mode + 33, 8) > 63 {
            break;
        }
        if bits(setup, start, 6) == count - 1 {
            found = Some((mode, count));
        }
    }
    let (start, count) = found?;
    Some(
        (0..count)
            .map(|i| bit(setup, start + i * MODE_BITS) == 1)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A setup header with only its end: modes, then the framing bit.
    fn setup(long: &[bool]) -> Vec<u8> {
        let mut bits: Vec<bool> = vec![true; 8 * 40];
        bits.extend((0..6).map(|i| (long.len() - 1) >> i & 1 == 1));
        for long in long {
            bits.push(*long);
            bits.extend([false; 32]);
            bits.extend([true, false, false, false, false, false, false, false]);
        }
        bits.push(true);
        let mut bytes = b"\x05vorbis".to_vec();
        bytes.extend(bits.chunks(8).map(|c| {
            c.iter()
                .enumerate()
                .fold(0, |b, (i, on)| b | u8::from(*on) << i)
        }));
        bytes
    }

    const IDENTIFICATION: &[u8] =
        b"\x01vorbis\0\0\0\0\x02\x44\xAC\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xB8\x01";

    #[test]
    fn modes_are_found_from_behind() {
        let parsed = Setup::parse(IDENTIFICATION, &setup(&[false, true])).unwrap();
        assert_eq!(
            (parsed.channels, parsed.sample_rate, parsed.block_frames),
            (2, 44_100, [256, 2048])
        );
        assert_eq!(parsed.packet_block(&[0b00]), Some(256));
        assert_eq!(parsed.packet_block(&[0b10]), Some(2048));
        assert_eq!(parsed.packet_block(&[0b01]), None);
        assert_eq!(parsed.packet_block(&[]), None);
        let single = Setup::parse(IDENTIFICATION, &setup(&[true])).unwrap();
        assert_eq!(single.packet_block(&[0b00]), Some(2048));
    }

    #[test]
    fn broken_headers_are_named() {
        let mut silent = IDENTIFICATION.to_vec();
        silent[11] = 0;
        let error = Setup::parse(&silent, &setup(&[true])).unwrap_err();
        assert!(error.to_string().contains("0 channels"), "{error}");
        assert!(Setup::parse(IDENTIFICATION, b"\x05vorbis").is_err());
        assert!(Setup::parse(b"\x01vorbis", &setup(&[true])).is_err());
    }
}
