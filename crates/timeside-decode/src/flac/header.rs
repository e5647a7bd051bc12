//! FLAC's stream information and frame headers (RFC 9639, §8.2 and §9.1).

use timeside_core::{Error, Result};

/// The longest frame header.
pub(crate) const MAX_HEADER_BYTES: usize = 16;

/// The STREAMINFO block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StreamInfo {
    /// The block as it stands, for the codec.
    pub(crate) bytes: [u8; 34],
    pub(crate) min_block: u32,
    pub(crate) max_block: u32,
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    pub(crate) bits_per_sample: u32,
    /// Samples per channel, where told.
    pub(crate) frames: Option<u64>,
}

impl StreamInfo {
    /// Reads the block.
    ///
    /// # Errors
    /// `CorruptMedia` if it is cut off or says 0 Hz.
    pub(crate) fn parse(block: &[u8]) -> Result<Self> {
        let corrupt =
            |what: &str| Error::CorruptMedia(format!("the FLAC stream information {what}"));
        let bytes = *block
            .first_chunk::<34>()
            .ok_or_else(|| corrupt("is cut off"))?;
        let packed = u64::from_be_bytes([
            bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15], bytes[16], bytes[17],
        ]);
        let frames = packed & 0xF_FFFF_FFFF;
        let info = Self {
            bytes,
            min_block: u32::from(bytes[0]) << 8 | u32::from(bytes[1]),
            max_block: u32::from(bytes[2]) << 8 | u32::from(bytes[3]),
            sample_rate: (packed >> 44) as u32,
            channels: (packed >> 41 & 7) as usize + 1,
            bits_per_sample: (packed >> 36 & 31) as u32 + 1,
            frames: (frames > 0).then_some(frames),
        };
        if info.sample_rate == 0 {
            return Err(corrupt("says a sample rate of 0 Hz"));
        }
        Ok(info)
    }

    /// More bytes than any frame of this stream takes: what it takes verbatim, with its headers.
    pub(crate) fn max_frame_bytes(&self) -> usize {
        let bits =
            self.max_block.max(16) as usize * self.channels * (self.bits_per_sample as usize + 1);
        bits / 8 + 1024
    }
}

/// A frame's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    /// Length of the header.
    pub(crate) bytes: usize,
    /// Samples per channel.
    pub(crate) frames: u32,
    /// Number of the frame, or of its first sample where the block size varies.
    number: u64,
    is_variable: bool,
}

impl FrameHeader {
    /// Reads a header of the stream `info`, checked by its CRC and by what does not change within a stream.
    pub(crate) fn parse(bytes: &[u8], info: &StreamInfo) -> Option<Self> {
        let &[0xFF, sync @ (0xF8 | 0xF9), sizes, layout, ..] = bytes else {
            return None;
        };
        let channels = match layout >> 4 {
            plain @ 0..=7 => usize::from(plain) + 1,
            8..=10 => 2,
            _ => return None,
        };
        let bits = match layout >> 1 & 7 {
            0 => info.bits_per_sample,
            code @ (1 | 2 | 4..=7) => [0, 8, 12, 0, 16, 20, 24, 32][usize::from(code)],
            _ => return None,
        };
        if channels != info.channels || bits != info.bits_per_sample || layout & 1 != 0 {
            return None;
        }
        let (number, mut at) = coded_number(bytes.get(4..)?)?;
        at += 4;
        let mut take = |count: usize| {
            let field = bytes.get(at..at + count)?;
            at += count;
            Some(field.iter().fold(0, |n, byte| n << 8 | u32::from(*byte)))
        };
        let frames = match sizes >> 4 {
            0 => return None,
            1 => 192,
            code @ 2..=5 => 144 << code,
            6 => take(1)? + 1,
            7 => take(2)? + 1,
            code => 1 << code,
        };
        let rate = match sizes & 15 {
            0 => info.sample_rate,
            code @ 1..=11 => [
                0, 88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000,
                96_000,
            ][usize::from(code)],
            12 => take(1)? * 1000,
            13 => take(2)?,
            14 => take(2)? * 10,
            _ => return None,
        };
        if rate != info.sample_rate || crc8(&bytes[..at]) != *bytes.get(at)? {
            return None;
        }
        Some(Self {
            bytes: at + 1,
            frames,
            number,
            is_variable: sync & 1 == 1,
        })
    }

    /// The first sample, where blocks of a fixed size have `block` samples.
    pub(crate) fn start(&self, block: u32) -> u64 {
        if self.is_variable {
            self.number
        } else {
            self.number.saturating_mul(block.into())
        }
    }
}

