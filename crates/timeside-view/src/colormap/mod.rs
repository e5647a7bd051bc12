//! Colour maps: 256 colours from the quietest to the loudest.

mod tables;

/// A colour map. The perceptual ones rise evenly in lightness, so that equal steps of level look
/// equal and a print in grey still reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorMap {
    /// Black to cream through purple: the default on dark.
    #[default]
    Magma,
    /// Black to pale yellow through red.
    Inferno,
    /// Violet to yellow through green.
    Viridis,
    /// Blue to yellow, the same to red-green-blind eyes.
    Cividis,
    /// Black to white.
    Grey,
    /// White to black, ink on paper: the default on light.
    InvertedGrey,
}

impl ColorMap {
    /// Every map, in the order a menu should list them.
    pub const ALL: [Self; 6] = [
        Self::Magma,
        Self::InvertedGrey,
        Self::Viridis,
        Self::Inferno,
        Self::Cividis,
        Self::Grey,
    ];

    /// The name used in attributes and settings.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Magma => "magma",
            Self::Inferno => "inferno",
            Self::Viridis => "viridis",
            Self::Cividis => "cividis",
            Self::Grey => "grey",
            Self::InvertedGrey => "inverted-grey",
        }
    }

    /// The map of that name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|map| map.id() == id)
    }

    /// RGB, 8 bits each, for 0 (quietest) to 255 (loudest).
    #[must_use]
    pub fn table(self) -> [[u8; 3]; 256] {
        match self {
            Self::Magma => from_hex(tables::MAGMA),
            Self::Inferno => from_hex(tables::INFERNO),
            Self::Viridis => from_hex(tables::VIRIDIS),
            Self::Cividis => from_hex(tables::CIVIDIS),
            Self::Grey => std::array::from_fn(|i| [i as u8; 3]),
            Self::InvertedGrey => std::array::from_fn(|i| [255 - i as u8; 3]),
        }
    }
}

/// A colour for each byte of a tile of log magnitudes: `level_db = min_db + byte / 255 · (max_db −
/// min_db)`, dark (the map's first colour) at `floor_db` and below, its last at `ceiling_db` and
/// above. Changing the range is a new table, never a new transform.
#[must_use]
pub fn lookup(
    map: ColorMap,
    min_db: f32,
    max_db: f32,
    floor_db: f32,
    ceiling_db: f32,
) -> [[u8; 3]; 256] {
    let table = map.table();
    let span = (ceiling_db - floor_db).max(1e-3);
    std::array::from_fn(|byte| {
        let level_db = min_db + byte as f32 / 255.0 * (max_db - min_db);
        // A cast of a float to u8 saturates; NaN becomes 0.
        table[usize::from(((level_db - floor_db) / span * 255.0).round() as u8)]
    })
}

/// Colours a tile: row-major bytes to RGBA of the same order. Whatever `rgba` is longer than the
/// data needs is left as it was.
pub fn paint(data: &[u8], lookup: &[[u8; 3]; 256], rgba: &mut [u8]) {
    for (pixel, &byte) in rgba.chunks_exact_mut(4).zip(data) {
        let [r, g, b] = lookup[usize::from(byte)];
        pixel.copy_from_slice(&[r, g, b, 255]);
    }
}

fn from_hex(hex: &[u8; 1536]) -> [[u8; 3]; 256] {
    let digit = |at: usize| match hex[at] {
        d @ b'0'..=b'9' => d - b'0',
        d => d - b'a' + 10,
    };
    std::array::from_fn(|i| {
        std::array::from_fn(|c| digit(i * 6 + c * 2) * 16 + digit(i * 6 + c * 2 + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CIE lightness of an sRGB colour.
    fn lightness([r, g, b]: [u8; 3]) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        let y = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        if y > 0.008_856 {
            116.0 * y.cbrt() - 16.0
        } else {
            903.3 * y
        }
    }

    #[test]
    fn known_ends() {
        assert_eq!(ColorMap::Magma.table()[0], [0, 0, 4]);
        assert_eq!(ColorMap::Magma.table()[255], [252, 253, 191]);
        assert_eq!(ColorMap::Viridis.table()[0], [68, 1, 84]);
        assert_eq!(ColorMap::Viridis.table()[255], [253, 231, 37]);
        assert_eq!(ColorMap::Inferno.table()[255], [252, 255, 164]);
        assert_eq!(ColorMap::InvertedGrey.table()[0], [255; 3]);
    }

    #[test]
    fn lightness_rises_evenly() {
        for map in ColorMap::ALL {
            let table = map.table();
            let sign = if map == ColorMap::InvertedGrey {
                -1.0
            } else {
                1.0
            };
            let steps: Vec<f64> = table
                .chunks(15)
                .map(|c| lightness(c[0]))
                .collect::<Vec<_>>()
                .windows(2)
                .map(|w| sign * (w[1] - w[0]))
                .collect();
            assert!(steps.iter().all(|&d| d > 0.0), "{map:?} {steps:?}");
        }
    }

    #[test]
    fn lookup_clamps_to_the_range() {
        let lut = lookup(ColorMap::Grey, -120.0, 0.0, -90.0, -30.0);
        assert_eq!(lut[0], [0; 3]);
        assert_eq!(lut[255], [255; 3]);
        let middle = lut[(60.0_f32 / 120.0 * 255.0).round() as usize][0];
        assert!((i32::from(middle) - 128).abs() <= 1, "{middle}");
        assert_eq!(
            lookup(ColorMap::Grey, f32::NAN, 0.0, -90.0, -30.0)[9],
            [0; 3]
        );
    }

    #[test]
    fn ids_are_found_again() {
        assert!(
            ColorMap::ALL
                .into_iter()
                .all(|map| ColorMap::from_id(map.id()) == Some(map))
        );
        assert_eq!(ColorMap::from_id("jet"), None);
    }
}
