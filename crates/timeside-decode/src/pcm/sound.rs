//! What a container tells of the PCM or ADPCM in it, whichever container that is.

use super::Layout;
use crate::id3;
use std::collections::BTreeMap;
use timeside_core::{Chapter, Error, Marker, Picture, Result, Warning};

/// A stretch of blocks, and what stands around it.
#[derive(Debug)]
pub(crate) struct Sound {
    /// The container's word in [`MediaInfo::container`](timeside_core::MediaInfo::container).
    pub(crate) container: &'static str,
    pub(crate) layout: Layout,
    pub(crate) sample_rate: u32,
    /// Valid bits of a sample; `None` for ADPCM.
    pub(crate) bits_per_sample: Option<u32>,
    /// First byte of the sound.
    pub(crate) start: u64,
    /// Bytes of the sound that are really there; `None` where the source's length is unknown as well.
    pub(crate) bytes: Option<u64>,
    /// Frames after trimming.
    pub(crate) frames: Option<u64>,
    /// Frames of the encoder's delay before frame 0.
    pub(crate) lead_frames: u64,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) markers: Vec<Marker>,
    pub(crate) chapters: Vec<Chapter>,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) time_reference: Option<u64>,
    pub(crate) warnings: Vec<Warning>,
}

impl Sound {
    /// Sound of which `told` bytes are said to follow byte `start` (`None`: all up to the end), in a source of
    /// `len` bytes.
    ///
    /// # Errors
    /// `CorruptMedia` if sound is promised and none is there.
    pub(crate) fn new(
        container: &'static str,
        (layout, sample_rate): (Layout, u32),
        start: u64,
        told: Option<u64>,
        len: Option<u64>,
    ) -> Result<Self> {
        let there = len.map(|len| len.saturating_sub(start));
        let mut warnings = Vec::new();
        let bytes = match (told, there) {
            (Some(told), Some(there)) if told > there => {
                let message =
                    format!("the file is cut off: {there} of {told} bytes of sound are there");
                let frame = layout.frames_in(there);
                warnings.push(Warning::new("truncated", message).at(frame as i64));
                Some(there)
            }
            (told, there) => told.or(there),
        };
        let frames = bytes.map(|bytes| layout.frames_in(bytes));
        if frames == Some(0) && told.is_some_and(|told| layout.frames_in(told) > 0) {
            return Err(Error::CorruptMedia(format!(
                "the {container} file is cut off before its first sample"
            )));
        }
        Ok(Self {
            container,
            bits_per_sample: layout.coding.sample_bytes().map(|bytes| bytes as u32 * 8),
            layout,
            sample_rate,
            start,
            bytes,
            frames,
            lead_frames: 0,
            tags: BTreeMap::new(),
            markers: Vec::new(),
            chapters: Vec::new(),
            pictures: Vec::new(),
            time_reference: None,
            warnings,
        })
    }

    /// Adds what an ID3 chunk says; the container's own tags come first.
    pub(crate) fn take_id3(&mut self, id3: id3::Tags) {
        for (key, value) in id3.texts {
            self.tags.entry(key).or_insert(value);
        }
        self.chapters = id3.chapters;
        self.pictures = id3.pictures;
    }

    /// Trims to what the container counts: `lead_frames` are the encoder's delay, `frames` follow.
    pub(crate) fn trim(&mut self, lead_frames: u64, frames: u64) {
        let decoded = self.frames;
        let rest = decoded.map(|all| all.saturating_sub(lead_frames));
        self.lead_frames = lead_frames;
        self.frames = Some(rest.map_or(frames, |rest| rest.min(frames)));
    }
}

/// Refuses rates that no recording has.
///
/// # Errors
/// `CorruptMedia`.
pub(crate) fn check_rate(container: &str, sample_rate: u32) -> Result<u32> {
    if sample_rate == 0 || sample_rate > super::MAX_SAMPLE_RATE {
        return Err(Error::CorruptMedia(format!(
            "the {container} header says a sample rate of {sample_rate} Hz"
        )));
    }
    Ok(sample_rate)
}
