//! The energy of overlapping windows of a signal, from that of its pieces.

use std::collections::VecDeque;

/// Windows of `length` frames, one every `step` frames from frame 0 on. Pieces must end wherever a window does
/// ([`Windows::next_cut`]); each open window adds them up itself, so a quiet one loses nothing to a loud past.
#[derive(Debug, Default)]
pub(super) struct Windows {
    length_frames: u64,
    step_frames: u64,
    next_start: u64,
    oldest_start: u64,
    open: VecDeque<f64>,
}

impl Windows {
    pub(super) fn new(length_frames: u64, step_frames: u64) -> Self {
        Self {
            length_frames,
            step_frames,
            ..Self::default()
        }
    }

    pub(super) fn length_frames(&self) -> u64 {
        self.length_frames
    }

    /// The next frame at which a window begins or ends.
    pub(super) fn next_cut(&self) -> u64 {
        let end = if self.open.is_empty() {
            u64::MAX
        } else {
            self.oldest_start + self.length_frames
        };
        end.min(self.next_start)
    }

    /// The energy of the piece that ends at a cut.
    pub(super) fn add(&mut self, energy: f64) {
        let (a, b) = self.open.as_mut_slices();
        a.iter_mut().chain(b).for_each(|sum| *sum += energy);
    }

    /// The mean power of the window that ends at frame `at`, if one does.
    pub(super) fn close(&mut self, at: u64) -> Option<f64> {
        if self.open.is_empty() || at != self.oldest_start + self.length_frames {
            return None;
        }
        self.oldest_start += self.step_frames;
        Some(self.open.pop_front()? / self.length_frames as f64)
    }

    /// Begins a window at frame `at` if it is time; tells whether it was.
    pub(super) fn open(&mut self, at: u64) -> bool {
        let due = at == self.next_start;
        if due {
            self.open.push_back(0.0);
            self.next_start += self.step_frames;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_that_their_steps_do_not_divide() {
        // One unit of energy per frame, so that every mean is 1.
        let (mut w, mut at, mut closed) = (Windows::new(10, 3), 0, Vec::new());
        w.open(0);
        while at < 22 {
            let cut = w.next_cut();
            w.add((cut - at) as f64);
            at = cut;
            closed.extend(w.close(at).map(|power| (at, power)));
            w.open(at);
        }
        let want = [10, 13, 16, 19, 22].map(|at| (at, 1.0));
        assert_eq!(closed, want);
    }
}
