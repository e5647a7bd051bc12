//! What every panel may ask for.

use gloo::events::EventListener;
use js_sys::{Array, Intl::PluralRules, Object};
use leptos::prelude::*;

use crate::{
    host::{Element, Host},
    strings::{self, Strings, Word},
};

/// What the host says has changed, beside what the element's own events tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Analyses: asked for, further, done, gone.
    Runs,
    /// Which recording is open.
    Media,
    /// The layers or how they look.
    Layers,
    /// What the keys do.
    Keys,
    /// The reader's colours.
    Palette,
}

impl Topic {
    const NAMES: [(&str, Self); 5] = [
        ("runs", Self::Runs),
        ("media", Self::Media),
        ("layers", Self::Layers),
        ("keys", Self::Keys),
        ("palette", Self::Palette),
    ];

    /// By its name in TypeScript.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let known = Self::NAMES.iter().find(|(known, _)| *known == name);
        known.map(|(_, topic)| *topic)
    }
}

/// The context of every component; copyable.
#[derive(Clone, Copy)]
pub(crate) struct Bench {
    host: StoredValue<Host, LocalStorage>,
    element: StoredValue<Element, LocalStorage>,
    /// The words.
    pub(crate) strings: RwSignal<&'static Strings>,
    /// The panel shown, by its id in [`crate::panels::PANELS`].
    pub(crate) panel: RwSignal<Option<String>>,
    /// What of it was asked for, such as a layer; empty for nothing in particular.
    pub(crate) subject: RwSignal<String>,
    changes: [RwSignal<u32>; Topic::NAMES.len()],
}

impl Bench {
    pub(crate) fn new(host: Host) -> Self {
        let element = host.element();
        Self {
            host: StoredValue::new_local(host),
            element: StoredValue::new_local(element),
            strings: RwSignal::new(&strings::ENGLISH),
            panel: RwSignal::new(None),
            subject: RwSignal::new(String::new()),
            changes: std::array::from_fn(|_| RwSignal::new(0)),
        }
    }

    /// That of the current component.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// The host's calls.
    pub(crate) fn host(self) -> Host {
        self.host.get_value()
    }

    /// The element: public API and events.
    pub(crate) fn element(self) -> Element {
        self.element.get_value()
    }

    /// The words, tracked.
    pub(crate) fn s(self) -> &'static Strings {
        self.strings.get()
    }

    /// A number of things in words, tracked.
    pub(crate) fn counted(self, forms: Word, count: usize) -> String {
        let s = self.strings.try_get().unwrap_or(&strings::ENGLISH);
        let rules = PluralRules::new(&Array::of1(&s.tag.into()), &Object::new());
        let category = String::from(rules.select(count as f64));
        timeside_view::plural::counted(forms(s), &category, &count.to_string())
    }

    /// Read in an effect or a view, it makes that run again whenever the topic changes.
    pub(crate) fn track(self, topic: Topic) {
        self.changes[topic as usize].track();
    }

    pub(crate) fn changed(self, topic: Topic) {
        self.changes[topic as usize].update(|n| *n = n.wrapping_add(1));
    }

    /// Counts the events of one name that the element tells, for as long as the current component stands.
    pub(crate) fn count_events(self, name: &'static str) -> ReadSignal<u32> {
        let (count, set_count) = signal(0_u32);
        let listener = EventListener::new(&self.element(), name, move |_| {
            set_count.try_update(|n| *n = n.wrapping_add(1));
        });
        let listener = StoredValue::new_local(Some(listener));
        on_cleanup(move || {
            listener.try_update_value(Option::take);
        });
        count
    }

    /// Says a text to who listens.
    pub(crate) fn announce(self, text: &str) {
        self.host().announce(text);
    }

    /// The shown panel goes away, and the focus back to what opened it.
    pub(crate) fn close(self) {
        self.host().close_panel();
    }
}
