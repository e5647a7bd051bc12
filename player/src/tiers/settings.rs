//! How annotating behaves, as the page and the panels set it.

use js_sys::Object;
use wasm_bindgen::prelude::*;

use super::SnapSettings;
use crate::{
    handle::PlayerHandle,
    link::{get, number, object, text},
};

#[wasm_bindgen]
impl PlayerHandle {
    /// How annotating behaves: `{ author, reactionMs, speakEntries, snap: { on, gridSecs, boundaries, events,
    /// zeroCrossings, playhead } }`.
    #[wasm_bindgen(js_name = annotating)]
    pub fn annotating(&self) -> Object {
        let store = self.store;
        let tiers = store.tiers;
        let snap = tiers.snap.get_untracked();
        let snap = object(&[
            ("on", snap.is_on.into()),
            ("gridSecs", snap.grid_secs.into()),
            ("boundaries", snap.boundaries.into()),
            ("events", snap.events.into()),
            ("zeroCrossings", snap.zero_crossings.into()),
            ("playhead", snap.playhead.into()),
        ]);
        let author = store
            .annotations
            .with_untracked(|document| document.author().unwrap_or_default().to_owned());
        object(&[
            ("author", author.into()),
            ("reactionMs", tiers.reaction_ms.get_untracked().into()),
            ("speakEntries", tiers.speaks_entries.get_untracked().into()),
            ("snap", snap.into()),
        ])
    }

    /// Changes what is named of [`PlayerHandle::annotating`]; what is no sense stays as it was.
    #[wasm_bindgen(js_name = setAnnotating)]
    pub fn set_annotating(&self, changed: &JsValue) {
        let tiers = self.store.tiers;
        let flag = |object: &JsValue, name: &str| get(object, name).as_bool();
        if let Some(author) = text(changed, "author") {
            self.store.annotations.sign_as(Some(author));
        }
        if let Some(on) = flag(changed, "speakEntries") {
            tiers.speaks_entries.set(on);
        }
        if let Some(ms) = number(changed, "reactionMs") {
            tiers.reaction_ms.set(ms.clamp(0.0, 2000.0));
        }
        let snap = get(changed, "snap");
        if !snap.is_object() {
            return;
        }
        tiers.snap.update(|now| {
            let is = |name: &str, before: bool| flag(&snap, name).unwrap_or(before);
            *now = SnapSettings {
                is_on: is("on", now.is_on),
                grid_secs: number(&snap, "gridSecs")
                    .map_or(now.grid_secs, |secs| secs.clamp(0.0, 3600.0)),
                boundaries: is("boundaries", now.boundaries),
                events: is("events", now.events),
                zero_crossings: is("zeroCrossings", now.zero_crossings),
                playhead: is("playhead", now.playhead),
            };
        });
    }
}
