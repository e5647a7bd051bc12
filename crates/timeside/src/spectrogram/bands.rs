//! From FFT bins to the rows of an image.

use timeside_dsp::scale::FrequencyScale;

/// The bins of one row: a maximum over whole bins, or a point between two.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Band {
    Bins(usize, usize),
    Between(usize, f32),
}

/// The rows of an image over a column of bins, the highest frequency first.
#[derive(Debug, Clone)]
pub(super) struct Bands(Vec<Band>);

/// A frequency axis in FFT bins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Axis {
    pub(super) scale: FrequencyScale,
    pub(super) min_hz: f64,
    pub(super) max_hz: f64,
    pub(super) sample_rate: u32,
    /// Points of the FFT.
    pub(super) fft: usize,
}

impl Bands {
    pub(super) fn new(rows: usize, axis: Axis) -> Self {
        let (low, high) = (
            axis.scale.from_hz(axis.min_hz),
            axis.scale.from_hz(axis.max_hz),
        );
        let last = axis.fft / 2;
        let bin_from_row_edge = |edge: usize| {
            let position = high + (low - high) * edge as f64 / rows as f64;
            let bin = axis.scale.to_hz(position) * axis.fft as f64 / f64::from(axis.sample_rate);
            bin.clamp(0.0, last as f64)
        };
        let band = |y: usize| {
            let (top, bottom) = (bin_from_row_edge(y), bin_from_row_edge(y + 1));
            if top - bottom > 1.0 {
                Band::Bins(
                    bottom.ceil() as usize,
                    (top.floor() as usize + 1).min(last + 1),
                )
            } else {
                let middle = (top + bottom) / 2.0;
                Band::Between(middle.floor() as usize, middle.fract() as f32)
            }
        };
        Self((0..rows).map(band).collect())
    }

    /// The levels of the rows, top down, from those of the bins.
    pub(super) fn levels<'a>(&'a self, bins: &'a [u8]) -> impl Iterator<Item = u8> + 'a {
        let at = |k: usize| f32::from(bins.get(k).or(bins.last()).copied().unwrap_or(0));
        self.0.iter().map(move |band| match *band {
            Band::Bins(a, b) => bins
                .get(a..b)
                .and_then(|all| all.iter().copied().max())
                .unwrap_or(0),
            Band::Between(a, t) => (at(a) + (at(a + 1) - at(a)) * t).round() as u8,
        })
    }
}
