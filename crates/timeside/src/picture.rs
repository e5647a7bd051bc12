//! What an open recording is drawn from before all of it has been read, and after it was read another time.

use crate::Media;
use crate::sketch::Sketch;
use crate::whole_read::frames_told;
use timeside_core::{Decoder, Result};
use timeside_decode::SeekIndex;
use timeside_export::waveform_data::WaveformData;

impl Media {
    /// Whether the columns of a stretch can be had exactly without reading more than a moment: it has been read, or
    /// it is short. `false` for times that are no stretch.
    pub fn has_peaks(&self, start_secs: Option<f64>, end_secs: Option<f64>) -> bool {
        let Ok((from, to)) = self.frames_of("peaks", start_secs, end_secs) else {
            return false;
        };
        let columns = self.whole.columns();
        columns.has(from, to) || columns.is_short(from, to)
    }

    /// Lets peaks that a server made stand for what has not been read yet.
    ///
    /// # Errors
    /// `BadParameter` if they are of another number of channels (one is for all) or rate.
    pub fn set_given_peaks(&mut self, data: WaveformData) -> Result<()> {
        data.check(self.info().channels, self.info().sample_rate)?;
        self.whole.estimates.given = Some(data);
        Ok(())
    }

    /// Begins a sketch of the whole, if the medium is long, of about known length, and nothing is known of it yet.
    /// [`Media::sketch_next`] draws it.
    pub fn begin_sketch(&mut self) -> bool {
        let info = self.info();
        let sketch = frames_told(info)
            .and_then(|frames| Sketch::new(frames, info.sample_rate, info.channels));
        let estimates = &mut self.whole.estimates;
        if estimates.given.is_some() || estimates.sketch.is_some() || sketch.is_none() {
            return false;
        }
        estimates.sketch = sketch;
        true
    }

    /// Reads stretch `probe` (of [`Media::sketch_order`]) by `decoder`, which is nobody else's: its positions are
    /// estimates from then on.
    ///
    /// # Errors
    /// The decoder's; the stretch stays open.
    pub fn sketch_next(&mut self, probe: usize, decoder: &mut dyn Decoder) -> Result<()> {
        match &mut self.whole.estimates.sketch {
            Some(sketch) => sketch.probe(probe, decoder),
            None => Ok(()),
        }
    }

    /// Gives a stretch of the sketch up: a neighbour stands for it.
    pub fn sketch_lose(&mut self, probe: usize) {
        if let Some(sketch) = &mut self.whole.estimates.sketch {
            sketch.lose(probe);
        }
    }

    /// The stretches of a sketch: after any number of them it is spread evenly.
    pub fn sketch_order() -> impl Iterator<Item = usize> {
        Sketch::order()
    }

    /// Reads a little of what is looked at and not read yet; false if there is nothing of the kind.
    ///
    /// # Errors
    /// What the medium gives.
    pub fn read_view(&mut self) -> Result<bool> {
        let Some(gap) = self.whole.view_gap() else {
            return Ok(false);
        };
        self.reader()?;
        if let Some(reader) = &mut self.reader {
            self.whole.read_view(&gap, reader)?;
        }
        Ok(true)
    }

    /// Whether [`Media::read_view`] has something to do.
    pub fn has_unread_view(&mut self) -> bool {
        self.whole.view_gap().is_some()
    }

    /// The byte that [`Media::read_view`] wants next, where that is known.
    pub fn view_byte_position(&mut self) -> Option<u64> {
        let gap = self.whole.view_gap()?;
        let reader = self.reader.as_ref().filter(|r| r.stands_at(gap.start))?;
        reader.decoder().byte_position()
    }

    /// The number of columns of the whole that was last made exact by decoding: once it changes, there is more for a
    /// cache to keep.
    pub fn latest_exact_width(&self) -> Option<usize> {
        self.whole.answers.latest()
    }

    /// Hands out the finished waveform and coarse spectrogram in pieces, for a cache; false, and nothing, before all
    /// is read.
    pub fn write_picture(&self, take: &mut dyn FnMut(&[u8])) -> bool {
        if !self.whole.columns().is_whole {
            return false;
        }
        // First where packets are, so that any place is found at once the next time.
        let index = self.index.as_ref().map(SeekIndex::to_bytes);
        let index = index.unwrap_or_default();
        take(&(index.len() as u32).to_le_bytes());
        take(&index);
        self.whole.write(take)
    }

    /// Takes what [`Media::write_picture`] gave at another time, so that nothing need be read; false, and nothing
    /// is changed, if the bytes are not such or are another medium's.
    pub fn restore_picture(&mut self, bytes: &[u8]) -> bool {
        let Some((len, rest)) = bytes.split_first_chunk::<4>() else {
            return false;
        };
        let Some((index, picture)) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)
        else {
            return false;
        };
        let is_restored = self.whole.restore(picture);
        if is_restored {
            if let Some(known) = &self.index {
                // Without it places are found as in an unknown file; that is no reason to draw nothing.
                let _ = known.learn(index);
            }
            let frames = self.whole.frames();
            self.learn_length(frames);
        }
        is_restored
    }
}
