//! The stretch of a medium that is being analysed.

use crate::Media;
use timeside_core::{Block, Result};

/// What has been used is dropped once it is so long: seldom, so that a sample is moved but a few times.
const KEEP_FRAMES: usize = 1 << 16;

/// Before any frame that can be asked for.
const NOWHERE: i64 = i64::MIN / 2;

/// Mono samples of a stretch that moves on.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    /// None is the mean of all channels.
    channel: Option<usize>,
    samples: Vec<f32>,
    /// The frame of the first sample.
    start: i64,
    mono: Vec<f32>,
}

impl Stretch {
    pub(super) fn new(channel: Option<usize>) -> Self {
        Self {
            channel,
            ..Self::default()
        }
    }

    /// The samples of the frames `from..to`, zeros outside of the medium.
    pub(super) fn samples(&mut self, media: &mut Media, from: i64, to: i64) -> Result<&[f32]> {
        let have_to = self.start + self.samples.len() as i64;
        if from < self.start || from > have_to {
            self.samples.clear();
            self.start = from;
        } else if from - self.start > KEEP_FRAMES as i64 {
            self.samples.drain(..(from - self.start) as usize);
            self.start = from;
        }
        let end = self.start + self.samples.len() as i64;
        if let Err(error) = self.read(media, end, to) {
            // How much of it came is not certain.
            self.samples.clear();
            return Err(error);
        }
        let at = (from - self.start) as usize;
        Ok(&self.samples[at..at + (to - from) as usize])
    }

    /// As many samples from about the same place, cheaply: for a sketch. They are not kept.
    pub(super) fn near(&mut self, media: &mut Media, from: i64, to: i64) -> Result<&[f32]> {
        self.samples.clear();
        self.start = NOWHERE;
        let Self {
            samples,
            mono,
            channel,
            ..
        } = self;
        media.reader()?.read_near(from, to - from, |block| {
            take(block, *channel, mono, samples);
        })?;
        samples.resize((to - from) as usize, 0.0);
        Ok(samples)
    }

    fn read(&mut self, media: &mut Media, begin: i64, to: i64) -> Result<()> {
        if begin >= to {
            return Ok(());
        }
        let zeros = (-begin).clamp(0, to - begin);
        self.samples
            .resize(self.samples.len() + zeros as usize, 0.0);
        let Self {
            samples,
            mono,
            channel,
            ..
        } = self;
        if begin + zeros < to {
            media.reader()?.read(begin + zeros, to, |block| {
                take(block, *channel, mono, samples);
            })?;
        }
        // Behind the end.
        samples.resize((to - self.start) as usize, 0.0);
        Ok(())
    }

    /// The first frame that would have to be read for the frames from `from` on.
    pub(super) fn next_read(&self, from: i64) -> i64 {
        let have_to = self.start + self.samples.len() as i64;
        if (self.start..=have_to).contains(&from) {
            have_to
        } else {
            from.max(0)
        }
    }
}

/// Appends one channel of a block, or the mean of all.
fn take(block: &Block, channel: Option<usize>, mono: &mut Vec<f32>, samples: &mut Vec<f32>) {
    if let Some(one) = channel.and_then(|c| block.channels.get(c)) {
        // A sample that is no number would blot out its whole frame.
        samples.extend(one.iter().map(|x| if x.is_finite() { *x } else { 0.0 }));
    } else {
        block.downmix_into(mono);
        samples.extend_from_slice(mono);
    }
}
