//! Tiles of the spectrogram: a bounded cache, asked for nearest to the middle first.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use timeside_view::{
    FrequencyScale, Viewport,
    layers::spectrogram::{self, Placement, TILE_COLUMNS, TileKey},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlCanvasElement;

use crate::{
    canvas::{self, Surface},
    link::{Magnitudes, SpectrogramRequest},
    store::Store,
};

/// Tiles kept, coloured or not: about 25 MB at 256 × 256.
const MAX_TILES: usize = 72;
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

/// The frequency axis that the tiles are asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TileAxis {
    pub(crate) scale: FrequencyScale,
    pub(crate) min_hz: f64,
    pub(crate) max_hz: f64,
    /// Rows.
    pub(crate) rows: u32,
}

/// A style's number, and the range in dB of the tiles.
type StyleKey = (u32, f32, f32);

/// A colour for each byte.
type Lookup = [[u8; 3]; 256];

struct Tile {
    data: Magnitudes,
    canvas: Option<HtmlCanvasElement>,
    /// The look-up that the canvas was coloured by.
    colored_by: u32,
    /// Incomplete, and more of it has been read since.
    stale: bool,
    last_used: u64,
}

#[derive(Default)]
struct State {
    tiles: HashMap<TileKey, Tile>,
    in_flight: Vec<TileKey>,
    view: Option<Viewport>,
    axis: Option<TileAxis>,
    generation: u32,
    clock: u64,
    /// The table of a style and a range in dB.
    lookup: Option<(StyleKey, Lookup)>,
    pause: Option<Timeout>,
    /// How much had been read when the incomplete tiles were last found stale, and when.
    refreshed: (f64, f64),
    /// Tiles that were still incomplete after the end of the read.
    late: u32,
}

/// Keeps the tiles of one spectrogram lane.
#[derive(Clone, Copy)]
pub(crate) struct TileSource {
    store: Store,
    state: StoredValue<Rc<RefCell<State>>, LocalStorage>,
    version: RwSignal<u32>,
}

impl TileSource {
    /// A source for the widget's view and the axis that `axis` gives.
    pub(crate) fn new(store: Store, axis: impl Fn() -> Option<TileAxis> + 'static) -> Self {
        let source = Self {
            store,
            state: StoredValue::new_local(Rc::default()),
            version: RwSignal::new(0),
        };
        Effect::new(move |_| {
            let _ = store.media();
            source.reset(axis());
        });
        Effect::new(move |_| {
            let view = store.device_view();
            source
                .state
                .try_with_value(|state| state.borrow_mut().view = Some(view));
            if store.media().is_some() {
                source.pump();
            }
        });
        Effect::new(move |_| source.read_to(store.read.get()));
        source
    }

    /// More has been read: incomplete tiles in view are asked for again, now and then.
    fn read_to(self, read: f64) {
        let now = js_sys::Date::now();
        let found = self.state.try_with_value(|state| {
            let mut state = state.borrow_mut();
            let (before, at) = state.refreshed;
            if read <= before || (read < 1.0 && (now - at).abs() < REFRESH_MS) {
                return false;
            }
            state.refreshed = (read, now);
            let incomplete = state.tiles.values_mut().filter(|t| !t.data.complete);
            incomplete.map(|tile| tile.stale = true).count() > 0
        });
        if found == Some(true) {
            self.pump();
        }
    }

    /// Tells of new tiles.
    pub(crate) fn track(self) {
        self.version.track();
    }

    /// Paints what there is of the view, scaled from other levels where the right tile is missing.
    pub(crate) fn paint(
        self,
        surface: &Surface,
        view: &Viewport,
        style: u32,
        colors: impl Fn(&Magnitudes) -> Lookup,
    ) {
        self.state.try_with_value(|state| {
            let mut state = state.borrow_mut();
            state.clock += 1;
            let clock = state.clock;
            let plan: Vec<Placement> = spectrogram::placements(view, state.tiles.keys().copied());
            let plan = without_hidden(plan);
            let State { tiles, lookup, .. } = &mut *state;
            for placement in plan {
                let Some(tile) = tiles.get_mut(&placement.key) else {
                    continue;
                };
                tile.last_used = clock;
                if tile.canvas.is_none() || tile.colored_by != style {
                    let of = (style, tile.data.min_db, tile.data.max_db);
                    if lookup.as_ref().is_none_or(|(known, _)| *known != of) {
                        *lookup = Some((of, colors(&tile.data)));
                    }
                    let Some((_, table)) = lookup else { continue };
                    let canvas = tile.canvas.take().or_else(new_canvas);
                    tile.canvas = canvas.filter(|c| {
                        canvas::spectrogram::color_tile(&tile.data, table, c).is_some()
                    });
                    tile.colored_by = style;
                }
                if let Some(canvas) = &tile.canvas {
                    canvas::spectrogram::paint_tile(surface, canvas, &placement);
                }
            }
        });
    }

    /// The level in dB at a frame and a row, if its tile is there.
    pub(crate) fn level_at(self, view: &Viewport, frame: i64, row_fraction: f64) -> Option<f32> {
        self.state.try_with_value(|state| {
            let state = state.borrow();
            let level = spectrogram::level_for(view);
            let span = i64::from(TILE_COLUMNS) << level;
            let tile = &state
                .tiles
                .get(&TileKey {
                    level,
                    index: frame.div_euclid(span),
                })?
                .data;
            let column = (frame.rem_euclid(span) >> level) as usize;
            let row = (row_fraction.clamp(0.0, 1.0) * f64::from(tile.height)) as usize;
            let row = row.min(tile.height.saturating_sub(1) as usize);
            let byte = *tile.data.get(row * tile.width as usize + column)?;
            Some(tile.min_db + f32::from(byte) / 255.0 * (tile.max_db - tile.min_db))
        })?
    }

