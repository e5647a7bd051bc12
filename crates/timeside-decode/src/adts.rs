//! Headers of ADTS frames: AAC without a container (ISO 13818-7, 14496-3).

/// The header of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// Audio object type: 2 is AAC-LC.
    pub(crate) object_type: u8,
    pub(crate) sample_rate: u32,
    /// Index of the rate in the standard's table.
    pub(crate) rate_index: u8,
    /// Channel configuration: the number of channels up to 6, 7 means 8, 0 that the stream tells it elsewhere.
    pub(crate) channel_config: u8,
    /// Bytes of the header, checksum included.
    pub(crate) header_bytes: usize,
    /// The whole frame, header included.
    pub(crate) frame_bytes: usize,
    /// Raw data blocks.
    pub(crate) blocks: usize,
    /// Frames of sound in a block: 1,024, or what [`crate::aac::open`] finds.
    pub(crate) block_frames: usize,
}

pub(crate) const SAMPLE_RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];

impl Header {
    /// Length of the header without its checksum.
    pub(crate) const LEN: usize = 7;

    /// Parses the first seven bytes.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let &[a, b, c, d, e, f, g, ..] = bytes else {
            return None;
        };
        // The layer is always 0: what tells ADTS from MPEG audio.
        if a != 0xFF || b & 0xF6 != 0xF0 {
            return None;
        }
        let rate_index = c >> 2 & 15;
        let sample_rate = *SAMPLE_RATES.get(usize::from(rate_index))?;
        let frame_bytes = usize::from(d & 3) << 11 | usize::from(e) << 3 | usize::from(f >> 5);
        let header_bytes = if b & 1 == 0 { 9 } else { 7 };
        let header = Self {
            object_type: (c >> 6) + 1,
            sample_rate,
            rate_index,
            channel_config: (c & 1) << 2 | d >> 6,
            header_bytes,
            frame_bytes,
            blocks: usize::from(g & 3) + 1,
            block_frames: 1024,
        };
        (frame_bytes > header_bytes).then_some(header)
    }

    /// True if a frame of one stream can follow a frame with the header `first`.
    pub(crate) fn follows(&self, first: &Self) -> bool {
        self.object_type == first.object_type
            && self.sample_rate == first.sample_rate
            && self.channel_config == first.channel_config
    }

    /// The AudioSpecificConfig that an MP4 file would hold for this stream.
    pub(crate) fn audio_specific_config(&self) -> [u8; 2] {
        [
            self.object_type << 3 | self.rate_index >> 1,
            self.rate_index << 7 | self.channel_config << 3,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read() {
        let header = Header::parse(&[0xFF, 0xF1, 0x50, 0x80, 0x2E, 0x7F, 0xFC]).unwrap();
        assert_eq!(
            (
                header.object_type,
                header.sample_rate,
                header.channel_config
            ),
            (2, 44_100, 2)
        );
        assert_eq!(
            (header.header_bytes, header.frame_bytes, header.blocks),
            (7, 371, 1)
        );
        assert_eq!(header.audio_specific_config(), [0x12, 0x10]);
        assert_eq!(
            Header::parse(&[0xFF, 0xFB, 0x50, 0x80, 0x2E, 0x7F, 0xFC]),
            None
        );
    }
}
