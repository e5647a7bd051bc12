//! Where a coded frame is, by reckoning: exactly at one constant bit rate, about otherwise.

use super::Elementary;
use timeside_core::Result;

/// More than any MPEG frame and the next one's header take.
const MAX_FRAME_BYTES: usize = 4096;

/// Places that are looked at before a bit rate is taken for constant.
const PROBES: u64 = 8;

/// Coded frames at the beginning whose mean length stands for all where no tag tells it.
const MEAN_FRAMES: u32 = 100;

/// Whether a frame's place can be reckoned.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bitrate {
    /// Nobody asked yet.
    Unknown,
    Varying,
    /// Bytes of a coded frame, as a fraction.
    Constant((u64, u64)),
}

/// What a tag tells of the whole stream, for a guess where a frame may be. Never believed for an exact place:
/// encoders, cutters and joiners leave wrong ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outline {
    /// Coded frames in all.
    pub(crate) units: u64,
    /// Bytes that they take.
    pub(crate) bytes: u64,
    /// Bytes from the first frame to places evenly spread over the time, the first of them 0.
    pub(crate) table: Vec<u64>,
}

impl Outline {
    /// About how many bytes behind the first frame `unit` begins.
    fn offset_of(&self, unit: u64) -> u64 {
        let share = unit as f64 / self.units.max(1) as f64;
        let at = share.clamp(0.0, 1.0) * self.table.len().max(1) as f64;
        let slot = at as usize;
        let from = self.table.get(slot).copied();
        let to = self.table.get(slot + 1).copied().unwrap_or(self.bytes);
        match from {
            Some(from) if from <= to => from + ((to - from) as f64 * at.fract()) as u64,
            _ => (self.bytes as f64 * share.min(1.0)) as u64,
        }
    }
}

impl Elementary {
    /// Takes the tag's word that all `frames` coded frames have one bit rate, if they then fill `bytes` to the
    /// byte. Encoders keep to the rate by a byte of padding here and there: frame `n` begins within a byte or two
    /// of the ratio.
    pub(crate) fn assume_constant_bitrate(&mut self, frames: u64, bytes: u64) -> Result<()> {
        if let Some(ratio) = self.ratio_here()? {
            let expected = u128::from(frames) * u128::from(ratio.0) / u128::from(ratio.1);
            if expected.abs_diff(u128::from(bytes)) <= 2 {
                self.bitrate = Bitrate::Constant(ratio);
            }
        }
        Ok(())
    }

    /// Bytes per coded frame at the bit rate of the frame that the reader stands at.
    fn ratio_here(&mut self) -> Result<Option<(u64, u64)>> {
        Ok(self.header_here()?.and_then(|h| h.mean_frame_bytes()))
    }

    /// Without a tag, looks at places all over the file: at one constant bit rate frames begin where arithmetic
    /// puts them, within what joining files by their ends may shift, at any other they do not.
    fn probe_bitrate(&mut self) -> Result<()> {
        self.bitrate = Bitrate::Varying;
        self.reader.seek_to(self.first_byte)?;
        let (Some(ratio), Some(len)) = (self.ratio_here()?, self.reader.len()) else {
            return Ok(());
        };
        let frames = u128::from(len.saturating_sub(self.first_byte)) * u128::from(ratio.1)
            / u128::from(ratio.0);
        for probe in 1..=PROBES {
            let number = (frames as u64).saturating_sub(8) * probe / PROBES;
            let Some(byte) = self.frame_near(number, ratio)? else {
                return Ok(());
            };
            self.reader.seek_to(byte)?;
            for _ in 0..4 {
                let at = self.reader.pos();
                let Some(header) = self.header_here()? else {
                    return Ok(());
                };
                if self.ratio_here()? != Some(ratio) {
                    return Ok(());
                }
                self.reader.seek_to(at + header.frame_bytes() as u64)?;
            }
        }
        self.bitrate = Bitrate::Constant(ratio);
        Ok(())
    }

    /// The byte of the coded frame `number` at a constant bit rate, if two frames follow one another within a
    /// quarter of a frame from where it should be.
    fn frame_near(&mut self, number: u64, (bytes, per): (u64, u64)) -> Result<Option<u64>> {
        let expected =
            self.first_byte + (u128::from(number) * u128::from(bytes) / u128::from(per)) as u64;
        let reach = bytes / per / 4;
        let from = expected.saturating_sub(reach).max(self.first_byte);
        let mut window = Vec::new();
        self.reader.seek_to(from)?;
        self.reader
            .read_into(&mut window, 2 * reach as usize + MAX_FRAME_BYTES)?;
        let header_at = |at: usize| self.first.parse_like(window.get(at..)?);
        let mut near: Vec<u64> = (from..=expected + reach).collect();
        near.sort_by_key(|byte| byte.abs_diff(expected));
        Ok(near.into_iter().find(|byte| {
            let at = (byte - from) as usize;
            header_at(at).is_some_and(|header| header_at(at + header.frame_bytes()).is_some())
        }))
    }

    /// Goes to the coded frame `number` by arithmetic; false if that does not lead there.
    pub(super) fn jump(&mut self, number: u64) -> Result<bool> {
        if matches!(self.bitrate, Bitrate::Unknown) {
            self.probe_bitrate()?;
        }
        let Bitrate::Constant(ratio) = self.bitrate else {
            return Ok(false);
        };
        let Some(byte) = self.frame_near(number, ratio)? else {
            return Ok(false);
        };
        self.stand(number, byte)?;
        Ok(true)
    }

    /// Goes to about the coded frame `unit`, as the outline says.
    pub(super) fn guess(&mut self, unit: u64) -> Result<()> {
        if self.outline.is_none() {
            let bytes = self
                .reader
                .len()
                .unwrap_or(0)
                .saturating_sub(self.first_byte);
            self.reader.seek_to(self.first_byte)?;
            let mean = self.mean_frame_bytes()?.unwrap_or(1.0);
            self.outline = Some(Outline {
                units: (bytes as f64 / mean) as u64,
                bytes,
                table: Vec::new(),
            });
        }
        let offset = self.outline.as_ref().map_or(0, |o| o.offset_of(unit));
        self.stand(unit, self.first_byte.saturating_add(offset))?;
        (self.is_guessed, self.is_astray) = (true, true);
        Ok(())
    }

    /// The mean length in bytes of the first coded frames, for an estimate of the duration; `None` if there are
    /// none. The reader stands at the first frame, before and after.
    pub(crate) fn mean_frame_bytes(&mut self) -> Result<Option<f64>> {
        let start = self.reader.pos();
        let mut count = 0;
        while count < MEAN_FRAMES {
            let at = self.reader.pos();
            let Some(header) = self.header_here()? else {
                break;
            };
            self.reader.seek_to(at + header.frame_bytes() as u64)?;
            count += 1;
        }
        let bytes = self.reader.pos() - start;
        self.reader.seek_to(start)?;
        Ok((count > 0).then(|| bytes as f64 / f64::from(count)))
    }
}
