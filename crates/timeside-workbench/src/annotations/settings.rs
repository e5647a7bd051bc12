//! What the panel remembers from one visit to the next, where the browser lets it.

use super::columns::{self, Column};

const COLUMNS: &str = "timeside.table.columns";
const AUTHOR: &str = "timeside.author";

fn storage() -> Option<web_sys::Storage> {
    // A page without an origin of its own throws, a browser may refuse.
    web_sys::window()?.local_storage().ok().flatten()
}

fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn keep(key: &str, value: &str) {
    // Full or refused: the choice holds until the page is left.
    let _ = storage().map(|storage| storage.set_item(key, value));
}

/// The columns last chosen.
pub(crate) fn columns() -> Vec<Column> {
    let kept: Vec<Column> = read(COLUMNS)
        .unwrap_or_default()
        .split(' ')
        .filter_map(Column::from_id)
        .collect();
    if kept.is_empty() {
        columns::DEFAULT.to_vec()
    } else {
        kept
    }
}

/// Remembers the columns.
pub(crate) fn keep_columns(columns: &[Column]) {
    let ids: Vec<&str> = columns.iter().map(|column| column.id()).collect();
    keep(COLUMNS, &ids.join(" "));
}

/// Who makes annotations here; empty for nobody in particular.
pub(crate) fn author() -> String {
    read(AUTHOR).unwrap_or_default()
}

/// Remembers who.
pub(crate) fn keep_author(name: &str) {
    keep(AUTHOR, name);
}
