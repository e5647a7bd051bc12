//! Parts of a view that come and go.

use leptos::{
    children::{ChildrenFn, ViewFn},
    either::EitherOf3,
    prelude::*,
};

use super::Memo;

/// The children as long as `when` says so, else the fallback. As Leptos', which is compiled for each closure and view.
#[component(transparent)]
pub(crate) fn Show(
    when: impl Fn() -> bool + 'static,
    children: ChildrenFn,
    #[prop(optional, into)] fallback: Option<ViewFn>,
) -> impl IntoView {
    shown(Box::new(when), children, fallback)
}

fn shown(when: Box<dyn Fn() -> bool>, children: ChildrenFn, fallback: Option<ViewFn>) -> AnyView {
    let is_shown = Memo::new(move |_| when());
    let view = move || match (is_shown.get(), &fallback) {
        (true, _) => EitherOf3::A(children()),
        (false, Some(fallback)) => EitherOf3::B(fallback.run()),
        // One mark; as a view whose type is forgotten it would have two.
        (false, None) => EitherOf3::C(()),
    };
    view.into_any()
}
