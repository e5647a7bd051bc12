//! What a node of the graph does with rows.

use std::fmt;
use timeside_core::Error;

/// Where a stage puts its rows.
pub(super) type Emit<'a> = &'a mut dyn FnMut(&[f32]);

/// A step of a feature's computation: rows in, rows out, not always as many.
pub(super) trait Stage: fmt::Debug {
    /// Takes the next row; the first stage of a line takes samples, in pieces of any size.
    fn push(&mut self, row: &[f32], emit: Emit<'_>);

    /// Gives the rows that the end of the stream completes.
    fn finish(&mut self, _emit: Emit<'_>) {}

    /// Why its rows are not to be had after all.
    fn failure(&self) -> Option<Error> {
        None
    }
}

/// One row from each row.
pub(super) trait RowMap: fmt::Debug {
    /// Fills `out`, which is empty.
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>);
}

/// The stage of a [`RowMap`].
#[derive(Debug)]
struct PerRow<M> {
    map: M,
    out: Vec<f32>,
}

impl<M: RowMap> Stage for PerRow<M> {
    fn push(&mut self, row: &[f32], emit: Emit<'_>) {
        self.out.clear();
        self.map.map(row, &mut self.out);
        emit(&self.out);
    }
}

/// One row from each row.
pub(super) fn per_row(map: impl RowMap + 'static) -> Box<dyn Stage> {
    Box::new(PerRow {
        map,
        out: Vec::new(),
    })
}

/// One number from each row, by a function that remembers nothing.
#[derive(Debug)]
pub(super) struct Number(pub(super) fn(&[f32]) -> f64);

impl RowMap for Number {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        out.push(single((self.0)(row)));
    }
}

/// Each value by itself.
#[derive(Debug)]
pub(super) struct Each(pub(super) fn(f32) -> f32);

impl RowMap for Each {
    fn map(&mut self, row: &[f32], out: &mut Vec<f32>) {
        out.extend(row.iter().map(|x| (self.0)(*x)));
        saturate(out);
    }
}

/// The nearest finite `f32`; 0 for what is no number.
#[inline]
pub(super) fn single(x: f64) -> f32 {
    if x.is_nan() {
        return 0.0;
    }
    x.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
}

/// Makes values that overflowed finite again.
pub(super) fn saturate(values: &mut [f32]) {
    for x in values.iter_mut().filter(|x| !x.is_finite()) {
        *x = single(f64::from(*x));
    }
}
