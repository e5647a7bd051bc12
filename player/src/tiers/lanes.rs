//! Where the lanes stand, and what is known of each.

use std::sync::Arc;

use leptos::html;
use timeside_core::annotation::{TierKind, TierRule};
use timeside_editing::{Document, Key, Tier, TierKey, Version};
use timeside_view::layers::tiers::{Placed, Rows, Shape, Stack};
use web_sys::DomRect;

use super::Signals;
use crate::{annotations::Annotations, palette::Palette, prelude::*, store::Store};

/// A lane's height, CSS pixels; under a finger it is higher.
const LANE_PX: f64 = 28.0;
const TOUCH_LANE_PX: f64 = 44.0;
/// Of the second and further sub-rows, CSS pixels.
const ROW_PX: f64 = 20.0;
/// Notes and texts need height.
const TALL_PX: f64 = 56.0;
/// All lanes together, where the page leaves their height open.
const USUAL_PX: f64 = 448.0;
/// All lanes together, however little the page leaves; and at most, since a canvas has bounds. CSS pixels.
const BOUNDS_PX: (f64, f64) = (56.0, 2400.0);
/// What a lane's height may be set to, CSS pixels.
const HEIGHTS_PX: (f64, f64) = (20.0, 320.0);

/// Sub-rows and the range of values of one tier, for one state of it.
#[derive(Debug)]
pub(crate) struct LaneRows {
    tier: TierKey,
    shape: Shape,
    rule: TierRule,
    version: Option<Version>,
    depth: u8,
    /// Least and greatest value.
    values: (f32, f32),
    /// The number of the key that `rows` begins with.
    first: u32,
    /// By the number of the key.
    rows: Vec<u8>,
}

impl LaneRows {
    fn of(document: &Document, tier: &Tier) -> Self {
        let mut lane = Self {
            tier: tier.key,
            shape: shape_of(tier.kind()),
            rule: tier.rule(),
            version: document.version(tier.key).cloned(),
            depth: 1,
            values: (f32::INFINITY, f32::NEG_INFINITY),
            first: 0,
            rows: Vec::new(),
        };
        if lane.shape == Shape::Bars && lane.rule == TierRule::Free {
            let all = || document.entries(tier.key, i64::MIN, i64::MAX);
            let rows = Rows::of(all().map(|entry| (entry.start, entry.end)));
            lane.depth = rows.depth();
            if lane.depth > 1 {
                let numbers = || all().map(|entry| entry.key.number());
                lane.first = numbers().min().unwrap_or(0);
                let last = numbers().max().unwrap_or(0);
                lane.rows = vec![0; (last - lane.first) as usize + 1];
                for (at, number) in numbers().enumerate() {
                    lane.rows[(number - lane.first) as usize] = rows.row(at);
                }
            }
        }
        if lane.shape == Shape::Notes {
            for (_, item) in document.on_tier(tier.key) {
                if let Some(value) = item.value {
                    lane.values.0 = lane.values.0.min(value as f32);
                    lane.values.1 = lane.values.1.max(value as f32);
                }
            }
        }
        lane
    }

    fn is_of(&self, document: &Document, tier: &Tier) -> bool {
        let now = (tier.key, shape_of(tier.kind()), tier.rule());
        now == (self.tier, self.shape, self.rule)
            && document.version(tier.key) == self.version.as_ref()
    }

    pub(crate) fn row(&self, key: Key) -> u8 {
        let at = key.number().checked_sub(self.first);
        at.and_then(|at| self.rows.get(at as usize).copied())
            .unwrap_or(0)
    }

    pub(crate) fn depth(&self) -> u8 {
        self.depth
    }

    /// The least and the greatest value, with a little room.
    pub(crate) fn values(&self) -> (f32, f32) {
        let (low, high) = self.values;
        if low < high {
            (low, high)
        } else if low.is_finite() {
            (low - 6.0, low + 6.0)
        } else {
            (0.0, 1.0)
        }
    }
}

/// Those of all tiers. An edit makes anew what it touches.
#[derive(Debug, Clone, Default)]
pub(crate) struct TierRows(Vec<Arc<LaneRows>>);

impl PartialEq for TierRows {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b)| Arc::ptr_eq(a, b);
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}

