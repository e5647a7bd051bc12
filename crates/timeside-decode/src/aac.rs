//! AAC of every kind but xHE-AAC: which decoder, at what rate, with how many channels.
//!
//! A stream's configuration need not tell that it is HE-AAC (ISO 14496-3, §1.6.5): spectral band replication may
//! show in the first packet only, and doubles the rate. So [`open`] wants both. With the feature `he-aac` all is
//! decoded by `rusty_aac`, which this file alone knows; without it there is Symphonia's AAC-LC.
//!
//! **Time.** The decoder adds no delay of its own to what ISO 14496-3 has a decoder give: packet `n` begins at
//! frame `n · packet_frames` of the output. What an encoder put before the sound, the 481 core frames that the
//! filter bank of SBR is late included, the container says (edit list, iTunSMPB), in frames of the output rate.
//!
//! **Seeking.** The position is exact. Two things depend on all packets before, so that the samples after a seek
//! are those of a full decode but for them: the generator of substituted noise (AAC-LC with PNS), and the noise
//! and sine phases that SBR adds to the upper half of the spectrum (measured on music: 36 dB below the signal, with
//! parametric stereo 30 dB). Without them samples are the same bit for bit.

use crate::packet::Codec;
use timeside_core::Result;

/// An AAC stream: what it gives, and what gives it.
pub(crate) struct Aac {
    pub(crate) codec: Box<dyn Codec>,
    /// Of the output: twice the coded one with SBR.
    pub(crate) sample_rate: u32,
    /// In WAV's order. A single coded channel with SBR may turn out to be parametric stereo in any packet: there
    /// are always two of it.
    pub(crate) channels: usize,
    /// Output frames of each packet.
    pub(crate) packet_frames: u32,
    /// Packets that must be decoded before the wanted one.
    pub(crate) preroll: u32,
}

/// Finds out what an AudioSpecificConfig and the stream's first packet tell; what follows it there does not
/// matter. An empty packet, where the first is not to be had, leaves what the configuration says.
///
/// # Errors
/// `UnsupportedFormat` names what is not read, `CorruptMedia` what cannot be.
#[cfg(feature = "he-aac")]
pub(crate) fn open(config: &[u8], first_packet: &[u8]) -> Result<Aac> {
    full::open(config, first_packet)
}

/// As above, of AAC-LC only.
#[cfg(not(feature = "he-aac"))]
pub(crate) fn open(config: &[u8], _first_packet: &[u8]) -> Result<Aac> {
    let (sample_rate, channels) = low_complexity::audio_specific_config(config)?;
    Ok(Aac {
        codec: Box::new(low_complexity::Remade::new(config)?),
        sample_rate,
        channels,
        packet_frames: 1024,
        preroll: 2,
    })
}

#[cfg(feature = "he-aac")]
mod full {
    use super::Aac;
    use crate::packet::{Codec, Damage};
    use rusty_aac::config::{self, StreamConfig, aot};
    use rusty_aac::decode::Decoder;
    use timeside_core::{Error, Result};

    /// Most that a stream may have: 22.2.
    const MAX_CHANNELS: usize = 24;

    /// Packets before the wanted one: the overlap and the filter bank need one. Envelopes of SBR are coded as
    /// differences in time, until an encoder starts afresh, as it does every few packets.
    const PREROLL: u32 = 2;
    const SBR_PREROLL: u32 = 8;

    fn unsupported(what: &str) -> Error {
        Error::UnsupportedFormat(format!("{what} is not supported"))
    }

    fn refused(error: &rusty_aac::Error) -> Error {
        match error {
            rusty_aac::Error::Unsupported(what) => {
                Error::UnsupportedFormat(format!("AAC of a kind that is not supported: {what}"))
            }
            other => Error::CorruptMedia(format!("the description of the AAC stream: {other}")),
        }
    }

    pub(super) fn open(config: &[u8], first_packet: &[u8]) -> Result<Aac> {
        let stream = config::parse(config).map_err(|error| refused(&error))?;
        match stream.object_type {
            aot::AAC_SSR => return Err(unsupported("AAC-SSR")),
            aot::AAC_SCALABLE | aot::ER_AAC_SCALABLE => return Err(unsupported("scalable AAC")),
            aot::ER_AAC_ELD if stream.sbr => return Err(unsupported("AAC-ELD with SBR")),
            _ => {}
        }
        let mut decoder =
            Decoder::with_stream_config(stream.clone()).map_err(|error| refused(&error))?;
        // What the first packet cannot tell, being damaged, the configuration does.
        let core_frames = stream.frame_length;
        let (sample_rate, channels, frames) = match decoder.decode(first_packet, None) {
            Ok(first) => {
                let channels = usize::from(first.channels);
                let frames = first.samples.len() / channels.max(1);
                (first.sample_rate, channels, frames)
            }
            Err(_) => {
                let sample_rate = decoder.output_sample_rate();
                let doubled = sample_rate > stream.sample_rate;
                let frames = core_frames << u32::from(doubled);
                (sample_rate, decoder.channels(), frames)
            }
        };
        if sample_rate == 0 || frames == 0 || !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(Error::CorruptMedia(format!(
                "the AAC stream says {channels} channels at {sample_rate} Hz"
            )));
        }
        let has_sbr = frames > core_frames || stream.sbr;
        let tells_in_band = has_sbr || stream.channel_config == 0;
        Ok(Aac {
            codec: Box::new(FullCodec {
                decoder: Decoder::with_stream_config(stream.clone())
                    .map_err(|error| refused(&error))?,
                stream,
                channels,
                first_packet: if tells_in_band {
                    first_packet.to_vec()
                } else {
                    Vec::new()
                },
                is_fresh: true,
            }),
            sample_rate,
            channels,
            packet_frames: frames as u32,
            preroll: if has_sbr { SBR_PREROLL } else { PREROLL },
        })
    }

    struct FullCodec {
        decoder: Decoder,
        stream: StreamConfig,
        channels: usize,
        /// Where the stream tells of itself in its packets (SBR's header, a program configuration): after a jump
        /// the decoder learns it from here. Else empty.
        first_packet: Vec<u8>,
        /// Nothing was decoded since the decoder was made.
        is_fresh: bool,
    }

    impl Codec for FullCodec {
        fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
            if std::mem::take(&mut self.is_fresh)
                && !self.first_packet.is_empty()
                && !self.first_packet.starts_with(data)
            {
                // Its samples are nobody's; the packets before the wanted one wash them out.
                let _ = self.decoder.decode(&self.first_packet, None);
            }
            let decoded = self
                .decoder
                .decode(data, None)
                .map_err(|error| Damage(error.to_string()))?;
            let channels = usize::from(decoded.channels);
            if channels != self.channels {
                return Err(Damage(format!(
                    "{channels} channels in a stream of {}",
                    self.channels
                )));
            }
            planes.resize_with(channels, Vec::new);
            planes.truncate(channels);
            for (c, plane) in planes.iter_mut().enumerate() {
                plane.clear();
                plane.extend(decoded.samples.iter().skip(c).step_by(channels));
            }
            Ok(decoded.samples.len() / channels)
        }

        fn reset(&mut self) {
            // The same configuration was accepted before.
            if let Ok(decoder) = Decoder::with_stream_config(self.stream.clone()) {
                self.decoder = decoder;
                self.is_fresh = true;
            }
        }
    }
}

