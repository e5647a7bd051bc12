//! Results as files: what the SDK writes, and a table for spreadsheets.

use js_sys::{Array, Float64Array, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, prelude::*};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::{
    bench::Bench,
    csv,
    js::{get, list, text},
    runs,
};

/// A format to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The container, as the SDK writes it.
    Json,
    /// One line for each row of each result.
    Csv,
}

impl Kind {
    pub(super) const ALL: [Self; 2] = [Self::Json, Self::Csv];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Csv => "CSV",
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// `Results` of the SDK.
    type Results;

    #[wasm_bindgen(method, catch)]
    fn to(this: &Results, format: &str) -> Result<Promise, JsValue>;
}

/// Hands the results of a run to the browser as a file named after the recording.
///
/// # Errors
/// What the SDK or the browser threw.
pub(super) async fn save(bench: Bench, key: u32, kind: Kind) -> Result<(), JsValue> {
    let told = runs::told(bench, key).ok_or("the analysis is gone")?;
    let (bytes, mime, extension) = match kind {
        Kind::Json => {
            let results: Results = get(&told, "results").unchecked_into();
            let bytes = JsFuture::from(results.to("json")?).await?;
            (bytes, "application/json", "json")
        }
        Kind::Csv => {
            let table = table(&runs::results(bench, key));
            (table.into(), "text/csv", "csv")
        }
    };
    let info = get(&bench.element().media(), "info");
    let recording = text(&info, "name").unwrap_or_default();
    let stem = recording
        .rsplit_once('.')
        .map_or(recording.as_str(), |(stem, _)| stem);
    let steps: Vec<String> = list(&told, "steps").iter().map(runs::step_id).collect();
    let name = format!("{stem}.{}.{extension}", steps.join("+"));
    download(&bytes, mime, &name)
}

/// Rows of all results: `result,time,duration,label,value,…`, times in seconds.
fn table(results: &Array) -> String {
    let mut out = String::new();
    let columns = |result: &JsValue| {
        let shape = list(result, "shape");
        let inner: f64 = shape.iter().skip(1).filter_map(|n| n.as_f64()).product();
        inner as usize
    };
    let most = results.iter().map(|r| columns(&r)).max().unwrap_or(1);
    for head in ["result", "unit", "time", "duration", "label"] {
        csv::cell(&mut out, head);
    }
    for column in 1..=most {
        csv::cell(&mut out, &format!("value_{column}"));
    }
    csv::end_row(&mut out);
    for result in results.iter() {
        let id = text(&result, "id").unwrap_or_default();
        let unit = text(&result, "unit").unwrap_or_default();
        let columns = columns(&result).max(1);
        let values = Float64Array::new(&get(&result, "data")).to_vec();
        let times = Float64Array::new(&get(&result, "time")).to_vec();
        let durations = Float64Array::new(&get(&result, "duration")).to_vec();
        let is_label = text(&result, "dataMode").as_deref() == Some("label");
        let labels = get(&result, "labels");
        let labels = Object::try_from(&labels).filter(|_| is_label);
        for (row, values) in values.chunks(columns).enumerate() {
            csv::cell(&mut out, &id);
            csv::cell(&mut out, &unit);
            for secs in [times.get(row), durations.get(row)] {
                csv::cell(&mut out, &secs.map(f64::to_string).unwrap_or_default());
            }
            let label = labels.and_then(|labels| {
                let number = values.first()?.to_string();
                Reflect::get(labels, &number.into()).ok()?.as_string()
            });
            csv::cell(&mut out, &label.unwrap_or_default());
            for value in values {
                let text = if value.is_finite() {
                    value.to_string()
                } else {
                    String::new()
                };
                csv::cell(&mut out, &text);
            }
            csv::end_row(&mut out);
        }
    }
    out
}

/// Offers bytes or a text as a file.
fn download(content: &JsValue, mime: &str, name: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    let parts = Array::of1(content);
    let blob = if content.is_instance_of::<Uint8Array>() {
        Blob::new_with_u8_array_sequence_and_options(&parts, &options)?
    } else {
        Blob::new_with_str_sequence_and_options(&parts, &options)?
    };
    let url = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = leptos::prelude::document()
        .create_element("a")?
        .unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken hold of the blob by then.
    gloo::timers::callback::Timeout::new(10_000, move || {
        // Refused only if it is no such address.
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}
