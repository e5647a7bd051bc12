//! Columns of the waveform, and single samples at a deep zoom.

use std::{cell::RefCell, rc::Rc};

use gloo::timers::callback::Timeout;
use timeside_view::{
    Viewport,
    layers::waveform::{Columns, SAMPLES_BELOW_FRAMES_PER_PX},
};
use wasm_bindgen_futures::spawn_local;

use crate::{layers::peak_of, link::Media, prelude::*, store::Store};

/// How long an estimate stands before it is asked for again: four times a second.
const REFRESH_MS: u32 = 250;
/// After a failure the same thing is not asked for again at once.
const RETRY_MS: u32 = 3000;
/// Views asked for on either side of the visible one, so that a pan finds columns ready.
const MARGIN_VIEWS: f64 = 0.5;

/// What to paint.
#[derive(Debug, Clone)]
pub(crate) enum Wave {
    /// Extents.
    Columns(Rc<Columns>),
    /// Single samples from a frame on.
    Samples {
        /// First frame.
        start: i64,
        /// Per channel.
        channels: Rc<Vec<Vec<f32>>>,
    },
}

impl Wave {
    fn serves(&self, view: &Viewport) -> bool {
        match self {
            Self::Columns(columns) => !wants_samples(view) && columns.serves(view),
            Self::Samples { start, channels } => {
                let count = channels.first().map_or(0, Vec::len) as i64;
                wants_samples(view)
                    && *start <= view.start_frame()
                    && start + count >= view.end_frame()
            }
        }
    }

    fn is_final(&self) -> bool {
        match self {
            Self::Columns(columns) => columns.exact,
            Self::Samples { .. } => true,
        }
    }
}

#[derive(Default)]
struct State {
    wave: Option<Wave>,
    view: Option<Viewport>,
    busy: bool,
    /// Counts recordings: an answer for an earlier one is thrown away.
    generation: u32,
    refresh: Option<Timeout>,
}

/// Keeps the columns for one canvas.
#[derive(Clone, Copy)]
pub(crate) struct PeakSource {
    store: Store,
    state: StoredValue<Rc<RefCell<State>>>,
    version: RwSignal<u32>,
}

impl PeakSource {
    /// A source for the view (in device pixels) that `view` gives.
    pub(crate) fn new(store: Store, view: impl Fn() -> Viewport + 'static) -> Self {
        let source = Self {
            store,
            state: StoredValue::new(Rc::default()),
            version: RwSignal::new(0),
        };
        Effect::new(move |_| {
            let _ = store.media();
            source.forget();
        });
        Effect::new(move |_| {
            let view = view();
            if store.media().is_some() && store.info.with(Option::is_some) {
                source.want(view);
            }
        });
        source
    }

    /// What there is to paint; tracked.
    pub(crate) fn wave(self) -> Option<Wave> {
        self.version.track();
        self.state
            .try_with_value(|state| state.borrow().wave.clone())
            .flatten()
    }

    fn forget(self) {
        self.state.try_with_value(|state| {
            let mut state = state.borrow_mut();
            let generation = state.generation.wrapping_add(1);
            *state = State {
                generation,
                ..State::default()
            };
        });
        self.version.update(|v| *v += 1);
    }

    fn want(self, view: Viewport) {
        let ask = self.state.try_with_value(|state| {
            let mut state = state.borrow_mut();
            state.view = Some(view);
            let served = state.wave.as_ref().is_some_and(|wave| wave.serves(&view));
            if state.busy || served {
                return false;
            }
            state.refresh = None;
            state.busy = true;
            true
        });
        if ask == Some(true) {
            self.ask(view);
        }
    }

    fn ask(self, view: Viewport) {
        let Some(media) = untrack(|| self.store.media()) else {
            self.state
                .try_with_value(|state| state.borrow_mut().busy = false);
            return;
        };
        let generation = self.state.try_with_value(|state| state.borrow().generation);
        spawn_local(async move {
            let answer = fetch(&media, &view).await;
            if self.state.try_with_value(|state| state.borrow().generation) != generation {
                return;
            }
            self.answered(&view, answer.ok());
        });
    }

    fn answered(self, asked: &Viewport, wave: Option<Wave>) {
        let failed = wave.is_none();
        let again = self.state.try_with_value(|state| {
            let mut state = state.borrow_mut();
            state.busy = false;
            if let Some(wave) = wave {
                if let Wave::Columns(columns) = &wave {
                    self.store.layers.heard_peak(peak_of(&columns.channels));
                }
                state.wave = Some(wave);
            }
            let view = state.view?;
            // What was asked for is as good as it gets, even if the engine rounded it.
            let served =
                view == *asked || state.wave.as_ref().is_some_and(|wave| wave.serves(&view));
            let delay = match &state.wave {
                _ if failed => RETRY_MS,
                Some(wave) if served && wave.is_final() => return None,
                _ if served => REFRESH_MS,
                _ => 0,
            };
            state.refresh = (delay > 0).then(|| Timeout::new(delay, move || self.refresh()));
            (delay == 0).then_some(view)
        });
        if !failed {
            self.version.try_update(|v| *v += 1);
        }
        if let Some(Some(view)) = again {
            self.want(view);
        }
    }

    fn refresh(self) {
        let view = self.state.try_with_value(|state| {
            let mut state = state.borrow_mut();
            // The timer that calls this must not be cancelled from within itself.
            if let Some(timer) = state.refresh.take() {
                timer.forget();
            }
            if state.busy {
                return None;
            }
            state.busy = true;
            state.view
        });
        if let Some(Some(view)) = view {
            self.ask(view);
        }
    }
}

fn wants_samples(view: &Viewport) -> bool {
    view.frames_per_px() < SAMPLES_BELOW_FRAMES_PER_PX
}

async fn fetch(media: &Media, view: &Viewport) -> Result<Wave, wasm_bindgen::JsValue> {
    let margin = view.span_frames() * MARGIN_VIEWS;
    let total = view.total_frames() as f64;
    let (start, end) = if view.is_fit() {
        (0.0, total)
    } else {
        (
            (view.origin() - margin).max(0.0),
            (view.origin() + view.span_frames() + margin).min(total),
        )
    };
    if wants_samples(view) {
        let (start, end) = (start.floor() as i64, end.ceil() as i64);
        let channels = media.samples_of(start, end, view.rate_hz()).await?;
        return Ok(Wave::Samples {
            start,
            channels: Rc::new(channels),
        });
    }
    // Whole columns, whole frames: the same column never holds other samples after a pan.
    let step = view.frames_per_px();
    let first = (start / step).floor();
    let last = (end / step).ceil().min((total / step + 1e-6).floor());
    let pixels = (last - first).max(1.0);
    let columns = media
        .columns(
            first * step,
            ((first + pixels) * step).min(total),
            pixels as u32,
            view.rate_hz(),
        )
        .await?;
    Ok(Wave::Columns(Rc::new(columns)))
}
