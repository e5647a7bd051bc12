//! How the sound and the view behave: what has no room in the transport bar, or only on a wide screen.

mod channels;
mod field;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use crate::{bench::Bench, js, panels::Panel, strings::Strings};
use channels::Channels;
use field::{Field, FieldRow, Kind, Of};

/// The panel behind `⋯`.
pub(crate) const PANEL: Panel = Panel {
    id: "playback",
    name: |s| s.playback,
    view: || Playback().into_any(),
    css: include_str!("playback.css"),
};

static SOUND: [Field; 10] = [
    Field {
        name: |s| s.loops,
        of: Of::Playback,
        property: "loops",
        kind: Kind::Check,
    },
    Field {
        name: |s| s.pre_roll,
        of: Of::Playback,
        property: "preRoll",
        kind: Kind::Number {
            least: 0.0,
            most: 60.0,
            step: 0.1,
        },
    },
    Field {
        name: |s| s.post_roll,
        of: Of::Playback,
        property: "postRoll",
        kind: Kind::Number {
            least: 0.0,
            most: 60.0,
            step: 0.1,
        },
    },
    Field {
        name: |s| s.speed,
        of: Of::Element,
        property: "playbackRate",
        kind: Kind::Number {
            least: 0.1,
            most: 4.0,
            step: 0.05,
        },
    },
    Field {
        name: |s| s.keeps_pitch,
        of: Of::Element,
        property: "preservesPitch",
        kind: Kind::Check,
    },
    Field {
        name: |s| s.volume,
        of: Of::Element,
        property: "volume",
        kind: Kind::Share,
    },
    Field {
        name: |s| s.engine,
        of: Of::Element,
        property: "engine",
        kind: Kind::Choice(&[
            ("auto", |s| s.engine_auto),
            ("media", |s| s.engine_media),
            ("exact", |s| s.engine_exact),
        ]),
    },
    Field {
        name: |s| s.scrubs,
        of: Of::Playback,
        property: "scrubs",
        kind: Kind::Check,
    },
    Field {
        name: |s| s.sonify_volume,
        of: Of::Playback,
        property: "sonifyVolume",
        kind: Kind::Share,
    },
    Field {
        name: |s| s.sonify_cursor,
        of: Of::Playback,
        property: "sonifyCursor",
        kind: Kind::Check,
    },
];

static VIEW: [Field; 3] = [
    Field {
        name: |s| s.follow,
        of: Of::View,
        property: "followMode",
        kind: Kind::Choice(&[
            ("page", |s| s.follow_page),
            ("centre", |s| s.follow_centre),
            ("off", |s| s.follow_off),
        ]),
    },
    Field {
        name: |s| s.ruler,
        of: Of::Playback,
        property: "ruler",
        kind: Kind::Choice(&[
            ("time", |s| s.ruler_time),
            ("frames", |s| s.ruler_frames),
            ("clock", |s| s.ruler_clock),
            ("beats", |s| s.ruler_beats),
        ]),
    },
    Field {
        name: |s| s.wrap,
        of: Of::Playback,
        property: "wrap",
        kind: Kind::Number {
            least: 0.0,
            most: 3600.0,
            step: 1.0,
        },
    },
];

/// What is done at once: words, whose method, its name, its argument.
type Act = (fn(&Strings) -> &'static str, Of, &'static str, Option<f64>);

/// What one press zooms by, as the buttons of the transport bar.
const ZOOM: f64 = 1.5;

static ACTS: [Act; 8] = [
    (|s| s.play_selection, Of::Playback, "playSelection", None),
    (|s| s.play_around, Of::Playback, "playAround", None),
    (|s| s.zoom_in, Of::View, "zoomBy", Some(ZOOM)),
    (|s| s.zoom_out, Of::View, "zoomBy", Some(1.0 / ZOOM)),
    (|s| s.fit, Of::View, "fit", None),
    (|s| s.view_back, Of::View, "back", None),
    (|s| s.view_on, Of::View, "forward", None),
    (|s| s.copy_link, Of::Playback, "copyLink", None),
];

#[component]
fn Playback() -> impl IntoView {
    let bench = Bench::get();
    let (changes, set_changes) = signal(0_u32);
    // What of these the element tells; the rest is read again after each change made here.
    let told = [
        "ratechange",
        "volumechange",
        "enginechange",
        "ready",
        "viewchange",
    ]
    .map(|name| bench.count_events(name));
    let changes = Memo::new(move |_| {
        told.iter()
            .map(|count| count.get())
            .fold(changes.get(), u32::wrapping_add)
    });
    let changed = Callback::new(move |()| set_changes.update(|n| *n = n.wrapping_add(1)));
    let plays = move || {
        changes.track();
        let is_exact = js::text(&bench.element(), "activeEngine").as_deref() == Some("exact");
        let s = bench.s();
        if is_exact {
            s.plays_exact
        } else {
            s.plays_media
        }
    };
    view! {
        <div class="tools">
            {ACTS.iter().map(|(name, of, method, argument)| view! {
                <button class="act" type="button" on:click=move |_| call(bench, *of, method, *argument)>{move || name(bench.s())}</button>
            }).collect_view()}
        </div>
        <h3 class="heading">{move || bench.s().sound}</h3>
        <div class="fields">
            {SOUND.iter().map(|field| view! { <FieldRow field changes changed /> }).collect_view()}
        </div>
        <p class="said">{plays}</p>
        <Channels changes changed />
        <h3 class="heading">{move || bench.s().group_view}</h3>
        <div class="fields">
            {VIEW.iter().map(|field| view! { <FieldRow field changes changed /> }).collect_view()}
        </div>
    }
}

/// Calls a method. What it refuses the element tells.
fn call(bench: Bench, of: Of, method: &str, argument: Option<f64>) {
    let object = of.find(bench);
    if let Ok(method) = js::get(&object, method).dyn_into::<js_sys::Function>() {
        let arguments: js_sys::Array = argument.map(JsValue::from).into_iter().collect();
        let answer = method
            .apply(&object, &arguments)
            .unwrap_or(JsValue::UNDEFINED);
        if let Ok(promise) = answer.dyn_into::<js_sys::Promise>() {
            wasm_bindgen_futures::spawn_local(async move {
                let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
            });
        }
    }
}
