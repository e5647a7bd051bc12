//! The family `texture` against librosa 0.11.0 on `S = |librosa.stft(x, n_fft=2048, hop_length=512)|`; each test says
//! by which call. A float64 model of the same call gave the numbers.

use timeside::{Results, Step};
use timeside_tests::{analyse, assert_near, numbers, shared};

fn run(file: &str, step: Step) -> Option<Results> {
    let path = shared(&format!("reference/wav/{file}.wav"))?;
    Some(analyse(&path, &[step]))
}

const FILES: [&str; 2] = ["real_orchestral_mo_15s", "glide_110_440_6s"];

/// Of a table of rows: the mean of each `every`th column.
fn column_means(values: &[f64], columns: usize, every: usize) -> Vec<f64> {
    let rows = (values.len() / columns) as f64;
    (0..columns)
        .step_by(every)
        .map(|c| values.iter().skip(c).step_by(columns).sum::<f64>() / rows)
        .collect()
}

#[track_caller]
fn assert_all_near(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (got, want) in got.iter().zip(want) {
        assert_near(*got, *want, tolerance, what);
    }
}

/// `feature.spectral_contrast(S=S, sr=44100)`, where `power_to_db` has `top_db=None`.
#[test]
fn spectral_contrast() {
    let want = [
        (
            [
                17.34389, 13.78518, 17.60584, 17.15275, 16.85747, 17.24144, 30.43992,
            ],
            [
                9.988057, 16.80516, 14.38531, 15.28968, 16.697, 15.88193, 28.6354,
            ],
        ),
        (
            [
                21.09439, 25.83277, 31.0061, 39.26321, 25.64219, 13.19335, 13.50057,
            ],
            [
                38.21068, 21.78591, 30.82757, 38.69781, 12.48966, 14.63304, 13.40887,
            ],
        ),
    ];
    for (file, (means, row)) in FILES.into_iter().zip(want) {
        let Some(r) = run(file, "spectral_contrast".into()) else {
            return;
        };
        let got = numbers(&r, "spectral_contrast");
        assert_all_near(&column_means(&got, 7, 1), &means, 0.01, file);
        // The glide's valleys are single bins of nearly nothing.
        assert_all_near(&got[700..707], &row, 0.1, file);
    }
}

/// `pcen(feature.melspectrogram(S=S, sr=44100, power=1, n_mels=128) * 2**31, sr=44100, hop_length=512)`, each 16th band.
#[test]
fn pcen() {
    let want = [
        (
            [
                0.4765157, 0.4311613, 0.4440363, 0.4331237, 0.4312702, 0.412638, 0.3944488,
                0.3925523,
            ],
            [
                0.6259474, 0.453697, 0.6215563, 0.270233, 0.3426012, 0.232377, 0.1291995,
                0.09828042,
            ],
        ),
        (
            [
                0.3057685, 0.4039682, 0.4289091, 0.4710391, 0.333789, 0.3549568, 0.3773888,
                0.3952634,
            ],
            [
                0.2542012, 0.06457107, 0.2555506, 0.07623271, 0.1208154, 0.3250759, 0.3122266,
                0.3538471,
            ],
        ),
    ];
    for (file, (means, row)) in FILES.into_iter().zip(want) {
        let Some(r) = run(file, "pcen".into()) else {
            return;
        };
        let got = numbers(&r, "pcen");
        assert_all_near(&column_means(&got, 128, 16), &means, 1e-4, file);
        let row_100: Vec<f64> = got[12_800..12_928].iter().step_by(16).copied().collect();
        // Gain control raises the glide's empty bands, where single precision counts.
        assert_all_near(&row_100, &row, 1e-3, file);
    }
}

/// `decompose.hpss(S)` as energies `Σ c·part²/(2048·Σw²)`: frames 0, 1, 50, 100, the last, and the mean; then the
/// means with `kernel_size=(17, 31), margin=(2, 3), power=1`.
#[test]
fn hpss() {
    let want = [
        (
            [
                0.0003720911,
                0.0006588851,
                0.00138392,
                0.0004003044,
                0.001549449,
                0.00224267438,
            ],
            [
                4.932958e-05,
                4.144538e-05,
                4.433201e-05,
                4.520536e-05,
                7.755189e-05,
                9.17425204e-05,
            ],
            [0.00160117541, 2.61892852e-05],
        ),
        (
            [
                0.02006945,
                0.05523039,
                0.06482987,
                0.06517617,
                0.05368707,
                0.0654564407,
            ],
            [
                0.007463021,
                0.002216783,
                0.0001011748,
                2.576692e-05,
                0.004080982,
                4.85004499e-05,
            ],
            [0.0614209433, 3.07427559e-05],
        ),
    ];
    for (file, (harmonic, percussive, margins)) in FILES.into_iter().zip(want) {
        let Some(r) = run(file, "hpss".into()) else {
            return;
        };
        for (part, want) in [("hpss.harmonic", harmonic), ("hpss.percussive", percussive)] {
            let got = numbers(&r, part);
            let mean = got.iter().sum::<f64>() / got.len() as f64;
            let picked = [got[0], got[1], got[50], got[100], got[got.len() - 1], mean];
            for (got, want) in picked.into_iter().zip(want) {
                assert_near(got, want, 1e-3 * want, part);
            }
        }
        let step = Step::new("hpss")
            .with("kernel_harmonic", 17)
            .with("margin_harmonic", 2.0)
            .with("margin_percussive", 3.0)
            .with("power", 1.0);
        let Some(r) = run(file, step) else { return };
        for (part, want) in ["hpss.harmonic", "hpss.percussive"]
            .into_iter()
            .zip(margins)
        {
            let got = numbers(&r, part);
            let mean = got.iter().sum::<f64>() / got.len() as f64;
            assert_near(mean, want, 1e-3 * want, part);
        }
    }
}

/// Powers `S²` spread bilinearly (`numpy.add.at`) at the places of `reassigned_spectrogram(x, sr=44100, n_fft=2048,
/// hop_length=512, ref_power=0, fill_nan=False, clip=False)`, without bins 80 dB below their frame's strongest. librosa
/// counts time from between the two middle samples of an even frame, half a sample late; that is taken off.
#[test]
fn reassigned_spectrogram() {
    let want = [
        (
            2_616_151.169,
            [294.4196, 1_179.167, 402.7691],
            [
                (17, 131.6897),
                (16, 65.63556),
                (15, 33.91939),
                (21, 31.10045),
            ],
        ),
        (
            26_740_245.16,
            [16_974.4, 51_870.02, 51_798.06],
            [
                (7, 24_068.04),
                (6, 11_323.49),
                (13, 5_668.815),
                (20, 3_774.851),
            ],
        ),
    ];
    for (file, (total, rows, bins)) in FILES.into_iter().zip(want) {
        let Some(r) = run(file, "reassigned_spectrogram".into()) else {
            return;
        };
        let got = numbers(&r, "reassigned_spectrogram");
        let row = |i: usize| &got[1_025 * i..1_025 * (i + 1)];
        assert_near(got.iter().sum(), total, 1e-5 * total, file);
        for (i, want) in [0, 50, 100].into_iter().zip(rows) {
            assert_near(row(i).iter().sum(), want, 1e-4 * want, file);
        }
        for (bin, want) in bins {
            assert_near(row(100)[bin], want, 1e-4 * want, file);
        }
    }
}
