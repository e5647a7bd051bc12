//! Analyses: started, watched, cancelled; their results as curves and values.

mod layers;

use js_sys::{Array, Object};
use timeside_view::{
    histogram::number,
    layers::curve::{Range, Series},
};
use wasm_bindgen::prelude::*;

use super::rich::Rich;
use crate::{
    layers::{LayerKind, given::Data},
    link::{self, Expected, Failure, ResultPart, ResultShape, Run},
    prelude::*,
    store::Store,
};

/// How far an analysis has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum RunState {
    /// 0..=1.
    Running(f64),
    /// Its results are there.
    Done,
    /// By the user.
    Cancelled,
    /// The cause is the entry's.
    Failed,
}

/// One call of `run()`.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) key: u32,
    /// As they were asked for.
    steps: Array,
    /// Likewise; `start` and `duration` in seconds.
    options: Object,
    pub(crate) state: RunState,
    /// What it was refused or ended by.
    error: JsValue,
    /// What it gave, once it is done: the SDK's `Results`.
    results: JsValue,
    started_ms: f64,
    /// How long it took.
    secs: Option<f64>,
    run: Run,
}

impl Entry {
    /// As `RunInfo` of the workbench.
    fn told(&self) -> JsValue {
        let (state, done) = match self.state {
            RunState::Running(done) => ("running", done),
            RunState::Done => ("done", 1.0),
            RunState::Cancelled => ("cancelled", 0.0),
            RunState::Failed => ("failed", 0.0),
        };
        link::object(&[
            ("key", self.key.into()),
            ("steps", self.steps.clone().into()),
            ("options", self.options.clone().into()),
            ("state", state.into()),
            ("done", done.into()),
            ("error", self.error.clone()),
            ("secs", self.secs.map_or(JsValue::NULL, JsValue::from)),
            ("results", self.results.clone()),
        ])
        .into()
    }
}

/// A framewise result as the lanes draw it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Curve {
    /// Of the entry that it belongs to.
    pub(crate) run: u32,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) unit: String,
    /// One per column of the result.
    pub(crate) series: Vec<Series>,
    /// What the lane's height stands for.
    pub(crate) range: Option<Range>,
}

/// A result that is one number, or a few.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Value {
    pub(crate) run: u32,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) unit: String,
    /// The numbers, or how many there are.
    pub(crate) text: String,
    /// Has it come?
    pub(crate) here: bool,
}

/// The run of results that are only planned.
const PLANNED: u32 = u32::MAX;

/// Everything asked for so far; a copyable handle.
#[derive(Clone, Copy)]
pub(crate) struct Analyses {
    entries: RwSignal<Vec<Entry>>,
    curves: RwSignal<Vec<Curve>>,
    values: RwSignal<Vec<Value>>,
    rich: RwSignal<Vec<Rich>>,
    /// Where each whole result comes from.
    origins: StoredValue<Vec<(u32, String, JsValue)>>,
    next_key: StoredValue<u32>,
    expected: StoredValue<Vec<Expected>>,
    planned: StoredValue<Vec<String>>,
}

impl Analyses {
    pub(crate) fn new() -> Self {
        Self {
            entries: RwSignal::new(Vec::new()),
            curves: RwSignal::new(Vec::new()),
            values: RwSignal::new(Vec::new()),
            rich: RwSignal::new(Vec::new()),
            origins: StoredValue::new(Vec::new()),
            next_key: StoredValue::new(0),
            expected: StoredValue::new(Vec::new()),
            planned: StoredValue::new(Vec::new()),
        }
    }

    pub(crate) fn entries(self) -> ReadSignal<Vec<Entry>> {
        self.entries.read_only()
    }

    pub(crate) fn curves(self) -> ReadSignal<Vec<Curve>> {
        self.curves.read_only()
    }

    pub(crate) fn values(self) -> ReadSignal<Vec<Value>> {
        self.values.read_only()
    }

