//! What layers sound like beside the recording: times and pitches, which `pkg/src/player/playback.ts` gives a voice.

use js_sys::Float64Array;
use leptos::prelude::untrack;
use timeside_view::layers::items::Items;
use wasm_bindgen::prelude::*;

use super::{Layer, LayerKind, Layers, Source, given::Data};
use crate::{handle::PlayerHandle, link::object, store::Store};

/// A voice falls silent where no value follows for a tenth of a second, so a note says its pitch more often. Seconds.
const NOTE_STEP_SECS: f64 = 0.05;

#[wasm_bindgen]
impl PlayerHandle {
    /// What is heard of a layer: `{ times, hz }`, seconds, and Hz or null where each time is a click. `undefined` for a
    /// layer that is not there, has no data yet, or can only be seen.
    #[wasm_bindgen(js_name = soundOf)]
    pub fn sound_of(&self, id: &str) -> JsValue {
        let store = self.store;
        untrack(|| {
            let list = store.layers.list().get();
            let layer = list.iter().find(|layer| layer.id == id);
            let sound = layer.and_then(|layer| store.layers.sound(store, layer));
            sound.map_or(JsValue::UNDEFINED, |(times, hz)| {
                let hz = hz.map_or(JsValue::NULL, |hz| Float64Array::from(&hz[..]).into());
                object(&[("times", Float64Array::from(&times[..]).into()), ("hz", hz)]).into()
            })
        })
    }
}

/// Seconds, and Hz at each.
type Sound = (Vec<f64>, Option<Vec<f64>>);

impl Layers {
    fn sound(self, store: Store, layer: &Layer) -> Option<Sound> {
        let rate_hz = store.view.get().rate_hz();
        match self.data(store, layer) {
            Some(Data::Items(LayerKind::Notes, items)) => Some(notes(&items, rate_hz)),
            Some(Data::Items(_, items)) => {
                let starts = items.list().iter().map(|item| item.start / rate_hz);
                Some((starts.collect(), None))
            }
            Some(_) => None,
            None => {
                let Source::Result(run, id) = &layer.source else {
                    return None;
                };
                let heard = store.analyses.with_curve(*run, id, |curve| {
                    let [series] = curve.series.as_slice() else {
                        return None;
                    };
                    let at =
                        |i| (series.first_position + f64::from(i) * series.step_frames) / rate_hz;
                    let hz: Vec<f64> = series.values.iter().map(|v| f64::from(*v)).collect();
                    (curve.unit == "Hz").then(|| ((0..hz.len() as u32).map(at).collect(), Some(hz)))
                });
                heard.flatten()
            }
        }
    }
}

/// One voice: a note lasts until its end, or until the next one begins. Values are MIDI numbers.
fn notes(items: &Items, rate_hz: f64) -> Sound {
    let (mut times, mut pitches) = (Vec::new(), Vec::new());
    let list = items.list();
    for (at, note) in list.iter().enumerate() {
        let hz = 440.0 * ((f64::from(note.value) - 69.0) / 12.0).exp2();
        let next = list.get(at + 1).map_or(f64::INFINITY, |next| next.start);
        let (mut secs, end) = (note.start / rate_hz, note.end.min(next) / rate_hz);
        while secs < end {
            times.push(secs);
            pitches.push(hz);
            secs += NOTE_STEP_SECS;
        }
        times.push(end);
        pitches.push(0.0);
    }
    (times, Some(pitches))
}

#[cfg(test)]
mod tests {
    use timeside_view::layers::items::Item;

    use super::*;

    #[test]
    fn a_note_sounds_until_its_end_or_the_next() {
        let note = |start: f64, end: f64, value: f32| Item {
            value,
            ..Item::new(start, end)
        };
        let items = Items::new(
            vec![note(0.0, 120.0, 69.0), note(100.0, 200.0, 81.0)],
            Vec::new(),
        );
        let (times, hz) = notes(&items, 1000.0);
        let hz = hz.unwrap_or_default();
        assert_eq!(times.len(), hz.len());
        let at = |secs: f64| {
            let last = times.iter().rposition(|time| *time <= secs + 1e-9);
            last.map(|i| hz[i])
        };
        assert_eq!(at(0.09), Some(440.0));
        assert_eq!(at(0.15), Some(880.0));
        assert_eq!(at(0.2), Some(0.0));
        let steps = times.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(steps.fold(0.0, f64::max) <= NOTE_STEP_SECS + 1e-9);
    }
}
