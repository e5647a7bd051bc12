//! The one place where a document changes, and the way back.
//!
//! Whatever an edit does is a list of [`Op`]s: an annotation before and after, or the tiers before and after. Undo puts
//! back what was before.

use std::rc::Rc;

use timeside_core::order::sort_by_key;

use crate::{
    change::Change,
    document::{Document, entry_of},
    edit::{Edit, Name, Refusal},
    item::{Item, Key, Tier},
    journal::{Record, StepKind},
};

/// One change.
#[derive(Debug, Clone)]
pub(crate) enum Op {
    /// Of an annotation; `None` is absence.
    Item {
        key: Key,
        before: Option<Rc<Item>>,
        after: Option<Rc<Item>>,
    },
    /// Of the tiers.
    Tiers {
        before: Rc<Vec<Rc<Tier>>>,
        after: Rc<Vec<Rc<Tier>>>,
    },
}

/// What one undo takes back.
#[derive(Debug, Clone)]
struct Step {
    name: Name,
    ops: Vec<Op>,
    /// Names the state after this step.
    number: u64,
    /// Edits of one burst, such as a held key, are one step.
    token: Option<u64>,
}

impl Step {
    fn join(&mut self, ops: Vec<Op>, number: u64) {
        self.ops.extend(ops);
        self.ops = folded(std::mem::take(&mut self.ops));
        self.number = number;
    }
}

/// A step that is being made.
#[derive(Debug, Clone)]
struct Open {
    name: Name,
    ops: Vec<Op>,
    /// How many of `ops` stay whatever a drag means next: those that were applied, not dragged.
    fixed: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
    open: Option<Open>,
    steps_made: u64,
    saved: u64,
}

impl Document {
    /// Does an edit, whole or not at all, as a step of the history; within [`Document::begin`] and
    /// [`Document::commit`] as a part of one.
    ///
    /// # Errors
    /// Why not; then nothing has changed.
    pub fn apply(&mut self, edit: &Edit) -> Result<Change, Refusal> {
        self.apply_as(edit, None)
    }

    /// As [`Document::apply`]; edits one after another with the same token are one step.
    ///
    /// # Errors
    /// Why not; then nothing has changed.
    pub fn apply_in_burst(&mut self, edit: &Edit, token: u64) -> Result<Change, Refusal> {
        self.apply_as(edit, Some(token))
    }

    fn apply_as(&mut self, edit: &Edit, token: Option<u64>) -> Result<Change, Refusal> {
        let ops = self.attempt(edit)?;
        let change = changed_by(&ops);
        if change.is_empty() {
            return Ok(change);
        }
        self.revision += 1;
        if let Some(open) = &mut self.history.open {
            open.ops.extend(ops);
            open.fixed = open.ops.len();
        } else {
            self.keep(edit.name(), ops, token);
        }
        Ok(change)
    }

    /// Opens a step that several edits make: a drag, a paste.
    pub fn begin(&mut self, name: Name) {
        self.commit();
        self.history.open = Some(Open {
            name,
            ops: Vec::new(),
            fixed: 0,
        });
    }

    /// Instead of what was dragged in the open step so far: what the pointer means now. What was applied before, such
    /// as a tier for it, stays; where it is refused, what was shown stays.
    ///
    /// # Errors
    /// Why not.
    pub fn drag(&mut self, edit: &Edit) -> Result<Change, Refusal> {
        if self.history.open.is_none() {
            self.begin(edit.name());
        }
        let before = match &mut self.history.open {
            Some(open) => open.ops.split_off(open.fixed),
            None => Vec::new(),
        };
        self.put_back(&before);
        let attempt = self.attempt(edit);
        let (ops, answer) = match attempt {
            Ok(ops) => {
                let change = changed_by(&ops);
                (ops, Ok(change))
            }
            Err(refusal) => {
                self.put_again(&before);
                (before, Err(refusal))
            }
        };
        if let Some(open) = &mut self.history.open {
            open.ops.extend(ops);
        }
        self.revision += 1;
        answer
    }

    /// Closes the open step and keeps it; `None` if none was open or nothing has changed.
    pub fn commit(&mut self) -> Option<Change> {
        let Open { name, ops, .. } = self.history.open.take()?;
        let change = changed_by(&ops);
        if change.is_empty() {
            return None;
        }
        self.keep(name, ops, None);
        Some(change)
    }

    /// Closes the open step as if it had never been.
    pub fn abandon(&mut self) {
        if let Some(open) = self.history.open.take() {
            self.put_back(&open.ops);
            self.revision += 1;
        }
    }

    /// Is a step open?
    pub fn is_open(&self) -> bool {
        self.history.open.is_some()
    }

