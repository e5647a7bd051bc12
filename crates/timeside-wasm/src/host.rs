//! What the engine asks of its worker.

use crate::convert::{error_from_js, fetched_from_js, to_js, typed_array};
use js_sys::Array;
use send_wrapper::SendWrapper;
use std::ops::Range;
use timeside::decode::ranged::Fetched;
use timeside::{Result, RunContext, session};
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
    fn now(this: &Host) -> f64;

    #[wasm_bindgen(method, structural)]
    fn uuid(this: &Host) -> String;

    #[wasm_bindgen(method, structural, js_name = localDate)]
    fn local_date(this: &Host) -> String;

    #[wasm_bindgen(method, structural, js_name = fetchAhead)]
    fn fetch_ahead(this: &Host, media: u32, start: f64, end: f64);

    #[wasm_bindgen(method, structural, catch, js_name = fetchNow)]
    fn fetch_now(this: &Host, media: u32, start: f64, end: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, structural)]
    fn recall(this: &Host, media: u32, key: &str) -> bool;

    #[wasm_bindgen(method, structural)]
    fn keep(this: &Host, media: u32, key: &str);
}

/// A [`Host`] that stays in its worker.
#[derive(Clone, Debug)]
pub(crate) struct WorkerHost(SendWrapper<Host>);

impl WorkerHost {
    pub(crate) fn new(host: Host) -> Self {
        Self(SendWrapper::new(host))
    }
}

impl session::Host for WorkerHost {
    fn tell(&self, event: &Event, arrays: Attachments) {
        let arrays: Array = arrays.0.into_iter().map(typed_array).collect();
        self.0.post(&to_js(event), &arrays);
    }

    fn now_ms(&self) -> f64 {
        self.0.now()
    }

    fn run_context(&self, sha1: String) -> RunContext {
        let host = self.0.clone();
        RunContext {
            now: self.0.local_date(),
            uuid: Box::new(move || host.uuid()),
            sha1,
        }
    }

    fn fetch_ahead(&self, media: u32, range: Range<u64>) {
        self.0
            .fetch_ahead(media, range.start as f64, range.end as f64);
    }

    fn fetch_now(&self, media: u32, range: Range<u64>) -> Result<Fetched> {
        let fetched = self
            .0
            .fetch_now(media, range.start as f64, range.end as f64);
        fetched
            .map(|f| fetched_from_js(&f))
            .map_err(|e| error_from_js(&e))
    }

    fn recall(&self, media: u32, key: &str) -> bool {
        self.0.recall(media, key)
    }

    fn keep(&self, media: u32, key: &str) {
        self.0.keep(media, key);
    }
}
