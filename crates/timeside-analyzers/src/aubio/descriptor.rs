//! aubio's spectral descriptors: one number that tells of a frame's spectrum, or of how it differs from the frames
//! before. [`Descriptors`] computes several of the same spectrum and shares what they have in common.

pub(super) mod change;
mod histogram;
mod shape;

use shape::{Central, Sums};

/// A spectral descriptor. Sums run over the bins `j` of magnitude `M`; `M′`, `φ′` are of the frame before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// `Σ M²`.
    Energy,
    /// High-frequency content, `Σ (j + 1)·M` (Masri & Bateman 1996).
    Hfc,
    /// Complex-domain distance from the extrapolated spectrum (Duxbury, Davies & Sandler 2003).
    Complex,
    /// Histogram mean of the phases' second difference (Bello & Sandler 2003).
    Phase,
    /// The same, weighted by magnitude.
    WeightedPhase,
    /// Histogram mean of `√abs(M² − M′²)` (Foote & Uchihashi 2001).
    SpecDiff,
    /// Kullback-Leibler distance, `Σ M·ln(1 + M/(M′ + 0.1))` (Hainsworth & Macleod 2003).
    Kl,
    /// The same without its weight, `Σ ln(1 + M/(M′ + 0.1))` (Brossier 2006).
    Mkl,
    /// `Σ max(0, M − M′)` (Dixon 2006).
    SpecFlux,
    /// `μ = Σ j·M / Σ M`, in bins.
    Centroid,
    /// `Σ (j − μ)²·M / Σ M`, in squared bins.
    Spread,
    /// Third standardised moment.
    Skewness,
    /// Fourth standardised moment; 3 for a Gaussian.
    Kurtosis,
    /// Slope of the line of least squares through `M / Σ M`, per bin.
    Slope,
    /// Mean decrease from the first bin, perceptually weighted (Peeters 2004).
    Decrease,
    /// Number of lowest bins that hold 95 % of the energy.
    Rolloff,
}

impl Method {
    /// Every descriptor with aubio's name for it.
    pub const NAMES: [(&'static str, Self); 16] = [
        ("energy", Self::Energy),
        ("hfc", Self::Hfc),
        ("complex", Self::Complex),
        ("phase", Self::Phase),
        ("wphase", Self::WeightedPhase),
        ("specdiff", Self::SpecDiff),
        ("kl", Self::Kl),
        ("mkl", Self::Mkl),
        ("specflux", Self::SpecFlux),
        ("centroid", Self::Centroid),
        ("spread", Self::Spread),
        ("skewness", Self::Skewness),
        ("kurtosis", Self::Kurtosis),
        ("slope", Self::Slope),
        ("decrease", Self::Decrease),
        ("rolloff", Self::Rolloff),
    ];

    /// The descriptor of this name; `default` and `old_default` are `hfc`, `complexdomain` is `complex`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "default" | "old_default" => Some(Self::Hfc),
            "complexdomain" => Some(Self::Complex),
            _ => Self::NAMES
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, m)| *m),
        }
    }

    /// True if it reads phases; the others take an empty slice for them.
    pub fn needs_phases(self) -> bool {
        matches!(self, Self::Complex | Self::Phase | Self::WeightedPhase)
    }

    /// True if it reads the magnitudes of the frame before.
    fn needs_previous(self) -> bool {
        matches!(
            self,
            Self::Complex | Self::SpecDiff | Self::Kl | Self::Mkl | Self::SpecFlux
        )
    }
}

/// One descriptor and the frames that it remembers.
#[derive(Debug)]
pub struct Descriptor(Descriptors);

impl Descriptor {
    /// A descriptor of spectra of `bins` bins, before the first frame.
    pub fn new(method: Method, bins: usize) -> Self {
        Self(Descriptors::new(&[method], bins))
    }

    /// Its value for the next frame, always finite. `phases` may be empty unless [`Method::needs_phases`].
    pub fn next(&mut self, magnitudes: &[f32], phases: &[f32]) -> f32 {
        let mut value = [0.0];
        self.0.next(magnitudes, phases, &mut value);
        value[0]
    }
}

