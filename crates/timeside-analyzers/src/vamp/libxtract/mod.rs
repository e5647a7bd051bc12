//! Six descriptors of a spectrum's shape, as the Vamp plugins over libxtract name them. They share one spectrum.

mod crest;
mod flatness;
mod kurtosis;
mod spectral_centroid;
mod spectral_kurtosis;
mod spectral_slope;

use std::marker::PhantomData;
use timeside_core::{
    FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Registry,
    Result, ResultInfo, Spectrum, Stream, TimeMode, Window,
};

/// Largest frame, in samples.
const MAX_BLOCK: i64 = crate::spectrogram_analyzer::MAX_BLOCK;

/// Adds the six.
pub fn register(registry: &mut Registry) {
    registry
        .add::<LibXtract<crest::Crest>>()
        .add::<LibXtract<flatness::Flatness>>()
        .add::<LibXtract<kurtosis::Kurtosis>>()
        .add::<LibXtract<spectral_centroid::Centroid>>()
        .add::<LibXtract<spectral_kurtosis::SpectralKurtosis>>()
        .add::<LibXtract<spectral_slope::Slope>>();
}

/// The magnitudes of a frame, `|X|/block`, without the bin at half the sample rate.
#[derive(Debug, Clone, Copy)]
struct Magnitudes<'a> {
    values: &'a [f64],
    bin_hz: f64,
}

impl Magnitudes<'_> {
    fn sum(&self) -> f64 {
        self.values.iter().sum()
    }

    fn mean(&self) -> f64 {
        self.sum() / self.values.len() as f64
    }

    fn max(&self) -> f64 {
        self.values.iter().copied().fold(0.0, f64::max)
    }

    /// `Σ of(f)·a` over the bins, `f` in Hz.
    fn weighted(&self, of: impl Fn(f64) -> f64) -> f64 {
        let bins = self.values.iter().enumerate();
        bins.map(|(k, a)| of(k as f64 * self.bin_hz) * a).sum()
    }

    /// Mean frequency in Hz, weighted by magnitude.
    fn centroid_hz(&self) -> f64 {
        self.weighted(|f| f) / self.sum()
    }

    /// Standard deviation of frequency in Hz, weighted by magnitude.
    fn spread_hz(&self) -> f64 {
        let centroid = self.centroid_hz();
        (self.weighted(|f| (f - centroid).powi(2)) / self.sum()).sqrt()
    }
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

    /// Its value; that of a frame in which nothing sounds may be no number.
    fn value(magnitudes: Magnitudes<'_>) -> f64;

    /// The value that the plugin gives.
    fn plugins_value(magnitudes: Magnitudes<'_>) -> f64 {
        Self::value(magnitudes)
    }
}

/// The processor of a descriptor.
#[derive(Debug)]
struct LibXtract<D> {
    block: usize,
    step: usize,
    compat: bool,
    bin_hz: f64,
    values: Vec<f64>,
    descriptor: PhantomData<D>,
}

impl<D: Descriptor> Plugin for LibXtract<D> {
    fn info() -> Info {
        let sizes = [
            Param::integer("input_blocksize", 1_024, 4, MAX_BLOCK, "Samples per frame."),
            Param::integer(
                "input_stepsize",
                1_024,
                1,
                MAX_BLOCK,
                "Samples from one frame to the next, at most input_blocksize.",
            ),
        ];
        Info {
            id: D::ID,
            version: "1.0.0",
            name: D::NAME,
            kind: Kind::Analyzer,
            unit: D::UNIT,
            family: "Timbre",
            description: D::DESCRIPTION,
            doc: D::DOC,
            params: sizes
                .into_iter()
                .map(|p| p.unit("samples"))
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
        let (block, step) =
            crate::block_and_step(D::ID, params, "input_blocksize", "input_stepsize")?;
        Ok(Self {
            block,
            step,
            compat: params.flag("compat"),
            bin_hz: 0.0,
            values: Vec::new(),
            descriptor: PhantomData,
        })
    }
}

impl<D: Descriptor> Processor for LibXtract<D> {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.block,
            step: self.step,
            framing: Framing::Fed { feed: self.block },
            window: Window::Hann,
            fft: self.block,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.bin_hz = f64::from(stream.sample_rate) / self.block as f64;
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.framewise_f64(0, frame, None, Vec::new())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        let scale = 1.0 / self.block as f64;
        let bins = &spectrum.magnitudes()[..self.block / 2];
        self.values.clear();
        self.values
            .extend(bins.iter().map(|m| f64::from(*m) * scale));
        let magnitudes = Magnitudes {
            values: &self.values,
            bin_hz: self.bin_hz,
        };
        let value = if self.compat {
            D::plugins_value(magnitudes)
        } else {
            D::value(magnitudes)
        };
        out.push_f64(0, &[if value.is_finite() { value } else { 0.0 }]);
    }
}

#[cfg(test)]
mod testing {
    use super::*;

    /// A descriptor of magnitudes 100 Hz apart.
    pub(super) fn of<D: Descriptor>(values: &[f64]) -> f64 {
        D::value(Magnitudes {
            values,
            bin_hz: 100.0,
        })
    }
}
