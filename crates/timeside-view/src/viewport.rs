//! Which frames lie under which pixels.

/// The deepest zoom: one frame is this many pixels wide.
pub const MAX_PX_PER_FRAME: f64 = 32.0;

/// A window onto a recording: an affine map between frames and pixels, always inside the recording.
///
/// The left edge is a fraction of a frame (`f64`), since one frame may be [`MAX_PX_PER_FRAME`]
/// pixels wide and a pan by one pixel must not round away. Below 2⁵³ frames (a thousand years)
/// every whole frame is exact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewport {
    origin: f64,
    frames_per_px: f64,
    width_px: f64,
    total_frames: i64,
    rate_hz: f64,
}

impl Viewport {
    /// The whole recording in `width_px` pixels. Nonsense (a zero rate or width) is raised to the
    /// least usable value, so that a view of nothing can be drawn while a file is being opened.
    #[must_use]
    pub fn new(total_frames: i64, rate_hz: f64, width_px: f64) -> Self {
        let mut view = Self {
            origin: 0.0,
            frames_per_px: 1.0,
            width_px: width_px.max(1.0),
            total_frames: total_frames.max(1),
            rate_hz: if rate_hz.is_finite() && rate_hz > 0.0 {
                rate_hz
            } else {
                1.0
            },
        };
        view.frames_per_px = view.fit_frames_per_px();
        view
    }

    /// Frames in one pixel.
    #[must_use]
    pub fn frames_per_px(&self) -> f64 {
        self.frames_per_px
    }

    /// Width in pixels.
    #[must_use]
    pub fn width_px(&self) -> f64 {
        self.width_px
    }

    /// Length of the recording in frames, at least one.
    #[must_use]
    pub fn total_frames(&self) -> i64 {
        self.total_frames
    }

    /// Frames per second.
    #[must_use]
    pub fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// The position (frames, fractional) under the left edge.
    #[must_use]
    pub fn origin(&self) -> f64 {
        self.origin
    }

    /// First frame in view.
    #[must_use]
    pub fn start_frame(&self) -> i64 {
        self.origin.floor() as i64
    }

    /// One past the last frame in view.
    #[must_use]
    pub fn end_frame(&self) -> i64 {
        ((self.origin + self.span_frames()).ceil() as i64).min(self.total_frames)
    }

    /// Frames in view, fractional.
    #[must_use]
    pub fn span_frames(&self) -> f64 {
        self.width_px * self.frames_per_px
    }

    /// Left edge in seconds.
    #[must_use]
    pub fn start_secs(&self) -> f64 {
        self.origin / self.rate_hz
    }

    /// Right edge in seconds.
    #[must_use]
    pub fn end_secs(&self) -> f64 {
        ((self.origin + self.span_frames()) / self.rate_hz).min(self.total_secs())
    }

    /// Length of the recording in seconds.
    #[must_use]
    pub fn total_secs(&self) -> f64 {
        self.total_frames as f64 / self.rate_hz
    }

    /// Pixel (from the left edge) of the start of a frame; may lie outside the view.
    #[must_use]
    pub fn px_from_frame(&self, frame: i64) -> f64 {
        self.px_from_position(frame as f64)
    }

    /// Pixel of a fractional position in frames.
    #[must_use]
    pub fn px_from_position(&self, position: f64) -> f64 {
        (position - self.origin) / self.frames_per_px
    }

    /// Pixel of a time in seconds.
    #[must_use]
    pub fn px_from_secs(&self, secs: f64) -> f64 {
        self.px_from_position(secs * self.rate_hz)
    }

    /// The frame boundary nearest to a pixel, inside the recording (`0..=total_frames`).
    #[must_use]
    pub fn frame_from_px(&self, px: f64) -> i64 {
        (self.position_from_px(px).round() as i64).clamp(0, self.total_frames)
    }

    /// The fractional position under a pixel, not clamped.
    #[must_use]
    pub fn position_from_px(&self, px: f64) -> f64 {
        self.origin + px * self.frames_per_px
    }

    /// The nearest frame to a time in seconds, inside the recording.
    #[must_use]
    pub fn frame_from_secs(&self, secs: f64) -> i64 {
        ((secs * self.rate_hz).round() as i64).clamp(0, self.total_frames)
    }

    /// Does the view show the whole recording?
    #[must_use]
    pub fn is_fit(&self) -> bool {
        // What was zoomed in and out again by the same factors is fit, whatever was rounded on the way.
        self.frames_per_px >= self.fit_frames_per_px() * (1.0 - 1e-9)
    }

