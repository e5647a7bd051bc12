//! The one file that knows Symphonia: its codecs, its FLAC demuxer, its reader of ID3v2 tags.
//!
//! The other containers are demuxed here in the crate, because exact positions need what Symphonia's readers
//! do not give: an index of frames, edit lists, trimmed ends, and reads bounded in number and size.

use crate::packet::{Codec, Damage, Demuxer, Packet};
use crate::reader::Counted;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_FLAC, CODEC_ID_MP3, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::RegisterableAudioDecoder;
use symphonia::core::errors::{Error as SymphoniaError, SeekErrorKind};
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{MetadataOptions, MetadataReader, MetadataRevision, RawValue};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::{AacDecoder, FlacDecoder, MpaDecoder, VorbisDecoder};
use symphonia::default::formats::FlacReader;
use symphonia::default::meta::Id3v2Reader;
use timeside_core::{Error, Result};

/// A tag's text longer than this is left out.
const MAX_TAG_BYTES: usize = 64 << 10;

impl MediaSource for Counted {
    fn is_seekable(&self) -> bool {
        self.source.is_seekable()
    }

    fn byte_len(&self) -> Option<u64> {
        self.source.byte_len()
    }
}

/// A codec of Symphonia.
pub(crate) struct SymphoniaCodec {
    decoder: Box<dyn AudioDecoder>,
}

impl SymphoniaCodec {
    fn new<D: RegisterableAudioDecoder>(params: &AudioCodecParameters) -> Result<Self>
    where
        D: 'static,
    {
        let decoder = D::try_registry_new(params, &AudioDecoderOptions::default())
            .map_err(unsupported_or_corrupt)?;
        Ok(Self { decoder })
    }

    /// MPEG layer III.
    pub(crate) fn mp3() -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params.for_codec(CODEC_ID_MP3);
        Self::new::<MpaDecoder>(&params)
    }

    /// AAC-LC with its AudioSpecificConfig.
    pub(crate) fn aac(config: &[u8]) -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_AAC)
            .with_extra_data(config.into());
        Self::new::<AacDecoder>(&params)
    }

    /// FLAC packets of another container, with its STREAMINFO.
    pub(crate) fn flac(stream_info: &[u8]) -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_FLAC)
            .with_extra_data(stream_info.into());
        Self::new::<FlacDecoder>(&params)
    }

    /// Vorbis with its identification and setup headers.
    pub(crate) fn vorbis(identification: &[u8], setup: &[u8]) -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_VORBIS)
            .with_extra_data([identification, setup].concat().into());
        Self::new::<VorbisDecoder>(&params)
    }
}

impl Codec for SymphoniaCodec {
    fn decode(&mut self, data: &[u8], planes: &mut Vec<Vec<f32>>) -> Result<usize, Damage> {
        // Trimming is not left to the decoder: the packet says nothing of it.
        let packet = PacketRef::new(0, Timestamp::ZERO, Duration::ZERO, data);
        match self.decoder.decode_ref(&packet) {
            Ok(decoded) => {
                decoded.copy_to_vecs_planar(planes);
                Ok(decoded.frames())
            }
            Err(error) => Err(Damage(error.to_string())),
        }
    }

    fn reset(&mut self) {
        self.decoder.reset();
    }
}

/// What Symphonia says of a header that it refuses.
fn unsupported_or_corrupt(error: SymphoniaError) -> Error {
    match error {
        SymphoniaError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => {
            Error::CorruptMedia("the file is cut off within its header".into())
        }
        SymphoniaError::IoError(error) => error.into(),
        SymphoniaError::Unsupported(what) => {
            Error::UnsupportedFormat(format!("not supported: {what}"))
        }
        other => Error::CorruptMedia(other.to_string()),
    }
}

fn stream(source: Counted) -> MediaSourceStream<'static> {
    MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default())
}