#[cfg(not(feature = "he-aac"))]
mod low_complexity {
    use crate::packet::{Codec, Damage};
    use crate::symphonia::SymphoniaCodec;
    use timeside_core::{Error, Result};

    /// Symphonia's decoder, made anew where others are reset.
    pub(super) struct Remade {
        config: Vec<u8>,
        inner: SymphoniaCodec,
    }

    impl Remade {
        pub(super) fn new(config: &[u8]) -> Result<Self> {
            Ok(Self {
                config: config.to_vec(),
                inner: SymphoniaCodec::aac(config)?,
            })
        }
    }

    impl Codec for Remade {
        fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
            self.inner.decode(data, planes)
        }

        fn reset(&mut self) {
            // The same configuration was accepted before.
            if let Ok(inner) = SymphoniaCodec::aac(&self.config) {
                self.inner = inner;
            }
        }
    }

    /// Rate and channels of an AudioSpecificConfig (ISO 14496-3, §1.6.2.1); an error that names what is not AAC-LC.
    pub(super) fn audio_specific_config(config: &[u8]) -> Result<(u32, usize)> {
        let corrupt = || {
            Error::CorruptMedia("the description of the AAC stream is cut off or impossible".into())
        };
        let mut at = 0;
        let mut take = |count: usize| -> Result<u32> {
            let value = (at..at + count).try_fold(0, |value, i| {
                let byte = config.get(i / 8)?;
                Some(value << 1 | u32::from(byte >> (7 - i % 8) & 1))
            });
            at += count;
            value.ok_or_else(corrupt)
        };
        let mut object_type = match take(5)? {
            31 => 32 + take(6)?,
            object_type => object_type,
        };
        let rate = match take(4)? {
            15 => take(24)?,
            index => *crate::adts::SAMPLE_RATES
                .get(index as usize)
                .ok_or_else(corrupt)?,
        };
        let channels = take(4)? as usize;
        if object_type == 2 {
            // Three flags, of which the first says frames of 960; then perhaps the word that SBR follows.
            if take(1).unwrap_or(0) == 1 {
                return Err(Error::UnsupportedFormat(
                    "AAC with frames of 960 samples is not supported".into(),
                ));
            }
            let _ = take(2);
            if take(11).is_ok_and(|sync| sync == 0x2B7) && take(5)? == 5 && take(1)? == 1 {
                object_type = 5;
            }
        }
        let name = match object_type {
            2 => None,
            1 => Some("AAC Main"),
            3 => Some("AAC SSR"),
            4 => Some("AAC LTP"),
            5 => Some("HE-AAC (AAC with SBR)"),
            29 => Some("HE-AAC v2 (AAC with parametric stereo)"),
            23 => Some("AAC-LD"),
            39 => Some("AAC-ELD"),
            42 => Some("xHE-AAC (USAC)"),
            _ => Some("AAC of an unknown kind"),
        };
        match (name, channels) {
            (Some(name), _) => Err(Error::UnsupportedFormat(format!(
                "the codec is {name}; only AAC-LC is supported"
            ))),
            (None, 1 | 2) if rate > 0 => Ok((rate, channels)),
            (None, 1 | 2) => Err(corrupt()),
            (None, _) => {
                let what = if channels == 7 {
                    "8".into()
                } else {
                    channels.to_string()
                };
                Err(Error::UnsupportedFormat(format!(
                    "AAC with {what} channels is not supported; 1 and 2 are"
                )))
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn what_is_not_low_complexity_is_named() {
            let message = |config: &[u8]| audio_specific_config(config).unwrap_err().to_string();
            assert!(message(b"\x2B\x92\x08\x00").contains("HE-AAC"));
            assert!(message(b"\x13\x10\x56\xE5\x98").contains("HE-AAC"));
            assert!(audio_specific_config(b"\x11\x90\x56\xE5\x00").is_ok());
            assert!(message(b"\x12\x14").contains("960"));
            assert!(message(b"\x12\x30").contains("6 channels"));
            assert!(message(b"\x12").contains("cut off"));
        }
    }
}
