//! Frequencies of boxes by key.

use timeside_core::annotation::TierKind;
use timeside_editing::{Edit, Item, Key, Name, Patch};

use super::drags::rounded;
use crate::{format, store::Store};

/// Held keys are one step of the history; those that move in time have numbers of their own.
const BURST: u64 = 3;

/// Moves the frequencies of the chosen boxes a step up (1) or down (-1), or only their upper edges; false where no box is
/// focused. A step is a hundredth of the axis as it is shown, so that nearer views have finer ones.
pub(crate) fn nudge_band(store: Store, up: f64, upper_only: bool) -> bool {
    let rate_hz = store
        .info
        .with_untracked(|info| info.as_ref().map(|i| i.rate_hz));
    let (Some(focused), Some(rate_hz)) = (store.tiers.focused.get_untracked(), rate_hz) else {
        return false;
    };
    let axis = store.spectrogram.get_untracked().axis(rate_hz, 1.0);
    // Without frequencies a box is as high as the picture.
    let band = |item: &Item| {
        (
            item.low_hz.unwrap_or(axis.min_hz),
            item.high_hz.unwrap_or(axis.max_hz),
        )
    };
    let of = |key: Key| {
        store.annotations.with_untracked(|document| {
            let item = document.item(key)?;
            let kind = document.tier(item.tier).map(|tier| tier.kind());
            (kind == Some(TierKind::Boxes)).then(|| band(item))
        })
    };
    let Some((low, high)) = of(focused) else {
        return false;
    };
    let most = rate_hz / 2.0;
    let step = axis.step_hz(if upper_only { high } else { (low + high) / 2.0 }) * up;
    let update = |key: Key| {
        let (low, high) = of(key)?;
        let patch = if upper_only {
            // Half of what is left at most, so that it never meets the lower edge.
            let to = (high + step).clamp(((low + high) / 2.0).min(most), most.max(high));
            Patch {
                high_hz: Some(Some(rounded(to))),
                ..Patch::default()
            }
        } else {
            let by = step.clamp(-low, (most - high).max(0.0));
            Patch {
                low_hz: Some(Some(rounded(low + by))),
                high_hz: Some(Some(rounded(high + by))),
                ..Patch::default()
            }
        };
        let keys = vec![key];
        Some(Edit::Update { keys, patch })
    };
    let s = store.strings.get_untracked();
    let (name, done) = if upper_only {
        (Name::Resize, s.changed)
    } else {
        (Name::Move, s.moved)
    };
    let edits = store.worked_on().into_iter().filter_map(update).collect();
    let edit = Edit::Batch { name, edits };
    let token = BURST + u64::from(upper_only);
    let outcome = store.annotations.apply_in_burst(&edit, token);
    if store.told(outcome, done).is_some()
        && let Some((low, high)) = of(focused)
    {
        let number = |hz: f64| format::whole(s.tag, hz);
        store.announce([&number(low), " ", s.to, " ", &number(high), "\u{202f}Hz"].concat());
    }
    true
}
