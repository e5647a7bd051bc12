//! Options checked, and which columns are made of what, in which order.

use super::SpectrogramOptions;
use super::bands::Axis;
use super::cache::Analysis;
use timeside_core::{Error, MediaInfo, Result, Window};
use timeside_dsp::scale::FrequencyScale;

/// Columns further apart than this are sought one by one; nearer ones are decoded through.
const DECODE_THROUGH_FRAMES: i64 = 1 << 15;
/// Columns from this length on are drawn every eighth first.
const SKETCH_FRAMES: i64 = 1 << 13;
/// Distance of the columns that are drawn first.
const SKETCH_STRIDE: usize = 8;
/// Frames of analysis per column at the most.
const MAX_COUNT: i64 = 8;
/// The same of columns that are sought one by one.
const MAX_SOUGHT_COUNT: i64 = 4;
const MAX_SIDE: usize = 1 << 13;
const MAX_BLOCK: usize = 1 << 16;
const MAX_FFT: usize = 1 << 18;
const DEFAULT_BLOCK: usize = 2048;

/// What [`super::SpectrogramTask`] does.
#[derive(Debug)]
pub(super) struct Plan {
    /// Begin of the first column.
    pub(super) from: i64,
    /// Frames of all columns together.
    pub(super) span: i64,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) analysis: Analysis,
    pub(super) axis: Axis,
    /// True if each column is sought, and stands for more than is read for it.
    pub(super) is_sought: bool,
    /// True if columns are taken from the read of the whole medium where it has come.
    pub(super) from_overview: bool,
    /// The columns in the order they are drawn.
    pub(super) order: Vec<u32>,
    /// For each pass its end in `order`, and how many columns one stands for until the next pass.
    pub(super) passes: Vec<(usize, usize)>,
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
    from_name: impl Fn(&str) -> Option<T>,
    known: &[(&'static str, T)],
    default: T,
) -> Result<T> {
    let Some(value) = value else {
        return Ok(default);
    };
    from_name(value).ok_or_else(|| {
        let names: Vec<_> = known.iter().map(|(n, _)| *n).collect();
        refuse(
            name,
            format!("must be one of {}, not “{value}”", names.join(", ")),
        )
    })
}

impl Plan {
    /// The plan of a spectrogram from frame `from` to frame `to`, or of as many frames as `column_frames` says.
    pub(super) fn new(
        options: &SpectrogramOptions,
        from: i64,
        to: i64,
        info: &MediaInfo,
    ) -> Result<Self> {
        let width = size("width", options.width, 1, MAX_SIDE)?;
        let height = size("height", options.height, 1, MAX_SIDE)?;
        let span = options
            .column_frames
            .map_or(to - from, |frames| i64::from(frames) * width as i64);
        let column_frames = span / width as i64;
        let mut analysis = analysis(options, column_frames, info.channels)?;
        let is_default = options.block.is_none_or(|b| b == DEFAULT_BLOCK)
            && options.fft.is_none_or(|n| n == DEFAULT_BLOCK)
            && options.step.is_none()
            && analysis.window == Window::Hann
            && options.channel.is_none();
        let is_sought = column_frames > DECODE_THROUGH_FRAMES;
        let from_overview = options.partial && is_default && is_sought;
        let (order, passes) = if from_overview {
            // The last pass is left to the read of the whole medium.
            in_passes(width, &[SKETCH_STRIDE, SKETCH_STRIDE / 2, 1])
        } else if is_sought {
            in_passes(width, &[SKETCH_STRIDE, 4, 2, 1])
        } else if column_frames >= SKETCH_FRAMES {
            in_passes(width, &[SKETCH_STRIDE, 1])
        } else {
            in_passes(width, &[1])
        };
        analysis.near = from_overview;
        Ok(Self {
            from,
            span,
            width,
            height,
            axis: axis(options, analysis.fft, info.sample_rate)?,
            analysis,
            is_sought,
            from_overview,
            order,
            passes,
        })
    }

    /// Whether a column is left to the read of the whole medium, once so many columns have been dealt with.
    pub(super) fn is_left(&self, done: usize) -> bool {
        let last = self.passes.len().saturating_sub(2);
        self.from_overview && self.passes.get(last).is_some_and(|(end, _)| done >= *end)
    }

    /// First frame of a column.
    pub(super) fn start(&self, column: usize) -> i64 {
        self.at(2 * column as i128)
    }

    /// The frame in the middle of a column.
    pub(super) fn centre(&self, column: usize) -> i64 {
        self.at(2 * column as i128 + 1)
    }

    fn at(&self, half_columns: i128) -> i64 {
        let offset = i128::from(self.span) * half_columns / (2 * self.width as i128);
        self.from + offset as i64
    }

    /// The frames that a column is made of.
    pub(super) fn frames(&self, column: usize) -> (i64, i64) {
        // Frames of analysis lie symmetrically about the column's centre.
        let Analysis {
            block,
            count,
            spacing,
            ..
        } = self.analysis;
        let spread = (count - 1) * spacing;
        let first = self.centre(column) - spread / 2 - (block / 2) as i64;
        (first, first + spread + block as i64)
    }
}

fn analysis(options: &SpectrogramOptions, column_frames: i64, channels: usize) -> Result<Analysis> {
    let block = options.block.unwrap_or(DEFAULT_BLOCK);
    let block = size("block", block, 16, MAX_BLOCK)?;
    let fft = size("fft", options.fft.unwrap_or(block), block, MAX_FFT)?;
    let window = named(
        "window",
        options.window.as_deref(),
        Window::from_name,
        &Window::NAMES,
        Window::Hann,
    )?;
    let step = options
        .step
        .map(|s| size("step", s, 1, MAX_BLOCK))
        .transpose()?
        .unwrap_or(block / 2) as i64;
    let channel = options
        .channel
        .map(|c| size("channel", c, 0, channels.saturating_sub(1)))
        .transpose()?;
    let fitting = column_frames / step;
    let (count, spacing) = if column_frames > DECODE_THROUGH_FRAMES {
        (fitting.clamp(1, MAX_SOUGHT_COUNT), step)
    } else {
        let count = fitting.clamp(1, MAX_COUNT);
        (count, column_frames / count)
    };
    Ok(Analysis {
        block,
        fft,
        window,
        channel,
        count,
        spacing: if count > 1 { spacing } else { 0 },
        near: false,
    })
}

fn axis(options: &SpectrogramOptions, fft: usize, sample_rate: u32) -> Result<Axis> {
    let scale = named(
        "scale",
        options.scale.as_deref(),
        FrequencyScale::from_name,
        &FrequencyScale::NAMES,
        FrequencyScale::Linear,
    )?;
    let nyquist_hz = f64::from(sample_rate) / 2.0;
    let max_hz = options.max_hz.unwrap_or(nyquist_hz);
    let min_hz = options
        .min_hz
        .unwrap_or(scale.lowest_hz().min(max_hz / 2.0))
        .max(scale.lowest_hz().min(1.0));
    if !(min_hz.is_finite() && (0.0..max_hz).contains(&min_hz) && max_hz <= nyquist_hz) {
        return Err(refuse(
            "maxHz",
            format!("must lie above minHz and at most at {nyquist_hz} Hz, half the sample rate"),
        ));
    }
    Ok(Axis {
        scale,
        min_hz,
        max_hz,
        sample_rate,
        fft,
    })
}

/// Every column once: those at multiples of the first stride, then what the next ones add.
fn in_passes(width: usize, strides: &[usize]) -> (Vec<u32>, Vec<(usize, usize)>) {
    let mut order = Vec::with_capacity(width);
    let mut passes = Vec::new();
    let mut before = usize::MAX;
    for &stride in strides {
        let new = (0..width)
            .step_by(stride)
            .filter(|x| *x % before != 0 || before == usize::MAX);
        order.extend(new.map(|x| x as u32));
        passes.push((order.len(), stride));
        before = stride;
    }
    (order, passes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passes_hold_every_column_once() {
        for width in [1, 7, 8, 9, 255, 256] {
            let (order, passes) = in_passes(width, &[8, 4, 2, 1]);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            assert!(sorted.iter().copied().eq(0..width as u32), "{width}");
            assert_eq!(passes[0].0, width.div_ceil(8));
            assert_eq!(passes[3], (width, 1));
        }
        assert_eq!(in_passes(9, &[4, 1]).0, [0, 4, 8, 1, 2, 3, 5, 6, 7]);
    }
}
