//! Chromaprint's fingerprint as an analyzer.

use super::chromaprint::{Chromaprint, RATE, SPAN, STEP};
use super::text::text;
use timeside_core::{
    Data, Error, FrameMetadata, Info, Input, Kind, LabelMetadata, Mono, Output, Param, Params,
    Plugin, Processor, Result, ResultInfo, Stream, TimeMode, processor::ParentResults,
    result::TimeAxis,
};
use timeside_dsp::resample::{MAX_RATE, Resampler};

const ID: &str = "fingerprint";

/// Resamples, and makes sub-fingerprints; keeps those of the first `length_rows` for the text.
#[derive(Debug)]
pub struct Fingerprint {
    length_secs: f64,
    work: Option<Work>,
}

#[derive(Debug)]
struct Work {
    chromaprint: Chromaprint,
    /// `None` at Chromaprint's own rate.
    resampler: Option<Late>,
    kept: Vec<u32>,
    length_rows: usize,
}

/// A resampler that takes any number of samples and hides its delay.
#[derive(Debug)]
struct Late {
    resampler: Resampler,
    waiting: [Vec<f32>; 1],
    resampled: Vec<Vec<f32>>,
    /// Samples that are still to be left out.
    delay: usize,
    from_rate: u64,
    taken: u64,
    given: u64,
}

impl Late {
    fn new(from_rate: u32) -> Option<Self> {
        let resampler = Resampler::new(from_rate, RATE, 1)?;
        Some(Self {
            delay: resampler.delay_frames(),
            resampler,
            waiting: [Vec::new()],
            resampled: Vec::new(),
            from_rate: from_rate.into(),
            taken: 0,
            given: 0,
        })
    }

    fn push(&mut self, mut samples: &[f32], mut emit: impl FnMut(&[f32])) {
        self.taken += samples.len() as u64;
        while !samples.is_empty() {
            let missing = self.resampler.input_frames() - self.waiting[0].len();
            let (now, later) = samples.split_at(missing.min(samples.len()));
            self.waiting[0].extend_from_slice(now);
            samples = later;
            if now.len() == missing {
                self.convert(u64::MAX, &mut emit);
            }
        }
    }

    /// Hands out what is still inside.
    fn finish(&mut self, mut emit: impl FnMut(&[f32])) {
        let end = (self.taken * u64::from(RATE)).div_ceil(self.from_rate);
        while self.given < end {
            self.convert(end, &mut emit);
        }
    }

    /// Converts what is waiting, filled up with silence; nothing past sample `end` is handed out.
    fn convert(&mut self, end: u64, emit: &mut impl FnMut(&[f32])) {
        self.resampler
            .process(&mut self.waiting, &mut self.resampled);
        self.waiting[0].clear();
        let output = &self.resampled[0];
        let skipped = self.delay.min(output.len());
        self.delay -= skipped;
        let room = usize::try_from(end - self.given).unwrap_or(usize::MAX);
        let output = &output[skipped..];
        let output = &output[..output.len().min(room)];
        self.given += output.len() as u64;
        emit(output);
    }
}

impl Plugin for Fingerprint {
    fn info() -> Info {
        Info {
            id: ID,
            version: "1.0",
            name: "Fingerprint",
            kind: Kind::Analyzer,
            unit: "",
            family: "Identity",
            description: "Chromaprint's acoustic fingerprint, by which AcoustID knows recordings",
            doc: "\
**Measures.** What a recording sounds like in 32 bits per eighth of a second, so that it is recognised in another coding, or a part of it within another.

**Formula.** Mean of the channels at 11,025 Hz; frames of 4096 samples every 1365 under a symmetric Hamming window; the power of bins from 28 to 3520 Hz summed by semitone into 12 bands; smoothed over 5 frames (0.25, 0.75, 1, 0.75, 0.25) and divided by its norm (0 below 0.01). Of 16 such rows, 16 learned filters compare two groups of cells by `ln((1 + a)/(1 + b))`; three thresholds make two bits of each value, in Gray code. The text is Chromaprint's compression of the first `length` seconds.

**Source.** Ke, Hoiem and Sukthankar, “Computer vision for music identification”, CVPR 2005; Jang, Yoo, Lee, Kim and Kim, “Pairwise boosted audio fingerprint”, IEEE TIFS 2009; Haitsma and Kalker, ISMIR 2002. Bits, filters and text are those of Chromaprint 1.5 (its default algorithm, number 1); only the resampling differs, which turns a bit where a value lies on a threshold.

**Good for.** Looking a recording up at AcoustID (give it `fingerprint.text` and the duration), and finding duplicates: two fingerprints of which under 15 % of the bits differ are of one recording. It knows recordings, not works: another performance, tempo or key is another fingerprint. The first comes after 2.7 s.",
            params: vec![
                Param::number(
                    "length",
                    120.0,
                    1.0,
                    86_400.0,
                    "How much from the begin on the text is made of; AcoustID expects 120. The values go on to the end.",
                )
                .unit("s"),
            ],
            results: vec![
                ResultInfo::value(
                    "",
                    "Fingerprint",
                    "",
                    TimeMode::Framewise,
                    "Sub-fingerprints: whole numbers of 32 bits, one each 1365/11025 s; shape (rows,), float64.",
                ),
                ResultInfo::label(
                    "text",
                    "Fingerprint for AcoustID",
                    "",
                    TimeMode::Global,
                    "One label, whose name is the compressed fingerprint (base64 for addresses).",
                ),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            length_secs: params.number("length").unwrap_or(120.0),
            work: None,
        })
    }
}

