//! How long each packet of a codec sounds, told from its bytes: Matroska's time stamps are too coarse to count by.

use crate::mpeg;
use crate::ogg::vorbis;

/// The longest run-up of MPEG layer III in packets: 511 bytes of bit reservoir at the lowest rate, and overlap.
const MPEG_PREROLL_PACKETS: i64 = 64;

/// The pace of a track's packets.
#[derive(Debug)]
pub(crate) enum Pace {
    /// Every packet has so many frames (AAC), and so many packets are its run-up.
    Fixed {
        frames: u32,
        preroll_packets: u32,
    },
    /// MPEG audio, whose packets are frames with headers.
    Mpeg,
    /// FLAC: each header tells the number of its frame, hence its place. Frames of a block, where constant.
    Flac {
        block_frames: u32,
    },
    /// Apple Lossless: only the last packet is shorter, and says so.
    Alac {
        frames: u32,
    },
    /// Uncompressed: so many bytes per frame.
    Pcm {
        frame_bytes: u32,
    },
    Vorbis(vorbis::Setup),
    #[cfg(feature = "opus")]
    Opus,
}

impl Pace {
    /// Frames that a packet gives. `previous` is the block of the Vorbis packet before, which overlaps with it;
    /// what follows nothing gives nothing.
    pub(crate) fn frames(&self, packet: &[u8], previous: &mut Option<usize>) -> usize {
        match self {
            Self::Fixed { frames, .. } => *frames as usize,
            Self::Mpeg => mpeg::Header::parse(packet).map_or(0, |header| header.frames),
            Self::Flac { .. } => flac_header(packet).map_or(0, |(_, frames)| frames as usize),
            Self::Alac { frames } => alac_frames(packet).unwrap_or(*frames) as usize,
            Self::Pcm { frame_bytes } => packet.len() / *frame_bytes as usize,
            Self::Vorbis(setup) => {
                let Some(block) = setup.packet_block(packet) else {
                    return 0;
                };
                previous
                    .replace(block)
                    .map_or(0, |before| (before + block) / 4)
            }
            #[cfg(feature = "opus")]
            Self::Opus => crate::opus::packet_frames(packet),
        }
    }

    /// All packets begin at multiples of so many frames after the first. `first` is the first packet's length.
    pub(crate) fn grid(&self, first: usize) -> i64 {
        let grid = match self {
            Self::Fixed { frames, .. } | Self::Alac { frames } => *frames as usize,
            Self::Mpeg | Self::Pcm { .. } => first,
            Self::Flac { .. } => 1,
            // A quarter of the short block: blocks overlap by halves, and advance by the mean of two halves.
            Self::Vorbis(setup) => setup.block_frames[0] / 4,
            // 2.5 ms at 48 kHz, the shortest frame of Opus.
            #[cfg(feature = "opus")]
            Self::Opus => 120,
        };
        grid.max(1) as i64
    }

    /// Frame at which a packet of FLAC says that it begins, counted from the stream's first.
    pub(crate) fn own_place(&self, packet: &[u8]) -> Option<i64> {
        let Self::Flac { block_frames } = self else {
            return None;
        };
        let (place, _) = flac_header(packet)?;
        match place {
            FlacPlace::Frame(number) => {
                Some(i64::try_from(number).ok()? * i64::from(*block_frames))
            }
            FlacPlace::Sample(number) => i64::try_from(number).ok(),
        }
    }

    /// Frames before the wanted one from which on must be decoded; `packet_frames` is a packet's usual length.
    pub(crate) fn preroll_frames(&self, packet_frames: i64) -> i64 {
        match self {
            Self::Fixed {
                frames,
                preroll_packets,
            } => i64::from(*frames) * i64::from(*preroll_packets),
            Self::Mpeg => packet_frames * MPEG_PREROLL_PACKETS,
            Self::Flac { .. } | Self::Alac { .. } | Self::Pcm { .. } => 0,
            Self::Vorbis(setup) => setup.block_frames[1] as i64 * 2,
            #[cfg(feature = "opus")]
            Self::Opus => crate::opus::PREROLL_FRAMES,
        }
    }
}

/// Where a FLAC frame stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FlacPlace {
    /// The number of the frame, of streams whose blocks are of one size.
    Frame(u64),
    /// The number of its first sample.
    Sample(u64),
}

