//! MPEG audio into samples, with one number of channels whatever the frames say.

use crate::mpeg::Header;
use crate::packet::{Codec, Damage};
use crate::symphonia::SymphoniaCodec;
use timeside_core::Result;

/// The codec of an elementary stream. Where frames change from stereo to mono both channels get the one signal,
/// and the other way their mean.
pub(crate) struct MpegCodec {
    codec: SymphoniaCodec,
    layer: u8,
    /// Channels that are given.
    channels: usize,
    /// Channels of the frames that `codec` is set up for.
    coded_channels: usize,
}

impl MpegCodec {
    /// A codec for a stream that begins with `first`.
    pub(crate) fn new(first: &Header) -> Result<Self> {
        Ok(Self {
            codec: SymphoniaCodec::mpeg(first.layer)?,
            layer: first.layer,
            channels: first.channels,
            coded_channels: first.channels,
        })
    }
}

impl Codec for MpegCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        let coded = Header::parse(data).map_or(self.coded_channels, |header| header.channels);
        if coded != self.coded_channels {
            self.codec = SymphoniaCodec::mpeg(self.layer).map_err(|e| Damage(e.to_string()))?;
            self.coded_channels = coded;
        }
        let frames = self.codec.decode(data, planes)?;
        match (self.channels, planes.as_mut_slice()) {
            (2, [mono]) => {
                let copy = mono.clone();
                planes.push(copy);
            }
            (1, [left, right]) => {
                for (l, r) in left.iter_mut().zip(right.iter()) {
                    *l = (*l + *r) * 0.5;
                }
                planes.truncate(1);
            }
            _ => {}
        }
        Ok(frames)
    }

    fn reset(&mut self) {
        self.codec.reset();
    }
}
