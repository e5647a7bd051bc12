//! Every transform, described once. They work on each value along time, or within a row.

use super::catalogue::{Arg, Args, Entry, Span};
use super::component::{Component as C, Rows};
use super::features::{CEPSTRUM, DIFFERENCES, cepstrum};
use super::windows::Moments;

const WINDOWS: &[Arg] = &[
    Arg::integer(
        "NbFrames",
        60,
        2,
        100_000,
        "rows",
        "rows per window, centred, zeros outside the stream.",
    ),
    Arg::integer(
        "StepNbFrames",
        30,
        1,
        100_000,
        "rows",
        "rows from one window to the next, at most NbFrames.",
    ),
];

const LAG_WINDOWS: &[Arg] = &[
    Arg::integer(
        "NbFrames",
        60,
        2,
        10_000,
        "rows",
        "rows per window, centred, zeros outside the stream.",
    ),
    Arg::integer(
        "StepNbFrames",
        30,
        1,
        10_000,
        "rows",
        "rows from one window to the next, at most NbFrames.",
    ),
];

fn windows(a: &Args) -> (usize, usize) {
    (a.size("NbFrames"), a.size("StepNbFrames"))
}

const fn entry(
    name: &'static str,
    args: &'static [&'static [Arg]],
    size: &'static str,
    doc: &'static str,
    chain: fn(&Args, &Rows) -> Vec<C>,
) -> Entry {
    Entry {
        name,
        args,
        size,
        unit: "",
        doc,
        chain,
    }
}

