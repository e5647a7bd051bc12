//! Linear PCM and G.711 into planes.

use super::{Coding, Endian};
use crate::packet::{Codec, Damage};

/// Interleaved samples into planes; integers are scaled by 2^(bits - 1).
#[derive(Debug)]
pub(crate) struct LinearCodec {
    coding: Coding,
    channels: usize,
}

impl LinearCodec {
    /// The codec of `coding`, which has a size per sample.
    pub(crate) fn new(coding: Coding, channels: usize) -> Self {
        Self { coding, channels }
    }
}

/// De-interleaves `data` by channel and converts each sample of `N` bytes, and returns the number of frames.
fn planar<const N: usize>(
    data: &[u8],
    planes: &mut [Vec<f32>],
    convert: impl Fn([u8; N]) -> f32,
) -> usize {
    let channels = planes.len();
    let frames = data.len() / (N * channels);
    let (samples, _) = data[..frames * N * channels].as_chunks::<N>();
    for (c, plane) in planes.iter_mut().enumerate() {
        plane.clear();
        plane.extend(
            samples
                .iter()
                .skip(c)
                .step_by(channels)
                .map(|bytes| convert(*bytes)),
        );
    }
    frames
}

/// [`planar`] for either order of the bytes; `convert` takes them in little-endian order.
fn ordered<const N: usize>(
    endian: Endian,
    data: &[u8],
    planes: &mut [Vec<f32>],
    convert: impl Fn([u8; N]) -> f32,
) -> usize {
    match endian {
        Endian::Little => planar(data, planes, convert),
        Endian::Big => planar(data, planes, |mut bytes: [u8; N]| {
            bytes.reverse();
            convert(bytes)
        }),
    }
}

impl Codec for LinearCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        planes.resize_with(self.channels, Vec::new);
        Ok(match self.coding {
            Coding::U8 => planar(data, planes, |[a]| (f32::from(a) - 128.0) / 128.0),
            Coding::S8 => planar(data, planes, |b| f32::from(i8::from_le_bytes(b)) / 128.0),
            Coding::S16(endian) => ordered(endian, data, planes, |b| {
                f32::from(i16::from_le_bytes(b)) / 32_768.0
            }),
            Coding::S24(endian) => ordered(endian, data, planes, |[a, b, c]| {
                // Sign by shifting down from the top of 32 bits.
                (i32::from_le_bytes([0, a, b, c]) >> 8) as f32 / 8_388_608.0
            }),
            Coding::S32(endian) => ordered(endian, data, planes, |b| {
                i32::from_le_bytes(b) as f32 / 2_147_483_648.0
            }),
            Coding::F32(endian) => ordered(endian, data, planes, f32::from_le_bytes),
            Coding::F64(endian) => ordered(endian, data, planes, |b| f64::from_le_bytes(b) as f32),
            Coding::ALaw => planar(data, planes, |[a]| f32::from(a_law(a)) / 32_768.0),
            Coding::MuLaw => planar(data, planes, |[a]| f32::from(mu_law(a)) / 32_768.0),
            Coding::MsAdpcm | Coding::ImaWav | Coding::ImaApple => {
                return Err(Damage("ADPCM is not linear".into()));
            }
        })
    }

    fn reset(&mut self) {}
}

/// ITU-T G.711 A-law, to 16 bits.
fn a_law(code: u8) -> i16 {
    let code = code ^ 0x55;
    let mantissa = i16::from(code & 15) << 4;
    let value = match code >> 4 & 7 {
        0 => mantissa + 8,
        segment => (mantissa + 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 { -value } else { value }
}

/// ITU-T G.711 µ-law, to 16 bits.
fn mu_law(code: u8) -> i16 {
    let code = !code;
    let value = (((i16::from(code & 15) << 3) + 0x84) << (code >> 4 & 7)) - 0x84;
    if code & 0x80 == 0 { value } else { -value }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(coding: Coding, data: &[u8]) -> Vec<f32> {
        let mut planes = Vec::new();
        let frames = LinearCodec::new(coding, 1)
            .decode(data, &mut planes)
            .unwrap();
        assert_eq!(planes[0].len(), frames);
        planes.remove(0)
    }

    #[test]
    fn both_orders_of_bytes_mean_the_same() {
        use Endian::{Big, Little};
        assert_eq!(first(Coding::S8, &[0x80, 0x7F]), [-1.0, 127.0 / 128.0]);
        let bytes = [0x12_u8, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0];
        let mut turned = bytes;
        turned.reverse();
        for make in [
            (|e| Coding::S16(e)) as fn(Endian) -> Coding,
            Coding::S24,
            Coding::S32,
            Coding::F32,
            Coding::F64,
        ] {
            let n = make(Big).sample_bytes().unwrap();
            assert_eq!(
                first(make(Big), &bytes[..n]),
                first(make(Little), &turned[8 - n..])
            );
        }
        assert_eq!(first(Coding::S16(Big), &[0x80, 0]), [-1.0]);
        assert_eq!(first(Coding::S24(Big), &[0xC0, 0, 0]), [-0.5]);
    }

    #[test]
    fn half_a_frame_is_left_out() {
        let mut planes = Vec::new();
        let mut codec = LinearCodec::new(Coding::S16(Endian::Little), 2);
        assert_eq!(codec.decode(&[0; 11], &mut planes).unwrap(), 2);
        assert_eq!((planes[0].len(), planes[1].len()), (2, 2));
    }
}
