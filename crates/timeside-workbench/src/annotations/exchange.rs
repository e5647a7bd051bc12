//! Files of other programs: in by file or paste, out with what each format would lose, told before it is saved.

use js_sys::{Object, Uint8Array};
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::desk::{Desk, call};
use crate::{
    js::{self, flag, get, list, object, text},
    strings::Strings,
};

/// Lines shown of each part of a report; all of them are copied.
const MOST_LINES: usize = 40;
/// Formats that spreadsheets open.
const SPREADSHEETS: [&str; 2] = ["csv", "tsv"];

/// A format that annotations come in or go out in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Format {
    id: String,
    name: String,
    reads: bool,
    writes: bool,
    extensions: Vec<String>,
}

/// What reading or writing a file did beside what was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Report {
    /// The format's id.
    pub(crate) format: String,
    /// Repaired or doubtful.
    pub(crate) warnings: Vec<String>,
    /// Not said by the file.
    pub(crate) guessed: Vec<String>,
    /// Not held by the other side.
    pub(crate) lost: Vec<String>,
}

impl Report {
    /// From an `ImportReport`.
    pub(crate) fn read(report: &JsValue) -> Self {
        let lines = |name: &str| {
            list(report, name)
                .iter()
                .filter_map(|line| text(line, "message"))
                .collect()
        };
        Self {
            format: text(report, "format").unwrap_or_default(),
            warnings: lines("warnings"),
            guessed: lines("guessed"),
            lost: lines("lost"),
        }
    }

    fn parts<'a>(&'a self, s: &Strings) -> [(&'static str, &'a [String]); 3] {
        [
            (s.repaired, &self.warnings),
            (s.guessed, &self.guessed),
            (s.lost, &self.lost),
        ]
    }

    fn is_clean(&self) -> bool {
        self.warnings.is_empty() && self.guessed.is_empty() && self.lost.is_empty()
    }

    /// All of it as a text to copy.
    fn to_text(&self, s: &Strings) -> String {
        let mut out = format!("{}\n", self.format);
        for (name, lines) in self.parts(s) {
            if !lines.is_empty() {
                out.push_str(&format!(
                    "\n{name} ({})\n{}\n",
                    lines.len(),
                    lines.join("\n")
                ));
            }
        }
        out
    }
}

#[component]
pub(crate) fn Exchange() -> impl IntoView {
    let desk = Desk::get();
    let formats = RwSignal::new(Vec::<Format>::new());
    let mode = RwSignal::new("merge".to_owned());
    let report = desk.report;
    spawn_local(async move {
        if let Ok(found) = JsFuture::from(desk.bench.host().annotation_formats()).await {
            let read = |format: JsValue| Format {
                id: text(&format, "id").unwrap_or_default(),
                name: text(&format, "name").unwrap_or_default(),
                reads: flag(&format, "canRead").unwrap_or(false),
                writes: flag(&format, "canWrite").unwrap_or(false),
                extensions: list(&format, "extensions")
                    .iter()
                    .filter_map(JsValue::as_string)
                    .collect(),
            };
            let found: Vec<Format> = js_sys::Array::from(&found).iter().map(read).collect();
            formats.try_set(found);
        }
    });
    let take = move |bytes: JsValue, name: String| {
        spawn_local(async move {
            let s = desk.bench.strings.get_untracked();
            let options = object(&[
                ("mode", mode.get_untracked().into()),
                ("name", name.as_str().into()),
            ]);
            match import(desk, &bytes, &options).await {
                Ok(found) => {
                    desk.say(format!(
                        "{}: {}",
                        s.imported,
                        if name.is_empty() {
                            &found.format
                        } else {
                            &name
                        }
                    ));
                    report.try_set(Some(found));
                }
                Err(why) => {
                    report.try_set(None);
                    desk.say(why);
                }
            }
        });
    };
    let input = NodeRef::<html::Input>::new();
    let pasted = NodeRef::<html::Textarea>::new();
    let on_files = move |_| {
        let Some(input) = input.get_untracked() else {
            return;
        };
        for file in js_sys::Array::from(&get(&input, "files")).iter() {
            spawn_local(async move {
                let name = text(&file, "name").unwrap_or_default();
                let Some(reading) = call(&file, "arrayBuffer", &[]) else {
                    return;
                };
                let reading: js_sys::Promise = reading.unchecked_into();
                match JsFuture::from(reading).await {
                    Ok(buffer) => take(Uint8Array::new(&buffer).into(), name),
                    Err(error) => desk.say(js::message(&error)),
                }
            });
        }
        input.set_value("");
    };
    let on_paste = move |_| {
        let Some(area) = pasted.get_untracked() else {
            return;
        };
        let typed = area.value();
        if !typed.trim().is_empty() {
            take(typed.into(), String::new());
            area.set_value("");
        }
    };
    let accept = move || {
        let dots = |format: &Format| {
            format
                .extensions
                .iter()
                .map(|e| format!(".{e}"))
                .collect::<Vec<_>>()
        };
        formats.with(|all| {
            all.iter()
                .filter(|format| format.reads)
                .flat_map(dots)
                .collect::<Vec<_>>()
                .join(",")
        })
    };
    view! {
        <div class="ann-exchange">
            <section aria-label=move || desk.s().import>
                <h3 class="heading">{move || desk.s().import}</h3>
                <div class="tools">
                    <label class="act file">
                        <input node_ref=input class="sr-only" type="file" multiple accept=accept on:change=on_files />
                        {move || desk.s().choose_files}
                    </label>
                    <select aria-label=move || desk.s().import_mode on:change=move |event| mode.set(event_target_value(&event))>
                        <option value="merge">{move || desk.s().mode_merge}</option>
                        <option value="new-tiers">{move || desk.s().mode_new_tiers}</option>
                        <option value="replace">{move || desk.s().mode_replace}</option>
                    </select>
                </div>
                <p class="dim">{move || desk.s().import_hint}</p>
                <textarea node_ref=pasted class="entry ann-paste" rows="3" dir="auto" spellcheck="false"
                    aria-label=move || desk.s().paste_here placeholder=move || desk.s().paste_here></textarea>
                <div class="tools">
                    <button class="act" type="button" on:click=on_paste>{move || desk.s().import_pasted}</button>
                </div>
                {move || report.get().map(|report| view! { <ReportView report /> })}
            </section>
            <Export formats />
        </div>
    }
}

