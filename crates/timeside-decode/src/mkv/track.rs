//! Track entries: which are audio, and what their packets hold.

use super::ebml::{children, find, float, id, text, uint};
use super::pace::{Pace, flac_stream_info, vorbis_headers};
use crate::coding::{Coding, Opened};
use crate::ogg::vorbis;
use crate::pcm::{self, Endian, Layout};
use timeside_core::{Error, Result, Track};

/// An audio track.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    pub(crate) uid: u64,
    pub(crate) track: Track,
    /// What it holds, or why it cannot be read.
    pub(crate) content: std::result::Result<Content, Error>,
}

/// What a track holds.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    pub(crate) coding: Coding,
    pub(crate) sample_rate: u32,
    pub(crate) channels: usize,
    /// What the decoder gives before the sound, in nanoseconds.
    pub(crate) codec_delay_ns: u64,
    pub(crate) seek_preroll_ns: u64,
    /// Bytes that every packet begins with and that are left out of the file.
    pub(crate) stripped: Vec<u8>,
}

fn unsupported(what: &str) -> Error {
    Error::UnsupportedFormat(format!(
        "the Matroska file holds {what}, which is not supported"
    ))
}

fn corrupt(what: &str) -> Error {
    Error::CorruptMedia(format!("the Matroska file {what}"))
}

/// Words for codecs that are not read.
fn foreign(codec: &str) -> String {
    let name = match codec {
        _ if codec.starts_with("A_AC3") => "AC-3",
        _ if codec.starts_with("A_EAC3") => "E-AC-3",
        _ if codec.starts_with("A_DTS") => "DTS",
        "A_TRUEHD" | "A_MLP" => "Dolby TrueHD",
        "A_TTA1" => "True Audio (TTA)",
        "A_WAVPACK4" => "WavPack",
        "A_MS/ACM" => "a codec of Windows (A_MS/ACM)",
        _ if codec.starts_with("A_REAL") => "RealAudio",
        _ if codec.starts_with("A_QUICKTIME") => "a codec of QuickTime",
        _ => return format!("the codec “{}”", codec.escape_debug()),
    };
    name.into()
}

/// The word that [`MediaInfo`](timeside_core::MediaInfo) has for a codec that is not read.
fn word(codec: &str) -> String {
    match codec {
        "A_OPUS" => "opus",
        "A_VORBIS" => "vorbis",
        "A_FLAC" => "flac",
        "A_ALAC" => "alac",
        "A_MPEG/L3" => "mp3",
        "A_MPEG/L2" => "mp2",
        "A_MPEG/L1" => "mp1",
        _ if codec.starts_with("A_AAC") => "aac",
        _ if codec.starts_with("A_AC3") => "ac3",
        _ if codec.starts_with("A_EAC3") => "eac3",
        _ if codec.starts_with("A_DTS") => "dts",
        "A_TRUEHD" => "truehd",
        other => other,
    }
    .into()
}

/// An AudioSpecificConfig for a track that only names its profile: `A_AAC/MPEG4/LC/SBR` and the like, of old
/// muxers. Object type, rate, channels (ISO 14496-3, §1.6.2.1), and the word that SBR follows.
fn old_aac_config(codec: &str, rate: u32, channels: usize) -> Option<Vec<u8>> {
    let object_type = match codec.split('/').nth(2)? {
        "MAIN" => 1_u16,
        "LC" => 2,
        "SSR" => 3,
        "LTP" => 4,
        _ => return None,
    };
    let has_sbr = codec.ends_with("/SBR");
    let index = crate::adts::SAMPLE_RATES
        .iter()
        .position(|known| *known == rate)? as u16;
    let channels = u16::try_from(channels)
        .ok()
        .filter(|n| (1..=7).contains(n))?;
    let mut config = (object_type << 11 | index << 7 | channels << 3)
        .to_be_bytes()
        .to_vec();
    if has_sbr {
        // 0x2B7, type 5, present, then the rate index of the output: twice the coded one.
        let doubled = crate::adts::SAMPLE_RATES
            .iter()
            .position(|known| *known == rate * 2)
            .unwrap_or(0) as u32;
        let word = (0x2B7_u32 << 5 | 5) << 1 | 1;
        config.extend(((word << 4 | doubled) << 3).to_be_bytes().get(1..)?);
    }
    Some(config)
}

