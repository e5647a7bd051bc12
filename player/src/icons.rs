//! Icons: inline SVG on a 20-pixel grid, 1.5-pixel strokes, painted with the text's colour.

use crate::prelude::*;

/// One icon. Hidden from screen readers: the control carries the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Play,
    Pause,
    Loop,
    Volume,
    VolumeLow,
    Muted,
    Minus,
    Plus,
    Fit,
    Follow,
    Centre,
    More,
    Layers,
    Keys,
    Close,
    Eye,
    Drop,
    Alert,
    Retry,
    Settings,
    Analyze,
    Annotations,
    Marker,
    Span,
    Write,
    Split,
    Delete,
    Undo,
    Redo,
    Before,
    After,
    Box,
    Lock,
    Unlock,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Play => "M6 3.9v12.2c0 .5.5.8.9.5l9-6.1a.6.6 0 0 0 0-1l-9-6.1a.6.6 0 0 0-.9.5z",
            Self::Pause => "M6.5 4v12M13.5 4v12",
            Self::Loop => {
                "M4 9V8a3 3 0 0 1 3-3h8.5M13 2.5 15.5 5 13 7.5M16 11v1a3 3 0 0 1-3 3H4.5M7 17.5 4.5 15 7 12.5"
            }
            Self::Volume => {
                "M3 8v4h2.5L9.5 15.5v-11L5.5 8zM12.5 7.5a3.5 3.5 0 0 1 0 5M14.8 5.2a6.8 6.8 0 0 1 0 9.6"
            }
            Self::VolumeLow => "M3 8v4h2.5L9.5 15.5v-11L5.5 8zM12.5 7.5a3.5 3.5 0 0 1 0 5",
            Self::Muted => "M3 8v4h2.5L9.5 15.5v-11L5.5 8zM13 8l4 4M17 8l-4 4",
            Self::Minus => "M5 10h10",
            Self::Plus => "M5 10h10M10 5v10",
            Self::Fit => "M3 5v10M17 5v10M6 10h8M8.5 7.5 6 10l2.5 2.5M11.5 7.5 14 10l-2.5 2.5",
            Self::Follow => "M10 3v14M13 7l3 3-3 3M4 10h3M4 6.5h3M4 13.5h3",
            Self::More => {
                "M4 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0zM9.4 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0zM14.8 10a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0z"
            }
            Self::Centre => "M10 3v14M3 10h4M5 8l2 2-2 2M17 10h-4M15 8l-2 2 2 2",
            Self::Layers => "M10 3 2.8 6.8 10 10.6l7.2-3.8zM3 10.3l7 3.7 7-3.7M3 13.5l7 3.7 7-3.7",
            Self::Keys => {
                "M2.5 5.5h15v9h-15zM5.5 8.5h.1M8.5 8.5h.1M11.5 8.5h.1M14.5 8.5h.1M6.5 11.5h7"
            }
            Self::Close => "M5.5 5.5l9 9M14.5 5.5l-9 9",
            Self::Eye => {
                "M2.5 10S5 5 10 5s7.5 5 7.5 5-2.5 5-7.5 5-7.5-5-7.5-5zM10 7.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z"
            }
            Self::Drop => {
                "M10 3v9M6.5 8.7 10 12.2l3.5-3.5M3.5 13v2.5a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5V13"
            }
            Self::Alert => "M10 3.2 2.8 16.2h14.4zM10 8v4M10 14v.2",
            Self::Settings => {
                "M3 6h5M12 6h5M3 14h9M16 14h1M10 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM14 12a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
            }
            Self::Analyze => "M3 16.5h14M5 13.5V10M8.3 13.5V4.5M11.7 13.5V7.5M15 13.5V11",
            Self::Annotations => "M3 4.5h14v4H3zM3 11.5h6v4H3zM12 11.5h5M12 15.5h5",
            Self::Marker => "M6 17V3.5M6 4h8.5l-2.5 3 2.5 3H6",
            Self::Span => "M4 4v12M16 4v12M4 10h12M6.5 7.5 4 10l2.5 2.5M13.5 7.5 16 10l-2.5 2.5",
            Self::Write => "M4 16l.8-3.4L13.6 3.8l2.6 2.6L7.4 15.2zM12 5.4 14.6 8",
            Self::Split => "M10 3v14M7 6H3.5v8H7M13 6h3.5v8H13",
            Self::Delete => "M4 6h12M8 6V4h4v2M5.5 6l.7 10.5h7.6L14.5 6M8.5 9v4.5M11.5 9v4.5",
            Self::Undo => "M7 4 3.5 7.5 7 11M4 7.5h7.5a4.5 4.5 0 0 1 0 9H8",
            Self::Redo => "M13 4l3.5 3.5L13 11M16 7.5H8.5a4.5 4.5 0 0 0 0 9H12",
            Self::Before => "M12.5 4.5 7 10l5.5 5.5M4.5 5v10",
            Self::After => "M7.5 4.5 13 10l-5.5 5.5M15.5 5v10",
            Self::Box => "M3.5 5.5h13v9h-13zM3.5 5.5h.1M16.5 5.5h.1M3.5 14.5h.1M16.5 14.5h.1",
            Self::Lock => "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9",
            Self::Unlock => "M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 5.6-1.5",
            Self::Retry => "M15.8 8A6.2 6.2 0 1 0 16.2 11M16 4v4h-4",
        }
    }

    /// The element.
    pub(crate) fn view(self) -> AnyView {
        let class = if self == Self::Play {
            "icon solid"
        } else {
            "icon"
        };
        view! {
            <svg class=class viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
                <path d=self.path() />
            </svg>
        }
        .into_any()
    }
}
