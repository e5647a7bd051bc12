//! The steps that can be undone, by name; a click goes there.

use leptos::prelude::*;

use super::{desk::Desk, words};

/// Steps listed; older ones are undone one by one.
const MOST_SHOWN: usize = 60;

#[component]
pub(crate) fn History() -> impl IntoView {
    let desk = Desk::get();
    let steps = Memo::new(move |_| {
        desk.revision.track();
        desk.api().map(|api| api.steps()).unwrap_or_default()
    });
    let go = move |back: usize, on: usize| {
        let Some(api) = desk.api() else { return };
        for _ in 0..back {
            if api.undo().is_err() {
                break;
            }
        }
        for _ in 0..on {
            if api.redo().is_err() {
                break;
            }
        }
    };
    view! {
        <div class="tools">
            <button class="act" type="button" disabled=move || steps.with(|steps| steps.0.is_empty())
                on:click=move |_| desk.step(false)>{move || desk.s().undo}</button>
            <button class="act" type="button" disabled=move || steps.with(|steps| steps.1.is_empty())
                on:click=move |_| desk.step(true)>{move || desk.s().redo}</button>
        </div>
        <ol class="ann-history" aria-label=move || desk.s().tab_history>
            {move || {
                let (done, undone) = steps.get();
                let count = done.len();
                let first = count.saturating_sub(MOST_SHOWN);
                let line = |name: String, is_now: bool, is_undone: bool, back: usize, on: usize| view! {
                    <li>
                        <button type="button" class:ann-undone=is_undone aria-current=is_now.then_some("step")
                            on:click=move |_| go(back, on)>
                            {move || words::step(&name, desk.s()).to_owned()}
                        </button>
                    </li>
                };
                let start = (first == 0).then(|| line("start".to_owned(), count == 0, false, count, 0));
                let before = done.into_iter().enumerate().skip(first);
                let before = before.map(|(at, name)| line(name, at + 1 == count, false, count - at - 1, 0)).collect_view();
                let after = undone.into_iter().take(MOST_SHOWN).enumerate();
                let after = after.map(|(at, name)| line(name, false, true, 0, at + 1)).collect_view();
                (start, before, after)
            }}
        </ol>
    }
}
