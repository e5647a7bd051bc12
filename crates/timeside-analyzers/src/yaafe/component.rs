//! The primitive steps of which features and transforms are made.

use super::catalogue::MAX_SPAN_ROWS;
use super::chords::{BestChord, ChordFits};
use super::chroma::{PartialChroma, Reduce, Tune};
use super::kernel::{self, Cqt2};
use super::loudness::{Loudness, sharpness, spread};
use super::lpc::{Lpc, Lsf};
use super::octaves::Cqt;
use super::onset::{ComplexDomain, FilterSmall, NormalizeMax, log_compression};
use super::rhythm::{Histogram, Peaks, Summary};
use super::shape::Shape;
use super::spectral::{self, Fft, Flux, Magnitudes, SpectralFlux, Variation};
use super::stage::{Each, Number, Stage, per_row};
use super::temporal::{self, AutoCorrelation, Frames, Samples};
use super::windows::{
    Fir, Lie, Median, Moments, Slope, Statistics, derivative, differentiator, half_hann, over_time,
};
use super::{bands, cepstral, envelope, onset};
use timeside_dsp::Window;

/// Rows between two steps of a chain.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// Samples per second of the stream.
    pub(super) rate: u32,
    /// Samples that a row looks at.
    pub(super) block: usize,
    /// Samples from one row to the next.
    pub(super) step: usize,
    /// Values per row.
    pub(super) width: usize,
    /// Points of the FFT behind spectra.
    pub(super) fft: usize,
    /// What each value stands for (Hz), or empty.
    pub(super) axis: Vec<f64>,
    /// True if the original's mistakes are wanted.
    pub(super) compat: bool,
}

impl Rows {
    /// Samples, one per row.
    pub(super) fn of_samples(rate: u32, compat: bool) -> Self {
        Self {
            rate,
            block: 1,
            step: 1,
            width: 1,
            fft: 0,
            axis: Vec::new(),
            compat,
        }
    }

    /// Rows of `width` values, with nothing known of these.
    fn of_width(&self, width: usize) -> Self {
        Self {
            width,
            axis: Vec::new(),
            ..self.clone()
        }
    }

    /// What windows over these rows give.
    fn over(&self, rows: usize, step: usize, width: usize) -> Self {
        Self {
            block: self
                .block
                .saturating_add((rows - 1).saturating_mul(self.step)),
            step: self.step.saturating_mul(step),
            width,
            axis: if width == self.width {
                self.axis.clone()
            } else {
                Vec::new()
            },
            ..self.clone()
        }
    }

    /// Frequencies of a spectrum's bins, by the block as the original does, whatever the FFT.
    pub(super) fn bin_of_block_hz(&self) -> f64 {
        f64::from(self.rate) / self.block.max(1) as f64
    }

    /// Distance of two bins.
    pub(super) fn bin_hz(&self) -> f64 {
        f64::from(self.rate) / self.fft.max(1) as f64
    }
}

