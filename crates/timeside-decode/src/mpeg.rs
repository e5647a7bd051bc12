//! Headers of MPEG audio frames (ISO 11172-3, 13818-3) and the Xing, Info, LAME and VBRI tags.

/// The fixed part of a frame's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// 1 for MPEG-1, 2 for MPEG-2 and 2.5.
    pub(crate) version: u8,
    /// 1, 2 or 3.
    pub(crate) layer: u8,
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    pub(crate) bitrate: u32,
    pub(crate) has_crc: bool,
    /// The whole frame, header included.
    pub(crate) frame_bytes: usize,
    /// Frames of sound it decodes to.
    pub(crate) frames: usize,
}

/// kbit/s by (MPEG-1?, layer) and index.
const BITRATES: [[u32; 15]; 5] = [
    [
        0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448,
    ],
    [
        0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
    ],
    [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ],
    [
        0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256,
    ],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

impl Header {
    /// Parses the first four bytes. Free-format frames, whose length no header tells, are not accepted.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let &[a, b, c, d, ..] = bytes else {
            return None;
        };
        if a != 0xFF || b & 0xE0 != 0xE0 {
            return None;
        }
        let (mpeg1, halvings) = match b >> 3 & 3 {
            3 => (true, 0),
            2 => (false, 1),
            0 => (false, 2),
            _ => return None,
        };
        let layer = 4 - (b >> 1 & 3);
        if layer == 4 || c >> 2 & 3 == 3 || d & 3 == 2 {
            return None;
        }
        let sample_rate = [44_100, 48_000, 32_000][usize::from(c >> 2 & 3)] >> halvings;
        let table = match (mpeg1, layer) {
            (true, layer) => usize::from(layer) - 1,
            (false, 1) => 3,
            (false, _) => 4,
        };
        let bitrate = *BITRATES[table]
            .get(usize::from(c >> 4))
            .filter(|rate| **rate > 0)?
            * 1000;
        let padding = usize::from(c >> 1 & 1);
        let frames = match (layer, mpeg1) {
            (1, _) => 384,
            (3, false) => 576,
            _ => 1152,
        };
        let frame_bytes = if layer == 1 {
            (12 * bitrate / sample_rate) as usize * 4 + padding * 4
        } else {
            frames / 8 * bitrate as usize / sample_rate as usize + padding
        };
        let channels = if d >> 6 == 3 { 1 } else { 2 };
        let header = Self {
            version: if mpeg1 { 1 } else { 2 },
            layer,
            sample_rate,
            channels,
            bitrate,
            has_crc: b & 1 == 0,
            frame_bytes,
            frames,
        };
        (frame_bytes >= 4 + header.side_info_bytes()).then_some(header)
    }

    /// True if a frame of one stream can follow a frame with the header `first`.
    pub(crate) fn follows(&self, first: &Self) -> bool {
        self.version == first.version
            && self.layer == first.layer
            && self.sample_rate == first.sample_rate
    }

    /// Bytes of layer III side information, which follow the header and its CRC.
    pub(crate) fn side_info_bytes(&self) -> usize {
        match (self.layer, self.version, self.channels) {
            (1 | 2, _, _) => 0,
            (_, 1, 1) => 17,
            (_, 1, _) => 32,
            (_, _, 1) => 9,
            _ => 17,
        }
    }
}

/// What the frame of a Xing, Info or VBRI tag tells. That frame itself is silence and no part of the sound.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct InfoTag {
    /// Frames that follow the tag's.
    pub(crate) mpeg_frames: Option<u32>,
    /// Bytes from the tag's frame to the last.
    pub(crate) bytes: Option<u32>,
    /// Samples that the encoder put before the sound, without the decoder's own 529.
    pub(crate) delay: Option<u32>,
    /// Samples that the encoder put behind the sound, with the decoder's 529.
    pub(crate) padding: Option<u32>,
    /// Bytes behind the tag's frame of places evenly spread over the time: a table for guesses.
    pub(crate) table: Vec<u64>,
    /// An `Info` tag: all frames have one bit rate.
    pub(crate) constant_bitrate: bool,
}

