//! A plugin at work: channels, frames and spectra as a Vamp host gives them.

use super::spectrum::Spectrum;
use crate::library::Plugin;
use crate::time::{RealTime, total_steps};
use crate::wire::{self, Feature, Open, Opened};
use timeside_dsp::{Framer, Framing};

/// The longest block that a plugin may ask for, in samples.
const BLOCK_LIMIT: usize = 1 << 20;
/// The most channels that a plugin may ask for.
const CHANNELS_LIMIT: u32 = 1_024;
/// The block of a plugin that does not care, in samples.
const DEFAULT_BLOCK: usize = 1_024;

/// Hands out features; their output is the index among those asked for.
type Emit<'a> = dyn FnMut(&Feature<'_>) + 'a;

#[derive(Debug)]
pub(super) struct Instance {
    plugin: Plugin,
    sample_rate: u32,
    block: usize,
    step: usize,
    /// For each output of the plugin its index among those asked for.
    wanted: Vec<Option<u32>>,
    source_channels: usize,
    mix: Mix,
    framers: Vec<Framer>,
    spectrum: Option<Spectrum>,
    /// The frames that the last samples completed, of each channel, one after the other.
    frames: Vec<Vec<f32>>,
    /// What the plugin is given.
    buffers: Vec<Vec<f32>>,
    samples: Vec<f32>,
    fed: i64,
    steps: u64,
}

/// How the channels of the audio become those of the plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mix {
    /// The mean of all.
    Mean,
    /// One for all of the plugin's.
    Spread,
    /// As they are; those that are missing are silent, those that are too many are left out.
    Straight,
}

impl Instance {
    pub(super) fn new(mut plugin: Plugin, open: &Open) -> Result<(Self, Opened), String> {
        if let Some(program) = open.program {
            plugin.select_program(program)?;
        }
        for (index, value) in &open.parameters {
            plugin.set_parameter(*index, *value)?;
        }
        let frequency_domain = plugin.frequency_domain();
        let (block, step) = block_and_step(&plugin, open)?;
        let (least, most) = plugin.channels()?;
        let (channels, mix) = channels(open.channels, least, most)?;
        plugin.initialise(channels, block, step)?;
        let described = plugin.outputs()?;
        let mut wanted = vec![None; described.len()];
        let mut outputs = Vec::with_capacity(open.outputs.len());
        for identifier in &open.outputs {
            let at = described.iter().position(|o| o.identifier == *identifier);
            let at = at.ok_or_else(|| format!("has lost its output {identifier}"))?;
            wanted[at] = Some(outputs.len() as u32);
            outputs.push(described[at].clone());
        }
        let buffer = if frequency_domain { block + 2 } else { block };
        let instance = Self {
            plugin,
            sample_rate: open.sample_rate,
            block,
            step,
            wanted,
            source_channels: open.channels,
            mix,
            framers: vec![Framer::new(block, step, Framing::TimeSide); channels],
            spectrum: frequency_domain.then(|| Spectrum::new(block)),
            frames: vec![Vec::new(); channels],
            buffers: vec![vec![0.0; buffer]; channels],
            samples: Vec::new(),
            fed: 0,
            steps: 0,
        };
        let opened = Opened {
            block,
            step,
            frequency_domain,
            outputs,
        };
        Ok((instance, opened))
    }

    /// Takes samples, channel after channel, and hands out the features of the blocks that they complete.
    pub(super) fn feed(&mut self, bytes: &[u8], emit: &mut Emit<'_>) -> Result<(), String> {
        self.samples.clear();
        wire::take_samples(bytes, &mut self.samples);
        let frames = self.samples.len() / self.source_channels.max(1);
        if frames == 0 {
            return Ok(());
        }
        self.fed += frames as i64;
        let mut planes = self.samples.chunks_exact(frames);
        match self.mix {
            Mix::Mean => {
                let mut mean = planes.next().unwrap_or_default().to_vec();
                for plane in planes {
                    mean.iter_mut().zip(plane).for_each(|(m, x)| *m += x);
                }
                let scale = 1.0 / self.source_channels as f32;
                // A sum of huge samples may overflow; the plugin must not see that.
                mean.iter_mut().for_each(|m| *m = finite(*m * scale));
                collect(&mut self.framers[0], &mean, &mut self.frames[0]);
            }
            Mix::Spread => {
                let only = planes.next().unwrap_or_default();
                for (framer, into) in self.framers.iter_mut().zip(&mut self.frames) {
                    collect(framer, only, into);
                }
            }
            Mix::Straight => {
                let silence = vec![0.0; frames];
                for (framer, into) in self.framers.iter_mut().zip(&mut self.frames) {
                    collect(framer, planes.next().unwrap_or(&silence), into);
                }
            }
        }
        self.process(emit)
    }

