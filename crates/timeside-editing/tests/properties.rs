//! Whatever is done to a document: its rules hold, its index finds what is there, undo and redo are exact, and the
//! journal tells the whole story.

#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use std::collections::BTreeSet;

use timeside_core::annotation::{AnnotationDocument, Tier, TierKind, TierRule};
use timeside_editing::{Document, Edge, Edit, Fit, Item, Key, Name, Piece, TierKey, TierPatch};

const RATE_HZ: u32 = 8000;
const TOTAL: i64 = 2000;

/// Repeatable chance.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % limit.max(1)
    }

    fn frame(&mut self) -> i64 {
        self.below(TOTAL as u64 + 200) as i64 - 100
    }

    fn shift(&mut self) -> i64 {
        self.below(601) as i64 - 300
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> Option<T> {
        let at = self.below(choices.len() as u64) as usize;
        choices.get(at).copied()
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 0
    }
}

fn tier(id: &str, kind: TierKind, rule: TierRule, parent: Option<&str>) -> Tier {
    Tier {
        id: id.to_owned(),
        name: id.to_owned(),
        kind,
        rule: Some(rule),
        parent: parent.map(str::to_owned),
        ..Tier::default()
    }
}

fn base() -> AnnotationDocument {
    AnnotationDocument {
        tiers: vec![
            tier("free", TierKind::Spans, TierRule::Free, None),
            tier("points", TierKind::Points, TierRule::Free, None),
            tier("apart", TierKind::Spans, TierRule::NoOverlap, None),
            tier("pieces", TierKind::Text, TierRule::Partition, None),
            tier(
                "within",
                TierKind::Spans,
                TierRule::NoOverlap,
                Some("apart"),
            ),
            tier("deeper", TierKind::Points, TierRule::Free, Some("within")),
        ],
        ..AnnotationDocument::default()
    }
}

fn loaded() -> Document {
    let mut document = Document::new(RATE_HZ, Some(TOTAL));
    document.load(base());
    document
}

fn any_edit(document: &Document, chance: &mut Chance) -> Edit {
    let tiers: Vec<TierKey> = document.tiers().map(|tier| tier.key).collect();
    let keys: Vec<Key> = document.keys().collect();
    let fit = if chance.flip() {
        Fit::Clip
    } else {
        Fit::Refuse
    };
    let some = |chance: &mut Chance| -> Vec<Key> {
        let count = 1 + chance.below(3);
        (0..count).filter_map(|_| chance.of(&keys)).collect()
    };
    let key = |chance: &mut Chance| chance.of(&keys).unwrap_or(Key::from_number(9999));
    let target = |chance: &mut Chance| chance.of(&tiers).filter(|_| chance.below(3) == 0);
    match chance.below(15) {
        0..=3 => {
            let (start, len) = (chance.frame(), chance.below(150) as i64);
            let on = chance.of(&tiers).unwrap_or(TierKey::from_number(99));
            let word = ["", "a", "été"][chance.below(3) as usize];
            let item = Item::new(on, start, start + len - 10).labelled(word);
            Edit::Add { item, fit }
        }
        4 => Edit::Remove(some(chance)),
        5 | 6 => Edit::Move {
            keys: some(chance),
            by: chance.shift(),
            tier: target(chance),
            fit,
        },
        7 | 8 => Edit::Resize {
            key: key(chance),
            edge: if chance.flip() {
                Edge::Start
            } else {
                Edge::End
            },
            to: chance.frame(),
            is_shared: chance.flip(),
            fit,
        },
        9 => Edit::Split {
            key: key(chance),
            at: chance.frame(),
            right_label: chance.flip().then(String::new),
        },
        10 => Edit::Merge(some(chance)),
        11 => Edit::Join {
            left: key(chance),
            right: key(chance),
            at: chance.flip().then(|| chance.frame()),
        },
        12 => Edit::Duplicate {
            keys: some(chance),
            by: chance.shift(),
            tier: target(chance),
            fit,
        },
        13 => Edit::SetTimes {
            key: key(chance),
            start: chance.frame(),
            end: chance.frame(),
            fit,
        },
        _ => any_tier_edit(&tiers, chance),
    }
}

