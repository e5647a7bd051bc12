//! What every part of the widget is written in: Leptos, with [`crate::reactive`] in place of its signals.

pub(crate) use leptos::prelude::*;

pub(crate) use crate::reactive::{
    Callback, Effect, Memo, NodeRef, ReadSignal, RwSignal, Show, Signal, StoredValue, WriteSignal,
    on_cleanup, signal,
};
