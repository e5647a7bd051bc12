//! Parts of a view that come and go.

use leptos::{
    children::{ChildrenFn, ViewFn},
    either::Either,
    prelude::*,
};

use super::Memo;

/// The children as long as `when` says so, else the fallback. As Leptos', which is compiled for each closure and view.
#[component(transparent)]
pub(crate) fn Show(
    when: impl Fn() -> bool + 'static,
    children: ChildrenFn,
    #[prop(optional, into)] fallback: ViewFn,
) -> impl IntoView {
    shown(Box::new(when), children, fallback)
}

fn shown(when: Box<dyn Fn() -> bool>, children: ChildrenFn, fallback: ViewFn) -> AnyView {
    let is_shown = Memo::new(move |_| when());
    let view = move || match is_shown.get() {
        true => Either::Left(children()),
        false => Either::Right(fallback.run()),
    };
    view.into_any()
}
