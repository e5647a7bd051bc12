//! The analyses as the player tells them.

use js_sys::{Array, Map};
use wasm_bindgen::{JsCast, JsValue};

use crate::{
    bench::{Bench, Topic},
    js::{get, list, message, number, text},
};

/// How far an analysis has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Hundredths done.
    Running(u32),
    /// Its results are there.
    Done,
    /// By the user.
    Cancelled,
    /// The cause is the run's.
    Failed,
}

/// One call of `analyze()`, as plain values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Run {
    pub(crate) key: u32,
    /// The ids of its steps, between commas.
    pub(crate) title: String,
    pub(crate) state: State,
    /// Why it failed, for people; else empty.
    pub(crate) cause: String,
    /// How long it took.
    pub(crate) secs: Option<f64>,
}

impl Run {
    fn read(told: &JsValue) -> Self {
        let state = match text(told, "state").as_deref() {
            Some("running") => {
                State::Running((number(told, "done").unwrap_or(0.0) * 100.0).round() as u32)
            }
            Some("cancelled") => State::Cancelled,
            Some("failed") => State::Failed,
            _ => State::Done,
        };
        let ids: Vec<String> = list(told, "steps").iter().map(step_id).collect();
        let error = get(told, "error");
        Self {
            key: number(told, "key").unwrap_or(0.0) as u32,
            title: ids.join(", "),
            state,
            cause: if state == State::Failed {
                message(&error)
            } else {
                String::new()
            },
            secs: number(told, "secs"),
        }
    }
}

/// The id of a step: a text, or an object's `id`.
pub(crate) fn step_id(step: &JsValue) -> String {
    step.as_string()
        .or_else(|| text(step, "id"))
        .unwrap_or_default()
}

/// Every analysis in the order they were asked for; tracked.
pub(crate) fn all(bench: Bench) -> Vec<Run> {
    bench.track(Topic::Runs);
    bench
        .host()
        .runs()
        .iter()
        .map(|run| Run::read(&run))
        .collect()
}

/// What JavaScript told of one.
pub(crate) fn told(bench: Bench, key: u32) -> Option<JsValue> {
    let is_it = |run: &JsValue| number(run, "key") == Some(f64::from(key));
    bench.host().runs().iter().find(is_it)
}

/// The results of one that is done: `AnalyzerResult[]`.
pub(crate) fn results(bench: Bench, key: u32) -> Array {
    let results = told(bench, key).map(|run| get(&run, "results"));
    let map = results.and_then(|results| results.dyn_into::<Map>().ok());
    map.map_or_else(Array::new, |map| Array::from(&map.values()))
}
