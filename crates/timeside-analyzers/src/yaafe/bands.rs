//! Energies in bands: those of MPEG-7, mel filters, octaves.

use super::component::Rows;
use super::spectral::{EPSILON, mean_ln};
use super::stage::{RowMap, saturate, single};
use std::ops::Range;
use timeside_dsp::bank::{FilterBank, Height, spaced};

/// Some bins, of which each `group` neighbours are summed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Band {
    bins: Range<usize>,
    group: usize,
}

/// The bands of ISO/IEC 15938-4 (AudioSpectrumFlatness): a quarter of an octave each, from about 250 Hz, overlapping by
/// 5 % of their edges; above 1 kHz neighbouring bins are grouped.
pub(super) fn mpeg7(input: &Rows) -> Vec<Band> {
    let half = f64::from(input.rate) / 2.0;
    let high = half.floor();
    let low = high * (250.0 / high).log2().round().exp2();
    let bin = |hz: f64| (hz / input.bin_hz()).round() as usize;
    let edge = |band: i32| low * (f64::from(band) / 4.0).exp2();
    (0..)
        .map(|band| (edge(band), edge(band + 1)))
        .take_while(|(_, to)| to * 1.05 <= half)
        .map(|(from, to)| {
            let (first, mut end) = (bin(from * 0.95), bin(to * 1.05) + 1);
            let group = if from >= 1_000.0 {
                (from / 500.0).log2().floor().exp2() as usize
            } else {
                1
            };
            if group > 1 {
                let groups = ((end - first) as f64 / group as f64).round() as usize;
                end = first + groups.max(1) * group;
            }
            // A band that rounding carried over the last bin gives up a group.
            while end > input.width && end > first + group {
                end -= group;
            }
            Band {
                bins: first.min(input.width)..end.min(input.width),
                group,
            }
        })
        .filter(|band| !band.bins.is_empty())
        .collect()
}

/// Flatness or crest factor of the power in each band.
#[derive(Debug)]
pub(super) struct PerBand {
    bands: Vec<Band>,
    flatness: bool,
    powers: Vec<f64>,
    small: Vec<f32>,
}

impl PerBand {
    pub(super) fn new(bands: Vec<Band>, flatness: bool) -> Self {
        Self {
            bands,
            flatness,
            powers: Vec::new(),
            small: Vec::new(),
        }
    }
}

impl RowMap for PerBand {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        for band in &self.bands {
            let powers = row[band.bins.clone()].chunks(band.group);
            let powers = powers.map(|g| g.iter().map(|a| f64::from(*a).powi(2)).sum::<f64>());
            self.powers.clear();
            self.powers.extend(powers);
            let count = self.powers.len() as f64;
            let sum: f64 = self.powers.iter().sum();
            out.push(if self.flatness {
                let mean = (sum + count * EPSILON) / count;
                // Over their mean, powers are of a range that single precision holds.
                self.small.clear();
                let relative = self.powers.iter().map(|p| ((p + EPSILON) / mean) as f32);
                self.small
                    .extend(relative.map(|p| p.max(f32::MIN_POSITIVE)));
                single(mean_ln(&self.small).exp())
            } else {
                single(
                    self.powers.iter().fold(0.0, |m: f64, p| m.max(*p)) * count
                        / sum.max(f64::MIN_POSITIVE),
                )
            });
        }
    }
}

/// Triangles of unit area, equally spaced in mel, and their centres in Hz.
///
/// # Errors
/// If they do not fit the sample rate.
pub(super) fn mel(
    input: &Rows,
    filters: usize,
    min_hz: f64,
    max_hz: f64,
) -> Result<(FilterBank, Vec<f64>), String> {
    let half = f64::from(input.rate) / 2.0;
    let max_hz = max_hz.min(half);
    if min_hz >= max_hz {
        return Err(format!(
            "MelMinFreq must be less than {max_hz} Hz, not {min_hz}"
        ));
    }
    // The original's own constant; O'Shaughnessy's scale to 3e-5.
    let on = |hz: f64| 1_127.0 * (1.0 + hz / 700.0).ln();
    let back = |mel: f64| 700.0 * ((mel / 1_127.0).exp() - 1.0);
    let points = spaced(min_hz, max_hz, filters + 2, on, back);
    let bank = FilterBank::triangles(&points, input.bin_hz(), input.width, Height::UnitArea);
    Ok((bank, points[1..=filters].to_vec()))
}

/// The weighted sums of a mel filter bank.
#[derive(Debug)]
pub(super) struct Mel(pub(super) FilterBank);

impl RowMap for Mel {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        out.resize(self.0.len(), 0.0);
        self.0.apply(row, out);
        saturate(out);
    }
}

/// Octave band signal intensity (Essid 2005): the logarithm of the power under triangles an octave wide to either side.
#[derive(Debug)]
pub(super) struct OctaveBands {
    filters: Vec<(usize, Vec<f32>)>,
    centres_hz: Vec<f64>,
}