/// A primitive step. Equal steps after equal ones are computed once.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Component {
    Samples,
    Frames {
        block: usize,
        step: usize,
    },
    ZeroCrossings,
    Energy,
    Absolute,
    Shape,
    AutoCorrelation {
        lags: usize,
    },
    Lpc {
        order: usize,
    },
    Lsf {
        count: usize,
        displacement: usize,
    },
    Fft {
        size: usize,
        window: Window,
    },
    Magnitudes,
    Variation,
    Flux(Flux),
    Slope,
    Rolloff,
    Flatness,
    Decrease,
    BandFlatness,
    BandCrest,
    Mel {
        filters: usize,
        min_hz: f64,
        max_hz: f64,
    },
    Cepstrum {
        coefficients: usize,
        skip: usize,
    },
    Loudness,
    Sharpness,
    Spread,
    OctaveBands {
        min_hz: f64,
    },
    ComplexDomain,
    Envelope {
        decimation: usize,
    },
    Modulation {
        block: usize,
        decimation: usize,
    },
    Cqt {
        min: f64,
        bins: usize,
        octaves: usize,
        align: &'static str,
        step: usize,
    },
    Cqt2 {
        min: f64,
        max: f64,
        bins: usize,
        align: &'static str,
        step: usize,
    },
    ChromaTune {
        min: f64,
        bins: usize,
        rows: usize,
    },
    ChromaReduce,
    PartialChroma {
        bins: usize,
        per_semitone: usize,
        around: usize,
    },
    ChordFits {
        sevenths: bool,
    },
    BestChord,
    Normalize,
    NormalizeMax {
        rows: usize,
    },
    Sum,
    Square,
    LogCompression,
    FilterSmall {
        threshold: f64,
    },
    Difference {
        count: usize,
    },
    Derivate {
        order: usize,
        first: usize,
        second: usize,
    },
    Differentiator {
        half: usize,
    },
    HalfHann {
        rows: usize,
    },
    Median {
        rows: usize,
    },
    Statistics {
        rows: usize,
        step: usize,
        moments: Moments,
    },
    SlopeOver {
        rows: usize,
        step: usize,
    },
    Histogram {
        rows: usize,
        step: usize,
        low: f64,
        high: f64,
        bins: usize,
        weighted: bool,
    },
    HistogramSummary {
        low: f64,
        high: f64,
    },
    AcPeaks {
        rows: usize,
        step: usize,
        peaks: usize,
        distance: usize,
        unit: &'static str,
    },
}

/// A stage at work, and the rows that it gives.
type Made = (Box<dyn Stage>, Rows);

/// Most values that a step may hold of the rows before it: 128 MiB.
const MAX_HELD: usize = 1 << 25;

/// Refuses windows that would hold too much.
pub(super) fn check_held(rows: usize, width: usize) -> Result<(), String> {
    if rows.saturating_mul(width) <= MAX_HELD && rows <= 2 * MAX_SPAN_ROWS {
        return Ok(());
    }
    Err(format!(
        "{rows} rows of {width} values are too many: rows times values must be at most {MAX_HELD}"
    ))
}

