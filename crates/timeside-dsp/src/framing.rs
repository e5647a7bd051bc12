//! A stream of samples cut into overlapping frames, whatever the size of the pieces it comes in.

/// Where frame 0 lies, and what happens at the end of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Framing {
    /// TimeSide's `frames_adapter`: frame `i` starts at `i·step`; after the full frames always one
    /// more, zero-padded: `floor((N − block)/step) + 2` frames, or 1 when `N < block`.
    #[default]
    TimeSide,
    /// aubio's phase vocoder: frame `i` ends at `(i + 1)·step`, zeros before the start:
    /// `floor(N/step) + 1` frames.
    Trailing,
    /// librosa's `center=True`: frame `i` is centred on `i·step`, zeros on both sides:
    /// `floor(N/step) + 1` frames.
    Centred,
    /// Yaafe: frame `i` is centred on `i·step`, zeros on both sides, and no frame is centred past the last
    /// sample: `floor((N − 1)/step) + 1` frames, none when `N = 0`.
    CentredWithin,
    /// A Vamp host that is fed blocks of `feed` samples: the stream counts as filled up with zeros to
    /// `M = feed·(floor(N/feed) + 1)` samples; frame `i` starts at `i·step`; after the full frames one more,
    /// zero-padded: `floor((M − block)/step) + 2` frames (`M/block`, rounded up, where they do not overlap).
    Fed {
        /// Samples per block of the host, at least 1.
        feed: usize,
    },
}

impl Framing {
    /// The position of the first sample of frame 0, relative to the stream.
    pub fn origin(self, block: usize, step: usize) -> i64 {
        match self {
            Self::TimeSide | Self::Fed { .. } => 0,
            Self::Trailing => step as i64 - block as i64,
            Self::Centred | Self::CentredWithin => -((block / 2) as i64),
        }
    }

    /// How many frames a stream of `samples` gives.
    pub fn count(self, samples: i64, block: usize, step: usize) -> i64 {
        let (block, step) = (block as i64, step as i64);
        match self {
            Self::TimeSide if samples < block => 1,
            Self::TimeSide => (samples - block) / step + 2,
            Self::Trailing | Self::Centred => samples / step + 1,
            Self::CentredWithin => (samples + step - 1) / step,
            Self::Fed { feed } => {
                let feed = feed.max(1) as i64;
                let fed = feed * (samples / feed + 1);
                match fed - block {
                    _ if step >= block => (fed + step - 1) / step,
                    over if over < 0 => 1,
                    over => over / step + 2,
                }
            }
        }
    }
}

/// Cuts pushed samples into frames. Holds at most `block` samples beyond what was pushed last.
#[derive(Debug, Clone)]
pub struct Framer {
    block: usize,
    step: usize,
    framing: Framing,
    /// Samples not yet left behind; `buffer[head..]` begins at stream position `position`.
    buffer: Vec<f32>,
    head: usize,
    position: i64,
    next: i64,
    pushed: i64,
}

impl Framer {
    /// A framer of `block` samples every `step` samples. Both are at least 1 (zero counts as 1).
    pub fn new(block: usize, step: usize, framing: Framing) -> Self {
        let (block, step) = (block.max(1), step.max(1));
        let origin = framing.origin(block, step).min(0);
        Self {
            block,
            step,
            framing,
            buffer: vec![0.0; usize::try_from(-origin).unwrap_or(0)],
            head: 0,
            position: origin,
            next: 0,
            pushed: 0,
        }
    }

    /// Takes the next samples and hands out each frame they complete, with its index.
    pub fn push(&mut self, samples: &[f32], mut emit: impl FnMut(i64, &[f32])) {
        self.buffer.extend_from_slice(samples);
        self.pushed += samples.len() as i64;
        self.drain(&mut emit);
    }

    /// Ends the stream: hands out the remaining frames, padded with zeros.
    pub fn finish(&mut self, mut emit: impl FnMut(i64, &[f32])) {
        let count = self.framing.count(self.pushed, self.block, self.step);
        while self.next < count {
            let end = self.start_of(self.next) + self.block as i64;
            let have = self.position + (self.buffer.len() - self.head) as i64;
            let missing = usize::try_from(end - have).unwrap_or(0).max(1);
            self.buffer.resize(self.buffer.len() + missing, 0.0);
            // Padding may complete several frames of a trailing or centred stream, never more than `count`.
            self.drain_until(count, &mut emit);
        }
    }

