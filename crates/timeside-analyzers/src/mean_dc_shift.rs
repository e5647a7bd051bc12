//! The constant offset of a recording.

use crate::{finite, rounded};
use timeside_core::{
    Block, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Result, ResultInfo, Stream,
    TimeMode, Values, processor::ParentResults,
};

/// The mean of all samples of all channels, in percent of full scale.
#[derive(Debug)]
pub struct MeanDcShift {
    compat: bool,
    /// One sum per channel, so that the order of additions does not depend on the blocks.
    sums: Vec<f64>,
    count: f64,
}

impl Plugin for MeanDcShift {
    fn info() -> Info {
        Info {
            id: "mean_dc_shift",
            version: "1.0",
            name: "Mean DC shift",
            kind: Kind::Analyzer,
            unit: "%",
            family: "Level",
            description: "Mean DC shift analyzer",
            doc: "**Measures.** How far the waveform's middle lies off zero, as by a faulty converter or amplifier.\n\n\
                  **Formula.** `100·mean(x)` over all samples of all channels, in percent of full scale.\n\n\
                  **Source.** TimeSide 1.\n\n\
                  **Good for.** Checking transfers: a good one has less than some hundredths. An offset of 10 % costs about 1 dB of headroom \
                  and clicks at cuts. Channels with opposite offsets cancel; a short excerpt of low sounds has an offset \
                  that is none.",
            params: vec![Param::compat(
                "The mean of a leading zero and the blocks' means, rounded to 3 decimals, as TimeSide 1 computed it.",
            )],
            results: vec![ResultInfo::value(
                "",
                "Mean DC shift",
                "%",
                TimeMode::Global,
                "Mean in percent of full scale; shape (1,), float64.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let compat = params.flag("compat");
        // Upstream starts its list of means with a zero.
        Ok(Self {
            compat,
            sums: Vec::new(),
            count: if compat { 1.0 } else { 0.0 },
        })
    }
}

impl Processor for MeanDcShift {
    fn input(&self) -> Input {
        Input::Blocks
    }

    fn setup(&mut self, _stream: &Stream, _out: &mut Output) -> Result<()> {
        Ok(())
    }

    fn block(&mut self, block: &Block, _out: &mut Output) {
        let samples = (block.frames() * block.channels.len()) as f64;
        if self.compat && samples > 0.0 {
            let all = block.channels.iter().flatten();
            let sum: f64 = all.map(|x| f64::from(finite(*x))).sum();
            self.sums.resize(1, 0.0);
            self.sums[0] += sum / samples;
            self.count += 1.0;
            return;
        }
        self.sums.resize(block.channels.len(), 0.0);
        for (sum, channel) in self.sums.iter_mut().zip(&block.channels) {
            channel.iter().for_each(|x| *sum += f64::from(finite(*x)));
        }
        self.count += samples;
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let percent = 100.0 * self.sums.iter().sum::<f64>() / self.count.max(1.0);
        out.global(
            0,
            Values::F64(vec![if self.compat {
                rounded(percent, 3)
            } else {
                percent
            }]),
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{HOSTILE, noise, run};
    use timeside_core::Step;

    fn dc(x: &[Vec<f32>], blocksize: usize, compat: bool) -> f64 {
        let step = if compat {
            Step::new("mean_dc_shift").with("compat", true)
        } else {
            Step::new("mean_dc_shift")
        };
        run(&[step], x, 44_100, blocksize)["mean_dc_shift"]
            .value()
            .unwrap()
    }

    #[test]
    fn closed_forms() {
        assert_eq!(dc(&[vec![0.25; 100], vec![0.75; 100]], 7, false), 50.0);
        assert_eq!(dc(&[vec![]], 7, false), 0.0);
        assert_eq!(dc(&[vec![-1.0]], 7, false), -100.0);
        assert!(dc(&[HOSTILE.to_vec()], 2, false).is_finite());
    }

    #[test]
    fn compat_counts_a_leading_zero() {
        assert_eq!(dc(&[vec![0.25; 8]], 4, true), 16.667);
    }

    #[test]
    fn any_block_size_gives_the_same() {
        let x = noise(2, 70_001, 3);
        let want = dc(&x, 8_192, false);
        for blocksize in [1, 5, 4_096, 65_536] {
            assert_eq!(dc(&x, blocksize, false), want, "{blocksize}");
        }
    }
}
