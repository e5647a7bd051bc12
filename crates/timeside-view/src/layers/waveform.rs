//! The waveform: columns of least, greatest and RMS sample to outlines; single samples when near.

use crate::viewport::Viewport;

/// Columns over a stretch of the recording, as the SDK's `peaks()` gives them: channel after
/// channel, NaN where nothing has been read yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns {
    /// Position (frames) of the left edge of the first column.
    pub start: f64,
    /// Frames in a column.
    pub frames_per_column: f64,
    /// Per channel.
    pub channels: Vec<ChannelColumns>,
    /// Final values, or an estimate that a later read may replace?
    pub exact: bool,
}

/// One channel's columns; the three are equally long.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChannelColumns {
    /// Least sample of each column, full scale = −1..1.
    pub min: Vec<f32>,
    /// Greatest sample.
    pub max: Vec<f32>,
    /// Root of the mean square.
    pub rms: Vec<f32>,
}

impl Columns {
    /// Columns in each channel.
    #[must_use]
    pub fn len(&self) -> usize {
        self.channels.first().map_or(0, |c| c.min.len())
    }

    /// Nothing at all?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Position (frames) of the right edge of the last column.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.start + self.len() as f64 * self.frames_per_column
    }

    /// Do these columns cover the view at its own density?
    #[must_use]
    pub fn serves(&self, view: &Viewport) -> bool {
        !self.is_empty() && self.matches(view) && self.covers(view)
    }

    /// Is a column as wide as a pixel (within a thousandth)?
    #[must_use]
    pub fn matches(&self, view: &Viewport) -> bool {
        (self.frames_per_column / view.frames_per_px() - 1.0).abs() < 1e-3
    }

    fn covers(&self, view: &Viewport) -> bool {
        let right = (view.origin() + view.span_frames()).min(view.total_frames() as f64);
        let slack = self.frames_per_column;
        self.start <= view.origin() + slack && self.end() >= right - slack
    }

    /// The mean of all channels' outlines as one: least of the least, greatest of the greatest,
    /// RMS of the RMS. What one lane shows when channels are not told apart.
    #[must_use]
    pub fn merged(&self) -> Self {
        let n = self.len();
        let mut one = ChannelColumns {
            min: vec![f32::NAN; n],
            max: vec![f32::NAN; n],
            rms: vec![0.0; n],
        };
        for channel in &self.channels {
            for i in 0..n.min(channel.max.len()).min(channel.rms.len()) {
                one.min[i] = one.min[i].min(channel.min[i]);
                one.max[i] = one.max[i].max(channel.max[i]);
                one.rms[i] += channel.rms[i] * channel.rms[i] / self.channels.len() as f32;
            }
        }
        one.rms.iter_mut().for_each(|r| *r = r.sqrt());
        Self {
            channels: vec![one],
            ..self.clone()
        }
    }
}

/// How samples become heights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amplitude {
    /// Samples are multiplied by it first: the vertical zoom.
    pub gain: f64,
    /// Heights are levels from so many dB (at the middle line) up to full scale; `None` is even.
    pub floor_db: Option<f64>,
}

impl Default for Amplitude {
    fn default() -> Self {
        Self {
            gain: 1.0,
            floor_db: None,
        }
    }
}

impl Amplitude {
    /// The height of a sample, −1 (the lower edge) to 1.
    #[must_use]
    pub fn height(&self, sample: f64) -> f64 {
        let sample = sample * self.gain;
        match self.floor_db {
            Some(floor) => {
                let db = 20.0 * sample.abs().log10();
                (1.0 - db / floor).clamp(0.0, 1.0).copysign(sample)
            }
            None => sample.clamp(-1.0, 1.0),
        }
    }
}

/// One pixel column of an outline, in pixels from the top of the lane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Left edge in pixels.
    pub x: f64,
    /// Top of the extent.
    pub top: f64,
    /// Bottom of the extent, below `top`.
    pub bottom: f64,
    /// Top of the RMS core.
    pub rms_top: f64,
    /// Bottom of the RMS core.
    pub rms_bottom: f64,
    /// Did a sample reach full scale?
    pub clipped: bool,
}

