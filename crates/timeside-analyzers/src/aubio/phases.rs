//! aubio's phases from the pipe's.

use std::f32::consts::PI;
use timeside_core::Spectrum;

/// Writes the phase of each bin as aubio has it. Its frames are turned by half before the transform, so that time 0 is
/// the middle of the window; that multiplies bin `k` by (−1)^k. A bin without imaginary part, as the first and the
/// last, has exactly 0 or π.
pub(crate) fn centred_phases(spectrum: &Spectrum<'_>, out: &mut Vec<f32>) {
    out.clear();
    let turned = |odd: bool, phase: f32| match odd {
        false => phase,
        true if phase > 0.0 => phase - PI,
        true => phase + PI,
    };
    out.extend(
        spectrum
            .phases()
            .iter()
            .enumerate()
            .map(|(k, phase)| turned(k % 2 == 1, *phase)),
    );
    let last = out.len().saturating_sub(1);
    for k in [0, last] {
        if let (Some(phase), Some(bin)) = (out.get_mut(k), spectrum.bins.get(k))
            && bin.im == 0.0
        {
            let re = if k % 2 == 1 { -bin.re } else { bin.re };
            *phase = if re < 0.0 { PI } else { 0.0 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use timeside_core::{Complex32, Window, processor::Polar};
    use timeside_dsp::RealFft;

    #[test]
    fn they_are_those_of_the_turned_frame() {
        let x: Vec<f32> = (0..64).map(|n| ((n * n) as f32 * 0.37).sin()).collect();
        let turned: Vec<f32> = (0..64).map(|n| x[(n + 32) % 64]).collect();
        let bins = |x: &[f32]| {
            RealFft::new(64, 64, Window::Rectangular)
                .process(x)
                .to_vec()
        };
        let (plain, want) = (bins(&x), bins(&turned));
        let mut got = Vec::new();
        let spectrum = Spectrum {
            index: 0,
            bins: &plain,
            samples: &x,
            polar: &Polar::default(),
        };
        centred_phases(&spectrum, &mut got);
        for (k, (phase, c)) in got.iter().zip(&want).enumerate() {
            let off = Complex32::from_polar(1.0, *phase) - c / c.norm();
            assert!(off.norm() < 1e-5, "{k}: {phase}");
        }
        assert!([0.0, PI].contains(&got[0]) && [0.0, PI].contains(&got[32]));
    }
}
