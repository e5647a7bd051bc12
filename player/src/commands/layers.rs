//! What the layers say and mark.

use super::{Command, Group::View, Hands};
use crate::{format, layers::LayerKind, prelude::*};

/// Vertical zoom of one key press.
const AMPLITUDE_STEP: f64 = 1.5;
/// How far the keys zoom.
const MAX_GAIN: f64 = 1000.0;

/// Shown in this order.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        id: "read-out",
        group: View,
        keys: &["i"],
        name: |s| s.key_read_out,
        run: read_out,
    },
    Command {
        id: "spectrum",
        group: View,
        keys: &["shift+i"],
        name: |s| s.key_slice,
        run: |Hands { store, .. }| {
            let shown = store.layers.slice();
            if !store.layers.list().with_untracked(|all| {
                all.iter()
                    .any(|l| l.kind == LayerKind::Spectrogram && l.visible)
            }) {
                return false;
            }
            shown.update(|on| *on = !*on);
            let s = store.strings.get_untracked();
            let said = if shown.get_untracked() {
                s.slice_on
            } else {
                s.slice_off
            };
            store.announce(said.to_owned());
            true
        },
    },
    Command {
        id: "next-place",
        group: View,
        keys: &["alt+pagedown"],
        name: |s| s.key_next_place,
        run: |hands| to_place(hands, true),
    },
    Command {
        id: "previous-place",
        group: View,
        keys: &["alt+pageup"],
        name: |s| s.key_previous_place,
        run: |hands| to_place(hands, false),
    },
    Command {
        id: "amplitude-in",
        group: View,
        keys: &["h"],
        name: |s| s.key_amplitude_in,
        run: |hands| amplitude(hands, AMPLITUDE_STEP),
    },
    Command {
        id: "amplitude-out",
        group: View,
        keys: &["shift+h"],
        name: |s| s.key_amplitude_out,
        run: |hands| amplitude(hands, 1.0 / AMPLITUDE_STEP),
    },
];

fn read_out(Hands { store, .. }: Hands) -> bool {
    let position = store.playhead_frame() as f64;
    let mut said = vec![format::spoken(store, store.playhead_secs.get_untracked())];
    said.extend(store.layers.read_out(store, position));
    store.announce(said.join(", "));
    true
}

fn to_place(Hands { store, transport }: Hands, forward: bool) -> bool {
    let rate = store.view.get_untracked().rate_hz();
    let position = store.playhead_secs.get_untracked() * rate;
    let places = untrack(|| store.layers.places(store));
    let starts = places
        .iter()
        .filter_map(|(_, data)| data.items()?.next_start(position, forward));
    let start = if forward {
        starts.reduce(f64::min)
    } else {
        starts.reduce(f64::max)
    };
    let Some(start) = start else { return false };
    transport.seek(start / rate);
    let said = places.iter().find_map(|(_, data)| {
        let items = data.items()?;
        let at = items
            .at(start, 0.5)
            .filter(|&i| items.list()[i].start == start)?;
        items
            .label(at)
            .map(|label| label.chars().take(200).collect())
    });
    let time = format::spoken(store, start / rate);
    store.announce(match said {
        Some::<String>(label) => format!("{label}, {time}"),
        None => time,
    });
    true
}

fn amplitude(Hands { store, .. }: Hands, factor: f64) -> bool {
    store.layers.change_kind(LayerKind::Waveform, |style| {
        style.gain = (style.gain * factor).clamp(1.0 / MAX_GAIN, MAX_GAIN);
        // Back where it began, whatever was rounded on the way.
        if (style.gain - 1.0).abs() < 1e-6 {
            style.gain = 1.0;
        }
    })
}
