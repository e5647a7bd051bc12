//! From bytes to a decoder: look, choose, check.

use crate::elementary::{self, Elementary};
use crate::mp4::{self, entry::Coding};
use crate::ogg;
use crate::packet::{Codec, Demuxer};
use crate::reader::{Counted, Reader};
use crate::sniff::{self, Container};
use crate::stream::{Position, Stream};
use crate::symphonia::{self, SymphoniaCodec};
use crate::wav::{PcmCodec, PcmDemuxer, Wav};
use crate::{adts, formats, id3};
use std::collections::BTreeMap;
use timeside_core::{Decoder, Error, MediaInfo, Result, Source, Warning};

/// More leading ID3v2 tags than these are not skipped.
const MAX_ID3_TAGS: usize = 8;

/// Surround Vorbis may couple one channel with several. Symphonia 0.6.1 undoes that in the order of the header,
/// where Vorbis I, §4.3.5 has the last first, and the channels come out mixed: better no sound than that.
const MAX_VORBIS_CHANNELS: usize = 2;

/// What is known of a medium from elsewhere. It names things; what the medium is, its bytes tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hint {
    /// File name, or the last part of the address.
    pub name: String,
    /// Where it comes from.
    pub uri: String,
    /// MIME type as the sender says, used in messages only.
    pub mime_type: Option<String>,
}

impl Hint {
    /// A hint for a path or an address, with the name taken from its last part.
    pub fn for_uri(uri: impl Into<String>) -> Self {
        let uri = uri.into();
        let path = uri.split(['?', '#']).next().unwrap_or_default();
        let name = path
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned();
        Self {
            name,
            uri,
            mime_type: None,
        }
    }
}

/// Opens a medium: finds out what it is and makes its decoder.
///
/// # Errors
/// - `UnsupportedFormat` if it is no audio (the message says what it looks like), or a codec that we lack;
/// - `CorruptMedia` if it is empty, cut off before its first sample, or its header cannot be true;
/// - `NoRange` if the source cannot seek;
/// - the source's own errors.
pub fn open(source: Box<dyn Source>, hint: Hint) -> Result<Box<dyn Decoder>> {
    if !source.is_seekable() {
        return Err(Error::NoRange(
            "the source cannot seek: load it into memory first".into(),
        ));
    }
    let position = Position::default();
    let mut reader = Reader::new(Counted::new(source, position.clone()));
    let mut start = 0;
    let mut tags = BTreeMap::new();
    let mut head = Vec::new();
    for _ in 0..MAX_ID3_TAGS {
        reader.seek_to(start)?;
        head.clear();
        reader.read_into(&mut head, sniff::SNIFF_BYTES)?;
        let tag = sniff::id3v2_len(&head);
        if tag == 0 {
            break;
        }
        if tags.is_empty() {
            tags = id3::texts(&mut reader, start, tag)?;
        }
        start += tag;
    }
    if head.is_empty() {
        return Err(Error::CorruptMedia(match start {
            0 => "the file is empty".into(),
            _ => "the file ends with its ID3 tag: there is no sound in it".into(),
        }));
    }
    let container = sniff::container(&head).map_err(|error| with_mime(error, &hint))?;
    let opening = Opening {
        hint,
        tags,
        position,
    };
    match container {
        Container::Wav => opening.wav(reader, start),
        Container::Flac => opening.flac(reader, start),
        Container::Ogg => opening.ogg(reader),
        Container::Mp4 => opening.mp4(reader),
        Container::Adts => opening.adts(reader, start, &head),
        Container::Mpeg => {
            let within = sniff::find_mpeg(&head).unwrap_or(0);
            opening.mpeg(reader, start + within as u64)
        }
    }
}

/// Adds to a refusal what the sender called the file, if that was audio.
fn with_mime(error: Error, hint: &Hint) -> Error {
    match (error, &hint.mime_type) {
        (Error::UnsupportedFormat(message), Some(mime)) if mime.starts_with("audio/") => {
            Error::UnsupportedFormat(format!("{message} (the sender called it {mime})"))
        }
        (error, _) => error,
    }
}

/// What all formats need to be opened.
struct Opening {
    hint: Hint,
    tags: BTreeMap<String, String>,
    position: Position,
}

/// What a format told.
struct Found {
    container: &'static str,
    codec: &'static str,
    sample_rate: u32,
    channels: usize,
    frames: Option<i64>,
    bits_per_sample: Option<u32>,
    tags: BTreeMap<String, String>,
    warnings: Vec<Warning>,
}

