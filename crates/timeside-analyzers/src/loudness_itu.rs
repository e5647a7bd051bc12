//! Loudness by ITU-R BS.1770-4 and EBU R 128: integrated, momentary, short-term, range, true peak.

mod describe;
mod gating;
mod layout;
mod upstream;
mod windows;

use gating::{loudness, programme, range};
use std::collections::VecDeque;
use timeside_core::{
    Block, Error, FrameMetadata, Info, Input, Output, Params, Plugin, Processor, Result, Stream,
    Values, processor::ParentResults,
};
use timeside_dsp::kweighting::WeightedEnergy;
use timeside_dsp::true_peak::TruePeak;
use upstream::FirstRows;
use windows::Windows;

const ID: &str = "loudness_itu";

/// What the windows are of, in the order of [`LoudnessItu::windows`].
#[derive(Debug, Clone, Copy)]
enum Of {
    /// 400 ms every 100 ms.
    Gating,
    /// 400 ms at the display's pace.
    Momentary,
    /// 3 s at the display's pace.
    ShortTerm,
    /// 3 s every 100 ms.
    Range,
}

const ALL: [Of; 4] = [Of::Gating, Of::Momentary, Of::ShortTerm, Of::Range];

/// All measures of loudness in one pass. It keeps the powers of the windows that are gated at the end, 16 bytes per
/// 100 ms, and no sample beyond the filters'.
#[derive(Debug, Default)]
pub struct LoudnessItu {
    settings: Settings,
    sample_rate: u32,
    at: u64,
    energy: Option<WeightedEnergy>,
    windows: [Windows; 4],
    true_peaks: Vec<TruePeak>,
    gating_powers: Vec<f64>,
    range_powers: Vec<f64>,
    max_momentary: f64,
    max_short_term: f64,
    /// For upstream's number only: the first frames of each open gating block, and the channels' weights.
    rows: VecDeque<FirstRows>,
    upstream_weights: Vec<f64>,
}

#[derive(Debug, Clone, Default)]
struct Settings {
    compat: bool,
    layout: String,
    update_ms: f64,
    oversampling: Option<usize>,
}

impl Plugin for LoudnessItu {
    fn info() -> Info {
        describe::info()
    }

    fn new(params: &Params) -> Result<Self> {
        let settings = Settings {
            compat: params.flag("compat"),
            layout: params.text("layout").unwrap_or("auto").to_owned(),
            update_ms: params.number("update").unwrap_or(10.0),
            oversampling: params.size("oversampling"),
        };
        Ok(Self {
            settings,
            ..Self::default()
        })
    }
}

/// Frames in so many seconds, at least 1.
fn frames_in(secs: f64, sample_rate: u32) -> u64 {
    let frames = (f64::from(sample_rate) * secs).round_ties_even();
    (frames as u64).max(1)
}

impl Processor for LoudnessItu {
    fn input(&self) -> Input {
        Input::Blocks
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let rate = stream.sample_rate;
        let weights = layout::weights(&self.settings.layout, stream.channels).ok_or_else(|| {
            let (name, channels) = (&self.settings.layout, stream.channels);
            let fitting: Vec<_> = layout::NAMES
                .into_iter()
                .filter(|n| layout::weights(n, channels).is_some())
                .collect();
            let fitting = fitting.join(", ");
            let reason =
                format!("must be one of {fitting} for {channels} channels, not \"{name}\"");
            Error::bad_parameter(ID, "layout", reason)
        })?;
        self.sample_rate = rate;
        self.energy = Some(WeightedEnergy::new(rate, &weights));
        let factor = self
            .settings
            .oversampling
            .unwrap_or_else(|| TruePeak::factor_for(rate));
        out.record("oversampling", factor);
        self.true_peaks = vec![TruePeak::new(factor); stream.channels];

        let (block, step) = (frames_in(0.4, rate), frames_in(0.1, rate));
        let (long, update) = (
            frames_in(3.0, rate),
            frames_in(self.settings.update_ms / 1e3, rate),
        );
        self.windows = ALL.map(|of| match of {
            Of::Gating => Windows::new(block, step),
            Of::Momentary => Windows::new(block, update),
            Of::ShortTerm => Windows::new(long, update),
            Of::Range => Windows::new(long, step),
        });
        let frame = |block: u64, step: u64| FrameMetadata {
            samplerate: rate,
            blocksize: block as usize,
            stepsize: step as usize,
        };
        let mut blocks = frame(block, step);
        if self.settings.compat {
            self.upstream_weights = upstream::channel_weights(stream.channels);
            // Upstream writes the size of the pipe's blocks here.
            (blocks.blocksize, blocks.stepsize) = (stream.blocksize, stream.blocksize);
        }
        self.open_windows();
        out.framewise_f64(2, blocks, None, Vec::new())?;
        out.framewise(3, frame(block, update), None, Vec::new())?;
        out.framewise(4, frame(long, update), None, Vec::new())
    }

