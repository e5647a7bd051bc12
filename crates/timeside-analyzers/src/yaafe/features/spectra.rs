//! Features of spectra.

use super::super::catalogue::{Arg, Args, Entry};
use super::super::component::Component as C;
use super::super::loudness::Scale;
use super::super::spectral::Flux;
use super::{CEPSTRUM, DIFFERENCES, FRAMES, OF_SPECTRA, SPECTRUM, cepstrum, entry, spectrum, with};

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

const OBSI_LOW: Arg = Arg::number(
    "OBSIMinFreq",
    27.5,
    1.0,
    10_000.0,
    "Hz",
    "peak of the first.",
);

fn mel(a: &Args) -> Vec<C> {
    let filters = C::Mel {
        filters: a.size("MelNbFilters"),
        min_hz: a.number("MelMinFreq"),
        max_hz: a.number("MelMaxFreq"),
    };
    with(spectrum(a), [filters])
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

/// The table.
pub(super) const TABLE: &[Entry] = &[
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
];
