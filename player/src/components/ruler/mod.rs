//! The time ruler.

use super::lane::lane_canvas;
use crate::{canvas, prelude::*, store::Store};

/// Height in CSS pixels.
pub(crate) const HEIGHT: f64 = 24.0;

/// The ruler's row. Its texts are on the canvas; the playhead says its time to those who do not see.
#[component]
pub(crate) fn Ruler() -> impl IntoView {
    let store = Store::get();
    view! {
        <div class="ruler" part="ruler">
            <div class="legend"></div>
            <div class="lane-canvas">
                {lane_canvas(
                    "fill",
                    Signal::stored(HEIGHT),
                    move || store.time_unit.track(),
                    move |surface, view| {
                        if store.info.with(Option::is_some) {
                            store.time_unit.with(|unit| {
                                store.palette.with(|palette| canvas::ruler::paint(surface, view, unit, palette));
                            });
                        }
                    },
                )}
            </div>
        </div>
    }
}
