//! Plain JavaScript objects, read tolerantly: what is missing or of another type counts as absent.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

/// A property; `undefined` where there is none.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A property that is a text.
pub(crate) fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string()
}

/// A property that is a number.
pub(crate) fn number(object: &JsValue, name: &str) -> Option<f64> {
    get(object, name).as_f64()
}

/// A property that is a boolean.
pub(crate) fn flag(object: &JsValue, name: &str) -> Option<bool> {
    get(object, name).as_bool()
}

/// The elements of a property that is an array.
pub(crate) fn list(object: &JsValue, name: &str) -> Vec<JsValue> {
    let value = get(object, name);
    if js_sys::Array::is_array(&value) {
        js_sys::Array::from(&value).iter().collect()
    } else {
        Vec::new()
    }
}

/// A new object.
pub(crate) fn object(entries: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in entries {
        set(&object, name, value);
    }
    object
}

/// Sets a property.
pub(crate) fn set(object: &Object, name: &str, value: &JsValue) {
    // Refused by frozen objects alone, and ours are not.
    let _ = Reflect::set(object, &name.into(), value);
}

/// What was thrown, in words for people.
pub(crate) fn message(error: &JsValue) -> String {
    text(error, "message").unwrap_or_else(|| format!("{error:?}"))
}
