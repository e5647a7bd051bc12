//! The keyboard. Keys act only while the focus is inside the widget.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::{store::Store, transport::Transport};

/// Zoom of one key press.
const ZOOM_STEP: f64 = 1.5;

/// Acts on a key; true if it meant something here.
pub(crate) fn pressed(store: Store, transport: Transport, event: &KeyboardEvent) -> bool {
    let key = event.key();
    if event.ctrl_key() || event.meta_key() || event.is_composing() || refused(store, &key) {
        return false;
    }
    let target = event.composed_path().get(0).dyn_into::<HtmlElement>().ok();
    if target.is_some_and(|target| belongs_to_control(&target, &key)) {
        return false;
    }
    let view = store.view.get_untracked();
    match key.as_str() {
        " " => transport.toggle(),
        "k" | "K" => transport.pause(),
        "l" | "L" if store.playback.get_untracked().playing => transport.step_rate(1),
        "l" | "L" => transport.play(),
        "j" | "J" if store.playback.get_untracked().playing => transport.step_rate(-1),
        "j" | "J" => transport.nudge(-1.0),
        "ArrowLeft" | "ArrowRight" => {
            let sign = if key == "ArrowLeft" { -1.0 } else { 1.0 };
            if event.alt_key() {
                transport.nudge_frames(sign as i64);
            } else {
                transport.nudge(sign * if event.shift_key() { 5.0 } else { 1.0 });
            }
        }
        "PageUp" | "PageDown" => {
            let sign = if key == "PageUp" { -1.0 } else { 1.0 };
            store.pan(sign * view.width_px() * 0.9);
            store.announce_view();
        }
        "Home" => {
            transport.seek(0.0);
            transport.reveal();
        }
        "End" => {
            transport.seek(view.total_secs());
            transport.reveal();
        }
        "+" | "=" => store.zoom_by_key(ZOOM_STEP),
        "-" | "_" => store.zoom_by_key(1.0 / ZOOM_STEP),
        "0" => {
            store.show(view.fit());
            store.announce_view();
        }
        "z" | "Z" => {
            let Some((start, end)) = store.selection.get_untracked() else {
                return false;
            };
            store.show(view.showing(start as f64, end as f64));
            store.announce_view();
        }
        "f" | "F" => store.set_follow(!store.follow.get_untracked()),
        "[" => {
            let at = store.playhead_frame();
            let end = store
                .selection
                .get_untracked()
                .map_or(view.total_frames(), |(_, end)| end);
            store.select(Some((at, if end > at { end } else { view.total_frames() })));
        }
        "]" => {
            let at = store.playhead_frame();
            let start = store
                .selection
                .get_untracked()
                .map_or(0, |(start, _)| start);
            store.select(Some((if start < at { start } else { 0 }, at)));
        }
        "?" => store.show_key_sheet(!store.key_sheet.get_untracked()),
        "Escape" if store.key_sheet.get_untracked() => store.show_key_sheet(false),
        "Escape" if store.selection.get_untracked().is_some() => store.select(None),
        _ => return false,
    }
    true
}

fn refused(store: Store, key: &str) -> bool {
    let name = if key == " " {
        "space".to_owned()
    } else {
        key.to_lowercase()
    };
    store.hotkeys.with_untracked(|keys| {
        keys.off
            || keys
                .without
                .iter()
                .any(|token| token.strip_prefix("no") == Some(name.as_str()))
    })
}

/// Keys that the focused control needs for itself.
fn belongs_to_control(target: &HtmlElement, key: &str) -> bool {
    let arrows = matches!(
        key,
        "ArrowLeft"
            | "ArrowRight"
            | "ArrowUp"
            | "ArrowDown"
            | "Home"
            | "End"
            | "PageUp"
            | "PageDown"
    );
    match target.tag_name().as_str() {
        "SELECT" | "TEXTAREA" => true,
        "INPUT" => {
            let kind = target.get_attribute("type").unwrap_or_default();
            match kind.as_str() {
                "range" => arrows,
                "checkbox" | "file" => key == " ",
                _ => true,
            }
        }
        "BUTTON" | "SUMMARY" | "A" => key == " ",
        _ => false,
    }
}
