//! What every part of the annotations panel works with: the document behind the public API, and what of it is shown.

use gloo::{events::EventListener, timers::callback::Timeout};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

use super::{
    columns::{self, Column, Context, Refusal},
    entry::{Entry, TierEntry},
    exchange::Report,
    link::{Annotations, Edit, Page},
    query::Query,
};
use crate::{
    bench::Bench,
    js::{self, get, number},
    strings::{Strings, Word},
};

/// The element's events after which the table may show something else.
const CHANGES: [&str; 6] = [
    "annotationadd",
    "annotationchange",
    "annotationremove",
    "importreport",
    "annotationtierschange",
    "annotationsrefreshed",
];

/// More are not marked in the view one by one: a range over a whole table must not cost a second.
const MOST_SELECTED: usize = 20_000;

/// State of the open panel; copyable, and gone with it.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    /// The host, the words.
    pub(crate) bench: Bench,
    /// Grows whenever the document has changed. To be read with `get`: a memo that is only tracked is never made, and so
    /// hears of nothing.
    pub(crate) revision: Memo<u32>,
    /// What is shown of it.
    pub(crate) query: RwSignal<Query>,
    /// The shown columns.
    pub(crate) columns: RwSignal<Vec<Column>>,
    /// The document's tiers.
    pub(crate) tiers: Memo<Vec<TierEntry>>,
    /// How many annotations the query finds.
    pub(crate) total: Memo<usize>,
    /// Ids of what is selected, here and in the view.
    pub(crate) selection: RwSignal<Vec<String>>,
    /// Counts what the element tells of by no event.
    own: RwSignal<u32>,
    /// How the last import went, by button or by drop.
    pub(crate) report: RwSignal<Option<Report>>,
    /// What has just happened, or why it did not.
    pub(crate) said: RwSignal<String>,
}

impl Desk {
    /// A desk of the panel that is being made.
    pub(crate) fn new(bench: Bench) -> Self {
        let counts = CHANGES.map(|name| bench.count_events(name));
        let own = RwSignal::new(0_u32);
        let revision = Memo::new(move |_| {
            counts
                .iter()
                .map(|count| count.get())
                .fold(own.get(), u32::wrapping_add)
        });
        let query = RwSignal::new(Query::default());
        let selected = bench.count_events("annotationselect");
        let selection = RwSignal::new(Vec::new());
        let desk = Self {
            bench,
            revision,
            query,
            columns: RwSignal::new(super::settings::columns()),
            tiers: Memo::new(move |_| {
                let _ = revision.get();
                annotations(bench).map_or_else(Vec::new, |api| api.all_tiers())
            }),
            total: Memo::new(move |_| {
                let _ = revision.get();
                let page = annotations(bench)
                    .and_then(|api| query.with(|query| api.page(query, 0, 0).ok()));
                page.map_or(0, |page| page.total)
            }),
            selection,
            own,
            report: RwSignal::new(None),
            said: RwSignal::new(String::new()),
        };
        let listeners = ["ready", "importreport", "annotationsrestored"].map(|name| {
            EventListener::new(&bench.element(), name, move |event| {
                let report = get(&get(event, "detail"), "report");
                if report.is_object() {
                    desk.report.try_set(Some(Report::read(&report)));
                }
                // What is told of while a recording is opened can be asked for a task later.
                Timeout::new(0, move || desk.changed()).forget();
            })
        });
        let listeners = StoredValue::new_local(Some(listeners));
        on_cleanup(move || {
            listeners.try_update_value(Option::take);
        });
        Effect::new(move |_| {
            selected.track();
            let _ = revision.get();
            let now = annotations(bench).map_or_else(Vec::new, |api| api.selection());
            if selection.with_untracked(|before| *before != now) {
                selection.set(now);
            }
        });
        desk
    }

    /// Something has changed that no event tells of.
    pub(crate) fn changed(self) {
        self.own.try_update(|count| *count = count.wrapping_add(1));
    }

    /// That of the current component.
    pub(crate) fn get() -> Self {
        expect_context()
    }

