//! Features of onsets and beats.

use super::super::catalogue::{Arg, Args, Entry};
use super::super::component::{Component as C, Rows};
use super::{FRAMES, OF_SPECTRA, SPECTRUM, entry, fft, spectrum, with};

const BEATS: &[Arg] = &[
    Arg::integer(
        "BHSBeatFrameSize",
        128,
        2,
        10_000,
        "rows",
        "rows per autocorrelation.",
    ),
    Arg::integer(
        "BHSBeatFrameStep",
        64,
        1,
        10_000,
        "rows",
        "rows from one to the next.",
    ),
    Arg::integer(
        "BHSHistogramFrameSize",
        40,
        1,
        10_000,
        "rows",
        "autocorrelations per histogram.",
    ),
    Arg::integer(
        "BHSHistogramFrameStep",
        40,
        1,
        10_000,
        "rows",
        "autocorrelations from one to the next.",
    ),
    Arg::integer(
        "ACPNbPeaks",
        3,
        1,
        100,
        "",
        "peaks of each autocorrelation.",
    ),
    Arg::integer(
        "ACPInterPeakMinDist",
        5,
        1,
        1_000,
        "rows",
        "least distance of peaks.",
    ),
    Arg::number(
        "HInf",
        40.0,
        1.0,
        10_000.0,
        "BPM",
        "lower end of the histogram.",
    ),
    Arg::number("HSup", 200.0, 1.0, 10_000.0, "BPM", "upper end."),
    Arg::integer("HNbBins", 80, 1, 10_000, "", "bins."),
];

fn onset_curve(a: &Args, r: &Rows) -> Vec<C> {
    let per_sec = f64::from(r.rate) / a.size("stepSize").max(1) as f64;
    with(
        spectrum(a),
        [
            C::NormalizeMax { rows: 5_000 },
            C::FilterSmall { threshold: 1e-3 },
            C::HalfHann {
                rows: ((0.175 * per_sec) as usize).max(1),
            },
            C::LogCompression,
            C::Differentiator {
                half: ((0.04 * per_sec) as usize).max(1),
            },
            C::FilterSmall { threshold: 1.0 },
            C::Sum,
            C::NormalizeMax { rows: 0 },
        ],
    )
}

fn beats(a: &Args, r: &Rows) -> Vec<C> {
    let (low, high) = (a.number("HInf"), a.number("HSup"));
    with(
        onset_curve(a, r),
        [
            C::AcPeaks {
                rows: a.size("BHSBeatFrameSize"),
                step: a.size("BHSBeatFrameStep"),
                peaks: a.size("ACPNbPeaks"),
                distance: a.size("ACPInterPeakMinDist"),
                unit: "BPM",
            },
            C::Histogram {
                rows: a.size("BHSHistogramFrameSize"),
                step: a.size("BHSHistogramFrameStep"),
                low,
                high,
                bins: a.size("HNbBins"),
                weighted: true,
            },
            C::HistogramSummary { low, high },
        ],
    )
}

/// The table.
pub(super) const TABLE: &[Entry] = &[
    entry(
        "ComplexDomainOnsetDetection",
        OF_SPECTRA,
        "1",
        "",
        "Σ abs(X − what the two frames before foretell) (Duxbury 2003).",
        |a, _| with(fft(a), [C::ComplexDomain]),
    ),
    entry(
        "OnsetDetectionFunction",
        OF_SPECTRA,
        "1",
        "",
        "positive slopes of the smoothed level in dB of all bins, over the largest of the stream (Alonso 2005); the whole curve is held. The level counts as 0 dB before and after the stream. By its definition; of the original only its filters were compared.",
        onset_curve,
    ),
    entry(
        "BeatHistogramSummary",
        &[FRAMES, SPECTRUM, BEATS],
        "6",
        "",
        "of a histogram of the beat rates of `OnsetDetectionFunction`: height and BPM of the highest peak, of the second, their ratio, the sum (Tzanetakis 2002). By its definition; no run of the original to compare with.",
        beats,
    ),
];
