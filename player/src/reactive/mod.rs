//! Signals, memos, effects and stored values as Leptos has them, name for name, of few types inside.
//!
//! Leptos' own are generic all the way down: a type of value, a kind of handle and a closure brought copies of arena,
//! locks and graph, together two fifths of player.wasm. Here the graph sees one trigger, one memo of a number, one
//! effect and one stored value; only the last step, to the value itself, knows its type.
//!
//! Handles are copyable and live as long as the owner they were made under. To read one after that panics, unless by
//! a method with `try_`; to write it then, or while it is being read, does nothing.

mod callback;
mod graph;
mod node;
mod show;
mod stored;

use std::{cell::Ref, marker::PhantomData, ops::Deref};

pub(crate) use callback::{Callback, Effect, on_cleanup};
pub(crate) use node::NodeRef;
pub(crate) use show::Show;
pub(crate) use stored::StoredValue;

use leptos::reactive::owner::WeakOwner;

use graph::{Node, cell, edit, fresh, look};

/// A value that can be read, and followed by whoever reads it.
pub(crate) struct Signal<T: 'static> {
    node: Node,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

/// As [`Signal`].
pub(crate) type ReadSignal<T> = Signal<T>;

impl<T: 'static> Signal<T> {
    fn of(node: Node) -> Self {
        Self {
            node,
            value: PhantomData,
        }
    }

    /// A value that never changes.
    pub(crate) fn stored(value: T) -> Self {
        Self::of(Node::still(fresh(value)))
    }

    /// What a closure makes of other signals; computed whenever it is read.
    pub(crate) fn derive(make: impl Fn() -> T + 'static) -> Self {
        Self::of(Node::derived(Box::new(move || fresh(make()))))
    }

    /// Follows the value without reading it.
    pub(crate) fn track(self) {
        self.node.track();
    }

    /// Reads and follows it.
    pub(crate) fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let value = self.node.expect(true);
        read(&look(&value))
    }

    /// Reads it.
    pub(crate) fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let value = self.node.expect(false);
        read(&look(&value))
    }

    /// As [`Self::with_untracked`]; `None` where it is gone.
    pub(crate) fn try_with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        let value = self.node.read(false)?;
        Some(read(&look(&value)))
    }
}

impl<T: Clone + 'static> Signal<T> {
    #[inline(never)]
    fn copy(self, is_tracked: bool) -> T {
        let value = self.node.expect(is_tracked);
        let now: Ref<'_, T> = look(&value);
        now.clone()
    }

    /// The value, followed.
    pub(crate) fn get(self) -> T {
        self.copy(true)
    }

    /// The value.
    pub(crate) fn get_untracked(self) -> T {
        self.copy(false)
    }

    /// The value, followed; `None` where it is gone.
    pub(crate) fn try_get(self) -> Option<T> {
        let value = self.node.read(true)?;
        Some(look::<T>(&value).clone())
    }
}

/// A signal that can be written.
pub(crate) struct RwSignal<T: 'static>(Signal<T>);

/// As [`RwSignal`].
pub(crate) type WriteSignal<T> = RwSignal<T>;

impl<T> Clone for RwSignal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RwSignal<T> {}

impl<T> Deref for RwSignal<T> {
    type Target = Signal<T>;

    fn deref(&self) -> &Signal<T> {
        &self.0
    }
}

impl<T: 'static> RwSignal<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Signal::of(Node::signal(fresh(value))))
    }

    /// One that lives as long as another owner than the current one.
    pub(crate) fn under(owner: Option<WeakOwner>, value: T) -> Self {
        let make = || Self::new(value);
        match owner.and_then(|owner| owner.upgrade()) {
            Some(owner) => owner.with(make),
            None => make(),
        }
    }

    /// The side for readers.
    pub(crate) fn read_only(self) -> ReadSignal<T> {
        self.0
    }

    /// Changes the value, and tells of it if the closure says so.
    pub(crate) fn try_maybe_update<R>(self, change: impl FnOnce(&mut T) -> (bool, R)) -> Option<R> {
        let value = self.0.node.read(false)?;
        let (is_changed, result) = change(&mut *edit(&value)?);
        if is_changed {
            self.0.node.notify();
        }
        Some(result)
    }

    /// As [`Self::try_maybe_update`], without a result.
    pub(crate) fn maybe_update(self, change: impl FnOnce(&mut T) -> bool) {
        self.try_maybe_update(|value| (change(value), ()));
    }

    /// Changes the value and tells of it.
    pub(crate) fn try_update<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.try_maybe_update(|value| (true, change(value)))
    }

    /// As [`Self::try_update`], without a result.
    pub(crate) fn update(self, change: impl FnOnce(&mut T)) {
        self.try_update(change);
    }

    /// Changes the value without telling anybody.
    pub(crate) fn try_update_untracked<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        self.try_maybe_update(|value| (false, change(value)))
    }

    /// As [`Self::try_update_untracked`]; panics where the value is gone.
    pub(crate) fn update_untracked<R>(self, change: impl FnOnce(&mut T) -> R) -> R {
        self.try_update_untracked(change)
            .unwrap_or_else(|| graph::gone())
    }

    /// Puts another value and tells of it.
    #[inline(never)]
    pub(crate) fn set(self, value: T) {
        self.try_update(|kept| *kept = value);
    }
}

/// A signal to read, and the same to write.
pub(crate) fn signal<T: 'static>(value: T) -> (ReadSignal<T>, WriteSignal<T>) {
    let made = RwSignal::new(value);
    (made.0, made)
}

/// What a closure makes of other signals; computed when it is read after one of these has changed, and followed only
/// by what differs.
pub(crate) struct Memo<T: 'static>(Signal<T>);

impl<T> Clone for Memo<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Memo<T> {}

impl<T> Deref for Memo<T> {
    type Target = Signal<T>;

    fn deref(&self) -> &Signal<T> {
        &self.0
    }
}

/// What a memo computes of its value before.
type Make<T> = Box<dyn Fn(Option<&T>) -> T>;

impl<T: PartialEq + 'static> Memo<T> {
    /// The closure gets the value before.
    pub(crate) fn new(make: impl Fn(Option<&T>) -> T + 'static) -> Self {
        Self::boxed(Box::new(make))
    }

    #[inline(never)]
    fn boxed(make: Make<T>) -> Self {
        Self(Signal::of(Node::memo(
            graph::empty::<T>(),
            Box::new(move |value| {
                let kept = cell::<T>(value);
                // Not borrowed meanwhile: the closure may read what reads this.
                let before = kept.take();
                let now = make(before.as_ref());
                let is_changed = before.as_ref() != Some(&now);
                kept.replace(Some(now));
                is_changed
            }),
        )))
    }
}

impl<T> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        signal.0
    }
}

impl<T> From<Memo<T>> for Signal<T> {
    fn from(memo: Memo<T>) -> Self {
        memo.0
    }
}