/// Several descriptors of the same spectra, in one pass over the bins where they allow it.
#[derive(Debug)]
pub struct Descriptors {
    methods: Vec<Method>,
    sums: bool,
    central: bool,
    divergence: bool,
    /// Magnitudes of the frame before; empty if nobody asks.
    previous: Vec<f32>,
    /// Phases of the frame before, and of that before it; empty if nobody asks.
    phases: [Vec<f32>; 2],
    /// `1/j`, 0 for the first bin.
    reciprocals: Vec<f32>,
    /// One value per bin, for the histograms.
    scratch: Vec<f32>,
}

impl Descriptors {
    /// Descriptors of spectra of `bins` bins, before the first frame: what they remember is all zeros.
    pub fn new(methods: &[Method], bins: usize) -> Self {
        use Method as M;
        let any = |of: fn(M) -> bool| methods.iter().any(|m| of(*m));
        let zeros = |wanted: bool| vec![0.0; if wanted { bins } else { 0 }];
        let phases = any(M::needs_phases);
        let central = any(|m| matches!(m, M::Spread | M::Skewness | M::Kurtosis));
        let scratch = any(|m| matches!(m, M::Phase | M::WeightedPhase | M::SpecDiff));
        Self {
            methods: methods.to_vec(),
            sums: central
                || any(|m| {
                    matches!(
                        m,
                        M::Energy | M::Hfc | M::Centroid | M::Slope | M::Decrease | M::Rolloff
                    )
                }),
            central,
            divergence: any(|m| matches!(m, M::Kl | M::Mkl)),
            previous: zeros(any(M::needs_previous)),
            phases: [zeros(phases), zeros(phases)],
            reciprocals: (0..bins)
                .map(|j| if j == 0 { 0.0 } else { 1.0 / j as f32 })
                .collect(),
            scratch: zeros(scratch),
        }
    }

    /// True if one of them reads phases.
    pub fn need_phases(&self) -> bool {
        !self.phases[0].is_empty()
    }

    /// Writes their values for the next frame, in the order of the methods, all finite. `phases` may be empty unless
    /// [`Descriptors::need_phases`].
    pub fn next(&mut self, magnitudes: &[f32], phases: &[f32], values: &mut [f32]) {
        let [before, earlier] = &mut self.phases;
        let sums = if self.sums {
            Sums::of(magnitudes, &self.reciprocals)
        } else {
            Sums::default()
        };
        let central = if self.central {
            Central::of(magnitudes, &sums)
        } else {
            Central::default()
        };
        let (kl, mkl) = if self.divergence {
            change::divergence(magnitudes, &self.previous)
        } else {
            (0.0, 0.0)
        };
        for (value, method) in values.iter_mut().zip(&self.methods) {
            let x = match method {
                Method::Energy => sums.energy,
                Method::Hfc => sums.weighted + sums.total,
                Method::Complex => {
                    change::complex([magnitudes, &self.previous], [phases, before, earlier])
                }
                Method::Phase | Method::WeightedPhase => {
                    let d = &mut self.scratch;
                    change::phase_deviation(magnitudes, [phases, before, earlier], d);
                    let mean = histogram::mean(d);
                    if *method == Method::Phase {
                        mean
                    } else {
                        // The first histogram has left its classes in the place of the deviations.
                        d.iter_mut().zip(magnitudes).for_each(|(d, m)| *d *= m);
                        histogram::mean(d)
                    }
                }
                Method::SpecDiff => {
                    let d = &mut self.scratch;
                    change::spectral_difference(magnitudes, &self.previous, d);
                    histogram::mean(d)
                }
                Method::Kl => kl,
                Method::Mkl => mkl,
                Method::SpecFlux => change::flux(magnitudes, &self.previous),
                Method::Centroid => sums.centroid(),
                Method::Spread => central.spread,
                Method::Skewness => central.skewness,
                Method::Kurtosis => central.kurtosis,
                Method::Slope => sums.slope(magnitudes.len()),
                Method::Decrease => sums.decrease(magnitudes),
                Method::Rolloff => shape::rolloff(magnitudes, sums.energy),
            };
            *value = bounded(x);
        }
        if !before.is_empty() {
            std::mem::swap(before, earlier);
            before.copy_from_slice(phases);
        }
        if !self.previous.is_empty() {
            self.previous.copy_from_slice(magnitudes);
        }
    }
}

/// `x`; the largest number where a sum overflowed, 0 where it has no value.
fn bounded(x: f32) -> f32 {
    if x.is_nan() {
        0.0
    } else {
        x.clamp(f32::MIN, f32::MAX)
    }
}

#[cfg(test)]
mod tests;
