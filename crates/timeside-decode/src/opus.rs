//! Opus packets into samples, by opus-pure. The only file that knows that crate.

use crate::channel_order;
use crate::packet::{Codec, Damage};
use opus_pure::OpusMSDecoder;
use timeside_core::{Error, Result};

/// Opus is always decoded at 48 kHz.
pub(crate) const SAMPLE_RATE: u32 = 48_000;

/// Frames to decode before the wanted one, half a second. The standard's 80 ms (RFC 7845, §4.6) are enough for the
/// ear; each packet more halves what the energy prediction still remembers.
pub(crate) const PREROLL_FRAMES: i64 = 24_000;

/// The longest packet: 120 ms.
const MAX_FRAMES: usize = 5760;

/// What the identification header tells (RFC 7845, §5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) channels: u8,
    /// Frames at 48 kHz before the sound.
    pub(crate) pre_skip: u16,
    /// In 1/256 dB.
    pub(crate) gain_q8: i16,
    pub(crate) mapping_family: u8,
    /// Number of streams, how many of them are stereo, then each channel's place; all 0 for family 0.
    pub(crate) table: [u8; 10],
}

/// The channel mapping table, which stands behind the family; what is missing is 0.
fn table(mapping_family: u8, bytes: &[u8]) -> [u8; 10] {
    let mut table = [0; 10];
    if mapping_family != 0 {
        table
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = *from);
    }
    table
}

impl Head {
    /// Reads the header of an Ogg stream.
    pub(crate) fn parse(packet: &[u8]) -> Result<Self> {
        let corrupt = |what: &str| Error::CorruptMedia(format!("the Opus header {what}"));
        let body = packet
            .strip_prefix(b"OpusHead")
            .ok_or_else(|| corrupt("is missing"))?;
        let &[
            version,
            channels,
            skip0,
            skip1,
            _,
            _,
            _,
            _,
            gain0,
            gain1,
            mapping_family,
            ref mapping @ ..,
        ] = body
        else {
            return Err(corrupt("is cut off"));
        };
        if version > 15 {
            return Err(Error::UnsupportedFormat(format!(
                "Opus of version {version} is not supported"
            )));
        }
        if channels == 0 {
            return Err(corrupt("says 0 channels"));
        }
        Ok(Self {
            channels,
            pre_skip: u16::from_le_bytes([skip0, skip1]),
            gain_q8: i16::from_le_bytes([gain0, gain1]),
            mapping_family,
            table: table(mapping_family, mapping),
        })
    }

    /// Reads the `dOps` box of an MP4 file, which holds the same in big-endian order.
    pub(crate) fn parse_dops(body: &[u8]) -> Result<Self> {
        let &[
            _,
            channels,
            skip0,
            skip1,
            _,
            _,
            _,
            _,
            gain0,
            gain1,
            mapping_family,
            ref mapping @ ..,
        ] = body
        else {
            return Err(Error::CorruptMedia(
                "the Opus description in the MP4 file is cut off".into(),
            ));
        };
        if channels == 0 {
            return Err(Error::CorruptMedia(
                "the Opus description in the MP4 file says 0 channels".into(),
            ));
        }
        Ok(Self {
            channels,
            pre_skip: u16::from_be_bytes([skip0, skip1]),
            gain_q8: i16::from_be_bytes([gain0, gain1]),
            mapping_family,
            table: table(mapping_family, mapping),
        })
    }
}

/// Frames at 48 kHz in a packet, from its first bytes (RFC 6716, §3.1); 0 for an empty or invalid one.
pub(crate) fn packet_frames(packet: &[u8]) -> usize {
    let Some(&toc) = packet.first() else { return 0 };
    let config = usize::from(toc >> 3);
    let frame = match config {
        0..=11 => [480, 960, 1920, 2880][config & 3],
        12..=15 => [480, 960][config & 1],
        _ => [120, 240, 480, 960][config & 3],
    };
    let count = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => packet.get(1).map_or(0, |b| usize::from(b & 63)),
    };
    let frames = frame * count;
    if frames > MAX_FRAMES { 0 } else { frames }
}