    /// Takes the last step back; an open one is abandoned first.
    ///
    /// # Errors
    /// [`Refusal::ReadOnly`]. `None` is nothing to undo.
    pub fn undo(&mut self) -> Result<Option<Change>, Refusal> {
        self.travel(true)
    }

    /// Does again what was undone.
    ///
    /// # Errors
    /// [`Refusal::ReadOnly`]. `None` is nothing to redo.
    pub fn redo(&mut self) -> Result<Option<Change>, Refusal> {
        self.travel(false)
    }

    fn travel(&mut self, is_back: bool) -> Result<Option<Change>, Refusal> {
        if self.is_readonly {
            return Err(Refusal::ReadOnly);
        }
        self.abandon();
        let Some(ops) = self.retrace(is_back) else {
            return Ok(None);
        };
        let History { done, undone, .. } = &self.history;
        let (kind, step) = if is_back {
            (StepKind::Undone, undone.last())
        } else {
            (StepKind::Redone, done.last())
        };
        if let Some(step) = step {
            let record = Record::of(self, &ops, kind, &step.name);
            self.journal.push(record);
        }
        self.revision += 1;
        Ok(Some(changed_by(&ops)))
    }

    /// One step back or forth; gives what that did.
    pub(crate) fn retrace(&mut self, is_back: bool) -> Option<Vec<Op>> {
        let History { done, undone, .. } = &mut self.history;
        let step = if is_back { done.pop() } else { undone.pop() }?;
        let ops = if is_back {
            inverses(&step.ops)
        } else {
            step.ops.clone()
        };
        self.put_again(&ops);
        self.relax_contained();
        let History { done, undone, .. } = &mut self.history;
        if is_back {
            undone.push(step);
        } else {
            done.push(step);
        }
        Some(ops)
    }

    /// A step that a journal tells of, or more of the last one.
    pub(crate) fn remember(&mut self, name: Name, ops: Vec<Op>, joins: bool) {
        let ops = folded(ops);
        let history = &mut self.history;
        history.undone.clear();
        history.steps_made += 1;
        let number = history.steps_made;
        match history.done.last_mut().filter(|_| joins) {
            Some(last) => last.join(ops, number),
            None => history.done.push(Step {
                name,
                ops,
                number,
                token: None,
            }),
        }
    }

    /// A step that a journal takes back, though it does not tell of it being done.
    pub(crate) fn remember_undone(&mut self, name: Name, ops: Vec<Op>) {
        self.history.steps_made += 1;
        self.history.undone.push(Step {
            name,
            ops,
            number: self.history.steps_made,
            token: None,
        });
    }

    /// What was done can no longer be undone.
    pub(crate) fn forget_steps(&mut self) {
        self.history.done.clear();
        self.history.undone.clear();
    }

    /// What undo would take back.
    pub fn undo_name(&self) -> Option<&Name> {
        self.history.done.last().map(|step| &step.name)
    }

    /// What redo would do.
    pub fn redo_name(&self) -> Option<&Name> {
        self.history.undone.last().map(|step| &step.name)
    }

    /// Names of the steps done, the oldest first, and of those undone, the next first.
    pub fn history(&self) -> (Vec<&Name>, Vec<&Name>) {
        let History { done, undone, .. } = &self.history;
        (
            done.iter().map(|step| &step.name).collect(),
            undone.iter().rev().map(|step| &step.name).collect(),
        )
    }

    /// Is it another than when it was last saved?
    pub fn is_dirty(&self) -> bool {
        self.state_number() != self.history.saved
    }

    /// It has been saved as it is.
    pub fn mark_saved(&mut self) {
        self.history.saved = self.state_number();
    }

    fn state_number(&self) -> u64 {
        self.history.done.last().map_or(0, |step| step.number)
    }

    fn attempt(&mut self, edit: &Edit) -> Result<Vec<Op>, Refusal> {
        if self.is_readonly {
            return Err(Refusal::ReadOnly);
        }
        let mut ops = Vec::new();
        match self.perform(edit, &mut ops) {
            Ok(()) => Ok(ops),
            Err(refusal) => {
                self.put_back(&ops);
                Err(refusal)
            }
        }
    }

    pub(crate) fn keep(&mut self, name: Name, ops: Vec<Op>, token: Option<u64>) {
        let ops = folded(ops);
        let last = self.history.done.last();
        let joins = token.is_some() && last.is_some_and(|last| last.token == token);
        let kind = if joins {
            StepKind::Joined
        } else {
            StepKind::Done
        };
        let record = Record::of(self, &ops, kind, &name);
        self.journal.push(record);
        self.remember(name, ops, joins);
        if let Some(last) = self.history.done.last_mut() {
            last.token = token;
        }
    }

