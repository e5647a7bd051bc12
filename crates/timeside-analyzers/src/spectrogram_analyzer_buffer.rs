//! The spectrogram under upstream's second name.

use crate::spectrogram_analyzer::SpectrogramAnalyzer;
use timeside_core::{
    Info, Input, Output, Param, Params, Plugin, Processor, Result, ResultInfo, Spectrum, Stream,
    TimeMode,
};

/// As [`SpectrogramAnalyzer`]. Upstream keeps its rows in a table on disk; here rows stream anyway.
#[derive(Debug)]
pub struct SpectrogramAnalyzerBuffer {
    spectrogram: SpectrogramAnalyzer,
    /// Whether the next row is to be written twice.
    twice: bool,
}

impl Plugin for SpectrogramAnalyzerBuffer {
    fn info() -> Info {
        let mut info = SpectrogramAnalyzer::info();
        info.params.push(Param::compat(
            "The first row twice, as TimeSide 1 wrote it.",
        ));
        Info {
            id: "spectrogram_analyzer_buffer",
            name: "Spectrogram Analyzer with extensible buffer",
            description: "Spectrogram image builder with an extensible buffer based on tables",
            doc: "**Measures.** What sounds at which frequency and when; the same as `spectrogram_analyzer`.\n\n\
                  **Formula.** `|Σ x[n]·e^{−2πikn/fft_size}|` of overlapping frames of the mean of the channels, without window and \
                  without scaling. Frame `i` begins at `i·input_stepsize`; the last one is padded with zeros.\n\n\
                  **Source.** TimeSide 1, which kept the rows in a table on disk for want of memory and wrote the first one twice.\n\n\
                  **Good for.** Programs that ask for it by this name. Here every framewise result streams, so that a long \
                  recording needs no buffer: take `spectrogram_analyzer`.",
            results: vec![ResultInfo::value(
                "",
                "Spectrogram Analyzer with extensible buffer",
                "",
                TimeMode::Framewise,
                "Magnitudes; shape (frames, fft_size/2 + 1), float32; with compat one row more.",
            )],
            ..info
        }
    }

    fn new(params: &Params) -> Result<Self> {
        Ok(Self {
            spectrogram: SpectrogramAnalyzer::new(params)?,
            twice: params.flag("compat"),
        })
    }
}

impl Processor for SpectrogramAnalyzerBuffer {
    fn input(&self) -> Input {
        self.spectrogram.input()
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        self.spectrogram.setup(stream, out)
    }

    fn spectrum(&mut self, spectrum: Spectrum<'_>, out: &mut Output) {
        if std::mem::take(&mut self.twice) {
            self.spectrogram.spectrum(spectrum, out);
        }
        self.spectrogram.spectrum(spectrum, out);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{noise, run};
    use timeside_core::{Step, Values};

    #[test]
    fn it_is_the_spectrogram_and_compat_doubles_the_first_row() {
        let steps = [
            Step::new("spectrogram_analyzer"),
            Step::new("spectrogram_analyzer_buffer"),
            Step {
                r#as: Some("upstream".into()),
                ..Step::new("spectrogram_analyzer_buffer").with("compat", true)
            },
        ];
        let results = run(&steps, &noise(1, 10_000, 3), 8_000, 777);
        let values = |key: &str| match &results[key].array().unwrap().values {
            Values::F32(v) => v.clone(),
            other => panic!("{}", other.dtype()),
        };
        let want = values("spectrogram_analyzer");
        assert!(want == values("spectrogram_analyzer_buffer"));
        let doubled = values("upstream");
        assert!(doubled[..1_025] == want[..1_025] && doubled[1_025..] == want);
    }
}
