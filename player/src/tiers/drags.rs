//! A drag on the lanes, or on the spectrogram: each movement says anew what the whole drag means.

use timeside_core::annotation::TierKind;
use timeside_editing::{Document, Edge, Edit, Fit, Item, Key, Name, Patch, TierKey};
use timeside_view::{
    FrequencyAxis,
    layers::tiers::{BoxHit, Grip, Hit, HzEdge},
};

use super::{
    Dragging,
    ground::{At, Ground, Stretch},
    making, planned,
    snapping::snapped,
    words,
};
use crate::{format::counted, store::Store};

/// What is being dragged.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Drag {
    /// A new annotation from a frame on.
    Make {
        tier: TierKey,
        anchor: i64,
        is_point: bool,
    },
    /// A new box; its tier is found, or made, once there is something to put on it.
    MakeBox {
        tier: Option<TierKey>,
        anchor: i64,
        hz: f64,
    },
    /// What is chosen, by the one that was taken.
    Move {
        key: Key,
        /// Under the pointer when it was taken.
        from: i64,
        /// Its place then.
        place: (i64, i64),
        tier: TierKey,
        /// Frequency under the pointer, and the box's edges: a box moves up and down too.
        hz: Option<(f64, f64, f64)>,
    },
    /// An edge.
    Stretch { key: Key, edge: Edge },
    /// An edge of a box, or a corner.
    StretchBox {
        key: Key,
        edge: Option<Edge>,
        hz_edge: Option<HzEdge>,
    },
    /// A rubber band from here.
    Band { from: At },
}

impl Drag {
    pub(super) fn band(at: At) -> Self {
        Self::Band { from: at }
    }

    /// What a drag from here means; `None` where it means nothing.
    pub(super) fn of(store: Store, at: At, hit: Option<Hit<Key>>) -> Option<Self> {
        let tier = at.tier.filter(|tier| store.can_edit(*tier))?;
        let Some(hit) = hit else {
            store.tiers.active.set(Some(tier));
            let kind = store
                .annotations
                .with_untracked(|d| d.tier(tier).map(|t| t.kind()));
            store.annotations.begin(Name::Add);
            return Some(Self::Make {
                tier,
                anchor: snapped(store, (at.frame, &at.view), &[], false).0,
                is_point: kind == Some(TierKind::Points),
            });
        };
        Self::of_hit(store, at.frame, hit, None)
    }

    fn of_hit(store: Store, from: i64, hit: Hit<Key>, hz: Option<f64>) -> Option<Self> {
        let item = store
            .annotations
            .with_untracked(|d| d.item(hit.key).cloned())?;
        if !store.annotations.chosen().contains(&hit.key) || hit.grip != Grip::Body {
            store.choose(hit.key, false, false);
        } else {
            store.focus_annotation(hit.key);
        }
        let edge = match hit.grip {
            Grip::Body => {
                store.annotations.begin(Name::Move);
                return Some(Self::Move {
                    key: hit.key,
                    from,
                    place: (item.start, item.end),
                    tier: item.tier,
                    hz: hz.and_then(|hz| Some((hz, item.low_hz?, item.high_hz?))),
                });
            }
            Grip::Start => Edge::Start,
            Grip::End => Edge::End,
        };
        store.annotations.begin(Name::Resize);
        Some(Self::Stretch { key: hit.key, edge })
    }

    /// A drag on the spectrogram, while boxes are drawn.
    pub(super) fn of_picture(store: Store, at: At, reach: f64) -> Option<Self> {
        let is_readonly = || store.annotations.with_untracked(Document::is_readonly);
        if !store.tiers.box_tool.get_untracked() || is_readonly() {
            return None;
        }
        let (y, axis) = on_picture(store, at.client_y)?;
        (0.0..axis.height_px).contains(&y).then_some(())?;
        let hz = axis.hz_from_y(y);
        if let Some(hit) = planned::box_hit(store, at.x, y, reach) {
            return Self::of_box(store, at.frame, hit, hz);
        }
        store.annotations.begin(Name::Add);
        Some(Self::MakeBox {
            tier: None,
            anchor: snapped(store, (at.frame, &at.view), &[], false).0,
            hz,
        })
    }

    fn of_box(store: Store, from: i64, hit: BoxHit<Key>, hz: f64) -> Option<Self> {
        let edge = match hit.grip {
            Grip::Body => None,
            Grip::Start => Some(Edge::Start),
            Grip::End => Some(Edge::End),
        };
        if edge.is_none() && hit.hz_edge.is_none() {
            let BoxHit { key, grip, .. } = hit;
            return Self::of_hit(store, from, Hit { key, grip }, Some(hz));
        }
        store.choose(hit.key, false, false);
        store.annotations.begin(Name::Resize);
        Some(Self::StretchBox {
            key: hit.key,
            edge,
            hz_edge: hit.hz_edge,
        })
    }

