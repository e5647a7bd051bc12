//! A curve that rises where something begins.

use crate::spectrogram_analyzer::MAX_BLOCK;
use timeside_core::{
    FrameMetadata, Framing, Info, Input, Kind, Output, Param, Params, Plugin, Processor, Result,
    ResultInfo, Spectrum, Stream, TimeMode, Window, processor::ParentResults,
};

/// The falling half of a 15-point symmetric Hann window, `numpy.hanning(15)[8:]`: smooths over 7 frames.
const SMOOTHER: [f64; 7] = [
    0.950_484_433_951_209_5,
    0.811_744_900_929_366_8,
    0.611_260_466_978_157_2,
    0.388_739_533_021_842_83,
    0.188_255_099_070_633_26,
    0.049_515_566_048_790_48,
    0.0,
];

/// Half of an antisymmetric differentiator of 31 taps, `d[k] = −d[30 − k]`, `d[15] = 0`:
/// `scipy.signal.remez(31, [0, 0.5], [numpy.pi], type="differentiator")`, SciPy 1.16.
const DIFFERENTIATOR: [f64; 15] = [
    0.224_380_255_857_745_82,
    -0.280_734_138_485_751_5,
    0.091_414_121_908_813_68,
    -0.064_642_833_033_387_97,
    0.058_868_946_408_479_67,
    -0.059_034_784_438_860_45,
    0.062_177_954_547_386_89,
    -0.067_608_316_020_691_9,
    0.075_393_416_647_691_5,
    -0.086_414_482_194_671_68,
    0.102_344_918_861_473_23,
    -0.126_823_137_686_773,
    0.167_713_027_720_435_17,
    -0.250_555_290_076_291_6,
    0.500_464_456_073_276_3,
];

/// What log-magnitudes are raised to at least.
const LOG_FLOOR: f64 = 1e-3;

/// Magnitudes up to here have a logarithm below [`LOG_FLOOR`]; most of a recording's bins, so their
/// logarithm is not taken. Upstream's own floor of 1e-9 lies below and has no effect.
const SMALL_MAGNITUDE: f64 = 1.002;

/// Below this a slope counts as none.
const SLOPE_FLOOR: f64 = 1e-10;

/// The last rows of a table whose older ones are forgotten; rows before the first are zeros.
#[derive(Debug, Default)]
struct History {
    rows: usize,
    columns: usize,
    next: usize,
    values: Vec<f64>,
}

impl History {
    fn new(rows: usize, columns: usize) -> Self {
        Self {
            rows,
            columns,
            next: 0,
            values: vec![0.0; rows * columns],
        }
    }

    /// Replaces the oldest row.
    fn push(&mut self) -> &mut [f64] {
        let at = self.next * self.columns;
        self.next = (self.next + 1) % self.rows;
        &mut self.values[at..at + self.columns]
    }

    /// The row of `age` frames ago; 0 is the newest.
    fn row(&self, age: usize) -> &[f64] {
        let at = (self.next + self.rows - 1 - age) % self.rows * self.columns;
        &self.values[at..at + self.columns]
    }
}

/// Holds a few rows of spectra and its own curve, never the spectrogram.
#[derive(Debug)]
pub struct OnsetDetectionFunction {
    block: usize,
    step: usize,
    magnitudes: History,
    logs: History,
    smooth: Vec<f64>,
    curve: Vec<f64>,
}

