//! The session of one worker.

use crate::blob::BlobSource;
use crate::convert::{channels_from_js, error_from_js, fetched_from_js, from_js};
use crate::host::{Host, WorkerHost};
use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use std::rc::Rc;
use timeside::session::{Beside, Session};
use timeside_protocol::{Command, SourceKind};
use wasm_bindgen::prelude::*;
use web_sys::Blob;

/// The engine of one worker.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    session: Session<WorkerHost>,
}

#[wasm_bindgen]
impl Engine {
    /// An engine that tells `host` its events.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host) -> Self {
        console_error_panic_hook::set_once();
        let session = Session::new(WorkerHost::new(host), timeside::registry());
        Self { session }
    }

    /// Hears a command, a plain object. `beside` is what travels with it: the `Blob`, the channels, the first part
    /// of what is behind an address, or the bytes to parse.
    ///
    /// # Errors
    /// If it is no command. What the command meets is told by a `failed` event.
    pub fn handle(&mut self, command: JsValue, beside: JsValue) -> Result<(), JsValue> {
        let command: Command = from_js(command)?;
        let beside = match &command {
            Command::Open { source, .. } => match source {
                SourceKind::Blob => blob(beside.unchecked_into()),
                SourceKind::Ranged => Beside::Head(fetched_from_js(&beside)),
                SourceKind::Live => Beside::Live(beside.as_f64().unwrap_or(0.0) as usize),
                SourceKind::Samples => Beside::Samples(channels_from_js(&beside)),
            },
            Command::ParseResults { .. }
            | Command::ParseAnnotations { .. }
            | Command::FormatAnnotations { .. }
            | Command::GivePeaks { .. } => Beside::Bytes(Uint8Array::from(beside).to_vec()),
            _ => Beside::Nothing,
        };
        self.session.handle(command, beside);
        Ok(())
    }

    /// Works for about `budget_ms`. True if there is more to do at once.
    pub fn tick(&mut self, budget_ms: f64) -> bool {
        self.session.tick(budget_ms)
    }

    /// Takes a piece of what `fetchAhead` was asked for: `{ bytes, total, validator }` from byte `start` on.
    pub fn supply(&mut self, media: u32, start: f64, fetched: &JsValue) {
        self.session
            .supply(media, start as u64, &fetched_from_js(fetched));
    }

    /// Takes what was kept under the key that `recall` was asked for; empty if nothing was.
    pub fn recalled(&mut self, media: u32, bytes: &[u8]) {
        self.session.recalled(media, bytes);
    }

    /// Hands the finished picture of a medium to `take`, in pieces that hold only during the call. False if there is
    /// none, or `take` threw.
    pub fn kept(&self, media: u32, take: &js_sys::Function) -> bool {
        let mut is_taken = true;
        let is_there = self.session.kept(media, &mut |piece| {
            let piece = Uint8Array::from(piece);
            is_taken = is_taken && take.call1(&JsValue::NULL, &piece).is_ok();
        });
        is_there && is_taken
    }

    /// Learns that what was asked for from byte `start` on has come; or, by an error `{ code, message }`, what kept it.
    pub fn supplied(&mut self, media: u32, start: f64, error: &JsValue) {
        let outcome = if error.is_undefined() {
            Ok(())
        } else {
            Err(error_from_js(error))
        };
        self.session.supplied(media, start as u64, outcome);
    }

    /// Takes the next samples of a recording: an array of `Float32Array`s, one per channel.
    pub fn record(&mut self, media: u32, channels: &JsValue) {
        self.session.record(media, &channels_from_js(channels));
    }
}

fn blob(blob: Blob) -> Beside {
    let byte_len = blob.size() as u64;
    // It stays in this worker; the wrapper lets the compiler know.
    let blob = SendWrapper::new(blob);
    let open = move || Ok(Box::new(BlobSource::new((*blob).clone())?) as Box<dyn timeside::Source>);
    Beside::Source(Rc::new(open), byte_len)
}
