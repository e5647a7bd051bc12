//! The spectrogram of a view, as an image of log magnitudes: colour comes later, at paint time.

use crate::Media;
use serde::Deserialize;
use timeside_core::{Error, Result, Window};
use timeside_dsp::RealFft;
use timeside_dsp::scale::FrequencyScale;
use timeside_dsp::spectra::SpectrumOverview;

/// Level of the value 0, in dB relative to a full-scale sine.
pub const MIN_DB: f32 = -120.0;
/// Level of the value 255, in dB relative to a full-scale sine.
pub const MAX_DB: f32 = 0.0;

/// Columns further apart than this are sought one by one; nearer ones are decoded through.
const DECODE_THROUGH_FRAMES: i64 = 1 << 15;
/// Frames of analysis per column at the most.
const MAX_FRAMES_PER_COLUMN: i64 = 8;
const MAX_SIDE: usize = 1 << 13;
const MAX_BLOCK: usize = 1 << 16;

/// What to show. Serialises with the keys of the public contract.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SpectrogramOptions {
    /// Begin in seconds; none is 0.
    pub start: Option<f64>,
    /// End in seconds; none is the end.
    pub end: Option<f64>,
    /// Columns, 1..=8192.
    pub width: usize,
    /// Rows, 1..=8192.
    pub height: usize,
    /// Samples per frame, 16..=65536; none is 2048.
    pub block: Option<usize>,
    /// Samples from one frame to the next; none is half a block, or what the columns need.
    pub step: Option<usize>,
    /// Window by its name; none is `hann`.
    pub window: Option<String>,
    /// Frequency scale by its name; none is `linear`.
    pub scale: Option<String>,
    /// Lowest frequency in Hz; none is the scale's lowest.
    pub min_hz: Option<f64>,
    /// Highest frequency in Hz; none is half the sample rate.
    pub max_hz: Option<f64>,
    /// True if a long view may be drawn from what the read of the whole medium has come to, without reading
    /// for it: at once, coarser, and perhaps not `complete`. Only with default `block`, `step` and `window`.
    pub partial: bool,
}

/// Log magnitudes of a view: `data[y·width + x]`, row 0 on top (the highest frequency), 0 is `min_db` and
/// 255 `max_db`, linear in dB between.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectrogramImage {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// One byte per pixel.
    pub data: Vec<u8>,
    /// Level of the value 0, in dB relative to a full-scale sine.
    pub min_db: f32,
    /// Level of the value 255.
    pub max_db: f32,
    /// False if columns are 0 because the medium has not been read so far yet.
    pub complete: bool,
}

/// A spectrogram in the making, column by column, so that a worker can listen in between.
#[derive(Debug)]
pub struct SpectrogramTask {
    image: SpectrogramImage,
    from: i64,
    to: i64,
    /// Frames between analyses inside a column, and how many there are.
    step: i64,
    frames_per_column: i64,
    fft: RealFft,
    block: usize,
    /// `1/(Σw/2)²`: a full-scale sine has power 1.
    power_scale: f32,
    bands: Vec<Band>,
    /// True if the columns come from what has been read anyway.
    from_overview: bool,
    column: usize,
    samples: Vec<f32>,
    samples_from: i64,
    power: Vec<f32>,
    mono: Vec<f32>,
}

/// The bins of one row: a maximum over whole bins, or a point between two.
#[derive(Debug, Clone, Copy)]
enum Band {
    Bins(usize, usize),
    Between(usize, f32),
}

fn refuse(name: &str, reason: String) -> Error {
    Error::bad_parameter("spectrogram", name, reason)
}

fn size(name: &str, value: usize, min: usize, max: usize) -> Result<usize> {
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(refuse(
            name,
            format!("must be a whole number from {min} to {max}, not {value}"),
        ))
    }
}

