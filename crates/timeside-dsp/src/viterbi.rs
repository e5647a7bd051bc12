//! The likeliest path through a grid of states, found while the observations come, in bounded memory.

/// A decoder of hidden Markov models whose states are the bins of an axis, once per group (such as voiced and
/// unvoiced): within a step the bin moves by little, and the group may change.
///
/// State `g·bins + b` is bin `b` in group `g`. A transition has the probability
/// `groups[g][h] · window[c − b] / Σ window` over those bins that exist; the first state is any, equally likely.
///
/// Viterbi's algorithm gives the path when all is heard. Here a state is given out as soon as all paths that may still
/// win agree on it, which is the same path; where they do not agree within [`Viterbi::held_frames`], the older half of
/// what is held is taken from the likeliest path so far.
#[derive(Debug, Clone)]
pub struct Viterbi {
    bins: usize,
    groups: usize,
    /// Logarithms of the window, of what each bin's window sums to, and of the changes of group.
    window: Vec<f64>,
    sums: Vec<f64>,
    changes: Vec<f64>,
    score: Vec<f64>,
    /// Per group: the best way to each bin if the group stays, and where it came from, relative to the window's begin.
    padded: Vec<f64>,
    best: Vec<f64>,
    from: Vec<f64>,
    /// For each held frame but the first of all, the state each state came from.
    back: Vec<u16>,
    held: usize,
    limit: usize,
    alive: Vec<u16>,
    next: Vec<u16>,
    seen: Vec<bool>,
    path: Vec<u16>,
}

/// After how many frames the paths are compared again.
const COMPARE_FRAMES: usize = 64;

impl Viterbi {
    /// A decoder of `groups.len()` groups of `bins` states. `window` has an odd length: its middle stands for the same
    /// bin; `groups[g][h]` is the probability to go from `g` to `h`. At most `held_frames` (at least 128) are held.
    pub fn new(bins: usize, window: &[f64], groups: &[Vec<f64>], held_frames: usize) -> Self {
        let bins = bins.clamp(1, usize::from(u16::MAX) / groups.len().max(1));
        let reach = window.len() / 2;
        let sum = |b: usize| -> f64 {
            let first = reach.saturating_sub(b);
            let end = window.len().min(bins + reach - b);
            window[first..end].iter().sum()
        };
        let states = bins * groups.len();
        Self {
            bins,
            groups: groups.len(),
            window: window.iter().map(|w| w.ln()).collect(),
            sums: (0..bins).map(|b| sum(b).ln()).collect(),
            changes: groups.iter().flatten().map(|p| p.ln()).collect(),
            score: vec![0.0; states],
            padded: vec![f64::NEG_INFINITY; bins + 2 * reach],
            best: vec![0.0; states],
            from: vec![0.0; states],
            back: Vec::new(),
            held: 0,
            limit: held_frames.max(2 * COMPARE_FRAMES),
            alive: Vec::new(),
            next: Vec::new(),
            seen: vec![false; states],
            path: Vec::new(),
        }
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.score.len()
    }

    /// The most frames that are held back.
    pub fn held_frames(&self) -> usize {
        self.limit
    }

    /// Takes a frame's observation, the logarithm of its probability in each state, and hands out the states of those
    /// earlier frames that are now certain, in order.
    pub fn push(&mut self, observation: &[f64], mut emit: impl FnMut(usize)) {
        if self.held > 0 {
            self.advance();
        }
        for (s, o) in self.score.iter_mut().zip(observation) {
            *s += o;
        }
        // Only differences matter; taking the greatest off keeps them exact however long it goes on.
        let most = self.score[self.likeliest()];
        if most.is_finite() {
            self.score.iter_mut().for_each(|s| *s -= most);
        } else {
            // Impossible in every state: as if nothing had been heard.
            self.score.fill(0.0);
        }
        self.held += 1;
        if self.held.is_multiple_of(COMPARE_FRAMES) || self.held >= self.limit {
            if let Some((frame, state)) = self.agreement() {
                self.commit(frame, state, &mut emit);
            }
            if self.held >= self.limit {
                let (frame, state) = self.likeliest_at(self.limit / 2);
                self.commit(frame, state, &mut emit);
            }
        }
    }

    /// Ends: hands out the states of the frames still held, and is as new.
    pub fn finish(&mut self, mut emit: impl FnMut(usize)) {
        if let Some(last) = self.held.checked_sub(1) {
            self.commit(last, self.likeliest() as u16, &mut emit);
        }
        self.score.fill(0.0);
    }

    /// One step of time for all states: the best way to each, and where it comes from.
    fn advance(&mut self) {
        let (bins, reach) = (self.bins, self.window.len() / 2);
        for group in 0..self.groups {
            let range = group * bins..(group + 1) * bins;
            let here = &mut self.padded[reach..reach + bins];
            for ((to, s), sum) in here
                .iter_mut()
                .zip(&self.score[range.clone()])
                .zip(&self.sums)
            {
                *to = s - sum;
            }
            let best = &mut self.best[range.clone()];
            let from = &mut self.from[range];
            best.fill(f64::NEG_INFINITY);
            from.fill(reach as f64);
            for (offset, weight) in self.window.iter().enumerate() {
                let number = offset as f64;
                let sources = &self.padded[offset..offset + bins];
                for ((b, f), s) in best.iter_mut().zip(from.iter_mut()).zip(sources) {
                    let candidate = s + weight;
                    // Of equals the lowest bin: it comes first.
                    let better = candidate > *b;
                    *f = if better { number } else { *f };
                    *b = if better { candidate } else { *b };
                }
            }
        }
        for to in 0..self.groups {
            for bin in 0..bins {
                let (mut most, mut source) = (f64::NEG_INFINITY, to * bins + bin);
                for from in 0..self.groups {
                    let at = from * bins + bin;
                    let candidate = self.best[at] + self.changes[from * self.groups + to];
                    if candidate > most {
                        most = candidate;
                        source = from * bins + (bin + self.from[at] as usize).saturating_sub(reach);
                    }
                }
                self.score[to * bins + bin] = most;
                self.back.push(source as u16);
            }
        }
    }

