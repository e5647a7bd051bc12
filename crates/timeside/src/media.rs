//! An open recording: its samples, its picture, and runs of processors over it.

use crate::reader::Reader;
use crate::spectrogram::{ColumnCache, Key, SpectrogramImage, SpectrogramOptions, SpectrogramTask};
use crate::whole_read::{WholeRead, frames_told};
use crate::{Peaks, decode};
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;
use timeside_core::time::{frame_from_secs, secs_from_frame};
use timeside_core::{
    Decoder, Error, MediaInfo, PicturePlace, Pipe, PipeSpec, Registry, Result, RunContext, Source,
    pipe::Plan,
};
use timeside_decode::{Hint, Recording, SeekIndex};
use timeside_dsp::spectra::SpectrumOverview;

/// Gives a fresh handle on the bytes of a medium: each decoder reads at its own place.
pub type OpenSource = Rc<dyn Fn() -> Result<Box<dyn Source>>>;

type OpenDecoder = Rc<dyn Fn() -> Result<Box<dyn Decoder>>>;

/// How far the read of the whole medium is that fills the waveform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ReadProgress {
    /// Nobody has asked for peaks yet, so nothing is read.
    Idle,
    /// The share read so far (0..=1), where the length is known.
    More(Option<f64>),
    /// All is read.
    Done,
}

/// An open recording.
pub struct Media {
    open: OpenDecoder,
    /// `None` for samples in memory.
    open_source: Option<OpenSource>,
    /// Where its packets are, shared by all its decoders; `None` for samples in memory.
    pub(crate) index: Option<SeekIndex>,
    info: MediaInfo,
    pub(crate) reader: Option<Reader>,
    pub(crate) whole: WholeRead,
    columns: ColumnCache,
    max_memory_bytes: u64,
    /// Of a recording in progress.
    recording: Option<Recording>,
}

/// Samples of a stretch in the making: what has come is kept while the rest is waited for.
#[derive(Debug)]
pub(crate) struct SamplesTask {
    start_secs: f64,
    from: i64,
    to: i64,
    samples: Vec<Vec<f32>>,
}

impl SamplesTask {
    /// Reads on to the end of the stretch. After `NotYet` it goes on where it was.
    pub(crate) fn advance(&mut self, media: &mut Media) -> Result<()> {
        let from = self.from + self.samples.first().map_or(0, Vec::len) as i64;
        let samples = &mut self.samples;
        media.reader()?.read(from, self.to, |block| {
            for (all, piece) in samples.iter_mut().zip(&block.channels) {
                all.extend_from_slice(piece);
            }
        })?;
        if self.to > self.from && self.samples.first().is_none_or(Vec::is_empty) {
            return Err(Error::OutOfRange(format!(
                "samples: the medium ends before {} s",
                self.start_secs
            )));
        }
        Ok(())
    }

    pub(crate) fn into_samples(self) -> Vec<Vec<f32>> {
        self.samples
    }
}

impl std::fmt::Debug for Media {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Media")
            .field("info", &self.info)
            .finish_non_exhaustive()
    }
}

impl Media {
    /// Opens a medium through handles on its bytes.
    ///
    /// # Errors
    /// `UnsupportedFormat`, `CorruptMedia`, and what the source gives.
    pub fn open(open_source: OpenSource, hint: Hint) -> Result<Self> {
        // What one decoder learns of where packets are, all others know.
        let mut hint = hint;
        let index = hint.index.get_or_insert_default().clone();
        let source = Rc::clone(&open_source);
        let mut media = Self::with(Rc::new(move || decode::open(source()?, hint.clone())))?;
        media.open_source = Some(open_source);
        media.index = Some(index);
        Ok(media)
    }

