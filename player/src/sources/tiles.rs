//! The tiles of the spectrogram: asked for nearest to the middle first, then those beside the view; given up when
//! scrolled away.

use std::{cell::RefCell, rc::Rc};

use gloo::timers::callback::Timeout;
use timeside_view::{
    FrequencyAxis, FrequencyScale, Viewport,
    layers::spectrogram::{self, TILE_COLUMNS, TileKey},
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use super::tile_set::{Lookup, TileSet};
use crate::{
    canvas::Surface,
    link::{AbortController, Magnitudes, Media, SpectrogramRequest},
    prelude::*,
    store::Store,
};

/// Requests under way at once: one is computed while the next one waits in the worker.
const MAX_IN_FLIGHT: usize = 2;
/// After a failure nothing is asked for this long.
const RETRY_MS: u32 = 3000;
/// Tiles of what is still being read are asked for again at most this often.
const REFRESH_MS: f64 = 1000.0;
/// A tile still incomplete after the end of the read is asked for again this much later.
const LATE_MS: u32 = 400;
/// So often at most, should it never become complete.
const MAX_LATE: u32 = 40;

/// What the tiles are asked with: the frequency axis and the analysis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TileAxis {
    pub(crate) scale: FrequencyScale,
    pub(crate) min_hz: f64,
    pub(crate) max_hz: f64,
    /// Rows.
    pub(crate) rows: u32,
    pub(crate) block: u32,
    pub(crate) fft: u32,
    pub(crate) window: &'static str,
    pub(crate) channel: Option<u32>,
}

impl TileAxis {
    pub(super) fn min_level(&self) -> u8 {
        spectrogram::min_level(self.block)
    }

    /// The axis as it lies on a surface.
    pub(crate) fn on(&self, height_px: f64) -> FrequencyAxis {
        FrequencyAxis {
            scale: self.scale,
            min_hz: self.min_hz,
            max_hz: self.max_hz,
            height_px,
        }
    }
}

/// A style's number, and the range in dB of the tiles.
type StyleKey = (u32, f32, f32);

/// A tile that is asked for.
struct Asked {
    key: TileKey,
    view: Viewport,
    axis: TileAxis,
    generation: u32,
    abort: AbortController,
}

#[derive(Default)]
struct State {
    media: Option<Media>,
    tiles: Option<TileSet>,
    /// Those of the axis before: they stand in, moved and stretched, until the new ones cover the view.
    before: Option<TileSet>,
    in_flight: Vec<(TileKey, AbortController)>,
    view: Option<Viewport>,
    generation: u32,
    /// The table of a style and a range in dB.
    lookup: Option<(StyleKey, Lookup)>,
    pause: Option<Timeout>,
    /// How much had been read when the incomplete tiles were last found stale, and when.
    refreshed: (f64, f64),
    /// Tiles that were still incomplete after the end of the read.
    late: u32,
}

impl State {
    /// Begins anew with an axis, keeping as stand-ins what can be seen by it.
    fn reset(&mut self, media: Option<Media>, axis: Option<TileAxis>) {
        let same_media = match (&self.media, &media) {
            (Some(a), Some(b)) => JsValue::from(a.clone()) == JsValue::from(b.clone()),
            _ => false,
        };
        for (_, abort) in self.in_flight.drain(..) {
            abort.abort();
        }
        let useful = |set: &TileSet| {
            same_media && !set.is_empty() && axis.is_some_and(|axis| axis.scale == set.axis.scale)
        };
        let old = self.tiles.take().filter(useful);
        *self = Self {
            generation: self.generation.wrapping_add(1),
            view: self.view,
            before: old.or_else(|| self.before.take().filter(useful)),
            tiles: axis.map(TileSet::new),
            media,
            ..Self::default()
        };
    }

