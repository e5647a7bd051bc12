//! Markup in which nothing changes.

use std::borrow::Cow;

use leptos_upstream::{
    prelude::{AddAnyAttr, AnyView, Mountable, Render, RenderHtml},
    tachys::{
        html::attribute::Attribute,
        renderer::{
            Rndr,
            types::{Element, Node},
        },
    },
};

use crate::{list, tag::in_browsers_alone};

/// One element as markup: what the macro makes of one that has only texts for attributes and children.
#[derive(Debug)]
pub struct Inert(Cow<'static, str>);

impl Inert {
    /// Of one element's markup.
    pub fn new(markup: impl Into<Cow<'static, str>>) -> Self {
        Self(markup.into())
    }
}

/// The element, and what it was made of.
#[derive(Debug)]
pub struct InertState(Cow<'static, str>, Element);

impl Render for Inert {
    type State = InertState;

    fn build(self) -> InertState {
        let holder = Rndr::create_element("div", None);
        Rndr::set_inner_html(&holder, &self.0);
        let element = holder.first_element_child().unwrap_or(holder);
        InertState(self.0, element)
    }

    fn rebuild(self, state: &mut InertState) {
        if self.0 != state.0 {
            list::replace(self, state);
        }
    }
}

impl Mountable for InertState {
    fn unmount(&mut self) {
        self.1.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.1.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.1.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.1.clone()]
    }
}

impl AddAnyAttr for Inert {
    type Output<A: Attribute> = AnyView;

    /// Nobody adds to markup: the macro makes it of children alone.
    fn add_any_attr<A: Attribute>(self, _: A) -> AnyView {
        leptos_upstream::prelude::IntoAny::into_any(self)
    }
}

impl RenderHtml for Inert {
    type AsyncOutput = Self;
    type Owned = Self;

    in_browsers_alone!();
}