/// What the content encodings leave out of every packet; an error names what cannot be undone.
fn stripped(entry: &[u8]) -> Result<Vec<u8>> {
    let Some(encodings) = find(entry, id::CONTENT_ENCODINGS) else {
        return Ok(Vec::new());
    };
    let mut prefix = Vec::new();
    for (_, encoding) in children(encodings).filter(|(i, _)| *i == id::CONTENT_ENCODING) {
        if find(encoding, id::CONTENT_ENCRYPTION).is_some() {
            return Err(unsupported("encrypted audio (DRM)"));
        }
        // Bit 0: packets. Private data alone (bit 1) is not stripped by any program known.
        if find(encoding, id::CONTENT_ENCODING_SCOPE).map_or(1, uint) & 1 == 0 {
            continue;
        }
        let Some(compression) = find(encoding, id::CONTENT_COMPRESSION) else {
            continue;
        };
        match find(compression, id::CONTENT_COMP_ALGO).map_or(0, uint) {
            3 => prefix.extend(find(compression, id::CONTENT_COMP_SETTINGS).unwrap_or_default()),
            0 => return Err(unsupported("audio compressed once more by zlib")),
            _ => return Err(unsupported("audio compressed once more by bzip2 or LZO")),
        }
    }
    if prefix.len() > 4096 {
        return Err(corrupt(
            "leaves an impossible number of bytes out of each packet",
        ));
    }
    Ok(prefix)
}

impl Entry {
    /// Reads a track entry; `None` if it is no audio track.
    pub(crate) fn parse(entry: &[u8]) -> Option<Self> {
        let number = |id| find(entry, id).map(uint);
        if number(id::TRACK_TYPE) != Some(2) {
            return None;
        }
        let audio = find(entry, id::AUDIO).unwrap_or_default();
        let rate = find(audio, id::SAMPLING_FREQUENCY).map_or(8_000.0, float);
        let sample_rate = if (1.0..=f64::from(u32::MAX)).contains(&rate) {
            rate.round() as u32
        } else {
            0
        };
        let channels = find(audio, id::CHANNELS).map_or(1, uint) as usize;
        let codec = find(entry, id::CODEC_ID).map(text).unwrap_or_default();
        let language = find(entry, id::LANGUAGE_BCP47)
            .or_else(|| find(entry, id::LANGUAGE))
            .map_or_else(|| "eng".into(), text);
        let content = content(entry, &codec, sample_rate, channels);
        let mut track = Track {
            id: u32::try_from(number(id::TRACK_NUMBER)?).ok()?,
            codec: word(&codec),
            sample_rate,
            channels,
            language: if language == "und" {
                String::new()
            } else {
                language
            },
            name: find(entry, id::NAME).map(text).unwrap_or_default(),
            is_default: number(id::FLAG_DEFAULT).unwrap_or(1) != 0
                && number(id::FLAG_ENABLED).unwrap_or(1) != 0,
            is_supported: content.is_ok(),
        };
        if let Ok(content) = &content {
            track.codec = content.coding.name().into();
            track.sample_rate = content.sample_rate;
            track.channels = content.channels;
        }
        Some(Self {
            number: u64::from(track.id),
            uid: number(id::TRACK_UID).unwrap_or(0),
            track,
            content,
        })
    }
}