    /// The next tile to ask for: what is seen and missing, what is seen and stale, what lies beside.
    fn next(&mut self) -> Option<Asked> {
        if self.in_flight.len() >= MAX_IN_FLIGHT || self.pause.is_some() {
            return None;
        }
        let view = self.view.filter(|view| view.total_frames() > 1)?;
        let tiles = self.tiles.as_mut()?;
        let axis = tiles.axis;
        let free = |key: &&TileKey| self.in_flight.iter().all(|(asked, _)| asked != *key);
        let wanted = spectrogram::wanted(&view, axis.min_level());
        let beside = spectrogram::beside(&view, axis.min_level());
        let missing = |key: &&TileKey| tiles.get(key).is_none();
        let stale = |key: &&TileKey| tiles.get(key).is_some_and(|tile| tile.stale);
        let seen = || wanted.iter().filter(free);
        let key = *seen()
            .find(missing)
            .or_else(|| seen().find(stale))
            .or_else(|| beside.iter().filter(free).find(missing))?;
        if let Some(tile) = tiles.get_mut(&key) {
            tile.stale = false;
        }
        let abort = AbortController::new();
        self.in_flight.push((key, abort.clone()));
        Some(Asked {
            key,
            view,
            axis,
            generation: self.generation,
            abort,
        })
    }

    /// Gives up what is neither in the view nor beside it.
    fn give_up(&mut self) {
        let (Some(view), Some(tiles)) = (self.view, &self.tiles) else {
            return;
        };
        let level = tiles.axis.min_level();
        let mut wanted = spectrogram::wanted(&view, level);
        wanted.extend(spectrogram::beside(&view, level));
        self.in_flight.retain(|(key, abort)| {
            let stays = wanted.contains(key);
            if !stays {
                abort.abort();
            }
            stays
        });
    }
}

/// Keeps the tiles of one spectrogram lane.
#[derive(Clone, Copy)]
pub(crate) struct TileSource {
    store: Store,
    state: StoredValue<Rc<RefCell<State>>>,
    version: RwSignal<u32>,
}

impl TileSource {
    /// A source for the widget's view and the axis that `axis` gives.
    pub(crate) fn new(store: Store, axis: impl Fn() -> Option<TileAxis> + 'static) -> Self {
        let source = Self {
            store,
            state: StoredValue::new(Rc::default()),
            version: RwSignal::new(0),
        };
        Effect::new(move |_| {
            let (media, axis) = (store.media(), axis());
            source.with(|state| state.reset(media, axis));
            source.version.update(|v| *v += 1);
            source.pump();
        });
        Effect::new(move |_| {
            let view = store.device_view();
            source.with(|state| {
                state.view = Some(view);
                state.give_up();
            });
            source.pump();
        });
        Effect::new(move |_| source.read_to(store.read.get()));
        on_cleanup(move || {
            source.with(|state| state.reset(None, None));
        });
        source
    }

    fn with<T>(self, work: impl FnOnce(&mut State) -> T) -> Option<T> {
        self.state
            .try_with_value(|state| work(&mut state.borrow_mut()))
    }

    /// More has been read: incomplete tiles in view are asked for again, now and then.
    fn read_to(self, read: f64) {
        let now = js_sys::Date::now();
        let found = self.with(|state| {
            let (before, at) = state.refreshed;
            if read <= before || (read < 1.0 && (now - at).abs() < REFRESH_MS) {
                return false;
            }
            state.refreshed = (read, now);
            state.tiles.as_mut().is_some_and(TileSet::mark_stale)
        });
        if found == Some(true) {
            self.pump();
        }
    }

    /// Tells of new tiles.
    pub(crate) fn track(self) {
        self.version.track();
    }

    /// Paints what there is of the view.
    pub(crate) fn paint(
        self,
        surface: &Surface,
        view: &Viewport,
        style: u32,
        colors: impl Fn(&Magnitudes) -> Lookup,
    ) {
        self.with(|state| {
            let State {
                tiles: Some(tiles),
                before,
                lookup,
                ..
            } = state
            else {
                return;
            };
            let axis = tiles.axis.on(surface.height);
            let mut colors = |tile: &Magnitudes| {
                let of = (style, tile.min_db, tile.max_db);
                match lookup {
                    Some((known, table)) if *known == of => *table,
                    _ => lookup.insert((of, colors(tile))).1,
                }
            };
            if let Some(before) = before {
                before.paint(surface, view, &axis, style, &mut colors);
            }
            if tiles.paint(surface, view, &axis, style, &mut colors) {
                *before = None;
            }
        });
    }