    /// The words, tracked.
    pub(crate) fn s(self) -> &'static Strings {
        self.bench.s()
    }

    /// A number of things in words, tracked.
    pub(crate) fn counted(self, forms: Word, count: usize) -> String {
        self.bench.counted(forms, count)
    }

    /// `element.annotations`; none before the widget stands.
    pub(crate) fn api(self) -> Option<Annotations> {
        annotations(self.bench)
    }

    /// Some rows of what the query finds.
    pub(crate) fn page(self, from: usize, count: usize) -> Page {
        let page = self
            .query
            .with(|query| self.api()?.page(query, from, count).ok());
        page.unwrap_or_default()
    }

    /// Where an annotation stands in the table; none if the query leaves it out.
    pub(crate) fn row_of(self, id: &str) -> Option<usize> {
        self.query
            .with_untracked(|query| self.api()?.row_of(id, query))
    }

    /// The selected annotations as they are now.
    pub(crate) fn selected(self) -> Vec<Entry> {
        self.selection
            .with(|ids| ids.iter().filter_map(|id| self.api()?.entry(id)).collect())
    }

    /// Reads a cell's text into an annotation.
    pub(crate) fn write(
        self,
        column: Column,
        text: &str,
        entry: &mut Entry,
    ) -> Result<(), Refusal> {
        let rate_hz = self.rate_hz();
        self.tiers
            .with_untracked(|tiers| column.write(text, entry, Context { tiers, rate_hz }))
    }

    /// Of the open recording; 1 s is 1 frame without one.
    fn rate_hz(self) -> f64 {
        let media = self.bench.element().media();
        number(&get(&media, "info"), "sampleRate").unwrap_or(1.0)
    }

    // What is done

    /// Several edits as one step; false if they were refused, and then the reason is said.
    pub(crate) fn apply(self, edits: &[Edit], name: &str) -> bool {
        match self.try_apply(edits, name) {
            Ok(()) => true,
            Err(why) => {
                self.say(why);
                false
            }
        }
    }

    /// Several edits as one step, or why not.
    pub(crate) fn try_apply(self, edits: &[Edit], name: &str) -> Result<(), String> {
        let Some(api) = self.api() else {
            return Err(self.bench.strings.get_untracked().no_document.to_owned());
        };
        if edits.is_empty() {
            return Ok(());
        }
        api.apply(edits, name).map_err(|error| js::message(&error))
    }

    /// Writes the same text into one column of many annotations, as one step.
    pub(crate) fn write_all(
        self,
        entries: &[Entry],
        column: Column,
        text: &str,
        name: &str,
    ) -> bool {
        let mut edits = Vec::with_capacity(entries.len());
        for before in entries {
            let mut after = before.clone();
            let written = self
                .write(column, text, &mut after)
                .and_then(|()| columns::check(&after));
            if let Err(refusal) = written {
                self.say(self.refusal(&refusal));
                return false;
            }
            if after != *before {
                edits.push(Edit::Update(Box::new((before.clone(), after))));
            }
        }
        self.apply(&edits, name)
    }

    /// Selects annotations here and in the view.
    pub(crate) fn select(self, ids: Vec<String>) {
        let mut ids = ids;
        ids.truncate(MOST_SELECTED);
        if self.selection.with_untracked(|before| *before == ids) {
            return;
        }
        self.selection.set(ids.clone());
        if let Some(Err(error)) = self.api().map(|api| api.select_ids(&ids)) {
            self.say(js::message(&error));
        }
    }

    /// Brings a place into the view, unless it is seen already; the zoom stays.
    pub(crate) fn show(self, entry: &Entry) {
        let view = self.bench.element().view();
        let (Some(start), Some(end)) = (number(&view, "start"), number(&view, "end")) else {
            return;
        };
        let width = end - start;
        if entry.start_secs >= start && entry.start_secs < end {
            return;
        }
        // The begin a third of the way in: what follows is what one wants to hear.
        let from = (entry.start_secs - width / 3.0).max(0.0);
        call(&view, "zoomTo", &[from.into(), (from + width).into()]);
    }

    /// Plays an annotation's stretch; from a point it plays on.
    pub(crate) fn play(self, entry: &Entry) {
        let element = self.bench.element();
        if entry.is_point() {
            js::set(
                element.unchecked_ref(),
                "currentTime",
                &entry.start_secs.into(),
            );
            call(&element, "play", &[]);
        } else {
            let times = [entry.start_secs.into(), entry.end_secs.into()];
            call(&get(&element, "playback"), "playRange", &times);
        }
    }

    /// An annotation as it is now.
    pub(crate) fn entry(self, id: &str) -> Option<Entry> {
        self.api()?.entry(id)
    }

    /// Why a tier takes no edits, in words; none if it does.
    pub(crate) fn locked(self, tier: &str) -> Option<&'static str> {
        let s = self.bench.strings.get_untracked();
        if self.bench.element().has_attribute("readonly") {
            return Some(s.is_readonly);
        }
        let is_locked = self.tiers.with_untracked(|tiers| {
            tiers
                .iter()
                .any(|known| known.id == tier && known.is_locked)
        });
        is_locked.then_some(s.tier_is_locked)
    }

    /// Selects everything that the query finds.
    pub(crate) fn select_found(self) {
        let total = self.total.get_untracked();
        let rows = untrack(|| self.page(0, total.min(MOST_SELECTED))).rows;
        self.say_counted(|s| s.selected, rows.len());
        self.select(rows.into_iter().map(|entry| entry.id).collect());
    }

    /// Selects one more, or one less.
    pub(crate) fn toggle(self, id: &str) {
        let mut ids = self.selection.get_untracked();
        match ids.iter().position(|known| known == id) {
            Some(at) => {
                ids.remove(at);
            }
            None => ids.push(id.to_owned()),
        }
        self.select(ids);
    }

    /// One step back, or on again.
    pub(crate) fn step(self, again: bool) {
        let Some(api) = self.api() else { return };
        let s = self.bench.strings.get_untracked();
        let (done, undone) = api.steps();
        let name = if again { undone.first() } else { done.last() };
        let Some(name) = name else {
            self.say(
                if again {
                    s.nothing_to_redo
                } else {
                    s.nothing_to_undo
                }
                .to_owned(),
            );
            return;
        };
        let said = format!(
            "{} {}",
            if again { s.redone } else { s.undone },
            super::words::step(name, s)
        );
        match if again { api.redo() } else { api.undo() } {
            Ok(_) => self.say(said),
            Err(error) => self.say(js::message(&error)),
        }
    }

    /// Accepts or rejects what of the selection is proposed.
    pub(crate) fn judge(self, accept: bool) {
        self.judge_all(untrack(|| self.selected()), accept);
    }

    /// Accepts or rejects what of these is proposed, as one step.
    pub(crate) fn judge_all(self, entries: Vec<Entry>, accept: bool) {
        let s = self.bench.strings.get_untracked();
        let edits: Vec<Edit> = entries
            .into_iter()
            .filter(|entry| entry.is_proposed)
            .map(|entry| match accept {
                true => {
                    let accepted = Entry {
                        is_proposed: false,
                        ..entry.clone()
                    };
                    Edit::Update(Box::new((entry, accepted)))
                }
                false => Edit::Remove(entry.id),
            })
            .collect();
        if edits.is_empty() {
            self.say(s.none_proposed.to_owned());
            return;
        }
        let (name, words): (_, Word) = if accept {
            ("accept", |s| s.accepted)
        } else {
            ("reject", |s| s.rejected)
        };
        if self.apply(&edits, name) {
            self.say_counted(words, edits.len());
        }
    }

    /// Takes the selected annotations away, as one step.
    pub(crate) fn remove_selected(self) {
        let ids = self.selection.get_untracked();
        let edits: Vec<Edit> = ids.into_iter().map(Edit::Remove).collect();
        let count = edits.len();
        if count > 0 && self.apply(&edits, "remove") {
            self.say_counted(|s| s.removed, count);
        }
    }

    /// Shows a text, and says it to who listens.
    pub(crate) fn say(self, text: String) {
        self.bench.announce(&text);
        self.said.set(text);
    }

    /// Says how many things something was done to.
    pub(crate) fn say_counted(self, forms: Word, count: usize) {
        self.say(untrack(|| self.counted(forms, count)));
    }

    /// Why a cell did not take what was typed, in words.
    pub(crate) fn refusal(self, refusal: &Refusal) -> String {
        use super::times::NoTime;
        let s = self.bench.strings.get_untracked();
        let words = match refusal {
            Refusal::Time(NoTime::Unreadable) => s.no_time,
            Refusal::Time(NoTime::PastSixty) => s.past_sixty,
            Refusal::Number => s.no_number,
            Refusal::Inverted => s.inverted,
            Refusal::Share => s.no_share,
            Refusal::Frequency => s.no_frequency,
            Refusal::UnknownTier => s.unknown_tier,
            Refusal::Attribute(part) => return format!("{} “{part}”", s.no_attribute),
        };
        words.to_owned()
    }
}

fn annotations(bench: Bench) -> Option<Annotations> {
    let api = get(&bench.element(), "annotations");
    api.is_object().then(|| api.unchecked_into())
}

/// Calls a method if it is there.
pub(crate) fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: js_sys::Function = get(object, name).dyn_into().ok()?;
    let list: js_sys::Array = arguments.iter().collect();
    method.apply(object, &list).ok()
}
