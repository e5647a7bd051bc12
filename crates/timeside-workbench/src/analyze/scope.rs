//! Which part of the recording is analysed.

use js_sys::Object;
use leptos::prelude::*;
use timeside_view::time::digits;

use crate::{
    bench::Bench,
    js::{number, set},
};

/// A part to choose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Scope {
    /// From begin to end.
    #[default]
    Whole,
    /// What is selected.
    Selection,
    /// What is seen.
    View,
}

impl Scope {
    pub(super) const ALL: [(&'static str, Self); 3] = [
        ("whole", Self::Whole),
        ("selection", Self::Selection),
        ("view", Self::View),
    ];

    pub(super) fn named(name: &str) -> Self {
        let known = Self::ALL.iter().find(|(known, _)| *known == name);
        known.map_or(Self::Whole, |(_, scope)| *scope)
    }

    /// Begin and end in seconds; `None` for the whole, or where nothing is selected.
    pub(super) fn stretch(self, bench: Bench) -> Option<(f64, f64)> {
        let (start, end) = match self {
            Self::Whole => return None,
            Self::Selection => {
                let selection = bench.host().selection();
                (number(&selection, "start")?, number(&selection, "end")?)
            }
            Self::View => {
                let view = bench.element().view();
                (number(&view, "start")?, number(&view, "end")?)
            }
        };
        (start < end).then_some((start, end))
    }

    /// As options of `analyze()`.
    pub(super) fn options(self, bench: Bench) -> Object {
        let options = Object::new();
        if let Some((start, end)) = self.stretch(bench) {
            set(&options, "start", &start.into());
            set(&options, "duration", &(end - start).into());
        }
        options
    }
}

/// `0:01.500 – 0:03.000`.
pub(super) fn times(start: f64, end: f64) -> String {
    format!("{} – {}", digits(start, 3, false), digits(end, 3, false))
}

/// The stretch of a run's options, as words; `None` for the whole.
pub(super) fn told(options: &wasm_bindgen::JsValue) -> Option<String> {
    let start = number(options, "start").unwrap_or(0.0);
    let duration = number(options, "duration")?;
    Some(times(start, start + duration))
}

/// The choice; a stretch that is not there cannot be chosen.
#[component]
pub(super) fn ScopeChoice(scope: RwSignal<Scope>) -> impl IntoView {
    let bench = Bench::get();
    let views = bench.count_events("viewchange");
    let selections = bench.count_events("selectionchange");
    let stretch = move |of: Scope| {
        views.track();
        selections.track();
        of.stretch(bench)
    };
    // What was selected is gone: the whole again, not something else in silence.
    Effect::new(move |_| {
        if scope.get() == Scope::Selection && stretch(Scope::Selection).is_none() {
            scope.set(Scope::Whole);
        }
    });
    let name = move |of: Scope| {
        let s = bench.s();
        let word = match of {
            Scope::Whole => s.scope_whole,
            Scope::Selection => s.scope_selection,
            Scope::View => s.scope_view,
        };
        match stretch(of) {
            Some((start, end)) => format!("{word}, {}", times(start, end)),
            None => word.to_owned(),
        }
    };
    view! {
        <label class="scope">
            <span>{move || bench.s().scope}</span>
            <select on:change=move |event| scope.set(Scope::named(&event_target_value(&event)))>
                {Scope::ALL.map(|(id, of)| view! {
                    <option
                        value=id
                        selected=move || scope.get() == of
                        disabled=move || of != Scope::Whole && stretch(of).is_none()
                    >
                        {move || name(of)}
                    </option>
                })}
            </select>
        </label>
    }
}