/// Every transform, in the order of the documentation.
pub(super) const TRANSFORMS: &[Entry] = &[
    entry(
        "Derivate",
        &[&[
            Arg::integer("DOrder", 1, 1, 2, "", "order."),
            Arg::integer(
                "DO1Len",
                4,
                1,
                1_000,
                "rows",
                "rows on either side for the first derivative.",
            ),
            Arg::integer("DO2Len", 1, 1, 1_000, "rows", "the same for the second."),
        ]],
        "as before",
        "Σk·x(t+k)/Σk², k = −DO1Len … DO1Len; twice for order 2; zeros outside the stream.",
        |a, _| {
            vec![C::Derivate {
                order: a.size("DOrder"),
                first: a.size("DO1Len"),
                second: a.size("DO2Len"),
            }]
        },
    ),
    entry(
        "Cepstrum",
        &[CEPSTRUM],
        "CepsNbCoeffs",
        "orthonormal cosine transform (II) of log10 x; ln ε = −36.04 where x ≤ 0.",
        |a, _| vec![cepstrum(a)],
    ),
    entry(
        "StatisticalIntegrator",
        &[
            WINDOWS,
            &[Arg::word(
                "SICompute",
                &["MeanStddev", "Mean", "Stddev"],
                "what is given.",
            )],
        ],
        "1 or 2 per value",
        "mean and standard deviation (of the population) of each value over windows.",
        |a, _| {
            let (rows, step) = windows(a);
            let moments = match a.word("SICompute") {
                "Mean" => Moments::Mean,
                "Stddev" => Moments::Deviation,
                _ => Moments::Both,
            };
            vec![C::Statistics {
                rows,
                step,
                moments,
            }]
        },
    ),
    entry(
        "SlopeIntegrator",
        &[WINDOWS],
        "as before",
        "slope of the regression of each value over windows, per row.",
        |a, _| {
            let (rows, step) = windows(a);
            vec![C::SlopeOver { rows, step }]
        },
    ),
    entry(
        "HistogramIntegrator",
        &[
            WINDOWS,
            &[
                Arg::number("HInf", 0.0, -1e9, 1e9, "", "lower end."),
                Arg::number("HSup", 1.0, -1e9, 1e9, "", "upper end, excluded."),
                Arg::integer("HNbBins", 10, 1, 10_000, "", "bins."),
                Arg::integer(
                    "HWeighted",
                    0,
                    0,
                    1,
                    "",
                    "1 if rows are pairs of value and weight.",
                ),
            ],
        ],
        "HNbBins",
        "how many of all values of a window lie in each bin.",
        |a, _| {
            let (rows, step) = windows(a);
            vec![C::Histogram {
                rows,
                step,
                low: a.number("HInf"),
                high: a.number("HSup"),
                bins: a.size("HNbBins"),
                weighted: a.size("HWeighted") == 1,
            }]
        },
    ),
    entry(
        "AutoCorrelationPeaksIntegrator",
        &[
            LAG_WINDOWS,
            &[
                Arg::integer("ACPNbPeaks", 3, 1, 100, "", "number of peaks."),
                Arg::integer(
                    "ACPInterPeakMinDist",
                    5,
                    1,
                    1_000,
                    "rows",
                    "least distance of peaks.",
                ),
                Arg::word("ACPNorm", &["No", "BPM", "Hz"], "unit of lags."),
            ],
        ],
        "2·ACPNbPeaks per value",
        "the highest peaks of each value's autocorrelation over windows, as lag and height, zeros where there are fewer.",
        |a, _| {
            let (rows, step) = windows(a);
            vec![C::AcPeaks {
                rows,
                step,
                peaks: a.size("ACPNbPeaks"),
                distance: a.size("ACPInterPeakMinDist"),
                unit: a.word("ACPNorm"),
            }]
        },
    ),
    entry(
        "Difference",
        &[&[DIFFERENCES]],
        "one less",
        "differences of neighbours within a row.",
        |a, _| {
            vec![C::Difference {
                count: a.size("DiffNbCoeffs"),
            }]
        },
    ),
    entry(
        "MedianFilter",
        &[&[Arg::span(
            "MFOrder",
            Span::Rows(5),
            "rows of the window, centred.",
        )]],
        "as before",
        "running median of each value, the lower one of an even number; zeros outside the stream.",
        |a, r| {
            vec![C::Median {
                rows: a.rows("MFOrder", r.rate, r.step),
            }]
        },
    ),
    entry(
        "Normalize",
        &[],
        "as before",
        "each row over its sum.",
        |_, _| vec![C::Normalize],
    ),
    entry(
        "NormalizeMaxAll",
        &[&[Arg::integer(
            "NMAxNbFrames",
            0,
            0,
            100_000,
            "rows",
            "rows that share a maximum; 0 is the whole stream, which is then held.",
        )]],
        "as before",
        "over the largest value of all.",
        |a, _| {
            vec![C::NormalizeMax {
                rows: a.size("NMAxNbFrames"),
            }]
        },
    ),
    entry("Sum", &[], "1", "sum of a row.", |_, _| vec![C::Sum]),
    entry("Sqr", &[], "as before", "x².", |_, _| vec![C::Square]),
    entry(
        "LogCompression",
        &[],
        "as before",
        "20·log10 abs(x), ε where it is 0.",
        |_, _| vec![C::LogCompression],
    ),
    entry(
        "FilterSmallValues",
        &[&[Arg::number(
            "FSVThreshold",
            1e-3,
            -1e9,
            1e9,
            "",
            "largest value that is small.",
        )]],
        "as before",
        "ε for small values.",
        |a, _| {
            vec![C::FilterSmall {
                threshold: a.number("FSVThreshold"),
            }]
        },
    ),
    entry(
        "HalfHannFilter",
        &[&[Arg::span(
            "HHFOrder",
            Span::Seconds(0.175),
            "rows of the filter.",
        )]],
        "as before",
        "mean of the last rows under the rising half of a Hann window.",
        |a, r| {
            vec![C::HalfHann {
                rows: a.rows("HHFOrder", r.rate, r.step),
            }]
        },
    ),
    entry(
        "HistogramSummary",
        &[&[
            Arg::number(
                "HInf",
                40.0,
                -1e9,
                1e9,
                "",
                "lower end of the histogram before.",
            ),
            Arg::number("HSup", 200.0, -1e9, 1e9, "", "its upper end."),
        ]],
        "6",
        "height and place of the highest peak, of the second, their ratio, the sum.",
        |a, _| {
            vec![C::HistogramSummary {
                low: a.number("HInf"),
                high: a.number("HSup"),
            }]
        },
    ),
    entry(
        "ChromaTune",
        &[&[
            Arg::number(
                "CQTMinFreq",
                73.42,
                1e-4,
                20_000.0,
                "Hz",
                "first bin of the constant-Q spectrum before.",
            ),
            Arg::integer(
                "CQTBinsPerOctave",
                36,
                12,
                96,
                "",
                "its bins per octave, a multiple of 12.",
            ),
            Arg::span(
                "CTInitDuration",
                Span::Seconds(15.0),
                "first rows, from which the tuning is found.",
            ),
        ]],
        "CQTBinsPerOctave",
        "octaves folded, turned so that bin 0 is C and in tune.",
        |a, r| {
            vec![C::ChromaTune {
                min: a.number("CQTMinFreq"),
                bins: a.size("CQTBinsPerOctave"),
                rows: a.rows("CTInitDuration", r.rate, r.step),
            }]
        },
    ),
    entry(
        "ChromaReduce",
        &[],
        "12",
        "bins around each semitone under a Gaussian.",
        |_, _| vec![C::ChromaReduce],
    ),
];
