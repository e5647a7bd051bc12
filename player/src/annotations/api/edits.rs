//! Edits as plain objects, such as `{ update: id, patch }`; every kind has a property of its own name.

use js_sys::Array;
use timeside_core::annotation::{Tier, TierKind};
use timeside_editing::{
    Document, Edge, Edit, Fit, Item, Key, Patch, Refusal, State, TierKey, TierPatch,
};
use wasm_bindgen::{JsCast, JsValue};

use super::{super::wire, word};
use crate::link::{get, number, text};

/// The edits that one object stands for.
///
/// # Errors
/// An id that is not there, a time that is none.
pub(super) fn read(document: &Document, given: &JsValue) -> Result<Vec<Edit>, Refusal> {
    let fit = match text(given, "fit").as_deref() {
        Some("refuse") => Fit::Refuse,
        _ => Fit::Clip,
    };
    let has = |key: &str| !get(given, key).is_undefined();
    let frames = |key: &str| {
        let secs = number(given, key).ok_or(Refusal::OutOfRange)?;
        Ok(frame(document, secs))
    };
    let key = |name: &str| key_of(document, &word(given, name));
    let tier = |name: &str| match text(given, name) {
        Some(id) => tier_of(document, &id).map(Some),
        None => Ok(None),
    };
    let edit = if has("add") {
        return add(document, &get(given, "add"), fit);
    } else if has("update") {
        return update(document, key("update")?, &get(given, "patch"), fit);
    } else if has("remove") {
        Edit::Remove(keys(document, &get(given, "remove"))?)
    } else if has("move") {
        Edit::Move {
            keys: keys(document, &get(given, "move"))?,
            by: if has("by") { frames("by")? } else { 0 },
            tier: tier("tier")?,
            fit,
        }
    } else if has("resize") {
        let edge = match word(given, "edge").as_str() {
            "start" => Edge::Start,
            _ => Edge::End,
        };
        Edit::Resize {
            key: key("resize")?,
            edge,
            to: frames("to")?,
            is_shared: get(given, "shared").is_truthy(),
            fit,
        }
    } else if has("split") {
        Edit::Split {
            key: key("split")?,
            at: frames("at")?,
            right_label: text(given, "label"),
        }
    } else if has("merge") {
        Edit::Merge(keys(document, &get(given, "merge"))?)
    } else if has("join") {
        let both = keys(document, &get(given, "join"))?;
        let [left, right] = both.as_slice() else {
            return Err(Refusal::TooFew);
        };
        Edit::Join {
            left: *left,
            right: *right,
            at: if has("at") { Some(frames("at")?) } else { None },
        }
    } else if has("duplicate") {
        Edit::Duplicate {
            keys: keys(document, &get(given, "duplicate"))?,
            by: if has("by") { frames("by")? } else { 0 },
            tier: tier("tier")?,
            fit,
        }
    } else if has("addTier") {
        Edit::AddTier {
            tier: wire::read_tier(&get(given, "addTier")),
            at: number(given, "at").map(|at| at as usize),
        }
    } else if has("updateTier") {
        Edit::UpdateTier {
            key: tier_of(document, &word(given, "updateTier"))?,
            patch: tier_patch(&get(given, "patch")),
        }
    } else if has("removeTier") {
        Edit::RemoveTier(tier_of(document, &word(given, "removeTier"))?)
    } else {
        Edit::MoveTier {
            key: tier_of(document, &word(given, "moveTier"))?,
            to: number(given, "to").unwrap_or(0.0) as usize,
        }
    };
    Ok(vec![edit])
}

fn frame(document: &Document, secs: f64) -> i64 {
    (secs * f64::from(document.rate_hz())).round() as i64
}

fn key_of(document: &Document, id: &str) -> Result<Key, Refusal> {
    document.key_of(id).ok_or(Refusal::UnknownItem)
}

fn tier_of(document: &Document, id: &str) -> Result<TierKey, Refusal> {
    let tier = document.tier_of_id(id).ok_or(Refusal::UnknownTier)?;
    Ok(tier.key)
}

/// An id or a list of them.
fn keys(document: &Document, given: &JsValue) -> Result<Vec<Key>, Refusal> {
    let given = given
        .dyn_ref::<Array>()
        .cloned()
        .unwrap_or_else(|| Array::of1(given));
    let ids = given.iter().map(|id| id.as_string().unwrap_or_default());
    ids.map(|id| key_of(document, &id)).collect()
}

