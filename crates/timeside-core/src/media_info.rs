//! What a medium tells of itself.

use crate::Warning;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of a medium once it is open. Serialises with the keys of the public contract.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaInfo {
    /// File name, or the last part of the address.
    pub name: String,
    /// Where it came from: a path, an address, or `raw_audio_array_…`.
    pub uri: String,
    /// Container, such as `wav`, `flac`, `mp3`, `mp4`, `ogg`, `adts`.
    pub container: String,
    /// Codec, such as `pcm_s16le`, `flac`, `mp3`, `aac`, `vorbis`, `opus`.
    pub codec: String,
    /// Frames per second.
    pub sample_rate: u32,
    /// Number of channels.
    pub channels: usize,
    /// Length in frames after delay and padding are trimmed; `None` until it is known.
    pub frames: Option<i64>,
    /// Length in seconds, where known.
    pub duration: Option<f64>,
    /// Bits per sample of the coded signal; `None` for lossy codecs.
    pub bits_per_sample: Option<u32>,
    /// MIME type, such as `audio/flac`.
    pub mime_type: String,
    /// Tags, keyed by lower-case names (`title`, `artist`, …).
    pub tags: BTreeMap<String, String>,
    /// The audio tracks of a container that can have several, in its order; empty where there is but one stream.
    pub tracks: Vec<Track>,
    /// [`Track::id`] of the track that is read, where `tracks` has some.
    pub track: Option<u32>,
    /// Chapters in the order of time.
    pub chapters: Vec<Chapter>,
    /// Cue points and regions in the order of time.
    pub markers: Vec<Marker>,
    /// Cover art and other pictures.
    pub pictures: Vec<Picture>,
    /// Frames from midnight to the first frame (BWF `bext` TimeReference, EBU Tech 3285), where told.
    pub time_reference: Option<u64>,
    /// Who decodes it.
    pub decoded_by: DecodedBy,
    /// False where the source cannot seek.
    pub seekable: bool,
    /// True while it is being recorded: then its length is not known.
    pub live: bool,
    /// What was repaired or is missing.
    pub warnings: Vec<Warning>,
}

/// Who decodes a medium.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DecodedBy {
    /// A decoder of ours: exact to the frame.
    #[default]
    Timeside,
    /// The browser, because we lack the codec: positions are its own.
    Browser,
}

/// One audio track of a container that can have several.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Track {
    /// The container's number of the track.
    pub id: u32,
    /// Codec, as in [`MediaInfo::codec`]; the container's own word for one that cannot be read.
    pub codec: String,
    /// Frames per second, 0 if unknown.
    pub sample_rate: u32,
    /// Number of channels, 0 if unknown.
    pub channels: usize,
    /// Language (BCP 47 or ISO 639-2), empty if unknown.
    pub language: String,
    /// Name, or empty.
    pub name: String,
    /// Whether the container plays it by default.
    pub is_default: bool,
    /// Whether it can be read here.
    pub is_supported: bool,
}

/// A named stretch that divides a medium.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Chapter {
    /// Begin in seconds from the first frame.
    pub start: f64,
    /// End in seconds; that of the medium, or the next chapter's begin, where the file does not say.
    pub end: Option<f64>,
    /// Title, or empty.
    pub title: String,
}

/// A cue point, or a region if `end` lies behind `start`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Marker {
    /// Begin in seconds from the first frame.
    pub start: f64,
    /// End in seconds; equal to `start` for a point.
    pub end: f64,
    /// Label, or empty.
    pub label: String,
}

/// A picture in a medium. Serialises without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Picture {
    /// What it shows, by the words of ID3v2's APIC in lower case with hyphens: `front-cover`, `other`, …
    pub kind: String,
    /// MIME type, such as `image/jpeg`.
    pub mime_type: String,
    /// Description, or empty.
    pub description: String,
    /// Length in bytes.
    pub byte_len: u64,
    /// Where its bytes are.
    #[serde(skip)]
    pub place: PicturePlace,
}

/// Where the bytes of a picture are: a cover of 10 MB is not read before somebody wants to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PicturePlace {
    /// In the source, from this byte on, [`Picture::byte_len`] of them.
    Source {
        /// The first byte.
        start: u64,
    },
    /// Here, because the file has them in another writing (base64, unsynchronised).
    Here(Arc<[u8]>),
}
