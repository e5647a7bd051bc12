//! The elements that the widget is made of. Whoever needs another adds its name; until then it is Leptos' own.

macro_rules! tags {
    ($namespace:expr, $($name:ident)*) => {
        $(
            #[doc = concat!("`<", stringify!($name), ">`")]
            #[must_use]
            pub const fn $name() -> crate::Tag {
                crate::Tag::new(stringify!($name), $namespace)
            }
        )*
    };
}

/// Elements of HTML, and their types as Leptos has them.
pub mod html {
    pub use leptos_upstream::html::*;

    tags! { None,
        aside bdi button canvas col colgroup datalist dd details div dl dt figcaption figure form h2 h3 header i input kbd
        label li ol option output p progress section select slot span strong summary table tbody td textarea th thead tr
        ul
    }
}

/// Elements of SVG.
pub mod svg {
    pub use leptos_upstream::tachys::svg::*;

    tags! { Some("http://www.w3.org/2000/svg"), svg path }
}
