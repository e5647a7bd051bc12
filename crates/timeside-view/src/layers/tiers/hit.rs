//! What lies under the pointer.

use super::Bar;

/// Which part of a bar a pointer would take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grip {
    /// The whole.
    Body,
    /// Its begin.
    Start,
    /// Its end.
    End,
}

/// A bar under the pointer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit<K> {
    /// [`Bar::key`].
    pub key: K,
    /// What would be taken.
    pub grip: Grip,
}

/// What a pointer at `x`, `y` takes of these bars. An edge is taken within `reach_px` of it, of `preferred` (what is
/// selected) before any other; a bar keeps its middle third for itself.
pub fn grip_at<K: Copy + PartialEq>(
    bars: &[Bar<K>],
    x: f64,
    y: f64,
    reach_px: f64,
    preferred: Option<K>,
) -> Option<Hit<K>> {
    let in_row = |bar: &&Bar<K>| y >= bar.top_px && y < bar.top_px + bar.height_px;
    let take = |bar: &Bar<K>| {
        let grip = grip_of(bar, x, reach_px)?;
        Some((bar.key, grip))
    };
    let chosen = bars
        .iter()
        .find(|bar| Some(bar.key) == preferred)
        .filter(in_row)
        .and_then(take);
    let best = || {
        let hits = bars.iter().rev().filter(in_row).filter_map(|bar| {
            let (key, grip) = take(bar)?;
            let inside = x >= bar.left_px && x < bar.right_px;
            Some((!inside, key, grip))
        });
        // What lies under the pointer goes before what is only near it.
        hits.min_by_key(|hit| hit.0)
            .map(|(_, key, grip)| (key, grip))
    };
    chosen.or_else(best).map(|(key, grip)| Hit { key, grip })
}

fn grip_of<K>(bar: &Bar<K>, x: f64, reach_px: f64) -> Option<Grip> {
    let (left, right) = (bar.left_px, bar.right_px);
    if bar.is_point {
        // A flag is taken at its stem and on its text.
        return (x >= left - reach_px && x < right.max(left + reach_px)).then_some(Grip::Body);
    }
    if x < left - reach_px || x > right + reach_px {
        return None;
    }
    let inner = reach_px.min((right - left) / 3.0);
    if x < left + inner {
        Some(Grip::Start)
    } else if x >= right - inner {
        Some(Grip::End)
    } else {
        Some(Grip::Body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(key: u32, left_px: f64, right_px: f64) -> Bar<u32> {
        Bar {
            key,
            left_px,
            right_px,
            top_px: 0.0,
            height_px: 24.0,
            is_point: false,
        }
    }

    #[test]
    fn edges_bodies_and_neighbours() {
        let bars = [bar(1, 10.0, 60.0), bar(2, 60.0, 90.0), bar(3, 200.0, 206.0)];
        let at = |x| grip_at(&bars, x, 12.0, 5.0, None).map(|h| (h.key, h.grip));
        assert_eq!(at(30.0), Some((1, Grip::Body)));
        assert_eq!(at(7.0), Some((1, Grip::Start)));
        assert_eq!(at(57.0), Some((1, Grip::End)));
        assert_eq!(at(61.0), Some((2, Grip::Start)));
        assert_eq!(
            at(203.0),
            Some((3, Grip::Body)),
            "a narrow bar can be moved"
        );
        assert_eq!(at(207.0), Some((3, Grip::End)));
        assert_eq!(at(150.0), None);
        assert_eq!(grip_at(&bars, 30.0, 30.0, 5.0, None), None);
    }

    #[test]
    fn what_is_selected_is_taken_first() {
        let bars = [bar(1, 10.0, 60.0), bar(2, 60.0, 90.0)];
        let hit = grip_at(&bars, 70.0, 12.0, 22.0, Some(1));
        assert_eq!(
            hit,
            Some(Hit {
                key: 1,
                grip: Grip::End
            })
        );
    }
}