impl Plugin for OnsetDetectionFunction {
    fn info() -> Info {
        Info {
            id: "onset_detection_function",
            version: "1.0",
            name: "Onset detection function (python)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Rhythm",
            description: "Onset Detection Function analyzer",
            doc: "**Measures.** How much the spectrum rises: a curve with a peak where a note or a stroke begins.\n\n\
                  **Formula.** The magnitudes of each bin (no window) are smoothed over 7 frames by half a Hann window, taken to \
                  log₁₀ and floored at 1e-3; a 31-tap differentiator gives their slope over time; rising slopes are summed over the \
                  bins, and the curve is divided by its median where that is not 0. Frame `i` begins at `i·input_stepsize`.\n\n\
                  **Source.** M. Alonso, G. Richard and B. David, “Extracting note onsets from musical recordings”, ICME 2005, as \
                  TimeSide 1 computes it.\n\n\
                  **Good for.** Seeing rhythm, and picking onsets by a threshold over 1. Both filters are causal, so a peak lies \
                  some 15 frames after its onset. Slow attacks give low, broad peaks; the median needs the whole recording. \
                  For times of onsets take `aubio_temporal`.",
            params: vec![
                Param::integer("input_blocksize", 1_024, 1, MAX_BLOCK, "Samples per frame.")
                    .unit("samples"),
                Param::optional_integer(
                    "input_stepsize",
                    1,
                    MAX_BLOCK,
                    "Samples from one frame to the next; null is half of input_blocksize.",
                )
                .unit("samples")
                .derived_default(512),
            ],
            results: vec![ResultInfo::value(
                "",
                "Onset detection function (python)",
                "",
                TimeMode::Framewise,
                "Multiples of the median; shape (frames,), float64.",
            )],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let block = params.size("input_blocksize").unwrap_or(1_024);
        let step = params.size("input_stepsize").unwrap_or(block / 2).max(1);
        Ok(Self {
            block,
            step,
            magnitudes: History::default(),
            logs: History::default(),
            smooth: Vec::new(),
            curve: Vec::new(),
        })
    }
}

impl Processor for OnsetDetectionFunction {
    fn input(&self) -> Input {
        Input::Spectrum {
            block: self.block,
            step: self.step,
            framing: Framing::TimeSide,
            window: Window::Rectangular,
            fft: self.block,
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let bins = self.block / 2 + 1;
        self.magnitudes = History::new(SMOOTHER.len(), bins);
        self.logs = History::new(2 * DIFFERENTIATOR.len() + 1, bins);
        self.smooth = vec![0.0; bins];
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: self.block,
            stepsize: self.step,
        };
        out.framewise_f64(0, frame, None, Vec::new())
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, _out: &mut Output) {
        for (m, magnitude) in self.magnitudes.push().iter_mut().zip(spectrum.magnitudes()) {
            *m = f64::from(*magnitude);
        }
        self.smooth.fill(0.0);
        // The last weight is 0.
        for (age, weight) in SMOOTHER.iter().enumerate().take(SMOOTHER.len() - 1) {
            add_scaled(&mut self.smooth, self.magnitudes.row(age), *weight);
        }
        for (log, s) in self.logs.push().iter_mut().zip(&self.smooth) {
            *log = if *s > SMALL_MAGNITUDE {
                s.log10().max(LOG_FLOOR)
            } else {
                LOG_FLOOR
            };
        }
        let slope = &mut self.smooth;
        slope.fill(0.0);
        let last = 2 * DIFFERENTIATOR.len();
        for (age, weight) in DIFFERENTIATOR.iter().enumerate() {
            for ((s, new), old) in slope
                .iter_mut()
                .zip(self.logs.row(age))
                .zip(self.logs.row(last - age))
            {
                *s += weight * (new - old);
            }
        }
        self.curve
            .push(slope.iter().filter(|s| **s >= SLOPE_FLOOR).sum());
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        let median = median(&self.curve);
        if median != 0.0 {
            self.curve.iter_mut().for_each(|v| *v /= median);
        }
        out.push_f64(0, &self.curve);
        Ok(())
    }

    fn release(&mut self) {
        *self = Self {
            block: self.block,
            step: self.step,
            magnitudes: History::default(),
            logs: History::default(),
            smooth: Vec::new(),
            curve: Vec::new(),
        };
    }
}

fn add_scaled(sum: &mut [f64], row: &[f64], weight: f64) {
    sum.iter_mut().zip(row).for_each(|(s, x)| *s += weight * x);
}

/// The mean of the two middle values for an even number of them; 0 for none.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 0 => (sorted[middle - 1] + sorted[middle]) / 2.0,
        _ => sorted[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{HOSTILE, noise, run, sine};
    use timeside_core::{Step, Values};

    fn odf(x: &[Vec<f32>], blocksize: usize) -> Vec<f64> {
        let r = run(
            &[Step::new("onset_detection_function")],
            x,
            44_100,
            blocksize,
        );
        match r["onset_detection_function"]
            .array()
            .unwrap()
            .values
            .clone()
        {
            Values::F64(v) => v,
            other => panic!("{}", other.dtype()),
        }
    }

    #[test]
    fn a_note_after_silence_peaks_after_its_onset() {
        let mut x = vec![0.0; 44_100];
        x.extend(sine(44_100, 440.0, 0.5, 44_100));
        x.splice(0..1_000, noise(1, 1_000, 2).remove(0));
        let curve = odf(&[x], 8_192);
        let onset = 44_100 / 512;
        let peak = (40..curve.len())
            .max_by(|a, b| curve[*a].total_cmp(&curve[*b]))
            .unwrap();
        assert!((onset..onset + 20).contains(&peak), "{peak}");
    }

    #[test]
    fn the_median_of_a_changing_signal_is_one() {
        let curve = odf(&noise(1, 100_000, 4), 8_192);
        assert!((median(&curve) - 1.0).abs() < 1e-12);
        assert!(curve.iter().all(|v| *v >= 0.0));
    }

    #[test]
    fn any_block_size_gives_the_same() {
        let x = noise(2, 30_000, 6);
        let want = odf(&x, 8_192);
        for blocksize in [1, 777, 65_536] {
            assert!(odf(&x, blocksize) == want, "{blocksize}");
        }
    }

    #[test]
    fn silence_nothing_and_hostile_samples_stay_finite() {
        for x in [
            vec![0.0; 5_000],
            vec![],
            vec![1.0],
            HOSTILE.to_vec(),
            vec![f32::MAX; 4_000],
        ] {
            assert!(odf(&[x], 1_000).iter().all(|v| v.is_finite()));
        }
    }

    #[test]
    fn medians() {
        assert_eq!(
            (
                median(&[]),
                median(&[3.0, 1.0, 2.0]),
                median(&[4.0, 1.0, 2.0, 3.0])
            ),
            (0.0, 2.0, 2.5)
        );
    }
}
