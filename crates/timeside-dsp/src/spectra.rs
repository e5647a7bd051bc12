//! A coarse spectrogram of a stream of any length in bounded memory.

mod bytes;

use crate::{RealFft, Window};

/// Frames of analysis per column, spread evenly over it.
const FRAMES_PER_COLUMN: i64 = 8;

/// Lowest level kept, in dB relative to a full-scale sine: the byte 0. The byte 255 is 0 dB.
pub const FLOOR_DB: f32 = -120.0;

/// The byte that stands for a power relative to a full-scale sine.
pub fn byte_from_power(power: f32) -> u8 {
    let db = 10.0 * power.max(1e-20).log10();
    // In range, so nothing is cut off.
    ((1.0 - db / FLOOR_DB) * 255.0).round().clamp(0.0, 255.0) as u8
}

/// The power relative to a full-scale sine that a byte stands for.
pub fn power_from_byte(byte: u8) -> f32 {
    let db = (1.0 - f32::from(byte) / 255.0) * FLOOR_DB;
    10_f32.powf(db / 10.0)
}

/// Columns of mean power per FFT bin, evenly spaced over what has been pushed. When they would become too
/// many, pairs are joined and the spacing doubles.
#[derive(Debug, Clone)]
pub struct SpectrumOverview {
    block: usize,
    fft: RealFft,
    power_scale: f32,
    max_columns: usize,
    /// Frames of audio per column.
    column_frames: i64,
    /// `columns[c·bins + k]`, finished columns only.
    columns: Vec<u8>,
    /// Sums of the column that is not finished.
    sum: Vec<f32>,
    summed: i64,
    /// Samples from position `at` on, as many as the next frame still needs.
    pending: Vec<f32>,
    at: i64,
    next_frame: i64,
    ended: bool,
}

impl SpectrumOverview {
    /// An overview by frames of `block` samples under a Hann window, of at most `max_columns` columns
    /// (at least 2, rounded down to even).
    pub fn new(block: usize, max_columns: usize) -> Self {
        let window = Window::Hann;
        let gain = window.samples(block).iter().sum::<f32>() / 2.0;
        let fft = RealFft::new(block, block, window);
        Self {
            block,
            power_scale: 1.0 / (gain * gain),
            max_columns: max_columns.max(2) & !1,
            column_frames: FRAMES_PER_COLUMN * (block as i64 / 2).max(1),
            columns: Vec::new(),
            sum: vec![0.0; fft.bins()],
            summed: 0,
            pending: Vec::new(),
            at: 0,
            next_frame: 0,
            ended: false,
            fft,
        }
    }

    /// Takes the next mono samples. Those that are no numbers count as silence.
    pub fn push(&mut self, mono: &[f32]) {
        let mut rest = mono;
        while !rest.is_empty() {
            // What lies before the next frame is not needed.
            let position = self.at + self.pending.len() as i64;
            let skip = usize::try_from(self.next_frame - position).unwrap_or(0);
            if skip > 0 {
                let skip = skip.min(rest.len());
                self.at += skip as i64;
                rest = &rest[skip..];
                continue;
            }
            let take = (self.block - self.pending.len()).min(rest.len());
            let clean = rest[..take]
                .iter()
                .map(|x| if x.is_finite() { *x } else { 0.0 });
            self.pending.extend(clean);
            rest = &rest[take..];
            if self.pending.len() == self.block {
                self.frame();
            }
        }
    }

    /// Ends the stream: the last frame and column are closed, however short.
    pub fn finish(&mut self) {
        if !self.ended {
            self.ended = true;
            if !self.pending.is_empty() {
                self.pending.resize(self.block, 0.0);
                self.frame();
            }
            if self.summed > 0 {
                self.close_column();
            }
        }
    }

    fn frame(&mut self) {
        for (sum, bin) in self.sum.iter_mut().zip(self.fft.process(&self.pending)) {
            *sum += bin.norm_sqr();
        }
        self.summed += 1;
        let step = (self.column_frames / FRAMES_PER_COLUMN).max(1);
        self.next_frame += step;
        // Frames overlap at the finest spacing only.
        let keep = usize::try_from(self.at + self.block as i64 - self.next_frame).unwrap_or(0);
        let gone = self.block - keep.min(self.block);
        self.pending.drain(..gone);
        self.at += gone as i64;
        if self.next_frame >= (self.columns() as i64 + 1) * self.column_frames {
            self.close_column();
        }
    }

    fn close_column(&mut self) {
        let scale = self.power_scale / self.summed.max(1) as f32;
        self.columns
            .extend(self.sum.iter().map(|s| byte_from_power(s * scale)));
        self.sum.fill(0.0);
        self.summed = 0;
        if self.columns() >= self.max_columns && !self.ended {
            self.join_pairs();
        }
    }