fn named<T: Copy>(
    name: &str,
    value: Option<&str>,
    known: &[(&'static str, T)],
    default: T,
) -> Result<T> {
    let Some(value) = value else {
        return Ok(default);
    };
    known
        .iter()
        .find(|(n, _)| *n == value)
        .map(|(_, v)| *v)
        .ok_or_else(|| {
            let names: Vec<_> = known.iter().map(|(n, _)| *n).collect();
            refuse(
                name,
                format!("must be one of {}, not “{value}”", names.join(", ")),
            )
        })
}

impl SpectrogramTask {
    pub(crate) fn new(options: &SpectrogramOptions, from: i64, to: i64, rate: u32) -> Result<Self> {
        let width = size("width", options.width, 1, MAX_SIDE)?;
        let height = size("height", options.height, 1, MAX_SIDE)?;
        let block = size("block", options.block.unwrap_or(2048), 16, MAX_BLOCK)?;
        let window = named(
            "window",
            options.window.as_deref(),
            &Window::NAMES,
            Window::Hann,
        )?;
        let scale = named(
            "scale",
            options.scale.as_deref(),
            &FrequencyScale::NAMES,
            FrequencyScale::Linear,
        )?;
        let step = options
            .step
            .map(|s| size("step", s, 1, MAX_BLOCK))
            .transpose()?
            .unwrap_or(block / 2) as i64;
        let nyquist_hz = f64::from(rate) / 2.0;
        let max_hz = options.max_hz.unwrap_or(nyquist_hz);
        let min_hz = options
            .min_hz
            .unwrap_or(scale.lowest_hz().min(max_hz / 2.0))
            .max(scale.lowest_hz().min(1.0));
        if !(min_hz.is_finite() && (0.0..max_hz).contains(&min_hz) && max_hz <= nyquist_hz) {
            return Err(refuse(
                "maxHz",
                format!(
                    "must lie above minHz and at most at {nyquist_hz} Hz, half the sample rate"
                ),
            ));
        }
        let column_frames = (to - from) / width as i64;
        let frames_per_column = if column_frames > DECODE_THROUGH_FRAMES {
            1
        } else {
            (column_frames / step).clamp(1, MAX_FRAMES_PER_COLUMN)
        };
        let is_default =
            options.block.is_none() && options.step.is_none() && options.window.is_none();
        let gain: f32 = window.samples(block).iter().sum::<f32>() / 2.0;
        let fft = RealFft::new(block, block, window);
        let bands = bands(height, fft.bins(), block, rate, scale, min_hz, max_hz);
        Ok(Self {
            image: SpectrogramImage {
                width,
                height,
                data: vec![0; width * height],
                min_db: MIN_DB,
                max_db: MAX_DB,
                complete: true,
            },
            from,
            to,
            step,
            frames_per_column,
            power: vec![0.0; fft.bins()],
            fft,
            block,
            power_scale: 1.0 / (gain * gain),
            bands,
            from_overview: options.partial && is_default && column_frames > DECODE_THROUGH_FRAMES,
            column: 0,
            samples: Vec::new(),
            samples_from: from,
            mono: Vec::new(),
        })
    }

    /// Computes the next columns, some milliseconds of work. True once the image is whole.
    ///
    /// # Errors
    /// What the medium gives.
    pub fn advance(&mut self, media: &mut Media) -> Result<bool> {
        if self.from_overview {
            self.look_up(media.spectra());
            return Ok(true);
        }
        const COLUMNS_PER_CALL: usize = 8;
        let end = (self.column + COLUMNS_PER_CALL).min(self.image.width);
        while self.column < end {
            self.compute_column(media)?;
            self.column += 1;
        }
        Ok(self.column == self.image.width)
    }

    /// Whether it is drawn from what has been read anyway, so that the read must go on for it.
    pub fn wants_read(&self) -> bool {
        self.from_overview
    }

    /// Draws all columns from the coarse spectrogram.
    fn look_up(&mut self, overview: &SpectrumOverview) {
        for x in 0..self.image.width {
            let index = usize::try_from(self.centre(x) / overview.column_frames()).unwrap_or(0);
            let Some(bytes) = overview.column(index) else {
                self.image.complete &= overview.has_ended();
                continue;
            };
            for (y, band) in self.bands.iter().enumerate() {
                let at = |k: usize| f32::from(bytes[k.min(bytes.len() - 1)]);
                let level = match *band {
                    Band::Bins(a, b) => f32::from(bytes[a..b].iter().copied().max().unwrap_or(0)),
                    Band::Between(a, t) => at(a) + (at(a + 1) - at(a)) * t,
                };
                self.image.data[y * self.image.width + x] = level.round() as u8;
            }
        }
        self.column = self.image.width;
    }

    /// The frame in the middle of a column.
    fn centre(&self, column: usize) -> i64 {
        let n = i128::from(self.to - self.from);
        let middle = n * (2 * column as i128 + 1) / (2 * self.image.width as i128);
        self.from + middle as i64
    }

    /// The image; rows of columns that were not computed are silent.
    pub fn into_image(self) -> SpectrogramImage {
        self.image
    }

    fn compute_column(&mut self, media: &mut Media) -> Result<()> {
        let centre = self.centre(self.column);
        let count = self.frames_per_column;
        self.power.fill(0.0);
        // Frames lie symmetrically about the column's centre.
        let spread = (count - 1) * self.step;
        let first = centre - spread / 2 - (self.block / 2) as i64;
        self.load(media, first, first + spread + self.block as i64)?;
        for k in 0..count {
            let at = (first + k * self.step - self.samples_from) as usize;
            let bins = self.fft.process(&self.samples[at..at + self.block]);
            for (power, bin) in self.power.iter_mut().zip(bins) {
                *power = power.max(bin.norm_sqr());
            }
        }
        for (y, band) in self.bands.iter().enumerate() {
            let power = match *band {
                Band::Bins(a, b) => self.power[a..b].iter().copied().fold(0.0, f32::max),
                Band::Between(a, t) => {
                    self.power[a]
                        + (self.power[(a + 1).min(self.power.len() - 1)] - self.power[a]) * t
                }
            };
            let db = 10.0 * (power * self.power_scale).max(1e-20).log10();
            let level = (db - MIN_DB) / (MAX_DB - MIN_DB) * 255.0;
            self.image.data[y * self.image.width + self.column] =
                level.round().clamp(0.0, 255.0) as u8;
        }
        Ok(())
    }

    /// Makes `samples` begin at `from` and reach `to`, keeping what it has of them; zeros outside the medium.
    fn load(&mut self, media: &mut Media, from: i64, to: i64) -> Result<()> {
        let have_to = self.samples_from + self.samples.len() as i64;
        if from < self.samples_from || from > have_to {
            self.samples.clear();
        } else {
            self.samples.drain(..(from - self.samples_from) as usize);
        }
        self.samples_from = from;
        let begin = from + self.samples.len() as i64;
        if begin < to {
            let zeros = (-begin).clamp(0, to - begin);
            self.samples
                .resize(self.samples.len() + zeros as usize, 0.0);
            let Self { samples, mono, .. } = self;
            if begin + zeros < to {
                media.reader()?.read(begin + zeros, to, |block| {
                    block.downmix_into(mono);
                    // A sample that is no number would blot out its whole frame.
                    samples.extend(mono.iter().map(|x| if x.is_finite() { *x } else { 0.0 }));
                })?;
            }
            self.samples.resize((to - from) as usize, 0.0);
        }
        Ok(())
    }
}

fn bands(
    height: usize,
    bins: usize,
    fft: usize,
    rate: u32,
    scale: FrequencyScale,
    min_hz: f64,
    max_hz: f64,
) -> Vec<Band> {
    let (low, high) = (scale.from_hz(min_hz), scale.from_hz(max_hz));
    let bin_from_row_edge = |edge: usize| {
        let position = high + (low - high) * edge as f64 / height as f64;
        (scale.to_hz(position) * fft as f64 / f64::from(rate)).clamp(0.0, (bins - 1) as f64)
    };
    (0..height)
        .map(|y| {
            let (top, bottom) = (bin_from_row_edge(y), bin_from_row_edge(y + 1));
            if top - bottom > 1.0 {
                Band::Bins(bottom.ceil() as usize, (top.floor() as usize + 1).min(bins))
            } else {
                let middle = (top + bottom) / 2.0;
                Band::Between(middle.floor() as usize, middle.fract() as f32)
            }
        })
        .collect()
}
