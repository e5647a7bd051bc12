//! What the engine asks of its worker.

use crate::convert::{error_from_js, fetched_from_js, to_js, typed_array};
use js_sys::Array;
use std::ops::Range;
use timeside::decode::ranged::Fetched;
use timeside::{Result, RunContext};
use timeside_protocol::{Attachments, Event};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The object that `worker.ts` hands to [`Engine::new`](crate::Engine::new).
    #[derive(Clone, Debug)]
    pub type Host;

    #[wasm_bindgen(method, structural)]
    fn post(this: &Host, event: &JsValue, arrays: &Array);

    #[wasm_bindgen(method, structural)]
    pub(crate) fn now(this: &Host) -> f64;

    #[wasm_bindgen(method, structural)]
    fn uuid(this: &Host) -> String;

    #[wasm_bindgen(method, structural, js_name = localDate)]
    fn local_date(this: &Host) -> String;

    #[wasm_bindgen(method, structural, js_name = fetchAhead)]
    pub(crate) fn fetch_ahead(this: &Host, media: u32, start: f64, end: f64);

    #[wasm_bindgen(method, structural, catch, js_name = fetchNow)]
    fn fetch_now_js(this: &Host, media: u32, start: f64, end: f64) -> Result<JsValue, JsValue>;
}

impl Host {
    /// Tells the page; the arrays are transferred.
    pub(crate) fn tell(&self, event: &Event, arrays: Attachments) {
        let arrays: Array = arrays.0.into_iter().map(typed_array).collect();
        self.post(&to_js(event), &arrays);
    }

    /// Bytes of a medium behind an address, while the worker waits.
    pub(crate) fn fetch_now(&self, media: u32, range: Range<u64>) -> Result<Fetched> {
        let fetched = self.fetch_now_js(media, range.start as f64, range.end as f64);
        fetched.map(|f| fetched_from_js(&f)).map_err(|e| error_from_js(&e))
    }

    /// Date, uuids and the medium's SHA-1 for a run.
    pub(crate) fn run_context(&self, sha1: String) -> RunContext {
        let host = self.clone();
        RunContext { now: self.local_date(), uuid: Box::new(move || host.uuid()), sha1 }
    }
}