fn any_tier_edit(tiers: &[TierKey], chance: &mut Chance) -> Edit {
    let key = chance.of(tiers).unwrap_or(TierKey::from_number(99));
    let rules = [TierRule::Free, TierRule::NoOverlap, TierRule::Partition];
    match chance.below(8) {
        0 => Edit::AddTier {
            tier: tier("", TierKind::Spans, rules[chance.below(3) as usize], None),
            at: Some(chance.below(4) as usize),
        },
        1 if tiers.len() > 4 => Edit::RemoveTier(key),
        2 => Edit::MoveTier {
            key,
            to: chance.below(6) as usize,
        },
        3 | 4 => Edit::UpdateTier {
            key,
            patch: TierPatch {
                rule: chance.of(&rules),
                ..TierPatch::default()
            },
        },
        5 => Edit::UpdateTier {
            key,
            patch: TierPatch {
                parent: Some(chance.flip().then(|| "apart".to_owned())),
                ..TierPatch::default()
            },
        },
        _ => Edit::Batch {
            name: Name::Paste,
            edits: vec![
                Edit::Add {
                    item: Item::new(key, chance.frame(), chance.frame()),
                    fit: Fit::Clip,
                },
                Edit::MoveTier { key, to: 0 },
            ],
        },
    }
}

/// Everything that must hold, told by brute force.
fn check(document: &Document) {
    let mut ids = BTreeSet::new();
    for key in document.keys() {
        let item = document.item(key).unwrap();
        assert!(ids.insert(item.id.clone()), "id {} twice", item.id);
        assert_eq!(document.key_of(&item.id), Some(key));
        assert!(
            item.start <= item.end && item.start >= 0 && item.end <= TOTAL,
            "{item:?}"
        );
        assert!(document.tier(item.tier).is_some(), "{item:?} on no tier");
    }
    assert_eq!(ids.len(), document.len());
    for tier in document.tiers() {
        let all: Vec<&Item> = document.on_tier(tier.key).map(|(_, item)| item).collect();
        let count = document
            .keys()
            .filter(|key| document.item(*key).unwrap().tier == tier.key);
        assert_eq!(all.len(), count.count());
        for pair in all.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            assert!(a.start <= b.start);
            match tier.rule() {
                TierRule::Free => {}
                TierRule::NoOverlap => assert!(a.end.max(a.start + 1) <= b.start, "{a:?} {b:?}"),
                TierRule::Partition => assert_eq!(a.end, b.start, "{a:?} {b:?}"),
            }
        }
        for item in &all {
            assert!(
                item.is_point() || tier.kind() != TierKind::Points,
                "{item:?}"
            );
            assert!(
                !item.is_point() || tier.rule() != TierRule::Partition,
                "{item:?}"
            );
        }
        if tier.is_contained {
            let parent = document
                .tier_of_id(tier.said.parent.as_deref().unwrap())
                .unwrap();
            for item in &all {
                let mut parents = document.on_tier(parent.key);
                let is_held = parents.any(|(_, p)| p.start <= item.start && item.end <= p.end);
                assert!(is_held, "{item:?} lies outside of tier {}", parent.id());
            }
        }
    }
}

/// Says which edit broke it.
fn check_after(document: &Document, edit: &Edit) {
    let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(document)));
    assert!(checked.is_ok(), "after {edit:?}");
}

fn check_index(document: &Document, chance: &mut Chance) {
    for tier in document.tiers() {
        let (a, b) = (chance.frame(), chance.frame());
        let (from, to) = (a.min(b), a.max(b));
        let found: BTreeSet<Key> = document
            .in_range(tier.key, from, to)
            .map(|(key, _)| key)
            .collect();
        let of_tier = |key: &Key| document.item(*key).unwrap().tier == tier.key;
        let brute: BTreeSet<Key> = document
            .keys()
            .filter(of_tier)
            .filter(|key| {
                let item = document.item(*key).unwrap();
                item.start < to && item.end.max(item.start + 1) > from
            })
            .collect();
        assert_eq!(found, brute, "{from}..{to}");
        let after = document
            .keys()
            .filter(of_tier)
            .map(|key| document.item(key).unwrap().start);
        let (after, before): (Vec<i64>, Vec<i64>) = after.partition(|start| *start > from);
        let start_of = |key: Option<Key>| key.map(|key| document.item(key).unwrap().start);
        assert_eq!(
            start_of(document.next_after(Some(tier.key), from)),
            after.into_iter().min()
        );
        let before = before.into_iter().filter(|start| *start < from).max();
        assert_eq!(
            start_of(document.previous_before(Some(tier.key), from)),
            before
        );
    }
}

