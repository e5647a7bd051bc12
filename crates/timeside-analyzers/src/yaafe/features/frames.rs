//! Features of samples and frames.

use super::super::catalogue::{Arg, Args, Entry};
use super::super::component::Component as C;
use super::{BLOCK_DOC, FRAMES, MAX_BLOCK, OF_FRAMES, STEP_DOC, entry, frames, with};

const LONG_FRAMES: &[Arg] = &[
    Arg::integer("blockSize", 32_768, 2, MAX_BLOCK, "samples", BLOCK_DOC),
    Arg::integer("stepSize", 16_384, 1, MAX_BLOCK, "samples", STEP_DOC),
];

const ENVELOPE: &[Arg] = &[Arg::integer(
    "EnDecim",
    200,
    1,
    65_536,
    "samples",
    "samples per value of the envelope.",
)];

fn envelope(a: &Args) -> Vec<C> {
    with(
        frames(a),
        [C::Envelope {
            decimation: a.size("EnDecim"),
        }],
    )
}

/// The table.
pub(super) const TABLE: &[Entry] = &[
    entry(
        "Frames",
        OF_FRAMES,
        "blockSize",
        "",
        "the samples of each frame.",
        |a, _| frames(a),
    ),
    entry(
        "ZCR",
        OF_FRAMES,
        "1",
        "per sample",
        "changes of sign between successive samples that are not zero, over blockSize.",
        |a, _| with(frames(a), [C::ZeroCrossings]),
    ),
    entry(
        "Energy",
        OF_FRAMES,
        "1",
        "",
        "√(Σx²/N), the RMS level.",
        |a, _| with(frames(a), [C::Energy]),
    ),
    entry(
        "TemporalShapeStatistics",
        OF_FRAMES,
        "4",
        "",
        "centroid, spread, skewness and kurtosis of abs(x) over the sample's index.",
        |a, _| with(frames(a), [C::Absolute, C::Shape]),
    ),
    entry(
        "AutoCorrelation",
        &[
            FRAMES,
            &[Arg::integer(
                "ACNbCoeffs",
                49,
                1,
                4_096,
                "samples",
                "number of lags.",
            )],
        ],
        "ACNbCoeffs",
        "",
        "Σx_i·x_{i+l} for the lags l = 0 …",
        |a, _| {
            with(
                frames(a),
                [C::AutoCorrelation {
                    lags: a.size("ACNbCoeffs"),
                }],
            )
        },
    ),
    entry(
        "LPC",
        &[
            FRAMES,
            &[Arg::integer(
                "LPCNbCoeffs",
                2,
                1,
                256,
                "",
                "order of the predictor.",
            )],
        ],
        "LPCNbCoeffs",
        "",
        "a_1 … of 1 + Σa_i·z^−i by Levinson; zeros for silence (the original: NaN).",
        |a, _| {
            with(
                frames(a),
                [C::Lpc {
                    order: a.size("LPCNbCoeffs"),
                }],
            )
        },
    ),
    entry(
        "LSF",
        &[
            FRAMES,
            &[
                Arg::integer("LSFNbCoeffs", 10, 2, 32, "", "number of frequencies."),
                Arg::integer(
                    "LSFDisplacement",
                    1,
                    0,
                    8,
                    "",
                    "displacement of the symmetric polynomials; 0 is Schüssler's.",
                ),
            ],
        ],
        "LSFNbCoeffs",
        "rad",
        "line spectral frequencies of the predictor, rising; with displacement 0 the last is the constant term instead.",
        |a, _| {
            with(
                frames(a),
                [C::Lsf {
                    count: a.size("LSFNbCoeffs"),
                    displacement: a.size("LSFDisplacement"),
                }],
            )
        },
    ),
    entry(
        "Envelope",
        &[LONG_FRAMES, ENVELOPE],
        "blockSize/EnDecim, rounded up",
        "",
        "modulus of the analytic signal under half of a Hann window of 0.1 s.",
        |a, _| envelope(a),
    ),
    entry(
        "EnvelopeShapeStatistics",
        &[LONG_FRAMES, ENVELOPE],
        "4",
        "",
        "centroid, spread, skewness and kurtosis of the envelope over its index.",
        |a, _| with(envelope(a), [C::Shape]),
    ),
    entry(
        "AmplitudeModulation",
        &[LONG_FRAMES, ENVELOPE],
        "8",
        "",
        "of 4–8 Hz (tremolo), then 10–40 Hz (grain): frequency of the envelope's largest bin, its excess over the mean of all and of the band, frequency times the former.",
        |a, _| {
            with(
                envelope(a),
                [C::Modulation {
                    block: a.size("blockSize"),
                    decimation: a.size("EnDecim"),
                }],
            )
        },
    ),
];