impl Processor for Fingerprint {
    fn input(&self) -> Input {
        Input::Mono
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let rate = stream.sample_rate;
        let resampler = if rate == RATE {
            None
        } else {
            let late = Late::new(rate).ok_or_else(|| {
                Error::OutOfRange(format!(
                    "{ID} resamples from rates of 1 to {MAX_RATE} Hz, not {rate}"
                ))
            })?;
            Some(late)
        };
        // As many as are complete by then.
        let samples = (self.length_secs * f64::from(RATE)) as usize;
        let length_rows = (samples + STEP).saturating_sub(SPAN) / STEP;
        self.work = Some(Work {
            chromaprint: Chromaprint::new(),
            resampler,
            kept: Vec::new(),
            length_rows,
        });
        let frame = FrameMetadata {
            samplerate: RATE,
            blocksize: SPAN,
            stepsize: STEP,
        };
        out.framewise_f64(0, frame, None, Vec::new())
    }

    fn mono(&mut self, mono: Mono<'_>, out: &mut Output) {
        let Some(work) = &mut self.work else { return };
        let Work {
            chromaprint,
            resampler,
            kept,
            length_rows,
        } = work;
        let mut take = |samples: &[f32]| give(chromaprint, samples, kept, *length_rows, out);
        match resampler {
            Some(late) => late.push(mono.samples, take),
            None => take(mono.samples),
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let Some(work) = &mut self.work else {
            return Ok(());
        };
        if let Some(late) = &mut work.resampler {
            late.finish(|samples| {
                give(
                    &mut work.chromaprint,
                    samples,
                    &mut work.kept,
                    work.length_rows,
                    out,
                );
            });
        }
        let metadata = LabelMetadata {
            label: vec![(0, text(&work.kept))],
            ..LabelMetadata::default()
        };
        out.set(
            1,
            Data::Label {
                label: vec![0],
                metadata,
            },
            TimeAxis::Global,
        );
        Ok(())
    }

    fn release(&mut self) {
        self.work = None;
    }
}

fn give(
    chromaprint: &mut Chromaprint,
    samples: &[f32],
    kept: &mut Vec<u32>,
    length_rows: usize,
    out: &mut Output,
) {
    chromaprint.push(samples, |bits| {
        if kept.len() < length_rows {
            kept.push(bits);
        }
        out.push_f64(0, &[f64::from(bits)]);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::matching::align;
    use crate::testing::{noise, run};
    use timeside_core::{Results, Step, Values};

    fn rows(r: &Results) -> Vec<u32> {
        match &r[ID].array().unwrap().values {
            Values::F64(v) => v.iter().map(|x| *x as u32).collect(),
            other => panic!("{}", other.dtype()),
        }
    }

    fn fingerprint(x: &[f32], rate: u32, blocksize: usize) -> Results {
        run(&[Step::new(ID)], &[x.to_vec()], rate, blocksize)
    }

    /// A tune of random semitones, with two overtones.
    fn tune(rate: u32, secs: usize, seed: u64) -> Vec<f32> {
        let notes = noise(1, secs * 4, seed).remove(0);
        let mut phase = 0.0_f64;
        (0..secs * rate as usize)
            .map(|n| {
                let note = (f64::from(notes[n * 4 / rate as usize]) * 12.0).round();
                phase += std::f64::consts::TAU * 330.0 * (note / 12.0).exp2() / f64::from(rate);
                (0.4 * phase.sin() + 0.2 * (2.0 * phase).sin() + 0.1 * (3.0 * phase).sin()) as f32
            })
            .collect()
    }

    #[test]
    fn one_tune_at_two_rates_matches_and_two_tunes_do_not() {
        let at = |rate, seed| rows(&fingerprint(&tune(rate, 15, seed), rate, 8_192));
        let (a, b, own, other) = (at(44_100, 1), at(48_000, 1), at(11_025, 1), at(44_100, 2));
        assert_eq!((a.len(), b.len(), own.len()), (100, 100, 100));
        for same in [b, own] {
            let found = align(&a, &same, 40).unwrap();
            assert_eq!(found.offset_rows, 0);
            assert!(found.bit_error_rate < 0.05, "{found:?}");
        }
        assert!(align(&a, &other, 40).unwrap().bit_error_rate > 0.25);
    }

    #[test]
    fn any_block_size_gives_the_same() {
        let x = tune(44_100, 6, 3);
        let want = fingerprint(&x, 44_100, 8_192);
        assert!(rows(&want).len() > 20);
        for blocksize in [333, 65_536] {
            let got = fingerprint(&x, 44_100, blocksize);
            assert_eq!(rows(&got), rows(&want));
            assert_eq!(got["fingerprint.text"].data, want["fingerprint.text"].data);
        }
    }
}
