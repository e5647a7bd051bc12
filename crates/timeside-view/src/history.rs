//! The views somebody has looked at: back and forward, as in a browser.

use crate::viewport::Viewport;

/// What follows a change within this time belongs to the same movement.
const PAUSE_MS: f64 = 700.0;
/// Of more views than these the oldest are forgotten.
const MOST: usize = 100;

/// The stretches shown before and after, in frames.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    back: Vec<(f64, f64)>,
    forward: Vec<(f64, f64)>,
    moved_ms: Option<f64>,
}

impl History {
    /// The view is about to leave `from`, at a time of any clock in milliseconds. Of a movement (a pan, a zoom by
    /// wheel) only where it began is kept.
    pub fn leaves(&mut self, from: &Viewport, now_ms: f64) {
        let is_moving = self.moved_ms.is_some_and(|at| now_ms - at < PAUSE_MS);
        self.moved_ms = Some(now_ms);
        if is_moving {
            return;
        }
        self.forward.clear();
        push(&mut self.back, stretch(from));
    }

    /// The view before, seen from `now`; none if there is none.
    pub fn back(&mut self, now: &Viewport) -> Option<Viewport> {
        turn(&mut self.back, &mut self.forward, now)
    }

    /// The view that was left by [`History::back`].
    pub fn forward(&mut self, now: &Viewport) -> Option<Viewport> {
        turn(&mut self.forward, &mut self.back, now)
    }

    /// Another recording.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

fn turn(
    from: &mut Vec<(f64, f64)>,
    onto: &mut Vec<(f64, f64)>,
    now: &Viewport,
) -> Option<Viewport> {
    while let Some((start, end)) = from.pop() {
        let view = now.showing(start, end);
        if view != *now {
            push(onto, stretch(now));
            return Some(view);
        }
    }
    None
}

fn push(onto: &mut Vec<(f64, f64)>, stretch: (f64, f64)) {
    if onto.last() != Some(&stretch) {
        onto.push(stretch);
    }
    if onto.len() > MOST {
        onto.remove(0);
    }
}

fn stretch(view: &Viewport) -> (f64, f64) {
    (view.origin(), view.origin() + view.span_frames())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_and_forward_by_movements() {
        let whole = Viewport::new(100_000, 1000.0, 500.0);
        let mut history = History::default();
        assert_eq!(history.back(&whole), None);
        let near = whole.showing(10_000.0, 20_000.0);
        history.leaves(&whole, 0.0);
        // One long pan.
        let mut view = near;
        for step in 0..50 {
            history.leaves(&view, 5000.0 + f64::from(step) * 16.0);
            view = view.panned(10.0);
        }
        assert_eq!(history.back(&view), Some(near));
        assert_eq!(history.back(&near), Some(whole));
        assert_eq!(history.back(&whole), None);
        assert_eq!(history.forward(&whole), Some(near));
        assert_eq!(history.forward(&near), Some(view));
        assert_eq!(history.forward(&view), None);
        // A new way ends the old one.
        assert_eq!(history.back(&view), Some(near));
        history.leaves(&near, 60_000.0);
        assert_eq!(history.forward(&near.panned(1.0)), None);
    }
}
