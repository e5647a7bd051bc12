//! Selection, snapping, search and rows.

#![allow(clippy::unwrap_used, reason = "a panic is a test's way to fail")]

use timeside_core::annotation::{AnnotationDocument, Tier};
use timeside_editing::{
    Column, Document, Edit, Filter, Fit, Item, Key, Patch, Rows, Selection, Snapped, Sort, Source,
    State, Target, TierKey, folded, snap,
};

fn tiers() -> (Document, TierKey, TierKey) {
    let tier = |id: &str| Tier {
        id: id.to_owned(),
        ..Tier::default()
    };
    let mut document = Document::new(1000, Some(10_000));
    document.load(AnnotationDocument {
        tiers: vec![tier("a"), tier("b")],
        ..AnnotationDocument::default()
    });
    let keys: Vec<TierKey> = document.tiers().map(|tier| tier.key).collect();
    (document, keys[0], keys[1])
}

fn add(document: &mut Document, item: Item) -> Key {
    let fit = Fit::Clip;
    document.apply(&Edit::Add { item, fit }).unwrap().added[0]
}

#[test]
fn a_range_is_selected_on_one_tier_in_order_of_time() {
    let (mut document, a, b) = tiers();
    let keys: Vec<Key> = [400, 100, 300, 200]
        .into_iter()
        .map(|at| add(&mut document, Item::new(a, at, at + 50)))
        .collect();
    let other = add(&mut document, Item::new(b, 250, 260));
    let mut selection = Selection::default();
    selection.set(keys[3]);
    selection.extend_to(&document, keys[0]);
    let mut chosen: Vec<Key> = selection.keys().collect();
    chosen.sort();
    assert_eq!(chosen, [keys[0], keys[2], keys[3]]);
    selection.extend_to(&document, keys[1]);
    assert_eq!(
        selection.len(),
        2,
        "a range begins at its anchor, also backwards"
    );
    selection.toggle(other);
    selection.toggle(keys[1]);
    assert_eq!(selection.keys().collect::<Vec<_>>(), [keys[3], other]);
    document.apply(&Edit::Remove(vec![other])).unwrap();
    assert!(selection.retain(&document));
    assert_eq!(selection.len(), 1);
    selection.set_tier(&document, a);
    assert_eq!(selection.len(), 4);
}

#[test]
fn the_nearest_snaps_and_what_is_dragged_does_not_snap_to_itself() {
    let (mut document, a, b) = tiers();
    let dragged = add(&mut document, Item::new(a, 100, 200));
    add(&mut document, Item::new(b, 50, 212));
    let beats = [180, 205, 230];
    let all = |except: &'static [Key]| Source::Boundaries {
        document: &document,
        tier: None,
        except,
    };
    let found = |frame, tolerance, sources: &[Source<'_>]| {
        let found = snap(frame, tolerance, sources);
        found.map(|Snapped { frame, target }| (frame, target))
    };
    let grid = Source::Grid {
        origin: 0,
        step_frames: 33.3,
    };
    let frames = Source::Frames(Target::Beat, &beats);
    assert_eq!(
        found(201, 10, &[all(&[]), frames, grid]),
        Some((200, Target::Boundary))
    );
    let except = Box::leak(vec![dragged].into_boxed_slice());
    assert_eq!(
        found(201, 10, &[all(except), frames, grid]),
        Some((200, Target::Grid))
    );
    assert_eq!(
        found(206, 10, &[all(except), frames, grid]),
        Some((205, Target::Beat))
    );
    assert_eq!(
        found(211, 10, &[frames, all(except)]),
        Some((212, Target::Boundary))
    );
    assert_eq!(found(150, 10, &[all(except), frames]), None);
    assert_eq!(
        found(150, 10, &[Source::One(Target::Playhead, 160)]),
        Some((160, Target::Playhead))
    );
}

#[test]
fn search_forgets_case_and_accents() {
    for (text, plain) in [
        ("ÉTÉ", "ete"),
        ("Łódź", "lodz"),
        ("e\u{301}", "e"),
        ("Straße", "strasse"),
        ("音", "音"),
    ] {
        assert_eq!(folded(text), plain);
    }
    let (mut document, a, b) = tiers();
    let mut said =
        |tier, at, label: &str| add(&mut document, Item::new(tier, at, at + 10).labelled(label));
    let (second, first) = (said(a, 500, "Été"), said(b, 100, "hiver"));
    let blank = said(a, 300, " ");
    let mut proposal = Item::new(b, 900, 910).labelled("maybe");
    proposal.state = State::Proposed;
    proposal.confidence = Some(0.2);
    proposal
        .attributes
        .insert("note".to_owned(), "L'ÉTÉ".to_owned());
    let proposal = add(&mut document, proposal);
    let mut rows = Rows::default();
    let mut ask = |filter: &Filter, column, is_descending| {
        let sort = Sort {
            column,
            is_descending,
        };
        rows.get(&document, filter, sort).to_vec()
    };
    let text = |text: &str| Filter {
        text: text.to_owned(),
        ..Filter::default()
    };
    assert_eq!(
        ask(&text(""), Column::Start, false),
        [first, blank, second, proposal]
    );
    assert_eq!(ask(&text("ete"), Column::Start, false), [second, proposal]);
    assert_eq!(
        ask(&text(""), Column::Label, true),
        [proposal, first, second, blank]
    );
    assert_eq!(
        ask(&text(""), Column::Tier, false),
        [blank, second, first, proposal]
    );
    let of = |change: fn(&mut Filter)| {
        let mut filter = Filter::default();
        change(&mut filter);
        filter
    };
    assert_eq!(
        ask(&of(|f| f.is_unlabelled = true), Column::Start, false),
        [blank]
    );
    assert_eq!(
        ask(
            &of(|f| f.confidence_below = Some(0.5)),
            Column::Start,
            false
        ),
        [proposal]
    );
    assert_eq!(
        ask(
            &of(|f| f.state = Some(State::Accepted)),
            Column::Start,
            false
        ),
        [first, blank, second]
    );
    assert_eq!(
        ask(&of(|f| f.range = Some((305, 505))), Column::Start, false),
        [blank, second]
    );
}

#[test]
fn the_version_of_a_tier_changes_with_its_places_and_values_alone() {
    let (mut document, a, b) = tiers();
    assert_eq!(document.version(a), None);
    let key = add(&mut document, Item::new(a, 100, 200));
    add(&mut document, Item::new(b, 100, 200));
    let mut seen = (document.version(a).cloned(), document.version(b).cloned());
    assert!(seen.0.is_some() && seen.0 != seen.1);
    let mut changes = |document: &Document| {
        let now = (document.version(a).cloned(), document.version(b).cloned());
        let is_new = (now.0 != seen.0, now.1 != seen.1);
        seen = now;
        is_new
    };
    let update = |document: &mut Document, patch: Patch| {
        let keys = vec![key];
        document.apply(&Edit::Update { keys, patch }).unwrap();
    };
    update(&mut document, Patch::label("word"));
    assert_eq!(changes(&document), (false, false));
    let value = Some(Some(60.0));
    update(
        &mut document,
        Patch {
            value,
            ..Patch::default()
        },
    );
    assert_eq!(changes(&document), (true, false));
    let other = Edit::Move {
        keys: vec![key],
        by: 10,
        tier: Some(b),
        fit: Fit::Clip,
    };
    document.apply(&other).unwrap();
    assert_eq!(changes(&document), (true, true));
    document.undo().unwrap();
    assert_eq!(changes(&document), (true, true));
}
