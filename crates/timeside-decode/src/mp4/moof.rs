//! A movie fragment: where the packets of one track lie, and when they sound (ISO 14496-12, §8.8).

use super::boxes::{boxes, find, u32_at, u64_at};

/// More packets in one fragment than these are a lie: 24 hours of AAC have 4 million in all.
const MAX_SAMPLES: usize = 1 << 18;

/// What `trex` says where a fragment does not.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Defaults {
    pub(crate) duration: u32,
    pub(crate) bytes: u32,
}

impl Defaults {
    /// Those of `track` in the movie's `mvex`.
    pub(crate) fn of(moov: &[u8], track: u32) -> Self {
        let all = find(moov, b"mvex").into_iter().flat_map(boxes);
        all.filter(|(kind, body)| kind == b"trex" && u32_at(body, 4) == Some(track))
            .map(|(_, body)| Self {
                duration: u32_at(body, 12).unwrap_or(0),
                bytes: u32_at(body, 16).unwrap_or(0),
            })
            .next()
            .unwrap_or_default()
    }
}

/// A packet of a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) byte: u64,
    pub(crate) bytes: u32,
    /// In the track's time scale.
    pub(crate) duration: u32,
    /// Of all packets before it in the fragment.
    pub(crate) before: u64,
}

/// What a fragment says of one track.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Fragment {
    /// When it begins, in the track's time scale, if it says so.
    pub(crate) time: Option<u64>,
    pub(crate) samples: Vec<Sample>,
}

/// Reads numbers one after another.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn u32(&mut self) -> Option<u32> {
        let value = u32_at(self.0, 0)?;
        self.0 = &self.0[4..];
        Some(value)
    }

    fn u64(&mut self) -> Option<u64> {
        let value = u64_at(self.0, 0)?;
        self.0 = &self.0[8..];
        Some(value)
    }

    /// A number that is there if its flag is set.
    fn optional(&mut self, is_there: bool) -> Option<Option<u32>> {
        match is_there {
            true => self.u32().map(Some),
            false => Some(None),
        }
    }
}

/// What the content of the `moof` box that begins at byte `start` says of `track`. What it says of others is
/// followed too, since one track's data may begin where another's ends.
pub(crate) fn parse(moof: &[u8], start: u64, track: u32, defaults: Defaults) -> Fragment {
    let mut fragment = Fragment::default();
    let mut data_end = start;
    for (_, traf) in boxes(moof).filter(|(kind, _)| kind == b"traf") {
        let Some(mut header) = find(traf, b"tfhd").map(Fields) else {
            continue;
        };
        let (Some(flags), Some(id)) = (header.u32(), header.u32()) else {
            continue;
        };
        let explicit = match flags & 1 {
            0 => None,
            _ => header.u64(),
        };
        let _description = header.optional(flags & 2 != 0);
        let duration = header.optional(flags & 8 != 0).flatten();
        let bytes = header.optional(flags & 0x10 != 0).flatten();
        let is_ours = id == track;
        let known = Defaults {
            duration: duration.unwrap_or(defaults.duration),
            bytes: bytes.unwrap_or(defaults.bytes),
        };
        let base = match explicit {
            Some(base) => base,
            None if flags & 0x2_0000 != 0 => start,
            // As the first of old files' fragments does; the others follow one another.
            None => data_end,
        };
        if is_ours && fragment.time.is_none() {
            fragment.time = find(traf, b"tfdt").and_then(|tfdt| match tfdt.first()? {
                1 => u64_at(tfdt, 4),
                _ => u32_at(tfdt, 4).map(u64::from),
            });
        }
        let mut byte = base;
        for (_, run) in boxes(traf).filter(|(kind, _)| kind == b"trun") {
            let samples = is_ours.then_some(&mut fragment.samples);
            match run_of(run, base, byte, known, samples) {
                Some(end) => byte = end,
                None => break,
            }
        }
        data_end = byte;
    }
    fragment
}

