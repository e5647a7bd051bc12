//! The smallest tree of views: one downmix, one framer and one FFT per distinct wish and stretch.

use crate::pipe::{PipeStats, StepState};
use crate::processor::Polar;
use crate::{Block, Frame, Framing, Input, Mono, Spectrum, Window};
use timeside_dsp::{Framer, RealFft};

#[derive(Debug)]
struct SpectrumNode {
    window: Window,
    size: usize,
    fft: RealFft,
    polar: Polar,
    users: Vec<usize>,
}

#[derive(Debug)]
struct FrameNode {
    key: (usize, usize, Framing),
    framer: Framer,
    users: Vec<usize>,
    spectra: Vec<SpectrumNode>,
}

impl FrameNode {
    fn fan_out(
        users: &[usize],
        spectra: &mut [SpectrumNode],
        index: i64,
        samples: &[f32],
        steps: &mut [StepState],
        stats: &mut PipeStats,
    ) {
        stats.frames += 1;
        for &u in users {
            let step = &mut steps[u];
            step.processor
                .frame(Frame { index, samples }, &mut step.output);
        }
        for node in spectra {
            stats.ffts += 1;
            let bins = node.fft.process(samples);
            node.polar.clear();
            for &u in &node.users {
                let step = &mut steps[u];
                step.processor.spectrum(
                    Spectrum {
                        index,
                        bins,
                        samples,
                        polar: &node.polar,
                    },
                    &mut step.output,
                );
            }
        }
    }
}

/// The views between two effects.
#[derive(Debug, Default)]
pub(crate) struct Stretch {
    block_users: Vec<usize>,
    mono_users: Vec<usize>,
    frames: Vec<FrameNode>,
    mono: Vec<f32>,
    /// The effect that ends the stretch.
    pub(crate) effect: Option<usize>,
}

impl Stretch {
    /// Adds step `user` with its wish.
    pub(crate) fn add(&mut self, user: usize, input: Input) {
        match input {
            Input::None => {}
            Input::Blocks => self.block_users.push(user),
            Input::Mono => self.mono_users.push(user),
            Input::Frames {
                block,
                step,
                framing,
            } => self.frame_node(block, step, framing).users.push(user),
            Input::Spectrum {
                block,
                step,
                framing,
                window,
                fft,
            } => {
                let node = self.frame_node(block, step, framing);
                match node
                    .spectra
                    .iter_mut()
                    .find(|s| s.window == window && s.size == fft)
                {
                    Some(s) => s.users.push(user),
                    None => node.spectra.push(SpectrumNode {
                        window,
                        size: fft,
                        fft: RealFft::new(block, fft, window),
                        polar: Polar::default(),
                        users: vec![user],
                    }),
                }
            }
        }
    }

    fn frame_node(&mut self, block: usize, step: usize, framing: Framing) -> &mut FrameNode {
        let key = (block, step, framing);
        let at = self
            .frames
            .iter()
            .position(|n| n.key == key)
            .unwrap_or_else(|| {
                let framer = Framer::new(block, step, framing);
                self.frames.push(FrameNode {
                    key,
                    framer,
                    users: Vec::new(),
                    spectra: Vec::new(),
                });
                self.frames.len() - 1
            });
        &mut self.frames[at]
    }

    /// Computes each view of `block` once and hands it to its users.
    pub(crate) fn feed(&mut self, block: &Block, steps: &mut [StepState], stats: &mut PipeStats) {
        for &u in &self.block_users {
            let step = &mut steps[u];
            step.processor.block(block, &mut step.output);
        }
        if self.mono_users.is_empty() && self.frames.is_empty() {
            return;
        }
        block.downmix_into(&mut self.mono);
        stats.downmixes += 1;
        for &u in &self.mono_users {
            let step = &mut steps[u];
            step.processor.mono(
                Mono {
                    first_frame: block.first_frame,
                    samples: &self.mono,
                },
                &mut step.output,
            );
        }
        for FrameNode {
            framer,
            users,
            spectra,
            ..
        } in &mut self.frames
        {
            framer.push(&self.mono, |index, samples| {
                FrameNode::fan_out(users, spectra, index, samples, steps, stats);
            });
        }
    }

    /// Hands out the frames that the end of the stream completes.
    pub(crate) fn finish(&mut self, steps: &mut [StepState], stats: &mut PipeStats) {
        for FrameNode {
            framer,
            users,
            spectra,
            ..
        } in &mut self.frames
        {
            framer.finish(|index, samples| {
                FrameNode::fan_out(users, spectra, index, samples, steps, stats);
            });
        }
    }
}
