//! The overview: the whole recording, the window of the view, how far it has been read.

mod marks;

use leptos::html;
use timeside_view::{Viewport, layers::overview};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use super::{lane::played_clip, stage::observe_width};
use crate::{
    canvas::{
        Surface,
        waveform::{self, Ink},
    },
    format,
    frames::Frames,
    prelude::*,
    sources::peaks::{PeakSource, Wave},
    store::Store,
    transport::Transport,
};

/// CSS pixels.
const HEIGHT: f64 = 32.0;

/// The row above the lanes.
#[component]
pub(crate) fn Overview() -> impl IntoView {
    let store = Store::get();
    let transport = Transport::get();
    let row = NodeRef::<html::Div>::new();
    let (width, set_width) = signal(1.0_f64);
    observe_width(row, move |width| set_width.set(width));

    let whole = move || {
        let (total, rate) = store.view.with(|v| (v.total_frames(), v.rate_hz()));
        Viewport::new(total, rate, width.get() * store.px_ratio.get())
    };
    let whole = Memo::new(move |_| whole());
    let source = PeakSource::new(store, move || whole.get());
    let frames = expect_context::<Frames>();
    let canvas = move |played: bool| {
        let node = NodeRef::<html::Canvas>::new();
        frames.paint(
            move || {
                node.track();
                whole.track();
                store.palette.track();
                source.wave();
            },
            move || {
                let Some(canvas) = node.get() else { return };
                let view = whole.get();
                let ratio = store.px_ratio.get();
                let Some(surface) = Surface::of(&canvas, view.width_px(), HEIGHT * ratio, ratio)
                else {
                    return;
                };
                store.palette.with(|palette| {
                    let ink = if played {
                        Ink::played(palette)
                    } else {
                        Ink::ahead(palette)
                    };
                    match source.wave() {
                        Some(Wave::Columns(columns)) => {
                            waveform::paint(&surface, &columns.merged(), &view, ink, 0.0);
                        }
                        Some(Wave::Samples { start, channels }) => {
                            waveform::paint_samples(
                                &surface,
                                &channels[..channels.len().min(1)],
                                start,
                                &view,
                                ink,
                                0.0,
                            );
                        }
                        None if !played => waveform::paint_skeleton(&surface, palette),
                        None => {}
                    }
                });
            },
        );
        view! { <canvas node_ref=node class="fill" aria-hidden="true"></canvas> }
    };

    let playhead_px = move || {
        let total = store.view.with(|v| v.total_secs());
        store.playhead_secs.get() / total * width.get()
    };
    let window = move || overview::window(&store.view.get(), width.get());
    let zoomed = move || !store.view.with(Viewport::is_fit);

    // Dragging: of the window, or of the playhead.
    let drag = StoredValue::new(Drag::None);
    let on_down = move |event: PointerEvent| {
        if event.button() != 0 || !store.info.with_untracked(Option::is_some) {
            return;
        }
        event.prevent_default();
        let Some(row) = row.get_untracked() else {
            return;
        };
        // Without capture the drag ends at the edge, nothing worse.
        let _ = row.set_pointer_capture(event.pointer_id());
        let x = f64::from(event.client_x()) - row.get_bounding_client_rect().left();
        let on_window = event
            .target()
            .and_then(|t| t.dyn_into::<Element>().ok())
            .is_some_and(|t| t.class_list().contains("window"));
        if on_window {
            drag.set_value(Drag::Window { x });
        } else {
            drag.set_value(Drag::Playhead);
            seek_to(store, transport, x, width.get_untracked(), false);
        }
    };
    let on_move = move |event: PointerEvent| {
        let Some(row) = row.get_untracked() else {
            return;
        };
        let x = f64::from(event.client_x()) - row.get_bounding_client_rect().left();
        match drag.get_value() {
            Drag::None => {}
            Drag::Window { x: before } => {
                let view = store.view.get_untracked();
                store.show(overview::dragged(&view, width.get_untracked(), x - before));
                drag.set_value(Drag::Window { x });
            }
            Drag::Playhead => seek_to(store, transport, x, width.get_untracked(), false),
        }
    };
    let on_up = move |event: PointerEvent| {
        let was = drag.get_value();
        drag.set_value(Drag::None);
        if let (Drag::Playhead, Some(row)) = (was, row.get_untracked()) {
            let x = f64::from(event.client_x()) - row.get_bounding_client_rect().left();
            seek_to(store, transport, x, width.get_untracked(), true);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let view = store.view.get_untracked();
        let by = match event.key().as_str() {
            "ArrowLeft" => -0.1,
            "ArrowRight" => 0.1,
            "PageUp" => -0.9,
            "PageDown" => 0.9,
            "Home" => f64::MIN / 1e300,
            "End" => f64::MAX / 1e300,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        store.pan(by * view.width_px());
        store.announce_view();
    };
    let spoken_view = move || {
        let view = store.view.get();
        let s = store.strings.get();
        format!(
            "{} {} {}",
            format::spoken(store, view.start_secs()),
            s.to,
            format::spoken(store, view.end_secs())
        )
    };

    view! {
        <div
            class="overview"
            part="overview"
            node_ref=row
            on:pointerdown=on_down
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointercancel=move |_| drag.set_value(Drag::None)
        >
            {canvas(false)}
            <div class="fill" style:clip-path=move || played_clip(width.get(), playhead_px())>{canvas(true)}</div>
            <marks::Marks width />
            <Show when=zoomed>
                <div class="shade" style:width=move || format!("{}px", window().0)></div>
                <div class="shade right" style:left=move || { let (left, wide) = window(); format!("{}px", left + wide) }></div>
                <div
                    class="window"
                    part="window"
                    role="slider"
                    tabindex="0"
                    aria-label=move || store.strings.get().view_window
                    aria-valuemin="0"
                    aria-valuemax=move || store.view.with(|v| v.total_secs())
                    aria-valuenow=move || store.view.with(|v| v.start_secs())
                    aria-valuetext=spoken_view
                    style:left=move || format!("{}px", window().0)
                    style:width=move || format!("{}px", window().1)
                    on:keydown=on_key
                ></div>
            </Show>
            <div class="overview-playhead" style:transform=move || format!("translateX({}px)", playhead_px())></div>
            <Show when=move || store.info.with(Option::is_some) && store.read.get() < 1.0>
                <div
                    class="read"
                    role="progressbar"
                    aria-label=move || store.strings.get().reading
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=move || (store.read.get() * 100.0).round()
                    style:transform=move || format!("scaleX({})", store.read.get())
                ></div>
            </Show>
        </div>
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Drag {
    None,
    Window { x: f64 },
    Playhead,
}

fn seek_to(store: Store, transport: Transport, px: f64, width_px: f64, settle: bool) {
    let view = store.view.get_untracked();
    let frame = overview::frame_from_px(&view, width_px, px);
    let secs = frame as f64 / view.rate_hz();
    if settle {
        transport.seek(secs);
    } else {
        store.playhead_at(secs);
    }
    if !view.contains(frame) && !view.is_fit() {
        store.show(view.starting_at(frame as f64 - view.span_frames() / 2.0));
    }
}