/// Follows a `trun`; the byte behind its data. Its packets go to `samples`.
fn run_of(
    run: &[u8],
    base: u64,
    next: u64,
    defaults: Defaults,
    mut samples: Option<&mut Vec<Sample>>,
) -> Option<u64> {
    let mut fields = Fields(run);
    let flags = fields.u32()?;
    let count = fields.u32()?;
    let offset = fields.optional(flags & 1 != 0)?;
    fields.optional(flags & 4 != 0)?;
    let mut byte = match offset {
        Some(offset) => base.checked_add_signed(i64::from(offset as i32))?,
        None => next,
    };
    let (has_duration, has_bytes) = (flags & 0x100 != 0, flags & 0x200 != 0);
    if !has_bytes && samples.is_none() {
        return byte.checked_add(u64::from(count) * u64::from(defaults.bytes));
    }
    for _ in 0..count {
        let duration = fields.optional(has_duration)?.unwrap_or(defaults.duration);
        let bytes = fields.optional(has_bytes)?.unwrap_or(defaults.bytes);
        fields.optional(flags & 0x400 != 0)?;
        fields.optional(flags & 0x800 != 0)?;
        if let Some(samples) = samples.as_mut() {
            if samples.len() >= MAX_SAMPLES {
                return None;
            }
            let before = samples
                .last()
                .map_or(0, |last| last.before + u64::from(last.duration));
            samples.push(Sample {
                byte,
                bytes,
                duration,
                before,
            });
        }
        byte = byte.checked_add(u64::from(bytes))?;
    }
    Some(byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], words: &[u32], inner: &[u8]) -> Vec<u8> {
        let mut bytes = (8 + 4 * words.len() as u32 + inner.len() as u32)
            .to_be_bytes()
            .to_vec();
        bytes.extend(kind);
        bytes.extend(words.iter().flat_map(|word| word.to_be_bytes()));
        bytes.extend(inner);
        bytes
    }

    const DEFAULTS: Defaults = Defaults {
        duration: 1024,
        bytes: 7,
    };

    #[test]
    fn a_fragment_tells_places_and_times() {
        let traf = |id: u32, run: &[u32]| {
            let inner = [
                boxed(b"tfhd", &[0x2_0000, id], &[]),
                boxed(b"tfdt", &[0x0100_0000, 0, 9000], &[]),
                boxed(b"trun", run, &[]),
            ];
            boxed(b"traf", &[], &inner.concat())
        };
        let moof = [
            traf(1, &[0x1, 5, 100]),
            traf(2, &[0x301, 2, 200, 1024, 10, 500, 20]),
        ]
        .concat();
        let ours = parse(&moof, 1000, 2, DEFAULTS);
        assert_eq!(ours.time, Some(9000));
        let sample = |byte, bytes, duration, before| Sample {
            byte,
            bytes,
            duration,
            before,
        };
        assert_eq!(
            ours.samples,
            [sample(1200, 10, 1024, 0), sample(1210, 20, 500, 1024)]
        );
        let theirs = parse(&moof, 1000, 1, DEFAULTS);
        assert_eq!(theirs.samples.last(), Some(&sample(1128, 7, 1024, 4096)));
        for end in 0..moof.len() {
            parse(&moof[..end], 1000, 2, DEFAULTS);
        }
    }

    #[test]
    fn counts_that_lie_cost_little() {
        let inner = [
            boxed(b"tfhd", &[0x2_0000, 1], &[]),
            boxed(b"trun", &[0, u32::MAX], &[]),
        ];
        let moof = boxed(b"traf", &[], &inner.concat());
        let fragment = parse(&moof, 0, 1, DEFAULTS);
        assert_eq!(fragment.samples.len(), MAX_SAMPLES);
        assert_eq!(parse(&moof, 0, 2, DEFAULTS).samples, []);
    }
}
