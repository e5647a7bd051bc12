//! The plugin among the processors of the house, in one pipe.

use acme_peak::Peak;
use timeside::prelude::*;
use timeside::{Error, Result};

const RATE: u32 = 8_000;

/// Two seconds: silence, then a square wave of amplitude one half, −6.0206 dBFS.
fn chain() -> Result<Chain> {
    let square = |n: usize| {
        if (n / 10).is_multiple_of(2) {
            0.5
        } else {
            -0.5
        }
    };
    let samples = (0..16_000).map(|n| if n < 8_000 { 0.0 } else { square(n) });
    let mut chain = Chain::over(Media::from_samples(vec![samples.collect()], RATE)?);
    chain.registry_mut().add::<Peak>();
    Ok(chain)
}

#[test]
fn runs_beside_the_processors_of_the_house() -> Result<()> {
    let mut pipe = chain()? | step("acme_peak").with("blocksize", 4_000) | "level";
    pipe.run()?;

    let curve = pipe.results()["acme_peak.curve"].array().unwrap();
    // Frames begin at 0, 4000, 8000 and 12000; TimeSide's framing adds a zero-padded one.
    let expected = [-120.0, -120.0, -6.0206, -6.0206, -120.0];
    assert_eq!(curve.shape, [expected.len()]);
    for (row, expected) in expected.into_iter().enumerate() {
        let value = curve.values.get(row).unwrap();
        assert!((value - expected).abs() < 1e-4, "frame {row}: {value}");
    }
    let max = pipe.results()["acme_peak.max"].value().unwrap();
    let level = pipe.results()["level.max"].value().unwrap();
    assert!((max - level).abs() < 1e-3, "{max} and level's {level}");
    Ok(())
}

#[test]
fn its_parameters_are_checked_like_all_others() {
    let mut pipe = chain().unwrap() | step("acme_peak").with("blocksize", 0);
    let error = pipe.run().unwrap_err();
    assert!(matches!(error, Error::BadParameter { .. }), "{error}");
    assert!(error.to_string().contains("blocksize"), "{error}");
}

#[test]
fn broken_samples_do_not_break_results() -> Result<()> {
    let samples = vec![vec![0.25, f32::NAN, f32::INFINITY, -0.5]];
    let mut chain = Chain::over(Media::from_samples(samples, RATE)?);
    chain.registry_mut().add::<Peak>();
    let mut pipe = chain | "acme_peak";
    let max = pipe.run()?["acme_peak.max"].value().unwrap();
    assert!((max - -6.0206).abs() < 1e-4, "{max}");
    Ok(())
}
