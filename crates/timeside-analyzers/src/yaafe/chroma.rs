//! Chroma from constant-Q spectra.

use super::component::Rows;
use super::stage::{Emit, RowMap, Stage, saturate};

/// Folds octaves, finds the tuning from the first rows, and turns bins so that 0 is C and in tune (Harte & Sandler 2005).
#[derive(Debug)]
pub(super) struct Tune {
    bins: usize,
    /// Rows from which the tuning is found.
    wanted: usize,
    held: Vec<f32>,
    counts: Vec<usize>,
    /// Where bin 0 goes, once known.
    shift: Option<usize>,
    /// Semitones from bin 0's note up to C, negative.
    base: i64,
    octaves: usize,
    folded: Vec<f32>,
    out: Vec<f32>,
}

impl Tune {
    /// # Errors
    /// If rows are not whole octaves of whole semitones.
    pub(super) fn new(input: &Rows, min: f64, bins: usize, wanted: usize) -> Result<Self, String> {
        if !bins.is_multiple_of(12) {
            return Err(format!(
                "CQTBinsPerOctave must be a multiple of 12, not {bins}"
            ));
        }
        if input.width == 0 || !input.width.is_multiple_of(bins) {
            return Err(format!(
                "rows must be of whole octaves of {bins} values, not of {}",
                input.width
            ));
        }
        let min_hz = super::kernel::hz(min, f64::from(input.rate));
        let note = (69.0 + 12.0 * (min_hz / 440.0).log2()).round() as i64;
        Ok(Self {
            bins,
            wanted,
            held: Vec::new(),
            counts: vec![0; bins / 12],
            shift: None,
            base: 48 - note,
            octaves: input.width / bins,
            folded: vec![0.0; bins],
            out: vec![0.0; bins],
        })
    }

    fn fold(&mut self, row: &[f32]) {
        self.folded.fill(0.0);
        for octave in row.chunks(self.bins) {
            self.folded
                .iter_mut()
                .zip(octave)
                .for_each(|(sum, x)| *sum += x);
        }
        saturate(&mut self.folded);
    }

    /// Counts where within a semitone the peaks of the folded row lie.
    fn count(&mut self) {
        let sum: f64 = self.folded.iter().map(|x| f64::from(*x)).sum();
        let least = (sum / (self.bins * self.octaves) as f64) as f32;
        for (i, x) in self.folded.iter().enumerate() {
            let before = self.folded[(i + self.bins - 1) % self.bins];
            let after = self.folded[(i + 1) % self.bins];
            if *x > before && *x > after && *x > least {
                let offset = i % self.counts.len();
                self.counts[offset] += 1;
            }
        }
    }

    fn settle(&mut self) -> usize {
        let per_semitone = self.counts.len();
        let most = (0..per_semitone).reduce(|a, b| {
            if self.counts[b] > self.counts[a] {
                b
            } else {
                a
            }
        });
        let bias = most.unwrap_or(0);
        let tuned = if bias > per_semitone / 2 {
            per_semitone as i64 - bias as i64
        } else {
            -(bias as i64)
        };
        let shift = tuned - per_semitone as i64 * self.base;
        shift.rem_euclid(self.bins as i64) as usize
    }

    fn give(out: &mut [f32], folded: &[f32], shift: usize, emit: Emit<'_>) {
        let bins = out.len();
        for (i, x) in folded.iter().enumerate() {
            out[(i + shift) % bins] = *x;
        }
        emit(out);
    }

    fn release(&mut self, emit: Emit<'_>) -> usize {
        let shift = self.settle();
        self.shift = Some(shift);
        for folded in std::mem::take(&mut self.held).chunks(self.bins) {
            Self::give(&mut self.out, folded, shift, emit);
        }
        shift
    }
}

impl Stage for Tune {
    fn push(&mut self, row: &[f32], emit: Emit<'_>) {
        self.fold(row);
        let Some(shift) = self.shift else {
            self.count();
            self.held.extend_from_slice(&self.folded);
            if self.held.len() >= self.wanted * self.bins {
                self.release(emit);
            }
            return;
        };
        Self::give(&mut self.out, &self.folded, shift, emit);
    }

    fn finish(&mut self, emit: Emit<'_>) {
        if self.shift.is_none() {
            self.release(emit);
        }
    }
}

