//! Features → results: rows as they come, or events and segments at the end.

use crate::connection::{Reason, nonsense};
use crate::time::{RealTime, total_steps};
use crate::wire::{Feature, Opened, OutputInfo, SampleType};
use std::collections::HashMap;
use timeside_core::result::{Data, TimeAxis};
use timeside_core::{Array, FrameMetadata, LabelMetadata, Output, Result, TimeMode, Values};

/// How the result of an output lies in time. One of a fixed rate of its own is framewise if it has no gaps, else its
/// features become events.
pub(crate) fn time_mode(output: &OutputInfo) -> TimeMode {
    let has_columns = output.bins.is_some_and(|n| n > 0);
    match output.sample_type {
        SampleType::OneSamplePerStep if has_columns => TimeMode::Framewise,
        _ if output.has_duration => TimeMode::Segment,
        SampleType::FixedSampleRate if has_columns => TimeMode::Framewise,
        _ => TimeMode::Event,
    }
}

/// Takes the features of one output.
#[derive(Debug)]
pub(crate) struct Collector {
    result: usize,
    output: OutputInfo,
    sample_rate: u32,
    block: usize,
    step: usize,
    /// From the begin of a block to the time that it stands for.
    offset: RealTime,
    rows: Option<Rows>,
    scattered: Scattered,
}

/// Rows of a framewise result, which are pushed as they come.
#[derive(Debug)]
struct Rows {
    row: Vec<f32>,
    pushed: u64,
}

/// Features that are kept until the end.
#[derive(Debug, Default)]
struct Scattered {
    time_secs: Vec<f64>,
    duration_secs: Vec<f64>,
    /// Index at the output's own rate.
    index: Vec<i64>,
    /// The values of all, and where those of each end.
    values: Vec<f32>,
    ends: Vec<usize>,
    labels: Vec<i64>,
    label_numbers: HashMap<String, i64>,
}

impl Collector {
    /// Collects output `output` of an opened plugin into result `result`.
    ///
    /// # Errors
    /// As [`Output::framewise`].
    pub(crate) fn new(
        result: usize,
        output: &OutputInfo,
        opened: &Opened,
        sample_rate: u32,
        out: &mut Output,
    ) -> Result<Self> {
        let bins = output.bins.unwrap_or(0);
        let streams = output.sample_type == SampleType::OneSamplePerStep && bins > 0;
        if streams {
            let frame = FrameMetadata {
                samplerate: sample_rate,
                blocksize: opened.block,
                stepsize: opened.step,
            };
            out.framewise(result, frame, (bins > 1).then_some(bins), y_value(output))?;
        }
        let middle = RealTime::of_frame(opened.block as i64 / 2, sample_rate);
        Ok(Self {
            result,
            output: output.clone(),
            sample_rate,
            block: opened.block,
            step: opened.step,
            offset: if opened.frequency_domain {
                middle
            } else {
                RealTime { sec: 0, nsec: 0 }
            },
            rows: streams.then(|| Rows {
                row: vec![0.0; bins],
                pushed: 0,
            }),
            scattered: Scattered::default(),
        })
    }

    /// Takes a feature of a plugin that was fed `fed` frames so far.
    pub(crate) fn take(
        &mut self,
        feature: &Feature<'_>,
        fed: i64,
        out: &mut Output,
    ) -> std::result::Result<(), Reason> {
        let steps = total_steps(fed, self.block, self.step) as u64;
        let remains = feature.step == Feature::REMAINING;
        // A step that cannot have been yet would make us fill up to it.
        if !remains && feature.step >= steps {
            return Err(nonsense());
        }
        match &mut self.rows {
            Some(rows) => {
                if !remains {
                    rows.fill_up(feature.step, self.result, out);
                }
                // A second feature in one step has no place.
                if remains || rows.pushed == feature.step {
                    rows.push(feature.values, self.result, out);
                }
            }
            None => self.scatter(feature, steps, out),
        }
        Ok(())
    }

    fn scatter(&mut self, feature: &Feature<'_>, steps: u64, out: &mut Output) {
        let values = feature.values.len();
        if !out.hold((32 + 4 * values) as u64) {
            return;
        }
        let step = feature.step.min(steps.saturating_sub(1)) as i64;
        let of_step = RealTime::of_frame(step * self.step as i64, self.sample_rate);
        let of_step = of_step.plus(self.offset).secs();
        let given = feature.time.map(RealTime::secs);
        let s = &mut self.scattered;
        let rate = f64::from(self.output.sample_rate);
        let time = match self.output.sample_type {
            SampleType::OneSamplePerStep => of_step,
            // As the Vamp SDK says: to the nearest of the rate's points, or the one after the last.
            SampleType::FixedSampleRate if rate > 0.0 => {
                let after = s.index.last().map_or(0, |last| last.saturating_add(1));
                let index = given.map_or(after, |secs| (secs * rate).round() as i64);
                s.index.push(index);
                index as f64 / rate
            }
            _ => given.unwrap_or(of_step),
        };
        s.time_secs.push(time);
        if self.output.has_duration {
            s.duration_secs
                .push(feature.duration.map_or(0.0, RealTime::secs));
        }
        s.values.extend(feature.values.iter().map(|x| finite(*x)));
        s.ends.push(s.values.len());
        if self.output.bins.unwrap_or(0) == 0 {
            s.put_label(feature.label, out);
        }
    }