    /// The first of the likeliest states of the newest frame.
    fn likeliest(&self) -> usize {
        let mut best = 0;
        for (state, score) in self.score.iter().enumerate() {
            if *score > self.score[best] {
                best = state;
            }
        }
        best
    }

    /// The state of held frame `frame` on the likeliest path.
    fn likeliest_at(&self, frame: usize) -> (usize, u16) {
        let mut state = self.likeliest() as u16;
        for row in (frame..self.held - 1).rev() {
            state = self.source(row, state);
        }
        (frame, state)
    }

    /// The state of held frame `row` from which `state` of the next was reached.
    fn source(&self, row: usize, state: u16) -> u16 {
        self.back[row * self.score.len() + usize::from(state)]
    }

    /// The newest held frame in which all paths pass through one state.
    fn agreement(&mut self) -> Option<(usize, u16)> {
        self.alive.clear();
        self.alive.extend(0..self.score.len() as u16);
        for row in (0..self.held - 1).rev() {
            self.next.clear();
            for i in 0..self.alive.len() {
                let state = self.source(row, self.alive[i]);
                if !std::mem::replace(&mut self.seen[usize::from(state)], true) {
                    self.next.push(state);
                }
            }
            std::mem::swap(&mut self.alive, &mut self.next);
            for state in &self.alive {
                self.seen[usize::from(*state)] = false;
            }
            if let [only] = self.alive[..] {
                return Some((row, only));
            }
        }
        None
    }

    /// Hands out the path to `state` of held frame `frame`, and lets go of these frames.
    fn commit(&mut self, frame: usize, state: u16, emit: &mut impl FnMut(usize)) {
        self.path.clear();
        self.path.push(state);
        let mut state = state;
        for row in (0..frame).rev() {
            state = self.source(row, state);
            self.path.push(state);
        }
        self.path.iter().rev().for_each(|s| emit(usize::from(*s)));
        let gone = ((frame + 1) * self.score.len()).min(self.back.len());
        self.back.drain(..gone);
        self.held -= frame + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Viterbi's algorithm as in the books, over all frames at once.
    fn whole(bins: usize, window: &[f64], groups: &[Vec<f64>], frames: &[Vec<f64>]) -> Vec<usize> {
        let (states, reach) = (bins * groups.len(), window.len() / 2);
        let weight = |a: usize, b: usize| {
            (b + reach)
                .checked_sub(a)
                .and_then(|i| window.get(i))
                .copied()
        };
        let way = |s: usize, t: usize| {
            let (a, b) = (s % bins, t % bins);
            let sum: f64 = (0..bins).filter_map(|c| weight(a, c)).sum();
            (groups[s / bins][t / bins] * weight(a, b).unwrap_or(0.0) / sum).ln()
        };
        let mut score = frames[0].clone();
        let mut back = Vec::new();
        for o in &frames[1..] {
            let best = |t: usize| {
                (0..states)
                    .map(|s| (score[s] + way(s, t), s))
                    .max_by(|x, y| x.0.total_cmp(&y.0))
                    .unwrap()
            };
            let row: Vec<_> = (0..states).map(best).collect();
            score = row.iter().zip(o).map(|(r, o)| r.0 + o).collect();
            back.push(row);
        }
        let last = (0..states)
            .max_by(|a, b| score[*a].total_cmp(&score[*b]))
            .unwrap();
        let mut path = vec![last];
        for row in back.iter().rev() {
            path.push(row[path[path.len() - 1]].1);
        }
        path.reverse();
        path
    }

    fn groups() -> Vec<Vec<f64>> {
        vec![vec![0.9, 0.1], vec![0.1, 0.9]]
    }

    #[test]
    fn it_is_the_path_of_the_whole_though_it_comes_early() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24)
        };
        let window = [1.0, 2.0, 3.0, 2.0, 1.0];
        let frames: Vec<Vec<f64>> = (0..1_000)
            .map(|_| (0..24).map(|_| (0.01 + random()).ln()).collect())
            .collect();
        let mut decoder = Viterbi::new(12, &window, &groups(), 256);
        let (mut got, mut early) = (Vec::new(), 0);
        for (i, o) in frames.iter().enumerate() {
            decoder.push(o, |s| got.push(s));
            early = early.max(i + 1 - got.len());
        }
        assert!(early <= 256, "{early}");
        decoder.finish(|s| got.push(s));
        assert_eq!(got, whole(12, &window, &groups(), &frames));
    }

    #[test]
    fn paths_that_never_meet_are_held_no_longer_than_allowed() {
        // Nothing is ever heard, and no bin is near another.
        let mut decoder = Viterbi::new(10, &[1.0], &groups(), 128);
        let mut given = 0;
        for i in 0..1_000 {
            decoder.push(&[-1.0; 20], |_| given += 1);
            assert!(i - given < 128);
        }
        decoder.finish(|_| given += 1);
        assert_eq!(given, 1_000);
        decoder.finish(|_| panic!("nothing is left"));
    }
}
