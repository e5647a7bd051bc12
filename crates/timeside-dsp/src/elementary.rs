//! Logarithm, cosine and angle in single precision, without branches: loops over slices vectorise, and every machine
//! gives the same bits, which the system's own functions do not. Each is within a few units of the last place.

use std::f32::consts::{FRAC_PI_2, LN_2, PI};

/// Adding and subtracting it rounds a number of less than 2²² to a whole one.
const ROUNDER: f32 = 12_582_912.0;

/// The natural logarithm of a positive, normal number. Others give a finite number without meaning.
#[inline]
pub fn ln(x: f32) -> f32 {
    // x = m·2^e with m from √½ to √2.
    const ROOT_HALF_BITS: u32 = 0x3f35_04f3;
    let e = (x.to_bits().wrapping_sub(ROOT_HALF_BITS) as i32) >> 23;
    let m = f32::from_bits(x.to_bits().wrapping_sub((e << 23) as u32));
    // ln m = 2·artanh s; its series to s⁹ is exact to 4e-10 there.
    let s = (m - 1.0) / (m + 1.0);
    let z = s * s;
    let series = z * (2.0 / 3.0 + z * (2.0 / 5.0 + z * (2.0 / 7.0 + z * (2.0 / 9.0))));
    e as f32 * LN_2 + (2.0 * s + s * series)
}

/// The cosine of an angle of less than 10⁴ rad.
#[inline]
pub fn cos(x: f32) -> f32 {
    // 2π in two parts, of which the first times a small whole number is exact.
    const TURN: f32 = 6.281_25;
    const TURN_REST: f32 = 1.935_307_2e-3;
    let turns = (x * (0.5 / PI) + ROUNDER) - ROUNDER;
    let a = ((x - turns * TURN) - turns * TURN_REST).abs();
    // cos a = −cos(π − a); the series to the 12th power is exact to 7e-9 up to π/2.
    let far = a > FRAC_PI_2;
    let b = if far { PI - a } else { a };
    let z = b * b;
    let series = z * (1.0 / 40_320.0 + z * (-1.0 / 3_628_800.0 + z * (1.0 / 479_001_600.0)));
    let c = 1.0 + z * (-0.5 + z * (1.0 / 24.0 + z * (-1.0 / 720.0 + series)));
    if far { -c } else { c }
}

/// The angle of the point `(x, y)` in −π..=π; 0 at the origin, and not a number where `x` or `y` is infinite or none.
#[inline]
pub fn atan2(y: f32, x: f32) -> f32 {
    // The polynomial of least error (9e-10) for atan t / t in t², t from 0 to 1.
    const ATAN: [f32; 9] = [
        -0.333_331_8,
        0.199_964_37,
        -0.142_472_22,
        0.108_780_09,
        -0.082_137_61,
        0.055_028_085,
        -0.028_490_76,
        0.009_567_331,
        -0.001_509_301,
    ];
    let (ax, ay) = (x.abs(), y.abs());
    let (short, long) = if ay > ax { (ax, ay) } else { (ay, ax) };
    let t = short / if long == 0.0 { 1.0 } else { long };
    let z = t * t;
    let p = ATAN.iter().rev().fold(0.0, |p, c| p * z + c);
    let a = t + t * (z * p);
    let a = if ay > ax { FRAC_PI_2 - a } else { a };
    let a = if x < 0.0 { PI - a } else { a };
    a.copysign(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers from `from` to `to`, evenly spaced.
    fn span(from: f64, to: f64) -> impl Iterator<Item = f32> {
        (0..=20_000).map(move |i| (from + (to - from) * f64::from(i) / 20_000.0) as f32)
    }

    #[test]
    fn logarithms() {
        for x in span(-80.0, 88.0).map(f32::exp).chain(span(0.5, 2.0)) {
            let want = f64::from(x).ln();
            let error = (f64::from(ln(x)) - want).abs();
            assert!(error <= 2e-7 * want.abs().max(0.01), "ln {x}: {error}");
        }
        assert_eq!((ln(1.0), ln(f32::INFINITY).is_finite()), (0.0, true));
    }

    #[test]
    fn cosines() {
        for x in span(-13.0, 13.0) {
            let error = (f64::from(cos(x)) - f64::from(x).cos()).abs();
            assert!(error < 2.5e-7, "cos {x}: {error}");
        }
        for x in span(0.0, 0.1) {
            assert!((f64::from(cos(x)) - f64::from(x).cos()).abs() < 6.1e-8);
        }
        assert!((f64::from(cos(9_999.5)) - f64::from(9_999.5_f32).cos()).abs() < 1e-3);
    }

    #[test]
    fn angles() {
        for a in span(-3.1, 3.1) {
            let (y, x) = (1e-3 * a.sin(), 1e-3 * a.cos());
            let want = f64::from(y).atan2(f64::from(x));
            let error = (f64::from(atan2(y, x)) - want).abs();
            assert!(error < 2.4e-7 * want.abs().max(0.1), "{y}, {x}: {error}");
        }
        assert_eq!((atan2(0.0, 1.0), atan2(0.0, -1.0)), (0.0, PI));
        assert_eq!((atan2(0.0, 0.0), atan2(-2.0, 0.0)), (0.0, -FRAC_PI_2));
    }
}