    /// The pointer is here now; `free` does not snap and moves one side of a shared boundary only.
    pub(super) fn to(&mut self, store: Store, ground: Ground, at: At, free: bool) {
        let frame = at.frame;
        let snapped = |frame, except: &[Key]| snapped(store, (frame, &at.view), except, free);
        let (edit, target) = match self {
            Self::Band { from } => {
                store.tiers.dragging.set(Some(Dragging {
                    text: String::new(),
                    x: at.x,
                    y: at.shown_y(),
                    flips: false,
                    snapped: None,
                    band: Some(from.band_to(&at)),
                }));
                choose_band(store, &ground.between.run((*from, at)));
                return;
            }
            Self::Make {
                tier,
                anchor,
                is_point,
            } => {
                let (to, target) = snapped(frame, &[]);
                let (start, end) = if *is_point {
                    (to, to)
                } else {
                    ((*anchor).min(to), (*anchor).max(to))
                };
                if start == end && !*is_point {
                    return;
                }
                let item = Item::new(*tier, start, end);
                let fit = Fit::Clip;
                (Edit::Add { item, fit }, target)
            }
            Self::MakeBox { tier, anchor, hz } => {
                let (to, target) = snapped(frame, &[]);
                let Some((y, axis)) = on_picture(store, at.client_y) else {
                    return;
                };
                let now = axis.hz_from_y(y.clamp(0.0, axis.height_px));
                if to == *anchor {
                    return;
                }
                let found = tier.or_else(|| making::tier_for(store, TierKind::Boxes));
                let Some(on) = found else { return };
                *tier = found;
                let mut item = Item::new(on, (*anchor).min(to), (*anchor).max(to));
                item.low_hz = Some(rounded(hz.min(now)));
                item.high_hz = Some(rounded(hz.max(now)));
                let fit = Fit::Clip;
                (Edit::Add { item, fit }, target)
            }
            Self::Move {
                key,
                from,
                place: (start, end),
                tier,
                hz,
            } => {
                let keys = store.worked_on();
                let by = frame - *from;
                let by_start = snapped(*start + by, &keys);
                let by_end = snapped(*end + by, &keys);
                // Whichever end finds something to hold on to.
                let (by, target) = match (by_start, by_end) {
                    ((at, Some(target)), _) => (at - *start, Some(target)),
                    (_, (at, Some(target))) => (at - *end, Some(target)),
                    _ => (by, None),
                };
                let to_tier = at
                    .tier
                    .filter(|to| hz.is_none() && to != tier && store.can_edit(*to));
                let fit = Fit::Clip;
                let mut edit = Edit::Move {
                    keys,
                    by,
                    tier: to_tier,
                    fit,
                };
                if let (Some((from_hz, low, high)), Some((y, axis))) =
                    (*hz, on_picture(store, at.client_y))
                {
                    let up = axis.hz_from_y(y.clamp(0.0, axis.height_px)) - from_hz;
                    let up = up.max(-low);
                    let patch = Patch {
                        low_hz: Some(Some(rounded(low + up))),
                        high_hz: Some(Some(rounded(high + up))),
                        ..Patch::default()
                    };
                    let keys = vec![*key];
                    edit = Edit::Batch {
                        name: Name::Move,
                        edits: vec![edit, Edit::Update { keys, patch }],
                    };
                }
                (edit, target)
            }
            Self::Stretch { key, edge } => {
                let (to, target) = snapped(frame, &[*key]);
                let edit = Edit::Resize {
                    key: *key,
                    edge: *edge,
                    to,
                    is_shared: !free,
                    fit: Fit::Clip,
                };
                (edit, target)
            }
            Self::StretchBox { key, edge, hz_edge } => {
                let mut edits = Vec::with_capacity(2);
                let mut target = None;
                if let Some(edge) = *edge {
                    let to;
                    (to, target) = snapped(frame, &[*key]);
                    edits.push(Edit::Resize {
                        key: *key,
                        edge,
                        to,
                        is_shared: false,
                        fit: Fit::Clip,
                    });
                }
                if let (Some(hz_edge), Some((y, axis))) = (*hz_edge, on_picture(store, at.client_y))
                {
                    let keys = vec![*key];
                    let patch = stretched(store, *key, hz_edge, y, &axis);
                    edits.push(Edit::Update { keys, patch });
                }
                let name = Name::Resize;
                (Edit::Batch { name, edits }, target)
            }
        };
        let outcome = store.annotations.drag(&edit);
        let key = match (&outcome, &self) {
            (
                _,
                Self::Move { key, .. } | Self::Stretch { key, .. } | Self::StretchBox { key, .. },
            ) => Some(*key),
            (Ok(change), _) => change.added.first().copied(),
            (Err(_), _) => None,
        };
        self.tell(store, at, key, target);
    }

