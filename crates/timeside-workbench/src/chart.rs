//! What `<timeside-chart>` calls: the picture of one result.

use js_sys::{Array, Float32Array, Float64Array, Object};
use timeside_view::{
    ColorMap,
    chart::{Picture, Table, TimeMode},
    histogram::{number as digits, summary},
    time,
};
use wasm_bindgen::{JsCast, prelude::*};
use web_sys::{HtmlCanvasElement, HtmlElement};

use crate::{
    canvas::chart::paint_picture,
    js::{get, number, text},
    palette::Palette,
};

/// The picture of a result, kept so that it can be painted in any size and theme.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ChartHandle {
    picture: Picture,
    words: String,
}

#[wasm_bindgen]
impl ChartHandle {
    /// Reads an `AnalyzerResult` of the SDK; what is missing counts as empty.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(result: &JsValue) -> Self {
        let table = read(result);
        let words = describe(&table, &text(result, "name").unwrap_or_default());
        Self {
            picture: Picture::of(table),
            words,
        }
    }

    /// The one value or word that the result is; `undefined` if it is a picture.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn word(&self) -> Option<String> {
        match &self.picture {
            Picture::Nothing => Some(String::new()),
            Picture::Word(word, _) => Some(word.clone()),
            _ => None,
        }
    }

    /// The unit of [`Self::word`].
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn unit(&self) -> String {
        match &self.picture {
            Picture::Word(_, unit) => unit.clone(),
            _ => String::new(),
        }
    }

    /// The picture in words, for those who do not see it.
    #[wasm_bindgen(getter)]
    #[must_use]
    pub fn description(&self) -> String {
        self.words.clone()
    }

    /// Paints it as large as `host` is inside, in the colours that `root` inherits and the theme of `host`; `map` names
    /// the colours of a matrix. False if there is nothing but [`Self::word`].
    pub fn paint(
        &self,
        canvas: &HtmlCanvasElement,
        host: &HtmlElement,
        root: &HtmlElement,
        map: &str,
    ) -> bool {
        let palette = Palette::read(host, root);
        let size = (
            f64::from(host.client_width()),
            f64::from(host.client_height()),
        );
        let px_ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
        paint_picture(
            canvas,
            &self.picture,
            ColorMap::from_id(map),
            &palette,
            size,
            px_ratio,
        )
    }
}

fn read(result: &JsValue) -> Table {
    let shape: Vec<usize> = Array::from(&get(result, "shape"))
        .iter()
        .filter_map(|n| n.as_f64().map(|n| n as usize))
        .collect();
    let time_mode = match text(result, "timeMode").as_deref() {
        Some("framewise") => TimeMode::Framewise,
        Some("event") => TimeMode::Event,
        Some("segment") => TimeMode::Segment,
        _ => TimeMode::Global,
    };
    let audio = get(result, "audio");
    let start = number(&audio, "start").unwrap_or(0.0);
    let end = start + number(&audio, "duration").unwrap_or(0.0);
    let (times_secs, durations_secs) = match time_mode {
        // Made of two numbers: the getters would make an array of each.
        TimeMode::Framewise => {
            let frame = get(result, "frame");
            let rate = number(&frame, "sampleRate").unwrap_or(1.0);
            let step = number(&frame, "stepsize").unwrap_or(1.0) / rate;
            let first = number(result, "first").unwrap_or(0.0);
            (vec![start + first * step], vec![step])
        }
        TimeMode::Global => (Vec::new(), Vec::new()),
        TimeMode::Event | TimeMode::Segment => {
            (doubles(result, "time"), doubles(result, "duration"))
        }
    };
    Table {
        time_mode,
        values: Float32Array::new(&get(result, "data")).to_vec(),
        columns: shape.iter().skip(1).product::<usize>(),
        times_secs,
        durations_secs,
        y_values: doubles(result, "yValue"),
        labels: (text(result, "dataMode").as_deref() == Some("label")).then(|| labels(result)),
        unit: text(result, "unit").unwrap_or_default(),
        span_secs: (start, end),
    }
}

fn doubles(result: &JsValue, key: &str) -> Vec<f64> {
    let value = get(result, key);
    if value.is_undefined() {
        return Vec::new();
    }
    Float64Array::new(&value).to_vec()
}

fn labels(result: &JsValue) -> Vec<(i64, String)> {
    let Ok(labels) = get(result, "labels").dyn_into::<Object>() else {
        return Vec::new();
    };
    Object::entries(&labels)
        .iter()
        .filter_map(|entry| {
            let pair = Array::from(&entry);
            Some((
                pair.get(0).as_string()?.parse().ok()?,
                pair.get(1).as_string()?,
            ))
        })
        .collect()
}

/// As `Spectral centroid: 861 rows from 0:00.0 to 0:10.0, values from 120 to 9500 Hz`.
fn describe(table: &Table, name: &str) -> String {
    let rows = table.rows();
    let (from, to) = table.span_secs;
    let span = format!(
        "from {} to {}",
        time::digits(from, 1, false),
        time::digits(to, 1, false)
    );
    let what = match (table.time_mode, rows) {
        (_, 0) => return format!("{name}: nothing found"),
        (TimeMode::Global, _) => format!("{} for the whole", count(table.values.len(), "value")),
        (TimeMode::Framewise, _) => format!("{} {span}", count(rows, "frame")),
        (TimeMode::Event, _) => format!("{} {span}", count(rows, "event")),
        (TimeMode::Segment, _) => format!("{} {span}", count(rows, "segment")),
    };
    let columns = if table.columns > 1 && table.time_mode != TimeMode::Global {
        format!(" of {} values", table.columns)
    } else {
        String::new()
    };
    let range = summary(&table.values).filter(|_| table.labels.is_none());
    let values = range.map_or_else(String::new, |sum| {
        format!(
            ", {} to {} {}",
            digits(sum.min),
            digits(sum.max),
            table.unit
        )
    });
    format!("{name}: {what}{columns}{values}")
        .trim_end()
        .to_owned()
}

fn count(n: usize, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}
