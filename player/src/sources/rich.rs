//! Results that are no curves: matrices, events, segments, labels.

use js_sys::{Float32Array, Float64Array};
use timeside_view::layers::matrix::Grid;
use wasm_bindgen::JsValue;

use crate::{
    layers::given::Data,
    link::{get, number, text},
};

/// One of them.
#[derive(Clone)]
pub(crate) struct Rich {
    /// Of the entry that it belongs to.
    pub(crate) run: u32,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) data: Data,
}

/// Is it a matrix of values, row by row?
pub(crate) fn is_matrix(result: &JsValue) -> bool {
    let is = |name: &str, word: &str| text(result, name).as_deref() == Some(word);
    is("timeMode", "framewise") && !is("dataMode", "label")
}

/// The grid that a result's rows go into.
pub(crate) fn empty_grid(result: &JsValue, rate_hz: f64) -> Grid {
    let frame = get(result, "frame");
    let own_rate = number(&frame, "sampleRate").unwrap_or(rate_hz);
    let step_frames = number(&frame, "stepsize").unwrap_or(1.0) * rate_hz / own_rate;
    let first_position = number(&get(result, "audio"), "start").unwrap_or(0.0) * rate_hz;
    let columns = number(&get(result, "shape"), "1").unwrap_or(1.0);
    let y_values = get(result, "yValue");
    let y_values = if y_values.is_object() {
        Float64Array::new(&y_values).to_vec()
    } else {
        Vec::new()
    };
    Grid::new(columns as usize, first_position, step_frames, &y_values)
}

/// Adds the rows of a result, or of a part of one. What is there already does not cross again.
pub(crate) fn push(grid: &mut Grid, result: &JsValue) {
    let first = number(result, "first").unwrap_or(0.0) as usize;
    let rows = number(&get(result, "shape"), "0").unwrap_or(0.0) as usize;
    if first + rows > grid.rows() {
        let values = Float32Array::new(&get(result, "data")).to_vec();
        grid.push(first, &values);
    }
}
