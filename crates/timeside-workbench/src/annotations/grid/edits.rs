//! What is written, pasted and filled: cells to edits of the document, each gesture one step to undo.

use leptos::prelude::*;

use super::Grid;
use crate::annotations::{
    columns::{self, Column},
    entry::Entry,
    link::Edit,
    words,
};

/// Takes what stands in the open field; false if it was refused, and then the field stays and says why.
pub(super) fn commit(grid: Grid) -> bool {
    let Some(draft) = grid.draft.get_untracked() else {
        return true;
    };
    let (Some(column), Some(before)) = (grid.column(draft.column), grid.desk.entry(&draft.id))
    else {
        grid.draft.set(None);
        return true;
    };
    if !draft.is_changed() {
        grid.draft.set(None);
        return true;
    }
    let desk = grid.desk;
    let mut after = before.clone();
    let taken = desk
        .write(column, &draft.text, &mut after)
        .and_then(|()| columns::check(&after))
        .map_err(|refusal| desk.refusal(&refusal))
        .and_then(|()| desk.try_apply(&[Edit::Update(Box::new((before, after)))], "change"));
    match taken {
        Ok(()) => grid.draft.set(None),
        Err(why) => {
            grid.draft.update(|draft| {
                if let Some(draft) = draft {
                    draft.refused = why;
                }
            });
            return false;
        }
    }
    true
}

/// The marked cells as they are copied.
pub(super) fn marked(grid: Grid) -> Vec<Vec<String>> {
    let cursor = grid.cursor.get_untracked();
    let (first, count) = (*cursor.rows().start(), cursor.rows().count());
    let rows = untrack(|| grid.desk.page(first, count)).rows;
    grid.desk.tiers.with_untracked(|tiers| {
        rows.iter()
            .map(|entry| {
                let columns = cursor.columns().filter_map(|at| grid.column(at));
                columns.map(|column| column.copied(entry, tiers)).collect()
            })
            .collect()
    })
}

/// Writes pasted cells from the cursor on, all of them or none. One cell fills the marked range; rows below the table's
/// end become annotations if they have a begin.
pub(super) fn paste(grid: Grid, cells: &[Vec<String>]) {
    let desk = grid.desk;
    let s = desk.bench.strings.get_untracked();
    let cursor = grid.cursor.get_untracked();
    let (top, left) = (*cursor.rows().start(), *cursor.columns().start());
    let is_one = matches!(cells, [row] if row.len() == 1);
    let (height, width) = match is_one {
        true => (cursor.rows().count(), cursor.columns().count()),
        false => (cells.len(), cells.iter().map(Vec::len).max().unwrap_or(0)),
    };
    let cell = |row: usize, column: usize| match is_one {
        true => cells.first()?.first(),
        false => cells.get(row)?.get(column),
    };
    let columns: Vec<Column> = (left..left + width)
        .filter_map(|at| grid.column(at))
        .collect();
    let rows = untrack(|| desk.page(top, height)).rows;
    let mut edits = Vec::with_capacity(height);
    for row in 0..height {
        let before = rows.get(row);
        if before.is_none() && !columns.contains(&Column::Start) {
            desk.say_counted(|s| s.rows_without_start, height - row);
            return;
        }
        let mut after = before.cloned().unwrap_or_else(|| new_entry(grid, &rows));
        for (at, column) in columns.iter().enumerate() {
            let Some(text) = cell(row, at) else { continue };
            if let Err(refusal) = desk.write(*column, text, &mut after) {
                let place = words::column(*column, s);
                desk.say(format!(
                    "{} {}, {place}: {}",
                    s.row,
                    row + 1,
                    desk.refusal(&refusal)
                ));
                return;
            }
        }
        // A begin alone, pasted behind the end, is a point there.
        if before.is_none() && after.end_secs < after.start_secs {
            after.end_secs = after.start_secs;
        }
        if let Err(refusal) = columns::check(&after) {
            desk.say(format!("{} {}: {}", s.row, row + 1, desk.refusal(&refusal)));
            return;
        }
        match before {
            Some(before) if *before != after => {
                edits.push(Edit::Update(Box::new((before.clone(), after))));
            }
            Some(_) => {}
            None => edits.push(Edit::Add(Box::new(after))),
        }
    }
    if desk.apply(&edits, "paste") {
        desk.say_counted(|s| s.changed, edits.len());
    }
}

/// An annotation for a pasted row: on the tier of the row above.
fn new_entry(grid: Grid, above: &[Entry]) -> Entry {
    let first = || {
        grid.desk
            .tiers
            .with_untracked(|tiers| tiers.first().map(|tier| tier.id.clone()))
    };
    Entry {
        tier: above
            .last()
            .map(|entry| entry.tier.clone())
            .or_else(first)
            .unwrap_or_default(),
        ..Entry::default()
    }
}

/// The first marked row's cells into those below it.
pub(super) fn fill_down(grid: Grid) {
    let desk = grid.desk;
    let s = desk.bench.strings.get_untracked();
    let cursor = grid.cursor.get_untracked();
    let (first, count) = (*cursor.rows().start(), cursor.rows().count());
    let rows = untrack(|| desk.page(first, count)).rows;
    let Some((source, below)) = rows.split_first() else {
        return;
    };
    if below.is_empty() {
        desk.say(s.fill_needs_rows.to_owned());
        return;
    }
    let columns: Vec<Column> = cursor.columns().filter_map(|at| grid.column(at)).collect();
    let texts: Vec<String> = desk.tiers.with_untracked(|tiers| {
        columns
            .iter()
            .map(|column| column.copied(source, tiers))
            .collect()
    });
    let mut edits = Vec::new();
    for before in below {
        let mut after = before.clone();
        let written = columns
            .iter()
            .zip(&texts)
            .try_for_each(|(column, text)| desk.write(*column, text, &mut after))
            .and_then(|()| columns::check(&after));
        if let Err(refusal) = written {
            desk.say(desk.refusal(&refusal));
            return;
        }
        if after != *before {
            edits.push(Edit::Update(Box::new((before.clone(), after))));
        }
    }
    if desk.apply(&edits, "fill") {
        desk.say_counted(|s| s.changed, edits.len());
    }
}

/// The labels that the tier of the row in the making admits.
pub(super) fn vocabulary(grid: Grid) -> Vec<String> {
    let id = grid
        .draft
        .with_untracked(|draft| draft.as_ref().map(|draft| draft.id.clone()));
    let Some(entry) = id.and_then(|id| grid.desk.entry(&id)) else {
        return Vec::new();
    };
    grid.desk.tiers.with_untracked(|tiers| {
        let tier = tiers.iter().find(|tier| tier.id == entry.tier);
        tier.map(|tier| tier.vocabulary.clone()).unwrap_or_default()
    })
}
