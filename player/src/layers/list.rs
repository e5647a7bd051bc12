//! The list of layers of one widget, and its named actions.

use std::rc::Rc;

use leptos::reactive::owner::WeakOwner;
use timeside_core::order::{SortedMap, sort_by_key};
use wasm_bindgen::prelude::*;

use super::{
    Layer, LayerKind, Source, Style,
    given::{self, Data},
    numbered, parse,
};
use crate::{
    link::{self, text},
    prelude::*,
    spectrogram_style::SpectrogramStyle,
    store::Store,
};

/// Styles kept of layers that are gone: another recording's results look as the last one's did.
const MAX_KEPT: usize = 200;

/// Data and its unit.
#[derive(Clone)]
struct Given {
    data: Data,
    unit: String,
}

/// Says what a layer shows at a position (frames) and, under a pointer, at a height of the window.
pub(crate) type Reader = Rc<dyn Fn(f64, Option<f64>) -> Option<String>>;

/// The layers; a copyable handle.
#[derive(Clone, Copy)]
pub(crate) struct Layers {
    list: RwSignal<Vec<Layer>>,
    /// Ids in the order of the `layers` attribute.
    wanted: StoredValue<Vec<String>>,
    given: RwSignal<SortedMap<String, Given>>,
    kept: StoredValue<SortedMap<String, (Style, bool)>>,
    /// Of spectrograms beside the first.
    spectrograms: StoredValue<SortedMap<String, RwSignal<SpectrogramStyle>>>,
    /// Whose they are: the lanes that ask for them come and go.
    owner: StoredValue<Option<WeakOwner>>,
    readers: StoredValue<Vec<(String, Reader)>>,
    next_color: StoredValue<usize>,
    /// The loudest sample known of the recording.
    peak: RwSignal<f32>,
    /// Is the spectrum at the cursor shown?
    slice: RwSignal<bool>,
}

impl Layers {
    pub(crate) fn new() -> Self {
        let layers = Self {
            list: RwSignal::new(Vec::new()),
            wanted: StoredValue::new(Vec::new()),
            given: RwSignal::new(SortedMap::default()),
            kept: StoredValue::new(SortedMap::default()),
            spectrograms: StoredValue::new(SortedMap::default()),
            owner: StoredValue::new(Owner::current().map(|owner| owner.downgrade())),
            readers: StoredValue::new(Vec::new()),
            next_color: StoredValue::new(0),
            peak: RwSignal::new(0.0),
            slice: RwSignal::new(false),
        };
        layers.show("");
        layers
    }

    /// The layers in their order, top down, and of one lane from the back to the front.
    pub(crate) fn list(self) -> ReadSignal<Vec<Layer>> {
        self.list.read_only()
    }

    /// One of them; tracked, but told only of its own changes.
    pub(crate) fn layer(self, id: &str) -> Memo<Option<Layer>> {
        let id = id.to_owned();
        let list = self.list;
        Memo::new(move |_| list.with(|all| all.iter().find(|layer| layer.id == id).cloned()))
    }

    /// The loudest sample known of the recording; tracked.
    pub(crate) fn peak(self) -> f64 {
        f64::from(self.peak.get())
    }

    /// Columns have come.
    pub(crate) fn heard_peak(self, peak: f32) {
        if peak > self.peak.get_untracked() {
            self.peak.set(peak);
        }
    }

    pub(crate) fn slice(self) -> RwSignal<bool> {
        self.slice
    }

    /// How a spectrogram looks: the first one's style is the store's.
    pub(crate) fn spectrogram_style(self, store: Store, id: &str) -> Signal<SpectrogramStyle> {
        if id == LayerKind::Spectrogram.id() {
            store.spectrogram
        } else {
            self.own_spectrogram(id).into()
        }
    }

    fn own_spectrogram(self, id: &str) -> RwSignal<SpectrogramStyle> {
        let known = self.spectrograms.with_value(|all| all.get(id).copied());
        known.unwrap_or_else(|| {
            let made = RwSignal::under(self.owner.get_value(), SpectrogramStyle::default());
            self.spectrograms.update_value(|all| {
                all.insert(id.to_owned(), made);
            });
            made
        })
    }

    // What they show

    /// The data of a layer in time; tracked. `None` for those that read the recording and for curves.
    pub(crate) fn data(self, store: Store, layer: &Layer) -> Option<Data> {
        match &layer.source {
            Source::Recording => None,
            Source::Result(run, id) => store.analyses.data(*run, id),
            Source::Given(_) => self
                .given
                .with(|all| all.get(&layer.id).map(|given| given.data.clone())),
        }
    }