/// One channel's bars, in runs without gaps: unread columns leave gaps, not silence.
#[must_use]
pub fn outline(
    columns: &Columns,
    channel: usize,
    view: &Viewport,
    top_px: f64,
    height_px: f64,
    amplitude: Amplitude,
) -> Vec<Vec<Bar>> {
    let Some(data) = columns.channels.get(channel) else {
        return Vec::new();
    };
    let scale = columns.frames_per_column / view.frames_per_px();
    // At the columns' own density their offset is rounded, so that panning moves the shape without
    // changing it.
    let offset = view.px_from_position(columns.start);
    let offset = if columns.matches(view) {
        offset.round()
    } else {
        offset
    };
    let first = ((-offset / scale).floor().max(0.0) as usize).min(columns.len());
    let last = (((view.width_px() - offset) / scale).ceil().max(0.0) as usize).min(columns.len());

    let mut runs: Vec<Vec<Bar>> = Vec::new();
    let mut run: Vec<Bar> = Vec::new();
    for i in first..last {
        let Some(extent) = data.at(i).known() else {
            if !run.is_empty() {
                runs.push(std::mem::take(&mut run));
            }
            continue;
        };
        let x = offset + i as f64 * scale;
        run.push(extent.bar(x, top_px, height_px / 2.0, amplitude));
    }
    if !run.is_empty() {
        runs.push(run);
    }
    runs
}

/// One channel's bars, one for each whole pixel that something is known of: what a screen shows. Wider columns are
/// joined by slopes, of narrower ones the extremes are kept.
pub fn pixel_bars(
    columns: &Columns,
    channel: usize,
    view: &Viewport,
    top_px: f64,
    height_px: f64,
    amplitude: Amplitude,
    mut bar: impl FnMut(Bar),
) {
    let Some(data) = columns.channels.get(channel) else {
        return;
    };
    let offset = view.px_from_position(columns.start);
    let (offset, scale) = if columns.matches(view) {
        (offset.round(), 1.0)
    } else {
        (offset, columns.frames_per_column / view.frames_per_px())
    };
    let right = (offset + columns.len() as f64 * scale).min(view.width_px());
    let (first, last) = (offset.max(0.0).floor() as i64, right.ceil() as i64);
    for x in first..last {
        let x = x as f64;
        let extent = if scale > 1.0 {
            data.between((x + 0.5 - offset) / scale - 0.5)
        } else {
            // A hair's breadth in, so that a column on the border of two pixels belongs to one.
            let from = ((x - offset) / scale + 1e-6).floor().max(0.0) as usize;
            let to = ((x + 1.0 - offset) / scale - 1e-6).ceil().max(0.0) as usize;
            data.over(from, to)
        };
        if let Some(extent) = extent.known() {
            bar(extent.bar(x, top_px, height_px / 2.0, amplitude));
        }
    }
}

/// Least, greatest and RMS sample of a stretch.
#[derive(Debug, Clone, Copy)]
struct Extent {
    min: f64,
    max: f64,
    rms: f64,
}

impl Extent {
    /// `None` where nothing was read; an RMS that is missing (a server's peaks) is none at all.
    fn known(self) -> Option<Self> {
        let is_known = !self.min.is_nan() && !self.max.is_nan();
        let rms = if self.rms.is_nan() { 0.0 } else { self.rms };
        is_known.then_some(Self { rms, ..self })
    }

    fn bar(self, x: f64, top_px: f64, half_px: f64, amplitude: Amplitude) -> Bar {
        let middle = top_px + half_px;
        let y_from = |sample: f64| middle - amplitude.height(sample) * half_px;
        // Silence is a hair line, not nothing.
        let (mut top, mut bottom) = (y_from(self.max), y_from(self.min));
        if bottom - top < 1.0 {
            let centre = (top + bottom) / 2.0;
            (top, bottom) = (centre - 0.5, centre + 0.5);
        }
        Bar {
            x,
            top,
            bottom,
            rms_top: y_from(self.rms).max(top),
            rms_bottom: y_from(-self.rms).min(bottom),
            clipped: self.max >= 0.999_97 || self.min <= -0.999_97,
        }
    }
}

impl ChannelColumns {
    fn at(&self, index: usize) -> Extent {
        let get = |values: &Vec<f32>| values.get(index).copied().map_or(f64::NAN, f64::from);
        Extent {
            min: get(&self.min),
            max: get(&self.max),
            rms: get(&self.rms),
        }
    }

