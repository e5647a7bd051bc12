//! Ogg, opened: the codec is chosen by its headers, and a chained file becomes one line of time.

use super::Opening;
use crate::chain::Chain;
use crate::convert;
use crate::ogg::{self, links};
use crate::packet::Codec;
use crate::reader::{Counted, Reader};
use crate::stream::Position;
use crate::symphonia::SymphoniaCodec;
use crate::vorbis;
use crate::window::Shared;
use timeside_core::{Decoder, Error, MediaInfo, Result, Warning};

impl Opening {
    pub(super) fn ogg(self, mut reader: Reader) -> Result<Box<dyn Decoder>> {
        let links = links::find(&mut reader)?;
        if links.len() < 2 {
            let index = self.index();
            return self.ogg_link(reader, index);
        }
        let source = Shared::new(reader.into_inner());
        let mut decoders: Vec<Box<dyn Decoder>> = Vec::new();
        let mut whole: Option<MediaInfo> = None;
        let mut start = 0;
        for link in links {
            let at = link.start;
            let window = Counted::new(Box::new(source.window(link)), Position::default());
            // Places are counted in one stream only; the track is chosen in the first link.
            let mut opening = Self {
                hint: self.hint.clone(),
                ..Self::default()
            };
            opening.hint.track = opening.hint.track.filter(|_| whole.is_none());
            let decoder = match (
                opening.ogg_link(Reader::new(window), Default::default()),
                &mut whole,
            ) {
                (Ok(decoder), _) => decoder,
                (Err(error), None) => return Err(error),
                (Err(error), Some(whole)) => {
                    let message = format!(
                        "a stream of this chained Ogg file was left out, at byte {at}: {error}"
                    );
                    whole
                        .warnings
                        .push(Warning::new("damaged", message).at(start));
                    continue;
                }
            };
            let spec = decoder.spec();
            let whole = whole.get_or_insert_with(|| decoder.info().clone());
            let decoder = if (spec.sample_rate, spec.channels)
                == (whole.sample_rate, whole.channels)
            {
                decoder
            } else {
                let message = format!(
                    "here the Ogg file goes on with {} Hz and {} channels; they are converted to {} Hz and {}",
                    spec.sample_rate, spec.channels, whole.sample_rate, whole.channels
                );
                whole
                    .warnings
                    .push(Warning::new("format-changed", message).at(start));
                match convert::prepare(
                    decoder,
                    0.0,
                    None,
                    Some(whole.sample_rate),
                    Some(whole.channels),
                ) {
                    Ok(converted) => converted,
                    Err(error) => {
                        let message = format!("the stream at byte {at} was left out: {error}");
                        whole
                            .warnings
                            .push(Warning::new("damaged", message).at(start));
                        continue;
                    }
                }
            };
            let frames = decoder.spec().frames;
            decoders.push(decoder);
            match frames {
                Some(frames) => start += frames,
                // What comes behind has no certain place.
                None => break,
            }
        }
        let Some(info) = whole else {
            return Err(Error::CorruptMedia("the Ogg file holds no stream".into()));
        };
        Ok(Box::new(Chain::new(decoders, info, self.position)))
    }

    fn ogg_link(self, reader: Reader, index: crate::SeekIndex) -> Result<Box<dyn Decoder>> {
        let opened = ogg::open(reader, self.hint.track, index)?;
        let (codec_name, sample_rate, channels, codec): (_, _, _, Box<dyn Codec>) =
            match &opened.demuxer.coded {
                ogg::Coded::Vorbis {
                    identification,
                    setup,
                    parsed,
                } => {
                    let codec = vorbis::codec(identification, setup, parsed.channels)?;
                    ("vorbis", parsed.sample_rate, parsed.channels, codec)
                }
                #[cfg(feature = "opus")]
                ogg::Coded::Opus(head) => {
                    let codec = crate::opus::OpusCodec::new(head)?;
                    (
                        "opus",
                        crate::opus::SAMPLE_RATE,
                        usize::from(head.channels),
                        Box::new(codec),
                    )
                }
                ogg::Coded::Flac(info) => {
                    let codec = SymphoniaCodec::flac(&info.bytes)?;
                    ("flac", info.sample_rate, info.channels, Box::new(codec))
                }
            };
        let bits_per_sample = match &opened.demuxer.coded {
            ogg::Coded::Flac(info) => Some(info.bits_per_sample),
            _ => None,
        };
        let info = MediaInfo {
            container: "ogg".into(),
            codec: codec_name.into(),
            sample_rate,
            channels,
            frames: opened.frames,
            bits_per_sample,
            tags: opened.comments.tags,
            chapters: opened.comments.chapters,
            pictures: opened.comments.pictures,
            markers: opened.markers,
            track: (!opened.tracks.is_empty()).then_some(opened.serial),
            tracks: opened.tracks,
            warnings: opened.warnings,
            ..MediaInfo::default()
        };
        self.finish(info, opened.demuxer, codec)
    }
}
