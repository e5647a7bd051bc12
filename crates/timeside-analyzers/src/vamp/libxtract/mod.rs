//! Six descriptors of a spectrum's shape, as the Vamp plugins over libxtract name them. One analyzer computes them all
//! from one spectrum; each of the others takes its column.

mod crest;
mod flatness;
mod kurtosis;
mod shape;
mod spectral_centroid;
mod spectral_kurtosis;
mod spectral_slope;

use std::marker::PhantomData;
use timeside_core::{
    FrameMetadata, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Registry, Result,
    ResultInfo, Rows, Step, Stream, TimeMode, output::RowValues,
};

/// Largest frame, in samples.
const MAX_BLOCK: i64 = crate::spectrogram_analyzer::MAX_BLOCK;

/// Adds the six, and what computes them.
pub fn register(registry: &mut Registry) {
    registry
        .add::<shape::VampLibxtract>()
        .add::<Column<crest::Crest>>()
        .add::<Column<flatness::Flatness>>()
        .add::<Column<kurtosis::Kurtosis>>()
        .add::<Column<spectral_centroid::Centroid>>()
        .add::<Column<spectral_kurtosis::SpectralKurtosis>>()
        .add::<Column<spectral_slope::Slope>>();
}

/// The parameters of all of them.
fn params() -> [Param; 2] {
    [
        Param::integer(
            "input_blocksize",
            1_024,
            4,
            MAX_BLOCK,
            "Samples per frame, a power of two.",
        )
        .unit("samples"),
        Param::integer(
            "input_stepsize",
            1_024,
            1,
            MAX_BLOCK,
            "Samples from one frame to the next, at most input_blocksize.",
        )
        .unit("samples"),
    ]
}

/// The magnitudes of a frame, `|X|/block`, without the bin at half the sample rate; and what several descriptors want.
#[derive(Debug, Clone, Copy)]
struct Magnitudes<'a> {
    values: &'a [f64],
    bin_hz: f64,
    sum: f64,
    /// Mean frequency, weighted by magnitude; like the next no number where nothing sounds.
    centroid_hz: f64,
    /// Standard deviation of frequency, weighted by magnitude.
    spread_hz: f64,
}

impl<'a> Magnitudes<'a> {
    fn new(values: &'a [f64], bin_hz: f64) -> Self {
        let mut new = Self {
            values,
            bin_hz,
            sum: total(values, |_, a| a),
            centroid_hz: 0.0,
            spread_hz: 0.0,
        };
        new.centroid_hz = new.weighted(|f| f) / new.sum;
        let centroid = new.centroid_hz;
        new.spread_hz = (new.weighted(|f| (f - centroid).powi(2)) / new.sum).sqrt();
        new
    }

    fn mean(&self) -> f64 {
        self.sum / self.values.len() as f64
    }

    fn max(&self) -> f64 {
        let larger = |a: f64, b: f64| if b > a { b } else { a };
        fold(self.values, larger, |_, a| a)
    }

    /// `Σ of(a)` over the bins.
    fn total(&self, of: impl Fn(f64) -> f64) -> f64 {
        total(self.values, |_, a| of(a))
    }

    /// `Σ of(f)·a` over the bins, `f` in Hz.
    fn weighted(&self, of: impl Fn(f64) -> f64) -> f64 {
        total(self.values, |k, a| of(f64::from(k) * self.bin_hz) * a)
    }
}

/// Sums that do not wait for one another, so that they are done side by side.
const LANES: usize = 8;

/// `Σ of(k, aₖ)`, always in the same order.
fn total(values: &[f64], of: impl Fn(u32, f64) -> f64) -> f64 {
    fold(values, |a, b| a + b, of)
}

/// Joins `of(k, aₖ)` to 0, lane by lane, then the lanes.
fn fold(values: &[f64], join: impl Fn(f64, f64) -> f64, of: impl Fn(u32, f64) -> f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder();
    for (n, chunk) in chunks.enumerate() {
        for (i, (lane, a)) in lanes.iter_mut().zip(chunk).enumerate() {
            *lane = join(*lane, of((n * LANES + i) as u32, *a));
        }
    }
    let first = (values.len() - rest.len()) as u32;
    for (i, (lane, a)) in lanes.iter_mut().zip(rest).enumerate() {
        *lane = join(*lane, of(first + i as u32, *a));
    }
    lanes.into_iter().fold(0.0, join)
}

/// One descriptor: what differs between the six.
trait Descriptor: std::fmt::Debug + 'static {
    /// Of its processor.
    const ID: &'static str;
    /// For people.
    const NAME: &'static str;
    /// Unit of its values, or empty.
    const UNIT: &'static str;
    /// One line.
    const DESCRIPTION: &'static str;
    /// Four paragraphs.
    const DOC: &'static str;
    /// What the plugin's own numbers are, where they are others.
    const COMPAT: Option<&'static str>;
    /// Where it stands among the six.
    const COLUMN: usize;

    /// Its value; that of a frame in which nothing sounds may be no number.
    fn value(magnitudes: Magnitudes<'_>) -> f64;

    /// The value that the plugin gives.
    fn plugins_value(magnitudes: Magnitudes<'_>) -> f64 {
        Self::value(magnitudes)
    }
}

/// The processor of one descriptor.
#[derive(Debug)]
struct Column<D> {
    block: usize,
    step: usize,
    compat: bool,
    descriptor: PhantomData<D>,
}

impl<D: Descriptor> Plugin for Column<D> {
    fn info() -> Info {
        Info {
            id: D::ID,
            version: "1.0.0",
            name: D::NAME,
            kind: Kind::Analyzer,
            unit: D::UNIT,
            family: "Timbre",
            description: D::DESCRIPTION,
            doc: D::DOC,
            params: params()
                .into_iter()
                .chain(D::COMPAT.map(Param::compat))
                .collect(),
            results: vec![ResultInfo::value(
                "",
                D::NAME,
                D::UNIT,
                TimeMode::Framewise,
                "One value per frame, 0 where nothing sounds; shape (frames,), float64.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let (block, step) = shape::sizes(D::ID, params)?;
        Ok(Self {
            block,
            step,
            compat: params.flag("compat"),
            descriptor: PhantomData,
        })
    }
}

impl<D: Descriptor> Processor for Column<D> {
    fn input(&self) -> Input {
        Input::None
    }

    fn parents(&self) -> Vec<Step> {
        let shape = Step::new(shape::ID)
            .with("input_blocksize", self.block)
            .with("input_stepsize", self.step)
            .with("compat", self.compat);
        vec![shape]
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.framewise_f64(0, frame, None, Vec::new())
    }

    fn rows(&mut self, _parent: usize, _result: usize, rows: Rows<'_>, out: &mut Output) {
        if let RowValues::F64(values) = rows.values {
            for row in values.chunks_exact(rows.columns) {
                out.push_f64(0, &row[D::COLUMN..=D::COLUMN]);
            }
        }
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    /// A descriptor of magnitudes 100 Hz apart.
    pub(super) fn of<D: Descriptor>(values: &[f64]) -> f64 {
        D::value(Magnitudes::new(values, 100.0))
    }
}
