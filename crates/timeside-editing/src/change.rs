//! What an edit did.

use crate::item::{Item, Key};
use std::rc::Rc;

/// What an edit, an undo or a drag did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Change {
    /// New ones.
    pub added: Vec<Key>,
    /// Changed ones, as they were before.
    pub changed: Vec<(Key, Rc<Item>)>,
    /// Removed ones, as they were.
    pub removed: Vec<(Key, Rc<Item>)>,
    /// Is any tier another?
    pub tiers: bool,
}

impl Change {
    /// Did nothing change?
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty() && !self.tiers
    }
}
