//! What each rule does, case by case.

#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use timeside_core::annotation::{AnnotationDocument, Tier, TierKind, TierRule};
use timeside_editing::{
    Document, Edge, Edit, Fit, Item, Key, Name, Patch, Refusal, TierKey, TierPatch,
};

const RATE_HZ: u32 = 8000;
const TOTAL: i64 = 2000;

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

fn add(document: &mut Document, tier: TierKey, start: i64, end: i64, label: &str) -> Key {
    let item = Item::new(tier, start, end).labelled(label);
    let fit = Fit::Clip;
    document.apply(&Edit::Add { item, fit }).unwrap().added[0]
}

fn tier_key(document: &Document, id: &str) -> TierKey {
    document.tier_of_id(id).unwrap().key
}

fn times(document: &Document, key: Key) -> (i64, i64) {
    let item = document.item(key).unwrap();
    (item.start, item.end)
}

#[test]
fn a_moved_parent_takes_its_children_along_and_a_removed_one_with_it() {
    let mut document = loaded();
    let (above, below) = (tier_key(&document, "apart"), tier_key(&document, "within"));
    let parent = add(&mut document, above, 100, 200, "p");
    let child = add(&mut document, below, 150, 300, "c");
    assert_eq!(times(&document, child), (150, 200), "cut to its parent");
    let shift = |by| Edit::Move {
        keys: vec![parent],
        by,
        tier: None,
        fit: Fit::Clip,
    };
    document.apply(&shift(50)).unwrap();
    assert_eq!(times(&document, child), (200, 250));
    let gone = document.apply(&Edit::Remove(vec![parent])).unwrap();
    assert_eq!(gone.removed.len(), 2);
    document.undo().unwrap();
    assert_eq!(
        (times(&document, parent), times(&document, child)),
        ((150, 250), (200, 250))
    );
}

#[test]
fn edges_stop_at_neighbours_and_shared_ones_move_together() {
    let mut document = loaded();
    let tier = tier_key(&document, "apart");
    let a = add(&mut document, tier, 0, 100, "a");
    let b = add(&mut document, tier, 100, 200, "b");
    let resize = |key, edge, to, is_shared, fit| Edit::Resize {
        key,
        edge,
        to,
        is_shared,
        fit,
    };
    document
        .apply(&resize(a, Edge::End, 150, false, Fit::Clip))
        .unwrap();
    assert_eq!(times(&document, a), (0, 100));
    let refused = document.apply(&resize(a, Edge::End, 150, false, Fit::Refuse));
    assert!(refused.is_err());
    document
        .apply(&resize(a, Edge::End, 150, true, Fit::Clip))
        .unwrap();
    assert_eq!(
        (times(&document, a), times(&document, b)),
        ((0, 150), (150, 200))
    );
    document
        .apply(&resize(a, Edge::End, 500, true, Fit::Clip))
        .unwrap();
    assert_eq!(
        (times(&document, a), times(&document, b)),
        ((0, 199), (199, 200))
    );
    let pieces = tier_key(&document, "pieces");
    let marker = add(&mut document, pieces, 700, 700, "second");
    assert_eq!(
        times(&document, marker),
        (700, TOTAL),
        "a point cuts a piece in two"
    );
    document.apply(&Edit::Remove(vec![marker])).unwrap();
    assert_eq!(document.tier_len(pieces), 1);
}