    /// How many times narrower the view is than the recording (1 when fit).
    #[must_use]
    pub fn magnification(&self) -> f64 {
        (self.fit_frames_per_px() / self.frames_per_px).max(1.0)
    }

    /// Is this frame under a pixel of the view?
    #[must_use]
    pub fn contains(&self, frame: i64) -> bool {
        let px = self.px_from_frame(frame);
        px >= 0.0 && px < self.width_px
    }

    /// The whole recording.
    #[must_use]
    pub fn fit(self) -> Self {
        Self::new(self.total_frames, self.rate_hz, self.width_px)
    }

    /// `factor` > 1 comes nearer. What lies under `at_px` stays there, unless an end of the
    /// recording would come into the view.
    #[must_use]
    pub fn zoomed(mut self, factor: f64, at_px: f64) -> Self {
        if !(factor.is_finite() && factor > 0.0) {
            return self;
        }
        let anchor = self.position_from_px(at_px);
        self.frames_per_px /= factor;
        self.clamp_zoom();
        self.origin = anchor - at_px * self.frames_per_px;
        self.clamp_origin();
        self
    }

    /// The view moved by `dx_px` to the right (later) or, negative, to the left.
    #[must_use]
    pub fn panned(mut self, dx_px: f64) -> Self {
        if dx_px.is_finite() {
            self.origin += dx_px * self.frames_per_px;
            self.clamp_origin();
        }
        self
    }

    /// The view with this position (frames) at its left edge.
    #[must_use]
    pub fn starting_at(mut self, position: f64) -> Self {
        if position.is_finite() {
            self.origin = position;
            self.clamp_origin();
        }
        self
    }

    /// `start..end` in frames, as wide as the zoom's limits allow, about the same centre.
    #[must_use]
    pub fn showing(mut self, start: f64, end: f64) -> Self {
        if !(start.is_finite() && end.is_finite()) {
            return self;
        }
        let (start, end) = if start <= end {
            (start, end)
        } else {
            (end, start)
        };
        self.frames_per_px = (end - start) / self.width_px;
        self.clamp_zoom();
        self.origin = (start + end - self.span_frames()) / 2.0;
        self.clamp_origin();
        self
    }

    /// Turned by whole pages until `frame` is in view; unchanged if it is already.
    #[must_use]
    pub fn paged_to(self, frame: i64) -> Self {
        if self.contains(frame) {
            return self;
        }
        // A tenth of a page of what was seen before stays in view, so that the eye finds its place.
        let lead = self.span_frames() * 0.1;
        self.starting_at(frame as f64 - lead)
    }

    /// With this position (frames) in the middle, as far as the ends allow. The edge moves by whole `step_px`, so that
    /// what is painted at device pixels moves without changing its shape.
    #[must_use]
    pub fn centred_on(self, position: f64, step_px: f64) -> Self {
        let step = self.frames_per_px * step_px.max(1e-3);
        self.starting_at(((position - self.span_frames() / 2.0) / step).round() * step)
    }

    /// The same left edge and zoom in another width; a fit view stays fit.
    #[must_use]
    pub fn resized(mut self, width_px: f64) -> Self {
        let was_fit = self.is_fit();
        self.width_px = width_px.max(1.0);
        if was_fit {
            return self.fit();
        }
        self.clamp_zoom();
        self.clamp_origin();
        self
    }

    /// The same view of a recording whose length became known better.
    #[must_use]
    pub fn with_total(mut self, total_frames: i64) -> Self {
        let was_fit = self.is_fit();
        self.total_frames = total_frames.max(1);
        if was_fit {
            return self.fit();
        }
        self.clamp_zoom();
        self.clamp_origin();
        self
    }

    /// The same window counted in another pixel size (CSS to device pixels).
    #[must_use]
    pub fn scaled(mut self, px_ratio: f64) -> Self {
        if px_ratio.is_finite() && px_ratio > 0.0 {
            self.frames_per_px /= px_ratio;
            self.width_px *= px_ratio;
        }
        self
    }

    fn fit_frames_per_px(&self) -> f64 {
        (self.total_frames as f64 / self.width_px).max(1.0 / MAX_PX_PER_FRAME)
    }

    fn clamp_zoom(&mut self) {
        self.frames_per_px = self
            .frames_per_px
            .clamp(1.0 / MAX_PX_PER_FRAME, self.fit_frames_per_px());
    }

