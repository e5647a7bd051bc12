//! How annotating behaves: who annotates, what a dragged edge holds on to, how fast a hand is.

use js_sys::Object;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::desk::Desk;
use crate::{
    js::{flag, get, number, object},
    strings::Word,
};

/// What of `settings` a control is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// `settings` itself.
    Whole,
    /// `settings.snap`.
    Snap,
}

impl Part {
    /// A change of one setting, as `annotations.settings` takes it.
    fn change(self, key: &str, value: JsValue) -> Object {
        let change = object(&[(key, value)]);
        match self {
            Self::Whole => change,
            Self::Snap => object(&[("snap", change.into())]),
        }
    }

    fn of(self, settings: JsValue) -> JsValue {
        match self {
            Self::Whole => settings,
            Self::Snap => get(&settings, "snap"),
        }
    }
}

/// What a dragged edge may hold on to.
const TARGETS: [(&str, Word); 4] = [
    ("boundaries", |s| s.snap_boundaries),
    ("events", |s| s.snap_events),
    ("playhead", |s| s.snap_playhead),
    ("zeroCrossings", |s| s.snap_zero),
];

/// The public `author` and `settings` of the annotations, and their changes.
#[derive(Clone, Copy)]
struct Settings {
    desk: Desk,
    changes: ReadSignal<u32>,
}

impl Settings {
    /// As they are now; tracked.
    fn read(self, part: Part) -> JsValue {
        self.changes.track();
        part.of(self.property("settings"))
    }

    fn is(self, part: Part, key: &str) -> bool {
        flag(&self.read(part), key).unwrap_or(false)
    }

    fn property(self, name: &str) -> JsValue {
        self.desk
            .api()
            .map_or(JsValue::UNDEFINED, |api| get(&api, name))
    }

    fn write(self, name: &str, value: &JsValue) {
        if let Some(api) = self.desk.api() {
            // Refused by no object that has the property.
            let _ = js_sys::Reflect::set(&api, &name.into(), value);
        }
    }

    fn set(self, part: Part, key: &str, value: JsValue) {
        self.write("settings", &part.change(key, value));
    }
}

#[component]
pub(crate) fn Annotating() -> impl IntoView {
    let desk = Desk::get();
    let settings = Settings {
        desk,
        changes: desk.bench.count_events("annotatingchange"),
    };
    let author = move || {
        settings.changes.track();
        settings.property("author").as_string().unwrap_or_default()
    };
    let snaps = move || settings.is(Part::Snap, "on");
    view! {
        <div class="fields">
            <label class="field wide">
                <span>{move || desk.s().author}</span>
                <input class="entry" type="text" dir="auto" autocomplete="name" maxlength="200" aria-describedby="annotations-author-hint"
                    prop:value=author on:change=move |event| settings.write("author", &event_target_value(&event).into()) />
            </label>
        </div>
        <p class="dim ann-hint" id="annotations-author-hint">{move || desk.s().author_hint}</p>
        <h3 class="heading">{move || desk.s().snapping}</h3>
        <div class="fields" role="group" aria-label=move || desk.s().snapping>
            <Check settings part=Part::Snap key_="on" name=|s| s.snap_on is_off=Signal::derive(|| false) />
            {TARGETS.map(|(key, name)| view! {
                <Check settings part=Part::Snap key_=key name is_off=Signal::derive(move || !snaps()) />
            })}
            <Amount settings part=Part::Snap key_="gridSecs" name=|s| s.snap_grid_ms scale=1000.0 most=60_000.0
                is_off=Signal::derive(move || !snaps()) />
        </div>
        <p class="dim ann-hint">{move || desk.s().snap_hint}</p>
        <h3 class="heading">{move || desk.s().while_listening}</h3>
        <div class="fields" role="group" aria-label=move || desk.s().while_listening>
            <Amount settings part=Part::Whole key_="reactionMs" name=|s| s.reaction_ms scale=1.0 most=2000.0
                is_off=Signal::derive(|| false) />
            <Check settings part=Part::Whole key_="speakEntries" name=|s| s.speak_entries is_off=Signal::derive(|| false) />
        </div>
        <p class="dim ann-hint">{move || desk.s().reaction_hint}</p>
    }
}

/// On or off.
#[component]
fn Check(
    settings: Settings,
    part: Part,
    key_: &'static str,
    name: Word,
    is_off: Signal<bool>,
) -> impl IntoView {
    let desk = settings.desk;
    view! {
        <label class="field" data-setting=key_>
            <span>{move || name(desk.s())}</span>
            <input type="checkbox" disabled=is_off prop:checked=move || settings.is(part, key_)
                on:change=move |event| settings.set(part, key_, event_target_checked(&event).into()) />
        </label>
    }
}

/// A time in milliseconds, of which the setting has `1 / scale`.
#[component]
fn Amount(
    settings: Settings,
    part: Part,
    key_: &'static str,
    name: Word,
    scale: f64,
    most: f64,
    is_off: Signal<bool>,
) -> impl IntoView {
    let desk = settings.desk;
    let digits = move || {
        let ms = number(&settings.read(part), key_).unwrap_or(0.0) * scale;
        ((ms * 1000.0).round() / 1000.0).to_string()
    };
    let set = move |event: leptos::ev::Event| {
        // What is no number leaves it as it was.
        let typed = event_target_value(&event).parse::<f64>();
        if let Ok(ms) = typed {
            settings.set(part, key_, (ms.clamp(0.0, most) / scale).into());
        }
        let field: web_sys::HtmlInputElement = event_target(&event);
        field.set_value(&untrack(digits));
    };
    view! {
        <label class="field" data-setting=key_>
            <span>{move || name(desk.s())}</span>
            <input class="entry number" type="number" min="0" max=most step="any" disabled=is_off prop:value=digits on:change=set />
        </label>
    }
}
