//! Where a processor puts its results.

use crate::result::{Data, TimeAxis};
use crate::time::secs_from_frame;
use crate::{Array, Error, FrameMetadata, LabelMetadata, Result, Values, Warning};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::rc::Rc;

/// The memory that the kept results of one pipe may take together.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    limit_bytes: u64,
    used_bytes: Rc<Cell<u64>>,
}

impl Budget {
    pub(crate) fn new(limit_bytes: u64) -> Self {
        Self {
            limit_bytes,
            used_bytes: Rc::default(),
        }
    }

    fn check(&self, more_bytes: u64, what: &str) -> Result<()> {
        let needed_bytes = self.used_bytes.get().saturating_add(more_bytes);
        if needed_bytes <= self.limit_bytes {
            return Ok(());
        }
        Err(Error::OutOfMemory {
            needed_bytes,
            limit_bytes: self.limit_bytes,
            hint: format!(
                "the rows of {what} do not fit: raise maxMemory, or run with keep: false and take them as they come"
            ),
        })
    }

    fn take(&self, more_bytes: u64) {
        self.used_bytes
            .set(self.used_bytes.get().saturating_add(more_bytes));
    }
}

/// Rows of a framewise result.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Index of the first of them.
    pub first: usize,
    /// Elements per row.
    pub columns: usize,
    /// The elements, row-major.
    pub values: RowValues<'a>,
}