    /// Name and unit as shown; tracked.
    pub(crate) fn words(self, store: Store, layer: &Layer) -> (String, String) {
        let s = store.strings.get();
        let (name, unit) = match &layer.source {
            Source::Recording if layer.kind == LayerKind::Waveform => {
                (s.waveform.to_owned(), String::new())
            }
            Source::Recording => (s.spectrogram.to_owned(), "Hz".to_owned()),
            Source::Result(run, id) => store.analyses.words(*run, id),
            Source::Given(origin) => {
                let name = match *origin {
                    "chapters" => s.chapters.to_owned(),
                    "markers" => s.markers.to_owned(),
                    _ => layer.id.clone(),
                };
                let unit =
                    |all: &SortedMap<String, Given>| all.get(&layer.id).map(|g| g.unit.clone());
                (name, self.given.with(unit).unwrap_or_default())
            }
        };
        (layer.style.name.clone().unwrap_or(name), unit)
    }

    /// The lanes that are seen: of each the ids of its layers, from the back to the front.
    pub(crate) fn lanes(self) -> Vec<Vec<(String, LayerKind)>> {
        let mut lanes: Vec<(String, Vec<(String, LayerKind)>)> = Vec::new();
        self.list.with(|all| {
            for layer in all {
                let own = layer.visible.then(|| (layer.id.clone(), layer.kind));
                match lanes.iter_mut().find(|(group, _)| group == layer.group()) {
                    Some((_, lane)) => lane.extend(own),
                    // A lane stands where its first layer does, be that seen or not.
                    None => lanes.push((layer.group().to_owned(), own.into_iter().collect())),
                }
            }
        });
        let lanes = lanes.into_iter().map(|(_, lane)| lane);
        lanes.filter(|lane| !lane.is_empty()).collect()
    }

    /// Every visible layer with places in time; tracked.
    pub(crate) fn places(self, store: Store) -> Vec<(Layer, Data)> {
        let list = self.list.get();
        let seen = list
            .into_iter()
            .filter(|layer| layer.visible && layer.kind.has_places());
        seen.filter_map(|layer| self.data(store, &layer).map(|data| (layer, data)))
            .collect()
    }

    // Read-outs

    /// A lane tells how its layer is read; [`Self::leave`] ends it.
    pub(crate) fn read_by(self, id: &str, reader: Reader) {
        self.readers
            .try_update_value(|all| all.push((id.to_owned(), reader)));
    }

    pub(crate) fn leave(self, id: &str) {
        self.readers
            .try_update_value(|all| all.retain(|(other, _)| other != id));
    }

    /// What the layers shown say at a position (frames), with their names.
    pub(crate) fn read_out(self, store: Store, position: f64) -> Vec<String> {
        let readers = self.readers.get_value();
        let list = self.list.get_untracked();
        let say = |layer: &Layer| {
            let (_, read) = readers.iter().find(|(id, _)| *id == layer.id)?;
            let said = untrack(|| read(position, None)).filter(|said| !said.is_empty())?;
            let (name, _) = untrack(|| self.words(store, layer));
            Some(format!("{name} {said}"))
        };
        list.iter()
            .filter(|layer| layer.visible)
            .filter_map(say)
            .collect()
    }

    // Actions

    /// The `layers` attribute: which layers of the recording there are, and the order of all.
    pub(crate) fn show(self, attribute: &str) {
        let (wishes, order) = parse(attribute);
        self.wanted.set_value(order);
        self.list.update(|all| {
            all.retain(|layer| layer.source != Source::Recording);
            for wish in wishes {
                let mut layer = self.made(wish.id, wish.kind, Source::Recording);
                layer.visible = true;
                for option in wish.options {
                    layer.style.option(option);
                }
                all.push(layer);
            }
            self.wanted.with_value(|order| {
                sort_by_key(all, |layer| rank(order, layer));
            });
        });
    }

    /// A layer with the style it had when it was here before.
    fn made(self, id: String, kind: LayerKind, source: Source) -> Layer {
        let kept = self
            .kept
            .try_update_value(|kept| kept.remove(&id))
            .flatten();
        let (style, visible) = kept.unwrap_or((Style::default(), true));
        let color = if source == Source::Recording {
            0
        } else {
            let next = self.next_color.get_value();
            self.next_color.set_value(next + 1);
            next
        };
        Layer {
            id,
            kind,
            source,
            color,
            visible,
            style,
        }
    }

    fn keep(self, layer: Layer) {
        self.kept.try_update_value(|kept| {
            if kept.len() < MAX_KEPT {
                kept.insert(layer.id, (layer.style, layer.visible));
            }
        });
    }

