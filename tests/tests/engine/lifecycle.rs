//! The order in which a pipe calls its processors, and parents.

use crate::pipe::media;
use std::cell::RefCell;
use timeside::chain::system_context;
use timeside::core::pipe::Plan;
use timeside::core::processor::ParentResults;
use timeside::core::{
    Block, FrameMetadata, Info, Input, Kind, Output, Params, Plugin, Processor, ResultInfo, Rows,
    Stream, TimeMode,
};
use timeside::{PipeSpec, Registry, Result, Step, registry};
use timeside_tests::run_spec;

pub(crate) fn info(id: &'static str, kind: Kind, results: Vec<ResultInfo>) -> Info {
    Info {
        id,
        version: "1.0",
        name: id,
        kind,
        unit: "",
        description: "A processor of the tests",
        family: "Test",
        doc: "",
        params: Vec::new(),
        results,
    }
}

thread_local! {
    static LOG: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

fn log(line: impl Into<String>) {
    LOG.with_borrow_mut(|l| l.push(line.into()));
}

/// Logs what is asked of it; `CHILD` also has the parent.
#[derive(Debug)]
struct Logger<const CHILD: bool>;

impl<const CHILD: bool> Logger<CHILD> {
    const ID: &'static str = if CHILD { "child" } else { "parent" };
}

impl<const CHILD: bool> Plugin for Logger<CHILD> {
    fn info() -> Info {
        info(
            Self::ID,
            Kind::Analyzer,
            vec![ResultInfo::value(
                "",
                Self::ID,
                "",
                TimeMode::Framewise,
                "First sample of each block.",
            )],
        )
    }

    fn new(_params: &Params) -> Result<Self> {
        Ok(Self)
    }
}

impl<const CHILD: bool> Processor for Logger<CHILD> {
    fn input(&self) -> Input {
        Input::Blocks
    }

    fn parents(&self) -> Vec<Step> {
        if CHILD {
            vec!["parent".into()]
        } else {
            Vec::new()
        }
    }

    fn setup(&mut self, stream: &Stream, out: &mut Output) -> Result<()> {
        log(format!(
            "{} setup {} Hz {} ch",
            Self::ID,
            stream.sample_rate,
            stream.channels
        ));
        out.framewise(
            0,
            FrameMetadata {
                samplerate: stream.sample_rate,
                blocksize: stream.blocksize,
                stepsize: stream.blocksize,
            },
            None,
            Vec::new(),
        )
    }

    fn block(&mut self, block: &Block, out: &mut Output) {
        log(format!(
            "{} block {}+{}",
            Self::ID,
            block.first_frame,
            block.frames()
        ));
        out.push(0, &[block.channels[0][0]]);
    }

    fn rows(&mut self, parent: usize, result: usize, rows: Rows<'_>, _out: &mut Output) {
        log(format!(
            "{} rows of parent {parent}.{result} from {}",
            Self::ID,
            rows.first
        ));
    }

    fn post_process(&mut self, parents: ParentResults<'_>, _out: &mut Output) -> Result<()> {
        log(format!(
            "{} post_process {:?}",
            Self::ID,
            parents.iter().map(|p| p[0].data.rows()).collect::<Vec<_>>()
        ));
        Ok(())
    }

    fn release(&mut self) {
        log(format!("{} release", Self::ID));
    }
}

#[test]
fn the_lifecycle_has_one_order_and_a_parent_is_added_once() {
    let mut all = Registry::new();
    all.add::<Logger<true>>().add::<Logger<false>>();
    // Twice the same child, and its parent asked for as well: one of each.
    let spec = PipeSpec {
        blocksize: 4,
        ..PipeSpec::of(["child", "parent", "child"])
    };
    LOG.take();
    let results = media(2, 6)
        .start(&all, &spec, system_context())
        .unwrap()
        .run()
        .unwrap();
    assert_eq!(
        results
            .iter()
            .map(|(k, _)| k.to_owned())
            .collect::<Vec<_>>(),
        ["parent", "child"]
    );
    let want = [
        "parent setup 44100 Hz 2 ch",
        "child setup 44100 Hz 2 ch",
        "parent block 0+4",
        "child block 0+4",
        "child rows of parent 0.0 from 0",
        "parent block 4+2",
        "child block 4+2",
        "child rows of parent 0.0 from 1",
        "parent post_process []",
        "child post_process [2]",
        "parent release",
        "child release",
    ];
    assert_eq!(LOG.take(), want);
}

#[test]
fn a_failed_run_releases_too() {
    let mut all = Registry::new();
    all.add::<Logger<false>>();
    LOG.take();
    drop(
        media(1, 100)
            .start(&all, &PipeSpec::of(["parent"]), system_context())
            .unwrap(),
    );
    assert_eq!(LOG.take(), ["parent setup 44100 Hz 1 ch", "parent release"]);
}

#[test]
fn equal_steps_share_one_result_and_others_are_numbered() {
    let steps = [
        Step::new("onset_detection_function"),
        Step::new("spectrogram_analyzer"),
        Step::new("onset_detection_function").with("input_blocksize", 1_024.0),
        Step::new("spectrogram_analyzer").with("input_blocksize", 512),
    ];
    let plan = Plan::new(&registry(), &PipeSpec::of(steps.clone())).unwrap();
    assert_eq!(
        plan.ids().collect::<Vec<_>>(),
        [
            "onset_detection_function",
            "spectrogram_analyzer",
            "spectrogram_analyzer"
        ]
    );
    let results = run_spec(&media(1, 5_000), &PipeSpec::of(steps)).unwrap();
    let keys: Vec<_> = results.iter().map(|(k, _)| k).collect();
    assert_eq!(
        keys,
        [
            "onset_detection_function",
            "spectrogram_analyzer",
            "spectrogram_analyzer#2"
        ]
    );
}
