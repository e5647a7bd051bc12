//! The waveform as lines of text, for long speech. One canvas, as high as the window of the lines; what is not seen is
//! neither asked for nor painted.

mod gestures;
mod strips;

use std::{ops::Range, rc::Rc};

use leptos::html;
use timeside_view::{Viewport, wrapped::Wrapped};

use super::{
    stage::observe_width,
    tiers::{Editor, Grids, Readout, paint_strips},
};
use crate::{
    canvas::{Surface, lines, painters::Paint, tiers::Labels},
    format,
    frames::Frames,
    prelude::*,
    sources::peaks::{PeakSource, Wave},
    store::Store,
    transport::Transport,
};

/// Of a line's time and waveform, CSS pixels.
pub(crate) const WAVE_HEIGHT: f64 = 64.0;
/// Of the window upon the lines, CSS pixels; `--timeside-lines-height` in the style sheet says otherwise.
const HEIGHT: f64 = 448.0;

/// In a line: shorter ones would show single samples.
const LEAST_SECS: f64 = 1.0;

/// The lines and their scroll bar.
#[component]
pub(crate) fn Lines() -> impl IntoView {
    let store = Store::get();
    let pane = NodeRef::<html::Div>::new();
    let playhead = NodeRef::<html::Div>::new();
    let (width, set_width) = signal(1.0_f64);
    let (height, set_height) = signal(HEIGHT);
    let (scroll, set_scroll) = signal(0.0_f64);
    observe_width(pane, move |_| {
        let Some(pane) = pane.get_untracked() else {
            return;
        };
        // Without the scroll bar.
        let (wide, high) = (
            f64::from(pane.client_width()),
            f64::from(pane.client_height()),
        );
        if wide > 0.0 && wide != width.get_untracked() {
            set_width.set(wide);
        }
        if high > 0.0 && high != height.get_untracked() {
            set_height.set(high);
            store.tiers.lines_px.set(high);
        }
    });
    let strips = Memo::new(move |_| strips::strips(store));
    let line_height = Memo::new(move |_| strips.with(|strips| strips::line_height(strips)));
    // Of the recording only length and rate count here: a pan elsewhere changes no line.
    let wrapped = Memo::new(move |_| {
        let whole = store.view.with(|view| view.fit());
        let secs = store.wrap_secs.get().unwrap_or(10.0).max(LEAST_SECS);
        Wrapped::new(&whole, secs, width.get(), line_height.get())
    });
    let visible = Memo::new(move |_| wrapped.get().visible(scroll.get(), height.get()));
    let source = PeakSource::new(store, move || {
        wrapped
            .get()
            .span_view(&visible.get())
            .scaled(store.px_ratio.get())
    });
    let page = move || lines::Page {
        wrapped: wrapped.get(),
        visible: visible.get(),
        scroll_px: scroll.get(),
        line_height_px: line_height.get(),
        wave_px: WAVE_HEIGHT,
        selection: store.selection.get(),
    };
    let columns = move || match source.wave() {
        Some(Wave::Columns(columns)) => Some(columns.merged()),
        _ => None,
    };
    let labels = StoredValue::new(Labels::default());
    let ahead = move |surface: &Surface, _: &Viewport| {
        let page = page();
        let time_of = |line| {
            let secs = page.wrapped.line_start(line) as f64 / store.view.with(|v| v.rate_hz());
            format::position(store, secs, 0)
        };
        store.palette.with(|palette| {
            lines::paint(surface, &page, columns().as_ref(), palette, time_of);
        });
        let places: Vec<_> = page
            .visible
            .clone()
            .map(|line| {
                let view = page.wrapped.line_view(line).scaled(surface.px_ratio);
                (view, page.top_px(surface, line))
            })
            .collect();
        labels.update_value(|labels| {
            strips.with(|strips| paint_strips(store, surface, strips, &places, labels));
        });
    };
    let played = move |surface: &Surface, _: &Viewport| {
        if let Some(columns) = columns() {
            store
                .palette
                .with(|palette| lines::paint_played(surface, &page(), &columns, palette));
        }
    };
    let size = Signal::derive(move || (width.get(), height.get()));
    let watch = move || {
        wrapped.track();
        scroll.track();
        source.wave();
    };
    let ahead = canvas(size, Rc::new(ahead), move || {
        watch();
        strips.track();
        store.selection.track();
        store.time_unit.track();
        store.annotations.with(|_| ());
        store.annotations.with_chosen(|_| ());
        store.tiers.hovered.track();
    });
    let played = canvas(size, Rc::new(played), watch);
    let spot = move || {
        let frames = store.playhead_secs.get() * store.view.with(|view| view.rate_hz());
        wrapped.get().spot(frames)
    };
    // Only a change of line moves the window: within a line the playhead alone moves.
    let line = Memo::new(move |_| spot().line);
    let reveal = move |line: usize| {
        let to =
            wrapped
                .get_untracked()
                .scroll_to(line, scroll.get_untracked(), height.get_untracked());
        if let Some(pane) = pane
            .get_untracked()
            .filter(|_| to != scroll.get_untracked())
        {
            pane.set_scroll_top(to.round() as i32);
        }
    };
    Effect::new(move |_| reveal(line.get()));
    // Likewise for what keys have come to, unless a part of it is seen.
    Effect::new(move |_| {
        let place = store.tiers.focused.get().and_then(|key| {
            store.annotations.with_untracked(|document| {
                let item = document.item(key)?;
                Some((item.start, item.end))
            })
        });
        let Some((start, end)) = place else { return };
        let of = |frame: i64| wrapped.get_untracked().spot(frame as f64).line;
        let (first, last) = (of(start), of(end));
        let is_seen = |seen: Range<usize>| (first..=last).any(|line| seen.contains(&line));
        if !is_seen(visible.get_untracked()) {
            reveal(first);
        }
    });
    // What is played has another colour: all lines above, and this one up to the playhead.
    let played_clip = move || {
        let spot = spot();
        let top = spot.line as f64 * line_height.get() - scroll.get();
        let bottom = top + line_height.get();
        let x = spot.x;
        format!("polygon(0 0,100% 0,100% {top}px,{x}px {top}px,{x}px {bottom}px,0 {bottom}px)")
    };
    let place = Callback::new(move |key| {
        strips.with(|strips| strips::place(store, wrapped.get(), strips, key))
    });
    let tiers = Memo::new(move |_| {
        strips.with(|all| all.iter().map(|strip| strip.tier).collect::<Vec<_>>())
    });
    let hands = gestures::Gestures::new(store, Transport::get(), pane, wrapped, strips);
    store.playhead_is(playhead);
    let snap = Callback::new(move |frame: i64| {
        let spot = wrapped.get().spot(frame as f64);
        let height = line_height.get();
        (spot.x, spot.line as f64 * height, Some(height))
    });
    view! {
        <div class="lines-tiers">
            <For each=move || tiers.get() key=|tier| *tier let(tier)>
                <Grids tier rested=store.view />
            </For>
        </div>
        <div
            class="lines"
            part="lines"
            role="group"
            aria-label=move || store.strings.get().lines
            node_ref=pane
            on:scroll=move |_| {
                set_scroll.set(pane.get_untracked().map_or(0.0, |pane| f64::from(pane.scroll_top())));
            }
            on:pointerdown=move |event| hands.down(&event)
            on:pointermove=move |event| hands.moved(&event)
            on:pointerup=move |event| hands.up(&event)
            on:pointercancel=move |_| hands.cancelled()
            on:pointerleave=move |_| hands.left()
            on:touchmove=move |event| hands.keep(&event)
            on:contextmenu=move |event| hands.keep(&event)
            style:cursor=move || hands.cursor()
            style:height=move || store.tiers.most_px.get().map(|px| format!("{px}px"))
            style:max-height=move || store.tiers.most_px.get().map(|_| "none")
        >
            <div class="lines-all" style:height=move || format!("{}px", wrapped.get().height_px())>
                <div
                    class="lines-window"
                    style:width=move || format!("{}px", width.get())
                    style:height=move || format!("{}px", height.get())
                >
                    {ahead}
                    <div class="fill" style:clip-path=played_clip>{played}</div>
                </div>
                <div
                    class="playhead"
                    part="playhead"
                    node_ref=playhead
                    role="slider"
                    tabindex="0"
                    aria-label=move || store.strings.get().playhead
                    aria-valuemin="0"
                    aria-valuemax=move || store.view.with(|v| v.total_secs())
                    aria-valuenow=move || (store.playhead_secs.get() * 10.0).floor() / 10.0
                    aria-valuetext=move || format::spoken(store, store.playhead_secs.get())
                    style:transform=move || {
                        let spot = spot();
                        format!("translate({}px, {}px)", spot.x, spot.line as f64 * line_height.get())
                    }
                    style:height=move || format!("{}px", line_height.get())
                ></div>
                <Readout snap />
                <Editor place />
            </div>
        </div>
    }
}

/// A canvas over the window of the lines, painted when something that `watch` reads has changed.
fn canvas(size: Signal<(f64, f64)>, paint: Paint, watch: impl Fn() + 'static) -> impl IntoView {
    let store = Store::get();
    let node = NodeRef::<html::Canvas>::new();
    store
        .painters
        .keep(node, Rc::new(move || size.get()), paint.clone());
    expect_context::<Frames>().paint(
        move || {
            node.track();
            size.track();
            store.px_ratio.track();
            store.palette.track();
            watch();
        },
        move || {
            let Some(canvas) = node.get() else { return };
            let ratio = store.px_ratio.get();
            let (width, height) = size.get();
            if let Some(surface) = Surface::of(&canvas, width * ratio, height * ratio, ratio) {
                // Lines have views of their own.
                store.view.with(|view| paint(&surface, view));
            }
        },
    );
    view! { <canvas node_ref=node class="fill" aria-hidden="true"></canvas> }
}