impl Component {
    /// The stage that does this after rows `input`.
    ///
    /// # Errors
    /// What does not fit, and what would.
    pub(super) fn stage(&self, input: &Rows) -> Result<Made, String> {
        let one = |of: fn(&[f32]) -> f64| (per_row(Number(of)), input.of_width(1));
        let made: Made = match *self {
            Self::Samples => (Box::new(Samples), input.clone()),
            Self::Frames { block, step } => {
                let rows = Rows {
                    block,
                    step,
                    ..input.of_width(block)
                };
                (Box::new(Frames::new(block, step)), rows)
            }
            Self::ZeroCrossings => one(temporal::zero_crossings),
            Self::Energy => one(temporal::energy),
            Self::Absolute => (per_row(Each(f32::abs)), input.clone()),
            Self::Shape => (
                per_row(Shape {
                    compat: input.compat,
                }),
                input.of_width(4),
            ),
            Self::AutoCorrelation { lags } => {
                (per_row(AutoCorrelation::new(lags)), input.of_width(lags))
            }
            Self::Lpc { order } => (per_row(Lpc::new(order)), input.of_width(order)),
            Self::Lsf {
                count,
                displacement,
            } => (
                per_row(Lsf::new(count, displacement)),
                input.of_width(count),
            ),
            Self::Fft { size, window } => {
                let rows = Rows {
                    fft: size,
                    ..input.of_width(2 * (size / 2 + 1))
                };
                (per_row(Fft::new(input.block, size, window)), rows)
            }
            Self::Magnitudes => {
                let bins = input.width / 2;
                let axis = (0..bins).map(|k| k as f64 * input.bin_hz()).collect();
                (
                    per_row(Magnitudes),
                    Rows {
                        axis,
                        ..input.of_width(bins)
                    },
                )
            }
            Self::Variation => (per_row(Variation::new(input.width)), input.of_width(1)),
            Self::Flux(support) => (
                per_row(SpectralFlux::new(support, input.width)),
                input.of_width(1),
            ),
            Self::Slope => (per_row(spectral::Slope::new(input)), input.of_width(1)),
            Self::Rolloff => (per_row(spectral::Rolloff::new(input)), input.of_width(1)),
            Self::Flatness => one(spectral::flatness),
            Self::Decrease => one(spectral::decrease),
            Self::BandFlatness | Self::BandCrest => {
                let bands = bands::mpeg7(input);
                let width = bands.len();
                if width == 0 {
                    return Err(
                        "there is no band: the sample rate or blockSize is too small".into(),
                    );
                }
                let flatness = *self == Self::BandFlatness;
                (
                    per_row(bands::PerBand::new(bands, flatness)),
                    input.of_width(width),
                )
            }
            Self::Mel {
                filters,
                min_hz,
                max_hz,
            } => {
                let (bank, centres) = bands::mel(input, filters, min_hz, max_hz)?;
                (
                    per_row(bands::Mel(bank)),
                    Rows {
                        axis: centres,
                        ..input.of_width(filters)
                    },
                )
            }
            Self::Cepstrum { coefficients, skip } => {
                if coefficients + skip > input.width {
                    let most = input.width.saturating_sub(skip);
                    return Err(format!(
                        "CepsNbCoeffs must be at most {most}, of {} values, not {coefficients}",
                        input.width
                    ));
                }
                (
                    per_row(cepstral::Cepstrum::new(input.width, coefficients, skip)),
                    input.of_width(coefficients),
                )
            }
            Self::Loudness => (
                per_row(Loudness::new(input)),
                input.of_width(super::loudness::BANDS),
            ),
            Self::Sharpness => one(sharpness),
            Self::Spread => one(spread),
            Self::OctaveBands { min_hz } => {
                let bands = bands::OctaveBands::new(input, min_hz)?;
                let axis = bands.centres_hz();
                (
                    per_row(bands),
                    Rows {
                        axis: axis.clone(),
                        ..input.of_width(axis.len())
                    },
                )
            }
            Self::ComplexDomain => (
                per_row(ComplexDomain::new(input.width / 2)),
                input.of_width(1),
            ),
            Self::Envelope { decimation } => {
                let width = input.block.div_ceil(decimation);
                (
                    per_row(envelope::Envelope::new(input, decimation)),
                    input.of_width(width),
                )
            }
            Self::Modulation { block, decimation } => (
                per_row(envelope::Modulation::new(input, block, decimation)),
                input.of_width(8),
            ),
            Self::Cqt {
                min,
                bins,
                octaves,
                align,
                step,
            } => {
                let cqt = Cqt::new(input.rate, min, bins, octaves, kernel::align(align), step)?;
                let rows = Rows {
                    block: cqt.block(),
                    step,
                    ..input.of_width(bins * octaves)
                };
                let axis = cqt.frequencies_hz();
                (Box::new(cqt), Rows { axis, ..rows })
            }
            Self::Cqt2 {
                min,
                max,
                bins,
                align,
                step,
            } => {
                let cqt = Cqt2::new(input.rate, min, max, bins, kernel::align(align), step)?;
                let axis = cqt.frequencies_hz();
                let rows = Rows {
                    block: cqt.block(),
                    step,
                    ..input.of_width(axis.len())
                };
                (Box::new(cqt), Rows { axis, ..rows })
            }
            Self::ChromaTune { min, bins, rows } => {
                check_held(rows, bins)?;
                (
                    Box::new(Tune::new(input, min, bins, rows)?),
                    input.of_width(bins),
                )
            }
            Self::ChromaReduce => (per_row(Reduce::new(input.width)?), input.of_width(12)),
            Self::PartialChroma {
                bins,
                per_semitone,
                around,
            } => (
                per_row(PartialChroma::new(bins, per_semitone, around)?),
                input.of_width(12 * per_semitone),
            ),
            Self::ChordFits { sevenths } => (
                per_row(ChordFits::new(sevenths)),
                input.of_width(if sevenths { 36 } else { 24 }),
            ),
            Self::BestChord => (per_row(BestChord), input.of_width(1)),
            Self::Normalize => (per_row(onset::Normalize), input.clone()),
            Self::NormalizeMax { rows } => {
                check_held(rows, input.width)?;
                (
                    Box::new(NormalizeMax::new(rows, input.width)),
                    input.clone(),
                )
            }
            Self::Sum => one(onset::sum),
            Self::Square => (per_row(Each(|x| x * x)), input.clone()),
            Self::LogCompression => (per_row(Each(log_compression)), input.clone()),
            Self::FilterSmall { threshold } => {
                (per_row(FilterSmall(threshold as f32)), input.clone())
            }
            Self::Difference { count } => {
                let most = input.width.saturating_sub(1);
                if most == 0 || count > most {
                    return Err(format!(
                        "DiffNbCoeffs must be at most {most}, of {} values, not {count}",
                        input.width
                    ));
                }
                let count = if count == 0 { most } else { count };
                (per_row(onset::Difference(count)), input.of_width(count))
            }
            Self::Derivate {
                order,
                first,
                second,
            } => filter(derivative(order, first, second), None, input)?,
            Self::Differentiator { half } => filter(differentiator(half), None, input)?,
            Self::HalfHann { rows } => filter(half_hann(rows), Some(rows - 1), input)?,
            Self::Median { rows } => {
                check_held(rows, input.width)?;
                let stage = over_time(Median::default(), Lie::centred(rows, 1), input.width);
                (stage, input.over(rows, 1, input.width))
            }
            Self::Statistics {
                rows,
                step,
                moments,
            } => {
                check_held(rows, input.width)?;
                let each = if moments == Moments::Both { 2 } else { 1 };
                let stage = over_time(Statistics(moments), Lie::centred(rows, step), input.width);
                (stage, input.over(rows, step, each * input.width))
            }
            Self::SlopeOver { rows, step } => {
                check_held(rows, input.width)?;
                let stage = over_time(Slope, Lie::centred(rows, step), input.width);
                (stage, input.over(rows, step, input.width))
            }
            Self::Histogram {
                rows,
                step,
                low,
                high,
                bins,
                weighted,
            } => {
                check_held(rows, input.width)?;
                let histogram = Histogram {
                    low,
                    high,
                    bins,
                    weighted,
                };
                let stage = over_time(histogram, Lie::centred(rows, step), input.width);
                (
                    stage,
                    Rows {
                        axis: Vec::new(),
                        ..input.over(rows, step, bins)
                    },
                )
            }
            Self::HistogramSummary { low, high } => {
                (per_row(Summary { low, high }), input.of_width(6))
            }
            Self::AcPeaks {
                rows,
                step,
                peaks,
                distance,
                unit,
            } => {
                check_held(rows, input.width)?;
                let map = Peaks::new(input, peaks, distance, unit);
                let stage = over_time(map, Lie::centred(rows, step), input.width);
                (stage, input.over(rows, step, 2 * peaks * input.width))
            }
        };
        Ok(made)
    }
}

/// A filter along time: centred, or with `before` rows before the newest.
fn filter(taps: Vec<f32>, before: Option<usize>, input: &Rows) -> Result<Made, String> {
    let rows = taps.len();
    check_held(rows, input.width)?;
    let lie = Lie {
        rows,
        step: 1,
        before: before.unwrap_or(rows / 2),
    };
    Ok((
        over_time(Fir(taps), lie, input.width),
        input.over(rows, 1, input.width),
    ))
}