/// What a track of that codec holds.
fn content(entry: &[u8], codec: &str, sample_rate: u32, channels: usize) -> Result<Content> {
    let private = find(entry, id::CODEC_PRIVATE).unwrap_or_default();
    let bits = find(entry, id::AUDIO)
        .and_then(|audio| find(audio, id::BIT_DEPTH))
        .map_or(0, uint);
    let mut rate = sample_rate;
    let mut count = channels;
    let coding = match codec {
        #[cfg(feature = "opus")]
        "A_OPUS" | "A_OPUS/EXPERIMENTAL" => {
            let head = crate::opus::Head::parse(private)?;
            rate = crate::opus::SAMPLE_RATE;
            count = usize::from(head.channels);
            Coding::Opus(head)
        }
        "A_VORBIS" => {
            let [identification, _, setup] = vorbis_headers(private)
                .ok_or_else(|| corrupt("keeps no headers of its Vorbis track"))?;
            let parsed = vorbis::Setup::parse(identification, setup)?;
            rate = parsed.sample_rate;
            count = parsed.channels;
            Coding::Vorbis {
                identification: identification.to_vec(),
                setup: setup.to_vec(),
            }
        }
        "A_FLAC" => {
            let info = flac_stream_info(private)
                .ok_or_else(|| corrupt("keeps no stream information of its FLAC track"))?;
            rate = u32::from_be_bytes([0, info[10], info[11], info[12]]) >> 4;
            count = usize::from(info[12] >> 1 & 7) + 1;
            Coding::Flac(info.to_vec())
        }
        "A_ALAC" => {
            let cookie = private
                .get(..24)
                .ok_or_else(|| corrupt("keeps no header of its ALAC track"))?;
            rate = u32::from_be_bytes([cookie[20], cookie[21], cookie[22], cookie[23]]);
            count = usize::from(cookie[9]);
            Coding::Alac(cookie.to_vec())
        }
        "A_MPEG/L3" => Coding::Mpeg(3),
        "A_MPEG/L2" => Coding::Mpeg(2),
        "A_MPEG/L1" => Coding::Mpeg(1),
        "A_AAC" => Coding::Aac(private.to_vec()),
        _ if codec.starts_with("A_AAC/") => Coding::Aac(
            old_aac_config(codec, sample_rate, channels)
                .ok_or_else(|| unsupported(&foreign(codec)))?,
        ),
        _ => match pcm_coding(codec, bits) {
            Some(coding) => Coding::Pcm(Layout::new(coding, channels, 0)?),
            None => return Err(unsupported(&foreign(codec))),
        },
    };
    if rate == 0 || count == 0 {
        return Err(corrupt(&format!("says {count} channels at {rate} Hz")));
    }
    let delay = |id| find(entry, id).map_or(0, uint);
    Ok(Content {
        coding,
        sample_rate: rate,
        channels: count,
        codec_delay_ns: delay(id::CODEC_DELAY),
        seek_preroll_ns: delay(id::SEEK_PRE_ROLL),
        stripped: stripped(entry)?,
    })
}

/// PCM, by its number of bits.
fn pcm_coding(codec: &str, bits: u64) -> Option<pcm::Coding> {
    let bytes = usize::try_from(bits.div_ceil(8)).ok()?;
    match codec {
        // 8 bits are unsigned, as in WAV.
        "A_PCM/INT/LIT" | "A_PCM/INT/BIG" if bytes == 1 => Some(pcm::Coding::U8),
        "A_PCM/INT/LIT" => pcm::Coding::signed(bytes, Endian::Little),
        "A_PCM/INT/BIG" => pcm::Coding::signed(bytes, Endian::Big),
        "A_PCM/FLOAT/IEEE" => pcm::Coding::float(bytes, Endian::Little),
        _ => None,
    }
}

impl Content {
    /// The pace of its packets, of which `opened` may know the frames.
    pub(crate) fn pace(&self, opened: &Opened) -> Result<Pace> {
        Ok(match &self.coding {
            Coding::Aac(_) => Pace::Fixed {
                frames: opened.packet_frames.unwrap_or(1024),
                preroll_packets: opened.preroll,
            },
            Coding::Pcm(layout) => Pace::Pcm {
                frame_bytes: layout.block_bytes as u32,
            },
            Coding::Mpeg(_) => Pace::Mpeg,
            Coding::Flac(info) => Pace::Flac {
                // The largest block: that of all but the last, where blocks are of one size.
                block_frames: u32::from(u16::from_be_bytes([info[2], info[3]])),
            },
            Coding::Alac(cookie) => Pace::Alac {
                frames: u32::from_be_bytes([cookie[0], cookie[1], cookie[2], cookie[3]]),
            },
            Coding::Vorbis {
                identification,
                setup,
            } => Pace::Vorbis(vorbis::Setup::parse(identification, setup)?),
            #[cfg(feature = "opus")]
            Coding::Opus(_) => Pace::Opus,
        })
    }
}
