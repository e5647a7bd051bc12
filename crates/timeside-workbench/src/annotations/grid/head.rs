//! The heads of the columns: what they are called, and a click sorts.

use leptos::prelude::*;

use super::{Grid, sort_by};
use crate::annotations::{columns::Column, words};

#[component]
pub(crate) fn Head() -> impl IntoView {
    let grid = expect_context::<Grid>();
    let desk = grid.desk;
    let sorted = move |column: Column| {
        desk.query.with(|query| {
            (query.sort.unwrap_or(Column::Start) == column).then_some(query.descending)
        })
    };
    let how = move |column| match sorted(column) {
        Some(false) => "ascending",
        Some(true) => "descending",
        None => "none",
    };
    let sign = move |column| match sorted(column) {
        Some(false) => "↑",
        Some(true) => "↓",
        None => "",
    };
    view! {
        <div class="ann-row ann-head" role="row" aria-rowindex="1">
            {move || desk.columns.get().into_iter().map(|column| view! {
                <div role="columnheader" class:number=column.is_number() aria-sort=move || how(column)>
                    <button type="button" tabindex="-1" disabled=!column.sorts() on:click=move |_| sort_by(grid, column)>
                        {move || words::column(column, desk.s())}
                        <span aria-hidden="true">{move || sign(column)}</span>
                    </button>
                </div>
            }).collect_view()}
        </div>
    }
}