impl TierRows {
    pub(super) fn of(document: &Document, before: Option<&Self>) -> Self {
        let known = |tier: &Tier| {
            let lane = before?.lane(tier.key)?;
            lane.is_of(document, tier).then(|| lane.clone())
        };
        let lane = |tier| known(tier).unwrap_or_else(|| Arc::new(LaneRows::of(document, tier)));
        Self(document.tiers().map(lane).collect())
    }

    pub(crate) fn lane(&self, tier: TierKey) -> Option<&Arc<LaneRows>> {
        self.0.iter().find(|lane| lane.tier == tier)
    }
}

/// How marks of a kind are drawn.
pub(crate) fn shape_of(kind: TierKind) -> Shape {
    match kind {
        TierKind::Spans | TierKind::Boxes => Shape::Bars,
        TierKind::Points => Shape::Flags,
        TierKind::Notes => Shape::Notes,
        TierKind::Text => Shape::Text,
    }
}

pub(super) fn stack(annotations: Annotations, rows: Memo<TierRows>, looks: &Signals) -> Stack {
    let least = if looks.coarse.get() {
        TOUCH_LANE_PX
    } else {
        LANE_PX
    };
    let height = |key: TierKey, kind: TierKind| {
        if looks.hidden.with(|hidden| hidden.contains(&key)) {
            return 0.0;
        }
        let set = looks.heights.with(|all| {
            let found = all.iter().find(|(tier, _)| *tier == key);
            found.map(|(_, height)| *height)
        });
        set.unwrap_or_else(|| match shape_of(kind) {
            Shape::Notes | Shape::Text => TALL_PX,
            Shape::Bars | Shape::Flags => {
                let depth = rows.with(|rows| rows.lane(key).map_or(1, |lane| lane.depth()));
                let more = depth - 1;
                least + f64::from(more) * ROW_PX
            }
        })
    };
    annotations.with(|document| {
        let heights = document.tiers().map(|tier| height(tier.key, tier.kind()));
        Stack::new(
            heights,
            looks.most_px.get().unwrap_or(USUAL_PX),
            looks.scroll_px.get(),
        )
    })
}

/// A tier, as its legend shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TierFacts {
    pub(crate) key: TierKey,
    pub(crate) name: String,
    pub(crate) kind: TierKind,
    pub(crate) rule: TierRule,
    pub(crate) is_locked: bool,
    pub(crate) count: usize,
    /// Its place from the top, 0 the first.
    pub(crate) index: usize,
    pub(crate) vocabulary: Vec<String>,
}

impl Store {
    /// What is known of a tier; tells of changes.
    pub(crate) fn tier_facts(self, key: TierKey) -> Option<TierFacts> {
        self.annotations.with(|document| facts_of(document, key))
    }

    /// The lanes in the window.
    pub(crate) fn lanes_shown(self) -> Vec<TierKey> {
        self.tiers.stack.with(|stack| {
            self.annotations.with(|document| {
                let keys: Vec<TierKey> = document.tiers().map(|tier| tier.key).collect();
                let placed = stack.placed();
                placed
                    .filter_map(|lane| keys.get(lane.index).copied())
                    .collect()
            })
        })
    }

    /// Where a lane stands in the window, if it does.
    pub(crate) fn lane_of(self, key: TierKey) -> Option<Placed> {
        let index = self.annotations.with(|document| index_of(document, key))?;
        let stack = self.tiers.stack;
        stack.with(|stack| stack.placed().find(|lane| lane.index == index))
    }

    /// The tier at a height of the lanes' window, CSS pixels.
    pub(crate) fn tier_at(self, y_px: f64) -> Option<TierKey> {
        let lane = self.tiers.stack.with_untracked(|stack| stack.at(y_px))?;
        self.annotations
            .with_untracked(|document| document.tiers().nth(lane.index).map(|tier| tier.key))
    }

    /// Is a tier open to edits?
    pub(crate) fn can_edit(self, tier: TierKey) -> bool {
        self.annotations
            .with_untracked(|document| !document.is_readonly() && !document.is_locked(tier))
    }

    pub(crate) fn holds_points(self, tier: TierKey) -> bool {
        let kind = self
            .annotations
            .with_untracked(|d| d.tier(tier).map(|tier| tier.kind()));
        kind == Some(TierKind::Points)
    }

