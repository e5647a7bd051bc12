//! Elements as signals.

use leptos::{
    html::ElementType,
    tachys::{html::node_ref::NodeRefContainer, renderer::types::Element},
};
use wasm_bindgen::JsCast;

use super::RwSignal;

/// The element of a view that got it as `node_ref`; `None` before it is there.
pub(crate) struct NodeRef<E: ElementType>(RwSignal<Option<E::Output>>)
where
    E::Output: 'static;

impl<E: ElementType> Clone for NodeRef<E>
where
    E::Output: 'static,
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: ElementType> Copy for NodeRef<E> where E::Output: 'static {}

impl<E: ElementType> NodeRef<E>
where
    E::Output: JsCast + Clone + 'static,
{
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// The element, followed.
    pub(crate) fn get(self) -> Option<E::Output> {
        self.0.try_get().flatten()
    }

    /// The element.
    pub(crate) fn get_untracked(self) -> Option<E::Output> {
        self.try_get_untracked().flatten()
    }

    /// As [`Self::get_untracked`]; `None` also where the reference itself is gone.
    pub(crate) fn try_get_untracked(self) -> Option<Option<E::Output>> {
        self.0.try_with_untracked(Clone::clone)
    }

    /// Follows it.
    pub(crate) fn track(self) {
        self.0.track();
    }
}

impl<E: ElementType> NodeRefContainer<E> for NodeRef<E>
where
    E::Output: JsCast + Clone + 'static,
{
    fn load(self, element: &Element) {
        self.0.set(element.clone().dyn_into().ok());
    }
}