    /// Cancels what runs and forgets every result.
    pub(crate) fn clear(self) {
        let entries = self.entries.try_update(std::mem::take).unwrap_or_default();
        entries
            .iter()
            .filter(|e| matches!(e.state, RunState::Running(_)))
            .for_each(|e| e.run.cancel());
        self.curves.set(Vec::new());
        self.values.set(Vec::new());
        self.rich.set(Vec::new());
        self.origins.set_value(Vec::new());
        self.planned
            .with_value(|steps| self.reserve(PLANNED, steps));
    }

    /// What the processors give, and which of them will be run on every recording.
    pub(crate) fn expect(self, results: Vec<Expected>, steps: Vec<String>) {
        self.expected.set_value(results);
        self.planned.set_value(steps);
        if self.entries.with_untracked(Vec::is_empty) {
            self.clear();
        }
    }

    /// Which processors will be run on every recording; forgets every result.
    pub(crate) fn plan(self, steps: Vec<String>) {
        self.planned.set_value(steps);
        self.clear();
    }

    /// Is room kept for results that are not there yet?
    pub(crate) fn any_planned(self) -> bool {
        self.curves.with(|all| !all.is_empty())
            || self.values.with(|all| !all.is_empty())
            || self.rich.with(|all| !all.is_empty())
    }

    /// Keeps room for the results of steps, so that nothing moves when they come.
    fn reserve(self, run: u32, steps: &[String]) {
        if run != PLANNED {
            self.remove(PLANNED);
        }
        self.expected.with_value(|expected| {
            let all: Vec<Expected> = steps
                .iter()
                .flat_map(|step| expected.iter().filter(move |e| e.step == *step))
                .cloned()
                .collect();
            let of =
                |is: fn(Option<LayerKind>) -> bool| all.iter().filter(move |e| is(e.lane)).cloned();
            let is_rich = |lane| !matches!(lane, None | Some(LayerKind::Curve));
            let rich = of(is_rich).map(
                |Expected {
                     id,
                     name,
                     unit,
                     lane,
                     ..
                 }| Rich {
                    run,
                    id,
                    name,
                    unit,
                    data: Data::Waiting(lane.unwrap_or(LayerKind::Matrix)),
                },
            );
            self.rich.update(|all| all.extend(rich));
            let curves = of(|lane| lane == Some(LayerKind::Curve));
            let curves = curves.map(|Expected { id, name, unit, .. }| Curve {
                run,
                id,
                name,
                unit,
                series: Vec::new(),
                range: None,
            });
            let values = of(|lane| lane.is_none()).map(|Expected { id, name, unit, .. }| Value {
                run,
                id,
                name,
                unit,
                text: "…".to_owned(),
                here: false,
            });
            self.curves.update(|all| all.extend(curves));
            self.values.update(|all| all.extend(values));
        });
    }

    /// Gives up the room kept for results that did not come.
    fn release(self, run: u32) {
        let empty = |c: &Curve| c.run == run && c.series.is_empty();
        self.curves.try_update(|all| all.retain(|c| !empty(c)));
        let waits = |r: &Rich| r.run == run && matches!(r.data, Data::Waiting(_));
        self.rich.try_update(|all| all.retain(|r| !waits(r)));
        self.values
            .try_update(|all| all.retain(|v| v.run != run || v.here));
    }

    /// Puts a result where room was kept for it, else at the end.
    fn put(self, value: Value) {
        self.values.try_update(|all| {
            let place = all
                .iter_mut()
                .find(|v| v.run == value.run && v.id == value.id && !v.here);
            match place {
                Some(place) => *place = value,
                None => all.push(value),
            }
        });
    }

    /// Cancels one analysis; what it has found so far stays.
    pub(crate) fn cancel(self, key: u32) {
        let run = self
            .entries
            .with_untracked(|all| all.iter().find(|e| e.key == key).map(|e| e.run.clone()));
        self.set_state(key, RunState::Cancelled);
        if let Some(run) = run {
            run.cancel();
        }
    }

