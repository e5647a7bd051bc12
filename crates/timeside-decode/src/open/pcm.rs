//! Containers of PCM and ADPCM, opened.

use super::Opening;
use crate::pcm::{Blocks, Sound};
use crate::reader::{Counted, Part, Reader};
use crate::stream::Position;
use crate::wav::{self, Mpeg, Wav};
use crate::{aiff, au, sniff};
use timeside_core::{Decoder, Error, MediaInfo, Result, Warning};

impl Opening {
    pub(super) fn wav(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        match wav::parse(&mut reader, start)? {
            Wav::Blocks(sound) => self.pcm(reader, sound),
            Wav::Mpeg(stream) => self.mpeg_in_wav(reader, stream),
        }
    }

    /// The stream is opened as if it were a file of its own.
    fn mpeg_in_wav(mut self, reader: Reader, stream: Mpeg) -> Result<Box<dyn Decoder>> {
        let mut around = stream.around;
        let there = reader.len().map(|len| len.saturating_sub(stream.start));
        if let (Some(told), Some(there)) = (stream.bytes, there)
            && told > there
        {
            let message =
                format!("the file is cut off: {there} of {told} bytes of sound are there");
            around.warnings.push(Warning::new("truncated", message));
        }
        let part = Part::new(reader.into_inner(), stream.start, stream.bytes);
        // The part's own position is the file's, which read-ahead wants to know.
        let mut reader = Reader::new(Counted::new(Box::new(part), Position::default()));
        let mut head = Vec::new();
        reader.read_into(&mut head, sniff::SNIFF_BYTES)?;
        let Some(first_byte) = sniff::find_mpeg(&head) else {
            return Err(Error::CorruptMedia(
                "the WAV file says it holds MPEG audio, and there is none in it".into(),
            ));
        };
        if self.tags.is_empty() {
            self.tags = stream.id3;
        }
        self.around = Some(around);
        self.mpeg(reader, first_byte as u64)
    }

    pub(super) fn aiff(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let sound = aiff::parse(&mut reader, start)?;
        self.pcm(reader, sound)
    }

    pub(super) fn au(self, mut reader: Reader, start: u64) -> Result<Box<dyn Decoder>> {
        let sound = au::parse(&mut reader, start)?;
        self.pcm(reader, sound)
    }

    /// Any container whose sound lies in one stretch of blocks.
    pub(super) fn pcm(self, reader: Reader, sound: Sound) -> Result<Box<dyn Decoder>> {
        let info = MediaInfo {
            container: sound.container.into(),
            codec: sound.layout.coding.name().into(),
            sample_rate: sound.sample_rate,
            channels: sound.layout.channels,
            frames: sound.frames.and_then(|frames| i64::try_from(frames).ok()),
            bits_per_sample: sound.bits_per_sample,
            tags: sound.tags,
            markers: sound.markers,
            chapters: sound.chapters,
            pictures: sound.pictures,
            time_reference: sound.time_reference,
            warnings: sound.warnings,
            ..MediaInfo::default()
        };
        let demuxer = Blocks::new(
            reader,
            &sound.layout,
            sound.start,
            sound.bytes,
            sound.lead_frames,
        );
        let codec = sound.layout.codec();
        self.finish(info, demuxer, codec)
    }
}