#[test]
fn what_is_refused_says_why() {
    let mut document = loaded();
    let tier = tier_key(&document, "apart");
    let a = add(&mut document, tier, 0, 100, "a");
    let b = add(&mut document, tier, 300, 400, "b");
    let c = add(&mut document, tier, 200, 220, "c");
    assert_eq!(
        document.apply(&Edit::Merge(vec![a, b])),
        Err(Refusal::NotNeighbours(c))
    );
    let vocabulary = Some(vec!["yes".to_owned()]);
    let patch = TierPatch {
        vocabulary,
        ..TierPatch::default()
    };
    document
        .apply(&Edit::UpdateTier { key: tier, patch })
        .unwrap();
    let update = |label: &str| Edit::Update {
        keys: vec![a],
        patch: Patch::label(label),
    };
    let label = "no".to_owned();
    assert_eq!(
        document.apply(&update("no")),
        Err(Refusal::NotInVocabulary { tier, label })
    );
    assert!(document.apply(&update("yes")).is_ok());
    document.set_locked(tier, true);
    assert_eq!(
        document.apply(&Edit::Remove(vec![a])),
        Err(Refusal::Locked(tier))
    );
    document.set_readonly(true);
    assert_eq!(
        document.apply(&Edit::Remove(vec![a])),
        Err(Refusal::ReadOnly)
    );
    assert_eq!(document.undo(), Err(Refusal::ReadOnly));
}

#[test]
fn edits_of_one_burst_are_one_step() {
    let mut document = loaded();
    let tier = tier_key(&document, "free");
    let key = add(&mut document, tier, 0, 100, "a");
    for _ in 0..5 {
        let nudge = Edit::Move {
            keys: vec![key],
            by: 1,
            tier: None,
            fit: Fit::Clip,
        };
        document.apply_in_burst(&nudge, 7).unwrap();
    }
    assert_eq!(times(&document, key), (5, 105));
    document.undo().unwrap();
    assert_eq!(times(&document, key), (0, 100));
    assert_eq!(document.undo_name(), Some(&Name::Add));
}

#[test]
fn what_is_made_or_changed_is_signed_and_what_makes_room_is_not() {
    let mut document = loaded();
    let (pieces, free) = (tier_key(&document, "pieces"), tier_key(&document, "free"));
    let author = |document: &Document, key| document.item(key).unwrap().author.clone();
    let left = add(&mut document, pieces, 0, 500, "left");
    let loose = add(&mut document, free, 0, 100, "loose");
    assert_eq!(author(&document, left), None);

    assert_eq!(document.set_author(Some("Ada".to_owned())), None);
    let middle = add(&mut document, pieces, 400, 600, "middle");
    assert_eq!(author(&document, middle).as_deref(), Some("Ada"));
    assert_eq!(times(&document, left), (0, 400));
    assert_eq!(author(&document, left), None, "cut, but not said by Ada");

    let update = |patch| Edit::Update {
        keys: vec![loose],
        patch,
    };
    document.apply(&update(Patch::label("loose"))).unwrap();
    assert_eq!(author(&document, loose), None, "nothing has changed");
    document.apply(&update(Patch::label("said"))).unwrap();
    assert_eq!(author(&document, loose).as_deref(), Some("Ada"));

    document.set_author(Some("Bert".to_owned()));
    let named = Patch {
        author: Some(Some("Cleo".to_owned())),
        ..Patch::label("quoted")
    };
    document.apply(&update(named)).unwrap();
    assert_eq!(author(&document, loose).as_deref(), Some("Cleo"));
    let halves = Edit::Split {
        key: loose,
        at: 50,
        right_label: None,
    };
    let right = document.apply(&halves).unwrap().added[0];
    for key in [loose, right] {
        assert_eq!(author(&document, key).as_deref(), Some("Bert"));
    }
    // A drag is signed however often it is thought over, and undo takes the name back too.
    document.begin(Name::Move);
    for by in [10, 20] {
        let drag = Edit::Move {
            keys: vec![middle],
            by,
            tier: Some(free),
            fit: Fit::Clip,
        };
        document.drag(&drag).unwrap();
        assert_eq!(author(&document, middle).as_deref(), Some("Bert"));
    }
    document.commit().unwrap();
    document.undo().unwrap();
    assert_eq!(author(&document, middle).as_deref(), Some("Ada"));
    assert_eq!(
        document.set_author(Some(String::new())).as_deref(),
        Some("Bert")
    );
    assert_eq!(document.author(), None, "nobody has no name");
}