impl Opening {
    fn finish(
        mut self,
        found: Found,
        demuxer: impl Demuxer + 'static,
        codec: Box<dyn Codec>,
        duration: Option<f64>,
    ) -> Result<Box<dyn Decoder>> {
        if found.sample_rate == 0 {
            return Err(Error::CorruptMedia(format!(
                "the {} header says a sample rate of 0 Hz",
                found.container
            )));
        }
        if found.channels == 0 {
            return Err(Error::CorruptMedia(format!(
                "the {} header says 0 channels",
                found.container
            )));
        }
        self.tags.extend(found.tags);
        let mime_type =
            formats::by_container(found.container).map_or("", |format| format.mime_type);
        let info = MediaInfo {
            name: self.hint.name,
            uri: self.hint.uri,
            container: found.container.into(),
            codec: found.codec.into(),
            sample_rate: found.sample_rate,
            channels: found.channels,
            frames: found.frames,
            duration,
            bits_per_sample: found.bits_per_sample,
            mime_type: mime_type.into(),
            tags: self.tags,
            seekable: true,
            live: false,
            warnings: found.warnings,
        };
        Ok(Box::new(Stream::new(
            Box::new(demuxer),
            codec,
            info,
            self.position,
        )))
    }

    fn wav(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        reader.seek_to(start)?;
        let mut wav = Wav::parse(&mut reader)?;
        let channels = usize::from(wav.channels);
        let found = Found {
            container: "wav",
            codec: wav.coding.name(),
            sample_rate: wav.sample_rate,
            channels,
            frames: wav.frames.and_then(|frames| i64::try_from(frames).ok()),
            bits_per_sample: Some(wav.bits_per_sample),
            tags: std::mem::take(&mut wav.tags),
            warnings: std::mem::take(&mut wav.warnings),
        };
        let demuxer = PcmDemuxer::new(reader, &wav);
        self.finish(
            found,
            demuxer,
            Box::new(PcmCodec::new(wav.coding, channels)),
            None,
        )
    }

    fn flac(self, reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let (header, demuxer, codec) = symphonia::open_flac(reader.into_inner(), start)?;
        let found = Found {
            container: "flac",
            codec: "flac",
            sample_rate: header.sample_rate,
            channels: header.channels,
            frames: header.frames.and_then(|frames| i64::try_from(frames).ok()),
            bits_per_sample: header.bits_per_sample,
            tags: header.tags,
            warnings: Vec::new(),
        };
        self.finish(found, demuxer, Box::new(codec), None)
    }

