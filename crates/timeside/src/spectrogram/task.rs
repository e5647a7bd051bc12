//! The making of a spectrogram, column by column.

use super::bands::Bands;
use super::cache::Bins;
use super::plan::Plan;
use super::stretch::Stretch;
use super::{MAX_DB, MIN_DB, SpectrogramImage, SpectrogramOptions};
use crate::Media;
use std::rc::Rc;
use timeside_core::{MediaInfo, Result};
use timeside_dsp::RealFft;
use timeside_dsp::spectra::byte_from_power;

/// Samples decoded and transformed per call: some milliseconds of work.
const SAMPLES_PER_CALL: i64 = 1 << 15;

/// A spectrogram in the making, so that a worker can listen in between. Long columns are drawn every eighth
/// first.
pub struct SpectrogramTask {
    plan: Plan,
    image: SpectrogramImage,
    fft: RealFft,
    /// `1/(Σw/2)²` over the number of frames: a full-scale sine has power 1.
    power_scale: f32,
    bands: Bands,
    /// How many columns of `plan.order` have been dealt with.
    done: usize,
    stretch: Stretch,
    sum: Vec<f32>,
    wants_parts: bool,
    /// Passes whose end has been seen by [`SpectrogramTask::take_part`].
    passes_told: usize,
}

impl std::fmt::Debug for SpectrogramTask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpectrogramTask")
            .field("width", &self.image.width)
            .field("done", &self.done)
            .finish_non_exhaustive()
    }
}

impl SpectrogramTask {
    pub(crate) fn new(
        options: &SpectrogramOptions,
        from: i64,
        to: i64,
        info: &MediaInfo,
    ) -> Result<Self> {
        let plan = Plan::new(options, from, to, info)?;
        let analysis = plan.analysis;
        let gain: f32 = analysis.window.samples(analysis.block).iter().sum::<f32>() / 2.0;
        let fft = RealFft::new(analysis.block, analysis.fft, analysis.window);
        Ok(Self {
            image: SpectrogramImage {
                width: plan.width,
                height: plan.height,
                data: vec![0; plan.width * plan.height],
                min_db: MIN_DB,
                max_db: MAX_DB,
                complete: true,
            },
            sum: vec![0.0; fft.bins()],
            fft,
            power_scale: 1.0 / (gain * gain * analysis.count as f32),
            bands: Bands::new(plan.height, plan.axis),
            done: 0,
            stretch: Stretch::new(analysis.channel),
            wants_parts: options.parts,
            passes_told: 0,
            plan,
        })
    }

    /// Draws the next columns, some milliseconds of work. True once the image is whole.
    ///
    /// # Errors
    /// What the medium gives.
    pub fn advance(&mut self, media: &mut Media) -> Result<bool> {
        let mut samples = 0;
        while samples < SAMPLES_PER_CALL && self.column().is_some() {
            samples += self.draw_next(media)?;
        }
        Ok(self.column().is_none())
    }

    /// Draws the next column, and those after it that need no reading. True once the image is whole.
    pub(crate) fn advance_one(&mut self, media: &mut Media) -> Result<bool> {
        let mut samples = self.draw_next(media)?;
        while samples < SAMPLES_PER_CALL
            && self.column().is_some()
            && self.next_read(media).is_none()
        {
            samples += self.draw_next(media)?;
        }
        Ok(self.column().is_none())
    }

    /// Draws the next column; returns the samples of work.
    fn draw_next(&mut self, media: &mut Media) -> Result<i64> {
        let Some(column) = self.column() else {
            return Ok(0);
        };
        let samples = self.draw(media, column)?;
        self.done += 1;
        Ok(samples)
    }

    /// Whether columns are taken from the read of the whole medium, so that it must go on for it.
    pub fn wants_read(&self) -> bool {
        self.plan.from_overview
    }

    /// A coarser image of all that is planned, once after each pass but the last; `None` if parts are not wanted.
    pub fn take_part(&mut self) -> Option<SpectrogramImage> {
        let (end, _) = *self.plan.passes.get(self.passes_told)?;
        if !self.wants_parts || self.done < end || self.column().is_none() {
            return None;
        }
        self.passes_told += 1;
        Some(SpectrogramImage {
            complete: false,
            ..self.image.clone()
        })
    }

    /// The image; rows of columns that were not drawn are silent.
    pub fn into_image(self) -> SpectrogramImage {
        self.image
    }

