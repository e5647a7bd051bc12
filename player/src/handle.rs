//! What the custom element calls.

use gloo::events::EventListener;
use js_sys::{Array, Object};
use leptos::{html, mount::mount_to};
use timeside_view::TimeUnit;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlCanvasElement, HtmlElement, KeyboardEvent};

use crate::{
    bridge::Bridge,
    commands::{self, PANELS},
    components::player::Player,
    frames::Frames,
    keys::{self, Keymap},
    layers,
    link::{self, Failure, Media},
    palette::Palette,
    prelude::*,
    sources::analysis,
    store::{Follow, Hotkeys, Phase, Store},
    strings,
    transport::Transport,
};

/// A mounted widget. Everything it holds (listeners, observers, frames, requests' answers) is let
/// go by [`PlayerHandle::unmount`].
#[wasm_bindgen]
pub struct PlayerHandle {
    pub(crate) store: Store,
    transport: Transport,
    unmount: Option<Box<dyn FnOnce()>>,
}

impl std::fmt::Debug for PlayerHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlayerHandle")
    }
}

/// Of the legend column; below `FOLDED_PX` it folds away. As in the element's style sheet, CSS pixels.
const LEGEND_PX: f64 = 144.0;
const FOLDED_PX: f64 = 640.0;

/// Builds the widget inside `root`, an empty element of the custom element's shadow tree.
#[wasm_bindgen]
#[must_use]
pub fn mount(root: HtmlElement, bridge: Bridge) -> PlayerHandle {
    console_error_panic_hook::set_once();
    let audio = bridge.audio();
    let host = bridge.host();
    let parts = std::rc::Rc::new(std::cell::Cell::new(None));
    let made = parts.clone();
    // Known before the first frame, so that a wide widget does not begin as a narrow one.
    let width = root.get_bounding_client_rect().width() - 2.0;
    let view = mount_to(root, move || {
        let store = Store::new(bridge);
        let axis_width = width - if width < FOLDED_PX { 0.0 } else { LEGEND_PX };
        store.resize(axis_width.max(1.0), window().device_pixel_ratio());
        let frames = Frames::new();
        let transport = Transport::new(store, audio, frames);
        provide_context(store);
        provide_context(frames);
        provide_context(transport);
        made.set(Some((store, transport)));
        let base = NodeRef::<html::Div>::new();
        watch_palette(store, host, base);
        watch_layers(store);
        watch_places(store);
        tell_panels(store);
        view! { <Player root=base /> }
    });
    let Some((store, transport)) = parts.take() else {
        wasm_bindgen::throw_str("the widget could not be built");
    };
    PlayerHandle {
        store,
        transport,
        unmount: Some(Box::new(move || drop(view))),
    }
}

/// The words of a `layers` attribute that name no layer, with spaces between them.
#[wasm_bindgen(js_name = unknownLayers)]
#[must_use]
pub fn unknown_layers(text: &str) -> String {
    layers::unknown(text)
}

/// Reads the colours once the widget stands, and again when the reader's wishes change.
fn watch_palette(store: Store, host: HtmlElement, base: NodeRef<html::Div>) {
    let reread = move || {
        if let Some(base) = base.get_untracked() {
            store.recolor(Palette::read(&host, &base));
        }
    };
    let first = reread.clone();
    Effect::new(move |_| {
        base.track();
        first();
    });
    let listeners: Vec<EventListener> = ["(prefers-color-scheme: dark)", "(forced-colors: active)"]
        .into_iter()
        .filter_map(|query| window().match_media(query).ok().flatten())
        .map(|list| {
            let reread = reread.clone();
            EventListener::new(&list, "change", move |_| reread())
        })
        .collect();
    let listeners = StoredValue::new(Some(listeners));
    let reread = StoredValue::new(reread);
    on_cleanup(move || {
        listeners.try_update_value(Option::take);
    });
    store.on_recolor(Callback::new(move |()| {
        reread.try_with_value(|reread| reread());
    }));
}

/// Keeps the layers in step with the results, and tells of every change.
fn watch_layers(store: Store) {
    Effect::new(move |_| store.layers.sync(&store.analyses.layers()));
    Effect::new(move |before: Option<()>| {
        let list = store.layers.list();
        let ids: Array =
            list.with(|all| all.iter().map(|layer| JsValue::from(&layer.id)).collect());
        if before.is_some() {
            store.emit("layerchange", &link::object(&[("layers", ids.into())]));
        }
    });
}

/// Keeps what a drag snaps to in step with the layers that are seen.
fn watch_places(store: Store) {
    Effect::new(move |_| {
        let places = store.layers.places(store);
        let items = places.iter().filter_map(|(_, data)| data.items());
        let edges = items.flat_map(|items| items.list()).flat_map(|item| {
            let edge = |position: f64| position.round() as i64;
            [edge(item.start), edge(item.end)]
        });
        let mut frames: Vec<i64> = edges.collect();
        frames.sort_unstable();
        frames.dedup();
        store.tiers.events.set_value(frames.into());
    });
}