    fn clamp_origin(&mut self) {
        let last = (self.total_frames as f64 - self.span_frames()).max(0.0);
        self.origin = self.origin.clamp(0.0, last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator is enough for properties and needs no dependency.
    struct Lcg(u64);
    impl Lcg {
        fn unit(&mut self) -> f64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }
    }

    #[test]
    fn fits_at_first() {
        let view = Viewport::new(44_100, 44_100.0, 900.0);
        assert!(view.is_fit());
        assert_eq!((view.start_frame(), view.end_frame()), (0, 44_100));
        assert!((view.px_from_frame(44_100) - 900.0).abs() < 1e-9);
    }

    #[test]
    fn the_pointer_keeps_its_frame_while_zooming() {
        let view = Viewport::new(10_000_000, 48_000.0, 1000.0).zoomed(50.0, 500.0);
        let before = view.position_from_px(313.0);
        let after = view.zoomed(1.7, 313.0).position_from_px(313.0);
        assert!((before - after).abs() < 1e-6, "{before} {after}");
    }

    #[test]
    fn whatever_is_done_the_view_stays_inside() {
        let mut rng = Lcg(7);
        for total in [1, 100, 44_100, 476_280_000, 33_177_600_000] {
            let mut view = Viewport::new(total, 44_100.0, 1280.0);
            for _ in 0..2000 {
                let at = rng.unit() * 1280.0;
                view = match (rng.unit() * 6.0) as u8 {
                    0 => view.zoomed(0.2 + rng.unit() * 4.0, at),
                    1 => view.panned((rng.unit() - 0.5) * 4000.0),
                    2 => view.showing(rng.unit() * total as f64 * 1.2, rng.unit() * total as f64),
                    3 => view.resized(rng.unit() * 4000.0),
                    4 => view.paged_to((rng.unit() * total as f64) as i64),
                    _ => view.starting_at((rng.unit() - 0.2) * 2.0 * total as f64),
                };
                assert!(view.origin() >= 0.0);
                assert!(
                    view.start_frame() < view.end_frame() && view.end_frame() <= total,
                    "{view:?}"
                );
                assert!(view.frames_per_px() >= 1.0 / MAX_PX_PER_FRAME);
                let frame = view.frame_from_px(at);
                assert!((0..=total).contains(&frame));
                // Pixel of the frame nearest to a pixel is within half a frame of that pixel.
                if view.px_from_frame(total) >= at {
                    let error_px = (view.px_from_frame(frame) - at).abs();
                    assert!(
                        error_px <= 0.5 / view.frames_per_px() + 1e-3,
                        "{view:?} {at} {error_px}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_pan_by_one_pixel_survives_the_deepest_zoom() {
        let view = Viewport::new(1 << 40, 192_000.0, 800.0).zoomed(1e12, 400.0);
        assert_eq!(view.frames_per_px(), 1.0 / MAX_PX_PER_FRAME);
        assert!((view.panned(1.0).origin() - view.origin() - 1.0 / 32.0).abs() < 1e-9);
    }

    #[test]
    fn the_middle_is_kept_by_whole_pixels() {
        let view = Viewport::new(1_000_000, 48_000.0, 1000.0).zoomed(10.0, 0.0);
        let mut last = view.centred_on(500_000.0, 0.5);
        assert!((last.px_from_frame(500_000) - 500.0).abs() <= 0.25);
        for position in (500_000..520_000).step_by(37) {
            let next = view.centred_on(f64::from(position), 0.5);
            let moved_px = (next.origin() - last.origin()) / next.frames_per_px();
            assert!(moved_px >= 0.0 && (moved_px * 2.0 - (moved_px * 2.0).round()).abs() < 1e-6);
            last = next;
        }
        assert_eq!(view.centred_on(10.0, 1.0).origin(), 0.0);
        assert_eq!(view.centred_on(999_990.0, 1.0).end_frame(), 1_000_000);
    }

    #[test]
    fn nonsense_is_ignored() {
        let view = Viewport::new(1000, 8000.0, 100.0).zoomed(4.0, 50.0);
        assert_eq!(view.zoomed(f64::NAN, 1.0), view);
        assert_eq!(view.panned(f64::INFINITY), view);
        assert_eq!(view.showing(f64::NAN, 3.0), view);
        assert!(Viewport::new(-5, 0.0, 0.0).frames_per_px() > 0.0);
    }

    #[test]
    fn a_page_turns_only_when_the_playhead_has_left() {
        let view = Viewport::new(1_000_000, 44_100.0, 1000.0).zoomed(10.0, 0.0);
        assert_eq!(view.paged_to(50_000), view);
        let next = view.paged_to(100_001);
        assert!(next.contains(100_001));
        assert!((next.px_from_frame(100_001) - 100.0).abs() < 1.0);
    }
}