/// Place and length of a FLAC frame (RFC 9639, §9.1).
fn flac_header(packet: &[u8]) -> Option<(FlacPlace, u32)> {
    let &[0xFF, sync, sizes, _, first, ..] = packet else {
        return None;
    };
    if sync & 0xFE != 0xF8 {
        return None;
    }
    // A number in the manner of UTF-8, of up to 36 bits.
    let (more, bits) = match first.leading_ones() as usize {
        0 => (0, 7),
        ones @ 2..=7 => (ones - 1, 7 - ones),
        _ => return None,
    };
    let mut number = u64::from(first) & ((1 << bits) - 1);
    for byte in packet.get(5..5 + more)? {
        number = number << 6 | u64::from(byte & 0x3F);
    }
    let behind = packet.get(5 + more..)?;
    let frames = match sizes >> 4 {
        1 => 192,
        code @ 2..=5 => 144 << code,
        6 => u32::from(*behind.first()?) + 1,
        7 => u32::from(u16::from_be_bytes(*behind.first_chunk()?)) + 1,
        code @ 8..=15 => 1 << code,
        _ => return None,
    };
    let place = if sync & 1 == 0 {
        FlacPlace::Frame(number)
    } else {
        FlacPlace::Sample(number)
    };
    Some((place, frames))
}

/// The length of an ALAC packet that says one: its first element's head has a flag and 32 bits for it.
fn alac_frames(packet: &[u8]) -> Option<u32> {
    // Tag 3 bits, instance 4, unused 12, then the flag; two bits of shift and one of “not coded” follow.
    let head = u64::from_be_bytes(*packet.first_chunk()?);
    let has_length = head >> (63 - 19) & 1 == 1;
    has_length.then_some((head >> (64 - 23 - 32)) as u32)
}

/// STREAMINFO within the headers that Matroska keeps of FLAC; `None` if it is not there.
pub(crate) fn flac_stream_info(private: &[u8]) -> Option<&[u8]> {
    // "fLaC", the block's head, then 34 bytes.
    let body = private.strip_prefix(b"fLaC")?;
    (body.first()? & 0x7F == 0).then(|| body.get(4..38))?
}

/// The three headers that Matroska keeps of Vorbis, laced as Xiph does.
pub(crate) fn vorbis_headers(private: &[u8]) -> Option<[&[u8]; 3]> {
    let (&count, mut rest) = private.split_first()?;
    if count != 2 {
        return None;
    }
    let mut sizes = [0; 2];
    for size in &mut sizes {
        loop {
            let (&byte, after) = rest.split_first()?;
            rest = after;
            *size += usize::from(byte);
            if byte < 255 {
                break;
            }
        }
    }
    let (first, rest) = rest.split_at_checked(sizes[0])?;
    let (second, third) = rest.split_at_checked(sizes[1])?;
    Some([first, second, third])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flac_frames_tell_their_place() {
        // Fixed blocks of 4608 frames, number 0 and number 1000 (two bytes more).
        let pace = Pace::Flac { block_frames: 4608 };
        let first = [0xFF, 0xF8, 0x59, 0x18, 0x00, 0x00, 0x00];
        assert_eq!(flac_header(&first), Some((FlacPlace::Frame(0), 4608)));
        let later = [0xFF, 0xF8, 0x59, 0x18, 0xCF, 0xA8, 0x00];
        assert_eq!(flac_header(&later), Some((FlacPlace::Frame(1000), 4608)));
        assert_eq!(pace.own_place(&later), Some(4_608_000));
        // Variable blocks, sample 65536 (three bytes), 16-bit length.
        let variable = [0xFF, 0xF9, 0x79, 0x18, 0xF0, 0x90, 0x80, 0x80, 0x01, 0x00];
        assert_eq!(
            flac_header(&variable),
            Some((FlacPlace::Sample(65_536), 257))
        );
        for end in 0..variable.len() {
            flac_header(&variable[..end]);
        }
        assert_eq!(flac_header(&[0xFF, 0xF8, 0x59, 0x18, 0x80, 0]), None);
    }

    #[test]
    fn a_last_alac_packet_says_its_length() {
        // Tag 1, instance 0, flag set, then 1000 in 32 bits from bit 23 on.
        let bits = 1_u64 << 61 | 1 << (63 - 19) | 1000 << 9;
        assert_eq!(alac_frames(&bits.to_be_bytes()), Some(1000));
        assert_eq!(alac_frames(&(1_u64 << 61).to_be_bytes()), None);
        assert_eq!(alac_frames(&[0; 4]), None);
    }

    #[test]
    fn private_headers_are_taken_apart() {
        assert_eq!(
            vorbis_headers(&[2, 1, 2, 7, 8, 8, 9]),
            Some([&[7][..], &[8, 8], &[9]])
        );
        assert_eq!(vorbis_headers(&[2, 255, 255]), None);
        assert_eq!(vorbis_headers(&[1, 1, 2]), None);
        assert_eq!(flac_stream_info(b"fLaC\x80\0\0\x22short"), None);
    }
}
