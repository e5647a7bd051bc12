//! A spectrum at one moment, drawn beside the spectrogram that it is taken from: level to the right, frequency upwards.

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Slice {
    /// From top to bottom, in pixels.
    pub points: Vec<(f64, f64)>,
    /// The strongest place, if anything is above the floor.
    pub peak: Option<Peak>,
}

/// The strongest place of a slice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// Pixels from the left.
    pub x: f64,
    /// Pixels from the top, between rows where the neighbours say so.
    pub y: f64,
    /// Level in dB.
    pub level_db: f32,
}

/// Levels in dB, the highest frequency first, in `width_px` × `height_px`, `floor_db` at the left edge and `ceiling_db`
/// at the right.
#[must_use]
pub fn plan(
    levels_db: &[f32],
    (floor_db, ceiling_db): (f32, f32),
    (width_px, height_px): (f64, f64),
) -> Slice {
    let row_px = height_px / levels_db.len().max(1) as f64;
    let span = f64::from((ceiling_db - floor_db).max(1e-3));
    let x = |db: f32| (f64::from(db - floor_db) / span).clamp(0.0, 1.0) * width_px;
    let points = levels_db
        .iter()
        .enumerate()
        .map(|(row, &db)| (x(db), (row as f64 + 0.5) * row_px))
        .collect();
    let mut peak = None;
    for (row, &db) in levels_db.iter().enumerate() {
        if db > floor_db && peak.is_none_or(|(_, most)| db > most) {
            peak = Some((row, db));
        }
    }
    let peak = peak.map(|(row, level_db)| {
        // The top of the parabola through the peak and its neighbours.
        let at = |i: Option<usize>| i.and_then(|i| levels_db.get(i)).map_or(level_db, |db| *db);
        let (before, after) = (at(row.checked_sub(1)), at(Some(row + 1)));
        let bend = before - 2.0 * level_db + after;
        let shift = if bend < 0.0 {
            f64::from((before - after) / bend) / 2.0
        } else {
            0.0
        };
        Peak {
            x: x(level_db),
            y: (row as f64 + 0.5 + shift) * row_px,
            level_db,
        }
    });
    Slice { points, peak }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_lies_between_rows() {
        let slice = plan(
            &[-90.0, -40.0, -20.0, -30.0, -90.0],
            (-80.0, 0.0),
            (80.0, 50.0),
        );
        assert_eq!(slice.points[0], (0.0, 5.0));
        assert_eq!(slice.points[2], (60.0, 25.0));
        let peak = slice.peak.unwrap();
        assert_eq!((peak.x, peak.level_db), (60.0, -20.0));
        // Towards the louder neighbour, the one below.
        assert!(peak.y > 25.0 && peak.y < 30.0, "{peak:?}");
    }

    #[test]
    fn silence_has_no_peak() {
        assert_eq!(plan(&[-90.0; 4], (-80.0, 0.0), (80.0, 40.0)).peak, None);
        assert_eq!(plan(&[], (-80.0, 0.0), (80.0, 40.0)).points, []);
        assert_eq!(plan(&[f32::NAN; 2], (-80.0, 0.0), (80.0, 40.0)).peak, None);
    }
}