/// The codec.
#[derive(Debug)]
pub(crate) struct OpusCodec {
    decoder: OpusMSDecoder,
    channels: usize,
    /// By channel that is handed out, the decoded one; empty if they are the same.
    order: &'static [usize],
    gain: f32,
    interleaved: Vec<f32>,
}

impl OpusCodec {
    pub(crate) fn new(head: &Head) -> Result<Self> {
        let channels = usize::from(head.channels);
        let decoder = OpusMSDecoder::new(SAMPLE_RATE as i32, channels, head.mapping_family)
            .map_err(|_| {
                Error::UnsupportedFormat(format!(
                    "Opus with {channels} channels in mapping family {} is not supported",
                    head.mapping_family
                ))
            })?;
        // The crate goes by its own table of layouts: a stream of another one would come out as noise.
        let layout = decoder.layout();
        let [streams, coupled, mapping @ ..] = head.table;
        if head.mapping_family != 0
            && (usize::from(streams) != layout.nb_streams
                || usize::from(coupled) != layout.nb_coupled_streams
                || !mapping.starts_with(&layout.mapping))
        {
            return Err(Error::UnsupportedFormat(format!(
                "Opus with {channels} channels in {streams} streams, {coupled} of them stereo, is not supported"
            )));
        }
        let gain = 10_f32.powf(f32::from(head.gain_q8) / (20.0 * 256.0));
        Ok(Self {
            decoder,
            channels,
            order: if head.mapping_family == 1 {
                channel_order::of_vorbis(channels)
            } else {
                &[]
            },
            gain,
            interleaved: vec![0.0; MAX_FRAMES * channels],
        })
    }
}

impl Codec for OpusCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        let expected = packet_frames(data);
        if expected == 0 {
            return Err(Damage("an Opus packet of no valid length".into()));
        }
        let frames = self
            .decoder
            .decode(data, expected, &mut self.interleaved)
            .map_err(|error| Damage(format!("Opus: {error}")))?
            .min(expected);
        planes.resize_with(self.channels, Vec::new);
        let samples = &self.interleaved[..frames * self.channels];
        for (c, plane) in planes.iter_mut().enumerate() {
            let from = self.order.get(c).copied().unwrap_or(c);
            plane.clear();
            plane.extend(
                samples
                    .iter()
                    .skip(from)
                    .step_by(self.channels)
                    .map(|x| x * self.gain),
            );
        }
        Ok(frames)
    }

    fn reset(&mut self) {
        // It can only fail for arguments that `new` would have refused.
        let _ = self.decoder.reset_state();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_tell_their_length() {
        assert_eq!(packet_frames(&[0xFC]), 960); // CELT, full band, 20 ms
        assert_eq!(packet_frames(&[0x18]), 2880); // SILK, narrow band, 60 ms
        assert_eq!(packet_frames(&[0xFD]), 1920);
        assert_eq!(packet_frames(&[0xFF, 3]), 2880);
        assert_eq!(packet_frames(&[0xFF]), 0);
        assert_eq!(packet_frames(&[0x1B, 63]), 0);
        assert_eq!(packet_frames(&[]), 0);
    }

    #[test]
    fn heads_are_read_in_both_orders() {
        let ogg = Head::parse(b"OpusHead\x01\x02\x38\x01\x80\xBB\0\0\0\x01\0").unwrap();
        assert_eq!(
            ogg,
            Head {
                channels: 2,
                pre_skip: 312,
                gain_q8: 256,
                mapping_family: 0,
                table: [0; 10],
            }
        );
        assert_eq!(
            Head::parse_dops(b"\0\x02\x01\x38\0\0\xBB\x80\x01\0\0").unwrap(),
            ogg
        );
        assert_eq!(
            Head::parse(b"OpusHead\x01\0\x38\x01\0\0\0\0\0\0\0")
                .unwrap_err()
                .code(),
            "corrupt-media"
        );
        assert!(Head::parse(b"OpusHead\x01\x02").is_err());
    }
}
