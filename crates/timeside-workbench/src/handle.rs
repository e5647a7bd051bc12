//! What the element calls.

use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::{
    bench::{Bench, Topic},
    frame::Root,
    host::Host,
    strings,
};

/// The mounted panels of one element.
#[wasm_bindgen]
pub struct WorkbenchHandle {
    bench: Bench,
    unmount: Option<Box<dyn FnOnce()>>,
}

impl std::fmt::Debug for WorkbenchHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WorkbenchHandle")
    }
}

/// Builds the workbench inside `root`, an empty element below the transport bar. No panel is shown yet.
#[wasm_bindgen]
#[must_use]
pub fn mount(root: HtmlElement, host: Host) -> WorkbenchHandle {
    console_error_panic_hook::set_once();
    let made = std::rc::Rc::new(std::cell::Cell::new(None));
    let slot = made.clone();
    let view = mount_to(root, move || {
        let bench = Bench::new(host);
        slot.set(Some(bench));
        provide_context(bench);
        view! { <Root /> }
    });
    let Some(bench) = made.take() else {
        wasm_bindgen::throw_str("the workbench could not be built");
    };
    WorkbenchHandle {
        bench,
        unmount: Some(Box::new(move || drop(view))),
    }
}

#[wasm_bindgen]
impl WorkbenchHandle {
    /// Shows a panel by its id, or none; `subject` is what of it was asked for.
    pub fn show(&self, panel: Option<String>, subject: Option<String>) {
        self.bench.subject.set(subject.unwrap_or_default());
        if self.bench.panel.get_untracked() != panel {
            self.bench.panel.set(panel);
        }
    }

    /// Something that the panels show has changed: `runs`, `media`, `layers`, `keys` or `palette`.
    pub fn changed(&self, topic: &str) {
        if let Some(topic) = Topic::named(topic) {
            self.bench.changed(topic);
        }
    }

    /// The reader's language: its tag, and its words by their names; anything else gives English.
    #[wasm_bindgen(js_name = setLanguage)]
    pub fn set_language(&self, tag: &str, words: &JsValue) {
        self.bench.strings.set(strings::of_language(tag, words));
    }

    /// Takes the workbench down.
    pub fn unmount(mut self) {
        if let Some(unmount) = self.unmount.take() {
            unmount();
        }
    }
}
