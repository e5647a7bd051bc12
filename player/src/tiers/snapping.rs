//! What a drag holds on to.

use timeside_editing::{Key, Source, Target, snap};
use timeside_view::{Viewport, layers::tiers::zero_crossings};

use crate::{prelude::*, store::Store, strings::Strings};

/// How near is near, CSS pixels.
const TOLERANCE_PX: f64 = 8.0;
/// Samples that are asked for on either side of the pointer.
const SAMPLES_AROUND: i64 = 4096;

/// Zero crossings of a stretch of the recording, in frames.
#[derive(Debug, Clone, Default)]
pub(crate) struct Crossings {
    start: i64,
    end: i64,
    frames: Vec<i64>,
    is_asking: bool,
}

/// Where a dragged frame would rather be at this scale, and because of what. `free` lets it be.
pub(super) fn snapped(
    store: Store,
    (frame, view): (i64, &Viewport),
    except: &[Key],
    free: bool,
) -> (i64, Option<(i64, &'static str)>) {
    let settings = store.tiers.snap.get_untracked();
    if free || !settings.is_on {
        return (frame, None);
    }
    let tolerance = (TOLERANCE_PX * view.frames_per_px()).ceil() as i64;
    let selection = store.selection.get_untracked();
    let events = store.tiers.events.get_value();
    // Further out every frame is near to a crossing.
    let crosses = settings.zero_crossings && view.frames_per_px() < 8.0;
    let crossings = if crosses {
        store.tiers.crossings.get_value()
    } else {
        Crossings::default()
    };
    let found = store.annotations.with_untracked(|document| {
        let mut sources = Vec::with_capacity(8);
        if settings.boundaries {
            sources.push(Source::Boundaries {
                document,
                tier: None,
                except,
            });
        }
        if settings.playhead {
            sources.push(Source::One(Target::Playhead, store.playhead_frame()));
            for edge in selection.iter().flat_map(|(start, end)| [*start, *end]) {
                sources.push(Source::One(Target::Selection, edge));
            }
        }
        if settings.grid_secs > 0.0 {
            sources.push(Source::Grid {
                origin: 0,
                step_frames: settings.grid_secs * view.rate_hz(),
            });
        }
        if settings.events {
            sources.push(Source::Frames(Target::Onset, &events));
        }
        if crosses {
            sources.push(Source::Frames(Target::ZeroCrossing, &crossings.frames));
        }
        snap(frame, tolerance, &sources)
    });
    if crosses {
        ask_for_crossings(store, frame);
    }
    match found {
        Some(found) => {
            let s = store.strings.get_untracked();
            (found.frame, Some((found.frame, word(s, found.target))))
        }
        None => (frame, None),
    }
}

fn word(s: &Strings, target: Target) -> &'static str {
    match target {
        Target::Boundary => s.snap_boundary,
        Target::Playhead => s.playhead,
        Target::Selection => s.selection,
        Target::Beat | Target::Onset => s.snap_event,
        Target::ZeroCrossing => s.snap_zero,
        Target::Grid => s.snap_grid,
    }
}

/// The samples about the pointer are fetched once, and serve the next movements.
fn ask_for_crossings(store: Store, frame: i64) {
    let known = store.tiers.crossings;
    let covered = known.with_value(|c| c.is_asking || (c.start < frame && frame < c.end));
    let Some(media) = untrack(|| store.media()).filter(|_| !covered) else {
        return;
    };
    let (total, rate) = store
        .view
        .with_untracked(|v| (v.total_frames(), v.rate_hz()));
    let start = (frame - SAMPLES_AROUND).max(0);
    let end = (frame + SAMPLES_AROUND).min(total);
    known.update_value(|c| c.is_asking = true);
    wasm_bindgen_futures::spawn_local(async move {
        let samples = media.samples_of(start, end, rate).await;
        known.try_update_value(|c| {
            c.is_asking = false;
            // Without samples there is nothing to snap to, and nothing is lost.
            if let Ok(channels) = samples {
                (c.start, c.end) = (start, end);
                c.frames = zero_crossings(&channels, start);
            }
        });
    });
}
