//! What can be said of a tag. The names of attributes are methods, since that is what the macro writes.

use leptos_upstream::{
    attr::{
        any_attribute::IntoAnyAttribute,
        custom::{CustomAttributeKey, custom_attribute},
    },
    tachys::{
        html::{
            attribute::AttributeValue,
            class::{IntoClass, class},
            element::ElementType,
            event::{EventDescriptor, on},
            node_ref::{NodeRefContainer, node_ref},
            property::{IntoProperty, prop},
            style::{IntoStyle, style},
        },
        renderer::types::Event,
    },
};

use crate::Tag;

impl Tag {
    /// An attribute.
    #[must_use]
    pub fn attr<K: CustomAttributeKey, V: AttributeValue>(self, name: K, value: V) -> Self {
        self.with(custom_attribute(name, value).into_any_attr())
    }

    /// Classes, or one by its name and whether it holds.
    #[must_use]
    pub fn class<C: IntoClass>(self, value: C) -> Self {
        self.with(class(value).into_any_attr())
    }

    /// Styles, or one by its name and value; set by script, as a strict policy allows.
    #[must_use]
    pub fn style<S: IntoStyle>(self, value: S) -> Self {
        self.with(style(value).into_any_attr())
    }

    /// A property.
    #[must_use]
    pub fn prop<K: AsRef<str> + Send + Clone + 'static, P: IntoProperty>(
        self,
        name: K,
        value: P,
    ) -> Self {
        self.with(prop(name, value).into_any_attr())
    }

    /// What is done at an event.
    #[must_use]
    pub fn on<E, F>(self, event: E, handler: F) -> Self
    where
        E: EventDescriptor + Send + 'static,
        E::EventType: From<Event> + 'static,
        F: FnMut(E::EventType) + 'static,
    {
        self.with(on(event, handler).into_any_attr())
    }

    /// Who gets to know the element.
    #[must_use]
    pub fn node_ref<E: ElementType, C: NodeRefContainer<E>>(self, container: C) -> Self {
        self.with(node_ref(container).into_any_attr())
    }
}

macro_rules! attributes {
    ($($method:ident $name:literal)*) => {
        impl Tag {
            $(
                #[doc = concat!("The attribute `", $name, "`.")]
                #[must_use]
                pub fn $method<V: AttributeValue>(self, value: V) -> Self {
                    self.attr($name, value)
                }
            )*
        }
    };
}

attributes! {
    accept "accept"
    aria_colcount "aria-colcount"
    aria_colindex "aria-colindex"
    aria_controls "aria-controls"
    aria_current "aria-current"
    aria_describedby "aria-describedby"
    aria_disabled "aria-disabled"
    aria_expanded "aria-expanded"
    aria_hidden "aria-hidden"
    aria_invalid "aria-invalid"
    aria_label "aria-label"
    aria_labelledby "aria-labelledby"
    aria_live "aria-live"
    aria_multiselectable "aria-multiselectable"
    aria_orientation "aria-orientation"
    aria_pressed "aria-pressed"
    aria_readonly "aria-readonly"
    aria_rowcount "aria-rowcount"
    aria_rowindex "aria-rowindex"
    aria_selected "aria-selected"
    aria_sort "aria-sort"
    aria_valuemax "aria-valuemax"
    aria_valuemin "aria-valuemin"
    aria_valuenow "aria-valuenow"
    aria_valuetext "aria-valuetext"
    autocomplete "autocomplete"
    checked "checked"
    colspan "colspan"
    dir "dir"
    disabled "disabled"
    r#for "for"
    hidden "hidden"
    id "id"
    inputmode "inputmode"
    lang "lang"
    list "list"
    max "max"
    maxlength "maxlength"
    min "min"
    multiple "multiple"
    name "name"
    novalidate "novalidate"
    open "open"
    part "part"
    placeholder "placeholder"
    readonly "readonly"
    role "role"
    rows "rows"
    scope "scope"
    selected "selected"
    spellcheck "spellcheck"
    step "step"
    tabindex "tabindex"
    title "title"
    r#type "type"
    value "value"
}
