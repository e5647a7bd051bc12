//! Several views beside each other.

use leptos_upstream::{
    prelude::{AddAnyAttr, AnyView, IntoAny, Mountable, Render, RenderHtml},
    tachys::{
        html::attribute::Attribute,
        renderer::types::{Element, Node},
        view::any_view::AnyViewState,
    },
};

use crate::tag::in_browsers_alone;

/// What the macro makes of several views beside each other; there is at least one.
#[derive(Debug)]
pub struct List(Vec<AnyView>);

impl From<Vec<AnyView>> for List {
    fn from(views: Vec<AnyView>) -> Self {
        Self(views)
    }
}

impl IntoIterator for List {
    type Item = AnyView;
    type IntoIter = std::vec::IntoIter<AnyView>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Render for List {
    type State = ListState;

    fn build(self) -> Self::State {
        ListState(self.into_iter().map(Render::build).collect())
    }

    fn rebuild(self, state: &mut Self::State) {
        if self.0.len() != state.0.len() {
            replace(self, state);
            return;
        }
        for (now, before) in self.into_iter().zip(&mut state.0) {
            now.rebuild(before);
        }
    }
}

/// Several views in the document.
#[derive(Debug)]
pub struct ListState(Vec<AnyViewState>);

impl Mountable for ListState {
    fn unmount(&mut self) {
        self.0.iter_mut().for_each(Mountable::unmount);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        for view in &mut self.0 {
            view.mount(parent, marker);
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.iter().any(|view| view.insert_before_this(child))
    }

    fn elements(&self) -> Vec<Element> {
        self.0.iter().flat_map(Mountable::elements).collect()
    }
}

impl AddAnyAttr for List {
    type Output<A: Attribute> = AnyView;

    /// To each that can have it, as of any view.
    fn add_any_attr<A: Attribute>(self, attribute: A) -> AnyView {
        let attribute = attribute.into_cloneable_owned();
        let views = self.into_iter();
        let views = views.map(|view| view.add_any_attr(attribute.clone()).into_any());
        Self(views.collect()).into_any()
    }
}

impl RenderHtml for List {
    type AsyncOutput = Self;
    type Owned = Self;

    in_browsers_alone!();
}

/// Builds a view and puts it where another stands, which it takes away.
pub(crate) fn replace<V: Render>(view: V, state: &mut V::State) {
    let mut now = view.build();
    state.insert_before_this(&mut now);
    state.unmount();
    *state = now;
}