impl InfoTag {
    /// Reads the tag in a frame, if it holds one.
    pub(crate) fn parse(frame: &[u8], header: &Header) -> Option<Self> {
        if header.layer != 3 {
            return None;
        }
        let word = |at: usize| Some(u32::from_be_bytes(frame.get(at..at + 4)?.try_into().ok()?));
        // LAME counts no CRC, other programs do.
        let places = [4 + header.side_info_bytes(), 6 + header.side_info_bytes()];
        for at in places.into_iter().take(if header.has_crc { 2 } else { 1 }) {
            let id = frame.get(at..at + 4)?;
            if id != b"Xing" && id != b"Info" {
                continue;
            }
            let flags = word(at + 4)?;
            let mut tag = Self {
                constant_bitrate: id == b"Info",
                ..Self::default()
            };
            let mut next = at + 8;
            if flags & 1 != 0 {
                tag.mpeg_frames = word(next);
                next += 4;
            }
            if flags & 2 != 0 {
                tag.bytes = word(next);
                next += 4;
            }
            if flags & 4 != 0 {
                let bytes = u64::from(tag.bytes.unwrap_or(0));
                let places = frame.get(next..next + 100).unwrap_or_default();
                tag.table = places.iter().map(|p| bytes * u64::from(*p) / 256).collect();
                next += 100;
            }
            next += if flags & 8 != 0 { 4 } else { 0 };
            let encoder = frame.get(next..next + 4);
            if let Some(b"LAME" | b"Lavf" | b"Lavc" | b"L3.9") = encoder
                && let Some(&[a, b, c]) = frame.get(next + 21..next + 24)
            {
                tag.delay = Some(u32::from(a) << 4 | u32::from(b) >> 4);
                tag.padding = Some((u32::from(b) & 15) << 8 | u32::from(c));
            }
            return Some(tag);
        }
        // VBRI stands 32 bytes behind the header, whatever the side information's size.
        if frame.get(36..40) == Some(b"VBRI") {
            return Some(Self {
                bytes: word(46),
                mpeg_frames: word(50),
                // Fraunhofer's encoders count the decoder's delay as well: 1105 is 576 + 529.
                delay: word(40)
                    .and_then(|version_and_delay| (version_and_delay & 0xFFFF).checked_sub(529))
                    .filter(|delay| *delay < 4096),
                table: vbri_table(frame),
                ..Self::default()
            });
        }
        None
    }
}

/// The places in a VBRI tag: at byte 54 how many, how they are scaled, how many bytes each takes; from byte 62 on
/// the bytes between one and the next.
fn vbri_table(frame: &[u8]) -> Vec<u64> {
    let half = |at: usize| Some(u16::from_be_bytes(frame.get(at..at + 2)?.try_into().ok()?));
    let (Some(count), Some(scale), Some(size)) = (half(54), half(56), half(58)) else {
        return Vec::new();
    };
    let size = usize::from(size);
    if !(1..=4).contains(&size) {
        return Vec::new();
    }
    let steps = frame.get(62..).unwrap_or_default().chunks_exact(size);
    let mut at = 0_u64;
    steps
        .take(usize::from(count))
        .map(|step| {
            let place = at;
            let bytes = step.iter().fold(0, |n, byte| n << 8 | u64::from(*byte));
            at += bytes * u64::from(scale);
            place
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frame_lengths_follow_the_standard() {
        let header = Header::parse(&[0xFF, 0xFB, 0x90, 0x44]).unwrap();
        assert_eq!(
            (
                header.frame_bytes,
                header.frames,
                header.sample_rate,
                header.channels
            ),
            (417, 1152, 44_100, 2)
        );
        assert_eq!(
            Header::parse(&[0xFF, 0xFB, 0x92, 0x44])
                .unwrap()
                .frame_bytes,
            418
        );
        let low = Header::parse(&[0xFF, 0xF3, 0x84, 0xC4]).unwrap();
        assert_eq!(
            (
                low.version,
                low.sample_rate,
                low.frames,
                low.channels,
                low.frame_bytes
            ),
            (2, 24_000, 576, 1, 192)
        );
        let half = Header::parse(&[0xFF, 0xE3, 0x88, 0xC4]).unwrap();
        assert_eq!(half.sample_rate, 8_000);
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for bytes in [
            [0xFF, 0xFB, 0xF0, 0x44],
            [0xFF, 0xFB, 0x9C, 0x44],
            [0xFF, 0xF9, 0x90, 0x44],
            [0xFF, 0xFB, 0x00, 0x44],
            [0xFE, 0xFB, 0x90, 0x44],
        ] {
            assert_eq!(Header::parse(&bytes), None, "{bytes:02x?}");
        }
        assert_eq!(Header::parse(&[0xFF, 0xFB]), None);
    }

    #[test]
    fn the_lame_tag_gives_delay_and_padding() {
        let header = Header::parse(&[0xFF, 0xFB, 0x90, 0x44]).unwrap();
        let mut frame = vec![0; 417];
        frame[..4].copy_from_slice(&[0xFF, 0xFB, 0x90, 0x44]);
        assert_eq!(InfoTag::parse(&frame, &header), None);
        frame[36..40].copy_from_slice(b"Info");
        frame[43] = 0x0F;
        frame[44..48].copy_from_slice(&1149u32.to_be_bytes());
        frame[48..52].copy_from_slice(&480_000u32.to_be_bytes());
        frame[156..160].copy_from_slice(b"LAME");
        frame[177..180].copy_from_slice(&[0x24, 0x05, 0x78]);
        let tag = InfoTag::parse(&frame, &header).unwrap();
        assert_eq!(
            (tag.mpeg_frames, tag.delay, tag.padding),
            (Some(1149), Some(576), Some(0x578))
        );
        assert!(tag.constant_bitrate);
        assert!(InfoTag::parse(&frame[..60], &header).is_some_and(|tag| tag.delay.is_none()));
    }
}
