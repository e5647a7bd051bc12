//! Every feature, described once.

use super::catalogue::{Arg, Args, Entry, Span};
use super::component::{Component as C, Rows};
use super::loudness::Scale;
use super::spectral::Flux;
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

const MEL: &[Arg] = &[
    Arg::integer("MelNbFilters", 40, 1, 1_024, "", "number of filters."),
    Arg::number(
        "MelMinFreq",
        130.0,
        0.0,
        96_000.0,
        "Hz",
        "lower edge of the first.",
    ),
    Arg::number(
        "MelMaxFreq",
        6_854.0,
        1.0,
        192_000.0,
        "Hz",
        "upper edge of the last, at most half of the sample rate.",
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

fn mel(a: &Args) -> Vec<C> {
    let filters = C::Mel {
        filters: a.size("MelNbFilters"),
        min_hz: a.number("MelMinFreq"),
        max_hz: a.number("MelMaxFreq"),
    };
    with(spectrum(a), [filters])
}

pub(super) fn cepstrum(a: &Args) -> C {
    C::Cepstrum {
        coefficients: a.size("CepsNbCoeffs"),
        skip: a.size("CepsIgnoreFirstCoeff"),
    }
}

fn loudness(a: &Args, scale: Scale) -> Vec<C> {
    let specific = with(spectrum(a), [C::Loudness]);
    match scale {
        Scale::Specific => specific,
        Scale::Relative => with(specific, [C::Normalize]),
        Scale::Total => with(specific, [C::Sum]),
    }
}

fn octave_bands(a: &Args) -> Vec<C> {
    with(
        spectrum(a),
        [C::OctaveBands {
            min_hz: a.number("OBSIMinFreq"),
        }],
    )
}

fn envelope(a: &Args) -> Vec<C> {
    with(
        frames(a),
        [C::Envelope {
            decimation: a.size("EnDecim"),
        }],
    )
}

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
pub(super) const FEATURES: &[Entry] = &[
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
        "MagnitudeSpectrum",
        OF_SPECTRA,
        "FFTLength/2 + 1",
        "",
        "a = abs(X), unscaled; exact zeros become ε = 2.2e-16.",
        |a, _| spectrum(a),
    ),
    entry(
        "SpectralShapeStatistics",
        OF_SPECTRA,
        "4",
        "",
        "centroid, spread, skewness and kurtosis (excess) of a over the bin's index.",
        |a, _| with(spectrum(a), [C::Shape]),
    ),
    entry(
        "SpectralVariation",
        OF_SPECTRA,
        "1",
        "",
        "1 − Σa′a/(‖a′‖‖a‖), a′ being the frame before; 0 for the first.",
        |a, _| with(spectrum(a), [C::Variation]),
    ),
    entry(
        "SpectralFlux",
        &[
            FRAMES,
            SPECTRUM,
            &[Arg::word(
                "FluxSupport",
                &["All", "Increase"],
                "whether falling bins count.",
            )],
        ],
        "1",
        "",
        "Σ(a − a′)²/(‖a′‖‖a‖); 0 for the first frame.",
        |a, _| {
            with(
                spectrum(a),
                [C::Flux(if a.word("FluxSupport") == "Increase" {
                    Flux::Increase
                } else {
                    Flux::All
                })],
            )
        },
    ),
    entry(
        "SpectralSlope",
        OF_SPECTRA,
        "1",
        "1/Hz",
        "slope of the regression of a over f = k·rate/blockSize, over Σa.",
        |a, _| with(spectrum(a), [C::Slope]),
    ),
    entry(
        "SpectralRolloff",
        OF_SPECTRA,
        "1",
        "Hz",
        "the frequency below which 99 % of Σa² lies.",
        |a, _| with(spectrum(a), [C::Rolloff]),
    ),
    entry(
        "SpectralFlatness",
        OF_SPECTRA,
        "1",
        "",
        "geometric over arithmetic mean of a.",
        |a, _| with(spectrum(a), [C::Flatness]),
    ),
    entry(
        "SpectralDecrease",
        OF_SPECTRA,
        "1",
        "",
        "Σ(a_k − a_0)/k over Σa_k, k ≥ 1.",
        |a, _| with(spectrum(a), [C::Decrease]),
    ),
    entry(
        "SpectralFlatnessPerBand",
        OF_SPECTRA,
        "bands of MPEG-7",
        "",
        "geometric over arithmetic mean of a² in bands of a quarter octave from about 250 Hz (ISO/IEC 15938-4).",
        |a, _| with(spectrum(a), [C::BandFlatness]),
    ),
    entry(
        "SpectralCrestFactorPerBand",
        OF_SPECTRA,
        "bands of MPEG-7",
        "",
        "largest over mean a² in the same bands.",
        |a, _| with(spectrum(a), [C::BandCrest]),
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
        "MelSpectrum",
        &[FRAMES, SPECTRUM, MEL],
        "MelNbFilters",
        "",
        "a under triangles of unit area, equally spaced in mel = 1127·ln(1 + f/700).",
        |a, _| mel(a),
    ),
    entry(
        "MFCC",
        &[FRAMES, SPECTRUM, MEL, CEPSTRUM],
        "CepsNbCoeffs",
        "",
        "`Cepstrum` of `MelSpectrum`.",
        |a, _| with(mel(a), [cepstrum(a)]),
    ),
    entry(
        "Loudness",
        &[
            FRAMES,
            SPECTRUM,
            &[Arg::word(
                "LMode",
                &["Relative", "Specific", "Total"],
                "over the sum, as it is, or the sum.",
            )],
        ],
        "24, or 1 for Total",
        "",
        "(Σa²)^0.23 in 24 bands of equal width in Bark.",
        |a, _| {
            loudness(
                a,
                match a.word("LMode") {
                    "Specific" => Scale::Specific,
                    "Total" => Scale::Total,
                    _ => Scale::Relative,
                },
            )
        },
    ),
    entry(
        "PerceptualSharpness",
        OF_SPECTRA,
        "1",
        "acum",
        "Σg_b·N_b of the relative loudness N_b, b = 1 … 24: g = 0.11·b, from 15 on times 0.066·e^{0.171b}.",
        |a, _| with(loudness(a, Scale::Relative), [C::Sharpness]),
    ),
    entry(
        "PerceptualSpread",
        OF_SPECTRA,
        "1",
        "",
        "(1 − the largest relative loudness)².",
        |a, _| with(loudness(a, Scale::Relative), [C::Spread]),
    ),
    entry(
        "OBSI",
        &[FRAMES, SPECTRUM, &[OBSI_LOW]],
        "octaves up to half of the rate",
        "",
        "ln of a² under triangles (height 2) of an octave to either side.",
        |a, _| octave_bands(a),
    ),
    entry(
        "OBSIR",
        &[FRAMES, SPECTRUM, &[OBSI_LOW, DIFFERENCES]],
        "one less than OBSI",
        "",
        "differences of neighbours of `OBSI`.",
        |a, _| {
            with(
                octave_bands(a),
                [C::Difference {
                    count: a.size("DiffNbCoeffs"),
                }],
            )
        },
    ),
    entry(
        "ComplexDomainOnsetDetection",
        OF_SPECTRA,
        "1",
        "",
        "Σ abs(X − what the two frames before foretell) (Duxbury 2003).",
        |a, _| with(fft(a), [C::ComplexDomain]),
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

const OBSI_LOW: Arg = Arg::number(
    "OBSIMinFreq",
    27.5,
    1.0,
    10_000.0,
    "Hz",
    "peak of the first.",
);

/// Of differences within a row.
pub(super) const DIFFERENCES: Arg = Arg::integer(
    "DiffNbCoeffs",
    0,
    0,
    MAX_BLOCK,
    "",
    "number of differences; 0 is all.",
);

const FRAMES_STEP: &[Arg] = &[CQT_STEP];