    /// The level in dB at a frame and a row, if its tile is there.
    pub(crate) fn level_at(self, view: &Viewport, frame: i64, row_fraction: f64) -> Option<f32> {
        self.with(|state| state.tiles.as_ref()?.level_at(view, frame, row_fraction))?
    }

    /// The levels in dB at a frame, the highest frequency first, if their tile is there.
    pub(crate) fn column_at(self, view: &Viewport, frame: i64) -> Option<Vec<f32>> {
        self.with(|state| state.tiles.as_ref()?.column_at(view, frame))?
    }

    /// Asks for the next missing tiles.
    fn pump(self) {
        let Some(media) = untrack(|| self.store.media()) else {
            return;
        };
        while let Some(Some(asked)) = self.with(State::next) {
            spawn_local(self.ask(media.clone(), asked));
        }
    }

    async fn ask(self, media: Media, asked: Asked) {
        let Asked {
            key,
            view,
            axis,
            generation,
            abort,
        } = asked;
        let request = SpectrogramRequest {
            start_secs: key.start_frame() as f64 / view.rate_hz(),
            column_frames: key.column_frames() as f64,
            width: TILE_COLUMNS,
            height: axis.rows,
            block: axis.block,
            fft: axis.fft,
            window: axis.window,
            channel: axis.channel,
            scale: scale_id(axis.scale),
            min_hz: axis.min_hz,
            max_hz: axis.max_hz,
        };
        let mut has_begun = false;
        let on_part = move |part: Magnitudes| {
            let kept = self.with(|state| {
                // What was there before may be finer.
                let tiles = state.tiles.as_mut().filter(|tiles| {
                    let is_free = has_begun || tiles.get(&key).is_none();
                    state.generation == generation && is_free && is_sound(&part)
                })?;
                has_begun = true;
                // Should it be given up half-way, it is worth asking for again.
                tiles.insert(key, part, true);
                Some(())
            });
            if kept.flatten().is_some() {
                self.version.try_update(|v| *v += 1);
            }
        };
        let answer = media.magnitudes(request, &abort, on_part).await;
        let current = self.with(|state| {
            if state.generation != generation {
                return false;
            }
            let was_asked = state.in_flight.len();
            state.in_flight.retain(|(asked, _)| *asked != key);
            // Given up: whoever scrolls back asks anew.
            let is_wanted = state.in_flight.len() < was_asked;
            match answer.ok().filter(is_sound) {
                Some(data) => self.keep(state, key, data),
                None if is_wanted => {
                    // As when the end of the read makes the recording shorter than it was told.
                    if let Some(tile) = state.tiles.as_mut().and_then(|tiles| tiles.get_mut(&key)) {
                        tile.stale = !tile.data.complete;
                    }
                    state.pause = Some(Timeout::new(RETRY_MS, move || self.resume()));
                }
                None => {}
            }
            true
        });
        if current == Some(true) {
            self.version.try_update(|v| *v += 1);
            self.pump();
        }
    }

    fn keep(self, state: &mut State, key: TileKey, data: Magnitudes) {
        // The end of the read can be told before its last columns are there.
        let ended = self.store.read.get_untracked() >= 1.0;
        let stale = !data.complete && ended && state.late < MAX_LATE;
        if stale {
            state.late += 1;
            state.pause = Some(Timeout::new(LATE_MS, move || self.resume()));
        }
        if let Some(tiles) = &mut state.tiles {
            tiles.insert(key, data, stale);
        }
    }

    fn resume(self) {
        self.with(|state| {
            if let Some(timer) = state.pause.take() {
                timer.forget();
            }
        });
        self.pump();
    }
}

fn scale_id(scale: FrequencyScale) -> &'static str {
    FrequencyScale::NAMES
        .iter()
        .find(|(_, other)| *other == scale)
        .map_or("linear", |(id, _)| id)
}

fn is_sound(tile: &Magnitudes) -> bool {
    tile.width > 0
        && tile.height > 0
        && tile.data.len() == tile.width as usize * tile.height as usize
}
