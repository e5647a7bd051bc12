//! Values that nobody follows.

use std::marker::PhantomData;

use super::graph::{self, Node, edit, fresh, look};

/// A value under a copyable handle.
pub(crate) struct StoredValue<T: 'static> {
    node: Node,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T: 'static> StoredValue<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            node: Node::still(fresh(value)),
            value: PhantomData,
        }
    }

    /// Reads it; `None` where it is gone.
    pub(crate) fn try_with_value<R>(self, read: impl FnOnce(&T) -> R) -> Option<R> {
        let value = self.node.read(false)?;
        Some(read(&look(&value)))
    }

    /// Reads it; panics where it is gone.
    pub(crate) fn with_value<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let value = self.node.expect(false);
        read(&look(&value))
    }

    /// Changes it; `None` where it is gone, or being read.
    pub(crate) fn try_update_value<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let value = self.node.read(false)?;
        Some(change(&mut *edit(&value)?))
    }

    /// As [`Self::try_update_value`], without a result.
    pub(crate) fn update_value(self, change: impl FnOnce(&mut T)) {
        self.try_update_value(change);
    }

    /// Puts another value.
    #[inline(never)]
    pub(crate) fn set_value(self, value: T) {
        self.try_update_value(|kept| *kept = value);
    }
}

impl<T: Clone + 'static> StoredValue<T> {
    /// The value; `None` where it is gone.
    #[inline(never)]
    pub(crate) fn try_get_value(self) -> Option<T> {
        self.try_with_value(T::clone)
    }

    /// The value; panics where it is gone.
    pub(crate) fn get_value(self) -> T {
        self.try_get_value().unwrap_or_else(|| graph::gone())
    }
}