/// Tells the workbench what has changed, and calls it when there are results to list.
fn tell_panels(store: Store) {
    let analyses = store.analyses;
    Effect::new(move |_| {
        analyses.entries().track();
        analyses.values().track();
        store.tell_panels("runs");
    });
    Effect::new(move |_| {
        store.keymap.track();
        store.tell_panels("keys");
    });
    Effect::new(move |_| {
        store.palette.track();
        store.tell_panels("palette");
    });
    Effect::new(move |_| {
        store.info.track();
        store.tell_panels("media");
    });
    Effect::new(move |_| {
        store.layers.list().track();
        store.spectrogram.track();
        store.channels_apart.track();
        store.tell_panels("layers");
    });
    let wanted = Memo::new(move |_| {
        let opened = matches!(store.phase.get(), Phase::Opening { .. } | Phase::Ready);
        opened && (analyses.any_planned() || analyses.entries().with(|all| !all.is_empty()))
    });
    Effect::new(move |_| {
        if wanted.get()
            && let Some(bridge) = store.bridge()
        {
            bridge.want_results();
        }
    });
}

/// Steps as a text of ids or as an array.
fn steps_of(steps: &JsValue) -> Array {
    steps
        .as_string()
        .map_or_else(|| Array::from(steps), |text| analysis::parse(&text))
}

#[wasm_bindgen]
impl PlayerHandle {
    /// Takes the widget down.
    pub fn unmount(mut self) {
        self.store.analyses.clear();
        if let Some(media) = untrack(|| self.store.media()) {
            media.watch_read(None);
        }
        if let Some(bridge) = self.store.bridge() {
            bridge.leave();
        }
        if let Some(unmount) = self.unmount.take() {
            unmount();
        }
    }

    /// A source has been asked for; `bytes` where its size is known.
    pub fn opening(&self, name: String, bytes: Option<f64>) {
        self.store.opening(name, bytes);
    }

    /// The SDK has opened it.
    pub fn opened(&self, media: Media) {
        self.store.opened(media);
        self.transport.judge();
    }

    /// How far the background read has come, 0..=1.
    #[wasm_bindgen(js_name = readTo)]
    pub fn read_to(&self, done: f64) {
        self.store.read_to(done);
    }

    /// The source cannot be opened.
    pub fn failed(&self, error: &JsValue) {
        self.store.failed(Failure::from_js(error));
        self.transport.judge();
    }

    /// Something went wrong while another recording stays open.
    pub fn warn(&self, error: &JsValue) {
        self.store.warn(Some(Failure::from_js(error)));
    }

    /// There is no source.
    pub fn closed(&self) {
        self.store.closed();
    }

    /// The `layers` attribute.
    #[wasm_bindgen(js_name = setLayers)]
    pub fn set_layers(&self, text: &str) {
        self.store.layers.show(text);
    }

    /// The layers in their order, as objects.
    pub fn layers(&self) -> Array {
        self.store.layers.told(self.store)
    }

    /// Adds a layer: of the recording by its kind, of a `result`, or of `items`; gives its id, `undefined` where the
    /// options name none.
    #[wasm_bindgen(js_name = addLayer)]
    pub fn add_layer(&self, options: &JsValue) -> Option<String> {
        self.store.layers.add(self.store, options)
    }

    /// Takes a layer out of the list; false if there is none of this id.
    #[wasm_bindgen(js_name = removeLayer)]
    pub fn remove_layer(&self, id: &str) -> bool {
        self.store.layers.remove(self.store, id)
    }

    /// Moves a layer to a place in the list; false if there is none of this id.
    #[wasm_bindgen(js_name = moveLayer)]
    pub fn move_layer(&self, id: &str, place: usize) -> bool {
        self.store.layers.move_to(id, place)
    }

    /// Settings of a layer, as the element has checked them.
    #[wasm_bindgen(js_name = configureLayer)]
    pub fn configure_layer(&self, id: &str, settings: &JsValue) {
        self.store.layers.configure(self.store, id, settings);
    }

    /// Paints what one of the widget's canvases shows with another context, `scale` of whose pixels are a CSS pixel;
    /// false if it is not a canvas that can be painted so.
    #[wasm_bindgen(js_name = paintInto)]
    pub fn paint_into(&self, canvas: &HtmlCanvasElement, context: JsValue, scale: f64) -> bool {
        let view = self.store.view.get_untracked();
        // Whatever draws as a context does will do.
        let context = context.unchecked_into();
        self.store.painters.paint(canvas, context, &view, scale)
    }

