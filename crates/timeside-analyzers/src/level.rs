//! Peak and RMS level in dB of full scale.

use crate::{finite, rounded};
use timeside_core::{
    Block, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Result, ResultInfo, Stream,
    TimeMode, Values, processor::ParentResults,
};

/// The least amplitude that is told apart from silence: the `f32` epsilon, −138.474 dBFS.
const FLOOR: f64 = f32::EPSILON as f64;

/// Peak and RMS over all samples of all channels.
#[derive(Debug)]
pub struct Level {
    compat: bool,
    max: f32,
    sum: f64,
    count: f64,
}

impl Plugin for Level {
    fn info() -> Info {
        let global =
            |suffix, name, doc| ResultInfo::value(suffix, name, "dBFS", TimeMode::Global, doc);
        Info {
            id: "level",
            version: "1.0",
            name: "Level",
            kind: Kind::Analyzer,
            unit: "dBFS",
            family: "Level",
            description: "Audio level analyzer",
            doc: "**Measures.** How high the loudest sample is, and how strong the recording is on average.\n\n\
                  **Formula.** `max = 20·log₁₀ max|x|` and `rms = 20·log₁₀ √(mean x²)` over all samples of all channels, rounded to \
                  3 decimals. A full-scale sine has a peak of 0 and an RMS of −3.01 dBFS. Silence reads −138.474 dBFS \
                  (the `f32` epsilon).\n\n\
                  **Source.** TimeSide 1; dBFS as in IEC 61606-1, but that there a sine's RMS has 0.\n\n\
                  **Good for.** Finding clipping, headroom and empty files. The wave between samples can rise above `max`: true peak \
                  and loudness as heard are `loudness_itu`'s; the level over time is `rms`'s.",
            params: vec![Param::compat(
                "The mean of the blocks' mean squares, as TimeSide 1 computed it: a short last block counts as much as a full one, so the RMS depends on the block size.",
            )],
            results: vec![
                global("max", "Level Max", "Peak level; shape (1,), float32."),
                global("rms", "Level RMS", "RMS level; shape (1,), float64."),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            compat: params.flag("compat"),
            max: 0.0,
            sum: 0.0,
            count: 0.0,
        })
    }
}

impl Processor for Level {
    fn input(&self) -> Input {
        Input::Blocks
    }

    fn setup(&mut self, _stream: &Stream, _out: &mut Output) -> Result<()> {
        Ok(())
    }

    fn block(&mut self, block: &Block, _out: &mut Output) {
        let mut squares = 0.0;
        for channel in &block.channels {
            let (max, sum) = peak_and_energy(channel);
            self.max = self.max.max(max);
            squares += sum;
        }
        let samples = (block.frames() * block.channels.len()) as f64;
        if self.compat && samples > 0.0 {
            self.sum += squares / samples;
            self.count += 1.0;
        } else {
            self.sum += squares;
            self.count += samples;
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let rms = (self.sum / self.count.max(1.0)).sqrt();
        out.global(0, Values::F32(vec![decibels(f64::from(self.max)) as f32]));
        out.global(1, Values::F64(vec![decibels(rms)]));
        Ok(())
    }
}

fn decibels(amplitude: f64) -> f64 {
    let amplitude = if amplitude == 0.0 { FLOOR } else { amplitude };
    rounded(20.0 * amplitude.log10(), 3)
}

/// The largest magnitude and the sum of squares, in independent lanes that a compiler can vectorise.
fn peak_and_energy(samples: &[f32]) -> (f32, f64) {
    const LANES: usize = 8;
    let mut max = [0f32; LANES];
    let mut sum = [0f64; LANES];
    let mut add = |piece: &[f32]| {
        for ((x, max), sum) in piece.iter().zip(&mut max).zip(&mut sum) {
            let x = finite(*x);
            *max = max.max(x.abs());
            *sum += f64::from(x) * f64::from(x);
        }
    };
    let pieces = samples.chunks_exact(LANES);
    let rest = pieces.remainder();
    pieces.for_each(&mut add);
    add(rest);
    (max.into_iter().fold(0.0, f32::max), sum.into_iter().sum())
}

#[cfg(test)]
mod tests {
    use crate::testing::{HOSTILE, noise, run, sine};
    use timeside_core::{Step, Values};

    fn level(x: &[Vec<f32>], blocksize: usize) -> (f64, f64) {
        let r = run(&["level".into()], x, 44_100, blocksize);
        assert!(matches!(
            r["level.max"].array().unwrap().values,
            Values::F32(_)
        ));
        assert!(matches!(
            r["level.rms"].array().unwrap().values,
            Values::F64(_)
        ));
        (
            r["level.max"].value().unwrap(),
            r["level.rms"].value().unwrap(),
        )
    }

    #[test]
    fn closed_forms() {
        assert_eq!(
            level(&[sine(44_100, 441.0, 1.0, 44_100)], 8_192),
            (0.0, -3.01)
        );
        assert_eq!(
            level(&[vec![0.5; 100], vec![-0.5; 100]], 7),
            (f64::from(-6.021f32), -6.021)
        );
        assert_eq!(level(&[vec![-1_000.0; 10]], 8_192), (60.0, 60.0));
    }

    #[test]
    fn silence_nothing_and_one_sample() {
        let floor = (f64::from(-138.474f32), -138.474);
        assert_eq!(level(&[vec![0.0; 99]], 10), floor);
        assert_eq!(level(&[vec![]], 10), floor);
        assert_eq!(level(&[vec![1.0]], 10), (0.0, 0.0));
    }

    #[test]
    fn hostile_samples_give_finite_levels() {
        let (max, rms) = level(&[HOSTILE.to_vec()], 3);
        assert!(max.is_finite() && rms.is_finite(), "{max} {rms}");
    }

    #[test]
    fn compat_weighs_a_short_last_block_fully() {
        // Blocks of 4: mean squares 0 and 1; upstream's mean is 1/2, the true one 1/5.
        let x = [vec![0.0, 0.0, 0.0, 0.0, 1.0]];
        let steps = [Step::new("level").with("compat", true)];
        let r = run(&steps, &x, 44_100, 4);
        assert_eq!(r["level.rms"].value(), Some(-3.01));
        assert_eq!(r["level.rms"].parameters["compat"], true);
        assert_eq!(level(&x, 4).1, -6.99);
    }

    #[test]
    fn any_block_size_gives_the_same() {
        let x = noise(3, 70_001, 7);
        let want = level(&x, 8_192);
        for blocksize in [1, 2, 3, 1_000, 44_100, 65_536] {
            assert_eq!(level(&x, blocksize), want, "{blocksize}");
        }
    }
}