    /// The first frame that the next column needs to be read for; `None` if it needs none.
    pub(crate) fn next_read(&self, media: &Media) -> Option<i64> {
        let column = self.column()?;
        let is_known = self.plan.is_left(self.done)
            || self.is_behind_end(media, column)
            || (self.plan.from_overview && media.spectra().has(self.plan.start(column + 1)))
            || media.has_column(&(self.plan.analysis, self.plan.centre(column)));
        (!is_known).then(|| self.stretch.next_read(self.plan.frames(column).0))
    }

    /// Whether each column is sought, and stands for more than is read for it.
    pub(crate) fn is_sought(&self) -> bool {
        self.plan.is_sought
    }

    /// Whether bytes may be asked for from afar for the next column: not if the read of the whole medium comes to
    /// it anyway, unless it is among the first of a small part.
    pub(crate) fn may_ask(&self, info: &MediaInfo) -> bool {
        const SMALL_SHARE: f64 = 0.05;
        let is_first = self
            .plan
            .passes
            .first()
            .is_some_and(|(end, _)| self.done < *end);
        let share = self.plan.span as f64 / about_frames(info).unwrap_or(1.0);
        !self.plan.from_overview || (is_first && share < SMALL_SHARE)
    }

    /// Leaves the next column out. True once the image is as whole as it gets.
    pub(crate) fn leave_out(&mut self) -> bool {
        if self.column().is_some() {
            self.done += 1;
            self.image.complete = false;
        }
        self.column().is_none()
    }

    fn column(&self) -> Option<usize> {
        self.plan.order.get(self.done).map(|x| *x as usize)
    }

    /// Draws a column; returns the samples of work.
    fn draw(&mut self, media: &mut Media, column: usize) -> Result<i64> {
        if self.is_behind_end(media, column) {
            return Ok(0);
        }
        if self.plan.from_overview {
            let (from, to) = (self.plan.start(column), self.plan.start(column + 1));
            if let Some(bins) = media.spectra().mean(from, to) {
                self.put(column, &bins);
                return Ok(bins.len() as i64);
            }
            self.image.complete = false;
        }
        let key = (self.plan.analysis, self.plan.centre(column));
        if let Some(bins) = media.columns().get(&key) {
            self.put(column, &bins);
            return Ok(self.image.height as i64);
        }
        if self.plan.is_left(self.done) {
            return Ok(0);
        }
        let bins = self.analyse(media, column)?;
        self.put(column, &bins);
        media.columns().insert(key, bins);
        let (from, to) = self.plan.frames(column);
        Ok(to - from + self.plan.analysis.count * self.plan.analysis.fft as i64)
    }

    fn is_behind_end(&self, media: &Media, column: usize) -> bool {
        let start = self.plan.start(column);
        media.info().frames.is_some_and(|end| start >= end)
    }

    /// The levels of a column's bins.
    fn analyse(&mut self, media: &mut Media, column: usize) -> Result<Bins> {
        let (from, to) = self.plan.frames(column);
        let analysis = self.plan.analysis;
        let samples = if analysis.near {
            self.stretch.near(media, from, to)?
        } else {
            self.stretch.samples(media, from, to)?
        };
        self.sum.fill(0.0);
        for k in 0..analysis.count {
            let at = (k * analysis.spacing) as usize;
            let bins = self.fft.process(&samples[at..at + analysis.block]);
            for (sum, bin) in self.sum.iter_mut().zip(bins) {
                *sum += bin.norm_sqr();
            }
        }
        let scale = self.power_scale;
        Ok(Rc::from_iter(
            self.sum.iter().map(|sum| byte_from_power(sum * scale)),
        ))
    }

    /// Draws a column, and in its stead those up to the next one of this pass.
    fn put(&mut self, column: usize, bins: &[u8]) {
        let width = self.image.width;
        let pass = self.plan.passes.iter().find(|(end, _)| self.done < *end);
        let stride = pass.map_or(1, |(_, stride)| *stride);
        let end = (column + stride).min(width);
        let rows = self.image.data.chunks_exact_mut(width);
        for (row, level) in rows.zip(self.bands.levels(bins)) {
            row[column..end].fill(level);
        }
    }
}

/// The length of a medium in frames, as well as is known.
pub(crate) fn about_frames(info: &MediaInfo) -> Option<f64> {
    let told = info.frames.map(|frames| frames as f64);
    told.or_else(|| Some(info.duration? * f64::from(info.sample_rate)))
        .filter(|frames| *frames >= 1.0)
}
