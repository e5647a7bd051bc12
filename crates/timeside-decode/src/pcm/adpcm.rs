//! ADPCM of Microsoft and of the IMA, block by block.
//!
//! Sources: Microsoft's *Multimedia Data Standards Update* (1994) for the blocks of WAV; the IMA's
//! *Recommended Practices for Enhancing Digital Audio Compatibility* (1992) for the tables.

use super::Layout;
use crate::packet::{Codec, Damage};

/// Microsoft's seven pairs of predictor coefficients, in 1/256.
const MS_COEFFICIENTS: [(i16, i16); 7] = [
    (256, 0),
    (512, -256),
    (0, 0),
    (192, 64),
    (240, 0),
    (460, -208),
    (392, -232),
];

/// How a code changes the step of Microsoft's ADPCM, in 1/256.
const MS_ADAPTATION: [i32; 16] = [
    230, 230, 230, 230, 307, 409, 512, 614, 768, 614, 512, 409, 307, 230, 230, 230,
];

/// How the magnitude of an IMA code moves the index of its step.
const IMA_INDEX: [i32; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];

/// The steps of IMA ADPCM.
const IMA_STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66,
    73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449,
    494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272,
    2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493,
    10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];

fn clip(value: i32) -> i32 {
    value.clamp(i16::MIN.into(), i16::MAX.into())
}

fn sample(value: i32) -> f32 {
    value as f32 / 32_768.0
}

fn i16_at(data: &[u8], at: usize) -> i32 {
    i16::from_le_bytes([data[at], data[at + 1]]).into()
}

/// Empties `planes`, of which there shall be `channels`.
fn clear(planes: &mut Vec<Vec<f32>>, channels: usize) {
    planes.resize_with(channels, Vec::new);
    planes.iter_mut().for_each(Vec::clear);
}

/// Cuts `planes` to what all of them have, and a block's frames to `limit` frames from `from` on.
fn close_block(planes: &mut [Vec<f32>], from: usize, limit: usize) -> usize {
    let frames = planes.iter().map(Vec::len).min().unwrap_or(0);
    let frames = frames.min(from + limit);
    planes.iter_mut().for_each(|plane| plane.truncate(frames));
    frames
}

/// Microsoft's ADPCM.
#[derive(Debug)]
pub(crate) struct MsCodec {
    channels: usize,
    block_bytes: usize,
    block_frames: usize,
    coefficients: Vec<(i16, i16)>,
}

/// A channel of [`MsCodec`].
#[derive(Debug, Default, Clone, Copy)]
struct MsState {
    coefficients: (i64, i64),
    step: i32,
    last: i32,
    before_last: i32,
}

impl MsState {
    fn next(&mut self, code: u8) -> i32 {
        let (a, b) = self.coefficients;
        // Any coefficients a file may hold: the sum can be one bit longer than 32.
        let sum = i64::from(self.last) * a + i64::from(self.before_last) * b;
        let predicted = (sum / 256) as i32;
        let signed = i32::from((code << 4) as i8 >> 4);
        let value = clip(predicted.saturating_add(signed.saturating_mul(self.step)));
        self.step = (MS_ADAPTATION[usize::from(code & 15)].saturating_mul(self.step) >> 8).max(16);
        self.before_last = std::mem::replace(&mut self.last, value);
        value
    }
}

impl MsCodec {
    /// The codec of blocks like `layout`'s; without coefficients of its own it has Microsoft's.
    pub(crate) fn new(layout: &Layout) -> Self {
        Self {
            channels: layout.channels,
            block_bytes: layout.block_bytes as usize,
            block_frames: layout.block_frames as usize,
            coefficients: match layout.coefficients.as_slice() {
                [] => MS_COEFFICIENTS.to_vec(),
                own => own.to_vec(),
            },
        }
    }

    fn block(&self, block: &[u8], planes: &mut [Vec<f32>]) -> Result<(), Damage> {
        // The header has each of its fields for all channels in turn.
        let n = self.channels;
        let (header, codes) = block.split_at(7 * n);
        let mut states = vec![MsState::default(); n];
        for (c, state) in states.iter_mut().enumerate() {
            let Some((a, b)) = self.coefficients.get(usize::from(header[c])) else {
                return Err(Damage(format!(
                    "the ADPCM predictor {} is unknown",
                    header[c]
                )));
            };
            *state = MsState {
                coefficients: ((*a).into(), (*b).into()),
                step: i16_at(header, n + 2 * c),
                last: i16_at(header, 3 * n + 2 * c),
                before_last: i16_at(header, 5 * n + 2 * c),
            };
            planes[c].extend([sample(state.before_last), sample(state.last)]);
        }
        let all = codes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        for (i, code) in all.enumerate() {
            planes[i % n].push(sample(states[i % n].next(code)));
        }
        Ok(())
    }
}

impl Codec for MsCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        clear(planes, self.channels);
        let mut frames = 0;
        for block in data.chunks(self.block_bytes) {
            if block.len() < 7 * self.channels {
                break;
            }
            if let Err(damage) = self.block(block, planes) {
                if data.len() <= self.block_bytes {
                    return Err(damage);
                }
                // Its neighbours are sound: silence keeps them in their places.
                let end = frames + self.block_frames;
                for plane in planes.iter_mut() {
                    plane.truncate(frames);
                    plane.resize(end, 0.0);
                }
            }
            frames = close_block(planes, frames, self.block_frames);
        }
        Ok(frames)
    }

    fn reset(&mut self) {}
}

