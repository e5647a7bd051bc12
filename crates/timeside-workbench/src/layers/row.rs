//! One layer of the list.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{KeyboardEvent, PointerEvent};

use super::{
    Shelf,
    control::SettingControl,
    provenance,
    range::RangeControl,
    settings::{self, of_kind},
};
use crate::{bench::Bench, icons::Icon, js::text};

/// Its place by drag, arrows or buttons; whether it is seen; its settings behind a button.
#[component]
pub(super) fn Row(shelf: Shelf, id: String) -> impl IntoView {
    let bench = Bench::get();
    let node = NodeRef::<html::Li>::new();
    let dragged = RwSignal::new(false);
    let id = StoredValue::new(id);
    let name = move || id.with_value(|id| shelf.name(id));
    let named = move |word: &str| format!("{word} {}", name());
    let word = move |key: &'static str| {
        id.with_value(|id| shelf.read(id, |layer| text(layer, key)))
            .flatten()
            .unwrap_or_default()
    };
    let place = move || {
        let ids = shelf.ids();
        id.with_value(|id| ids.iter().position(|other| other == id))
            .unwrap_or(0)
    };
    let last = move || shelf.all.with(Vec::len).saturating_sub(1);
    let go = move |to: usize| id.with_value(|id| shelf.move_to(bench, id, to));
    let is_seen = move || id.with_value(|id| shelf.is_seen(id));
    let is_open = move || {
        shelf
            .opened
            .with(|open| id.with_value(|id| open.as_ref() == Some(id)))
    };

    let on_key = move |event: KeyboardEvent| {
        if !event.alt_key() {
            return;
        }
        let at = untrack(place);
        let to = match event.key().as_str() {
            "ArrowUp" if at > 0 => at - 1,
            "ArrowDown" if at < untrack(last) => at + 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        go(to);
    };
    let on_down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        event.prevent_default();
        let grip = event
            .current_target()
            .and_then(|grip| grip.dyn_into::<web_sys::Element>().ok());
        if let Some(grip) = grip {
            // Refused only when the pointer is up again already.
            let _ = grip.set_pointer_capture(event.pointer_id());
        }
        dragged.set(true);
    };
    // Half a row further is the next place.
    let on_move = move |event: PointerEvent| {
        let Some(row) = node.get_untracked().filter(|_| dragged.get_untracked()) else {
            return;
        };
        let rect = row.get_bounding_client_rect();
        let (y, at) = (f64::from(event.client_y()), untrack(place));
        if y < rect.top() - 4.0 && at > 0 {
            go(at - 1);
        } else if y > rect.bottom() + 4.0 && at < untrack(last) {
            go(at + 1);
        }
    };
    let detail = move || {
        let range = id.with_value(|id| {
            shelf.read(id, |layer| {
                let range = crate::js::list(layer, "range");
                let ends: Vec<String> = range
                    .iter()
                    .filter_map(|n| n.as_f64())
                    .map(timeside_view::histogram::number)
                    .collect();
                ends.join(" … ")
            })
        });
        format!("{} {}", range.unwrap_or_default(), word("unit"))
            .trim()
            .to_owned()
    };
    let origin = move || {
        id.with_value(|id| shelf.read(id, provenance))
            .unwrap_or_default()
    };
    let kind = StoredValue::new(untrack(|| word("kind")));
    let all = move || kind.with_value(|kind| of_kind(kind, &untrack(|| word("unit"))));
    let reset = move |_| {
        let nothing: Vec<_> = all()
            .map(|setting| (setting.key, wasm_bindgen::JsValue::NULL))
            .collect();
        id.with_value(|id| shelf.configure(bench, id, &nothing));
    };
    let settings_name = move || format!("{} {}", name(), bench.s().settings);
    let color = move || word("color");
    view! {
        <li class="layer" node_ref=node data-layer=id.get_value() class:dragged=dragged on:keydown=on_key>
            <div class="layer-head">
                <span
                    class="grip"
                    aria-hidden="true"
                    on:pointerdown=on_down
                    on:pointermove=on_move
                    on:pointerup=move |_| dragged.set(false)
                    on:pointercancel=move |_| dragged.set(false)
                >
                    {Icon::Grip.view()}
                </span>
                <label class="layer-name">
                    <input
                        type="checkbox"
                        prop:checked=is_seen
                        on:change=move |event| {
                            let seen = event_target_checked(&event);
                            id.with_value(|id| shelf.configure(bench, id, &[("visible", seen.into())]));
                        }
                    />
                    <span class="swatch" class:none=move || color().is_empty() style:background-color=color></span>
                    <span dir="auto">{name}</span>
                </label>
                <span class="dim number layer-detail">{detail}</span>
                <button class="mini" type="button" disabled=move || place() == 0
                    aria-label=move || named(bench.s().move_up) title=move || named(bench.s().move_up)
                    on:click=move |_| go(untrack(place).saturating_sub(1))>{Icon::Up.view()}</button>
                <button class="mini" type="button" disabled=move || place() == last()
                    aria-label=move || named(bench.s().move_down) title=move || named(bench.s().move_down)
                    on:click=move |_| go(untrack(place) + 1)>{Icon::Down.view()}</button>
                <button
                    class="mini"
                    type="button"
                    aria-label=move || format!("{} {}", bench.s().show_settings, name())
                    title=settings_name
                    aria-expanded=move || is_open().to_string()
                    on:click=move |_| {
                        let open = untrack(is_open);
                        shelf.opened.set((!open).then(|| id.get_value()));
                    }
                >
                    {Icon::Settings.view()}
                </button>
                <button class="mini" type="button" aria-label=move || named(bench.s().remove) title=move || named(bench.s().remove)
                    on:click=move |_| id.with_value(|id| shelf.remove(bench, id))>{Icon::Close.view()}</button>
            </div>
            <Show when=is_open>
                <div class="layer-settings" role="group" aria-label=settings_name>
                    {all().map(|setting| view! { <SettingControl shelf id setting /> }).collect_view()}
                    {settings::has_range(&kind.get_value()).then(|| view! { <RangeControl shelf id /> })}
                    <button class="act" type="button" on:click=reset>{move || bench.s().reset}</button>
                    <p class="dim facts">{origin}</p>
                </div>
            </Show>
        </li>
    }
}
