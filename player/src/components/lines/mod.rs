//! The waveform as lines of text, for long speech. One canvas, as high as the window of the lines; what is not seen is
//! neither asked for nor painted.

mod gestures;

use leptos::html;
use timeside_view::wrapped::Wrapped;

use super::stage::observe_width;
use crate::{
    canvas::{Surface, lines},
    format,
    frames::Frames,
    prelude::*,
    sources::peaks::{PeakSource, Wave},
    store::Store,
    transport::Transport,
};

/// CSS pixels, its time included.
pub(crate) const LINE_HEIGHT: f64 = 64.0;
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
        }
    });
    // Of the recording only length and rate count here: a pan elsewhere changes no line.
    let wrapped = Memo::new(move |_| {
        let whole = store.view.with(|view| view.fit());
        let secs = store.wrap_secs.get().unwrap_or(10.0).max(LEAST_SECS);
        Wrapped::new(&whole, secs, width.get(), LINE_HEIGHT)
    });
    let visible = Memo::new(move |_| wrapped.get().visible(scroll.get(), height.get()));
    let source = PeakSource::new(store, move || {
        wrapped
            .get()
            .span_view(&visible.get())
            .scaled(store.px_ratio.get())
    });
    let canvas = NodeRef::<html::Canvas>::new();
    expect_context::<Frames>().paint(
        move || {
            canvas.track();
            wrapped.track();
            scroll.track();
            height.track();
            source.wave();
            store.px_ratio.track();
            store.palette.track();
            store.selection.track();
            store.time_unit.track();
        },
        move || {
            let Some(canvas) = canvas.get() else { return };
            let ratio = store.px_ratio.get();
            let size = (width.get() * ratio, height.get() * ratio);
            let Some(surface) = Surface::of(&canvas, size.0, size.1, ratio) else {
                return;
            };
            let columns = match source.wave() {
                Some(Wave::Columns(columns)) => Some(columns.merged()),
                _ => None,
            };
            let page = lines::Page {
                wrapped: wrapped.get(),
                visible: visible.get(),
                scroll_px: scroll.get(),
                line_height_px: LINE_HEIGHT,
                selection: store.selection.get(),
            };
            store.palette.with(|palette| {
                lines::paint(&surface, &page, columns.as_ref(), palette, |line| {
                    let view = wrapped.get();
                    let secs = view.line_start(line) as f64 / store.view.with(|v| v.rate_hz());
                    format::position(store, secs, 0)
                });
            });
        },
    );
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
    let hands = gestures::Gestures::new(store, Transport::get(), pane, playhead, wrapped);
    view! {
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
        >
            <div class="lines-all" style:height=move || format!("{}px", wrapped.get().height_px())>
                <canvas
                    node_ref=canvas
                    aria-hidden="true"
                    style:width=move || format!("{}px", width.get())
                    style:height=move || format!("{}px", height.get())
                ></canvas>
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
                        format!("translate({}px, {}px)", spot.x, spot.line as f64 * LINE_HEIGHT)
                    }
                ></div>
            </div>
        </div>
    }
}
