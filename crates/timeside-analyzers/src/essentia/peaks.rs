//! The peaks of a magnitude spectrum, between the bins.

/// A peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Peak {
    /// Frequency in Hz.
    pub(super) hz: f64,
    /// Magnitude.
    pub(super) magnitude: f64,
}

/// Finds the lowest `most` peaks above `threshold`, by ascending frequency. Bins lie `bin_hz` apart.
///
/// A single highest bin gives the top of the parabola through it and its neighbours; a plateau gives its middle; the
/// first and the last bin are peaks where they are higher than their only neighbour.
pub(super) fn find(
    magnitudes: &[f32],
    bin_hz: f64,
    threshold: f32,
    most: usize,
    peaks: &mut Vec<Peak>,
) {
    peaks.clear();
    let [first, second, ..] = *magnitudes else {
        return;
    };
    let at = |k: usize| f64::from(magnitudes[k]);
    let last = magnitudes.len() - 1;
    if first > threshold && first > second {
        peaks.push(Peak {
            hz: 0.0,
            magnitude: at(0),
        });
    }
    let mut k = 1;
    while k < last && peaks.len() < most {
        let (before, here) = (magnitudes[k - 1], magnitudes[k]);
        if here <= threshold || before >= here {
            k += 1;
            continue;
        }
        let mut end = k;
        while end < last && magnitudes[end + 1] == here {
            end += 1;
        }
        // A plateau that reaches the last bin, or goes on upwards, is no peak of the inside.
        if end < last && magnitudes[end + 1] < here {
            peaks.push(if end == k {
                let (a, b, c) = (at(k - 1), at(k), at(k + 1));
                let offset = 0.5 * (a - c) / (a - 2.0 * b + c);
                Peak {
                    hz: (k as f64 + offset) * bin_hz,
                    magnitude: b - 0.25 * (a - c) * offset,
                }
            } else {
                Peak {
                    hz: (k + end) as f64 / 2.0 * bin_hz,
                    magnitude: at(k),
                }
            });
        }
        k = end + 1;
    }
    if peaks.len() < most && magnitudes[last] > threshold && magnitudes[last] > magnitudes[last - 1]
    {
        peaks.push(Peak {
            hz: last as f64 * bin_hz,
            magnitude: at(last),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parabolas_plateaus_and_edges() {
        let mut peaks = Vec::new();
        // A parabola with its top of 4 at 2.25, a plateau at 5 and 6, and the last bin.
        let top = |k: f32| 4.0 - (k - 2.25).powi(2);
        let spectrum = [0.5, top(1.0), top(2.0), top(3.0), 0.0, 2.0, 2.0, 1.0, 3.0];
        find(&spectrum, 10.0, 0.0, 100, &mut peaks);
        let got: Vec<(f64, f64)> = peaks.iter().map(|p| (p.hz, p.magnitude)).collect();
        let want = [(22.5, 4.0), (55.0, 2.0), (80.0, 3.0)];
        assert_eq!(got.len(), want.len());
        for (g, w) in got.iter().zip(want) {
            assert!(
                (g.0 - w.0).abs() < 1e-5 && (g.1 - w.1).abs() < 1e-6,
                "{got:?}"
            );
        }
        find(&spectrum, 10.0, 0.0, 1, &mut peaks);
        assert_eq!(peaks.len(), 1);
        find(&spectrum, 10.0, 2.5, 100, &mut peaks);
        assert_eq!(peaks.len(), 2);
        find(&[2.0, 1.0, 1.0], 1.0, 0.0, 100, &mut peaks);
        assert_eq!((peaks.len(), peaks[0].hz), (1, 0.0));
        find(&[0.0; 9], 1.0, 0.0, 100, &mut peaks);
        assert!(peaks.is_empty());
    }
}