    /// Forgets one analysis and its results.
    pub(crate) fn remove(self, key: u32) {
        self.entries.update(|all| all.retain(|e| e.key != key));
        self.curves.update(|all| all.retain(|c| c.run != key));
        self.rich.update(|all| all.retain(|r| r.run != key));
        self.values.update(|all| all.retain(|v| v.run != key));
    }

    /// Is anything still at work?
    pub(crate) fn any_running(self) -> bool {
        self.entries
            .with(|all| all.iter().any(|e| matches!(e.state, RunState::Running(_))))
    }

    /// How far the analysis of a curve has come, while it runs.
    pub(crate) fn progress(self, key: u32) -> Option<f64> {
        self.entries.with(|all| {
            all.iter()
                .find(|e| e.key == key)
                .and_then(|e| match e.state {
                    RunState::Running(done) => Some(done),
                    _ => None,
                })
        })
    }

    fn set_state(self, key: u32, state: RunState) {
        self.change(key, |entry| entry.state = state);
    }

    fn change(self, key: u32, change: impl FnOnce(&mut Entry)) {
        self.entries.try_update(|all| {
            if let Some(entry) = all.iter_mut().find(|e| e.key == key) {
                change(entry);
            }
        });
    }

    /// Every analysis as the workbench reads it.
    pub(crate) fn told_runs(self) -> Array {
        self.entries
            .with_untracked(|all| all.iter().map(Entry::told).collect())
    }

    /// What they gave or will give, as the workbench reads it.
    pub(crate) fn told_results(self) -> Object {
        let of = |run: u32, id: &str, name: &str, unit: &str| {
            link::object(&[
                ("run", run.into()),
                ("id", id.into()),
                ("name", name.into()),
                ("unit", unit.into()),
            ])
        };
        let curves: Array = self.curves.with_untracked(|all| {
            all.iter()
                .map(|c| of(c.run, &c.id, &c.name, &c.unit))
                .collect()
        });
        let values: Array = self.values.with_untracked(|all| {
            all.iter()
                .map(|v| {
                    let told = of(v.run, &v.id, &v.name, &v.unit);
                    link::set(&told, "text", &v.text.as_str().into());
                    link::set(&told, "here", &v.here.into());
                    told
                })
                .collect()
        });
        link::object(&[("values", values.into()), ("curves", curves.into())])
    }

    fn add_rows(self, run: u32, part: ResultPart, whole: bool) {
        match part.shape {
            ResultShape::Framewise {
                columns,
                values,
                first_row,
                step_frames,
                first_position,
            } => {
                // Fewer columns than was thought.
                self.rich
                    .try_update(|all| all.retain(|r| r.run != run || r.id != part.id));
                self.curves.try_update(|all| {
                    let at = all
                        .iter()
                        .position(|c| c.run == run && c.id == part.id)
                        .unwrap_or_else(|| {
                            let (id, name, unit) = (part.id, part.name, part.unit);
                            all.push(Curve {
                                run,
                                id,
                                name,
                                unit,
                                series: Vec::new(),
                                range: None,
                            });
                            all.len() - 1
                        });
                    let curve = &mut all[at];
                    curve.series.resize(columns, Series::default());
                    for (column, series) in curve.series.iter_mut().enumerate() {
                        let mut new =
                            link::series_of(&values, columns, column, first_position, step_frames);
                        if whole {
                            *series = new;
                        } else {
                            series.values.resize(first_row, f32::NAN);
                            series.values.append(&mut new.values);
                            (series.first_position, series.step_frames) =
                                (first_position, step_frames);
                        }
                    }
                    let ranges = curve.series.iter().filter_map(|s| Range::of(&s.values));
                    curve.range = ranges.reduce(|a, b| Range {
                        low: a.low.min(b.low),
                        high: a.high.max(b.high),
                    });
                });
            }
            ResultShape::Global(values) => {
                let (id, name, unit) = (part.id, part.name, part.unit);
                let text = values
                    .iter()
                    .take(8)
                    .map(|v| number(*v))
                    .collect::<Vec<_>>()
                    .join("  ");
                self.put(Value {
                    run,
                    id,
                    name,
                    unit,
                    text,
                    here: true,
                });
            }
            ResultShape::Rich => {}
        }
    }
}