/// What became of a file, in words, with a button to copy them.
#[component]
fn ReportView(report: Report) -> impl IntoView {
    let desk = Desk::get();
    let report = StoredValue::new(report);
    let copy = move |_| {
        let s = desk.bench.strings.get_untracked();
        let words = report.with_value(|report| report.to_text(s));
        let clipboard =
            web_sys::window().map(|window| get(&get(&window, "navigator"), "clipboard"));
        let asked = clipboard.and_then(|clipboard| call(&clipboard, "writeText", &[words.into()]));
        desk.say(
            if asked.is_some() {
                s.copied
            } else {
                s.not_copied
            }
            .to_owned(),
        );
    };
    view! {
        <div class="ann-report">
            {move || report.with_value(|report| {
                let s = desk.s();
                if report.is_clean() {
                    return view! { <p>{s.report_clean}</p> }.into_any();
                }
                report.parts(s).into_iter().filter(|(_, lines)| !lines.is_empty()).map(|(name, lines)| {
                    let more = lines.len().saturating_sub(MOST_LINES);
                    view! {
                        <h4>{name} " (" {lines.len()} ")"</h4>
                        <ul>
                            {lines.iter().take(MOST_LINES).map(|line| view! { <li><bdi>{line.clone()}</bdi></li> }).collect_view()}
                            {(more > 0).then(|| view! { <li class="dim">{desk.counted(|s| s.more_lines, more)}</li> })}
                        </ul>
                    }
                }).collect_view().into_any()
            })}
            <Show when=move || report.with_value(|report| !report.is_clean())>
                <button class="act small" type="button" on:click=copy>{move || desk.s().copy_report}</button>
            </Show>
        </div>
    }
}

