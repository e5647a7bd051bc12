//! Features of constant-Q spectra.

use super::super::catalogue::{Arg, Args, Entry, Span};
use super::super::component::{Component as C, Rows};
use super::{DIFFERENCES, MAX_BLOCK, entry, with};

const ALIGN: Arg = Arg::word(
    "CQTAlign",
    &["c", "l", "r"],
    "where kernels stand in the frame: centre, left, right.",
);

const CQT_STEP: Arg = Arg::integer(
    "stepSize",
    1_024,
    1,
    MAX_BLOCK,
    "samples",
    "samples from one frame to the next.",
);

const CQT_BINS: Arg = Arg::integer("CQTBinsPerOctave", 36, 1, 96, "", "bins per octave.");

const CQT_LOW: Arg = Arg::number(
    "CQTMinFreq",
    73.42,
    1e-4,
    20_000.0,
    "Hz",
    "first bin; up to 0.5 a fraction of the sample rate.",
);

const CQT: &[Arg] = &[
    CQT_LOW,
    CQT_BINS,
    Arg::integer("CQTNbOctaves", 3, 1, 10, "", "octaves."),
    ALIGN,
    CQT_STEP,
];

const CHROMA: &[Arg] = &[
    Arg::span(
        "ChromaSmoothing",
        Span::Seconds(0.75),
        "rows of the running median.",
    ),
    Arg::span(
        "CTInitDuration",
        Span::Seconds(15.0),
        "first rows, from which the tuning is found.",
    ),
    CQT_STEP,
];

const FRAMES_STEP: &[Arg] = &[CQT_STEP];

fn cqt(a: &Args) -> Vec<C> {
    vec![C::Cqt {
        min: a.number("CQTMinFreq"),
        bins: a.size("CQTBinsPerOctave"),
        octaves: a.size("CQTNbOctaves"),
        align: a.word("CQTAlign"),
        step: a.size("stepSize"),
    }]
}

fn chroma(a: &Args, r: &Rows) -> Vec<C> {
    let (min, bins, step) = (73.42, 36, a.size("stepSize"));
    vec![
        C::Cqt {
            min,
            bins,
            octaves: 3,
            align: "c",
            step,
        },
        C::ChromaTune {
            min,
            bins,
            rows: a.rows("CTInitDuration", r.rate, step),
        },
        C::Median {
            rows: a.rows("ChromaSmoothing", r.rate, step),
        },
        C::ChromaReduce,
    ]
}

/// The table.
pub(super) const TABLE: &[Entry] = &[
    entry(
        "CQT2",
        &[
            FRAMES_STEP,
            &[
                Arg::number(
                    "CQTMinFreq",
                    97.999,
                    1e-4,
                    20_000.0,
                    "Hz",
                    "first bin; up to 0.5 a fraction of the sample rate.",
                ),
                Arg::number(
                    "CQTMaxFreq",
                    0.5,
                    1e-4,
                    96_000.0,
                    "Hz",
                    "end; up to 0.5 a fraction of the sample rate.",
                ),
                Arg::integer("CQTBinsPerOctave", 3, 1, 96, "", "bins per octave."),
                ALIGN,
            ],
        ],
        "bins below CQTMaxFreq",
        "",
        "constant-Q magnitudes (Brown & Puckette 1992) with Q = 2/(2^{1/b} − 1), one kernel for all octaves.",
        |a, _| {
            vec![C::Cqt2 {
                min: a.number("CQTMinFreq"),
                max: a.number("CQTMaxFreq"),
                bins: a.size("CQTBinsPerOctave"),
                align: a.word("CQTAlign"),
                step: a.size("stepSize"),
            }]
        },
    ),
    entry(
        "CQT",
        &[CQT],
        "CQTBinsPerOctave·CQTNbOctaves",
        "",
        "the same by octaves: one kernel, each octave at half of the rate of the one above.",
        |a, _| cqt(a),
    ),
    entry(
        "SpectralIrregularity",
        &[CQT, &[DIFFERENCES]],
        "one less than CQT",
        "",
        "differences of neighbours of `CQT`.",
        |a, _| {
            with(
                cqt(a),
                [C::Difference {
                    count: a.size("DiffNbCoeffs"),
                }],
            )
        },
    ),
    entry(
        "Chroma",
        &[CHROMA],
        "12",
        "",
        "`CQT` (36 bins, 3 octaves from 73.42 Hz) folded, tuned by the first seconds, smoothed; 0 is C.",
        chroma,
    ),
    entry(
        "Chroma2",
        &[&[
            Arg::number(
                "CQTMinFreq",
                27.5,
                10.0,
                20_000.0,
                "Hz",
                "first bin, moved to the nearest octave of CZTuning.",
            ),
            Arg::integer("CQTNbOctaves", 7, 1, 10, "", "octaves."),
            Arg::integer(
                "CQTBinsPerOctave",
                48,
                12,
                96,
                "",
                "bins per octave, a multiple of 12·CZBinsPerSemitone.",
            ),
            ALIGN,
            Arg::number("CZTuning", 440.0, 300.0, 600.0, "Hz", "frequency of A4."),
            Arg::integer("CZBinsPerSemitone", 1, 1, 8, "", "values per semitone."),
            Arg::integer(
                "CZNbCQTBinsAggregatedToPCPBin",
                -1,
                -1,
                96,
                "",
                "bins around each partial of which the largest counts; −1 is CQTBinsPerOctave/24.",
            ),
            CQT_STEP,
        ]],
        "12·CZBinsPerSemitone",
        "",
        "partials of a constant-Q spectrum summed over octaves (Zhu & Kankanhalli 2006); 0 is C. By its definition; no run of the original to compare with.",
        |a, _| {
            let octaves_below = (a.number("CZTuning") / a.number("CQTMinFreq"))
                .log2()
                .round();
            let bins = a.size("CQTBinsPerOctave");
            let around = match a.number("CZNbCQTBinsAggregatedToPCPBin") {
                n if n < 0.0 => bins / 24,
                n => n as usize,
            };
            vec![
                C::Cqt {
                    min: a.number("CZTuning") / octaves_below.exp2(),
                    bins,
                    octaves: a.size("CQTNbOctaves"),
                    align: a.word("CQTAlign"),
                    step: a.size("stepSize"),
                },
                C::PartialChroma {
                    bins,
                    per_semitone: a.size("CZBinsPerSemitone"),
                    around,
                },
            ]
        },
    ),
    entry(
        "Chords",
        &[
            CHROMA,
            &[
                Arg::integer("ChordsUse7", 0, 0, 1, "", "1 adds dominant sevenths."),
                Arg::span(
                    "ChordsSmoothing",
                    Span::Seconds(1.5),
                    "rows of the running median of the fits.",
                ),
            ],
        ],
        "1",
        "",
        "the chord whose template fits `Chroma` best by generalised Kullback-Leibler divergence (Oudre 2011): 0–11 C–B major, 12–23 minor, 24–35 seventh; −1 for silence. By its definition; no run of the original to compare with.",
        |a, r| {
            with(
                chroma(a, r),
                [
                    C::ChordFits {
                        sevenths: a.size("ChordsUse7") == 1,
                    },
                    C::Median {
                        rows: a.rows("ChordsSmoothing", r.rate, a.size("stepSize")),
                    },
                    C::BestChord,
                ],
            )
        },
    ),
];