    fn start_of(&self, index: i64) -> i64 {
        self.framing.origin(self.block, self.step) + index * self.step as i64
    }

    fn drain(&mut self, emit: &mut impl FnMut(i64, &[f32])) {
        self.drain_until(i64::MAX, emit);
    }

    fn drain_until(&mut self, count: i64, emit: &mut impl FnMut(i64, &[f32])) {
        while self.next < count {
            let skip = usize::try_from(self.start_of(self.next) - self.position).unwrap_or(0);
            let have = self.buffer.len() - self.head;
            let leave = skip.min(have);
            self.head += leave;
            self.position += leave as i64;
            if leave < skip || self.buffer.len() - self.head < self.block {
                break;
            }
            emit(self.next, &self.buffer[self.head..self.head + self.block]);
            self.next += 1;
        }
        if self.head > 0 {
            self.buffer.drain(..self.head);
            self.head = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(
        framing: Framing,
        block: usize,
        step: usize,
        x: &[f32],
        piece: usize,
    ) -> Vec<Vec<f32>> {
        let mut framer = Framer::new(block, step, framing);
        let mut out = Vec::new();
        let mut emit = |i: i64, f: &[f32]| {
            assert_eq!(i, out.len() as i64);
            out.push(f.to_vec());
        };
        for chunk in x.chunks(piece) {
            framer.push(chunk, &mut emit);
        }
        framer.finish(&mut emit);
        out
    }

    fn ramp(n: usize) -> Vec<f32> {
        (0..n).map(|v| v as f32).collect()
    }

    #[test]
    fn upstream_doctest_sequence() {
        let got = frames(Framing::TimeSide, 4, 3, &ramp(14), 12);
        let want = [
            [0., 1., 2., 3.],
            [3., 4., 5., 6.],
            [6., 7., 8., 9.],
            [9., 10., 11., 12.],
            [12., 13., 0., 0.],
        ];
        assert_eq!(got, want.map(|f| f.to_vec()));
    }

    #[test]
    fn any_piece_size_gives_the_same_frames_and_the_counted_number() {
        for framing in [
            Framing::TimeSide,
            Framing::Trailing,
            Framing::Centred,
            Framing::CentredWithin,
            Framing::Fed { feed: 6 },
        ] {
            for (block, step) in [(1, 1), (4, 3), (8, 8), (8, 2), (5, 7)] {
                for n in [0, 1, 3, 4, 5, 16, 37] {
                    let x = ramp(n);
                    let whole = frames(framing, block, step, &x, n.max(1));
                    assert_eq!(
                        whole.len() as i64,
                        framing.count(n as i64, block, step),
                        "{framing:?} {block}/{step} {n}"
                    );
                    for piece in [1, 2, 3, 7] {
                        assert_eq!(
                            whole,
                            frames(framing, block, step, &x, piece),
                            "{framing:?} {block}/{step} {n}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_vamp_host_gives_the_frames_that_were_counted_of_real_ones() {
        // C4_scale.wav and sweep.wav.
        for (samples, feed, block, step, frames) in [
            (414_540, 8_192, 16_384, 2_048, 198),
            (414_540, 8_192, 1_024, 512, 816),
            (414_540, 8_192, 16_384, 8_192, 51),
            (414_540, 1_024, 1_024, 1_024, 405),
            (352_800, 8_192, 16_384, 2_048, 170),
            (352_800, 8_192, 1_024, 512, 704),
            (352_800, 1_024, 1_024, 1_024, 345),
        ] {
            assert_eq!(Framing::Fed { feed }.count(samples, block, step), frames);
        }
    }

    #[test]
    fn trailing_frames_end_at_their_step() {
        let got = frames(Framing::Trailing, 4, 2, &[1., 2., 3., 4.], 4);
        assert_eq!(
            got,
            [[0., 0., 1., 2.], [1., 2., 3., 4.], [3., 4., 0., 0.]].map(|f| f.to_vec())
        );
    }

    #[test]
    fn centred_frames_start_half_a_block_early() {
        let got = frames(Framing::Centred, 4, 2, &[1., 2., 3., 4.], 4);
        assert_eq!(
            got,
            [[0., 0., 1., 2.], [1., 2., 3., 4.], [3., 4., 0., 0.]].map(|f| f.to_vec())
        );
    }
}
