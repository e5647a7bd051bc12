//! How the values of a result are spread: the small chart beside its numbers.

/// Equal bins over the finite values.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Lower edge of the first bin, in the values' unit.
    pub low: f64,
    /// Upper edge of the last bin.
    pub high: f64,
    /// Values in each bin; a value on an inner edge belongs to the bin above it.
    pub counts: Vec<u32>,
}

/// Counts the finite values in `bins` equal bins from the least to the greatest. `None` without a
/// finite value; all in the middle when they are equal.
#[must_use]
pub fn histogram(values: &[f32], bins: usize) -> Option<Histogram> {
    let finite = || {
        values
            .iter()
            .copied()
            .filter(|v| v.is_finite())
            .map(f64::from)
    };
    let (low, high) = finite().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| {
        (l.min(v), h.max(v))
    });
    if low > high || bins == 0 {
        return None;
    }
    let (low, high) = if low == high {
        (low - 0.5, high + 0.5)
    } else {
        (low, high)
    };
    let mut counts = vec![0_u32; bins];
    for value in finite() {
        let bin = ((value - low) / (high - low) * bins as f64) as usize;
        counts[bin.min(bins - 1)] += 1;
    }
    Some(Histogram { low, high, counts })
}

/// What a column of numbers says about a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Least finite value.
    pub min: f64,
    /// Greatest finite value.
    pub max: f64,
    /// Mean of the finite values.
    pub mean: f64,
    /// Finite values.
    pub count: usize,
}

/// The summary of the finite values, `None` without any.
#[must_use]
pub fn summary(values: &[f32]) -> Option<Summary> {
    let mut out = Summary {
        min: f64::INFINITY,
        max: f64::NEG_INFINITY,
        mean: 0.0,
        count: 0,
    };
    for value in values
        .iter()
        .copied()
        .filter(|v| v.is_finite())
        .map(f64::from)
    {
        out.min = out.min.min(value);
        out.max = out.max.max(value);
        out.mean += value;
        out.count += 1;
    }
    out.mean /= out.count as f64;
    (out.count > 0).then_some(out)
}

/// A number for a table: about four significant digits, never an exponent between 10⁻⁴ and 10⁷.
#[must_use]
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let magnitude = value.abs();
    let text = if magnitude == 0.0 {
        "0".to_owned()
    } else if !(1e-4..1e7).contains(&magnitude) {
        format!("{value:.3e}")
    } else {
        let decimals = (3 - magnitude.log10().floor() as i32).clamp(0, 7) as usize;
        let fixed = format!("{value:.decimals$}");
        if fixed.contains('.') {
            fixed.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            fixed
        }
    };
    grouped(&text.replace('-', "−"))
}

/// Narrow spaces between thousands, where there are more than four digits before the point.
fn grouped(text: &str) -> String {
    let digits_from = text.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let (sign, rest) = text.split_at(digits_from);
    let length = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    if length < 5 {
        return text.to_owned();
    }
    let mut out = String::from(sign);
    for (index, digit) in rest.chars().enumerate() {
        if index > 0 && index < length && (length - index) % 3 == 0 {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_every_finite_value_once() {
        let h = histogram(&[0.0, 0.1, 0.5, 0.99, 1.0, f32::NAN], 2).unwrap();
        assert_eq!((h.low, h.high, h.counts), (0.0, 1.0, vec![2, 3]));
        assert_eq!(
            histogram(&[3.0, 3.0], 4)
                .unwrap()
                .counts
                .iter()
                .sum::<u32>(),
            2
        );
        assert_eq!(histogram(&[f32::NAN], 4), None);
    }

    #[test]
    fn sums_up() {
        let s = summary(&[1.0, 3.0, f32::INFINITY]).unwrap();
        assert_eq!((s.min, s.max, s.mean, s.count), (1.0, 3.0, 2.0, 2));
        assert_eq!(summary(&[]), None);
    }

    #[test]
    fn numbers_are_short() {
        let text = |v| number(v);
        assert_eq!(text(-3.710_9), "−3.711");
        assert_eq!(text(0.0), "0");
        assert_eq!(text(44_100.0), "44\u{202f}100");
        assert_eq!(text(-1_234_567.0), "−1\u{202f}234\u{202f}567");
        assert_eq!(text(1234.5), "1234"); // four digits are enough
        assert_eq!(text(0.034_2), "0.0342");
        assert_eq!(text(2.5), "2.5");
        assert_eq!(text(1.5e-9), "1.500e−9");
        assert_eq!(text(f64::NAN), "–");
    }
}