impl OctaveBands {
    /// # Errors
    /// If no peak lies below half of the sample rate.
    pub(super) fn new(input: &Rows, min_hz: f64) -> Result<Self, String> {
        let half = f64::from(input.rate) / 2.0;
        if min_hz > half {
            return Err(format!(
                "OBSIMinFreq must be at most {half} Hz, not {min_hz}"
            ));
        }
        let octaves = (half / min_hz).log2().floor() as i32;
        let centres_hz: Vec<f64> = (0..=octaves)
            .map(|i| min_hz * f64::from(i).exp2())
            .collect();
        let peaks: Vec<f64> = centres_hz
            .iter()
            .map(|hz| hz / input.bin_of_block_hz())
            .collect();
        let filter = |i: usize| {
            let low = if i == 0 { 0.0 } else { peaks[i - 1] };
            let high = peaks
                .get(i + 1)
                .copied()
                .unwrap_or(input.block as f64 / 2.0);
            let peak = peaks[i];
            let first = (low.ceil() as usize).min(input.width);
            let end = (high.floor() as usize + 1).clamp(first, input.width);
            let weight = |k: usize| {
                let k = k as f64;
                let side = if k <= peak {
                    (k - low) / (peak - low)
                } else {
                    (high - k) / (high - peak)
                };
                (2.0 * side.clamp(0.0, 1.0)) as f32
            };
            (first, (first..end).map(weight).collect())
        };
        Ok(Self {
            filters: (0..peaks.len()).map(filter).collect(),
            centres_hz,
        })
    }

    pub(super) fn centres_hz(&self) -> Vec<f64> {
        self.centres_hz.clone()
    }
}

impl RowMap for OctaveBands {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        let largest = row.iter().fold(0.0_f32, |m, a| m.max(*a));
        let floor = 1e-3 * f64::from(largest);
        for (first, weights) in &self.filters {
            let bins = weights.iter().zip(&row[*first..]);
            let sum: f64 = bins
                .map(|(w, a)| f64::from(*w) * f64::from(*a).powi(2))
                .sum();
            out.push(single(sum.max(floor).max(f64::MIN_POSITIVE).ln()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spectrum(rate: u32, block: usize) -> Rows {
        Rows {
            block,
            fft: block,
            width: block / 2 + 1,
            ..Rows::of_samples(rate, false)
        }
    }

    #[test]
    fn there_are_as_many_bands_as_the_standard_has() {
        let bands = mpeg7(&spectrum(44_100, 1_024));
        assert_eq!(bands.len(), 23);
        assert_eq!(
            bands[0],
            Band {
                bins: 8..11,
                group: 1
            }
        );
        assert!(
            bands
                .iter()
                .all(|b| b.bins.len() % b.group == 0 && b.bins.end <= 513)
        );
    }

    #[test]
    fn noise_of_one_level_is_flat_and_a_line_is_not() {
        let input = spectrum(44_100, 1_024);
        let run = |row: &[f32], flatness| {
            let mut out = Vec::new();
            PerBand::new(mpeg7(&input), flatness).map(row, &mut out);
            out
        };
        assert!(
            run(&[0.5; 513], true)
                .iter()
                .chain(&run(&[0.5; 513], false))
                .all(|v| (v - 1.0).abs() < 1e-6)
        );
        let mut line = [1e-3_f32; 513];
        line[9] = 1.0;
        assert!(run(&line, true)[0] < 0.01);
        assert!((run(&line, false)[0] - 3.0).abs() < 1e-3);
    }

    #[test]
    fn octaves_peak_at_their_frequency_and_silence_has_a_floor() {
        let mut bands = OctaveBands::new(&spectrum(28_160, 1_024), 27.5).unwrap();
        assert_eq!(bands.centres_hz().len(), 10);
        let mut row = [1e-6_f32; 513];
        row[16] = 1.0;
        let mut out = Vec::new();
        bands.map(&row, &mut out);
        assert!((out[4] - 2f32.ln()).abs() < 1e-6, "440 Hz is bin 16");
        assert!((out[0] - 1e-3f32.ln()).abs() < 1e-5);
    }

    #[test]
    fn mel_filters_have_an_area_of_one() {
        let input = spectrum(44_100, 8_192);
        let (bank, centres) = mel(&input, 40, 130.0, 6_854.0).unwrap();
        let mut sums = [0.0; 40];
        bank.apply(&vec![1.0; input.width], &mut sums);
        assert!(
            sums.iter()
                .all(|s| (f64::from(*s) * input.bin_hz() - 1.0).abs() < 0.01)
        );
        assert_eq!(centres.len(), 40);
        assert!(
            mel(&spectrum(8_000, 512), 40, 5_000.0, 6_000.0)
                .unwrap_err()
                .contains("4000 Hz")
        );
    }
}
