//! What runs later: effects, calls back, cleaning up.

use std::rc::Rc;

use send_wrapper::SendWrapper;

use super::StoredValue;

/// Runs again whenever a signal it read has changed; first in the next tick.
pub(crate) struct Effect;

impl Effect {
    /// The closure gets what it gave the time before.
    pub(crate) fn new<T: 'static>(mut run: impl FnMut(Option<T>) -> T + 'static) -> Self {
        let mut last = None;
        Self::boxed(Box::new(move || last = Some(run(last.take()))))
    }

    #[inline(never)]
    fn boxed(mut run: Box<dyn FnMut()>) -> Self {
        leptos::prelude::Effect::new(move |_: Option<()>| run());
        Self
    }
}

/// Runs once when the current owner is cleaned up, or runs anew.
pub(crate) fn on_cleanup(run: impl FnOnce() + 'static) {
    cleanup(Box::new(run));
}

#[inline(never)]
fn cleanup(run: Box<dyn FnOnce()>) {
    let run = SendWrapper::new(run);
    leptos::prelude::on_cleanup(move || run.take()());
}

/// A closure under a copyable handle.
pub(crate) struct Callback<In: 'static, Out: 'static = ()>(StoredValue<Rc<dyn Fn(In) -> Out>>);

impl<In, Out> Clone for Callback<In, Out> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<In, Out> Copy for Callback<In, Out> {}

impl<In, Out> Callback<In, Out> {
    pub(crate) fn new(run: impl Fn(In) -> Out + 'static) -> Self {
        Self(StoredValue::new(Rc::new(run)))
    }

    /// Panics where it is gone.
    pub(crate) fn run(self, input: In) -> Out {
        self.0.get_value()(input)
    }
}