/// Out: the format, what it would lose, the file.
#[component]
fn Export(formats: RwSignal<Vec<Format>>) -> impl IntoView {
    let desk = Desk::get();
    let chosen = RwSignal::new(String::new());
    let guards = RwSignal::new(false);
    let written = RwSignal::new(None::<Result<Report, String>>);
    // What is lost is known once it has been written; saving is a second step.
    let look = move |id: String| {
        chosen.set(id.clone());
        written.set(None);
        if id.is_empty() {
            return;
        }
        spawn_local(async move {
            let guard = guards.get_untracked();
            let made = look_at(desk, &id, guard).await;
            let asked = (chosen.try_get_untracked(), guards.try_get_untracked());
            if asked == (Some(id), Some(guard)) {
                written.try_set(Some(made));
            }
        });
    };
    // What is edited meanwhile is in the file too.
    Effect::new(move |before: Option<()>| {
        let _ = desk.revision.get();
        if before.is_some() {
            look(chosen.get_untracked());
        }
    });
    let save = move |_| {
        let id = chosen.get_untracked();
        spawn_local(async move {
            let s = desk.bench.strings.get_untracked();
            match save(desk, &id, guards.get_untracked()).await {
                Ok(name) => desk.say(format!("{} {name}", s.saved_as)),
                Err(why) => desk.say(why),
            }
        });
    };
    view! {
        <section aria-label=move || desk.s().export>
            <h3 class="heading">{move || desk.s().export}</h3>
            <div class="tools">
                <select aria-label=move || desk.s().format on:change=move |event| look(event_target_value(&event))>
                    <option value="">{move || desk.s().choose_format}</option>
                    {move || formats.get().into_iter().filter(|format| format.writes).map(|format| view! {
                        <option value=format.id>{format.name}</option>
                    }).collect_view()}
                </select>
                <button class="act main" type="button" disabled=move || !matches!(written.get(), Some(Ok(_))) on:click=save>
                    {move || desk.s().save_file}
                </button>
            </div>
            <Show when=move || chosen.with(|id| SPREADSHEETS.contains(&id.as_str()))>
                <label class="check">
                    <input type="checkbox" aria-describedby="annotations-guard-hint" prop:checked=guards on:change=move |event| {
                        guards.set(event_target_checked(&event));
                        look(chosen.get_untracked());
                    } />
                    {move || desk.s().guard_formulas}
                </label>
                <p class="dim ann-hint" id="annotations-guard-hint">{move || desk.s().guard_hint}</p>
            </Show>
            {move || match written.get() {
                Some(Ok(report)) => view! { <ReportView report /> }.into_any(),
                Some(Err(why)) => view! { <p class="ann-refused" role="alert">{why}</p> }.into_any(),
                None => ().into_any(),
            }}
        </section>
    }
}

async fn import(desk: Desk, bytes: &JsValue, options: &Object) -> Result<Report, String> {
    let s = desk.bench.strings.get_untracked();
    let api = desk.api().ok_or(s.no_document)?;
    let words = |error: JsValue| js::message(&error);
    let asked = api
        .import(bytes, &JsValue::UNDEFINED, options)
        .map_err(words)?;
    let report = JsFuture::from(asked).await.map_err(words)?;
    Ok(Report::read(&report))
}

/// What `formatAnnotations()` takes.
fn options(format: &str, guard: bool) -> Object {
    let guards = guard && SPREADSHEETS.contains(&format);
    object(&[("guardFormulas", guards.into())])
}

/// What a format would lose; nothing is saved yet.
async fn look_at(desk: Desk, format: &str, guard: bool) -> Result<Report, String> {
    let host = desk.bench.host();
    let made = JsFuture::from(host.format_annotations(format, &options(format, guard))).await;
    made.map(|made| Report::read(&get(&made, "report")))
        .map_err(|error| js::message(&error))
}

/// Writes and downloads the document; the file's name.
async fn save(desk: Desk, format: &str, guard: bool) -> Result<String, String> {
    let s = desk.bench.strings.get_untracked();
    let api = desk.api().ok_or(s.no_document)?;
    let words = |error: JsValue| js::message(&error);
    let made = JsFuture::from(api.export(format, &options(format, guard)).map_err(words)?)
        .await
        .map_err(words)?;
    let extension = text(&made, "extension").unwrap_or_else(|| format.to_owned());
    let name = format!("{}.{extension}", medium_name(desk));
    download(&made, &name).ok_or(s.not_saved)?;
    Ok(name)
}

/// The recording's name without its ending.
fn medium_name(desk: Desk) -> String {
    let info = get(&desk.bench.element().media(), "info");
    let name = text(&info, "name").unwrap_or_default();
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    if stem.is_empty() {
        "annotations".to_owned()
    } else {
        stem.to_owned()
    }
}

/// Hands the bytes to the browser as a file.
fn download(made: &JsValue, name: &str) -> Option<()> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(&text(made, "mimeType").unwrap_or_default());
    let parts = js_sys::Array::of1(&get(made, "bytes"));
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    let url = web_sys::Url::create_object_url_with_blob(&blob).ok()?;
    let link = web_sys::window()?.document()?.create_element("a").ok()?;
    let link: web_sys::HtmlAnchorElement = link.dyn_into().ok()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken it by the next task.
    gloo::timers::callback::Timeout::new(10_000, move || {
        let _ = web_sys::Url::revoke_object_url(&url);
    })
    .forget();
    Some(())
}