    fn tell(&self, store: Store, at: At, key: Option<Key>, target: Option<(i64, &'static str)>) {
        let item = key.and_then(|key| {
            store
                .annotations
                .with_untracked(|document| document.item(key).cloned())
        });
        let Some(item) = item else { return };
        let mut text = words::times(store, &at.view, item.start, item.end);
        if let Some(hz) = words::frequencies(&item) {
            text.push_str(" · ");
            text.push_str(&hz);
        }
        if let Some((_, what)) = target {
            let s = store.strings.get_untracked();
            text.push_str(" · ");
            text.push_str(s.snapped_to);
            text.push(' ');
            text.push_str(what);
        }
        store.tiers.dragging.set(Some(Dragging {
            text,
            x: at.x,
            y: at.shown_y(),
            flips: at.x > at.view.width_px() / 2.0,
            snapped: target.map(|target| target.0),
            band: None,
        }));
    }

    /// The pointer was let go.
    pub(super) fn done(self, store: Store) {
        store.tiers.dragging.set(None);
        if let Self::Band { .. } = self {
            let count = store.annotations.chosen().len();
            let s = store.strings.get_untracked();
            store.announce(counted(s, s.selected_many, count));
            return;
        }
        let s = store.strings.get_untracked();
        let Some(change) = store.annotations.commit() else {
            return;
        };
        let (word, key) = match self {
            Self::Move { key, .. } => (s.moved, Some(key)),
            Self::Stretch { key, .. } | Self::StretchBox { key, .. } => (s.changed, Some(key)),
            _ => (s.added, change.added.first().copied()),
        };
        words::say(store, word, key);
        if let Some(key) = change.added.first().copied() {
            store.annotations.choose(|chosen| chosen.set(key));
        }
        // Also of what was moved: on another tier it stands in another grid.
        if let Some(key) = key {
            store.focus_annotation(key);
        }
    }

    /// The drag was given up.
    pub(super) fn abandon(self, store: Store) {
        store.tiers.dragging.set(None);
        if !matches!(self, Self::Band { .. }) {
            store.annotations.abandon();
        }
    }
}

/// To a tenth of a hertz: finer than any pixel, and readable.
pub(super) fn rounded(hz: f64) -> f64 {
    (hz * 10.0).round() / 10.0
}

/// One edge of a box at `y` (CSS pixels of the picture), never past the other.
fn stretched(store: Store, key: Key, edge: HzEdge, y: f64, axis: &FrequencyAxis) -> Patch {
    let (low, high) = store.annotations.with_untracked(|document| {
        let item = document.item(key);
        let low = item.and_then(|item| item.low_hz).unwrap_or(axis.min_hz);
        (
            low,
            item.and_then(|item| item.high_hz).unwrap_or(axis.max_hz),
        )
    });
    let y = y.clamp(0.0, axis.height_px);
    let mut patch = Patch::default();
    match edge {
        HzEdge::High => {
            let y = y.min(axis.y_from_hz(low) - 1.0);
            patch.high_hz = Some(Some(rounded(axis.hz_from_y(y).max(low))));
        }
        HzEdge::Low => {
            let y = y.max(axis.y_from_hz(high) + 1.0);
            patch.low_hz = Some(Some(rounded(axis.hz_from_y(y).clamp(0.0, high))));
        }
    }
    patch
}

/// A height of the window on the spectrogram, and its axis.
pub(super) fn on_picture(store: Store, client_y: f64) -> Option<(f64, FrequencyAxis)> {
    let node = store.tiers.picture.get_value()?;
    // The lane may have been taken away.
    let rect = node.try_get_untracked()??.get_bounding_client_rect();
    let rate_hz = store
        .info
        .with_untracked(|info| info.as_ref().map(|i| i.rate_hz))?;
    let axis = store
        .spectrogram
        .get_untracked()
        .axis(rate_hz, rect.height());
    Some((client_y - rect.top(), axis))
}

/// Chooses what a rubber band touches.
fn choose_band(store: Store, touched: &[Stretch]) {
    let keys: Vec<Key> = store.annotations.with_untracked(|document| {
        let entries =
            |(tier, start, end): &Stretch| document.entries(*tier, *start, (*end).max(*start + 1));
        let entries = touched.iter().flat_map(entries);
        entries.map(|entry| entry.key).collect()
    });
    store.annotations.choose(|chosen| chosen.set_all(keys));
}