    /// Sets the result of a plugin that was fed `fed` frames.
    pub(crate) fn finish(&mut self, fed: i64, out: &mut Output) {
        let steps = total_steps(fed, self.block, self.step) as u64;
        if let Some(rows) = &mut self.rows {
            // One that gave nothing at all keeps an empty result.
            if rows.pushed > 0 {
                rows.fill_up(steps, self.result, out);
            }
            return;
        }
        let mut s = std::mem::take(&mut self.scattered);
        let Some(data) = s.data(&self.output, out) else {
            return;
        };
        if let Some(step) = self.even_step(&s.index) {
            let frame = FrameMetadata {
                samplerate: self.sample_rate,
                blocksize: step,
                stepsize: step,
            };
            return out.set(self.result, data, TimeAxis::Framewise(frame));
        }
        let time = if self.output.has_duration {
            TimeAxis::Segment {
                time: s.time_secs,
                duration: s.duration_secs,
            }
        } else {
            TimeAxis::Event { time: s.time_secs }
        };
        out.set(self.result, data, time);
    }

    /// The samples from one feature to the next, where they lie at a fixed rate from the begin without a gap.
    fn even_step(&self, index: &[i64]) -> Option<usize> {
        let applies = time_mode(&self.output) == TimeMode::Framewise;
        let step = f64::from(self.sample_rate) / f64::from(self.output.sample_rate);
        // The rate is a float of single precision.
        let is_whole =
            (1.0..1e9).contains(&step) && (step - step.round()).abs() <= 1e-6 * step.round();
        let dense = index.iter().enumerate().all(|(n, i)| *i == n as i64);
        (applies && is_whole && dense && !index.is_empty()).then_some(step.round() as usize)
    }
}

impl Rows {
    fn push(&mut self, values: &[f32], result: usize, out: &mut Output) {
        let given = values.len().min(self.row.len());
        for (y, x) in self.row.iter_mut().zip(values) {
            *y = finite(*x);
        }
        self.row[given..].fill(0.0);
        out.push(result, &self.row);
        self.pushed += 1;
    }

    /// Zeros for the steps that gave nothing: some plugins leave out what they could not compute.
    fn fill_up(&mut self, steps: u64, result: usize, out: &mut Output) {
        while self.pushed < steps {
            self.push(&[], result, out);
        }
    }
}

impl Scattered {
    fn put_label(&mut self, label: &str, out: &mut Output) {
        if label.is_empty() {
            self.labels.push(0);
            return;
        }
        let next = self.label_numbers.len() as i64 + 1;
        let number = match self.label_numbers.get(label) {
            Some(number) => *number,
            None => {
                out.hold(32 + label.len() as u64);
                self.label_numbers.insert(label.to_owned(), next);
                next
            }
        };
        self.labels.push(number);
    }

    /// The values in the order of time; labels, where there is nothing else to tell; `None` past the limit of memory.
    fn data(&mut self, output: &OutputInfo, out: &mut Output) -> Option<Data> {
        let rows = self.ends.len();
        let mut order: Vec<usize> = (0..rows).collect();
        order.sort_by(|a, b| self.time_secs[*a].total_cmp(&self.time_secs[*b]));
        let row = |n: usize| {
            let begin = if n == 0 { 0 } else { self.ends[n - 1] };
            &self.values[begin..self.ends[n]]
        };
        let longest = (0..rows).map(|n| row(n).len()).max().unwrap_or(0);
        let data = if longest == 0 && !self.label_numbers.is_empty() {
            let label = order.iter().map(|n| self.labels[*n]).collect();
            let mut names: Vec<(i64, String)> = self
                .label_numbers
                .drain()
                .map(|(name, n)| (n, name))
                .collect();
            if self.labels.contains(&0) {
                names.push((0, String::new()));
            }
            names.sort();
            let metadata = LabelMetadata {
                label: names,
                ..LabelMetadata::default()
            };
            Data::Label { label, metadata }
        } else {
            let columns = output.bins.filter(|n| *n > 0).unwrap_or(longest).max(1);
            let items = rows.checked_mul(columns)?;
            if !out.hold(items as u64 * 4) {
                return None;
            }
            let mut values = Vec::with_capacity(items);
            for n in &order {
                let given = &row(*n)[..row(*n).len().min(columns)];
                values.extend_from_slice(given);
                // What has no value is there, which is 1; a shorter row ends with zeros.
                let fill = if longest == 0 { 1.0 } else { 0.0 };
                values.resize(values.len() + columns - given.len(), fill);
            }
            let shape = match output.bins {
                Some(n) if n > 1 => vec![rows, columns],
                None if columns > 1 => vec![rows, columns],
                _ => vec![rows],
            };
            Data::Value {
                value: Array {
                    shape,
                    values: Values::F32(values),
                },
                y_value: y_value(output),
            }
        };
        let sorted = |v: &[f64]| order.iter().map(|n| v[*n]).collect::<Vec<_>>();
        if !self.duration_secs.is_empty() {
            self.duration_secs = sorted(&self.duration_secs);
        }
        self.time_secs = sorted(&self.time_secs);
        Some(data)
    }
}

/// What the columns stand for, where all their names begin with a number, as `43.0664 Hz` does.
fn y_value(output: &OutputInfo) -> Vec<f64> {
    let number = |name: &String| {
        let first = name.split_whitespace().next()?;
        first.parse::<f64>().ok().filter(|x| x.is_finite())
    };
    let bins = output.bins.unwrap_or(0);
    if bins < 2 || output.bin_names.len() != bins {
        return Vec::new();
    }
    let numbers: Option<Vec<f64>> = output.bin_names.iter().map(number).collect();
    numbers.unwrap_or_default()
}

fn finite(x: f32) -> f32 {
    if x.is_finite() { x } else { 0.0 }
}
