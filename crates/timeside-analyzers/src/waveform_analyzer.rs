//! The samples themselves as a result.

use crate::finite;
use timeside_core::{
    Block, FrameMetadata, Info, Input, Kind, Output, Params, Plugin, Processor, Result, ResultInfo,
    Stream, TimeMode,
};

/// All samples, one row per frame of audio.
#[derive(Debug, Default)]
pub struct WaveformAnalyzer {
    rows: Vec<f32>,
}

impl Plugin for WaveformAnalyzer {
    fn info() -> Info {
        Info {
            id: "waveform_analyzer",
            version: "1.0",
            name: "Waveform (python)",
            kind: Kind::Analyzer,
            unit: "",
            family: "Waveform",
            description: "Waveform analyzer",
            doc: "**Measures.** Nothing: it gives the samples themselves, as they come out of the decoder and the effects.\n\n\
                  **Formula.** Row `n` holds `x[n]` of each channel, full scale ±1; a sample that is not finite becomes 0.\n\n\
                  **Source.** TimeSide 1.\n\n\
                  **Good for.** Taking samples out with other results, in their container. It holds the whole recording, so it meets \
                  the limit of memory on long ones: to draw a waveform take peaks, to hear or compute, samples by stretches.",
            params: Vec::new(),
            results: vec![ResultInfo::value(
                "",
                "Waveform (python)",
                "",
                TimeMode::Framewise,
                "Samples; shape (frames, channels), float32.",
            )],
        }
    }

    fn new(_params: &Params) -> Result<Self> {
        Ok(Self::default())
    }
}

impl Processor for WaveformAnalyzer {
    fn input(&self) -> Input {
        Input::Blocks
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        let frame = FrameMetadata {
            samplerate: stream.sample_rate,
            blocksize: 1,
            stepsize: 1,
        };
        out.framewise(0, frame, Some(stream.channels), Vec::new())
    }

    fn block(&mut self, block: &Block, out: &mut Output) {
        let (frames, channels) = (block.frames(), block.channels.len());
        self.rows.clear();
        self.rows.resize(frames * channels, 0.0);
        for (c, channel) in block.channels.iter().enumerate() {
            for (row, x) in self.rows.chunks_exact_mut(channels).zip(channel) {
                row[c] = finite(*x);
            }
        }
        out.push(0, &self.rows);
    }

    fn release(&mut self) {
        self.rows = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{HOSTILE, noise, run};
    use timeside_core::Values;

    fn waveform(x: &[Vec<f32>], blocksize: usize) -> (Vec<usize>, Vec<f32>) {
        let r = run(&["waveform_analyzer".into()], x, 44_100, blocksize);
        let array = r["waveform_analyzer"].array().unwrap();
        let Values::F32(values) = &array.values else {
            panic!("not float32")
        };
        (array.shape.clone(), values.clone())
    }

    #[test]
    fn rows_are_frames() {
        let x = noise(2, 1_000, 5);
        for blocksize in [1, 7, 1_000, 8_192] {
            let (shape, values) = waveform(&x, blocksize);
            assert_eq!(shape, [1_000, 2]);
            assert_eq!((values[200], values[201]), (x[0][100], x[1][100]));
        }
        assert_eq!(waveform(&[vec![]], 10).0, [0, 1]);
    }

    #[test]
    fn hostile_samples_become_silence() {
        assert!(
            waveform(&[HOSTILE.to_vec()], 2)
                .1
                .iter()
                .all(|x| x.is_finite())
        );
    }
}
