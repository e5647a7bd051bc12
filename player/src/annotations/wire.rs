//! Annotations, tiers, edits and records as plain objects, as `pkg/src/types.ts` describes them.

use js_sys::{Array, Object, Reflect};
use timeside_core::{
    Warning,
    annotation::{Annotation, ImportReport, Tier, TierKind, TierRule},
};
use timeside_editing::{Document, Item, Name, Record, StepKind};
use wasm_bindgen::prelude::*;

use crate::link::{get, number, object, text};

#[wasm_bindgen]
extern "C" {
    /// An annotation as JavaScript has it: getters, since names of properties would be made anew for each of 100,000.
    type Said;

    #[wasm_bindgen(method, getter)]
    fn id(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn tier(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn start(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn end(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn label(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn low(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn high(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn confidence(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn author(this: &Said) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn attributes(this: &Said) -> JsValue;
}

pub(super) fn set(target: &Object, key: &str, value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(target, &key.into(), value);
}

/// One annotation; what is no number is none, a missing end is a point.
pub(crate) fn read(said: &JsValue) -> Annotation {
    let said: &Said = said.unchecked_ref();
    let start = said.start().as_f64().unwrap_or(f64::NAN);
    Annotation {
        id: said.id().as_string().unwrap_or_default(),
        tier: said.tier().as_string(),
        start,
        end: said.end().as_f64().unwrap_or(start),
        label: said.label().as_string().unwrap_or_default(),
        low: said.low().as_f64(),
        high: said.high().as_f64(),
        value: said.value().as_f64(),
        confidence: said.confidence().as_f64(),
        author: said.author().as_string(),
        attributes: read_attributes(&said.attributes()).collect(),
    }
}

pub(super) fn read_attributes(said: &JsValue) -> impl Iterator<Item = (String, String)> + use<> {
    let entries = said.dyn_ref::<Object>().map(Object::entries);
    let entries = entries.unwrap_or_default().into_iter();
    entries.filter_map(|pair| {
        let pair: Array = pair.unchecked_into();
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    })
}

/// One annotation of a document.
pub(crate) fn write(document: &Document, item: &Item) -> Object {
    write_said(&document.to_annotation(item))
}

fn write_said(said: &Annotation) -> Object {
    let out = object(&[
        ("id", said.id.as_str().into()),
        ("start", said.start.into()),
        ("end", said.end.into()),
        ("label", said.label.as_str().into()),
    ]);
    let words = [("tier", &said.tier), ("author", &said.author)];
    for (key, word) in words {
        if let Some(word) = word {
            set(&out, key, &word.as_str().into());
        }
    }
    let numbers = [
        ("low", said.low),
        ("high", said.high),
        ("value", said.value),
        ("confidence", said.confidence),
    ];
    for (key, number) in numbers {
        if let Some(number) = number {
            set(&out, key, &number.into());
        }
    }
    if !said.attributes.is_empty() {
        let attributes = Object::new();
        for (name, value) in &said.attributes {
            set(&attributes, name, &value.as_str().into());
        }
        set(&out, "attributes", &attributes);
    }
    out
}

const KINDS: [(&str, TierKind); 5] = [
    ("spans", TierKind::Spans),
    ("points", TierKind::Points),
    ("boxes", TierKind::Boxes),
    ("notes", TierKind::Notes),
    ("text", TierKind::Text),
];
const RULES: [(&str, TierRule); 3] = [
    ("free", TierRule::Free),
    ("no-overlap", TierRule::NoOverlap),
    ("partition", TierRule::Partition),
];

pub(super) fn kind_of(said: &JsValue) -> Option<TierKind> {
    let word = text(said, "kind")?;
    KINDS.iter().find(|(id, _)| *id == word).map(|(_, k)| *k)
}

pub(super) fn rule_of(said: &JsValue) -> Option<TierRule> {
    let word = text(said, "rule")?;
    RULES.iter().find(|(id, _)| *id == word).map(|(_, r)| *r)
}

pub(super) fn vocabulary_of(said: &JsValue) -> Option<Vec<String>> {
    let words: Array = get(said, "vocabulary").dyn_into().ok()?;
    Some(words.iter().filter_map(|word| word.as_string()).collect())
}

pub(super) fn read_tier(said: &JsValue) -> Tier {
    let id = text(said, "id").unwrap_or_default();
    Tier {
        name: text(said, "name").unwrap_or_else(|| id.clone()),
        id,
        kind: kind_of(said).unwrap_or_default(),
        rule: rule_of(said),
        parent: text(said, "parent"),
        color: text(said, "color"),
        vocabulary: vocabulary_of(said).unwrap_or_default(),
    }
}

pub(super) fn write_tier(tier: &Tier) -> Object {
    let word = |word: Option<&str>| JsValue::from_str(word.unwrap_or_default());
    let kind = KINDS.iter().find(|(_, kind)| *kind == tier.kind);
    let out = object(&[
        ("id", tier.id.as_str().into()),
        ("name", tier.name.as_str().into()),
        ("kind", word(kind.map(|(id, _)| *id))),
    ]);
    if let Some(rule) = tier.rule {
        let rule = RULES.iter().find(|(_, other)| *other == rule);
        set(&out, "rule", &word(rule.map(|(id, _)| *id)));
    }
    for (key, value) in [("parent", &tier.parent), ("color", &tier.color)] {
        if let Some(value) = value {
            set(&out, key, &value.as_str().into());
        }
    }
    if !tier.vocabulary.is_empty() {
        let words: Array = tier
            .vocabulary
            .iter()
            .map(|w| JsValue::from_str(w))
            .collect();
        set(&out, "vocabulary", &words);
    }
    out
}

const STEPS: [(&str, StepKind); 4] = [
    ("done", StepKind::Done),
    ("joined", StepKind::Joined),
    ("undone", StepKind::Undone),
    ("redone", StepKind::Redone),
];

/// `{ step, name, tiers?, put, removed }`
pub(super) fn write_record(record: &Record) -> JsValue {
    let removed: Array = record
        .removed
        .iter()
        .map(|id| JsValue::from_str(id))
        .collect();
    let out = object(&[
        (
            "put",
            record.put.iter().map(write_said).collect::<Array>().into(),
        ),
        ("removed", removed.into()),
    ]);
    if let Some(tiers) = &record.tiers {
        let tiers: Array = tiers.iter().map(write_tier).collect();
        set(&out, "tiers", &tiers);
    }
    if let Some((kind, name)) = &record.step {
        let step = STEPS.iter().find(|(_, other)| other == kind);
        set(&out, "step", &step.map(|(word, _)| *word).into());
        set(&out, "name", &name.id().into());
    }
    out.into()
}

pub(super) fn read_record(said: &JsValue) -> Record {
    let tiers = get(said, "tiers").dyn_into::<Array>().ok();
    let word = text(said, "step");
    let step = STEPS
        .iter()
        .find(|(step, _)| Some(*step) == word.as_deref());
    let name = text(said, "name").unwrap_or_default();
    Record {
        step: step.map(|(_, kind)| (*kind, Name::of_id(&name))),
        tiers: tiers.map(|tiers| tiers.iter().map(|tier| read_tier(&tier)).collect()),
        put: list(said, "put").iter().map(|one| read(&one)).collect(),
        removed: list(said, "removed")
            .iter()
            .filter_map(|id| id.as_string())
            .collect(),
    }
}

pub(super) fn list(said: &JsValue, key: &str) -> Array {
    get(said, key).dyn_into().unwrap_or_default()
}

pub(super) fn read_report(said: &JsValue) -> ImportReport {
    let warnings = |key: &str| {
        let all = list(said, key);
        let all = all.iter().map(|one| Warning {
            code: text(&one, "code").unwrap_or_default(),
            message: text(&one, "message").unwrap_or_default(),
            frame: number(&one, "frame").map(|frame| frame as i64),
        });
        all.collect()
    };
    ImportReport {
        format: text(said, "format").unwrap_or_default(),
        warnings: warnings("warnings"),
        guessed: warnings("guessed"),
        lost: warnings("lost"),
    }
}

pub(super) fn write_report(report: &ImportReport) -> Object {
    let warnings = |all: &[Warning]| -> JsValue {
        let all = all.iter().map(|warning| {
            let out = object(&[
                ("code", warning.code.as_str().into()),
                ("message", warning.message.as_str().into()),
            ]);
            if let Some(frame) = warning.frame {
                set(&out, "frame", &(frame as f64).into());
            }
            out
        });
        all.collect::<Array>().into()
    };
    object(&[
        ("format", report.format.as_str().into()),
        ("warnings", warnings(&report.warnings)),
        ("guessed", warnings(&report.guessed)),
        ("lost", warnings(&report.lost)),
    ])
}
