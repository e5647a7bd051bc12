//! Chords by templates (Oudre, Grenier & Févotte 2011).

use super::stage::{RowMap, single};

/// What a template has where its chord has no note.
const REST: f64 = 0.1;

/// How well each chord fits a chroma vector: minus the generalised Kullback-Leibler divergence of the vector (its sum
/// made 1) from the template, scaled so that it fits best. Silence fits all with 0.
#[derive(Debug)]
pub(super) struct ChordFits(Vec<[f64; 12]>);

impl ChordFits {
    /// Major and minor triads, or with dominant sevenths.
    pub(super) fn new(sevenths: bool) -> Self {
        let kinds: &[&[usize]] = &[&[0, 4, 7], &[0, 3, 7], &[0, 4, 7, 10]];
        let template = |root: usize, notes: &[usize]| {
            let mut template = [REST; 12];
            for note in notes {
                template[(root + note) % 12] = 1.0;
            }
            let sum: f64 = template.iter().sum();
            // The best scale makes the sums equal.
            template.map(|t| (t / sum).ln())
        };
        let kinds = kinds.iter().take(if sevenths { 3 } else { 2 });
        Self(
            kinds
                .flat_map(|notes| (0..12).map(move |root| template(root, notes)))
                .collect(),
        )
    }
}

impl RowMap for ChordFits {
    fn map(&mut self, chroma: &[f32], out: &mut Vec<f32>) {
        let sum: f64 = chroma.iter().map(|c| f64::from(*c)).sum();
        if sum <= 0.0 {
            out.resize(self.0.len(), 0.0);
            return;
        }
        let part = |c: &f32| f64::from(c.max(0.0)) / sum;
        let own: f64 = chroma
            .iter()
            .map(part)
            .filter(|p| *p > 0.0)
            .map(|p| p * p.ln())
            .sum();
        out.extend(self.0.iter().map(|logs| {
            let cross: f64 = chroma.iter().zip(logs).map(|(c, log)| part(c) * log).sum();
            // No vector of zeros and ones is a template, so that only silence fits with 0.
            single((cross - own).min(-1e-9))
        }));
    }
}

/// The number of the chord that fits best, −1 where all fit with 0.
#[derive(Debug)]
pub(super) struct BestChord;

impl RowMap for BestChord {
    fn map(&mut self, fits: &[f32], out: &mut Vec<f32>) {
        let best = (0..fits.len()).reduce(|best, i| if fits[i] > fits[best] { i } else { best });
        out.push(match best {
            Some(best) if fits[best] < 0.0 => best as f32,
            _ => -1.0,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chord(notes: &[usize], sevenths: bool) -> f32 {
        let mut chroma = [0.05_f32; 12];
        notes.iter().for_each(|n| chroma[*n] = 0.8);
        let (mut fits, mut out) = (Vec::new(), Vec::new());
        ChordFits::new(sevenths).map(&chroma, &mut fits);
        BestChord.map(&fits, &mut out);
        out[0]
    }

    #[test]
    fn triads_and_sevenths_are_named() {
        assert_eq!(chord(&[0, 4, 7], false), 0.0);
        assert_eq!(chord(&[9, 0, 4], true), 21.0);
        assert_eq!(chord(&[7, 11, 2, 5], true), 31.0);
        let mut out = Vec::new();
        BestChord.map(&[0.0; 24], &mut out);
        assert_eq!(out, [-1.0]);
    }
}