    /// Puts a layer where the attribute wants it, else at the end.
    fn insert(self, all: &mut Vec<Layer>, layer: Layer) {
        let at = self.wanted.with_value(|order| {
            let own = rank(order, &layer);
            all.iter().position(|other| rank(order, other) > own)
        });
        all.insert(at.unwrap_or(all.len()), layer);
    }

    /// Brings the layers of results in step with the results there are: run, id, kind.
    pub(crate) fn sync(self, results: &[(u32, String, LayerKind)]) {
        let has = |layer: &Layer, (run, id, kind): &(u32, String, LayerKind)| {
            layer.kind == *kind
                && matches!(&layer.source, Source::Result(r, i) if r == run && i == id)
        };
        let is_same = self.list.with_untracked(|all| {
            let shown = |l: &&Layer| matches!(l.source, Source::Result(..));
            all.iter().filter(shown).count() == results.len()
                && results
                    .iter()
                    .all(|result| all.iter().any(|l| has(l, result)))
        });
        if is_same {
            return;
        }
        let mut all = self.list.get_untracked();
        let mut new: Vec<&(u32, String, LayerKind)> = results.iter().collect();
        let (mut stay, mut go) = (Vec::new(), Vec::new());
        for mut layer in all.drain(..) {
            let Source::Result(run, id) = &layer.source else {
                stay.push(layer);
                continue;
            };
            match new.iter().position(|(r, i, _)| r == run && i == id) {
                Some(at) => {
                    layer.kind = new.remove(at).2;
                    stay.push(layer);
                }
                None => go.push(layer),
            }
        }
        // Room kept for a result becomes its layer.
        go.retain_mut(|layer| {
            let Source::Result(_, id) = &layer.source else {
                return true;
            };
            let Some(at) = new.iter().position(|(_, i, _)| i == id) else {
                return true;
            };
            let (run, id, kind) = new.remove(at);
            (layer.source, layer.kind) = (Source::Result(*run, id.clone()), *kind);
            let layer = layer.clone();
            self.insert(&mut stay, layer);
            false
        });
        go.into_iter().for_each(|layer| self.keep(layer));
        for (run, id, kind) in new {
            let free = |id: &String| stay.iter().all(|layer| layer.id != *id);
            // A list has fewer layers than there are numbers.
            let own = (0..)
                .map(|n| numbered(id, n))
                .find(free)
                .unwrap_or_default();
            let layer = self.made(own, *kind, Source::Result(*run, id.clone()));
            self.insert(&mut stay, layer);
        }
        self.list.set(stay);
    }

    /// Adds a layer of the recording, one of a result of the SDK (`result`), or one with data of its own (`items` in
    /// seconds); gives its id. A layer of this id that has data of its own is replaced.
    pub(crate) fn add(self, store: Store, options: &JsValue) -> Option<String> {
        let result = link::get(options, "result");
        if result.is_object() {
            let source = store.analyses.adopt(store, &result);
            self.sync(&untrack(|| store.analyses.layers()));
            let own = |layer: &&Layer| layer.source == source;
            let id = self
                .list
                .with_untracked(|all| all.iter().find(own).map(|layer| layer.id.clone()))?;
            self.configure(store, &id, options);
            return Some(id);
        }
        let told = options
            .as_string()
            .or_else(|| text(options, "kind"))
            .and_then(|kind| LayerKind::from_id(&kind));
        let items = link::get(options, "items");
        let rate_hz = store.view.get_untracked().rate_hz();
        let (data, kind) = if items.is_object() {
            let kind = told.unwrap_or(LayerKind::Segments);
            let items = given::read_annotations(&items, rate_hz);
            (Some(Data::Items(kind, Rc::new(items))), kind)
        } else {
            (None, told.filter(|kind| kind.is_of_recording())?)
        };
        let base = text(options, "id").unwrap_or_else(|| kind.id().to_owned());
        let mut all = self.list.get_untracked();
        let is_own = |layer: &Layer| layer.id == base && matches!(layer.source, Source::Given(_));
        let replaced = all.iter().position(is_own).filter(|_| data.is_some());
        let free = |id: &String| all.iter().all(|layer| layer.id != *id);
        let id = match replaced {
            Some(_) => base,
            None => (0..).map(|n| numbered(&base, n)).find(free)?,
        };
        let origin = match text(options, "origin").as_deref() {
            Some("track") => "track",
            Some("chapters") => "chapters",
            Some("markers") => "markers",
            _ => "page",
        };
        let source = match data {
            Some(data) => {
                let unit = text(options, "unit").unwrap_or_default();
                self.given
                    .update(|all| drop(all.insert(id.clone(), Given { data, unit })));
                Source::Given(origin)
            }
            None => Source::Recording,
        };
        let mut layer = match replaced {
            Some(at) => all.remove(at),
            None => self.made(id.clone(), kind, source),
        };
        layer.kind = kind;
        if !options.is_string() {
            layer.style.configure(options);
            layer.visible = link::get(options, "visible")
                .as_bool()
                .unwrap_or(layer.visible);
        }
        match replaced {
            Some(at) => all.insert(at, layer),
            None => self.insert(&mut all, layer),
        }
        self.list.set(all);
        if kind == LayerKind::Spectrogram && id != kind.id() {
            self.own_spectrogram(&id)
                .update(|style| style.configure(options));
        }
        Some(id)
    }

