//! Every feature, described once.

mod frames;
mod octaves;
mod onsets;
mod spectra;

use super::catalogue::{Arg, Args, Entry};
use super::component::{Component as C, Rows};
use timeside_dsp::Window;

/// Largest frame and FFT, in samples.
pub(super) const MAX_BLOCK: i64 = 1 << 17;

const BLOCK_DOC: &str = "samples per frame, centred on multiples of the step.";

const STEP_DOC: &str = "samples from one frame to the next, at most blockSize.";

/// Of features of frames.
pub(super) const FRAMES: &[Arg] = &[
    Arg::integer("blockSize", 1_024, 1, MAX_BLOCK, "samples", BLOCK_DOC),
    Arg::integer("stepSize", 512, 1, MAX_BLOCK, "samples", STEP_DOC),
];

/// Of features of spectra.
pub(super) const SPECTRUM: &[Arg] = &[
    Arg::integer(
        "FFTLength",
        0,
        0,
        MAX_BLOCK,
        "samples",
        "points of the FFT, frames being padded with zeros; 0 is blockSize.",
    ),
    Arg::word(
        "FFTWindow",
        &["Hanning", "Hamming", "None"],
        "window, periodic.",
    ),
];

pub(super) const CEPSTRUM: &[Arg] = &[
    Arg::integer("CepsNbCoeffs", 13, 1, 1_024, "", "number of coefficients."),
    Arg::integer(
        "CepsIgnoreFirstCoeff",
        1,
        0,
        1,
        "",
        "1 leaves coefficient 0 out.",
    ),
];

/// Of differences within a row.
pub(super) const DIFFERENCES: Arg = Arg::integer(
    "DiffNbCoeffs",
    0,
    0,
    MAX_BLOCK,
    "",
    "number of differences; 0 is all.",
);

fn frames(a: &Args) -> Vec<C> {
    vec![C::Frames {
        block: a.size("blockSize"),
        step: a.size("stepSize"),
    }]
}

fn fft(a: &Args) -> Vec<C> {
    let size = match a.size("FFTLength") {
        0 => a.size("blockSize"),
        size => size,
    };
    let window = match a.word("FFTWindow") {
        "Hamming" => Window::Hamming,
        "None" => Window::Rectangular,
        _ => Window::Hann,
    };
    with(frames(a), [C::Fft { size, window }])
}

fn spectrum(a: &Args) -> Vec<C> {
    with(fft(a), [C::Magnitudes])
}

fn with<const N: usize>(mut chain: Vec<C>, more: [C; N]) -> Vec<C> {
    chain.extend(more);
    chain
}

pub(super) fn cepstrum(a: &Args) -> C {
    C::Cepstrum {
        coefficients: a.size("CepsNbCoeffs"),
        skip: a.size("CepsIgnoreFirstCoeff"),
    }
}

const fn entry(
    name: &'static str,
    args: &'static [&'static [Arg]],
    size: &'static str,
    unit: &'static str,
    doc: &'static str,
    chain: fn(&Args, &Rows) -> Vec<C>,
) -> Entry {
    Entry {
        name,
        args,
        size,
        unit,
        doc,
        chain,
    }
}

const OF_FRAMES: &[&[Arg]] = &[FRAMES];
const OF_SPECTRA: &[&[Arg]] = &[FRAMES, SPECTRUM];

/// Every feature, in the order of the documentation.
pub(super) const FEATURES: &[&[Entry]] =
    &[frames::TABLE, spectra::TABLE, octaves::TABLE, onsets::TABLE];
