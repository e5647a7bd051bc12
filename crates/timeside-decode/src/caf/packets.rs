//! Packets of their own sizes, found by CAF's packet table.

use super::description::Description;
use crate::fields::Fields;
use crate::packet::{Demuxer, Packet};
use crate::reader::Reader;
use timeside_core::Result;

/// A place is noted for each so many packets; those between are reckoned from it.
const NOTE_EVERY: u64 = 256;

/// A packet of more bytes is a lie of the table.
const MAX_PACKET_BYTES: u64 = 1 << 20;

/// Where a packet is: in the table, in the sound, and in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place {
    packet: u64,
    /// Byte of the table at which its entry begins.
    entry: usize,
    /// Byte of the sound.
    byte: u64,
    /// Frame, the delay included.
    frame: u64,
}

/// The packet table as the file has it: a number of seven bits to the byte for each size, and one for each
/// length in frames, where these differ.
#[derive(Debug)]
pub(crate) struct PacketTable {
    chunk: Vec<u8>,
    /// Of all packets; 0 if they differ.
    packet_bytes: u64,
    packet_frames: u64,
    /// Frames after trimming, as the table says.
    pub(crate) valid_frames: u64,
    /// Frames of the encoder's delay.
    pub(crate) priming_frames: u64,
    notes: Vec<Place>,
    /// Behind the last packet.
    end: Place,
}