/// Runs steps on the open recording: one run, so that they share what they compute.
///
/// # Errors
/// What the SDK threw; also shown beside the analysis.
pub(crate) async fn run(store: Store, steps: Array, options: Object) -> Result<JsValue, JsValue> {
    let analyses = store.analyses;
    let media = untrack(|| store.media());
    let media = media
        .ok_or_else(|| js_sys::Error::new("No recording is open: set src or call open() first."))?;
    let rate_hz = store.view.get_untracked().rate_hz();
    let key = analyses.next_key.get_value();
    analyses.next_key.set_value(key.wrapping_add(1));
    let names = step_names(&steps);

    let title = names.join(" ");
    let on_progress = Closure::<dyn FnMut(f64)>::new(move |done: f64| {
        analyses.set_state(key, RunState::Running(done));
        store.emit(
            "analysisprogress",
            &link::object(&[("id", title.as_str().into()), ("done", done.into())]),
        );
    });
    let on_partial = Closure::<dyn FnMut(JsValue)>::new(move |result: JsValue| {
        analyses.take(key, &result, rate_hz, false);
    });
    let run = media.start_run(&steps, &options, &on_progress, &on_partial)?;
    let entry = Entry {
        key,
        steps,
        options,
        state: RunState::Running(0.0),
        error: JsValue::UNDEFINED,
        results: JsValue::NULL,
        started_ms: js_sys::Date::now(),
        secs: None,
        run: run.clone(),
    };
    analyses.reserve(key, &names);
    analyses.entries.update(|all| all.push(entry));

    let outcome = run.finish().await;
    let known = analyses
        .entries
        .try_with_untracked(|all| all.iter().any(|e| e.key == key));
    if known == Some(true) {
        match &outcome {
            Ok(results) => {
                for result in link::results_of(results) {
                    analyses.take(key, &result, rate_hz, true);
                    store.emit("analysisresult", &link::object(&[("result", result)]));
                }
                analyses.release(key);
                analyses.change(key, |entry| {
                    entry.state = RunState::Done;
                    entry.secs = Some((js_sys::Date::now() - entry.started_ms) / 1000.0);
                    entry.results = results.clone();
                });
                let s = store.strings.get_untracked();
                store.announce(format!("{} {}", s.results, s.ready));
            }
            Err(error) => {
                let cancelled = Failure::from_js(error).code == "cancelled";
                analyses.release(key);
                analyses.change(key, |entry| {
                    entry.error = error.clone();
                    entry.state = if cancelled {
                        RunState::Cancelled
                    } else {
                        RunState::Failed
                    };
                });
            }
        }
    }
    outcome
}

/// Runs the steps together; if one of them cannot be run at all, each alone, so that the good ones
/// still give their results and the bad one says what is wrong.
pub(crate) async fn run_each(store: Store, steps: Array) {
    let before = store.analyses.next_key.get_value();
    let Err(error) = run(store, steps.clone(), Object::new()).await else {
        return;
    };
    let refused = matches!(
        Failure::from_js(&error).code.as_str(),
        "unknown-processor" | "bad-parameter"
    );
    if !refused || steps.length() < 2 {
        return;
    }
    store.analyses.remove(before);
    for step in steps.iter() {
        // Each failure is shown beside its own analysis.
        let _ = run(store, Array::of1(&step), Object::new()).await;
    }
}

/// The ids of steps.
pub(crate) fn step_names(steps: &Array) -> Vec<String> {
    let id = |step: JsValue| {
        js_sys::Reflect::get(&step, &"id".into())
            .ok()
            .and_then(|id| id.as_string())
    };
    steps
        .iter()
        .filter_map(|step| step.as_string().or_else(|| id(step)))
        .collect()
}

/// Reads the `analyzers` attribute: ids between spaces or commas.
pub(crate) fn parse(text: &str) -> Array {
    text.split([' ', ',', '\n', '\t'])
        .filter(|id| !id.is_empty())
        .map(JsValue::from)
        .collect()
}