    /// The colour of a tier: its own, or one of the eight.
    pub(crate) fn tier_color(self, key: TierKey) -> String {
        self.annotations.with(|document| {
            let own = document.tier(key).and_then(|tier| tier.said.color.clone());
            let index = index_of(document, key).unwrap_or(0);
            self.palette
                .with(|palette| color_of(palette, own.as_deref(), index).to_owned())
        })
    }

    pub(crate) fn set_tier_height(self, tier: TierKey, height_px: f64) {
        let height_px = height_px.clamp(HEIGHTS_PX.0, HEIGHTS_PX.1);
        self.tiers.heights.update(|all| {
            all.retain(|(key, _)| *key != tier);
            all.push((tier, height_px));
        });
    }

    pub(crate) fn hide_tier(self, tier: TierKey, is_hidden: bool) {
        let is_known = |all: &Vec<TierKey>| all.contains(&tier);
        if self.tiers.hidden.with_untracked(is_known) == is_hidden {
            return;
        }
        self.tiers.hidden.update(|all| {
            all.retain(|key| *key != tier);
            if is_hidden {
                all.push(tier);
            }
        });
        self.annotations.tell_tiers();
    }

    pub(crate) fn show_all_tiers(self) {
        self.tiers.hidden.set(Vec::new());
        self.annotations.tell_tiers();
    }

    /// What the page leaves of height beyond (below 0: of) what is used; `None` leaves it open. CSS pixels.
    pub(crate) fn spare_height(self, spare_px: Option<f64>) {
        let used = if self.wrap_secs.with_untracked(Option::is_some) {
            self.tiers.lines_px.get_untracked()
        } else {
            self.tiers.stack.with_untracked(Stack::window_px)
        };
        let most = spare_px.map(|spare| (used + spare).clamp(BOUNDS_PX.0, BOUNDS_PX.1));
        if most != self.tiers.most_px.get_untracked() {
            self.tiers.most_px.set(most);
        }
    }

    /// Scrolls the lanes; false where they end.
    pub(crate) fn scroll_tiers(self, by_px: f64) -> bool {
        let before = self.tiers.stack.with_untracked(Stack::scroll_px);
        self.tiers.scroll_px.set((before + by_px).max(0.0));
        let after = self.tiers.stack.with_untracked(Stack::scroll_px);
        self.tiers.scroll_px.set(after);
        before != after
    }

    /// Scrolls the lanes until a tier is seen.
    pub(crate) fn reveal_tier(self, tier: TierKey) {
        let index = self
            .annotations
            .with_untracked(|document| index_of(document, tier));
        if let Some(index) = index {
            self.hide_tier(tier, false);
            let to = self
                .tiers
                .stack
                .with_untracked(|stack| stack.revealing(index));
            self.tiers.scroll_px.set(to);
        }
    }

    pub(crate) fn lanes_stand_at(self, node: NodeRef<html::Div>) {
        self.tiers.lanes.set_value(Some(node));
    }

    /// Where the lanes are in the window of the browser.
    pub(crate) fn lanes_rect(self) -> Option<DomRect> {
        let node = self.tiers.lanes.get_value()?;
        Some(node.try_get_untracked()??.get_bounding_client_rect())
    }

    /// Whether the last pointer was a finger.
    pub(crate) fn touched(self, touch: bool) {
        if self.tiers.coarse.get_untracked() != touch {
            self.tiers.coarse.set(touch);
        }
    }
}

/// A tier's own colour, or that of its place. A canvas knows no custom properties, so the theme's are looked up.
pub(crate) fn color_of<'a>(palette: &'a Palette, own: Option<&'a str>, index: usize) -> &'a str {
    let Some(color) = own else {
        return palette.tier(index);
    };
    let number = color
        .strip_prefix("var(--timeside-tier-")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|number| number.parse::<usize>().ok());
    match number.and_then(|number| number.checked_sub(1)) {
        Some(index) => palette.tier(index),
        None => color,
    }
}

pub(super) fn index_of(document: &Document, key: TierKey) -> Option<usize> {
    document.tiers().position(|tier| tier.key == key)
}

fn facts_of(document: &Document, key: TierKey) -> Option<TierFacts> {
    let tier = document.tier(key)?;
    Some(TierFacts {
        key,
        name: tier.name().to_owned(),
        kind: tier.kind(),
        rule: tier.rule(),
        is_locked: document.is_locked(key),
        count: document.tier_len(key),
        index: index_of(document, key)?,
        vocabulary: tier.said.vocabulary.clone(),
    })
}