/// Sums the bins around each semitone under a Gaussian.
#[derive(Debug)]
pub(super) struct Reduce(Vec<f32>);

impl Reduce {
    /// # Errors
    /// If rows are not of whole semitones.
    pub(super) fn new(width: usize) -> Result<Self, String> {
        if width == 0 || !width.is_multiple_of(12) {
            return Err(format!(
                "rows must be of a multiple of 12 values, not of {width}"
            ));
        }
        let count = width / 12;
        let edge = (count - 1) as f64 / 2.0;
        let weight = |i: usize| {
            let place = if edge > 0.0 {
                2.5 * (i as f64 - edge) / edge
            } else {
                0.0
            };
            (-0.5 * place * place).exp() as f32
        };
        Ok(Self((0..count).map(weight).collect()))
    }
}

impl RowMap for Reduce {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        let (count, bins) = (self.0.len(), row.len());
        let before = (count - 1) / 2;
        out.extend((0..12).map(|semitone| {
            let first = semitone * count + bins - before;
            let terms = self
                .0
                .iter()
                .enumerate()
                .map(|(i, w)| w * row[(first + i) % bins]);
            terms.sum::<f32>()
        }));
        saturate(out);
    }
}

/// The largest bin around each note's place, summed over octaves (Zhu & Kankanhalli 2006).
#[derive(Debug)]
pub(super) struct PartialChroma {
    /// Bins from one value to the next.
    spacing: usize,
    classes: usize,
    around: usize,
}

impl PartialChroma {
    /// # Errors
    /// If an octave's bins are not whole semitones.
    pub(super) fn new(bins: usize, per_semitone: usize, around: usize) -> Result<Self, String> {
        let classes = 12 * per_semitone;
        if !bins.is_multiple_of(classes) {
            return Err(format!(
                "CQTBinsPerOctave must be a multiple of {classes} (12·CZBinsPerSemitone), not {bins}"
            ));
        }
        Ok(Self {
            spacing: bins / classes,
            classes,
            around: around / 2,
        })
    }
}

impl RowMap for PartialChroma {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        out.resize(self.classes, 0.0);
        // Bin 0 is an A.
        let a = 9 * self.classes / 12;
        for (note, centre) in (0..row.len()).step_by(self.spacing).enumerate() {
            let near =
                centre.saturating_sub(self.around)..(centre + self.around + 1).min(row.len());
            let largest = row[near].iter().fold(0.0_f32, |m, x| m.max(*x));
            out[(a + note) % self.classes] += largest;
        }
        saturate(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tuned(lit: impl Fn(usize) -> bool, min: f64) -> Vec<f32> {
        let input = Rows {
            width: 108,
            ..Rows::of_samples(44_100, false)
        };
        let mut tune = Tune::new(&input, min, 36, 2).unwrap();
        let row: Vec<f32> = (0..108).map(|i| if lit(i) { 1.0 } else { 0.01 }).collect();
        let mut rows = Vec::new();
        for _ in 0..3 {
            tune.push(&row, &mut |r| rows.push(r.to_vec()));
        }
        assert_eq!(rows.len(), 3);
        let mut out = Vec::new();
        Reduce::new(36).unwrap().map(&rows[2], &mut out);
        out
    }

    #[test]
    fn the_first_bin_is_turned_to_its_note_also_when_out_of_tune() {
        let largest = |c: &[f32]| (0..12).max_by(|a, b| c[*a].total_cmp(&c[*b])).unwrap();
        // 73.42 Hz is D.
        assert_eq!(largest(&tuned(|i| i == 0, 73.42)), 2);
        assert_eq!(largest(&tuned(|i| i == 36 + 7 * 3, 73.42)), 9);
        for detuned in [1, 35] {
            let c = tuned(|i| i == detuned, 73.42);
            assert_eq!(largest(&c), 2, "a third of a semitone off: {c:?}");
        }
    }

    #[test]
    fn partials_of_a_fall_on_a() {
        let mut row = vec![0.0; 7 * 48];
        for bin in [0, 49, 95, 144] {
            row[bin] = 1.0;
        }
        let mut out = Vec::new();
        PartialChroma::new(48, 1, 2).unwrap().map(&row, &mut out);
        assert_eq!(out[9], 4.0);
        assert_eq!(out.iter().sum::<f32>(), 4.0);
        assert!(PartialChroma::new(48, 5, 2).is_err());
    }
}
