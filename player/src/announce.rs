//! Times and views said aloud, for those who do not see the canvas.

use std::cell::Cell;

use gloo::timers::callback::Timeout;

use crate::{prelude::*, store::Store};

/// The live region: says the last announcement after a short rest, so that holding a key does not
/// flood the listener.
#[component]
pub(crate) fn LiveRegion() -> impl IntoView {
    let store = Store::get();
    let (said, say) = signal(String::new());
    let timer: StoredValue<Cell<Option<Timeout>>> = StoredValue::new(Cell::new(None));
    Effect::new(move |_| {
        let text = store.announcement.get();
        let timeout = Timeout::new(150, move || {
            say.try_update(|said| {
                // The same words again are heard only if something has changed.
                let mark = if *said == text { "\u{a0}" } else { "" };
                *said = text + mark;
            });
        });
        timer.try_with_value(|slot| slot.set(Some(timeout)));
    });
    view! { <div class="sr-only" role="status" aria-live="polite">{move || said.get()}</div> }
}