    /// Opens a file.
    ///
    /// # Errors
    /// `NotFound`, `Io`, and as [`Media::open`].
    pub fn open_path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let name = path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let hint = Hint {
            name,
            uri: path.display().to_string(),
            ..Hint::default()
        };
        let said = path.display().to_string();
        Self::open(
            Rc::new(move || {
                let file = std::fs::File::open(&path).map_err(|e| match e.kind() {
                    std::io::ErrorKind::NotFound => {
                        Error::NotFound(format!("there is no file {said}"))
                    }
                    _ => Error::Io(format!("{said} cannot be opened: {e}")),
                })?;
                if !file.metadata()?.is_file() {
                    return Err(Error::UnsupportedFormat(format!(
                        "{said} is not a regular file"
                    )));
                }
                Ok(Box::new(file))
            }),
            hint,
        )
    }

    /// Samples in memory as a medium: `channels[c][n]`, all of one length.
    ///
    /// # Errors
    /// `BadParameter` if there is no channel, their lengths differ, or the rate is 0.
    pub fn from_samples(channels: Vec<Vec<f32>>, sample_rate: u32) -> Result<Self> {
        let channels = Rc::<[Vec<f32>]>::from(channels);
        Self::with(Rc::new(move || {
            Ok(Box::new(decode::raw::ArrayDecoder::new(
                Rc::clone(&channels),
                sample_rate,
            )?))
        }))
    }

    /// Samples that somebody else decoded, with what he tells of the medium: all but rate, channels and length.
    ///
    /// # Errors
    /// As [`Media::from_samples`].
    pub fn from_decoded(
        channels: Vec<Vec<f32>>,
        sample_rate: u32,
        info: MediaInfo,
    ) -> Result<Self> {
        let channels = Rc::<[Vec<f32>]>::from(channels);
        Self::with(Rc::new(move || {
            let decoder = decode::raw::ArrayDecoder::new(Rc::clone(&channels), sample_rate)?;
            Ok(Box::new(decoder.described(&info)))
        }))
    }

    /// A recording in progress, or stopped, as a medium.
    ///
    /// # Errors
    /// None by now; what a decoder over it may give later.
    pub fn from_recording(recording: &Recording) -> Result<Self> {
        let shared = recording.clone();
        let mut media = Self::with(Rc::new(move || Ok(Box::new(shared.decoder()))))?;
        media.recording = Some(recording.clone());
        Ok(media)
    }

    fn with(open: OpenDecoder) -> Result<Self> {
        let decoder = open()?;
        let info = decoder.info().clone();
        let whole = WholeRead::new(&info);
        let max_memory_bytes = timeside_core::spec::DEFAULT_MAX_MEMORY_BYTES;
        Ok(Self {
            open,
            open_source: None,
            index: None,
            info,
            reader: Some(Reader::new(decoder)),
            whole,
            columns: ColumnCache::default(),
            max_memory_bytes,
            recording: None,
        })
    }

    /// Sets the limit of what one request may hold, in bytes. The default is 256 MiB.
    pub fn set_max_memory_bytes(&mut self, limit_bytes: u64) {
        self.max_memory_bytes = limit_bytes;
    }

    /// What is known of the medium. A length that no header told is known once all is read.
    pub fn info(&self) -> &MediaInfo {
        &self.info
    }

    /// The samples from `start_secs` to `end_secs`, each rounded to the nearest frame; one `Vec` per channel.
    /// Equal to that slice of a full decode.
    ///
    /// # Errors
    /// `BadParameter` for times that are no stretch, `OutOfRange` past the end, `OutOfMemory` for too long a one.
    pub fn samples(&mut self, start_secs: f64, end_secs: f64) -> Result<Vec<Vec<f32>>> {
        let mut task = self.samples_task(start_secs, end_secs)?;
        task.advance(self)?;
        Ok(task.into_samples())
    }

    /// The same in steps, for a medium that is still arriving.
    pub(crate) fn samples_task(&self, start_secs: f64, end_secs: f64) -> Result<SamplesTask> {
        let (from, to) = self.frames_of("samples", Some(start_secs), Some(end_secs))?;
        let channels = self.info.channels;
        self.check_memory((to - from) as u64 * channels as u64 * 4, "samples()")?;
        let samples = vec![Vec::with_capacity(usize::try_from(to - from).unwrap_or(0)); channels];
        Ok(SamplesTask {
            start_secs,
            from,
            to,
            samples,
        })
    }

    /// The bytes of picture `index` of [`MediaInfo::pictures`], fewer than told if the file is cut off.
    ///
    /// # Errors
    /// `OutOfRange` if there is no such picture, `OutOfMemory`, and what the source gives.
    pub fn picture(&self, index: usize) -> Result<Vec<u8>> {
        let Some(picture) = self.info.pictures.get(index) else {
            return Err(Error::OutOfRange(format!(
                "picture: there is none with the number {index}; the medium has {}",
                self.info.pictures.len()
            )));
        };
        self.check_memory(picture.byte_len, "picture()")?;
        let start = match &picture.place {
            PicturePlace::Here(bytes) => return Ok(bytes.to_vec()),
            PicturePlace::Source { start } => *start,
        };
        let mut bytes = Vec::new();
        if let Some(open_source) = &self.open_source {
            let mut source = open_source()?;
            source.seek(SeekFrom::Start(start))?;
            source.take(picture.byte_len).read_to_end(&mut bytes)?;
        }
        Ok(bytes)
    }

    /// The peaks of `pixels` columns from `start_secs` to `end_secs`. Column `i` covers the frames
    /// `a + ⌊i·n/pixels⌋ .. a + ⌊(i+1)·n/pixels⌋`, at least one. What is not read yet is an estimate, where a
    /// sketch or a server gave one, else NaN, and `exact` false. Once `exact`, `min` and `max` are within 1/32768
    /// of those of the samples; `rms` too, but in wide columns a run of the pyramid that two columns share counts by
    /// its share.
    /// The first call begins the read of the whole medium: see [`Media::read_on`].
    ///
    /// # Errors
    /// `BadParameter`, `OutOfRange`, and what the medium gives.
    pub fn peaks(
        &mut self,
        start_secs: Option<f64>,
        end_secs: Option<f64>,
        pixels: usize,
    ) -> Result<Peaks> {
        self.peaks_of(start_secs, end_secs, pixels, true)
    }

    /// The same from what has been read alone: at once, but with edges of columns to the nearest run of the
    /// pyramid, so never `exact`. For a first picture while the view moves.
    ///
    /// # Errors
    /// `BadParameter`, `OutOfRange`.
    pub fn quick_peaks(
        &mut self,
        start_secs: Option<f64>,
        end_secs: Option<f64>,
        pixels: usize,
    ) -> Result<Peaks> {
        self.peaks_of(start_secs, end_secs, pixels, false)
    }

    fn peaks_of(
        &mut self,
        start_secs: Option<f64>,
        end_secs: Option<f64>,
        pixels: usize,
        exact: bool,
    ) -> Result<Peaks> {
        const MAX_PIXELS: usize = 1 << 16;
        if !(1..=MAX_PIXELS).contains(&pixels) {
            return Err(Error::bad_parameter(
                "peaks",
                "pixels",
                format!("must be a whole number from 1 to {MAX_PIXELS}, not {pixels}"),
            ));
        }
        let (from, to) = self.frames_of("peaks", start_secs, end_secs)?;
        self.whole.want();
        let columns = self.whole.columns();
        let is_read = columns.has(from, to) || columns.is_short(from, to);
        // What the read of the whole is coming to anyway, or would have to read again for the most part, is left to it.
        let is_apart = from > self.whole.frames()
            && frames_told(&self.info).is_some_and(|all| to - from <= all / 4);
        if !is_read && is_apart {
            self.whole.want_view(from..to);
        }
        let is_all = from == 0 && self.whole.is_all(to);
        let known = self.whole.answers.get(pixels).filter(|_| exact && is_all);
        let mut peaks = if let Some(channels) = known {
            Peaks {
                exact: true,
                start_secs: 0.0,
                end_secs: 0.0,
                channels: channels.to_vec(),
            }
        } else {
            if exact {
                self.reader()?;
            }
            let reader = self.reader.as_mut().filter(|_| exact);
            self.whole.columns().of(from, to, pixels, reader)?
        };
        if peaks.exact && is_all {
            self.whole.answers.put(&peaks.channels);
        }
        let rate = self.info.sample_rate;
        peaks.start_secs = secs_from_frame(from, rate);
        peaks.end_secs = secs_from_frame(to, rate);
        Ok(peaks)
    }

    /// Reads the next block of the whole medium for the waveform. Call it again while it says `More`.
    ///
    /// # Errors
    /// What the medium gives; the read is then over and keeps what it has.
    pub fn read_on(&mut self) -> Result<ReadProgress> {
        let progress = self.whole.read_on(&self.open)?;
        if progress == ReadProgress::Done {
            if let Some(reader) = self.whole.take_reader() {
                self.reader = Some(reader);
            }
            if self.whole.columns().is_whole {
                self.learn_length(self.whole.frames());
            }
            for warning in self.whole.take_warnings() {
                if !self.info.warnings.contains(&warning) {
                    self.info.warnings.push(warning);
                }
            }
        }
        Ok(progress)
    }

    /// What a recording has come to: its duration so far, and once it is stopped its length.
    pub(crate) fn follow_recording(&mut self) {
        let Some(recording) = &self.recording else {
            return;
        };
        let (frames, is_stopped) = (recording.frames(), recording.is_stopped());
        self.info.duration = Some(secs_from_frame(frames, self.info.sample_rate));
        if is_stopped {
            self.info.live = false;
            self.learn_length(frames);
        }
    }

    /// Gives it a name.
    pub(crate) fn set_name(&mut self, name: &str) {
        name.clone_into(&mut self.info.name);
    }

    /// Takes the length that was counted: a header may not have told it, or the file was cut.
    pub(crate) fn learn_length(&mut self, frames: i64) {
        if self.info.frames != Some(frames) {
            self.info.frames = Some(frames);
            self.info.duration = Some(secs_from_frame(frames, self.info.sample_rate));
        }
    }

    /// The coarse spectrogram of what has been read.
    pub(crate) fn spectra(&self) -> &SpectrumOverview {
        self.whole.spectra()
    }

    /// The columns of spectrograms that are kept.
    pub(crate) fn columns(&mut self) -> &mut ColumnCache {
        &mut self.columns
    }

    /// True if a column of a spectrogram is kept.
    pub(crate) fn has_column(&self, key: &Key) -> bool {
        self.columns.has(key)
    }

    /// The byte from which `frame` would be read without seeking; `None` if it would be sought.
    pub(crate) fn byte_position_near(&self, frame: i64) -> Option<u64> {
        let reader = self.reader.as_ref()?;
        let goes_on = reader.goes_on_to(frame);
        goes_on.then(|| reader.decoder().byte_position()).flatten()
    }

    /// The byte that the read of the whole medium wants next, for read-ahead.
    pub fn read_byte_position(&self) -> Option<u64> {
        self.whole.byte_position()
    }

    /// The spectrogram of a view as an image of log magnitudes, in one go.
    ///
    /// # Errors
    /// `BadParameter`, `OutOfRange`, and what the medium gives.
    pub fn spectrogram(&mut self, options: &SpectrogramOptions) -> Result<SpectrogramImage> {
        let mut task = self.spectrogram_task(options)?;
        while !task.advance(self)? {}
        Ok(task.into_image())
    }

    /// The same in slices: call [`SpectrogramTask::advance`] until it says true.
    ///
    /// # Errors
    /// `BadParameter`, `OutOfRange`.
    pub fn spectrogram_task(&mut self, options: &SpectrogramOptions) -> Result<SpectrogramTask> {
        let (from, to) = self.frames_of("spectrogram", options.start, options.end)?;
        let task = SpectrogramTask::new(options, from, to, &self.info)?;
        if task.wants_read() {
            self.whole.want();
        }
        Ok(task)
    }

    /// Sets up a pipe over this medium.
    ///
    /// # Errors
    /// `UnknownProcessor`, `BadParameter`, `OutOfRange`, `OutOfMemory`, and what the medium gives.
    pub fn start(&self, registry: &Registry, spec: &PipeSpec, context: RunContext) -> Result<Pipe> {
        let plan = Plan::new(registry, spec)?;
        let (start, duration, channels) = (
            plan.spec().start,
            plan.spec().duration,
            plan.spec().channels,
        );
        let decoder = decode::prepare(
            (self.open)()?,
            start,
            duration,
            plan.sample_rate(),
            channels,
        )?;
        Pipe::new(plan, decoder, context)
    }

    /// A decoder of its own.
    pub(crate) fn open_decoder(&self) -> Result<Box<dyn Decoder>> {
        (self.open)()
    }

    /// A decoder of its own of this medium, at its own or another rate in Hz.
    ///
    /// # Errors
    /// `BadParameter` for a rate that cannot be made, and what the medium gives.
    pub fn decoder(&self, sample_rate: Option<u32>) -> Result<Box<dyn Decoder>> {
        decode::prepare((self.open)()?, 0.0, None, sample_rate, None)
    }

    pub(crate) fn reader(&mut self) -> Result<&mut Reader> {
        if self.reader.is_none() {
            self.reader = Some(Reader::new((self.open)()?));
        }
        self.reader.as_mut().ok_or(Error::Cancelled)
    }

    fn check_memory(&self, needed_bytes: u64, what: &str) -> Result<()> {
        if needed_bytes <= self.max_memory_bytes {
            return Ok(());
        }
        let hint = format!(
            "{what} of so long a stretch does not fit: ask for a shorter one, or raise maxMemory"
        );
        Err(Error::OutOfMemory {
            needed_bytes,
            limit_bytes: self.max_memory_bytes,
            hint,
        })
    }

    /// The frames of a stretch in seconds; without an end, to the end as far as it is known.
    pub(crate) fn frames_of(
        &self,
        call: &str,
        start_secs: Option<f64>,
        end_secs: Option<f64>,
    ) -> Result<(i64, i64)> {
        let rate = self.info.sample_rate;
        let known = self.info.frames;
        let guess = known
            .or_else(|| self.recording.as_ref().map(Recording::frames))
            .or_else(|| self.info.duration.map(|d| frame_from_secs(d, rate)))
            .unwrap_or(self.whole.frames().max(i64::from(rate)));
        let check = |name: &str, secs: f64| {
            if secs.is_finite() && secs >= 0.0 {
                Ok(frame_from_secs(secs, rate))
            } else {
                Err(Error::bad_parameter(
                    call,
                    name,
                    format!("must be a number of seconds from 0, not {secs}"),
                ))
            }
        };
        let from = check("start", start_secs.unwrap_or(0.0))?;
        let to = end_secs.map_or(Ok(guess.max(from)), |end| check("end", end))?;
        if to < from {
            return Err(Error::bad_parameter(
                call,
                "end",
                "must not lie before start",
            ));
        }
        if let Some(frames) = known.filter(|n| to > *n || from > *n) {
            let length = secs_from_frame(frames, rate);
            return Err(Error::OutOfRange(format!(
                "{call}: {} s lies past the end of the medium at {length} s",
                secs_from_frame(to, rate)
            )));
        }
        Ok((from, to))
    }
}
