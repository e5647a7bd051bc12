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

    /// Takes in the text of a file of annotations, of whatever format.
    #[wasm_bindgen(method, js_name = pasteText)]
    pub fn paste_text(this: &Bridge, text: &str);

    /// Plays a stretch (seconds) and stops at its end, to the frame where the engine can.
    #[wasm_bindgen(method, js_name = playRange)]
    pub fn play_range(this: &Bridge, start: f64, end: f64);

    /// Plays the neighbourhood of a time (seconds), then returns to it.
    #[wasm_bindgen(method, js_name = playAround)]
    pub fn play_around(this: &Bridge, at: f64);

    /// Repeats a stretch (seconds); NaN ends it.
    #[wasm_bindgen(method, js_name = repeatRange)]
    pub fn repeat_range(this: &Bridge, start: f64, end: f64);

    /// Sounds a grain at a time (seconds); NaN says that the hand has let go.
    #[wasm_bindgen(method)]
    pub fn scrub(this: &Bridge, at: f64);

    /// Copies a link to what is shown.
    #[wasm_bindgen(method, js_name = copyLink)]
    pub fn copy_link(this: &Bridge);

    /// Keeps what has changed of the annotations: records of the journal.
    #[wasm_bindgen(method, js_name = keepRecords)]
    pub fn keep_records(this: &Bridge, records: &js_sys::Array);

    /// What the user chose in an offer: `keep`, `discard` or `download`.
    #[wasm_bindgen(method, js_name = answerOffer)]
    pub fn answer_offer(this: &Bridge, choice: &str);

    /// Opens the current source again.
    #[wasm_bindgen(method)]
    pub fn retry(this: &Bridge);

    /// Shows a panel of the workbench by its id, or none; `subject` is what of it is asked for.
    #[wasm_bindgen(method, js_name = showPanel)]
    pub fn show_panel(this: &Bridge, panel: Option<&str>, subject: Option<&str>);

    /// The panels' words of a language, by their names; `undefined` is English.
    #[wasm_bindgen(method)]
    pub fn speak(this: &Bridge, tag: &str, words: &JsValue);

    /// What the panels show has changed: `runs`, `media`, `layers`, `keys` or `palette`.
    #[wasm_bindgen(method)]
    pub fn changed(this: &Bridge, topic: &str);

    /// There are results to list, or there will be.
    #[wasm_bindgen(method, js_name = wantResults)]
    pub fn want_results(this: &Bridge);

    /// The widget is taken down.
    #[wasm_bindgen(method)]
    pub fn leave(this: &Bridge);
}

impl std::fmt::Debug for Bridge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bridge")
    }
}
