//! The layers in JavaScript's words: what `layers.list()` gives.

use js_sys::Array;
use timeside_view::layers::curve::Range;
use wasm_bindgen::prelude::*;

use super::{Layer, LayerKind, Layers, Source, given::Data};
use crate::{link::object, prelude::*, store::Store};

impl Layers {
    /// All layers, in their order.
    pub(crate) fn told(self, store: Store) -> Array {
        self.sync(&untrack(|| store.analyses.layers()));
        let all = self.list().get_untracked();
        untrack(|| all.iter().map(|layer| self.tell(store, layer)).collect())
    }

    fn tell(self, store: Store, layer: &Layer) -> JsValue {
        let Layer { style, .. } = layer;
        let (name, unit) = self.words(store, layer);
        let optional = |text: Option<&str>| text.map_or(JsValue::NULL, JsValue::from);
        let (origin, key) = match &layer.source {
            Source::Recording => ("recording", None),
            Source::Result(_, id) => ("result", Some(id.as_str())),
            Source::Given(origin) => (*origin, None),
        };
        let told = [
            ("id", layer.id.as_str().into()),
            ("kind", layer.kind.id().into()),
            ("source", origin.into()),
            ("result", optional(key)),
            ("name", name.into()),
            ("unit", unit.into()),
            ("visible", layer.visible.into()),
            ("opacity", style.opacity.into()),
            ("blend", style.blend.into()),
            ("height", self.height(store, layer).into()),
            ("group", layer.group().into()),
            ("color", self.color(store, layer).into()),
            ("colorMap", optional(style.map.map(|map| map.id()))),
            ("scale", optional(style.scale)),
            ("range", pair(self.range(store, layer))),
            ("isRangeFixed", style.range.is_some().into()),
            ("labels", style.labels.into()),
            ("gain", style.gain.into()),
            ("floorDb", style.floor_db.into()),
            ("rms", style.rms.into()),
            ("clipping", style.clipping.into()),
            ("normalise", style.normalise.into()),
            (
                "channels",
                optional(style.apart.map(|apart| if apart { "apart" } else { "mix" })),
            ),
            ("sonify", style.sonify.into()),
            ("rows", (self.rows(store, layer) as f64).into()),
            (
                "provenance",
                match &layer.source {
                    Source::Result(run, id) => store.analyses.provenance(*run, id),
                    _ => JsValue::NULL,
                },
            ),
        ];
        let told = object(&told);
        if layer.kind == LayerKind::Spectrogram {
            self.spectrogram_style(store, &layer.id)
                .get_untracked()
                .tell(&told);
        }
        told.into()
    }

    /// Height of its lane if it had one of its own, CSS pixels; tracked.
    pub(crate) fn height(self, store: Store, layer: &Layer) -> f64 {
        if let Some(height) = layer.style.height {
            return height;
        }
        match layer.kind {
            LayerKind::Waveform => crate::components::waveform::height(store, layer),
            LayerKind::Spectrogram => layer.kind.height(),
            kind => {
                let told = store.palette.with(|palette| palette.lane_height);
                told.unwrap_or(kind.height())
            }
        }
    }

    /// The colour of its mark, a CSS colour; tracked.
    pub(crate) fn color(self, store: Store, layer: &Layer) -> String {
        if let Some(color) = &layer.style.color {
            return color.clone();
        }
        match layer.kind {
            LayerKind::Waveform | LayerKind::Spectrogram | LayerKind::Matrix => String::new(),
            _ => store
                .palette
                .with(|palette| palette.tier(layer.color).to_owned()),
        }
    }

    /// What its height (of a matrix: its colours) stands for now; tracked.
    pub(crate) fn range(self, store: Store, layer: &Layer) -> Option<Range> {
        let fitted = match self.data(store, layer) {
            Some(Data::Matrix(grid)) => {
                let (low, high, _) = grid.borrow().colors();
                Some(Range {
                    low: low.into(),
                    high: high.into(),
                })
            }
            Some(Data::Items(LayerKind::Notes, items)) => items.pitch_range(),
            Some(Data::Items(kind, items)) => items.value_range(kind == LayerKind::Events),
            _ => match &layer.source {
                Source::Result(run, id) => store.analyses.range(*run, id),
                _ => None,
            },
        };
        layer.style.range_or(fitted)
    }

    fn rows(self, store: Store, layer: &Layer) -> usize {
        match self.data(store, layer) {
            Some(Data::Matrix(grid)) => grid.borrow().rows(),
            Some(Data::Items(_, items)) => items.list().len(),
            _ => match &layer.source {
                Source::Result(run, id) => store.analyses.curve_rows(*run, id),
                _ => 0,
            },
        }
    }
}

fn pair(range: Option<Range>) -> JsValue {
    range.map_or(JsValue::NULL, |range| {
        Array::of2(&range.low.into(), &range.high.into()).into()
    })
}
