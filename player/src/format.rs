//! Words for sizes and times, and questions to the browser about the reader's wishes.

use std::cell::RefCell;

use js_sys::{
    Array, Function,
    Intl::{NumberFormat, PluralRules},
    Number, Object,
};
use timeside_view::time::{self, Unit};
use wasm_bindgen::JsValue;

use crate::{link, prelude::*, store::Store, strings::Strings};

/// Does this media query hold?
pub(crate) fn media_matches(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// A size in decimal units: `172 MB`.
pub(crate) fn bytes(count: f64) -> String {
    let (value, unit) = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
        .into_iter()
        .find(|(scale, _)| count >= *scale)
        .map_or((count, "bytes"), |(scale, unit)| (count / scale, unit));
    let decimals = usize::from(value < 10.0 && unit != "bytes");
    format!("{value:.decimals$}\u{202f}{unit}")
}

/// A sample rate: `44.1 kHz`.
pub(crate) fn rate(hz: f64) -> String {
    let khz = format!("{:.3}", hz / 1000.0);
    format!(
        "{}\u{202f}kHz",
        khz.trim_end_matches('0').trim_end_matches('.')
    )
}

/// A length of time in this recording, as digits that do not change their width.
pub(crate) fn clock(store: Store, secs: f64, decimals: usize) -> String {
    let view = store.view.get();
    store
        .time_unit
        .with(|unit| unit.length(secs, decimals, &view))
}

/// A place in this recording, in the ruler's unit.
pub(crate) fn position(store: Store, secs: f64, decimals: usize) -> String {
    let view = store.view.get();
    store
        .time_unit
        .with(|unit| unit.position(secs, decimals, &view))
}

/// A time as it is spoken, in the words of the reader's language.
pub(crate) fn spoken(store: Store, secs: f64) -> String {
    let tag = store.strings.get_untracked().tag;
    let parts = time::spoken(secs).into_iter();
    let words: Vec<String> = parts
        .map(|(value, unit)| quantity(tag, unit, value))
        .collect();
    words.join(" ")
}

/// “1,200”: a whole number as the reader's language groups it.
pub(crate) fn whole(tag: &'static str, value: f64) -> String {
    Number::from(value.round()).to_locale_string(tag).into()
}

thread_local! {
    /// Making one costs more than using it a thousand times.
    static FORMATS: RefCell<Vec<(&'static str, Unit, Function)>> = const { RefCell::new(Vec::new()) };
}

/// “2 minutes”: the browser knows every language's plurals.
fn quantity(tag: &'static str, unit: Unit, value: f64) -> String {
    let format = FORMATS.with_borrow_mut(|formats| {
        if let Some((.., format)) = formats.iter().find(|(t, u, _)| (*t, *u) == (tag, unit)) {
            return format.clone();
        }
        let name = match unit {
            Unit::Hour => "hour",
            Unit::Minute => "minute",
            Unit::Second => "second",
        };
        let options = link::object(&[
            ("style", "unit".into()),
            ("unit", name.into()),
            ("unitDisplay", "long".into()),
        ]);
        let format = NumberFormat::new(&Array::of1(&tag.into()), &options).format();
        formats.push((tag, unit, format.clone()));
        format
    });
    format
        .call1(&JsValue::UNDEFINED, &value.into())
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

thread_local! {
    static RULES: RefCell<Vec<(&'static str, PluralRules)>> = const { RefCell::new(Vec::new()) };
}

/// “2 annotations”: the form of the reader's language for a number.
pub(crate) fn counted(s: &Strings, forms: &str, count: usize) -> String {
    let category = RULES.with_borrow_mut(|all| {
        let at = all.iter().position(|(tag, _)| *tag == s.tag);
        let at = at.unwrap_or_else(|| {
            let rules = PluralRules::new(&Array::of1(&s.tag.into()), &Object::new());
            all.push((s.tag, rules));
            all.len() - 1
        });
        all[at].1.select(count as f64)
    });
    let category = String::from(category);
    timeside_view::plural::counted(forms, &category, &count.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_rates() {
        assert_eq!(bytes(172_400_000.0), "172\u{202f}MB");
        assert_eq!(bytes(5_292_044.0), "5.3\u{202f}MB");
        assert_eq!(bytes(12.0), "12\u{202f}bytes");
        assert_eq!(rate(44_100.0), "44.1\u{202f}kHz");
        assert_eq!(rate(48_000.0), "48\u{202f}kHz");
        assert_eq!(rate(11_025.0), "11.025\u{202f}kHz");
    }
}