/// Without a tier it comes on the first; where there is none, one is made.
fn add(document: &Document, given: &JsValue, fit: Fit) -> Result<Vec<Edit>, Refusal> {
    let said = wire::read(given);
    if !said.start.is_finite() || !said.end.is_finite() {
        return Err(Refusal::OutOfRange);
    }
    let named = match &said.tier {
        Some(id) => Some(tier_of(document, id)?),
        None => document.tiers().next().map(|tier| tier.key),
    };
    let mut edits = Vec::new();
    let tier = named.unwrap_or_else(|| {
        let kind = if said.low.is_some() || said.high.is_some() {
            TierKind::Boxes
        } else if said.is_point() {
            TierKind::Points
        } else {
            TierKind::Spans
        };
        let tier = Tier {
            id: "tier1".to_owned(),
            name: "1".to_owned(),
            kind,
            ..Tier::default()
        };
        edits.push(Edit::AddTier { tier, at: None });
        document.next_tier_key()
    });
    let item = Item::from_annotation(said, tier, document.rate_hz());
    edits.push(Edit::Add { item, fit });
    Ok(edits)
}

fn update(document: &Document, key: Key, given: &JsValue, fit: Fit) -> Result<Vec<Edit>, Refusal> {
    let item = document.item(key).ok_or(Refusal::UnknownItem)?;
    let mut edits = Vec::new();
    let tier = text(given, "tier").map(|id| tier_of(document, &id));
    if let Some(tier) = tier.transpose()?.filter(|tier| *tier != item.tier) {
        edits.push(Edit::Move {
            keys: vec![key],
            by: 0,
            tier: Some(tier),
            fit,
        });
    }
    let (start, end) = (number(given, "start"), number(given, "end"));
    if start.is_some() || end.is_some() {
        let or = |secs: Option<f64>, now: i64| secs.map_or(now, |secs| frame(document, secs));
        edits.push(Edit::SetTimes {
            key,
            start: or(start, item.start),
            end: or(end, item.end),
            fit,
        });
    }
    let patch = patch(item, given);
    if patch != Patch::default() {
        let keys = vec![key];
        edits.push(Edit::Update { keys, patch });
    }
    Ok(edits)
}

/// `null` takes a value away; `attributes` are all of them.
fn patch(item: &Item, given: &JsValue) -> Patch {
    let numeric = |key: &str| {
        let value = get(given, key);
        (!value.is_undefined()).then(|| value.as_f64())
    };
    let author = get(given, "author");
    let mut out = Patch {
        label: text(given, "label"),
        low_hz: numeric("low"),
        high_hz: numeric("high"),
        value: numeric("value"),
        confidence: numeric("confidence"),
        author: (!author.is_undefined()).then(|| author.as_string()),
        ..Patch::default()
    };
    let attributes = get(given, "attributes");
    if attributes.is_object() || attributes.is_null() {
        let said = timeside_core::annotation::Annotation {
            attributes: wire::read_attributes(&attributes).collect(),
            ..Default::default()
        };
        // The edge keeps the state among the attributes.
        let read = Item::from_annotation(said, item.tier, 1);
        let gone = item.attributes.keys();
        let gone = gone.filter(|name| !read.attributes.contains_key(*name));
        out.attributes = gone.map(|name| (name.clone(), None)).collect();
        let kept = read.attributes.into_iter();
        out.attributes
            .extend(kept.map(|(name, value)| (name, Some(value))));
        out.state = Some(read.state).filter(|state| *state != item.state);
    }
    if let Some(proposed) = get(given, "proposed").as_bool() {
        out.state = Some(if proposed {
            State::Proposed
        } else {
            State::Accepted
        });
    }
    out
}

fn tier_patch(given: &JsValue) -> TierPatch {
    let optional = |key: &str| {
        let value = get(given, key);
        (!value.is_undefined()).then(|| value.as_string())
    };
    let vocabulary = get(given, "vocabulary");
    TierPatch {
        name: text(given, "name"),
        kind: wire::kind_of(given),
        rule: wire::rule_of(given).or_else(|| {
            get(given, "rule")
                .is_null()
                .then_some(timeside_core::annotation::TierRule::Free)
        }),
        parent: optional("parent"),
        color: optional("color"),
        vocabulary: wire::vocabulary_of(given).or_else(|| vocabulary.is_null().then(Vec::new)),
    }
}
