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
    pub fn format_annotations(this: &Host, format: &str) -> Promise;

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
