//! One level of the pyramid: six bytes per peak.

use super::{Peak, PeakSum};

/// Peaks that share one exponent.
const CHUNK: usize = 64;

/// From one level to the next coarser.
pub(super) const FACTOR: usize = 8;

/// Codes of extremes: units of `2^(exponent − 15)`; of the RMS: units of `2^(exponent − 16)`. At exponent 0 the
/// extremes are those of 16-bit samples, bit for bit; it grows where samples reach beyond `±2^exponent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packed {
    pub(super) min: i16,
    pub(super) max: i16,
    pub(super) rms: u16,
}

impl Packed {
    /// Nothing seen: its extremes are the wrong way round.
    pub(super) const EMPTY: Self = Self {
        min: i16::MAX,
        max: i16::MIN,
        rms: 0,
    };

    pub(super) fn is_empty(self) -> bool {
        self.min > self.max
    }

    fn of(peak: Peak, exponent: u8) -> Self {
        if peak.min > peak.max {
            return Self::EMPTY;
        }
        let scale = (15.0 - f32::from(exponent)).exp2();
        // The casts saturate: at what is not finite, or rounds up to the end of the scale.
        Self {
            min: (peak.min * scale).round() as i16,
            max: (peak.max * scale).round() as i16,
            rms: (peak.mean_square.sqrt() * scale * 2.0).round() as u16,
        }
    }

    fn peak(self, exponent: u8) -> Peak {
        if self.is_empty() {
            return Peak::NONE;
        }
        let unit = (f32::from(exponent) - 15.0).exp2();
        let rms = f32::from(self.rms) * unit / 2.0;
        Peak {
            min: f32::from(self.min) * unit,
            max: f32::from(self.max) * unit,
            mean_square: rms * rms,
        }
    }
}

/// The largest exponent: beyond it lies no `f32`.
const MAX_EXPONENT: u8 = 128;

/// The least exponent whose codes reach so far, to half a unit of the codes of 16-bit samples.
fn exponent_for(peak: Peak) -> u8 {
    let reach = |x: f32| if x.is_finite() { x.abs() } else { 0.0 };
    let largest = reach(peak.min).max(reach(peak.max));
    let mut exponent = 0;
    while exponent < MAX_EXPONENT && largest > f32::from(exponent).exp2() {
        exponent += 1;
    }
    exponent
}

/// Peaks by their index; those that were never set are [`Peak::NONE`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Level {
    lowest_exponent: u8,
    packed: Vec<Packed>,
    /// One per [`CHUNK`] peaks.
    exponents: Vec<u8>,
}

impl Level {
    /// No peaks. An exponent that never rises rounds but once: 1 is for samples that may pass ±1.
    pub(super) fn new(lowest_exponent: u8) -> Self {
        Self {
            lowest_exponent,
            packed: Vec::new(),
            exponents: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.packed.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.packed.len() * size_of::<Packed>() + self.exponents.len()
    }

    pub(super) fn packed(&self) -> &[Packed] {
        &self.packed
    }

    pub(super) fn exponents(&self) -> &[u8] {
        &self.exponents
    }

    /// As [`Level::packed`] and [`Level::exponents`] gave them; `None` if they do not fit each other.
    pub(super) fn from_parts(
        lowest_exponent: u8,
        packed: Vec<Packed>,
        exponents: Vec<u8>,
    ) -> Option<Self> {
        let range = lowest_exponent..=MAX_EXPONENT;
        let fits = exponents.len() == packed.len().div_ceil(CHUNK)
            && exponents.iter().all(|e| range.contains(e));
        fits.then_some(Self {
            lowest_exponent,
            packed,
            exponents,
        })
    }

    /// Makes room for `len` peaks without growing by doubling.
    pub(super) fn reserve(&mut self, len: usize) {
        if self.packed.capacity() < len {
            self.packed.reserve_exact(len - self.packed.len());
        }
    }

    pub(super) fn get(&self, index: usize) -> Peak {
        match (self.packed.get(index), self.exponents.get(index / CHUNK)) {
            (Some(packed), Some(exponent)) => packed.peak(*exponent),
            _ => Peak::NONE,
        }
    }

    pub(super) fn set(&mut self, index: usize, peak: Peak) {
        if index >= self.packed.len() {
            self.reserve((index + 1).max(self.packed.len() + self.packed.len() / 8));
            self.packed.resize(index + 1, Packed::EMPTY);
            self.exponents
                .resize((index + 1).div_ceil(CHUNK), self.lowest_exponent);
        }
        let chunk = index / CHUNK;
        let (old, new) = (self.exponents[chunk], exponent_for(peak));
        if new > old {
            let end = self.packed.len().min((chunk + 1) * CHUNK);
            for packed in &mut self.packed[chunk * CHUNK..end] {
                *packed = Packed::of(packed.peak(old), new);
            }
            self.exponents[chunk] = new;
        }
        self.packed[index] = Packed::of(peak, old.max(new));
    }

    /// Makes the peaks `range` of the level above from those of this one.
    pub(super) fn join_into(&self, above: &mut Self, range: std::ops::Range<usize>) {
        for group in range {
            let end = self.len().min((group + 1) * FACTOR);
            let mut sum = PeakSum::default();
            for index in group * FACTOR..end {
                if !self.packed[index].is_empty() {
                    sum.add(self.get(index), 1.0);
                }
            }
            above.set(group, sum.peak());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_are_kept_and_more_is_rounded_to_half_a_unit() {
        let mut level = Level::new(0);
        for code in i16::MIN..=i16::MAX {
            let x = f32::from(code) / 32_768.0;
            level.set(5, Peak::of(&[x]));
            assert_eq!((level.get(5).min, level.get(5).max), (x, x));
        }
        assert_eq!(level.exponents, [0]);
        // Beyond full scale the unit doubles, for the neighbours too.
        level.set(6, Peak::of(&[-1.3, 1.7]));
        assert_eq!(level.exponents, [1]);
        assert!((level.get(6).max - 1.7).abs() <= 1.0 / 32_768.0);
        assert!((level.get(5).max - 32_767.0 / 32_768.0).abs() <= 1.0 / 32_768.0);
        // Where it is so from the start, nothing is rounded twice.
        let mut roomy = Level::new(1);
        (0..65_536).for_each(|i| roomy.set(i, Peak::of(&[i as f32 / 40_000.0])));
        let off = (0..65_536).map(|i| (roomy.get(i).max - i as f32 / 40_000.0).abs());
        assert!(off.fold(0.0, f32::max) <= 1.0 / 32_768.0);
        assert!((level.get(6).mean_square - 2.29).abs() < 1e-3);
        level.set(69_999, Peak::of(&[0.5]));
        assert_eq!(level.get(69_998), Peak::NONE);
        // What is no number, or none at all, draws as the end of the scale and leaves the neighbours alone.
        level.set(7, Peak::of(&[f32::INFINITY, 0.5]));
        assert_eq!(level.exponents[0], 1);
        assert!(level.get(7).max > 1.9 && level.get(7).min == 0.5);
        level.set(7, Peak::of(&[3e38]));
        assert!((level.get(7).max / 3e38 - 1.0).abs() < 1e-4);
    }
}
