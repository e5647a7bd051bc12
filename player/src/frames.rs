//! Painting once per animation frame, whatever changed how often.

use std::{cell::RefCell, rc::Rc};

use timeside_core::order::SortedMap;
use wasm_bindgen::prelude::*;

use crate::prelude::*;

type Task = Rc<dyn Fn()>;

struct Inner {
    due: RefCell<SortedMap<usize, Task>>,
    pending: RefCell<Option<i32>>,
    callback: RefCell<Option<Closure<dyn FnMut()>>>,
    next_key: RefCell<usize>,
}

/// The animation frames of one widget. A copyable handle; stops when its owner is cleaned up.
#[derive(Clone, Copy)]
pub(crate) struct Frames(StoredValue<Rc<Inner>>);

impl Frames {
    pub(crate) fn new() -> Self {
        let inner = Rc::new(Inner {
            due: RefCell::default(),
            pending: RefCell::default(),
            callback: RefCell::default(),
            next_key: RefCell::default(),
        });
        let weak = Rc::downgrade(&inner);
        let callback = Closure::new(move || {
            let Some(inner) = weak.upgrade() else { return };
            *inner.pending.borrow_mut() = None;
            let due = std::mem::take(&mut *inner.due.borrow_mut());
            due.into_values().for_each(|task| task());
        });
        *inner.callback.borrow_mut() = Some(callback);
        let handle = Self(StoredValue::new(inner));
        on_cleanup(move || {
            handle.0.try_with_value(|inner| {
                inner.due.borrow_mut().clear();
                if let Some(id) = inner.pending.borrow_mut().take() {
                    let _ = window().cancel_animation_frame(id);
                }
            });
        });
        handle
    }

    /// Paints in the next frame whenever `watch` reads a signal that has changed.
    pub(crate) fn paint(self, watch: impl Fn() + 'static, paint: impl Fn() + 'static) {
        let Some(key) = self.new_key() else { return };
        let paint: Task = Rc::new(move || untrack(&paint));
        Effect::new(move |_| {
            watch();
            self.request(key, paint.clone());
        });
        on_cleanup(move || {
            self.0
                .try_with_value(|inner| inner.due.borrow_mut().remove(&key));
        });
    }

    /// Runs `tick` each frame as long as it answers true; [`Ticker::start`] sets it going.
    pub(crate) fn ticker(self, tick: impl Fn() -> bool + 'static) -> Ticker {
        let key = self.new_key().unwrap_or(usize::MAX);
        Ticker {
            frames: self,
            key,
            tick: StoredValue::new(Rc::new(tick)),
        }
    }

    fn new_key(self) -> Option<usize> {
        self.0.try_with_value(|inner| {
            let mut next = inner.next_key.borrow_mut();
            *next += 1;
            *next
        })
    }

    fn request(self, key: usize, task: Task) {
        self.0.try_with_value(|inner| {
            inner.due.borrow_mut().insert(key, task);
            let mut pending = inner.pending.borrow_mut();
            if pending.is_none()
                && let Some(callback) = &*inner.callback.borrow()
            {
                *pending = window()
                    .request_animation_frame(callback.as_ref().unchecked_ref())
                    .ok();
            }
        });
    }
}

/// A repeated task of [`Frames::ticker`].
#[derive(Clone, Copy)]
pub(crate) struct Ticker {
    frames: Frames,
    key: usize,
    tick: StoredValue<Rc<dyn Fn() -> bool>>,
}

impl Ticker {
    /// Sets it going; harmless when it already is.
    pub(crate) fn start(self) {
        self.frames.request(
            self.key,
            Rc::new(move || {
                let Some(tick) = self.tick.try_get_value() else {
                    return;
                };
                if untrack(|| tick()) {
                    self.start();
                }
            }),
        );
    }
}
