//! The one file that knows Symphonia: its codecs, its FLAC demuxer, its reader of ID3v2 tags.
//!
//! The other containers are demuxed here in the crate, because exact positions need what Symphonia's readers
//! do not give: an index of frames, edit lists, trimmed ends, and reads bounded in number and size.

use crate::packet::{Codec, Damage, Demuxer, Packet};
use crate::reader::Counted;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_ALAC, CODEC_ID_FLAC, CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3,
    CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::RegisterableAudioDecoder;
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::{FormatOptions, FormatReader, SeekMode, SeekTo};
use symphonia::core::io::{MediaSource, MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::{MetadataOptions, MetadataReader, MetadataRevision, RawValue};
use symphonia::core::packet::PacketRef;
use symphonia::core::units::{Duration, Timestamp};
use symphonia::default::codecs::{AacDecoder, AlacDecoder, FlacDecoder, MpaDecoder, VorbisDecoder};
use symphonia::default::formats::FlacReader;
use symphonia::default::meta::Id3v2Reader;
use timeside_core::{Error, Result};

/// A tag's text longer than this is left out.
const MAX_TAG_BYTES: usize = 64 << 10;

/// A packet of Apple Lossless has 4096 frames, from every encoder known; Symphonia's limit is 16 times that.
const MAX_ALAC_FRAMES: u32 = 16 * 4096;

/// A source that outlives the reader it was lent to: a new reader can be made over it at any time.
#[derive(Clone)]
struct Lent {
    source: Arc<Mutex<Counted>>,
    /// Byte of the source at which the stream begins: tags may stand before. The borrower counts from here.
    start: u64,
}

impl Lent {
    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for Lent {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        self.lock().read(buf)
    }
}

impl Seek for Lent {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => SeekFrom::Start(at.saturating_add(self.start)),
            relative => relative,
        };
        let at = self.lock().seek(to)?;
        at.checked_sub(self.start)
            .ok_or_else(|| ErrorKind::InvalidInput.into())
    }
}

impl MediaSource for Lent {
    fn is_seekable(&self) -> bool {
        self.lock().source.is_seekable()
    }

    fn byte_len(&self) -> Option<u64> {
        let len = self.lock().source.byte_len()?;
        Some(len.saturating_sub(self.start))
    }
}

/// A codec of Symphonia.
pub(crate) struct SymphoniaCodec {
    decoder: Box<dyn AudioDecoder>,
    /// Makes the decoder anew where [`AudioDecoder::reset`] keeps state: AAC's noise generator.
    params: Option<AudioCodecParameters>,
}

impl SymphoniaCodec {
    fn new<D: RegisterableAudioDecoder + 'static>(params: &AudioCodecParameters) -> Result<Self> {
        let decoder = D::try_registry_new(params, &AudioDecoderOptions::default())
            .map_err(unsupported_or_corrupt)?;
        Ok(Self {
            decoder,
            params: None,
        })
    }

    /// MPEG layer III.
    pub(crate) fn mp3() -> Result<Self> {
        Self::mpeg(3)
    }

    /// MPEG audio of a layer.
    pub(crate) fn mpeg(layer: u8) -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params.for_codec(match layer {
            1 => CODEC_ID_MP1,
            2 => CODEC_ID_MP2,
            _ => CODEC_ID_MP3,
        });
        Self::new::<MpaDecoder>(&params)
    }

    /// AAC-LC with its AudioSpecificConfig.
    pub(crate) fn aac(config: &[u8]) -> Result<Self> {
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_AAC)
            .with_extra_data(config.into());
        Ok(Self {
            params: Some(params.clone()),
            ..Self::new::<AacDecoder>(&params)?
        })
    }

    /// Apple Lossless with its magic cookie: the 24 bytes of the ALACSpecificConfig.
    pub(crate) fn alac(cookie: &[u8]) -> Result<Self> {
        let corrupt = |what: &str| Error::CorruptMedia(format!("the ALAC header {what}"));
        let cookie = cookie.get(..24).ok_or_else(|| corrupt("is cut off"))?;
        let packet_frames = u32::from_be_bytes([cookie[0], cookie[1], cookie[2], cookie[3]]);
        if packet_frames == 0 || packet_frames > MAX_ALAC_FRAMES {
            return Err(corrupt("says an impossible length of packets"));
        }
        if !matches!(cookie[5], 16 | 20 | 24 | 32) {
            return Err(corrupt(&format!("says {} bits per sample", cookie[5])));
        }
        let mut params = AudioCodecParameters::new();
        params
            .for_codec(CODEC_ID_ALAC)
            .with_extra_data(cookie.into());
        Self::new::<AlacDecoder>(&params)
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
        let anew = self.params.as_ref().map(Self::new::<AacDecoder>);
        match anew {
            Some(Ok(anew)) => self.decoder = anew.decoder,
            _ => self.decoder.reset(),
        }
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

/// What a FLAC file tells of itself.
pub(crate) struct FlacHeader {
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    pub(crate) bits_per_sample: Option<u32>,
    pub(crate) frames: Option<u64>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// Symphonia's FLAC reader.
///
/// Its parser takes a frame that is not later than the last one for a false sync, after a seek as well: to go
/// back, a new reader is made.
pub(crate) struct FlacDemuxer {
    source: Lent,
    reader: Option<FlacReader<'static>>,
    last_frame: i64,
}

fn flac_reader(source: &Lent) -> Result<FlacReader<'static>> {
    let mut lent = source.clone();
    lent.seek(SeekFrom::Start(0))?;
    let stream = MediaSourceStream::new(Box::new(lent), MediaSourceStreamOptions::default());
    FlacReader::try_new(stream, FormatOptions::default()).map_err(unsupported_or_corrupt)
}

/// Opens a FLAC stream that begins at byte `start`.
pub(crate) fn open_flac(
    source: Counted,
    start: u64,
) -> Result<(FlacHeader, FlacDemuxer, SymphoniaCodec)> {
    let source = Lent {
        source: Arc::new(Mutex::new(source)),
        start,
    };
    let mut reader = flac_reader(&source)?;
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
    Ok((
        header,
        FlacDemuxer {
            source,
            reader: Some(reader),
            last_frame: -1,
        },
        codec,
    ))
}

impl Demuxer for FlacDemuxer {
    fn next_packet(&mut self, packet: &mut Packet) -> Result<bool> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            missing => missing.insert(flac_reader(&self.source)?),
        };
        match reader.next_packet() {
            Ok(Some(next)) => {
                self.last_frame = next.pts.get();
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
        // The lent source is shared: a reader whose successor failed must not go on either.
        let reader = match self.reader.take().filter(|_| frame > self.last_frame) {
            Some(reader) => reader,
            None => flac_reader(&self.source)?,
        };
        let reader = self.reader.insert(reader);
        self.last_frame = -1;
        // A frame of FLAC stands alone: no run-up is needed.
        let to = SeekTo::Timestamp {
            ts: Timestamp::new(frame),
            track_id: 0,
        };
        match reader.seek(SeekMode::Accurate, to) {
            Ok(at) if at.actual_ts.get() <= frame => {
                self.last_frame = frame;
                Ok(())
            }
            Err(SymphoniaError::IoError(error)) if error.kind() != ErrorKind::UnexpectedEof => {
                self.reader = None;
                Err(error.into())
            }
            // A wrong seek table, or a file that is cut off: from the beginning all that is there is reached.
            Ok(_) | Err(_) => {
                self.reader = None;
                self.reader = Some(flac_reader(&self.source)?);
                Ok(())
            }
        }
    }
}

/// Reads an ID3v2 tag.
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
