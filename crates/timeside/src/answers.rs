//! Columns of the whole medium that were made exact by decoding: asked again, on this visit or the next, nothing is
//! decoded for them.

use crate::peaks::ChannelPeaks;
use std::collections::VecDeque;

/// Widths that are remembered: the overview and the view, before and after the window changed its size.
const MAX_ANSWERS: usize = 8;

/// Columns of an answer, of all channels together.
const MAX_COLUMNS: usize = 1 << 15;

/// Exact columns of the whole medium by their number, the latest last.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Answers {
    list: VecDeque<Vec<ChannelPeaks>>,
}

fn pixels(channels: &[ChannelPeaks]) -> usize {
    channels.first().map_or(0, |c| c.min.len())
}

impl Answers {
    pub(crate) fn get(&self, wanted: usize) -> Option<&[ChannelPeaks]> {
        let found = self.list.iter().find(|channels| pixels(channels) == wanted);
        found.map(Vec::as_slice)
    }

    /// The width that was remembered last.
    pub(crate) fn latest(&self) -> Option<usize> {
        self.list.back().map(|channels| pixels(channels))
    }

    /// Remembers an answer; false if it was known, or is too wide.
    pub(crate) fn put(&mut self, channels: &[ChannelPeaks]) -> bool {
        let count = pixels(channels);
        if count == 0 || count * channels.len() > MAX_COLUMNS || self.get(count).is_some() {
            return false;
        }
        if self.list.len() == MAX_ANSWERS {
            self.list.pop_front();
        }
        self.list.push_back(channels.to_vec());
        true
    }

    /// Hands out the bytes, little-endian.
    pub(crate) fn write(&self, take: &mut dyn FnMut(&[u8])) {
        take(&(self.list.len() as u32).to_le_bytes());
        for channels in &self.list {
            let mut bytes = (pixels(channels) as u32).to_le_bytes().to_vec();
            for values in channels.iter().flat_map(|c| [&c.min, &c.max, &c.rms]) {
                bytes.extend(values.iter().flat_map(|x| x.to_le_bytes()));
            }
            take(&bytes);
        }
    }

    /// What [`Answers::write`] handed out for a medium of `channels`, and what follows it.
    pub(crate) fn read(bytes: &[u8], channels: usize) -> Option<(Self, &[u8])> {
        let (count, mut rest) = bytes.split_first_chunk::<4>()?;
        let mut answers = Self::default();
        if u32::from_le_bytes(*count) as usize > MAX_ANSWERS {
            return None;
        }
        for _ in 0..u32::from_le_bytes(*count) {
            let (count, after) = rest.split_first_chunk::<4>()?;
            rest = after;
            let count = u32::from_le_bytes(*count) as usize;
            if count * channels > MAX_COLUMNS {
                return None;
            }
            let mut list = vec![ChannelPeaks::default(); channels];
            for values in list
                .iter_mut()
                .flat_map(|c| [&mut c.min, &mut c.max, &mut c.rms])
            {
                let (floats, after) = rest.split_at_checked(count * 4)?;
                rest = after;
                let floats = floats.as_chunks::<4>().0;
                values.extend(floats.iter().map(|b| f32::from_le_bytes(*b)));
            }
            answers.put(&list);
        }
        Some((answers, rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pixels: usize) -> Vec<ChannelPeaks> {
        let values: Vec<f32> = (0..pixels).map(|i| i as f32 / 7.0).collect();
        let channel = ChannelPeaks {
            min: values.iter().map(|x| -x).collect(),
            rms: vec![0.25; pixels],
            max: values,
        };
        vec![channel.clone(), channel]
    }

    #[test]
    fn the_latest_widths_come_back() {
        let mut answers = Answers::default();
        for pixels in 1..=10 {
            assert!(answers.put(&of(pixels)));
            assert!(!answers.put(&of(pixels)));
        }
        assert!(!answers.put(&of(1 << 16)));
        assert_eq!(answers.get(2), None);
        assert_eq!(answers.get(3), Some(&of(3)[..]));
        let mut bytes = Vec::new();
        answers.write(&mut |piece| bytes.extend_from_slice(piece));
        bytes.push(9);
        assert_eq!(Answers::read(&bytes, 2), Some((answers, &[9][..])));
        assert_eq!(Answers::read(&bytes[..50], 2), None);
        assert_eq!(Answers::read(&[255; 64], 2), None);
    }
}
