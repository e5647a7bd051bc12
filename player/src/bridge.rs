//! The custom element, as the widget sees it. `pkg/src/player.ts` implements it.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the element hands to [`crate::mount`].
    #[derive(Clone)]
    pub type Bridge;

    /// The media element that sounds, shared with the page through the element's own API.
    #[wasm_bindgen(method, getter)]
    pub fn audio(this: &Bridge) -> web_sys::HtmlMediaElement;

    /// The custom element itself, for computed styles.
    #[wasm_bindgen(method, getter)]
    pub fn host(this: &Bridge) -> web_sys::HtmlElement;

    /// Dispatches an event of the element's contract.
    #[wasm_bindgen(method)]
    pub fn emit(this: &Bridge, name: &str, detail: &JsValue);

    /// Opens a file that the user dropped or chose.
    #[wasm_bindgen(method, js_name = openFile)]
    pub fn open_file(this: &Bridge, file: &web_sys::File);

    /// Keeps what has changed of the annotations: records of the journal.
    #[wasm_bindgen(method, js_name = keepRecords)]
    pub fn keep_records(this: &Bridge, records: &js_sys::Array);

    /// What the user chose in an offer: `keep`, `discard` or `download`.
    #[wasm_bindgen(method, js_name = answerOffer)]
    pub fn answer_offer(this: &Bridge, choice: &str);

    /// Opens the current source again.
    #[wasm_bindgen(method)]
    pub fn retry(this: &Bridge);
}

impl std::fmt::Debug for Bridge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bridge")
    }
}
