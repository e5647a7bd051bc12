//! What JavaScript hands in: `WorkbenchHost` of `pkg/src/player/bench.ts`.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The element's public API, and the little that only its own panels may call.
    #[derive(Clone)]
    pub type Host;

    /// `<timeside-player>` itself, with its public API and events.
    #[wasm_bindgen(method, getter)]
    pub fn element(this: &Host) -> Element;

    /// The shown panel goes away.
    #[wasm_bindgen(method, js_name = closePanel)]
    pub fn close_panel(this: &Host);

    /// Another panel, by its id; `subject` is what of it is asked for.
    #[wasm_bindgen(method, js_name = openPanel)]
    pub fn open_panel(this: &Host, panel: &str, subject: &str);

    /// Says a text to who listens.
    #[wasm_bindgen(method)]
    pub fn announce(this: &Host, text: &str);

    /// Every command: `{ id, group, name, keys, own }`.
    #[wasm_bindgen(method)]
    pub fn commands(this: &Host) -> Array;

    /// Changes keys: ids of commands to chords between spaces.
    #[wasm_bindgen(method, js_name = setKeys)]
    pub fn set_keys(this: &Host, changed: &Object);

    /// A pressed key as commands spell it: `shift+arrowleft`, `mod+z`.
    #[wasm_bindgen(method, js_name = chordOf)]
    pub fn chord_of(this: &Host, event: &web_sys::KeyboardEvent) -> String;

    /// Every call of `analyze()` and of the `analyzers` attribute: `RunInfo[]`.
    #[wasm_bindgen(method)]
    pub fn runs(this: &Host) -> Array;

    /// What is selected, `{ start, end }` in seconds, or null.
    #[wasm_bindgen(method)]
    pub fn selection(this: &Host) -> JsValue;

    /// What the analyses gave or will give: `{ values, curves }`.
    #[wasm_bindgen(method)]
    pub fn results(this: &Host) -> Object;

    /// Stops one; what it has found so far stays.
    #[wasm_bindgen(method, js_name = cancelRun)]
    pub fn cancel_run(this: &Host, key: u32);

    /// Forgets one and its results.
    #[wasm_bindgen(method, js_name = removeRun)]
    pub fn remove_run(this: &Host, key: u32);

    /// `processors()` of the SDK.
    #[wasm_bindgen(method)]
    pub fn processors(this: &Host) -> Promise;

    /// `annotationFormats()` of the SDK.
    #[wasm_bindgen(method, js_name = annotationFormats)]
    pub fn annotation_formats(this: &Host) -> Promise;

    /// The element's annotations in a format: `{ bytes, extension, mimeType, report }`.
    #[wasm_bindgen(method, js_name = formatAnnotations)]
    pub fn format_annotations(this: &Host, format: &str, options: &Object) -> Promise;

    /// `element.layers`.
    pub type Layers;

    /// Every layer with how it looks, the top one first.
    #[wasm_bindgen(method)]
    pub fn describe(this: &Layers) -> Array;

    /// Adds one of a kind that reads the recording.
    #[wasm_bindgen(method, catch)]
    pub fn add(this: &Layers, kind: &JsValue) -> Result<(), JsValue>;

    /// Takes one away; what an analysis gave goes along.
    #[wasm_bindgen(method, catch)]
    pub fn remove(this: &Layers, id: &str) -> Result<(), JsValue>;

    /// Puts one to another place, counted from the top.
    #[wasm_bindgen(method, catch, js_name = move)]
    pub fn move_to(this: &Layers, id: &str, place: u32) -> Result<(), JsValue>;

    /// Changes how one looks; `null` gives a default back.
    #[wasm_bindgen(method, catch)]
    pub fn configure(this: &Layers, id: &str, settings: &Object) -> Result<(), JsValue>;

    /// `<timeside-player>`.
    #[wasm_bindgen(extends = web_sys::HtmlElement)]
    #[derive(Clone)]
    pub type Element;

    /// The open recording, or null.
    #[wasm_bindgen(method, getter)]
    pub fn media(this: &Element) -> JsValue;

    /// Seconds.
    #[wasm_bindgen(method, getter)]
    pub fn view(this: &Element) -> JsValue;

    /// The layers shown.
    #[wasm_bindgen(method, getter)]
    pub fn layers(this: &Element) -> Layers;

    /// Runs steps, shows their results and gives them.
    #[wasm_bindgen(method)]
    pub fn analyze(this: &Element, step: &JsValue, options: &Object) -> Promise;
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

impl std::fmt::Debug for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Element")
    }
}
