//! The learned tables of Chromaprint's second algorithm (`CHROMAPRINT_ALGORITHM_TEST2`, its default).

use super::chromaprint::{BANDS, ROWS};

/// Which cells of a rectangle of the image are set against the others.
#[derive(Debug, Clone, Copy)]
enum Shape {
    /// All cells against nothing.
    Whole,
    /// The upper bands against the lower.
    UpperHalf,
    /// The later rows against the earlier.
    LaterHalf,
    /// Two opposite quarters against the two others.
    Quarters,
    /// The middle third of the bands against the outer ones.
    MiddleBands,
    /// The middle third of the rows against the outer ones.
    MiddleRows,
}

/// A filter over the image and the thresholds that make two bits of its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classifier {
    shape: Shape,
    first_band: usize,
    bands: usize,
    rows: usize,
    thresholds: [f64; 3],
}

const fn classifier(
    shape: Shape,
    first_band: usize,
    bands: usize,
    rows: usize,
    thresholds: [f64; 3],
) -> Classifier {
    Classifier {
        shape,
        first_band,
        bands,
        rows,
        thresholds,
    }
}

#[rustfmt::skip]
pub(super) const CLASSIFIERS: [Classifier; 16] = [
    classifier(Shape::Whole,        4, 3, 15, [ 1.98215,    2.35817,    2.63523]),
    classifier(Shape::MiddleBands,  4, 6, 15, [-1.03809,   -0.651211,  -0.282167]),
    classifier(Shape::UpperHalf,    0, 4, 16, [-0.298702,   0.119262,   0.558497]),
    classifier(Shape::Quarters,     8, 2, 12, [-0.105439,   0.0153946,  0.135898]),
    classifier(Shape::Quarters,     4, 4,  8, [-0.142891,   0.0258736,  0.200632]),
    classifier(Shape::MiddleBands,  0, 3,  5, [-0.826319,  -0.590612,  -0.368214]),
    classifier(Shape::UpperHalf,    2, 2,  9, [-0.557409,  -0.233035,   0.0534525]),
    classifier(Shape::LaterHalf,    7, 3,  4, [-0.0646826,  0.00620476, 0.0784847]),
    classifier(Shape::LaterHalf,    6, 2, 16, [-0.192387,  -0.029699,   0.215855]),
    classifier(Shape::LaterHalf,    1, 3,  2, [-0.0397818, -0.00568076, 0.0292026]),
    classifier(Shape::MiddleRows,  10, 1, 15, [-0.53823,   -0.369934,  -0.190235]),
    classifier(Shape::Quarters,     6, 2, 10, [-0.124877,   0.0296483,  0.139239]),
    classifier(Shape::LaterHalf,    1, 1, 14, [-0.101475,   0.0225617,  0.231971]),
    classifier(Shape::Quarters,     5, 6,  4, [-0.0799915, -0.00729616, 0.063262]),
    classifier(Shape::UpperHalf,    9, 2, 12, [-0.272556,   0.019424,   0.302559]),
    classifier(Shape::Quarters,     4, 2, 14, [-0.164292,  -0.0321188,  0.0846339]),
];

impl Classifier {
    /// Two bits of an image whose rows run from the oldest on, in Gray code: neighbouring levels differ in one.
    pub(super) fn bits(&self, image: &[[f64; BANDS]; ROWS]) -> u32 {
        let value = self.value(image);
        let level = self.thresholds.iter().filter(|t| value >= **t).count();
        [0, 1, 3, 2][level]
    }

    /// `ln((1 + a)/(1 + b))` of the sums of the cells of one and the other kind.
    fn value(&self, image: &[[f64; BANDS]; ROWS]) -> f64 {
        let (mut a, mut b) = (0.0, 0.0);
        for (r, row) in image.iter().take(self.rows).enumerate() {
            let cells = row.iter().skip(self.first_band).take(self.bands);
            for (c, cell) in cells.enumerate() {
                *(if self.counts(r, c) { &mut a } else { &mut b }) += cell;
            }
        }
        ((1.0 + a) / (1.0 + b)).ln()
    }

    /// Whether the cell of this row and band is of the first kind.
    fn counts(&self, row: usize, band: usize) -> bool {
        let upper = band >= self.bands / 2;
        let later = row >= self.rows / 2;
        let middle = |at: usize, of: usize| (of / 3..of / 3 * 2).contains(&at);
        match self.shape {
            Shape::Whole => true,
            Shape::UpperHalf => upper,
            Shape::LaterHalf => later,
            Shape::Quarters => upper != later,
            Shape::MiddleBands => middle(band, self.bands),
            Shape::MiddleRows => middle(row, self.rows),
        }
    }
}
