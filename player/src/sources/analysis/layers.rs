//! Results as layers show them.

use std::{cell::RefCell, rc::Rc};

use timeside_view::layers::curve::Range;
use wasm_bindgen::prelude::*;

use super::{
    super::rich::{self, Rich},
    Analyses, Curve,
};
use crate::{
    layers::{
        LayerKind, Source,
        given::{self, Data},
    },
    link::{self, ResultPart, ResultShape},
    store::Store,
};

impl Analyses {
    /// Takes a result, or its new rows.
    pub(super) fn take(self, run: u32, result: &JsValue, rate_hz: f64, is_whole: bool) {
        let part = link::read_result(result, rate_hz);
        if is_whole {
            let id = part.id.clone();
            self.origins
                .try_update_value(|all| all.push((run, id, given::provenance_of(result))));
        }
        if part.shape == ResultShape::Rich {
            self.take_rich(run, part, result, rate_hz, is_whole);
        } else {
            self.add_rows(run, part, is_whole);
        }
    }

    fn take_rich(self, run: u32, part: ResultPart, result: &JsValue, rate_hz: f64, is_whole: bool) {
        let is_matrix = rich::is_matrix(result);
        if !is_matrix && !is_whole {
            return;
        }
        self.rich.try_update(|all| {
            let is_it = |r: &Rich| r.run == run && r.id == part.id;
            let at = all.iter().position(is_it).unwrap_or_else(|| {
                let (id, name, unit) = (part.id.clone(), part.name, part.unit);
                let data = Data::Waiting(LayerKind::Matrix);
                all.push(Rich {
                    run,
                    id,
                    name,
                    unit,
                    data,
                });
                all.len() - 1
            });
            let rich = &mut all[at];
            if !is_matrix {
                let (kind, items) = given::read_items(result, rate_hz);
                rich.data = Data::Items(kind, Rc::new(items));
                return;
            }
            if !matches!(rich.data, Data::Matrix(_)) {
                let grid = rich::empty_grid(result, rate_hz);
                rich.data = Data::Matrix(Rc::new(RefCell::new(grid)));
            }
            if let Data::Matrix(grid) = &rich.data {
                let mut grid = grid.borrow_mut();
                rich::push(&mut grid, result);
                let _ = grid.choose_colors(is_whole);
            }
        });
    }

    /// Takes a result that the page has computed, as if it had been asked for here; says where it is.
    pub(crate) fn adopt(self, store: Store, result: &JsValue) -> Source {
        let run = self.next_key.get_value();
        self.next_key.set_value(run.wrapping_add(1));
        self.take(run, result, store.view.get_untracked().rate_hz(), true);
        Source::Result(run, link::text(result, "id").unwrap_or_default())
    }

    /// Forgets one result.
    pub(crate) fn forget_result(self, run: u32, id: &str) {
        self.curves
            .update(|all| all.retain(|c| (c.run, c.id.as_str()) != (run, id)));
        self.rich
            .update(|all| all.retain(|r| (r.run, r.id.as_str()) != (run, id)));
    }

    // What layers show

    /// The results that are drawn over time: run, id, kind; tracked.
    pub(crate) fn layers(self) -> Vec<(u32, String, LayerKind)> {
        let curve = |c: &Curve| (c.run, c.id.clone(), LayerKind::Curve);
        let mut all: Vec<_> = self.curves.with(|all| all.iter().map(curve).collect());
        let rich = |r: &Rich| (r.run, r.id.clone(), r.data.kind());
        self.rich.with(|rest| all.extend(rest.iter().map(rich)));
        all
    }

    /// Its data, unless it is a curve; tracked.
    pub(crate) fn data(self, run: u32, id: &str) -> Option<Data> {
        self.rich.with(|all| {
            let found = all.iter().find(|r| r.run == run && r.id == id);
            found.map(|r| r.data.clone())
        })
    }

    /// Reads a curve; tracked.
    pub(crate) fn with_curve<T>(
        self,
        run: u32,
        id: &str,
        read: impl FnOnce(&Curve) -> T,
    ) -> Option<T> {
        self.curves.with(|all| {
            let found = all.iter().find(|c| c.run == run && c.id == id);
            found.map(read)
        })
    }

    /// Name and unit as shown; tracked.
    pub(crate) fn words(self, run: u32, id: &str) -> (String, String) {
        let curve = self.with_curve(run, id, |c| (c.name.clone(), c.unit.clone()));
        let rich = || {
            self.rich.with(|all| {
                let found = all.iter().find(|r| r.run == run && r.id == id);
                found.map(|r| (r.name.clone(), r.unit.clone()))
            })
        };
        curve.or_else(rich).unwrap_or_default()
    }

    /// What a curve's height stands for unless told otherwise; tracked.
    pub(crate) fn range(self, run: u32, id: &str) -> Option<Range> {
        self.with_curve(run, id, |curve| curve.range).flatten()
    }

    pub(crate) fn curve_rows(self, run: u32, id: &str) -> usize {
        let rows = |curve: &Curve| curve.series.first().map_or(0, |series| series.values.len());
        self.with_curve(run, id, rows).unwrap_or(0)
    }

    /// Analyzer, version, parameters and date of a result that is there, as an object.
    pub(crate) fn provenance(self, run: u32, id: &str) -> JsValue {
        self.origins.with_value(|all| {
            let found = all.iter().rev().find(|(r, i, _)| *r == run && i == id);
            found.map_or(JsValue::NULL, |(.., origin)| origin.clone())
        })
    }
}
