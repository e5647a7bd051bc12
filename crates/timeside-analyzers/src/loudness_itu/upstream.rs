//! TimeSide 1's numbers, for `compat`: of each block it filters row `n` (one frame across the channels)
//! where channel `n` was meant, each from a state at rest.

use crate::finite;
use std::ops::Range;
use timeside_core::Block;
use timeside_dsp::kweighting::{Biquad, Cascade};

/// Its sections at 44.1 kHz, and those it uses at every other rate.
const AT_44100: [Biquad; 2] = [
    Biquad {
        b: [1.53093728623786, -2.65120001232265, 1.16732946528280],
        a: [-1.66410930225081, 0.711176041448821],
    },
    Biquad {
        b: [0.994975383507587, -1.98995076701517, 0.994975383507587],
        a: [-1.98992552008493, 0.989976013945421],
    },
];
const AT_OTHERS: [Biquad; 2] = [
    Biquad {
        b: [1.53512485958697, -2.69169618940638, 1.19839281085285],
        a: [-1.69065929318241, 0.73248077421585],
    },
    Biquad {
        b: [1.0, -2.0, 1.0],
        a: [-1.99004745483398, 0.99007225036621],
    },
];

/// Its weights: by position alone, and 1 past the fifth.
pub(super) fn channel_weights(channels: usize) -> Vec<f64> {
    (0..channels)
        .map(|c| if c == 3 || c == 4 { 1.41 } else { 1.0 })
        .collect()
}

/// The first rows of a block, as many as there are channels.
#[derive(Debug, Default)]
pub(super) struct FirstRows {
    rows: Vec<Vec<f32>>,
}

impl FirstRows {
    /// Takes the frames `piece` of `block` as long as rows are missing.
    pub(super) fn take(&mut self, block: &Block, piece: Range<usize>) {
        let missing = block.channels.len() - self.rows.len().min(block.channels.len());
        for n in piece.take(missing) {
            self.rows
                .push(block.channels.iter().map(|c| finite(c[n])).collect());
        }
    }

    /// The weighted sum of the squares of the filtered rows.
    pub(super) fn energy(&self, weights: &[f64], sample_rate: u32) -> f64 {
        let sections = if sample_rate == 44_100 {
            AT_44100
        } else {
            AT_OTHERS
        };
        self.rows
            .iter()
            .zip(weights)
            .map(|(row, weight)| weight * Cascade::new(sections).energy(row))
            .sum()
    }
}