    fn join_pairs(&mut self) {
        // The mean of two powers lies so many bytes below the louder: by their difference alone.
        let below: Vec<u8> = (0..=255)
            .map(|d| 255 - byte_from_power((1.0 + power_from_byte(255 - d)) / 2.0))
            .collect();
        let bins = self.bins();
        for pair in 0..self.columns() / 2 {
            for k in 0..bins {
                let a = self.columns[2 * pair * bins + k];
                let b = self.columns[(2 * pair + 1) * bins + k];
                self.columns[pair * bins + k] =
                    a.max(b).saturating_sub(below[usize::from(a.abs_diff(b))]);
            }
        }
        self.columns.truncate(self.columns() / 2 * bins);
        self.column_frames *= 2;
    }

    /// Samples per frame of analysis.
    pub fn block(&self) -> usize {
        self.block
    }

    /// Number of bins, `block/2 + 1`.
    pub fn bins(&self) -> usize {
        self.sum.len()
    }

    /// Frames of audio per column.
    pub fn column_frames(&self) -> i64 {
        self.column_frames
    }

    /// Number of finished columns.
    pub fn columns(&self) -> usize {
        self.columns.len() / self.bins()
    }

    /// The bytes of one column by bin; `None` where nothing has been pushed yet.
    pub fn column(&self, index: usize) -> Option<&[u8]> {
        let bins = self.bins();
        self.columns.get(index * bins..(index + 1) * bins)
    }

    /// True if all columns up to `frame` are finished, or the stream has ended.
    pub fn has(&self, frame: i64) -> bool {
        self.ended || self.columns() as i64 * self.column_frames >= frame
    }

    /// The bytes by bin of the frames `from..to`: of the mean power over their columns, or of the one that they
    /// lie in. `None` if some of it has not been pushed yet; zeros behind the end.
    pub fn mean(&self, from: i64, to: i64) -> Option<Vec<u8>> {
        if !self.has(to) {
            return None;
        }
        let index = |frame: i64| usize::try_from(frame / self.column_frames).unwrap_or(0);
        let first = index(from);
        // A column counts if its middle lies inside.
        let half = self.column_frames / 2;
        let range = index(from + half)..index(to + half).min(self.columns());
        if range.len() <= 1 {
            let only = if range.is_empty() { first } else { range.start };
            return Some(
                self.column(only)
                    .map_or_else(|| vec![0; self.bins()], <[u8]>::to_vec),
            );
        }
        let powers: [f32; 256] = std::array::from_fn(|byte| power_from_byte(byte as u8));
        let mut sum = vec![0.0_f32; self.bins()];
        let count = range.len() as f32;
        for column in range.filter_map(|c| self.column(c)) {
            for (sum, byte) in sum.iter_mut().zip(column) {
                *sum += powers[usize::from(*byte)];
            }
        }
        Some(sum.iter().map(|s| byte_from_power(s / count)).collect())
    }

    /// True once the stream has ended.
    pub fn has_ended(&self) -> bool {
        self.ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(n: usize, cycles_per_sample: f64, amplitude: f64) -> Vec<f32> {
        (0..n)
            .map(|i| {
                ((std::f64::consts::TAU * cycles_per_sample * i as f64).sin() * amplitude) as f32
            })
            .collect()
    }

    #[test]
    fn bytes_and_powers_round_trip() {
        for byte in 0..=255 {
            assert_eq!(byte_from_power(power_from_byte(byte)), byte);
        }
        assert_eq!((byte_from_power(0.0), byte_from_power(4.0)), (0, 255));
    }

    #[test]
    fn a_sine_stands_in_its_bin_at_its_level_at_any_length() {
        // A quarter of the rate: bin 512 of 2048. First at 0 dB, then at −40 dB.
        for (n, max_columns) in [(200_000, 4096), (3_000_000, 64)] {
            let mut overview = SpectrumOverview::new(2048, max_columns);
            let mut x = sine(n / 2, 0.25, 1.0);
            x.extend(sine(n / 2, 0.25, 0.01));
            for piece in x.chunks(10_007) {
                overview.push(piece);
            }
            overview.finish();
            let columns = overview.columns();
            assert!(columns <= max_columns);
            let covered = columns as i64 * overview.column_frames();
            assert!(
                (0..overview.column_frames()).contains(&(covered - n as i64)),
                "{covered} of {n}"
            );
            let loud = overview.column(columns / 4).unwrap();
            let soft = overview.column(columns * 3 / 4).unwrap();
            assert!((254..=255).contains(&loud[512]), "{}", loud[512]);
            assert!((f32::from(soft[512]) - 170.0).abs() <= 1.0, "{}", soft[512]);
            assert!(loud[300] < 60);
            let again = SpectrumOverview::from_bytes(&overview.to_bytes(), 2048, 4096).unwrap();
            assert_eq!(again.column(columns / 4), overview.column(columns / 4));
            assert_eq!((again.columns(), again.has_ended()), (columns, true));
            assert!(SpectrumOverview::from_bytes(&overview.to_bytes()[1..], 2048, 4096).is_none());
            let long = overview.mean(0, n as i64).unwrap();
            // Half of it at 0 dB: −3 dB, which is 6 of 255 in 120 dB.
            assert!((f32::from(long[512]) - 249.0).abs() <= 1.0, "{}", long[512]);
            let cell = overview.column_frames();
            assert_eq!(
                overview.mean(2 * cell + 7, 2 * cell + 9).unwrap(),
                overview.column(2).unwrap()
            );
        }
    }
}
