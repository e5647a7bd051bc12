//! What has no type of its own: where a change comes from, and who follows it.

use std::{
    any::Any,
    cell::{Ref, RefCell, RefMut},
    rc::Rc,
};

use leptos::{
    prelude::{GetValue as _, LocalStorage, StoredValue, untrack},
    reactive::{
        computed::ArcMemo,
        signal::ArcTrigger,
        traits::{Get as _, GetUntracked as _, Notify as _, Track as _},
    },
};
use send_wrapper::SendWrapper;

/// A value: always a `RefCell<Option<T>>`, empty only before a memo's first run and during each.
pub(super) type Value = Rc<dyn Any>;

#[derive(Clone)]
enum Source {
    /// Nowhere: it never changes, or nobody is told.
    Nowhere,
    Signal(ArcTrigger),
    /// Of the count of its changes.
    Memo(ArcMemo<u32>),
    Derived(Rc<dyn Fn() -> Value>),
}

#[derive(Clone)]
struct Slot {
    source: Source,
    value: Value,
}

/// Names a slot; copyable, and gone with its owner.
#[derive(Clone, Copy)]
pub(super) struct Node(StoredValue<Slot, LocalStorage>);

impl Node {
    #[inline(never)]
    fn new(source: Source, value: Value) -> Self {
        Self(StoredValue::new_local(Slot { source, value }))
    }

    pub(super) fn still(value: Value) -> Self {
        Self::new(Source::Nowhere, value)
    }

    pub(super) fn signal(value: Value) -> Self {
        Self::new(Source::Signal(ArcTrigger::new()), value)
    }

    pub(super) fn derived(make: Box<dyn Fn() -> Value>) -> Self {
        Self::new(Source::Derived(make.into()), Rc::new(()))
    }

    /// `renew` brings the value up to date and tells whether it differs.
    pub(super) fn memo(value: Value, renew: Box<dyn Fn(&Value) -> bool>) -> Self {
        // It never leaves its thread: the graph asks for `Send` because elsewhere it has several.
        let own = SendWrapper::new((value.clone(), renew));
        let memo = ArcMemo::new_owning(move |count: Option<u32>| {
            let (value, renew) = &*own;
            let is_changed = renew(value);
            let count = count.unwrap_or_default();
            (count.wrapping_add(u32::from(is_changed)), is_changed)
        });
        Self::new(Source::Memo(memo), value)
    }

    /// The value up to date; `None` where it is gone.
    #[inline(never)]
    pub(super) fn read(self, is_tracked: bool) -> Option<Value> {
        let Slot { source, value } = self.0.try_get_value()?;
        match source {
            Source::Nowhere => {}
            Source::Signal(trigger) => {
                if is_tracked {
                    trigger.track();
                }
            }
            Source::Memo(memo) => {
                if is_tracked {
                    memo.get();
                } else {
                    memo.get_untracked();
                }
            }
            Source::Derived(make) if is_tracked => return Some(make()),
            Source::Derived(make) => return Some(untrack(|| make())),
        }
        Some(value)
    }

    /// As [`Self::read`]; panics where it is gone.
    #[inline(never)]
    pub(super) fn expect(self, is_tracked: bool) -> Value {
        self.read(is_tracked).unwrap_or_else(|| gone())
    }

    #[inline(never)]
    pub(super) fn track(self) {
        match self.0.try_get_value().map(|slot| slot.source) {
            Some(Source::Signal(trigger)) => trigger.track(),
            Some(Source::Memo(memo)) => memo.track(),
            Some(Source::Derived(make)) => drop(make()),
            Some(Source::Nowhere) | None => {}
        }
    }

    #[inline(never)]
    pub(super) fn notify(self) {
        if let Some(Source::Signal(trigger)) = self.0.try_get_value().map(|slot| slot.source) {
            trigger.notify();
        }
    }
}

pub(super) fn fresh<T: 'static>(value: T) -> Value {
    Rc::new(RefCell::new(Some(value)))
}

pub(super) fn empty<T: 'static>() -> Value {
    Rc::new(RefCell::new(None::<T>))
}

#[inline(never)]
pub(super) fn cell<T: 'static>(value: &Value) -> &RefCell<Option<T>> {
    value.downcast_ref().unwrap_or_else(|| gone())
}

/// Panics where the value is being changed, or reads itself.
#[inline(never)]
pub(super) fn look<T: 'static>(value: &Value) -> Ref<'_, T> {
    Ref::map(cell(value).borrow(), |value| {
        value.as_ref().unwrap_or_else(|| gone())
    })
}

/// `None` where the value is being read or changed.
#[inline(never)]
pub(super) fn edit<T: 'static>(value: &Value) -> Option<RefMut<'_, T>> {
    RefMut::filter_map(cell(value).try_borrow_mut().ok()?, Option::as_mut).ok()
}

#[cold]
#[inline(never)]
pub(super) fn gone() -> ! {
    panic!("a reactive value was asked for that is gone, or asks for itself")
}