/// The number of seven bits to the byte at `at`, which goes behind it.
fn number(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0_u64;
    for _ in 0..9 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

impl PacketTable {
    /// Reads the table; `None` if its header is cut off. Entries that are cut off are not there.
    pub(super) fn parse(chunk: Vec<u8>, description: Option<&Description>) -> Option<Self> {
        let fields = Fields::big(&chunk);
        let packets = fields.u64(0)?;
        let valid_frames = fields.u64(8)?;
        let priming_frames = u64::from(fields.u32(16)?.min(i32::MAX as u32));
        fields.u32(20)?;
        let mut table = Self {
            packet_bytes: description.map_or(0, |d| d.packet_bytes.into()),
            packet_frames: description.map_or(0, |d| d.packet_frames.into()),
            valid_frames,
            priming_frames,
            notes: Vec::new(),
            end: Place {
                entry: 24,
                ..Place::default()
            },
            chunk,
        };
        // Packets of one size and length have no entries: their number needs no loop.
        if table.packet_bytes > 0 && table.packet_frames > 0 {
            table.end.byte = packets.saturating_mul(table.packet_bytes);
            table.end.frame = packets.saturating_mul(table.packet_frames);
            table.end.packet = packets;
            return Some(table);
        }
        let mut place = table.end;
        while place.packet < packets {
            if place.packet.is_multiple_of(NOTE_EVERY) {
                table.notes.push(place);
            }
            let Some((next, _)) = table.step(place) else {
                break;
            };
            place = next;
        }
        table.end = place;
        Some(table)
    }

    /// The place behind the packet at `place`, and the packet's bytes.
    fn step(&self, place: Place) -> Option<(Place, u64)> {
        let mut entry = place.entry;
        let bytes = match self.packet_bytes {
            0 => number(&self.chunk, &mut entry)?,
            bytes => bytes,
        };
        let frames = match self.packet_frames {
            0 => number(&self.chunk, &mut entry)?,
            frames => frames,
        };
        let next = Place {
            packet: place.packet + 1,
            entry,
            byte: place.byte.checked_add(bytes)?,
            frame: place.frame.checked_add(frames)?,
        };
        Some((next, bytes))
    }

    /// The packet that holds `frame`, or the last one.
    fn at_frame(&self, frame: u64) -> Place {
        if self.notes.is_empty() {
            let last = self.end.packet.saturating_sub(1);
            let packet = frame.checked_div(self.packet_frames).unwrap_or(0).min(last);
            return Place {
                packet,
                entry: 24,
                byte: packet.saturating_mul(self.packet_bytes),
                frame: packet.saturating_mul(self.packet_frames),
            };
        }
        let after = self.notes.partition_point(|note| note.frame <= frame);
        let mut place = self.notes[after.saturating_sub(1)];
        while let Some((next, _)) = self.step(place) {
            if next.frame > frame || next.packet >= self.end.packet {
                break;
            }
            place = next;
        }
        place
    }

    /// The packet `count` packets before `place`.
    fn before(&self, place: Place, count: u64) -> Place {
        let packet = place.packet.saturating_sub(count);
        let Some(note) = self.notes.get((packet / NOTE_EVERY) as usize) else {
            return self.at_frame(packet.saturating_mul(self.packet_frames));
        };
        let mut place = *note;
        while place.packet < packet
            && let Some((next, _)) = self.step(place)
        {
            place = next;
        }
        place
    }

    /// Frames of all packets, the delay and the padding included.
    pub(crate) fn frames(&self) -> u64 {
        self.end.frame
    }

    /// Byte of the sound and frame at which the last packet begins.
    pub(crate) fn last(&self) -> (u64, u64) {
        let place = self.at_frame(u64::MAX);
        (place.byte, place.frame)
    }

    /// Bytes of all packets.
    pub(crate) fn bytes(&self) -> u64 {
        self.end.byte
    }

    /// Frames of the packets that end within the first `bytes` bytes of the sound.
    pub(crate) fn frames_within(&self, bytes: u64) -> u64 {
        let after = self.notes.partition_point(|note| note.byte <= bytes);
        let Some(note) = self.notes.get(after.saturating_sub(1)) else {
            let packets = bytes.checked_div(self.packet_bytes).unwrap_or(0);
            return packets
                .saturating_mul(self.packet_frames)
                .min(self.end.frame);
        };
        let mut place = *note;
        while place.packet < self.end.packet
            && let Some((next, _)) = self.step(place)
            && next.byte <= bytes
        {
            place = next;
        }
        place.frame
    }
}

/// The demuxer of such packets.
#[derive(Debug)]
pub(crate) struct Packets {
    reader: Reader,
    /// First byte of the sound.
    start: u64,
    table: PacketTable,
    /// Packets that must be decoded before the wanted one.
    preroll: u64,
    next: Place,
}

impl Packets {
    /// The packets of `table` from byte `start` on.
    pub(crate) fn new(reader: Reader, start: u64, table: PacketTable, preroll: u64) -> Self {
        let next = Place {
            entry: 24,
            ..Place::default()
        };
        Self {
            reader,
            start,
            table,
            preroll,
            next,
        }
    }
}

impl Demuxer for Packets {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        if self.next.packet >= self.table.end.packet {
            return Ok(false);
        }
        let Some((next, bytes)) = self.table.step(self.next) else {
            return Ok(false);
        };
        packet.data.clear();
        // A packet of impossible size is not read: what follows may be sound.
        if bytes <= MAX_PACKET_BYTES {
            self.reader
                .seek_to(self.start.saturating_add(self.next.byte))?;
            let read = self.reader.read_into(&mut packet.data, bytes as usize)?;
            if (read as u64) < bytes {
                return Ok(false);
            }
        }
        let frame = i64::try_from(self.next.frame).unwrap_or(i64::MAX);
        packet.start = Some(frame.saturating_sub(self.table.priming_frames as i64));
        packet.frames = usize::try_from(next.frame - self.next.frame).ok();
        self.next = next;
        Ok(true)
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        let frame = (frame.max(0) as u64).saturating_add(self.table.priming_frames);
        self.next = self.table.before(self.table.at_frame(frame), self.preroll);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(sizes: &[u64]) -> PacketTable {
        let mut chunk = (sizes.len() as u64).to_be_bytes().to_vec();
        chunk.extend(1_000_u64.to_be_bytes());
        chunk.extend([0, 0, 8, 64, 0, 0, 0, 0]);
        for size in sizes {
            chunk.extend([(size >> 7) as u8 | 0x80, (size & 0x7F) as u8]);
        }
        let mut table = PacketTable::parse(chunk, None).unwrap();
        // As a description would say; parsed again with it.
        table.packet_frames = 1024;
        let description = Description {
            content: super::super::Content::Aac,
            sample_rate: 44_100,
            channels: 2,
            bits: 0,
            packet_bytes: 0,
            packet_frames: 1024,
        };
        PacketTable::parse(table.chunk, Some(&description)).unwrap()
    }

    #[test]
    fn a_place_is_reckoned_from_the_note_before_it() {
        let sizes: Vec<u64> = (0..1000).map(|i| i * 7 % 300).collect();
        let table = table(&sizes);
        assert_eq!((table.priming_frames, table.frames()), (2112, 1_024_000));
        for packet in [0, 1, 255, 256, 257, 700, 999] {
            let place = table.at_frame(packet * 1024 + 5);
            let byte: u64 = sizes[..packet as usize].iter().sum();
            assert_eq!((place.packet, place.byte), (packet, byte));
            assert_eq!(table.before(place, 2).packet, packet.saturating_sub(2));
            assert!(table.frames_within(byte) >= packet * 1024);
        }
        assert_eq!(table.at_frame(u64::MAX).packet, 999);
    }

    #[test]
    fn numbers_that_do_not_end_are_none() {
        assert_eq!(number(&[0x81, 0x00], &mut 0), Some(128));
        assert_eq!(number(&[0xFF; 12], &mut 0), None);
        assert_eq!(number(&[0x81], &mut 0), None);
    }
}