/// The elements of [`Rows`].
#[derive(Debug, Clone, Copy)]
pub enum RowValues<'a> {
    /// 32-bit floats.
    F32(&'a [f32]),
    /// 64-bit floats.
    F64(&'a [f64]),
}

#[derive(Debug)]
struct Table {
    frame: FrameMetadata,
    /// 0 for a result of one number per frame, shape `[rows]`.
    columns: usize,
    y_value: Vec<f64>,
    values: Values,
    /// Index of the first row that `values` holds.
    base: usize,
    /// Index of the first row that no partial result has given out.
    fresh: usize,
    /// Index of the first row of the current round, for the children.
    round: usize,
}

impl Table {
    fn width(&self) -> usize {
        self.columns.max(1)
    }

    fn end(&self) -> usize {
        self.base + self.values.len() / self.width()
    }

    fn slice(&self, from: usize, to: usize) -> Values {
        let (a, b) = (
            (from - self.base) * self.width(),
            (to - self.base) * self.width(),
        );
        match &self.values {
            Values::F32(v) => Values::F32(v[a..b].to_vec()),
            Values::F64(v) => Values::F64(v[a..b].to_vec()),
            Values::I64(v) => Values::I64(v[a..b].to_vec()),
        }
    }

    fn array(&self, values: Values) -> Array {
        let rows = values.len() / self.width();
        Array {
            shape: if self.columns == 0 {
                vec![rows]
            } else {
                vec![rows, self.columns]
            },
            values,
        }
    }
}

#[derive(Debug, Default)]
enum Slot {
    #[default]
    Empty,
    Table(Table),
    Done(Data, TimeAxis),
}

/// The results of one processor, by the index of their [`ResultInfo`](crate::ResultInfo).
#[derive(Debug)]
pub struct Output {
    id: String,
    slots: Vec<Slot>,
    keep: bool,
    budget: Budget,
    expected_frames: Option<i64>,
    derived: Map<String, Value>,
    error: Option<Error>,
    warnings: Vec<Warning>,
}

/// Rows are reserved ahead up to this size; a header's claim is not trusted with more.
const RESERVE_LIMIT_BYTES: usize = 4 << 20;

impl Output {
    pub(crate) fn new(
        id: &str,
        results: usize,
        keep: bool,
        budget: Budget,
        expected_frames: Option<i64>,
    ) -> Self {
        let slots = (0..results).map(|_| Slot::default()).collect();
        Self {
            id: id.to_owned(),
            slots,
            keep,
            budget,
            expected_frames,
            derived: Map::new(),
            error: None,
            warnings: Vec::new(),
        }
    }

    /// Opens a framewise result of `f32`. `columns` is `None` for one number per frame (shape `[rows]`),
    /// else the row's width; `y_value` says what each column stands for, or is empty.
    ///
    /// # Errors
    /// `OutOfMemory` if all its rows, as far as can be foreseen, would not fit.
    pub fn framewise(
        &mut self,
        result: usize,
        frame: FrameMetadata,
        columns: Option<usize>,
        y_value: Vec<f64>,
    ) -> Result<()> {
        self.open(result, frame, columns, y_value, Values::F32(Vec::new()))
    }

    /// Opens a framewise result of `f64`; as [`Output::framewise`].
    ///
    /// # Errors
    /// `OutOfMemory` if all its rows, as far as can be foreseen, would not fit.
    pub fn framewise_f64(
        &mut self,
        result: usize,
        frame: FrameMetadata,
        columns: Option<usize>,
        y_value: Vec<f64>,
    ) -> Result<()> {
        self.open(result, frame, columns, y_value, Values::F64(Vec::new()))
    }

    fn open(
        &mut self,
        result: usize,
        frame: FrameMetadata,
        columns: Option<usize>,
        y_value: Vec<f64>,
        mut values: Values,
    ) -> Result<()> {
        let columns = columns.unwrap_or(0);
        if let (true, Some(frames)) = (self.keep, self.expected_frames) {
            let rows = u64::try_from(frames).unwrap_or(0) / frame.stepsize.max(1) as u64 + 1;
            let items = rows.saturating_mul(columns.max(1) as u64);
            self.budget
                .check(items.saturating_mul(values.item_bytes() as u64), &self.id)?;
            let reserve = usize::try_from(items)
                .unwrap_or(usize::MAX)
                .min(RESERVE_LIMIT_BYTES / values.item_bytes());
            match &mut values {
                Values::F32(v) => v.reserve_exact(reserve),
                Values::F64(v) => v.reserve_exact(reserve),
                Values::I64(_) => {}
            }
        }
        self.slots[result] = Slot::Table(Table {
            frame,
            columns,
            y_value,
            values,
            base: 0,
            fresh: 0,
            round: 0,
        });
        Ok(())
    }

    /// Adds rows of `f32` to an open result: one row, or several at once. Past the limit of memory rows
    /// are dropped and the run ends with `OutOfMemory`.
    pub fn push(&mut self, result: usize, row: &[f32]) {
        if self.has_room(row.len(), 4) {
            if let Some(Slot::Table(Table {
                values: Values::F32(v),
                ..
            })) = self.slots.get_mut(result)
            {
                v.extend_from_slice(row);
            } else {
                debug_assert!(false, "{}: result {result} is not open for f32", self.id);
            }
        }
    }

    /// Adds rows of `f64` to an open result; as [`Output::push`].
    pub fn push_f64(&mut self, result: usize, row: &[f64]) {
        if self.has_room(row.len(), 8) {
            if let Some(Slot::Table(Table {
                values: Values::F64(v),
                ..
            })) = self.slots.get_mut(result)
            {
                v.extend_from_slice(row);
            } else {
                debug_assert!(false, "{}: result {result} is not open for f64", self.id);
            }
        }
    }

    fn has_room(&mut self, items: usize, item_bytes: usize) -> bool {
        if self.error.is_some() {
            return false;
        }
        if self.keep {
            let bytes = (items * item_bytes) as u64;
            if let Err(error) = self.budget.check(bytes, &self.id) {
                self.error = Some(error);
                return false;
            }
            self.budget.take(bytes);
        }
        true
    }

    /// Sets a whole result: one row for the medium.
    pub fn global(&mut self, result: usize, values: Values) {
        let data = Data::Value {
            value: Array::vector(values),
            y_value: Vec::new(),
        };
        self.slots[result] = Slot::Done(data, TimeAxis::Global);
    }

    /// Sets a whole result of values at points in time (seconds from the start of the stretch).
    pub fn events(&mut self, result: usize, time: Vec<f64>, values: Values) {
        let data = Data::Value {
            value: Array::vector(values),
            y_value: Vec::new(),
        };
        self.slots[result] = Slot::Done(data, TimeAxis::Event { time });
    }

    /// Sets a whole result of labels over stretches of time (seconds from the start of the stretch).
    pub fn label_segments(
        &mut self,
        result: usize,
        time: Vec<f64>,
        duration: Vec<f64>,
        label: Vec<i64>,
        metadata: LabelMetadata,
    ) {
        self.slots[result] = Slot::Done(
            Data::Label { label, metadata },
            TimeAxis::Segment { time, duration },
        );
    }

    /// Sets a whole result of any kind.
    pub fn set(&mut self, result: usize, data: Data, time: TimeAxis) {
        self.slots[result] = Slot::Done(data, time);
    }

    /// Records the value that a parameter given as `null` came to, in the results' `parameters`.
    pub fn record(&mut self, parameter: &str, value: impl Into<Value>) {
        self.derived.insert(parameter.to_owned(), value.into());
    }

    /// The parameters that [`Output::record`] was told of.
    pub(crate) fn derived(&self) -> &Map<String, Value> {
        &self.derived
    }

    /// Number of rows that the framewise result has had so far.
    pub fn rows(&self, result: usize) -> usize {
        match self.slots.get(result) {
            Some(Slot::Table(t)) => t.end(),
            _ => 0,
        }
    }

    /// Counts `bytes` of what is held until it is set whole towards the limit of memory; past it the run ends
    /// with `OutOfMemory`, and this is false.
    pub fn hold(&mut self, bytes: u64) -> bool {
        if self.error.is_some() {
            return false;
        }
        if let Err(error) = self.budget.check(bytes, &self.id) {
            self.error = Some(error);
            return false;
        }
        self.budget.take(bytes);
        true
    }

    /// Ends the run with this error after the feed at hand; the first one counts.
    pub fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// Tells of something that was lost without stopping the work.
    pub fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    pub(crate) fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    /// The error that a push met.
    pub(crate) fn take_error(&mut self) -> Option<Error> {
        self.error.take()
    }

    /// Ends the round: what follows is new to the children. Rows that nobody keeps and that a partial
    /// result has given out are let go.
    pub(crate) fn end_round(&mut self) {
        for slot in &mut self.slots {
            let Slot::Table(t) = slot else { continue };
            t.round = t.end();
            if !self.keep {
                let gone = (t.fresh - t.base) * t.width();
                match &mut t.values {
                    Values::F32(v) => drop(v.drain(..gone)),
                    Values::F64(v) => drop(v.drain(..gone)),
                    Values::I64(v) => drop(v.drain(..gone)),
                }
                t.base = t.fresh;
            }
        }
    }

    /// The rows that result `result` gained in this round.
    pub(crate) fn round_rows(&self, result: usize) -> Option<Rows<'_>> {
        let Some(Slot::Table(t)) = self.slots.get(result) else {
            return None;
        };
        let from = (t.round - t.base) * t.width();
        let values = match &t.values {
            Values::F32(v) if from < v.len() => RowValues::F32(&v[from..]),
            Values::F64(v) if from < v.len() => RowValues::F64(&v[from..]),
            _ => return None,
        };
        Some(Rows {
            first: t.round,
            columns: t.width(),
            values,
        })
    }

    /// Takes the rows that no partial result has given out; `None` if there are none.
    pub(crate) fn take_fresh(&mut self, result: usize) -> Option<(usize, Data, TimeAxis)> {
        let Some(Slot::Table(t)) = self.slots.get_mut(result) else {
            return None;
        };
        let (from, end) = (t.fresh, t.end());
        if from == end {
            return None;
        }
        t.fresh = end;
        let data = Data::Value {
            value: t.array(t.slice(from, end)),
            y_value: t.y_value.clone(),
        };
        Some((from, data, TimeAxis::Framewise(t.frame)))
    }

    /// Forgets the rows that no partial result has given out.
    pub(crate) fn discard_fresh(&mut self) {
        for slot in &mut self.slots {
            if let Slot::Table(t) = slot {
                t.fresh = t.end();
            }
        }
    }

    /// The finished results by index; those that were never set are left out.
    pub(crate) fn finish(&mut self) -> Vec<(usize, usize, Data, TimeAxis)> {
        let mut done = Vec::new();
        for (index, slot) in self.slots.iter_mut().enumerate() {
            match std::mem::take(slot) {
                Slot::Empty => {}
                Slot::Done(data, time) => done.push((index, 0, data, time)),
                Slot::Table(mut t) => {
                    let base = t.base;
                    let values = std::mem::replace(&mut t.values, Values::F32(Vec::new()));
                    let y_value = std::mem::take(&mut t.y_value);
                    done.push((
                        index,
                        base,
                        Data::Value {
                            value: t.array(values),
                            y_value,
                        },
                        TimeAxis::Framewise(t.frame),
                    ));
                }
            }
        }
        done
    }
}

impl FrameMetadata {
    /// Seconds from the start of the stretch to the begin of row `row`.
    pub fn time_secs(&self, row: usize) -> f64 {
        secs_from_frame((row * self.stepsize) as i64, self.samplerate)
    }
}