    fn ogg(self, reader: Reader) -> Result<Box<dyn Decoder>> {
        let opened = ogg::open(reader)?;
        let (codec_name, sample_rate, channels, codec): (_, _, _, Box<dyn Codec>) =
            match &opened.demuxer.coded {
                ogg::Coded::Vorbis {
                    identification,
                    setup,
                    parsed,
                } => {
                    if parsed.channels > MAX_VORBIS_CHANNELS {
                        return Err(Error::UnsupportedFormat(format!(
                            "Vorbis with {} channels is not supported; 1 and 2 are",
                            parsed.channels
                        )));
                    }
                    let codec = SymphoniaCodec::vorbis(identification, setup)?;
                    (
                        "vorbis",
                        parsed.sample_rate,
                        parsed.channels,
                        Box::new(codec),
                    )
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
            };
        let found = Found {
            container: "ogg",
            codec: codec_name,
            sample_rate,
            channels,
            frames: opened.frames,
            bits_per_sample: None,
            tags: opened.tags,
            warnings: opened.warnings,
        };
        self.finish(found, opened.demuxer, codec, None)
    }

    fn mp4(self, reader: Reader) -> Result<Box<dyn Decoder>> {
        let opened = mp4::open(reader)?;
        let (codec_name, codec): (_, Box<dyn Codec>) = match &opened.entry.coding {
            Coding::Aac(config) => ("aac", Box::new(SymphoniaCodec::aac(config)?)),
            Coding::Mp3 => ("mp3", Box::new(SymphoniaCodec::mp3()?)),
            Coding::Flac(info) => ("flac", Box::new(SymphoniaCodec::flac(info)?)),
            #[cfg(feature = "opus")]
            Coding::Opus(head) => (
                "opus",
                Box::new(crate::opus::OpusCodec::new(
                    &crate::opus::Head::parse_dops(head)?,
                )?),
            ),
            #[cfg(not(feature = "opus"))]
            Coding::Opus(_) => {
                return Err(Error::UnsupportedFormat(
                    "this build cannot decode Opus".into(),
                ));
            }
        };
        let found = Found {
            container: "mp4",
            codec: codec_name,
            sample_rate: opened.entry.sample_rate,
            channels: opened.entry.channels,
            frames: Some(opened.frames),
            bits_per_sample: None,
            tags: opened.tags,
            warnings: opened.warnings,
        };
        self.finish(found, opened.demuxer, codec, None)
    }

    fn adts(self, reader: Reader, start: u64, head: &[u8]) -> Result<Box<dyn Decoder>> {
        let Some(header) = adts::Header::parse(head) else {
            return Err(Error::CorruptMedia("the ADTS header is damaged".into()));
        };
        if header.blocks > 1 {
            return Err(Error::UnsupportedFormat(
                "ADTS with several blocks in a frame is not supported".into(),
            ));
        }
        let config = header.audio_specific_config();
        let (sample_rate, channels) = mp4::entry::audio_specific_config(&config)?;
        let codec = SymphoniaCodec::aac(&config)?;
        let len = reader.len();
        let mut demuxer = Elementary::new(reader, elementary::Header::Adts(header), start, 0)?;
        let mean = demuxer.mean_frame_bytes()?;
        let duration = len
            .zip(mean)
            .map(|(len, mean)| (len - start) as f64 / mean * 1024.0 / f64::from(sample_rate));
        let found = Found {
            container: "adts",
            codec: "aac",
            sample_rate,
            channels,
            frames: None,
            bits_per_sample: None,
            tags: BTreeMap::new(),
            warnings: Vec::new(),
        };
        self.finish(found, demuxer, Box::new(codec), duration)
    }

    fn mpeg(self, mut reader: Reader, first_byte: u64) -> Result<Box<dyn Decoder>> {
        let Some(start) = elementary::mpeg_start(&mut reader, first_byte)? else {
            return Err(Error::CorruptMedia("the MP3 header is damaged".into()));
        };
        let header = start.header;
        if header.layer != 3 {
            let layer = ["", "I", "II"][usize::from(header.layer)];
            return Err(Error::UnsupportedFormat(format!(
                "the codec is MPEG audio layer {layer}; only layer III is supported"
            )));
        }
        let len = reader.len();
        let tag = start.tag.unwrap_or_default();
        // The decoder itself is 528 + 1 samples late; the tag counts only the encoder's delay.
        let delay = tag.delay.map_or(0, |delay| i64::from(delay) + 529);
        let mut warnings = Vec::new();
        let there = len.map(|len| len - first_byte);
        let mut told = tag.mpeg_frames.filter(|frames| *frames > 0);
        if let (Some(bytes), Some(there)) =
            (tag.bytes.map(u64::from).filter(|bytes| *bytes > 0), there)
        {
            if there < bytes {
                let message =
                    format!("the file is cut off: {there} of {bytes} bytes of sound are there");
                warnings.push(Warning::new("truncated", message));
                told = None;
            } else if there - bytes > bytes / 4 + (256 << 10) {
                // Files that were joined: the first one's tag is not the whole's.
                told = None;
            }
        }
        let frames = told.map(|count| {
            let all = i64::from(count) * header.frames as i64;
            match (tag.delay, tag.padding) {
                (Some(delay), Some(padding)) => {
                    (all - i64::from(delay) - i64::from(padding).max(529)).max(0)
                }
                _ => all,
            }
        });
        let mut demuxer = Elementary::new(
            reader,
            elementary::Header::Mpeg(header),
            start.first_byte,
            delay,
        )?;
        if let (true, Some(count), Some(bytes)) = (tag.constant_bitrate, told, tag.bytes) {
            let tag_bytes = start.first_byte - first_byte;
            demuxer.assume_constant_bitrate(
                count.into(),
                u64::from(bytes).saturating_sub(tag_bytes),
            )?;
        }
        let duration = match frames {
            Some(_) => None,
            None => {
                let mean = demuxer.mean_frame_bytes()?;
                let secs_per_frame = header.frames as f64 / f64::from(header.sample_rate);
                len.zip(mean).map(|(len, mean)| {
                    len.saturating_sub(start.first_byte) as f64 / mean * secs_per_frame
                })
            }
        };
        let found = Found {
            container: "mp3",
            codec: "mp3",
            sample_rate: header.sample_rate,
            channels: header.channels,
            frames,
            bits_per_sample: None,
            tags: BTreeMap::new(),
            warnings,
        };
        self.finish(found, demuxer, Box::new(SymphoniaCodec::mp3()?), duration)
    }
}