/// A channel of IMA ADPCM.
#[derive(Debug, Default, Clone, Copy)]
struct ImaState {
    value: i32,
    index: i32,
}

impl ImaState {
    fn new(value: i32, index: u8) -> Self {
        Self {
            value,
            index: i32::from(index).min(88),
        }
    }

    fn step(self) -> i32 {
        IMA_STEPS[self.index as usize]
    }

    fn add(&mut self, difference: i32, code: u8) -> i32 {
        self.index = (self.index + IMA_INDEX[usize::from(code & 7)]).clamp(0, 88);
        let signed = if code & 8 == 0 {
            difference
        } else {
            -difference
        };
        self.value = clip(self.value + signed);
        self.value
    }

    /// With the difference rounded once, as encoders for WAV do.
    fn next_wav(&mut self, code: u8) -> i32 {
        let difference = ((2 * i32::from(code & 7) + 1) * self.step()) >> 3;
        self.add(difference, code)
    }

    /// With the difference put together of shifted steps, as the IMA has it.
    fn next_apple(&mut self, code: u8) -> i32 {
        let step = self.step();
        let bit = |mask, shift: u32| if code & mask == 0 { 0 } else { step >> shift };
        self.add((step >> 3) + bit(4, 0) + bit(2, 1) + bit(1, 2), code)
    }
}

/// IMA ADPCM in WAV's blocks.
#[derive(Debug)]
pub(crate) struct ImaWavCodec {
    channels: usize,
    block_bytes: usize,
    block_frames: usize,
}

impl ImaWavCodec {
    /// The codec of blocks like `layout`'s.
    pub(crate) fn new(layout: &Layout) -> Self {
        Self {
            channels: layout.channels,
            block_bytes: layout.block_bytes as usize,
            block_frames: layout.block_frames as usize,
        }
    }
}

impl Codec for ImaWavCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        let n = self.channels;
        clear(planes, n);
        let mut frames = 0;
        for block in data.chunks(self.block_bytes) {
            if block.len() < 4 * n {
                break;
            }
            let (header, words) = block.split_at(4 * n);
            for (c, plane) in planes.iter_mut().enumerate() {
                let mut state = ImaState::new(i16_at(header, 4 * c), header[4 * c + 2]);
                plane.push(sample(state.value));
                let (words, _) = words.as_chunks::<4>();
                let own = words.chunks_exact(n).map(|turn| turn[c]);
                for byte in own.flatten() {
                    plane.push(sample(state.next_wav(byte & 15)));
                    plane.push(sample(state.next_wav(byte >> 4)));
                }
            }
            frames = close_block(planes, frames, self.block_frames);
        }
        Ok(frames)
    }

    fn reset(&mut self) {}
}

/// IMA 4:1 in Apple's blocks: for each channel in turn 34 bytes for 64 frames.
///
/// A block begins with the upper nine bits of its first predictor. Each is decoded from these alone, so that a
/// place sought is the slice of the whole; a decoder that carries the lower bits over from the block before
/// differs by at most 127/32768.
#[derive(Debug)]
pub(crate) struct ImaAppleCodec {
    channels: usize,
}

impl ImaAppleCodec {
    /// The codec of blocks like `layout`'s.
    pub(crate) fn new(layout: &Layout) -> Self {
        Self {
            channels: layout.channels,
        }
    }
}

impl Codec for ImaAppleCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        clear(planes, self.channels);
        let (blocks, _) = data.as_chunks::<34>();
        for turn in blocks.chunks_exact(self.channels) {
            for (plane, block) in planes.iter_mut().zip(turn) {
                let preamble = i16::from_be_bytes([block[0], block[1]]);
                let mut state = ImaState::new(i32::from(preamble) & !0x7F, (preamble & 0x7F) as u8);
                for byte in &block[2..] {
                    plane.push(sample(state.next_apple(byte & 15)));
                    plane.push(sample(state.next_apple(byte >> 4)));
                }
            }
        }
        Ok(planes.first().map_or(0, Vec::len))
    }

    fn reset(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::super::{Coding, Layout};
    use super::*;

    #[test]
    fn a_damaged_block_between_others_is_silent() {
        let layout = Layout::new(Coding::MsAdpcm, 1, 16).unwrap();
        let mut data = vec![0; 48];
        for block in data.chunks_mut(16) {
            block[3..5].copy_from_slice(&1000_i16.to_le_bytes());
        }
        data[16] = 200;
        let mut codec = MsCodec::new(&layout);
        let mut planes = Vec::new();
        assert_eq!(codec.decode(&data, &mut planes).unwrap(), 60);
        assert!(planes[0][20..40].iter().all(|x| *x == 0.0));
        assert_eq!(planes[0][41], 1000.0 / 32_768.0);
        assert!(codec.decode(&data[16..32], &mut planes).is_err());
    }

    #[test]
    fn extremes_stay_within_full_scale() {
        for coding in [Coding::MsAdpcm, Coding::ImaWav, Coding::ImaApple] {
            for byte in [0x77, 0x88, 0xFF, 0x7F] {
                let layout = Layout::new(coding, 2, 256).unwrap();
                let mut data = vec![byte; layout.block_bytes as usize];
                data[0] = 6;
                data[1] = 6;
                let mut planes = Vec::new();
                let frames = layout.codec().decode(&data, &mut planes).unwrap();
                assert_eq!(frames as u64, layout.block_frames);
                assert!(planes.iter().flatten().all(|x| (-1.0..1.0).contains(x)));
            }
        }
    }
}