    /// What every processor gives, and the steps that will be run on each recording: room is kept
    /// for their results.
    pub fn expect(&self, results: &Array, steps: &JsValue) {
        let steps = analysis::step_names(&steps_of(steps));
        self.store
            .analyses
            .expect(link::read_expected(results), steps);
    }

    /// Runs the steps of the `analyzers` attribute: a text of ids, or an array of steps.
    #[wasm_bindgen(js_name = setAnalyzers)]
    pub fn set_analyzers(&self, steps: &JsValue) {
        let store = self.store;
        let steps = steps_of(steps);
        store.analyses.plan(analysis::step_names(&steps));
        if steps.length() > 0 && untrack(|| store.media()).is_some() {
            wasm_bindgen_futures::spawn_local(analysis::run_each(store, steps));
        }
    }

    /// Runs one step, or several in one pass, and shows their results; `options` has `start` and `duration` in seconds.
    ///
    /// # Errors
    /// The SDK's error.
    pub async fn analyze(&self, step: JsValue, options: Object) -> Result<JsValue, JsValue> {
        let steps = if Array::is_array(&step) {
            Array::from(&step)
        } else {
            Array::of1(&step)
        };
        analysis::run(self.store, steps, options).await
    }

    /// Every analysis asked for: `RunInfo[]`.
    pub fn runs(&self) -> Array {
        self.store.analyses.told_runs()
    }

    /// What the analyses gave or will give: `{ values, curves }`.
    pub fn results(&self) -> Object {
        self.store.analyses.told_results()
    }

    /// Stops an analysis; what it has found so far stays.
    #[wasm_bindgen(js_name = cancelRun)]
    pub fn cancel_run(&self, key: u32) {
        self.store.analyses.cancel(key);
    }

    /// Forgets an analysis and its results.
    #[wasm_bindgen(js_name = removeRun)]
    pub fn remove_run(&self, key: u32) {
        self.store.analyses.cancel(key);
        self.store.analyses.remove(key);
    }

    /// One waveform lane per channel?
    #[wasm_bindgen(getter, js_name = channelsApart)]
    pub fn channels_apart(&self) -> bool {
        self.store.channels_apart.get_untracked()
    }

    /// Sets whether there is one waveform lane per channel.
    #[wasm_bindgen(setter, js_name = channelsApart)]
    pub fn set_channels_apart(&self, apart: bool) {
        self.store.set_channels_apart(apart);
    }

    /// Shows a panel of the workbench by its id, or none; `subject` is what of it is asked for.
    #[wasm_bindgen(js_name = setPanel)]
    pub fn set_panel(&self, panel: Option<String>, subject: Option<String>) {
        let known = |id: String| {
            PANELS
                .iter()
                .map(|panel| panel.id)
                .find(|known| *known == id)
        };
        self.store
            .show_panel(panel.and_then(known), subject.as_deref());
    }

    /// Says a text to who listens.
    pub fn announce(&self, text: String) {
        self.store.announce(text);
    }

    /// Every command with its keys: `CommandInfo[]`.
    pub fn commands(&self) -> Array {
        commands::told(self.store)
    }

    /// A pressed key as commands spell it.
    #[wasm_bindgen(js_name = chordOf)]
    pub fn chord_of(&self, event: &KeyboardEvent) -> String {
        keys::chord(event)
    }

    /// The `theme` attribute, or a token, has changed.
    pub fn recolor(&self) {
        self.store.recolor_now();
    }

    /// The reader's language: its tag, and `{ player, workbench }`, words by their names; anything else gives English.
    #[wasm_bindgen(js_name = setLanguage)]
    pub fn set_language(&self, tag: &str, words: &JsValue) {
        if let Some(bridge) = self.store.bridge() {
            bridge.speak(tag, &link::get(words, "workbench"));
        }
        let words = link::get(words, "player");
        self.store.set_strings(strings::of_language(tag, &words));
    }

    /// The `controls` attribute.
    #[wasm_bindgen(js_name = setControls)]
    pub fn set_controls(&self, on: bool) {
        self.store.set_controls(on);
    }

    /// The `hotkeys` and `nohotkeys` attributes.
    #[wasm_bindgen(js_name = setHotkeys)]
    pub fn set_hotkeys(&self, off: bool, tokens: &str) {
        let without = tokens.split_whitespace().map(str::to_lowercase).collect();
        self.store.set_hotkeys(Hotkeys { off, without });
    }

    /// Changed keys: an object from ids of commands to chords between spaces.
    #[wasm_bindgen(js_name = setKeys)]
    pub fn set_keys(&self, changed: &js_sys::Object) {
        let changed = js_sys::Object::entries(changed)
            .iter()
            .filter_map(|entry| {
                let entry = Array::from(&entry);
                let chords = entry.get(1).as_string()?;
                let chords = chords.split_whitespace().map(str::to_lowercase).collect();
                Some((entry.get(0).as_string()?, chords))
            })
            .collect();
        self.store.set_keymap(Keymap::with(changed));
    }

