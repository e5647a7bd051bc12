//! Tiles kept: their magnitudes, and a canvas of each as it was last coloured.

use timeside_core::order::SortedMap;
use timeside_view::{
    FrequencyAxis, Viewport,
    layers::spectrogram::{self, Placement, TileKey},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

use super::tiles::TileAxis;
use crate::{
    canvas::{self, Surface},
    link::Magnitudes,
};

/// Tiles kept, coloured or not: about 25 MB at 256 × 256.
const MAX_TILES: usize = 72;

/// A colour for each byte.
pub(super) type Lookup = [[u8; 3]; 256];

pub(super) struct Tile {
    pub(super) data: Magnitudes,
    canvas: Option<HtmlCanvasElement>,
    /// The look-up that the canvas was coloured by.
    colored_by: u32,
    /// Incomplete, and worth asking for again.
    pub(super) stale: bool,
    last_used: u64,
}

/// The tiles of one axis.
pub(super) struct TileSet {
    pub(super) axis: TileAxis,
    tiles: SortedMap<TileKey, Tile>,
    clock: u64,
}

impl TileSet {
    pub(super) fn new(axis: TileAxis) -> Self {
        Self {
            axis,
            tiles: SortedMap::default(),
            clock: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    pub(super) fn get(&self, key: &TileKey) -> Option<&Tile> {
        self.tiles.get(key)
    }

    pub(super) fn get_mut(&mut self, key: &TileKey) -> Option<&mut Tile> {
        self.tiles.get_mut(key)
    }

    /// Marks all that is incomplete as worth asking for again; true if there is any.
    pub(super) fn mark_stale(&mut self) -> bool {
        let incomplete = self.tiles.values_mut().filter(|t| !t.data.complete);
        incomplete.map(|tile| tile.stale = true).count() > 0
    }

    /// Keeps a tile in the place of the one there was.
    pub(super) fn insert(&mut self, key: TileKey, data: Magnitudes, stale: bool) {
        self.clock += 1;
        let canvas = self.tiles.remove(&key).and_then(|old| old.canvas);
        let tile = Tile {
            data,
            canvas,
            colored_by: 0,
            stale,
            last_used: self.clock,
        };
        self.tiles.insert(key, tile);
        while self.tiles.len() > MAX_TILES {
            let oldest = self.tiles.iter().min_by_key(|(_, tile)| tile.last_used);
            let Some(key) = oldest.map(|(key, _)| *key) else {
                return;
            };
            self.tiles.remove(&key);
        }
    }

    /// Paints what there is of the view, scaled from other levels where the right tile is missing, as it lies on
    /// `axis`. True if all of the view is covered by tiles of its own level.
    pub(super) fn paint(
        &mut self,
        surface: &Surface,
        view: &Viewport,
        axis: &FrequencyAxis,
        style: u32,
        lookup: &mut impl FnMut(&Magnitudes) -> Lookup,
    ) -> bool {
        self.clock += 1;
        let keys = self.tiles.iter().map(|(key, _)| *key);
        let plan = spectrogram::placements(view, self.axis.min_level(), keys);
        let (plan, covers) = without_hidden(plan);
        let own = FrequencyAxis {
            scale: self.axis.scale,
            min_hz: self.axis.min_hz,
            max_hz: self.axis.max_hz,
            ..*axis
        };
        let rows = axis.place_of(&own);
        for placement in plan {
            let Some(tile) = self.tiles.get_mut(&placement.key) else {
                continue;
            };
            tile.last_used = self.clock;
            if tile.canvas.is_none() || tile.colored_by != style {
                let table = lookup(&tile.data);
                let canvas = tile.canvas.take().or_else(new_canvas);
                tile.canvas = canvas
                    .filter(|c| canvas::spectrogram::color_tile(&tile.data, &table, c).is_some());
                tile.colored_by = style;
            }
            if let Some(canvas) = &tile.canvas {
                canvas::spectrogram::paint_tile(surface, canvas, &placement, rows);
            }
        }
        covers
    }

    /// The level in dB at a frame and a row, if its tile is there.
    pub(super) fn level_at(&self, view: &Viewport, frame: i64, row_fraction: f64) -> Option<f32> {
        let (tile, column) = self.tile_at(view, frame)?;
        let row = (row_fraction.clamp(0.0, 1.0) * f64::from(tile.height)) as usize;
        let row = row.min(tile.height.saturating_sub(1) as usize);
        let byte = *tile.data.get(row * tile.width as usize + column)?;
        Some(level(tile, byte))
    }

    /// The levels in dB at a frame, top row first, if their tile is there.
    pub(super) fn column_at(&self, view: &Viewport, frame: i64) -> Option<Vec<f32>> {
        let (tile, column) = self.tile_at(view, frame)?;
        let bytes = tile.data.iter().skip(column).step_by(tile.width as usize);
        Some(bytes.map(|&byte| level(tile, byte)).collect())
    }

    fn tile_at(&self, view: &Viewport, frame: i64) -> Option<(&Magnitudes, usize)> {
        let level = spectrogram::level_for(view, self.axis.min_level());
        let span = i64::from(spectrogram::TILE_COLUMNS) << level;
        let index = frame.div_euclid(span);
        let tile = &self.tiles.get(&TileKey { level, index })?.data;
        Some((tile, (frame.rem_euclid(span) >> level) as usize))
    }
}

fn level(tile: &Magnitudes, byte: u8) -> f32 {
    tile.min_db + f32::from(byte) / 255.0 * (tile.max_db - tile.min_db)
}

/// Leaves out what the tiles of the view's own level cover anyway, if they cover everything, and says whether they
/// do.
fn without_hidden(plan: Vec<Placement>) -> (Vec<Placement>, bool) {
    let Some(own) = plan.last().map(|p| p.key.level) else {
        return (plan, false);
    };
    let width: f64 = plan
        .iter()
        .filter(|p| p.key.level == own)
        .map(|p| p.width)
        .sum();
    let left = plan.iter().map(|p| p.x).fold(f64::INFINITY, f64::min);
    let right = plan.iter().map(|p| p.x + p.width).fold(0.0, f64::max);
    if width + 1.0 >= right - left {
        let plan = plan.into_iter().filter(|p| p.key.level == own).collect();
        (plan, true)
    } else {
        (plan, false)
    }
}

fn new_canvas() -> Option<HtmlCanvasElement> {
    leptos::prelude::document()
        .create_element("canvas")
        .ok()?
        .dyn_into()
        .ok()
}
