//! Leptos, but for what `view!` makes of a tag.
//!
//! Whoever depends on this crate names it `leptos` in its manifest: the macro writes `::leptos::…`, and finds here all
//! of Leptos with three things of ours in their place:
//!
//! - [`Tag`], an element in the making, for `tachys`' types: one for each name of an element, and with its components
//!   erased (as `.cargo/config.toml` says) one or two comments in the document for each element that has children, and
//!   one beside the document for each that has none. They mark places where children could come and go; in an element
//!   whose children stand in the macro none ever does. They were more than a third of the widget's nodes.
//! - [`List`], several views beside each other, for `StaticVec`, which has such a comment too.
//! - [`Inert`], markup in which nothing changes, without the template that is kept for each.

mod attributes;
mod inert;
mod list;
mod names;
mod tag;

pub use inert::Inert;
pub use leptos_upstream::*;
pub use list::List;
pub use names::html;
pub use tag::{Tag, TagState};

/// What `view!` is made of; the parts of ours are found where the macro looks for those of `tachys`.
pub mod tachys {
    pub use leptos_upstream::tachys::*;

    /// Elements of HTML.
    pub mod html {
        pub use leptos_upstream::tachys::html::*;

        pub use crate::Inert as InertElement;
        pub use crate::names::html as element;
    }

    pub use crate::names::svg;

    /// Views.
    pub mod view {
        pub use leptos_upstream::tachys::view::*;

        /// Several views.
        pub mod iterators {
            pub use leptos_upstream::tachys::view::iterators::*;

            pub use crate::List as StaticVec;
        }
    }
}
