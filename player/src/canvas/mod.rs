//! The only place that paints. Plans of `timeside-view` come in, pixels go out.

pub(crate) mod curve;
pub(crate) mod items;
pub(crate) mod lines;
pub(crate) mod matrix;
pub(crate) mod painters;
pub(crate) mod ruler;
pub(crate) mod slice;
pub(crate) mod spectrogram;
pub(crate) mod tiers;
pub(crate) mod waveform;

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// A canvas made ready for one painting: sized in device pixels and wiped.
pub(crate) struct Surface {
    /// Counts in device pixels.
    pub(crate) context: CanvasRenderingContext2d,
    /// Device pixels.
    pub(crate) width: f64,
    /// Device pixels.
    pub(crate) height: f64,
    /// Device pixels in a CSS pixel.
    pub(crate) px_ratio: f64,
    /// Is it a canvas of the widget itself? Others may be magnified later.
    pub(crate) is_screen: bool,
}

impl Surface {
    /// Sizes the canvas (its backing store, not its box) and wipes it.
    pub(crate) fn of(
        canvas: &HtmlCanvasElement,
        width: f64,
        height: f64,
        px_ratio: f64,
    ) -> Option<Self> {
        let (width, height) = (width.round().max(1.0), height.round().max(1.0));
        let (columns, rows) = (width as u32, height as u32);
        let context = canvas
            .get_context("2d")
            .ok()??
            .dyn_into::<CanvasRenderingContext2d>()
            .ok()?;
        if canvas.width() != columns || canvas.height() != rows {
            canvas.set_width(columns);
            canvas.set_height(rows);
        } else {
            context.clear_rect(0.0, 0.0, width, height);
        }
        Some(Self {
            context,
            width,
            height,
            px_ratio,
            is_screen: true,
        })
    }

    /// CSS pixels as device pixels.
    pub(crate) fn px(&self, css: f64) -> f64 {
        css * self.px_ratio
    }

    /// A hair line's width: one CSS pixel in whole device pixels.
    pub(crate) fn hair(&self) -> f64 {
        self.px_ratio.round().max(1.0)
    }

    /// Fills a box.
    pub(crate) fn fill(&self, color: &str, x: f64, y: f64, width: f64, height: f64) {
        self.context.set_fill_style_str(color);
        self.context.fill_rect(x, y, width, height);
    }

    /// The face of the texts on the canvas.
    pub(crate) fn set_font(&self, family: &str, size_css: f64, weight: u32) {
        let family = if family.is_empty() {
            "system-ui, sans-serif"
        } else {
            family
        };
        self.context
            .set_font(&format!("{weight} {}px {family}", self.px(size_css)));
    }
}
