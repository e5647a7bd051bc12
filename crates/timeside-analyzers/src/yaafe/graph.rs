//! A plan at work: the steps of all lines as a tree, of which what lines share is there once.

use super::component::{Component, Rows};
use super::plan::Line;
use super::stage::Stage;
use timeside_core::{Error, FrameMetadata, Output, Result};

#[derive(Debug)]
struct Node {
    parent: Option<usize>,
    component: Component,
    rows: Rows,
    stage: Box<dyn Stage>,
    /// They come later in the list.
    children: Vec<usize>,
    /// The results whose rows these are.
    results: Vec<usize>,
}

/// The tree, parents before children.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    /// The tree of a plan over a stream.
    ///
    /// # Errors
    /// The line whose parameters do not fit the stream, and what would.
    pub(super) fn new(
        lines: &[Line],
        rate: u32,
        compat: bool,
    ) -> std::result::Result<Self, String> {
        let mut graph = Self::default();
        for (result, line) in lines.iter().enumerate() {
            graph
                .add(line, result, &Rows::of_samples(rate, compat))
                .map_err(|reason| format!("“{}”: {reason}", line.text))?;
        }
        Ok(graph)
    }

    fn add(
        &mut self,
        line: &Line,
        result: usize,
        samples: &Rows,
    ) -> std::result::Result<(), String> {
        let mut last = None;
        if line.calls.is_empty() {
            last = Some(self.node(None, Component::Samples, samples)?);
        }
        for call in &line.calls {
            let before =
                last.map_or_else(|| samples.clone(), |i: usize| self.nodes[i].rows.clone());
            for component in (call.entry.chain)(&call.args, &before) {
                let made = self.node(last, component, samples);
                last = Some(made.map_err(|reason| format!("{}: {reason}", call.entry.name))?);
            }
        }
        if let Some(last) = last {
            self.nodes[last].results.push(result);
        }
        Ok(())
    }

    /// The node that does `component` after `parent`, an old one if there is.
    fn node(
        &mut self,
        parent: Option<usize>,
        component: Component,
        samples: &Rows,
    ) -> std::result::Result<usize, String> {
        let same = |n: &Node| n.parent == parent && n.component == component;
        if let Some(found) = self.nodes.iter().position(same) {
            return Ok(found);
        }
        let input = parent.map_or(samples, |p| &self.nodes[p].rows);
        let (stage, rows) = component.stage(input)?;
        let index = self.nodes.len();
        self.nodes.push(Node {
            parent,
            component,
            rows,
            stage,
            children: Vec::new(),
            results: Vec::new(),
        });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(index);
        }
        Ok(index)
    }

    /// Opens the results.
    ///
    /// # Errors
    /// `OutOfMemory` if they would not fit.
    pub(super) fn open(&self, out: &mut Output) -> Result<()> {
        for node in &self.nodes {
            let rows = &node.rows;
            let frame = FrameMetadata {
                samplerate: rows.rate,
                blocksize: rows.block,
                stepsize: rows.step,
            };
            let columns = (rows.width > 1).then_some(rows.width);
            for result in &node.results {
                out.framewise(*result, frame, columns, rows.axis.clone())?;
            }
        }
        Ok(())
    }

    /// Takes the next samples.
    pub(super) fn push(&mut self, samples: &[f32], out: &mut Output) {
        let mut rest = &mut self.nodes[..];
        let mut first = 0;
        while let Some((node, later)) = rest.split_first_mut() {
            first += 1;
            if node.parent.is_none() {
                node.take(samples, later, first, out);
            }
            rest = later;
        }
    }

    /// Gives the rows that the end of the stream completes.
    ///
    /// # Errors
    /// Why some rows are not to be had.
    pub(super) fn finish(&mut self, out: &mut Output) -> Result<()> {
        let mut rest = &mut self.nodes[..];
        let mut first = 0;
        while let Some((node, later)) = rest.split_first_mut() {
            first += 1;
            if let Some(error) = node.stage.failure() {
                return Err(error);
            }
            let Node {
                stage,
                children,
                results,
                ..
            } = node;
            stage.finish(&mut |row| fan_out(row, children, results, later, first, out));
            rest = later;
        }
        Ok(())
    }

    /// Number of steps.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.nodes.len()
    }
}

impl Node {
    /// Takes a row; `later[0]` is node `first`.
    fn take(&mut self, row: &[f32], later: &mut [Self], first: usize, out: &mut Output) {
        let Self {
            stage,
            children,
            results,
            ..
        } = self;
        stage.push(row, &mut |row| {
            fan_out(row, children, results, later, first, out);
        });
    }
}

/// Hands a node's row to its results and its children; `later[0]` is node `first`.
fn fan_out(
    row: &[f32],
    children: &[usize],
    results: &[usize],
    later: &mut [Node],
    first: usize,
    out: &mut Output,
) {
    for result in results {
        out.push(*result, row);
    }
    for child in children {
        if let Some((node, rest)) = later[child - first..].split_first_mut() {
            node.take(row, rest, child + 1, out);
        }
    }
}

/// That of a plan which does not fit.
pub(super) fn refusal(reason: String) -> Error {
    Error::bad_parameter("yaafe", "feature_plan", reason)
}

#[cfg(test)]
mod tests {
    use super::super::plan::parse;
    use super::*;

    #[test]
    fn what_lines_share_is_there_once() {
        let lines = parse(&[
            "m: MFCC",
            "d: MFCC > Derivate DOrder=1",
            "s: SpectralFlatness blockSize=1024",
            "c: ComplexDomainOnsetDetection",
            "z: ZCR stepSize=512",
            "w: SpectralFlatness FFTWindow=Hamming",
        ])
        .unwrap();
        let graph = Graph::new(&lines, 44_100, false).unwrap();
        // Frames, FFT, magnitudes, mel, cepstrum; Derivate; flatness; complex domain; ZCR; FFT, magnitudes, flatness.
        assert_eq!(graph.len(), 12);
    }

    #[test]
    fn what_does_not_fit_the_stream_is_refused_by_line() {
        for (text, words) in [
            (
                "a: MFCC MelMinFreq=5000",
                "“a: MFCC MelMinFreq=5000”: MFCC: MelMinFreq must be less than 4000 Hz",
            ),
            (
                "a: CQT CQTMinFreq=2000",
                "CQT: CQTMinFreq must be at most 500 Hz for 3 octaves",
            ),
            (
                "a: Energy > Difference",
                "Difference: DiffNbCoeffs must be at most 0",
            ),
            (
                "a: MFCC CepsNbCoeffs=41",
                "CepsNbCoeffs must be at most 39, of 40 values",
            ),
            (
                "a: ZCR > ChromaReduce",
                "ChromaReduce: rows must be of a multiple of 12 values",
            ),
            (
                "a: Frames blockSize=131072 > MedianFilter MFOrder=1000",
                "rows times values must be at most",
            ),
        ] {
            let error = Graph::new(&parse(&[text]).unwrap(), 8_000, false).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn every_feature_and_transform_of_the_tables_has_a_stage() {
        for entry in super::super::features::FEATURES.iter().copied().flatten() {
            for rate in [8_000, 44_100, 192_000] {
                let line = parse(&[&format!("x: {}", entry.name)]).unwrap();
                let graph = Graph::new(&line, rate, false).unwrap();
                assert_eq!(
                    graph.nodes.iter().map(|n| n.results.len()).sum::<usize>(),
                    1
                );
            }
        }
    }
}
