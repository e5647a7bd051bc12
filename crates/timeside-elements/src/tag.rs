//! An element in the making.

use std::{any::Any, fmt};

use leptos_upstream::{
    prelude::{AddAnyAttr, AnyView, IntoAny, IntoRender, Mountable, Render, RenderHtml},
    tachys::{
        html::attribute::{
            Attribute,
            any_attribute::{AnyAttribute, AnyAttributeState, IntoAnyAttribute},
        },
        renderer::{
            Rndr,
            types::{Element, Node},
        },
        view::any_view::AnyViewState,
    },
};

use crate::{List, list};

/// An element with its attributes and children, before it is built.
///
/// Built anew in place of one of the same name it takes over that one's element, as far as both have as many
/// attributes and children.
#[derive(Debug)]
pub struct Tag {
    name: &'static str,
    namespace: Option<&'static str>,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// A built element, and what keeps its attributes and children up to date.
pub struct TagState {
    name: &'static str,
    element: Element,
    attributes: Vec<AnyAttributeState>,
    children: Vec<AnyViewState>,
}

impl Tag {
    /// An element of this name; of HTML, where no namespace is given.
    #[must_use]
    pub const fn new(name: &'static str, namespace: Option<&'static str>) -> Self {
        Self {
            name,
            namespace,
            attributes: Vec::new(),
            children: Vec::new(),
        }
    }

    /// Puts a view, or each of several, behind the children that there are.
    #[must_use]
    pub fn child<C>(mut self, child: C) -> Self
    where
        C: IntoRender,
        C::Output: RenderHtml + 'static,
    {
        let mut child = Some(child.into_render());
        // What the macro hands over erased stays as it is; lists need no place of their own.
        match (&mut child as &mut dyn Any).downcast_mut::<Option<List>>() {
            Some(list) => self.children.extend(list.take().into_iter().flatten()),
            None => self.children.extend(child.map(IntoAny::into_any)),
        }
        self
    }

    /// Puts an attribute behind those that there are.
    #[must_use]
    pub fn with(mut self, attribute: AnyAttribute) -> Self {
        self.attributes.push(attribute);
        self
    }
}

impl fmt::Debug for TagState {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct(self.name).finish_non_exhaustive()
    }
}

impl Render for Tag {
    type State = TagState;

    fn build(self) -> TagState {
        let element = Rndr::create_element(self.name, self.namespace);
        let attributes = self.attributes.into_iter();
        let attributes = attributes.map(|it| it.build(&element)).collect();
        let mut children: Vec<_> = self.children.into_iter().map(Render::build).collect();
        for child in &mut children {
            child.mount(&element, None);
        }
        TagState {
            name: self.name,
            element,
            attributes,
            children,
        }
    }

    fn rebuild(self, state: &mut TagState) {
        let fits = self.name == state.name
            && self.attributes.len() == state.attributes.len()
            && self.children.len() == state.children.len();
        if !fits {
            list::replace(self, state);
            return;
        }
        for (now, before) in self.attributes.into_iter().zip(&mut state.attributes) {
            now.rebuild(before);
        }
        for (now, before) in self.children.into_iter().zip(&mut state.children) {
            now.rebuild(before);
        }
    }
}

impl Mountable for TagState {
    fn unmount(&mut self) {
        Rndr::remove(&self.element);
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        Rndr::insert_node(parent, &self.element, marker);
    }

    fn try_mount(&mut self, parent: &Element, marker: Option<&Node>) -> bool {
        Rndr::try_insert_node(parent, &self.element, marker)
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.element.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

impl AddAnyAttr for Tag {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self {
        self.with(attribute.into_any_attr())
    }
}

/// What a view that stands in browsers alone says to a server.
macro_rules! in_browsers_alone {
    () => {
        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> Self {
            self
        }

        fn to_html_with_buf(
            self,
            _: &mut String,
            _: &mut leptos_upstream::tachys::view::Position,
            _: bool,
            _: bool,
            _: Vec<leptos_upstream::tachys::html::attribute::any_attribute::AnyAttribute>,
        ) {
        }

        /// Nothing comes from a server, so there is nothing to take over.
        fn hydrate<const FROM_SERVER: bool>(
            self,
            _: &leptos_upstream::tachys::hydration::Cursor,
            _: &leptos_upstream::tachys::view::PositionState,
        ) -> Self::State {
            self.build()
        }

        fn into_owned(self) -> Self {
            self
        }
    };
}
pub(crate) use in_browsers_alone;

impl RenderHtml for Tag {
    type AsyncOutput = Self;
    type Owned = Self;

    in_browsers_alone!();
}