    /// Changes an annotation.
    pub(crate) fn put(&mut self, ops: &mut Vec<Op>, key: Key, after: Option<Item>) {
        let before = self.items.get(key.0 as usize).cloned().flatten();
        let op = Op::Item {
            key,
            before,
            after: after.map(Rc::new),
        };
        self.set(&op);
        ops.push(op);
    }

    /// Changes the tiers.
    pub(crate) fn put_tiers(&mut self, ops: &mut Vec<Op>, after: Vec<Rc<Tier>>) {
        let op = Op::Tiers {
            before: self.tiers.clone(),
            after: Rc::new(after),
        };
        self.set(&op);
        ops.push(op);
    }

    /// A key for a new annotation.
    pub(crate) fn new_key(&mut self) -> Key {
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.push(None);
        Key(number)
    }

    fn put_back(&mut self, ops: &[Op]) {
        for op in ops.iter().rev() {
            self.set(&op.inverse());
        }
    }

    pub(crate) fn put_again(&mut self, ops: &[Op]) {
        for op in ops {
            self.set(op);
        }
    }

    fn set(&mut self, op: &Op) {
        let (key, after) = match op {
            Op::Tiers { after, .. } => {
                self.tiers = after.clone();
                return;
            }
            Op::Item { key, after, .. } => (*key, after),
        };
        let Some(slot) = self.items.get_mut(key.0 as usize) else {
            return;
        };
        let before = std::mem::replace(slot, after.clone());
        let place = |item: &Rc<Item>| (item.tier, entry_of(key, item));
        let (from, to) = (before.as_ref().map(place), after.as_ref().map(place));
        if from != to {
            if let Some((tier, entry)) = from
                && let Some(index) = self.indexes.get_mut(&tier)
            {
                index.remove(&entry);
            }
            if let Some((tier, entry)) = to {
                self.indexes
                    .get_or_insert_with(tier, Default::default)
                    .insert(entry);
            }
        }
        let value = |item: &Option<Rc<Item>>| item.as_ref().and_then(|item| item.value);
        if from != to || value(&before) != value(after) {
            for (tier, _) in from.iter().chain(&to) {
                if let Some(index) = self.indexes.get_mut(tier) {
                    index.renew();
                }
            }
        }
        let id = |item: &Option<Rc<Item>>| item.as_ref().map(|item| item.id.clone());
        let (old, new) = (id(&before), id(after));
        if old != new {
            if let Some(id) = old {
                self.keys_by_id.remove(&id);
            }
            if let Some(id) = new {
                self.keys_by_id.insert(id, key);
            }
        }
    }
}

impl Op {
    fn inverse(&self) -> Self {
        match self.clone() {
            Self::Item { key, before, after } => Self::Item {
                key,
                before: after,
                after: before,
            },
            Self::Tiers { before, after } => Self::Tiers {
                before: after,
                after: before,
            },
        }
    }
}

/// What takes these back.
pub(crate) fn inverses(ops: &[Op]) -> Vec<Op> {
    ops.iter().rev().map(Op::inverse).collect()
}

/// One op per annotation and one for the tiers: what was first and what is last.
fn folded(ops: Vec<Op>) -> Vec<Op> {
    let key_of = |op: &Op| match op {
        Op::Item { key, .. } => key.0 as usize + 1,
        Op::Tiers { .. } => 0,
    };
    // By key: keys are small numbers.
    let mut places = vec![usize::MAX; ops.iter().map(key_of).max().map_or(0, |key| key + 1)];
    let mut out: Vec<Op> = Vec::new();
    for op in ops {
        let place = &mut places[key_of(&op)];
        let at = (*place).min(out.len());
        *place = at;
        match (out.get_mut(at), op) {
            (Some(Op::Item { after: last, .. }), Op::Item { after, .. }) => *last = after,
            (Some(Op::Tiers { after: last, .. }), Op::Tiers { after, .. }) => *last = after,
            (_, op) => out.push(op),
        }
    }
    // An id that went from one to another must be free before it is taken.
    sort_by_key(&mut out, |op| matches!(op, Op::Item { after: Some(_), .. }));
    out
}

pub(crate) fn changed_by(ops: &[Op]) -> Change {
    let mut change = Change::default();
    for op in folded(ops.to_vec()) {
        match op {
            Op::Tiers { before, after } => change.tiers = before != after,
            Op::Item { key, before, after } => match (before, after) {
                (None, Some(_)) => change.added.push(key),
                (Some(before), None) => change.removed.push((key, before)),
                (Some(before), Some(after)) if before != after => {
                    change.changed.push((key, before));
                }
                _ => {}
            },
        }
    }
    change
}