    /// Takes a layer out of the list; false if there is none of this id. The layer of a result takes the result along.
    pub(crate) fn remove(self, store: Store, id: &str) -> bool {
        let mut all = self.list.get_untracked();
        let Some(at) = all.iter().position(|layer| layer.id == id) else {
            return false;
        };
        let layer = all.remove(at);
        self.list.set(all);
        match &layer.source {
            Source::Result(run, id) => store.analyses.forget_result(*run, id),
            Source::Given(_) => {
                self.given.update(|all| drop(all.remove(id)));
            }
            Source::Recording => {}
        }
        true
    }

    /// Forgets the layers that belong to a recording: its chapters, markers and tracks.
    pub(crate) fn forget_medium(self) {
        let own = |layer: &Layer| matches!(layer.source, Source::Given(origin) if origin != "page");
        let mut all = self.list.get_untracked();
        let before = all.len();
        all.retain(|layer| !own(layer));
        if all.len() != before {
            self.given
                .update(|given| given.retain(|id, _| all.iter().any(|layer| layer.id == *id)));
            self.list.set(all);
        }
        self.peak.set(0.0);
    }

    /// Moves a layer to a place in the list, 0 being the top.
    pub(crate) fn move_to(self, id: &str, place: usize) -> bool {
        let mut all = self.list.get_untracked();
        let Some(at) = all.iter().position(|layer| layer.id == id) else {
            return false;
        };
        let layer = all.remove(at);
        all.insert(place.min(all.len()), layer);
        self.list.set(all);
        true
    }

    /// Changes a layer; settings of one that is not there yet wait for it.
    pub(crate) fn configure(self, store: Store, id: &str, settings: &JsValue) {
        let visible = link::get(settings, "visible").as_bool();
        let is_there = self
            .list
            .with_untracked(|all| all.iter().any(|layer| layer.id == id));
        if !is_there {
            self.kept.update_value(|kept| {
                let (style, is_visible) =
                    kept.get_or_insert_with(id.to_owned(), || (Style::default(), true));
                style.configure(settings);
                *is_visible = visible.unwrap_or(*is_visible);
            });
        }
        if id == LayerKind::Spectrogram.id() {
            store.style_spectrogram(|style| style.configure(settings));
        } else if self.spectrograms.with_value(|all| all.get(id).is_some()) {
            self.own_spectrogram(id)
                .update(|style| style.configure(settings));
        }
        self.change(id, |layer| {
            layer.style.configure(settings);
            layer.visible = visible.unwrap_or(layer.visible);
        });
    }

    /// Changes one layer; tells only if it is another then.
    pub(crate) fn change(self, id: &str, change: impl FnOnce(&mut Layer)) {
        self.list.maybe_update(|all| {
            let Some(layer) = all.iter_mut().find(|layer| layer.id == id) else {
                return false;
            };
            let before = layer.clone();
            change(layer);
            *layer != before
        });
    }

    /// Changes every visible layer of a kind; false if there is none.
    pub(crate) fn change_kind(self, kind: LayerKind, change: impl Fn(&mut Style)) -> bool {
        let is_it = |layer: &&mut Layer| layer.kind == kind && layer.visible;
        let any = |all: &mut Vec<Layer>| {
            let found = all.iter_mut().filter(is_it);
            found.map(|layer| change(&mut layer.style)).count() > 0
        };
        self.list
            .try_maybe_update(|all| {
                let any = any(all);
                (any, any)
            })
            .unwrap_or(false)
    }

    pub(crate) fn hide(self, id: &str) {
        self.change(id, |layer| layer.visible = false);
    }
}

/// Where the attribute wants a layer; those it does not name come last.
fn rank(order: &[String], layer: &Layer) -> usize {
    let is_named = |word: &String| {
        *word == layer.id
            // A processor's id stands for all its results.
            || layer.id.strip_prefix(word.as_str()).is_some_and(|rest| rest.starts_with(['.', '#']))
    };
    order.iter().position(is_named).unwrap_or(order.len())
}
