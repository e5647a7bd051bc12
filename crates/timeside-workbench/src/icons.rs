//! Icons: inline SVG on a 20-pixel grid, 1.5-pixel strokes, painted with the text's colour.

use leptos::prelude::*;

/// One icon. Hidden from screen readers: the control carries the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Close,
    Alert,
    Lock,
    Eye,
    Star,
    Settings,
    Up,
    Down,
    Grip,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Close => "M5.5 5.5l9 9M14.5 5.5l-9 9",
            Self::Star => "M10 3l2.1 4.6 5 .6-3.7 3.4 1 5L10 14.1 5.6 16.6l1-5L2.9 8.2l5-.6z",
            Self::Settings => {
                "M3 6h5M12 6h5M3 14h9M16 14h1M10 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM14 12a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
            }
            Self::Up => "M5 12.5l5-5 5 5",
            Self::Down => "M5 7.5l5 5 5-5",
            Self::Grip => "M7.5 5v.1M7.5 10v.1M7.5 15v.1M12.5 5v.1M12.5 10v.1M12.5 15v.1",
            Self::Eye => {
                "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z"
            }
            Self::Lock => "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
            Self::Alert => "M10 3.2 2.8 16.2h14.4zM10 8v4M10 14v.2",
        }
    }

    /// The element.
    pub(crate) fn view(self) -> AnyView {
        view! {
            <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
                <path d=self.path() />
            </svg>
        }
        .into_any()
    }
}