/// A number in the manner of UTF-8, of up to 36 bits, and how many bytes it takes.
fn coded_number(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let len = match first.leading_ones() as usize {
        0 => return Some((first.into(), 1)),
        len @ 2..=7 => len,
        _ => return None,
    };
    let mut number = if len == 7 {
        0
    } else {
        u64::from(first) & ((1 << (7 - len)) - 1)
    };
    for byte in bytes.get(1..len)? {
        if byte & 0xC0 != 0x80 {
            return None;
        }
        number = number << 6 | u64::from(byte & 0x3F);
    }
    Some((number, len))
}

const CRC8: [u8; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let mut value = i as u8;
        let mut bit = 0;
        while bit < 8 {
            value = value << 1 ^ if value & 0x80 != 0 { 0x07 } else { 0 };
            bit += 1;
        }
        table[i] = value;
        i += 1;
    }
    table
};

fn crc8(bytes: &[u8]) -> u8 {
    bytes
        .iter()
        .fold(0, |crc, byte| CRC8[usize::from(crc ^ byte)])
}

/// `CRC16[k]` advances the checksum of a byte over `k` more bytes.
const CRC16: [[u16; 256]; 8] = {
    let mut tables = [[0; 256]; 8];
    let mut i = 0;
    while i < 256 {
        let mut value = (i as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            value = value << 1 ^ if value & 0x8000 != 0 { 0x8005 } else { 0 };
            bit += 1;
        }
        tables[0][i] = value;
        i += 1;
    }
    let mut k = 1;
    while k < 8 {
        let mut i = 0;
        while i < 256 {
            let before = tables[k - 1][i];
            tables[k][i] = before << 8 ^ tables[0][(before >> 8) as usize];
            i += 1;
        }
        k += 1;
    }
    tables
};

/// The checksum of a frame; 0 over a whole one with its own checksum. Eight bytes at once.
pub(crate) fn crc16(bytes: &[u8]) -> u16 {
    let (eights, rest) = bytes.as_chunks::<8>();
    let crc = eights.iter().fold(0_u16, |crc, b| {
        CRC16[7][usize::from(b[0] ^ (crc >> 8) as u8)]
            ^ CRC16[6][usize::from(b[1] ^ crc as u8)]
            ^ CRC16[5][usize::from(b[2])]
            ^ CRC16[4][usize::from(b[3])]
            ^ CRC16[3][usize::from(b[4])]
            ^ CRC16[2][usize::from(b[5])]
            ^ CRC16[1][usize::from(b[6])]
            ^ CRC16[0][usize::from(b[7])]
    });
    rest.iter().fold(crc, |crc, byte| {
        crc << 8 ^ CRC16[0][usize::from((crc >> 8) as u8 ^ byte)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second example of RFC 9639, §D.2: its STREAMINFO and its first frame's header.
    #[test]
    fn the_example_of_the_standard_is_read() {
        let mut block = [0; 34];
        block[..18].copy_from_slice(&[
            0x00, 0x10, 0x00, 0x10, 0x00, 0x00, 0x17, 0x00, 0x00, 0x44, 0x0a, 0xc4, 0x42, 0xf0,
            0x00, 0x00, 0x00, 0x13,
        ]);
        let info = StreamInfo::parse(&block).unwrap();
        assert_eq!(
            (
                info.sample_rate,
                info.channels,
                info.bits_per_sample,
                info.frames,
                info.max_block
            ),
            (44_100, 2, 16, Some(19), 16)
        );
        let header = FrameHeader::parse(&[0xFF, 0xF8, 0x69, 0x98, 0x00, 0x0F, 0x99, 0x12], &info);
        let header = header.unwrap();
        assert_eq!((header.bytes, header.frames, header.start(16)), (7, 16, 0));
        assert_eq!(
            FrameHeader::parse(&[0xFF, 0xF8, 0x69, 0x98, 0x00, 0x0E, 0x99, 0x12], &info),
            None
        );
    }

    #[test]
    fn numbers_of_all_lengths_are_read() {
        assert_eq!(coded_number(&[0x7F]), Some((127, 1)));
        assert_eq!(coded_number(&[0xC2, 0x80]), Some((128, 2)));
        assert_eq!(
            coded_number(&[0xFE, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF]),
            Some(((1 << 36) - 1, 7))
        );
        assert_eq!(coded_number(&[0x80]), None);
        assert_eq!(coded_number(&[0xFF, 0x80]), None);
        assert_eq!(coded_number(&[0xE0, 0x80]), None);
    }

    #[test]
    fn eight_bytes_at_once_sum_up_like_one_by_one() {
        // CRC-16/UMTS, the catalogue's check value.
        assert_eq!(crc16(b"123456789"), 0xFEE8);
        let bytes: Vec<u8> = (0..100_u8).map(|i| i.wrapping_mul(37)).collect();
        let mut whole = bytes.clone();
        whole.extend(crc16(&bytes).to_be_bytes());
        assert_eq!(crc16(&whole), 0);
    }
}