    /// Left edge of the view, seconds.
    #[wasm_bindgen(getter, js_name = viewStart)]
    pub fn view_start(&self) -> f64 {
        self.store
            .view
            .with_untracked(timeside_view::Viewport::start_secs)
    }

    /// Right edge of the view, seconds.
    #[wasm_bindgen(getter, js_name = viewEnd)]
    pub fn view_end(&self) -> f64 {
        self.store
            .view
            .with_untracked(timeside_view::Viewport::end_secs)
    }

    /// Shows a stretch, seconds.
    #[wasm_bindgen(js_name = zoomTo)]
    pub fn zoom_to(&self, start: f64, end: f64) {
        let view = self.store.view.get_untracked();
        self.store
            .show(view.showing(start * view.rate_hz(), end * view.rate_hz()));
    }

    /// Comes nearer by a factor about a time (seconds), by default the middle of the view.
    #[wasm_bindgen(js_name = zoomBy)]
    pub fn zoom_by(&self, factor: f64, at: Option<f64>) {
        let view = self.store.view.get_untracked();
        let px = at.map_or(view.width_px() / 2.0, |secs| view.px_from_secs(secs));
        self.store.zoom(factor, px);
    }

    /// What the view does while it plays: `page`, `centre` or `off`.
    #[wasm_bindgen(getter)]
    pub fn follow(&self) -> String {
        self.store.follow.get_untracked().word().to_owned()
    }

    /// Sets it; other words change nothing.
    #[wasm_bindgen(setter)]
    pub fn set_follow(&self, word: &str) {
        if let Some(follow) = Follow::from_word(word) {
            self.store.set_follow(follow);
        }
    }

    /// Shows the whole recording.
    pub fn fit(&self) {
        self.store.show(self.store.view.get_untracked().fit());
    }

    /// Back (or forward again) to the view before; false at the end.
    #[wasm_bindgen(js_name = stepViews)]
    pub fn step_views(&self, forward: bool) -> bool {
        self.store.step_views(forward)
    }

    /// In what the ruler counts: `frames`, `day` (with the seconds after midnight of the first frame), `beats` (with
    /// their times in seconds, rising, and how many make a bar), else hours, minutes and seconds.
    #[wasm_bindgen(js_name = countTimeIn)]
    pub fn count_time_in(&self, unit: &str, first: f64, beats: Vec<f64>) {
        self.store.count_time_in(match unit {
            "frames" => TimeUnit::Frames,
            "day" => TimeUnit::Day {
                midnight_secs: first,
            },
            "beats" => TimeUnit::Beats {
                beats,
                meter: first as u32,
            },
            _ => TimeUnit::Clock,
        });
    }

    /// How many CSS pixels higher (below 0: lower) the lanes of annotations, or the wrapped lines, may be; `undefined`
    /// where the page leaves the height open.
    #[wasm_bindgen(js_name = spareHeight)]
    pub fn spare_height(&self, spare_px: Option<f64>) {
        self.store.spare_height(spare_px);
    }

    /// Seconds in a line of the wrapped waveform; 0 unwraps it.
    #[wasm_bindgen(getter)]
    pub fn wrap(&self) -> f64 {
        self.store.wrap_secs.get_untracked().unwrap_or(0.0)
    }

    /// Sets it.
    #[wasm_bindgen(setter)]
    pub fn set_wrap(&self, line_secs: f64) {
        self.store.wrap(Some(line_secs));
    }

    /// The link to this place is on the clipboard.
    #[wasm_bindgen(js_name = tellCopied)]
    pub fn tell_copied(&self) {
        let s = self.store.strings.get_untracked();
        self.store.announce(s.link_copied.to_owned());
    }

    /// Repeats the selection, or all.
    #[wasm_bindgen(js_name = toggleLoop)]
    pub fn toggle_loop(&self) {
        self.transport.toggle_loop();
    }

    /// Selects a stretch (seconds); an empty one clears the selection.
    pub fn select(&self, start: f64, end: f64) {
        let view = self.store.view.get_untracked();
        self.store.select(Some((
            view.frame_from_secs(start),
            view.frame_from_secs(end),
        )));
    }

    /// What is selected, `{ start, end }` in seconds, or null.
    #[wasm_bindgen(getter)]
    pub fn selection(&self) -> JsValue {
        self.store.told_selection()
    }

    /// Where the playhead is, also for a recording that this browser cannot play; seconds.
    #[wasm_bindgen(getter)]
    pub fn playhead(&self) -> f64 {
        self.store.playhead_secs.get_untracked()
    }

    /// Moves the playhead, seconds.
    pub fn seek(&self, secs: f64) {
        self.transport.seek(secs);
    }
}
