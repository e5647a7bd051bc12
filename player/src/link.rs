//! The SDK's `Media`, wrapped. All that crosses is typed arrays and small objects.

use js_sys::{Array, Float32Array, Float64Array, Function, Object, Promise, Reflect, Uint8Array};
use timeside_view::layers::{
    curve::Series,
    waveform::{ChannelColumns, Columns},
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::{layers::LayerKind, names};

#[wasm_bindgen]
extern "C" {
    /// An open recording (`Media` of the SDK).
    #[derive(Clone)]
    pub type Media;

    #[wasm_bindgen(method, getter)]
    fn info(this: &Media) -> Object;

    #[wasm_bindgen(method, catch)]
    fn peaks(this: &Media, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn samples(this: &Media, start: f64, end: f64) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn spectrogram(this: &Media, options: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn run(this: &Media, steps: &Array, options: &Object) -> Result<Run, JsValue>;

    #[wasm_bindgen(method, setter)]
    fn set_onread(this: &Media, callback: Option<&Function>);

    /// What ends a request.
    #[derive(Clone)]
    pub type AbortController;

    #[wasm_bindgen(constructor)]
    pub fn new() -> AbortController;

    #[wasm_bindgen(method)]
    pub fn abort(this: &AbortController);

    #[wasm_bindgen(method, getter)]
    fn signal(this: &AbortController) -> JsValue;

    /// A running analysis: a thenable that can be cancelled.
    #[derive(Clone)]
    pub type Run;

    #[wasm_bindgen(method)]
    pub fn cancel(this: &Run);

    #[wasm_bindgen(method, js_name = forEach)]
    fn for_each(this: &MapLike, callback: &mut dyn FnMut(JsValue, JsValue));

    type MapLike;
}

/// What is known of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Info {
    /// As shown.
    pub name: String,
    /// Container and codec, as words.
    pub format: String,
    /// Hz.
    pub rate_hz: f64,
    /// Channels.
    pub channels: u32,
    /// Length in frames where the container tells.
    pub frames: Option<i64>,
    /// Can this browser's media element play it?
    pub playable: bool,
    /// What the decoder had to say, in words.
    pub warnings: Vec<String>,
}

/// A tile of log magnitudes: row-major, the top row the highest frequency, 0..=255 from `min_db` to
/// `max_db`.
#[derive(Debug, Clone, PartialEq)]
pub struct Magnitudes {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width · height` bytes.
    pub data: Vec<u8>,
    /// What 0 stands for.
    pub min_db: f32,
    /// What 255 stands for.
    pub max_db: f32,
    /// False while some of its columns have not been read yet; those are 0.
    pub complete: bool,
}

/// What to ask `spectrogram()` for.
#[derive(Debug, Clone, Copy)]
pub struct SpectrogramRequest {
    /// Seconds.
    pub start_secs: f64,
    /// Frames per column.
    pub column_frames: f64,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Samples under the window.
    pub block: u32,
    /// Points of the FFT.
    pub fft: u32,
    /// Its name.
    pub window: &'static str,
    /// `None` is the mean of all.
    pub channel: Option<u32>,
    /// `linear`, `log`, `mel`, `bark` or `erb`.
    pub scale: &'static str,
    /// At the bottom.
    pub min_hz: f64,
    /// At the top.
    pub max_hz: f64,
}

/// Why something did not happen, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `TimeSideError.code`.
    pub code: String,
    /// `TimeSideError.message`.
    pub message: String,
}

impl Failure {
    /// From whatever was thrown.
    pub fn from_js(error: &JsValue) -> Self {
        let code = text(error, "code").unwrap_or_else(|| "failed".to_owned());
        let message = text(error, "message").unwrap_or_else(|| format!("{error:?}"));
        Self { code, message }
    }
}

impl Media {
    /// What is known of the recording.
    pub fn facts(&self) -> Info {
        let info = JsValue::from(self.info());
        let words = [text(&info, "container"), text(&info, "codec")];
        let mut format: Vec<String> = words
            .into_iter()
            .flatten()
            .filter(|w| !w.is_empty())
            .collect();
        format.dedup();
        let warnings = Reflect::get(&info, &"warnings".into())
            .ok()
            .filter(Array::is_array)
            .map(|list| Array::from(&list));
        Info {
            name: text(&info, "name").unwrap_or_default(),
            format: format.join(" "),
            rate_hz: number(&info, "sampleRate").unwrap_or(44_100.0),
            channels: number(&info, "channels").unwrap_or(1.0) as u32,
            frames: number(&info, "frames")
                .or_else(|| {
                    Some((number(&info, "duration")? * number(&info, "sampleRate")?).round())
                })
                .map(|frames| frames as i64),
            playable: get(&info, "playable").as_bool().unwrap_or(true),
            warnings: warnings
                .map(|list| list.iter().filter_map(|w| text(&w, "message")).collect())
                .unwrap_or_default(),
        }
    }

    /// Columns of `start..end` (frames), one per `pixels`.
    pub async fn columns(
        &self,
        start: f64,
        end: f64,
        pixels: u32,
        rate_hz: f64,
    ) -> Result<Columns, JsValue> {
        let options = object(&[
            ("start", (start / rate_hz).into()),
            ("end", (end / rate_hz).into()),
            ("pixels", pixels.into()),
        ]);
        let peaks = JsFuture::from(self.peaks(&options)?).await?;
        let channels = Array::from(&get(&peaks, "channels"))
            .iter()
            .map(|channel| ChannelColumns {
                min: floats(&channel, "min"),
                max: floats(&channel, "max"),
                rms: floats(&channel, "rms"),
            })
            .filter(|channel| {
                channel.min.len() == channel.max.len() && channel.min.len() == channel.rms.len()
            })
            .collect();
        // The engine may have rounded the stretch to frames.
        let start = number(&peaks, "start").map_or(start, |secs| secs * rate_hz);
        let end = number(&peaks, "end").map_or(end, |secs| secs * rate_hz);
        let exact = get(&peaks, "exact").as_bool().unwrap_or(true);
        Ok(Columns {
            start,
            frames_per_column: (end - start) / f64::from(pixels.max(1)),
            channels,
            exact,
        })
    }

    /// Samples of `start..end` (frames), channel after channel.
    pub async fn samples_of(
        &self,
        start: i64,
        end: i64,
        rate_hz: f64,
    ) -> Result<Vec<Vec<f32>>, JsValue> {
        let list =
            JsFuture::from(self.samples(start as f64 / rate_hz, end as f64 / rate_hz)?).await?;
        Ok(Array::from(&list)
            .iter()
            .map(|channel| Float32Array::from(channel).to_vec())
            .collect())
    }

    /// One tile; `on_part` is told of coarser ones before it. Dropping the answer does not stop it: `abort` does.
    pub async fn magnitudes(
        &self,
        request: SpectrogramRequest,
        abort: &AbortController,
        on_part: impl FnMut(Magnitudes) + 'static,
    ) -> Result<Magnitudes, JsValue> {
        let mut on_part = on_part;
        let on_part = Closure::<dyn FnMut(JsValue)>::new(move |part: JsValue| {
            on_part(read_magnitudes(&part));
        });
        let options = object(&[
            ("start", request.start_secs.into()),
            ("columnFrames", request.column_frames.into()),
            ("width", request.width.into()),
            ("height", request.height.into()),
            ("block", request.block.into()),
            ("fft", request.fft.into()),
            ("window", request.window.into()),
            (
                "channel",
                request.channel.map_or(JsValue::UNDEFINED, JsValue::from),
            ),
            ("scale", request.scale.into()),
            ("minHz", request.min_hz.into()),
            ("maxHz", request.max_hz.into()),
            ("partial", true.into()),
            ("onPartial", on_part.as_ref().clone()),
            ("signal", abort.signal()),
        ]);
        let tile = JsFuture::from(self.spectrogram(&options)?).await?;
        Ok(read_magnitudes(&tile))
    }

    /// Starts an analysis. The callbacks must outlive the run.
    pub fn start_run(
        &self,
        steps: &Array,
        options: &Object,
        on_progress: &Closure<dyn FnMut(f64)>,
        on_partial: &Closure<dyn FnMut(JsValue)>,
    ) -> Result<Run, JsValue> {
        let options = Object::assign(&Object::new(), options);
        set(&options, "onProgress", on_progress.as_ref());
        set(&options, "onPartial", on_partial.as_ref());
        self.run(steps, &options)
    }

    /// Who is told how far the background read has come (0..=1); `None` ends it.
    pub fn watch_read(&self, callback: Option<&Closure<dyn FnMut(f64)>>) {
        self.set_onread(callback.map(|c| c.as_ref().unchecked_ref()));
    }
}

impl Run {
    /// Its results.
    pub async fn finish(&self) -> Result<JsValue, JsValue> {
        let thenable: &JsValue = self.as_ref();
        JsFuture::from(Promise::<JsValue>::resolve(thenable)).await
    }
}

fn read_magnitudes(tile: &JsValue) -> Magnitudes {
    Magnitudes {
        width: number(tile, "width").unwrap_or(0.0) as u32,
        height: number(tile, "height").unwrap_or(0.0) as u32,
        data: Uint8Array::new(&get(tile, "data")).to_vec(),
        min_db: number(tile, "minDb").unwrap_or(-120.0) as f32,
        max_db: number(tile, "maxDb").unwrap_or(0.0) as f32,
        complete: get(tile, "complete").as_bool().unwrap_or(true),
    }
}

/// The results of a run in their order.
pub fn results_of(results: &JsValue) -> Vec<JsValue> {
    let mut list = Vec::new();
    results
        .unchecked_ref::<MapLike>()
        .for_each(&mut |result, _key| list.push(result));
    list
}

/// Wider rows are pictures, not curves.
const MAX_CURVES: usize = 8;

/// What kind of result, as far as the player tells them apart.
#[derive(Debug, Clone, PartialEq)]
pub enum ResultShape {
    /// One value, or a few, for the whole recording.
    Global(Vec<f64>),
    /// Rows of `columns` values, from row `first_row` on.
    Framewise {
        /// Values in a row.
        columns: usize,
        /// Row-major.
        values: Vec<f32>,
        /// Where these rows begin in the whole result.
        first_row: usize,
        /// Frames of the recording from row to row.
        step_frames: f64,
        /// Position of row 0 in frames of the recording.
        first_position: f64,
    },
    /// Rows too wide for curves, events, segments, labels: see `sources::rich`.
    Rich,
}

/// A result (or its new rows) of an analyzer.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultPart {
    /// `AnalyzerResult.id`.
    pub id: String,
    /// Human-readable.
    pub name: String,
    /// May be empty.
    pub unit: String,
    /// Its data.
    pub shape: ResultShape,
}

/// Reads an `AnalyzerResult`; `rate_hz` is the recording's.
pub fn read_result(result: &JsValue, rate_hz: f64) -> ResultPart {
    let shape: Vec<usize> = Array::from(&get(result, "shape"))
        .iter()
        .filter_map(|n| n.as_f64())
        .map(|n| n as usize)
        .collect();
    let columns = shape.iter().skip(1).product::<usize>().max(1);
    let is_label = text(result, "dataMode").as_deref() == Some("label");
    let shape = match text(result, "timeMode").as_deref() {
        Some("global") => ResultShape::Global(doubles(&get(result, "data"))),
        Some("framewise") if columns <= MAX_CURVES && !is_label => {
            let frame = get(result, "frame");
            let own_rate = number(&frame, "sampleRate").unwrap_or(rate_hz);
            let step_frames = number(&frame, "stepsize").unwrap_or(1.0) * rate_hz / own_rate;
            ResultShape::Framewise {
                columns,
                values: Float32Array::new(&get(result, "data")).to_vec(),
                first_row: number(result, "first").unwrap_or(0.0) as usize,
                step_frames,
                first_position: number(&get(result, "audio"), "start").unwrap_or(0.0) * rate_hz,
            }
        }
        _ => ResultShape::Rich,
    };
    let (id, name, unit) = names_of(result);
    ResultPart {
        id,
        name,
        unit,
        shape,
    }
}

/// Id, name and unit of a result as they are shown.
fn names_of(result: &JsValue) -> (String, String, String) {
    let id = text(result, "id").unwrap_or_default();
    let name = text(result, "name").unwrap_or_default();
    let unit = text(result, "unit").unwrap_or_default();
    let (name, unit) = names::shown(&id, &name, &unit);
    (id, name, unit)
}

/// A result that a processor will give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Id of the processor.
    pub step: String,
    /// Id of the result.
    pub id: String,
    /// As shown.
    pub name: String,
    /// As shown.
    pub unit: String,
    /// A lane of its own, or (`None`) a row of the results.
    pub lane: Option<LayerKind>,
}

/// Reads the list of what the processors give.
pub fn read_expected(list: &Array) -> Vec<Expected> {
    list.iter()
        .map(|entry| {
            let (id, name, unit) = names_of(&entry);
            Expected {
                step: text(&entry, "step").unwrap_or_default(),
                id,
                name,
                unit,
                lane: text(&entry, "lane").and_then(|kind| LayerKind::from_id(&kind)),
            }
        })
        .collect()
}

/// One column of row-major rows as a series.
pub fn series_of(
    values: &[f32],
    columns: usize,
    column: usize,
    first_position: f64,
    step_frames: f64,
) -> Series {
    let values = values
        .iter()
        .skip(column)
        .step_by(columns.max(1))
        .copied()
        .collect();
    Series {
        first_position,
        step_frames,
        values,
    }
}

/// A plain object.
pub fn object(entries: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (key, value) in entries {
        set(&object, key, value);
    }
    object
}

/// Sets a property of a plain object.
pub(crate) fn set(object: &Object, key: &str, value: &JsValue) {
    // Setting a property of a fresh plain object cannot fail.
    let _ = Reflect::set(object, &key.into(), value);
}

pub(crate) fn get(object: &JsValue, key: &str) -> JsValue {
    Reflect::get(object, &key.into()).unwrap_or(JsValue::UNDEFINED)
}

/// The number that a text begins with. The browser parses: Rust's tables for it are ten kilobytes.
pub(crate) fn parsed(text: &str) -> Option<f64> {
    Some(js_sys::parse_float(text)).filter(|number| !number.is_nan())
}

pub(crate) fn text(object: &JsValue, key: &str) -> Option<String> {
    get(object, key).as_string()
}

pub(crate) fn number(object: &JsValue, key: &str) -> Option<f64> {
    get(object, key).as_f64().filter(|n| n.is_finite())
}

fn floats(object: &JsValue, key: &str) -> Vec<f32> {
    Float32Array::new(&get(object, key)).to_vec()
}

fn doubles(data: &JsValue) -> Vec<f64> {
    Float64Array::new(data).to_vec()
}