    /// Of the columns in `from..to`, unread ones left out.
    fn over(&self, from: usize, to: usize) -> Extent {
        let mut all = self.at(from);
        for index in from + 1..to.min(self.min.len()) {
            let next = self.at(index);
            all.min = all.min.min(next.min);
            all.max = all.max.max(next.max);
            // The louder one is near enough until columns of the view's own density are there.
            all.rms = all.rms.max(next.rms);
        }
        all
    }

    /// On the way from one column's middle to the next one's; at an end, and beside what is unread, the nearer one.
    fn between(&self, position: f64) -> Extent {
        let position = position.clamp(0.0, self.min.len().saturating_sub(1) as f64);
        let (left, right) = (self.at(position as usize), self.at(position as usize + 1));
        let share = position.fract();
        if left.min.is_nan() || right.min.is_nan() {
            return if share < 0.5 { left } else { right };
        }
        let mix = |a: f64, b: f64| a + (b - a) * share;
        Extent {
            min: mix(left.min, right.min),
            max: mix(left.max, right.max),
            rms: mix(left.rms, right.rms),
        }
    }
}

/// Below this many frames per pixel single samples are drawn instead of columns.
pub const SAMPLES_BELOW_FRAMES_PER_PX: f64 = 1.0;

/// Points of a run of samples whose first is frame `start`, in pixels.
#[must_use]
pub fn sample_points(
    samples: &[f32],
    start: i64,
    view: &Viewport,
    top_px: f64,
    height_px: f64,
    amplitude: Amplitude,
) -> Vec<(f64, f64)> {
    let half = height_px / 2.0;
    samples
        .iter()
        .enumerate()
        .filter(|(_, sample)| sample.is_finite())
        .map(|(i, &sample)| {
            let y = top_px + half - amplitude.height(f64::from(sample)) * half;
            // A sample stands in the middle of its frame's pixels.
            (view.px_from_position((start + i as i64) as f64 + 0.5), y)
        })
        .filter(|(x, _)| *x >= -64.0 && *x <= view.width_px() + 64.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVEN: Amplitude = Amplitude {
        gain: 1.0,
        floor_db: None,
    };

    fn columns(values: &[f32]) -> Columns {
        let channel = ChannelColumns {
            min: values.iter().map(|v| -v).collect(),
            max: values.to_vec(),
            rms: values.iter().map(|v| v / 2.0).collect(),
        };
        Columns {
            start: 0.0,
            frames_per_column: 100.0,
            channels: vec![channel],
            exact: true,
        }
    }

    #[test]
    fn one_column_one_pixel() {
        let view = Viewport::new(400, 44_100.0, 4.0);
        let runs = outline(
            &columns(&[0.0, 0.5, 1.0, 0.25]),
            0,
            &view,
            10.0,
            100.0,
            EVEN,
        );
        assert_eq!(runs.len(), 1);
        let tops: Vec<f64> = runs[0].iter().map(|b| b.top).collect();
        assert_eq!(tops, [59.5, 35.0, 10.0, 47.5]);
        assert_eq!(
            (runs[0][1].bottom, runs[0][1].rms_top, runs[0][1].rms_bottom),
            (85.0, 47.5, 72.5)
        );
        assert_eq!(
            runs[0].iter().map(|b| b.clipped).collect::<Vec<_>>(),
            [false, false, true, false]
        );
    }

    /// Left edge, top and RMS top of each pixel's bar.
    fn on_pixels(columns: &Columns, view: &Viewport) -> Vec<(f64, f64, f64)> {
        let mut bars = Vec::new();
        pixel_bars(columns, 0, view, 0.0, 100.0, EVEN, |bar| {
            bars.push((bar.x, bar.top, bar.rms_top));
        });
        bars
    }

    #[test]
    fn at_their_own_density_pixels_are_the_outlines_columns() {
        let data = columns(&(0..50).map(|i| (i % 7) as f32 / 7.0).collect::<Vec<_>>());
        for start in [0.0, 333.0, 2040.0] {
            let view = Viewport::new(5000, 44_100.0, 20.0).showing(start, start + 2000.0);
            let outline = outline(&data, 0, &view, 0.0, 100.0, EVEN);
            let outline: Vec<_> = outline[0].iter().map(|b| (b.x, b.top, b.rms_top)).collect();
            let pixels = on_pixels(&data, &view);
            assert!(pixels.len() >= 19, "{start}");
            assert!(
                pixels.iter().all(|bar| outline.contains(bar)),
                "{start}: {pixels:?} of {outline:?}"
            );
        }
    }

    #[test]
    fn pixels_keep_the_extremes_of_narrow_columns_and_slope_over_wide_ones() {
        let data = columns(&[0.0, 0.5, 0.25, 1.0, f32::NAN, f32::NAN, 0.5, f32::NAN]);
        let far = Viewport::new(800, 44_100.0, 4.0);
        assert_eq!(
            on_pixels(&data, &far),
            [(0.0, 25.0, 37.5), (1.0, 0.0, 25.0), (3.0, 25.0, 37.5)]
        );
        let near = far.showing(0.0, 200.0);
        let tops: Vec<f64> = on_pixels(&data, &near).iter().map(|b| b.1).collect();
        assert_eq!(tops, [49.5, 43.75, 31.25, 28.125]);
        let unread = far.showing(400.0, 600.0);
        assert_eq!(on_pixels(&data, &unread), []);
    }

    #[test]
    fn unread_columns_are_gaps() {
        let view = Viewport::new(500, 44_100.0, 5.0);
        let runs = outline(
            &columns(&[0.1, f32::NAN, f32::NAN, 0.2, 0.3]),
            0,
            &view,
            0.0,
            10.0,
            EVEN,
        );
        assert_eq!(runs.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(runs[1][0].x, 3.0);
    }

    #[test]
    fn panning_moves_the_shape_without_changing_it() {
        let data = columns(&(0..1000).map(|i| (i % 7) as f32 / 7.0).collect::<Vec<_>>());
        let view = Viewport::new(100_000, 44_100.0, 100.0).showing(20_000.0, 30_000.0);
        let at = |v: &Viewport| {
            outline(&data, 0, v, 0.0, 50.0, EVEN)[0]
                .iter()
                .map(|b| (b.x, b.top))
                .collect::<Vec<_>>()
        };
        let before = at(&view);
        let after = at(&view.panned(3.0));
        assert_eq!(
            before[3..50]
                .iter()
                .map(|p| (p.0 - 3.0, p.1))
                .collect::<Vec<_>>(),
            after[..47]
        );
        assert!(after.iter().all(|(x, _)| x.fract() == 0.0));
    }

    #[test]
    fn what_serves_a_view() {
        let data = columns(&[0.5; 100]);
        let view = Viewport::new(10_000, 44_100.0, 10.0).showing(2000.0, 3000.0);
        assert!(data.serves(&view));
        assert!(!data.serves(&view.zoomed(2.0, 0.0)));
        assert!(
            !Columns {
                start: 2500.0,
                ..data
            }
            .serves(&view)
        );
    }

    #[test]
    fn channels_merge_to_one_lane() {
        let mut two = columns(&[0.5, f32::NAN]);
        two.channels.push(columns(&[0.1, 0.9]).channels.remove(0));
        let one = two.merged();
        assert_eq!(
            (
                one.channels.len(),
                one.channels[0].max[0],
                one.channels[0].max[1]
            ),
            (1, 0.5, 0.9)
        );
        assert!((one.channels[0].rms[0] - (0.0325_f32).sqrt()).abs() < 1e-6);
    }

    #[test]
    fn samples_stand_in_the_middle_of_their_frame() {
        let view = Viewport::new(1000, 8000.0, 320.0).showing(10.0, 20.0);
        let points = sample_points(&[0.0, 1.0, f32::NAN, -1.0], 10, &view, 0.0, 100.0, EVEN);
        assert_eq!(points, [(16.0, 50.0), (48.0, 0.0), (112.0, 100.0)]);
    }

    #[test]
    fn decibels_and_gain() {
        let level = Amplitude {
            gain: 1.0,
            floor_db: Some(-60.0),
        };
        for (sample, height) in [
            (1.0, 1.0),
            (-0.1, -2.0 / 3.0),
            (0.001, 0.0),
            (0.0, 0.0),
            (4.0, 1.0),
        ] {
            assert!((level.height(sample) - height).abs() < 1e-9, "{sample}");
        }
        let near = Amplitude {
            gain: 10.0,
            ..Amplitude::default()
        };
        assert_eq!((near.height(0.05), near.height(-0.5)), (0.5, -1.0));
        // Both at once: −20 dB raised by 20.
        let both = Amplitude {
            gain: 10.0,
            ..level
        };
        assert!((both.height(0.1) - 1.0).abs() < 1e-9);
    }
}