#[test]
fn rules_hold_whatever_is_done() {
    for seed in 1..=150 {
        let mut chance = Chance(seed * 7919);
        let mut document = loaded();
        let (mut done, mut refused) = (0, 0);
        for _ in 0..150 {
            let edit = any_edit(&document, &mut chance);
            let before = document.to_document();
            match document.apply(&edit) {
                Ok(change) => {
                    done += 1;
                    assert_eq!(
                        change.is_empty(),
                        before == document.to_document(),
                        "{edit:?}"
                    );
                }
                Err(_) => {
                    refused += 1;
                    assert_eq!(
                        before,
                        document.to_document(),
                        "refused, yet changed: {edit:?}"
                    );
                }
            }
            check_after(&document, &edit);
        }
        check_index(&document, &mut chance);
        assert!(
            done > 30 && refused > 5,
            "seed {seed}: {done} done, {refused} refused"
        );
    }
}

#[test]
fn undo_and_redo_are_exact_and_the_journal_tells_all() {
    for seed in 1..=60 {
        let mut chance = Chance(seed * 104_729);
        let mut document = loaded();
        let begin = document.to_document();
        document.take_journal();
        let mut records = Vec::new();
        let mut states = vec![begin.clone()];
        for round in 0..80 {
            if chance.below(6) == 0 {
                // A drag: several tries, one step or none.
                document.begin(Name::Move);
                for _ in 0..4 {
                    let edit = any_edit(&document, &mut chance);
                    let _ = document.drag(&edit);
                }
                if chance.flip() {
                    if document.commit().is_some() {
                        states.push(document.to_document());
                    }
                } else {
                    document.abandon();
                }
                assert_eq!(
                    Some(&document.to_document()),
                    states.last(),
                    "round {round}"
                );
            } else {
                let edit = any_edit(&document, &mut chance);
                // Some come in bursts, which are one step.
                let _ = match chance.below(3) {
                    0 => document.apply_in_burst(&edit, round / 8),
                    _ => document.apply(&edit),
                };
                states.truncate(document.history().0.len());
                states.push(document.to_document());
            }
            check(&document);
        }
        let last = states.len() - 1;
        for state in states.iter().rev().skip(1) {
            assert!(document.undo().unwrap().is_some());
            assert_eq!(document.to_document(), *state);
            check(&document);
        }
        assert!(document.undo().unwrap().is_none());
        assert_eq!(document.to_document(), begin);
        assert!(!document.is_dirty());
        records.extend(document.take_journal());
        for state in &states[1..] {
            assert!(document.redo().unwrap().is_some());
            assert_eq!(document.to_document(), *state);
        }
        assert!(document.redo().unwrap().is_none());
        for _ in 0..last / 3 {
            document.undo().unwrap();
        }
        records.extend(document.take_journal());
        let mut again = Document::new(RATE_HZ, Some(TOTAL));
        again.load(begin);
        again.replay(&records);
        assert_eq!(sorted(again.to_document()), sorted(document.to_document()));
        check(&again);
        // The steps have come back with what they did, also those that were undone.
        assert_eq!(again.history(), document.history());
        check_way(&mut again, &states, states.len() - 1 - last / 3);
    }
}

/// Goes all the way back and forth through the states of a document that stands at one of them.
fn check_way(document: &mut Document, states: &[AnnotationDocument], at: usize) {
    let same = |document: &Document, state: &AnnotationDocument| {
        assert_eq!(sorted(document.to_document()), sorted(state.clone()));
        check(document);
    };
    for state in states[..at].iter().rev() {
        assert!(document.undo().unwrap().is_some());
        same(document, state);
    }
    assert!(document.undo().unwrap().is_none());
    for state in &states[1..] {
        assert!(document.redo().unwrap().is_some());
        same(document, state);
    }
    assert!(document.redo().unwrap().is_none());
}