/// What a FLAC file tells of itself.
pub(crate) struct FlacHeader {
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    pub(crate) bits_per_sample: Option<u32>,
    pub(crate) frames: Option<u64>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// Symphonia's FLAC reader.
pub(crate) struct FlacDemuxer {
    reader: FlacReader<'static>,
}

/// Opens a FLAC stream at the source's position.
pub(crate) fn open_flac(source: Counted) -> Result<(FlacHeader, FlacDemuxer, SymphoniaCodec)> {
    let mut reader = FlacReader::try_new(stream(source), FormatOptions::default())
        .map_err(unsupported_or_corrupt)?;
    let mut tags = BTreeMap::new();
    if let Some(revision) = reader.metadata().skip_to_latest() {
        collect_tags(revision, &mut tags);
    }
    let track = reader.tracks().first();
    let Some(CodecParameters::Audio(params)) = track.and_then(|t| t.codec_params.as_ref()) else {
        return Err(Error::CorruptMedia(
            "the FLAC file has no stream information".into(),
        ));
    };
    let header = FlacHeader {
        sample_rate: params.sample_rate.unwrap_or(0),
        channels: params.channels.as_ref().map_or(0, |c| c.count()),
        bits_per_sample: params.bits_per_sample,
        frames: track.and_then(|t| t.num_frames),
        tags,
    };
    let codec = SymphoniaCodec::new::<FlacDecoder>(params)?;
    Ok((header, FlacDemuxer { reader }, codec))
}

impl Demuxer for FlacDemuxer {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        match self.reader.next_packet() {
            Ok(Some(next)) => {
                packet.start = Some(next.pts.get());
                packet.frames = Some(next.dur.get() as usize);
                packet.data = next.data.into_vec();
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(SymphoniaError::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                Ok(false)
            }
            Err(SymphoniaError::IoError(error)) => Err(error.into()),
            // The reader has lost its way for good.
            Err(_) => Ok(false),
        }
    }

    fn seek(&mut self, frame: i64) -> Result<()> {
        // A frame of FLAC stands alone: no run-up is needed.
        let to = |frame: i64| SeekTo::Timestamp {
            ts: Timestamp::new(frame),
            track_id: 0,
        };
        match self.reader.seek(SeekMode::Accurate, to(frame)) {
            Ok(at) if at.actual_ts.get() <= frame => return Ok(()),
            Err(SymphoniaError::IoError(error)) if error.kind() != ErrorKind::UnexpectedEof => {
                return Err(error.into());
            }
            Ok(_) | Err(_) => {}
        }
        // A wrong seek table, or a file that is cut off: from the beginning it can always be reached.
        match self.reader.seek(SeekMode::Accurate, to(0)) {
            Ok(_) | Err(SymphoniaError::SeekError(SeekErrorKind::OutOfRange)) => Ok(()),
            Err(SymphoniaError::IoError(error)) if error.kind() != ErrorKind::UnexpectedEof => {
                Err(error.into())
            }
            Err(_) => Ok(()),
        }
    }
}

/// Reads the ID3v2 tag at the source's beginning.
pub(crate) fn id3v2_tags(bytes: Vec<u8>) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    let source = MediaSourceStream::new(
        Box::new(std::io::Cursor::new(bytes)),
        MediaSourceStreamOptions::default(),
    );
    if let Ok(mut reader) = Id3v2Reader::try_new(source, MetadataOptions::default())
        && let Ok(buffer) = reader.read_all()
    {
        collect_tags(&buffer.revision, &mut tags);
    }
    tags
}

/// Takes the texts of `revision`, under lower-case names of the usual kind where Symphonia knows one.
fn collect_tags(revision: &MetadataRevision, tags: &mut BTreeMap<String, String>) {
    for tag in &revision.media.tags {
        let value = match &tag.raw.value {
            RawValue::String(text) => text.to_string(),
            RawValue::StringList(list) => list.join("; "),
            RawValue::Binary(_) => continue,
            other => other.to_string(),
        };
        if value.is_empty() || value.len() > MAX_TAG_BYTES {
            continue;
        }
        let key = common_name(&tag.raw.key);
        tags.entry(key)
            .and_modify(|old| *old = format!("{old}; {value}"))
            .or_insert(value);
    }
}

/// The usual name of an ID3v2 frame; any other key in lower case.
fn common_name(key: &str) -> String {
    match key {
        "TIT2" | "TT2" => "title",
        "TPE1" | "TP1" => "artist",
        "TPE2" | "TP2" => "albumartist",
        "TALB" | "TAL" => "album",
        "TRCK" | "TRK" => "tracknumber",
        "TPOS" | "TPA" => "discnumber",
        "TDRC" | "TYER" | "TYE" => "date",
        "TCON" | "TCO" => "genre",
        "TCOM" | "TCM" => "composer",
        "TCOP" | "TCR" => "copyright",
        "TSSE" | "TSS" => "encoder",
        "TENC" | "TEN" => "encodedby",
        "TLAN" | "TLA" => "language",
        "TPUB" | "TPB" => "publisher",
        "TSRC" | "TRC" => "isrc",
        "TBPM" | "TBP" => "bpm",
        "COMM" | "COM" => "comment",
        other => return other.to_lowercase(),
    }
    .into()
}
