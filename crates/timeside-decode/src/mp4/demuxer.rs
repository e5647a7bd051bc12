//! The packets that a track's tables tell.

use super::tables::Tables;
use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
use timeside_core::{Result, Warning, time};

/// A packet of more bytes is a lie of the table.
const MAX_PACKET_BYTES: u32 = 1 << 20;

/// The demuxer of a track whose tables tell of all its packets.
#[derive(Debug)]
pub(crate) struct Mp4Demuxer {
    pub(super) reader: Reader,
    pub(super) tables: Tables,
    pub(super) track_scale: u32,
    pub(super) sample_rate: u32,
    /// Frames in each packet, where the codec fixes them.
    pub(super) packet_frames: Option<u32>,
    /// Packets that must be decoded before the wanted one.
    pub(super) preroll: u32,
    pub(super) delay: i64,
    pub(super) next: u32,
    /// The next packet is the first, or the first after a seek: its time stamp sets the count.
    pub(super) is_entry: bool,
    pub(super) warnings: Vec<Warning>,
}

impl Mp4Demuxer {
    /// Frame at which a packet's samples begin, before the delay is taken off.
    fn start(&self, sample: u32) -> i64 {
        match (self.packet_frames, self.tables.common_duration) {
            (Some(frames), Some(_)) => i64::from(sample) * i64::from(frames),
            _ => {
                let units = i64::try_from(self.tables.time(sample)).unwrap_or(i64::MAX);
                time::frames_at_rate(units, self.track_scale, self.sample_rate)
            }
        }
    }

    /// The packet that holds a frame, counted before the delay is taken off.
    fn sample_at(&self, frame: i64) -> u32 {
        match (self.packet_frames, self.tables.common_duration) {
            (Some(frames), Some(_)) => (frame.max(0) / i64::from(frames))
                .min(i64::from(self.tables.samples.saturating_sub(1)))
                as u32,
            _ => self.tables.sample_at(time::frames_at_rate(
                frame.max(0),
                self.sample_rate,
                self.track_scale,
            ) as u64),
        }
    }
}

impl Demuxer for Mp4Demuxer {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        if self.next >= self.tables.samples {
            return Ok(false);
        }
        let (byte, bytes) = self.tables.place(self.next);
        let frame = self.start(self.next) - self.delay;
        let is_there = self
            .reader
            .len()
            .is_none_or(|len| byte.saturating_add(u64::from(bytes)) <= len);
        packet.data.clear();
        let mut read = 0;
        if is_there && bytes <= MAX_PACKET_BYTES {
            self.reader.seek_to(byte)?;
            read = self.reader.read_into(&mut packet.data, bytes as usize)?;
        }
        if read < bytes as usize {
            if bytes > MAX_PACKET_BYTES {
                // The table lies here; what follows may be sound.
                packet.data.clear();
            } else {
                return Ok(false);
            }
        }
        // Time stamps of another scale are rounded: they set the count after a seek only.
        let is_exact = match (self.packet_frames, self.tables.common_duration) {
            (Some(_), Some(_)) => true,
            _ => self.track_scale == self.sample_rate,
        };
        packet.start = (std::mem::take(&mut self.is_entry) || is_exact).then_some(frame);
        packet.frames = self.packet_frames.map(|frames| frames as usize);
        self.next += 1;
        Ok(true)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        self.next = self
            .sample_at(frame.saturating_add(self.delay))
            .saturating_sub(self.preroll);
        self.is_entry = true;
        Ok(())
    }

    fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Counted;

    fn full(kind: &[u8; 4], words: &[u32]) -> Vec<u8> {
        let mut bytes = (12 + words.len() as u32 * 4).to_be_bytes().to_vec();
        bytes.extend(kind);
        bytes.extend([0; 4]);
        bytes.extend(words.iter().flat_map(|w| w.to_be_bytes()));
        bytes
    }

    /// Milliseconds cannot count frames: they place the first packet only, or every packet would be moved.
    #[test]
    fn rounded_time_stamps_set_the_count_once() {
        let stbl = [
            full(b"stsz", &[1, 50]),
            full(b"stts", &[1, 50, 26]),
            full(b"stsc", &[1, 1, 50, 1]),
            full(b"stco", &[1, 0]),
        ]
        .concat();
        let source = Counted::new(
            Box::new(std::io::Cursor::new(vec![0; 50])),
            crate::stream::Position::default(),
        );
        let mut demuxer = Mp4Demuxer {
            reader: Reader::new(source),
            tables: Tables::parse(&stbl).unwrap(),
            track_scale: 1000,
            sample_rate: 44_100,
            packet_frames: None,
            preroll: 2,
            delay: 0,
            next: 0,
            is_entry: true,
            warnings: Vec::new(),
        };
        let mut packet = Packet::default();
        let mut starts = |demuxer: &mut Mp4Demuxer| {
            [(); 4].map(|()| {
                assert!(demuxer.next_packet(&mut packet).unwrap());
                packet.start
            })
        };
        assert_eq!(starts(&mut demuxer), [Some(0), None, None, None]);
        demuxer.seek(11_500).unwrap();
        assert_eq!(starts(&mut demuxer), [Some(9173), None, None, None]);
    }
}
