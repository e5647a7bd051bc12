//! The control of one setting.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::{
    Shelf,
    settings::{Control, Setting},
};
use crate::{
    bench::Bench,
    js::{flag, get, number, text},
};

/// A setting of a layer; each change acts at once.
#[component]
pub(super) fn SettingControl(
    shelf: Shelf,
    id: StoredValue<String>,
    setting: Setting,
) -> impl IntoView {
    let bench = Bench::get();
    let name = move || (setting.name)(bench.s());
    let change = move |value: JsValue| {
        id.with_value(|id| shelf.configure(bench, id, &[(setting.key, value)]));
    };
    let of_number = move || {
        id.with_value(|id| shelf.read(id, |l| number(l, setting.key)))
            .flatten()
    };
    let of_text = move || {
        id.with_value(|id| shelf.read(id, |l| text(l, setting.key)))
            .flatten()
    };
    let value = move || of_number().unwrap_or(setting.default);
    match setting.control {
        Control::Slider(least, most, step, unit) => {
            let shown = move || {
                let number = value();
                let decimals = if step < 0.1 { 2 } else { usize::from(step < 1.0) };
                let digits = format!("{number:.decimals$}").replace('-', "−");
                if unit.is_empty() { digits } else { format!("{digits}\u{202f}{unit}") }
            };
            view! {
                <label class="setting">
                    <span aria-hidden="true">{name}</span>
                    <input
                        class="slider"
                        type="range"
                        aria-label=name
                        min=least
                        max=most
                        step=step
                        prop:value=move || value().to_string()
                        aria-valuetext=shown
                        style:--fill=move || format!("{}%", (value() - least) / (most - least) * 100.0)
                        on:input=move |event| {
                            if let Ok(number) = event_target_value(&event).parse::<f64>() {
                                change(number.into());
                            }
                        }
                    />
                    <span class="number level" aria-hidden="true">{shown}</span>
                </label>
            }
            .into_any()
        }
        Control::Number(unit) => view! {
            <label class="setting">
                <span aria-hidden="true">{name}</span>
                <input
                    class="entry narrow"
                    type="number"
                    aria-label=name
                    min="0"
                    step="any"
                    placeholder=move || bench.s().automatic
                    prop:value=move || of_number().map(|number| format!("{number:.0}")).unwrap_or_default()
                    on:change=move |event| change(event_target_value(&event).parse::<f64>().map_or(JsValue::NULL, JsValue::from))
                />
                <span class="unit">{unit}</span>
            </label>
        }
        .into_any(),
        Control::Choice(choices) => {
            let first = choices.first().map_or("", |(id, _)| id);
            let now = move || of_text().unwrap_or_else(|| first.to_owned());
            let choose = move |event: leptos::ev::Event| {
                let id = event_target_value(&event);
                change(if id == "auto" { JsValue::NULL } else { id.into() });
            };
            view! {
                <label class="setting">
                    <span aria-hidden="true">{name}</span>
                    <select aria-label=name on:change=choose>
                        {choices.iter().map(|(id, word)| view! {
                            <option value=*id selected=move || now() == *id>{move || word(bench.s())}</option>
                        }).collect_view()}
                    </select>
                </label>
            }
            .into_any()
        }
        Control::OneOf(numbers, sign) => {
            let rate = number(&get(&bench.element().media(), "info"), "sampleRate");
            let word = move |n: u32| match rate.filter(|_| sign.is_empty()) {
                Some(rate) => {
                    let ms = f64::from(n) / rate * 1000.0;
                    format!("{n} ({ms:.*}\u{202f}ms)", usize::from(ms < 10.0))
                }
                None => format!("{sign} {n}").trim().to_owned(),
            };
            view! {
                <label class="setting">
                    <span aria-hidden="true">{name}</span>
                    <select
                        aria-label=name
                        on:change=move |event| {
                            if let Ok(n) = event_target_value(&event).parse::<u32>() {
                                change(n.into());
                            }
                        }
                    >
                        {numbers.iter().map(|&n| view! {
                            <option value=n.to_string() selected=move || value() == f64::from(n)>{word(n)}</option>
                        }).collect_view()}
                    </select>
                </label>
            }
            .into_any()
        }
        Control::Channel => {
            let info = get(&bench.element().media(), "info");
            let channels = number(&info, "channels").unwrap_or(1.0) as u32;
            (channels > 1).then(|| view! {
                <label class="setting">
                    <span aria-hidden="true">{name}</span>
                    <select
                        aria-label=name
                        on:change=move |event| change(event_target_value(&event).parse::<u32>().map_or(JsValue::NULL, JsValue::from))
                    >
                        <option value="mean" selected=move || of_number().is_none()>{move || bench.s().channel_mean}</option>
                        {(0..channels).map(|c| view! {
                            <option value=c.to_string() selected=move || of_number() == Some(f64::from(c))>{c + 1}</option>
                        }).collect_view()}
                    </select>
                </label>
            })
            .into_any()
        }
        Control::Lane => {
            let own = id.get_value();
            let others = move || {
                let own = id.get_value();
                let ids = shelf.ids().into_iter().filter(|other| *other != own);
                ids.map(|other| {
                    let group = shelf.read(&other, |l| text(l, "group")).flatten();
                    (group.unwrap_or_else(|| other.clone()), shelf.name(&other))
                })
                .collect::<Vec<_>>()
            };
            let is_alone = {
                let own = own.clone();
                move || of_text().is_none_or(|group| group == own)
            };
            view! {
                <label class="setting">
                    <span aria-hidden="true">{name}</span>
                    <select
                        aria-label=name
                        on:change=move |event| {
                            let group = event_target_value(&event);
                            change(if group == own { JsValue::NULL } else { group.into() });
                        }
                    >
                        <option value=id.get_value() selected=is_alone>{move || bench.s().lane_own}</option>
                        {move || others().into_iter().map(|(group, name)| {
                            let value = group.clone();
                            view! {
                                <option value=value selected=move || of_text().as_ref() == Some(&group)>
                                    {move || format!("{} {name}", bench.s().lane_with)}
                                </option>
                            }
                        }).collect_view()}
                    </select>
                </label>
            }
            .into_any()
        }
        Control::Switch => {
            let on = move || id.with_value(|id| shelf.read(id, |l| flag(l, setting.key))).flatten().unwrap_or(false);
            view! {
                <label class="setting">
                    <input type="checkbox" prop:checked=on on:change=move |event| change(event_target_checked(&event).into()) />
                    <span>{name}</span>
                </label>
            }
            .into_any()
        }
        Control::Color => {
            // The control takes this notation alone; other colours stay as they are until one is chosen.
            let hex = move || of_text().filter(|color| color.len() == 7 && color.starts_with('#'));
            view! {
                <label class="setting">
                    <span aria-hidden="true">{name}</span>
                    <input
                        class="color"
                        type="color"
                        aria-label=name
                        prop:value=move || hex().unwrap_or_else(|| "#808080".to_owned())
                        on:change=move |event| change(event_target_value(&event).into())
                    />
                </label>
            }
            .into_any()
        }
    }
}
