//! Between Rust and JavaScript.

use js_sys::{Float32Array, Float64Array, Int32Array, Reflect, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use timeside::Error;
use timeside::decode::ranged::Fetched;
use timeside_protocol::Array;
use wasm_bindgen::prelude::*;

/// Plain data as plain objects.
pub(crate) fn to_js<T: Serialize>(data: &T) -> JsValue {
    // Fails for nothing that the protocol holds: its maps have text keys and its numbers are below 2^53.
    data.serialize(&Serializer::json_compatible())
        .unwrap_or_else(|e| JsValue::from_str(&e.to_string()))
}

/// Plain objects as plain data.
pub(crate) fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value)
        .map_err(|e| JsError::new(&format!("not a command: {e}")).into())
}

/// A copy in JavaScript's memory.
pub(crate) fn typed_array(array: Array) -> JsValue {
    match array {
        Array::F32(v) => Float32Array::from(v.as_slice()).into(),
        Array::F64(v) => Float64Array::from(v.as_slice()).into(),
        Array::I32(v) => Int32Array::from(v.as_slice()).into(),
        Array::U8(v) => Uint8Array::from(v.as_slice()).into(),
    }
}

/// What JavaScript threw: `{ code, message }` of our own making, or an exception of the browser's.
pub(crate) fn error_from_js(thrown: &JsValue) -> Error {
    let text = |name: &str| {
        Reflect::get(thrown, &name.into())
            .ok()
            .and_then(|v| v.as_string())
    };
    let message = text("message").unwrap_or_else(|| format!("{thrown:?}"));
    match text("code").or_else(|| text("name")).as_deref() {
        Some("not-found") => Error::NotFound(message),
        Some("network") => Error::Network(message),
        Some("no-range") => Error::NoRange(message),
        Some("corrupt-media") => Error::CorruptMedia(message),
        Some("cancelled") => Error::Cancelled,
        // Where is for whoever asked to know.
        Some("not-yet") => Error::NotYet { at: 0 },
        Some("out-of-memory") => {
            let bytes = |name: &str| {
                let details = Reflect::get(thrown, &"details".into()).ok()?;
                Some(Reflect::get(&details, &name.into()).ok()?.as_f64()? as u64)
            };
            Error::OutOfMemory {
                needed_bytes: bytes("neededBytes").unwrap_or(0),
                limit_bytes: bytes("limitBytes").unwrap_or(0),
                hint: message,
            }
        }
        Some("conflict") => Error::Conflict(message),
        // What a `Blob` says whose file is gone, or has been written since.
        Some("NotFoundError") => Error::NotFound(format!("the file is no longer there: {message}")),
        Some("NotReadableError") => Error::Conflict(format!(
            "the file has changed since it was opened, or may not be read: {message}"
        )),
        _ => Error::Io(message),
    }
}

/// An array of `Float32Array`s as channels.
pub(crate) fn channels_from_js(value: &JsValue) -> Vec<Vec<f32>> {
    js_sys::Array::from(value)
        .iter()
        .map(|channel| Float32Array::new(&channel).to_vec())
        .collect()
}

/// `{ bytes, total, validator }`, as a ranged request gives them.
pub(crate) fn fetched_from_js(fetched: &JsValue) -> Fetched {
    let get = |name: &str| Reflect::get(fetched, &name.into()).unwrap_or(JsValue::UNDEFINED);
    Fetched {
        bytes: Uint8Array::new(&get("bytes")).to_vec(),
        total: get("total").as_f64().map(|n| n as u64),
        validator: get("validator").as_string(),
    }
}