    /// Ends the stream as vamp-simple-host does: after the last full block come blocks that are partly silent, one, or
    /// where more than two blocks overlap as many as that less one.
    pub(super) fn finish(&mut self, emit: &mut Emit<'_>) -> Result<(), String> {
        let total = total_steps(self.fed, self.block, self.step);
        let mut missing = (total - 1) * self.step as i64 + self.block as i64 - self.fed;
        while missing > 0 {
            // Piece by piece: as many frames are held at once as in the midst of the stream.
            let piece = missing.min(self.block as i64);
            let silence = vec![0.0; piece as usize];
            for (framer, into) in self.framers.iter_mut().zip(&mut self.frames) {
                collect(framer, &silence, into);
            }
            missing -= piece;
            self.process(emit)?;
        }
        let wanted = &self.wanted;
        self.plugin.remaining(&mut |f| forward(wanted, f, emit))
    }

    /// Gives the plugin the frames at hand.
    fn process(&mut self, emit: &mut Emit<'_>) -> Result<(), String> {
        let count = self.frames[0].len() / self.block;
        for index in 0..count {
            for (buffer, frames) in self.buffers.iter_mut().zip(&self.frames) {
                let frame = &frames[index * self.block..(index + 1) * self.block];
                match &mut self.spectrum {
                    None => buffer.copy_from_slice(frame),
                    Some(spectrum) => spectrum.write(frame, buffer),
                }
            }
            let begin = RealTime::of_frame(self.steps as i64 * self.step as i64, self.sample_rate);
            // A spectrum stands for the middle of its block.
            let time = match self.spectrum {
                Some(_) => begin.plus(RealTime::of_frame(self.block as i64 / 2, self.sample_rate)),
                None => begin,
            };
            let wanted = &self.wanted;
            self.plugin
                .process(&self.buffers, time, self.steps, &mut |f| {
                    forward(wanted, f, emit);
                })?;
            self.steps += 1;
        }
        self.frames.iter_mut().for_each(Vec::clear);
        Ok(())
    }
}

/// Hands on a feature of an output that is wanted.
fn forward(wanted: &[Option<u32>], feature: &Feature<'_>, emit: &mut Emit<'_>) {
    if let Some(output) = wanted.get(feature.output as usize).copied().flatten() {
        emit(&Feature { output, ..*feature });
    }
}

fn collect(framer: &mut Framer, samples: &[f32], into: &mut Vec<f32>) {
    framer.push(samples, |_, frame| into.extend_from_slice(frame));
}

fn finite(x: f32) -> f32 {
    if x.is_finite() { x } else { 0.0 }
}

/// What is asked for, else what the plugin prefers, else 1024 samples; blocks of spectra overlap by half.
fn block_and_step(plugin: &Plugin, open: &Open) -> Result<(usize, usize), String> {
    let (block, step) = plugin.preferred_block_and_step()?;
    let spectra = plugin.frequency_domain();
    let ordinary_step = |block: usize| if spectra { block / 2 } else { block };
    let mut block = match open.block {
        Some(block) => block,
        None if block == 0 => DEFAULT_BLOCK,
        None => block as usize,
    };
    let step = match open.step {
        Some(step) => step,
        // A preferred step belongs to the preferred block.
        None if step == 0 || open.block.is_some_and(|b| step as usize > b) => ordinary_step(block),
        None => step as usize,
    };
    if step > block && open.block.is_none() && open.step.is_none() {
        // As the host SDK does with what is out of order.
        block = if spectra { step * 2 } else { step };
    }
    // A spectrum needs a middle.
    if spectra && block % 2 == 1 {
        block += 1;
    }
    let step = step.max(1);
    if block == 0 || block > BLOCK_LIMIT || step > block {
        return Err(format!(
            "cannot be given blocks of {block} samples every {step}: blocks are 1 to {BLOCK_LIMIT} samples, steps no longer"
        ));
    }
    Ok((block, step))
}

/// The channels that the plugin is given, and how they come from the `source`'s.
fn channels(source: usize, least: u32, most: u32) -> Result<(usize, Mix), String> {
    if most == 0 || least > most || least > CHANNELS_LIMIT {
        return Err(format!("takes {least} to {most} channels"));
    }
    let (least, most) = (least.max(1) as usize, most as usize);
    Ok(match source {
        n if n > most && most == 1 => (1, Mix::Mean),
        n if n > most => (most, Mix::Straight),
        1 if least > 1 => (least, Mix::Spread),
        n => (n.max(least), Mix::Straight),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_mixed_spread_or_left_out() {
        assert_eq!(channels(2, 1, 1), Ok((1, Mix::Mean)));
        assert_eq!(channels(1, 2, 2), Ok((2, Mix::Spread)));
        assert_eq!(channels(6, 1, 2), Ok((2, Mix::Straight)));
        assert_eq!(channels(2, 3, 8), Ok((3, Mix::Straight)));
        assert_eq!(channels(2, 1, 64), Ok((2, Mix::Straight)));
        assert!(channels(1, 5, 2).is_err() && channels(1, 9_999, 9_999).is_err());
    }
}