    fn reset(self, axis: Option<TileAxis>) {
        self.state.try_with_value(|state| {
            let mut state = state.borrow_mut();
            let (generation, view) = (state.generation.wrapping_add(1), state.view);
            *state = State {
                generation,
                view,
                axis,
                ..State::default()
            };
        });
        self.version.update(|v| *v += 1);
        if untrack(|| self.store.media()).is_some() {
            self.pump();
        }
    }

    /// Asks for the next missing tiles.
    fn pump(self) {
        while let Some(Some((key, view, axis, generation))) = self.state.try_with_value(|state| {
            let mut state = state.borrow_mut();
            if state.in_flight.len() >= MAX_IN_FLIGHT || state.pause.is_some() {
                return None;
            }
            let (view, axis) = (state.view?, state.axis?);
            if view.total_frames() <= 1 {
                return None;
            }
            let wanted = spectrogram::wanted(&view);
            let free = |k: &&TileKey| !state.in_flight.contains(k);
            let missing = |k: &&TileKey| !state.tiles.contains_key(k);
            let stale = |k: &&TileKey| state.tiles.get(k).is_some_and(|tile| tile.stale);
            let key = *wanted
                .iter()
                .filter(free)
                .find(missing)
                .or_else(|| wanted.iter().filter(free).find(stale))?;
            if let Some(tile) = state.tiles.get_mut(&key) {
                tile.stale = false;
            }
            state.in_flight.push(key);
            Some((key, view, axis, state.generation))
        }) {
            self.ask(key, view, axis, generation);
        }
    }

    fn ask(self, key: TileKey, view: Viewport, axis: TileAxis, generation: u32) {
        let Some(media) = untrack(|| self.store.media()) else {
            return;
        };
        let rate = view.rate_hz();
        let end = key.end_frame().min(view.total_frames());
        let frames = (end - key.start_frame()).max(1);
        let width = ((frames as f64 / 2_f64.powi(i32::from(key.level))).ceil() as u32)
            .clamp(1, TILE_COLUMNS);
        let request = SpectrogramRequest {
            start_secs: key.start_frame() as f64 / rate,
            end_secs: end as f64 / rate,
            width,
            height: axis.rows,
            scale: scale_id(axis.scale),
            min_hz: axis.min_hz,
            max_hz: axis.max_hz,
        };
        spawn_local(async move {
            let answer = media.magnitudes(request).await.ok().filter(is_sound);
            let current = self.state.try_with_value(|state| {
                let mut state = state.borrow_mut();
                if state.generation != generation {
                    return false;
                }
                state.in_flight.retain(|k| *k != key);
                match answer {
                    Some(data) => {
                        state.clock += 1;
                        let last_used = state.clock;
                        // The end of the read can be told before its last columns are there.
                        let ended = self.store.read.get_untracked() >= 1.0;
                        let stale = !data.complete && ended && state.late < MAX_LATE;
                        if stale {
                            state.late += 1;
                            state.pause = Some(Timeout::new(LATE_MS, move || self.resume()));
                        }
                        let canvas = state.tiles.remove(&key).and_then(|old| old.canvas);
                        let tile = Tile {
                            data,
                            canvas,
                            colored_by: 0,
                            stale,
                            last_used,
                        };
                        state.tiles.insert(key, tile);
                        evict(&mut state.tiles);
                    }
                    None => {
                        // As when the end of the read makes the recording shorter than it was told.
                        if let Some(tile) = state.tiles.get_mut(&key) {
                            tile.stale = !tile.data.complete;
                        }
                        state.pause = Some(Timeout::new(RETRY_MS, move || self.resume()));
                    }
                }
                true
            });
            if current == Some(true) {
                self.version.try_update(|v| *v += 1);
                self.pump();
            }
        });
    }

    fn resume(self) {
        self.state.try_with_value(|state| {
            if let Some(timer) = state.borrow_mut().pause.take() {
                timer.forget();
            }
        });
        self.pump();
    }
}

/// Leaves out what the tiles of the view's own level cover anyway, once they cover everything.
fn without_hidden(plan: Vec<Placement>) -> Vec<Placement> {
    let Some(own) = plan.last().map(|p| p.key.level) else {
        return plan;
    };
    let width: f64 = plan
        .iter()
        .filter(|p| p.key.level == own)
        .map(|p| p.width)
        .sum();
    let left = plan.iter().map(|p| p.x).fold(f64::INFINITY, f64::min);
    let right = plan.iter().map(|p| p.x + p.width).fold(0.0, f64::max);
    if width + 1.0 >= right - left {
        plan.into_iter().filter(|p| p.key.level == own).collect()
    } else {
        plan
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

fn evict(tiles: &mut HashMap<TileKey, Tile>) {
    while tiles.len() > MAX_TILES {
        let Some(oldest) = tiles
            .iter()
            .min_by_key(|(_, tile)| tile.last_used)
            .map(|(key, _)| *key)
        else {
            return;
        };
        tiles.remove(&oldest);
    }
}

fn new_canvas() -> Option<HtmlCanvasElement> {
    document().create_element("canvas").ok()?.dyn_into().ok()
}
