//! Feature plans, against the numbers of the original (Yaafe 0.70).

use timeside::{Step, Values};
use timeside_tests::{analyse, assert_near, numbers, shared};

/// A plan at the medium's own rate.
fn plan(lines: &[String]) -> Step {
    Step::new("yaafe")
        .with("feature_plan", lines)
        .with("input_samplerate", ())
}

/// Means of the first value of each row over 15 s of orchestral music at 44.1 kHz, frames of 1024 every 512.
const MEANS: [(&str, f64); 33] = [
    ("ZCR", 0.030_648_3),
    ("Energy", 0.043_176_9),
    ("MagnitudeSpectrum", 1.054_14),
    ("SpectralShapeStatistics", 43.824_3),
    ("SpectralVariation", 0.058_047_5),
    ("SpectralSlope", -4.379_13e-7),
    ("SpectralRolloff", 3_011.48),
    ("SpectralFlux", 0.152_222),
    ("SpectralFlux FluxSupport=Increase", 0.081_935_7),
    ("SpectralFlatness", 0.110_464),
    ("SpectralDecrease", 0.085_815_7),
    ("SpectralFlatnessPerBand", 0.565_074),
    ("SpectralCrestFactorPerBand", 2.044_95),
    ("AutoCorrelation", 2.637_6),
    ("LPC", -1.527_96),
    ("ComplexDomainOnsetDetection", 82.149_9),
    ("MelSpectrum", 0.074_684_1),
    ("MFCC", 3.224_65),
    ("MFCC > Derivate", 3.185_9e-5),
    ("MFCC > Derivate DOrder=2", -6.803_56e-4),
    ("MFCC > StatisticalIntegrator", 3.154_05),
    ("Loudness LMode=Specific", 2.442_35),
    ("Loudness", 0.093_449_9),
    ("PerceptualSharpness", 1.454_35),
    ("PerceptualSpread", 0.775_994),
    ("OBSI", 0.988_124),
    ("OBSIR", 2.128_09),
    ("AmplitudeModulation", 4.465_02),
    // The same by another way.
    ("MelSpectrum > Cepstrum", 3.224_65),
    ("Loudness LMode=Specific > Normalize", 0.093_449_9),
    ("OBSI > Difference", 2.128_09),
    (
        "MagnitudeSpectrum > Difference > Sqr > Sum > MedianFilter MFOrder=1 > FilterSmallValues FSVThreshold=-1",
        f64::NAN,
    ),
    (
        "CQT > ChromaTune > MedianFilter MFOrder=0.75s > ChromaReduce",
        f64::NAN,
    ),
];

#[test]
fn means_of_the_original() {
    let Some(path) = shared("reference/wav/real_orchestral_mo_15s.wav") else {
        return;
    };
    let lines: Vec<_> = (0..)
        .zip(MEANS)
        .map(|(i, (line, _))| format!("f{i}: {line}"))
        .collect();
    let results = analyse(&path, &[plan(&lines)]);
    let mut failed = 0;
    for (i, (line, want)) in (0..).zip(MEANS) {
        let key = format!("yaafe.f{i}");
        let values = numbers(&results, &key);
        let shape = &results[&key].array().unwrap().shape;
        let columns = shape.get(1).copied().unwrap_or(1);
        let mean = values.iter().step_by(columns).sum::<f64>() / shape[0] as f64;
        println!("{line}: {mean} {want} {:.1e} {shape:?}", mean / want - 1.0);
        failed += usize::from((mean / want - 1.0).abs() > 1e-4);
    }
    assert_eq!(failed, 0);
}