    fn block(&mut self, block: &Block, out: &mut Output) {
        for (meter, channel) in self.true_peaks.iter_mut().zip(&block.channels) {
            meter.push(channel);
        }
        let frames = block.frames();
        let mut done = 0;
        while done < frames {
            let cut = self.windows.iter().map(Windows::next_cut).min();
            let cut = cut.unwrap_or(u64::MAX);
            let run = (cut - self.at).min((frames - done) as u64);
            let piece = done..done + run as usize;
            for rows in &mut self.rows {
                rows.take(block, piece.clone());
            }
            if let Some(energy) = &mut self.energy {
                energy.feed(&block.channels, piece);
            }
            self.at += run;
            done += run as usize;
            if self.at == cut {
                self.close_windows(out);
                self.open_windows();
            }
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let (gated, threshold) = programme(&self.gating_powers);
        let mut global = |result, values| out.global(result, Values::F64(values));
        global(0, vec![gated]);
        global(1, vec![threshold]);
        global(5, vec![loudness(self.max_momentary)]);
        global(6, vec![loudness(self.max_short_term)]);
        global(7, vec![range(&self.range_powers)]);
        let peaks: Vec<f32> = self.true_peaks.iter_mut().map(TruePeak::finish).collect();
        let decibels = |peak: f32| 20.0 * f64::from(peak.max(f32::EPSILON)).log10();
        global(8, vec![decibels(peaks.iter().copied().fold(0.0, f32::max))]);
        global(9, peaks.into_iter().map(decibels).collect());
        Ok(())
    }

    fn release(&mut self) {
        *self = Self {
            settings: self.settings.clone(),
            ..Self::default()
        };
    }
}

impl LoudnessItu {
    fn open_windows(&mut self) {
        for (of, windows) in ALL.into_iter().zip(&mut self.windows) {
            if windows.open(self.at) && matches!(of, Of::Gating) && self.settings.compat {
                self.rows.push_back(FirstRows::default());
            }
        }
    }

    /// Gives the piece that ends here to all windows and measures those that end with it.
    fn close_windows(&mut self, out: &mut Output) {
        let energy = self.energy.as_mut().map_or(0.0, WeightedEnergy::take);
        for (of, windows) in ALL.into_iter().zip(&mut self.windows) {
            windows.add(energy);
            let Some(mut power) = windows.close(self.at) else {
                continue;
            };
            match of {
                Of::Gating => {
                    if let Some(rows) = self.rows.pop_front() {
                        let energy = rows.energy(&self.upstream_weights, self.sample_rate);
                        power = energy / windows.length_frames() as f64;
                    }
                    self.gating_powers.push(power);
                    out.push_f64(2, &[loudness(power)]);
                }
                Of::Momentary => {
                    self.max_momentary = self.max_momentary.max(power);
                    out.push(3, &[loudness(power) as f32]);
                }
                Of::ShortTerm => {
                    self.max_short_term = self.max_short_term.max(power);
                    out.push(4, &[loudness(power) as f32]);
                }
                Of::Range => self.range_powers.push(power),
            }
        }
    }
}

#[cfg(test)]
mod ebu_tests;
#[cfg(test)]
mod tests;