#[test]
fn a_journal_cut_short_brings_back_the_steps_it_tells_of() {
    for seed in 1..=60 {
        let mut chance = Chance(seed * 7919);
        let mut document = loaded();
        document.take_journal();
        let mut records = Vec::new();
        while records.len() < 40 {
            match chance.below(5) {
                0 => drop(document.undo()),
                1 => drop(document.redo()),
                _ => drop(document.apply(&any_edit(&document, &mut chance))),
            }
            records.extend(document.take_journal());
        }
        let cut = 20 + chance.below(10) as usize;
        let mut again = Document::new(RATE_HZ, Some(TOTAL));
        again.load(base());
        // As an older version wrote them, they are no steps.
        for record in &mut records[..cut] {
            record.step = None;
        }
        again.replay(&records[..cut]);
        assert!(again.undo_name().is_none());
        again.replay(&records[cut..]);
        assert_eq!(sorted(again.to_document()), sorted(document.to_document()));
        // As far back as both remember, they agree.
        while again.undo_name().is_some() && document.undo_name().is_some() {
            assert_eq!(again.undo_name(), document.undo_name());
            again.undo().unwrap();
            document.undo().unwrap();
            check(&again);
        }
        assert!(again.undo_name().is_none(), "it remembers what was before");
    }
}

/// Items that begin and end together have no order of their own.
fn sorted(mut document: AnnotationDocument) -> AnnotationDocument {
    let annotations = &mut document.annotations;
    annotations.sort_by(|a, b| a.id.cmp(&b.id));
    document
}

#[test]
fn a_far_view_of_many_is_bounded_by_its_cells() {
    let mut document = Document::new(48_000, Some(3 * 3600 * 48_000));
    let step = document.total_frames().unwrap() / 12_500;
    let rate = f64::from(document.rate_hz());
    let mut said = AnnotationDocument::default();
    for number in 0..100_000_i64 {
        let start = (number / 8) * step;
        said.annotations
            .push(timeside_core::annotation::Annotation {
                tier: Some(format!("t{}", number % 8)),
                start: start as f64 / rate,
                end: (start + step / 2) as f64 / rate,
                ..Default::default()
            });
    }
    document.load(said);
    assert_eq!((document.len(), document.tiers().len()), (100_000, 8));
    let total = document.total_frames().unwrap();
    let mut pieces = Vec::new();
    for tier in document.tiers() {
        document.condensed(tier.key, 0, total, total / 600, &mut pieces);
        assert!(pieces.len() <= 601, "{} pieces in 600 cells", pieces.len());
        let count = pieces.iter().map(|piece| match piece {
            Piece::One(_) => 1,
            Piece::Strip { count, .. } => *count,
        });
        assert_eq!(count.sum::<u32>(), 12_500);
        // Near enough, each stands for itself.
        document.condensed(tier.key, total / 2, total / 2 + 20 * step, 1, &mut pieces);
        assert_eq!(pieces.len(), 20);
    }
}

#[test]
fn a_loaded_file_is_repaired_and_told() {
    let at = |id: &str, tier: &str, start: f64, end: f64| timeside_core::annotation::Annotation {
        id: id.to_owned(),
        tier: Some(tier.to_owned()),
        start,
        end,
        ..Default::default()
    };
    let mut said = base();
    said.annotations = vec![
        at("x", "free", -0.01, 0.01),
        at("x", "free", 0.1, 0.05),
        at("y", "free", 0.2, 9.0),
        at("z", "nowhere", 0.1, 0.1),
        at("n", "free", f64::NAN, 0.1),
        at("o", "apart", 0.0, 0.1),
        at("p", "apart", 0.05, 0.15),
        at("q", "pieces", 0.05, 0.1),
        at("r", "within", 0.2, 0.21),
        at("s", "points", 0.2, 0.21),
    ];
    let mut document = Document::new(RATE_HZ, Some(TOTAL));
    let report = document.load(said);
    check(&document);
    let codes: BTreeSet<&str> = report.warnings.iter().map(|w| w.code.as_str()).collect();
    let expected = [
        "after-end",
        "before-start",
        "duplicate-id",
        "gap-filled",
        "inverted-times",
        "kind-changed",
        "outside-parent",
        "rule-relaxed",
        "unknown-tier",
    ];
    assert_eq!(codes, BTreeSet::from(expected));
    assert_eq!(report.lost.len(), 1);
    // Nine were kept, and the partition's two gaps filled.
    assert_eq!(document.len(), 9 + 2);
    assert!(document.undo().unwrap().is_none(), "loading is no step");
}
