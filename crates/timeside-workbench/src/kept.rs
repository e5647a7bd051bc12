//! Small preferences, kept in this browser for every element of the origin. Storage that is blocked or full is no error:
//! they hold until the page is left.

use js_sys::{Array, JSON};
use wasm_bindgen::JsValue;

/// The texts kept under a name.
pub(crate) fn texts(name: &str) -> Vec<String> {
    let kept = storage().and_then(|storage| storage.get_item(name).ok().flatten());
    let parsed = kept.and_then(|text| JSON::parse(&text).ok());
    let list = parsed
        .filter(Array::is_array)
        .map(|list| Array::from(&list));
    list.map_or_else(Vec::new, |list| {
        list.iter().filter_map(|item| item.as_string()).collect()
    })
}

/// Keeps texts under a name.
pub(crate) fn keep_texts(name: &str, texts: &[String]) {
    let list: Array = texts
        .iter()
        .map(|text| JsValue::from(text.as_str()))
        .collect();
    if let (Some(storage), Ok(text)) = (storage(), JSON::stringify(&list)) {
        // Full: nothing that a person made is lost but a preference.
        let _ = storage.set_item(name, &String::from(text));
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}
