//! The tables of a track: when each sample sounds, how long it is, where it lies. ("Sample" is the format's
//! word for a packet.)

use super::boxes::{find, u32_at, u64_at};
use std::ops::Range;

/// Samples of a chunk whose lengths are added up at most to find the place of one.
const STRETCH_SAMPLES: usize = 64;

/// Lengths of the samples in bytes.
#[derive(Debug)]
enum Sizes {
    Constant { bytes: u32, count: u32 },
    Each(Vec<u32>),
}

/// A run of samples of one duration.
#[derive(Debug, Clone, Copy)]
struct Run {
    first_sample: u32,
    first_time: u64,
    duration: u32,
}

/// A chunk: samples that lie one after another.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    byte: u64,
    first_sample: u32,
}

/// The tables. Their memory is bounded by the bytes that the file really has.
#[derive(Debug)]
pub(crate) struct Tables {
    sizes: Sizes,
    runs: Vec<Run>,
    chunks: Vec<Chunk>,
    pub(crate) samples: u32,
    /// Length of all samples together, in the track's time scale.
    pub(crate) duration: u64,
    /// The duration of all samples but perhaps the last, if it is one.
    pub(crate) common_duration: Option<u32>,
}

/// The entries of `size` bytes of a table whose count stands at `at`, as many as are there.
fn entries(body: &[u8], at: usize, size: usize) -> impl Iterator<Item = &[u8]> {
    let count = u32_at(body, at).unwrap_or(0) as usize;
    body.get(at + 4..)
        .unwrap_or_default()
        .chunks_exact(size)
        .take(count)
}

/// Notes a chunk. A long one, which a file may have for all its sound, is noted in stretches, so that no place
/// takes a long sum.
fn push_chunk(chunks: &mut Vec<Chunk>, mut byte: u64, samples: Range<u32>, sizes: &Sizes) {
    let mut first_sample = samples.start;
    chunks.push(Chunk { byte, first_sample });
    let Sizes::Each(each) = sizes else { return };
    let each = each
        .get(samples.start as usize..each.len().min(samples.end as usize))
        .unwrap_or_default();
    for stretch in each.chunks_exact(STRETCH_SAMPLES) {
        byte = stretch
            .iter()
            .fold(byte, |byte, bytes| byte.saturating_add(u64::from(*bytes)));
        first_sample += STRETCH_SAMPLES as u32;
        chunks.push(Chunk { byte, first_sample });
    }
}

/// Byte and number of samples of each chunk; `None` if a table is missing.
pub(super) fn chunks(stbl: &[u8]) -> Option<Vec<(u64, u32)>> {
    let offsets: Vec<u64> = match (find(stbl, b"stco"), find(stbl, b"co64")) {
        (Some(stco), _) => entries(stco, 4, 4)
            .filter_map(|e| u32_at(e, 0))
            .map(u64::from)
            .collect(),
        (None, Some(co64)) => entries(co64, 4, 8).filter_map(|e| u64_at(e, 0)).collect(),
        (None, None) => return None,
    };
    let per_chunk: Vec<(u32, u32)> = entries(find(stbl, b"stsc")?, 4, 12)
        .filter_map(|e| Some((u32_at(e, 0)?, u32_at(e, 4)?)))
        .collect();
    let mut at = 0;
    let counted = offsets.into_iter().enumerate().map(|(i, byte)| {
        while per_chunk
            .get(at + 1)
            .is_some_and(|(first, _)| *first <= i as u32 + 1)
        {
            at += 1;
        }
        (byte, per_chunk.get(at).map_or(0, |(_, count)| *count))
    });
    Some(counted.collect())
}

/// The sizes of `stz2`, of 4, 8 or 16 bits each.
fn compact_sizes(stz2: &[u8]) -> Option<Vec<u32>> {
    let count = u32_at(stz2, 8)? as usize;
    let table = stz2.get(12..)?;
    let sizes: Vec<u32> = match stz2.get(7)? {
        4 => table
            .iter()
            .flat_map(|byte| [u32::from(byte >> 4), u32::from(byte & 15)])
            .take(count)
            .collect(),
        8 => table
            .iter()
            .map(|byte| u32::from(*byte))
            .take(count)
            .collect(),
        16 => table
            .chunks_exact(2)
            .map(|e| u32::from(e[0]) << 8 | u32::from(e[1]))
            .take(count)
            .collect(),
        _ => return None,
    };
    Some(sizes)
}

/// The sizes of all samples.
fn sizes(stbl: &[u8]) -> Option<Sizes> {
    let Some(stsz) = find(stbl, b"stsz") else {
        return compact_sizes(find(stbl, b"stz2")?).map(Sizes::Each);
    };
    Some(match u32_at(stsz, 4)? {
        0 => Sizes::Each(
            entries(stsz, 8, 4)
                .map(|e| u32_at(e, 0).unwrap_or(0))
                .collect(),
        ),
        bytes => Sizes::Constant {
            bytes,
            count: u32_at(stsz, 8)?,
        },
    })
}

impl Tables {
    /// Reads the boxes of a sample table; `None` if one that is needed is missing.
    pub(crate) fn parse(stbl: &[u8]) -> Option<Self> {
        let sizes = sizes(stbl)?;
        let sized = match &sizes {
            Sizes::Constant { count, .. } => *count,
            Sizes::Each(each) => each.len() as u32,
        };

        let mut runs = Vec::new();
        let mut timed = 0_u32;
        let mut duration = 0_u64;
        let mut durations = Vec::new();
        for entry in entries(find(stbl, b"stts")?, 4, 8) {
            let (count, each) = (u32_at(entry, 0)?, u32_at(entry, 4)?);
            if count == 0 {
                continue;
            }
            runs.push(Run {
                first_sample: timed,
                first_time: duration,
                duration: each,
            });
            if durations.len() < 3 {
                durations.push((count, each));
            }
            timed = timed.saturating_add(count);
            duration = duration.saturating_add(u64::from(count) * u64::from(each));
        }
        let common_duration = match *durations {
            [(_, each)] | [(_, each), (1, _)] => Some(each),
            _ => None,
        };

        let each_chunk = chunks(stbl)?;
        let mut chunks = Vec::with_capacity(each_chunk.len());
        let mut first_sample = 0_u32;
        for (byte, count) in each_chunk {
            let next = first_sample.saturating_add(count);
            push_chunk(&mut chunks, byte, first_sample..next, &sizes);
            first_sample = next;
        }
        let samples = sized.min(timed).min(first_sample);
        Some(Self {
            sizes,
            runs,
            chunks,
            samples,
            duration,
            common_duration,
        })
    }

    fn size(&self, sample: u32) -> u32 {
        match &self.sizes {
            Sizes::Constant { bytes, .. } => *bytes,
            Sizes::Each(each) => each.get(sample as usize).copied().unwrap_or(0),
        }
    }

    /// Place and length in bytes of a sample that is below [`Tables::samples`].
    pub(crate) fn place(&self, sample: u32) -> (u64, u32) {
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.first_sample <= sample)
            .saturating_sub(1);
        let Some(chunk) = self.chunks.get(chunk) else {
            return (u64::MAX, 0);
        };
        let before: u64 = match &self.sizes {
            Sizes::Constant { bytes, .. } => {
                u64::from(*bytes) * u64::from(sample - chunk.first_sample)
            }
            Sizes::Each(each) => {
                let before = each
                    .get(chunk.first_sample as usize..sample as usize)
                    .unwrap_or_default();
                before.iter().map(|bytes| u64::from(*bytes)).sum()
            }
        };
        (chunk.byte.saturating_add(before), self.size(sample))
    }

    /// When a sample sounds, in the track's time scale.
    pub(crate) fn time(&self, sample: u32) -> u64 {
        let run = self
            .runs
            .partition_point(|run| run.first_sample <= sample)
            .saturating_sub(1);
        self.runs.get(run).map_or(0, |run| {
            run.first_time
                + u64::from(sample.saturating_sub(run.first_sample)) * u64::from(run.duration)
        })
    }

    /// The sample that sounds at `time`, or the last.
    pub(crate) fn sample_at(&self, time: u64) -> u32 {
        let run = self
            .runs
            .partition_point(|run| run.first_time <= time)
            .saturating_sub(1);
        let Some(run) = self.runs.get(run) else {
            return 0;
        };
        let within = (time - run.first_time.min(time))
            .checked_div(u64::from(run.duration))
            .unwrap_or(0);
        let sample = u64::from(run.first_sample) + within;
        sample.min(u64::from(self.samples.saturating_sub(1))) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full(kind: &[u8; 4], words: &[u32]) -> Vec<u8> {
        let mut bytes = (12 + words.len() as u32 * 4).to_be_bytes().to_vec();
        bytes.extend(kind);
        bytes.extend([0; 4]);
        bytes.extend(words.iter().flat_map(|w| w.to_be_bytes()));
        bytes
    }

    fn stbl() -> Vec<u8> {
        [
            full(b"stsz", &[0, 5, 10, 20, 30, 40, 50]),
            full(b"stts", &[2, 4, 1024, 1, 500]),
            full(b"stsc", &[2, 1, 2, 1, 3, 1, 1]),
            full(b"stco", &[3, 1000, 2000, 3000]),
        ]
        .concat()
    }

    #[test]
    fn samples_are_found_by_number_and_by_time() {
        let tables = Tables::parse(&stbl()).unwrap();
        assert_eq!(
            (tables.samples, tables.duration, tables.common_duration),
            (5, 4596, Some(1024))
        );
        let places: Vec<_> = (0..5).map(|i| tables.place(i)).collect();
        assert_eq!(
            places,
            [(1000, 10), (1010, 20), (2000, 30), (2030, 40), (3000, 50)]
        );
        assert_eq!(tables.time(4), 4096);
        assert_eq!(
            [0, 1023, 1024, 4595, 9999].map(|t| tables.sample_at(t)),
            [0, 0, 1, 4, 4]
        );
    }

    #[test]
    fn sizes_may_be_compact() {
        let compact = |bits: u8, table: &[u8]| {
            let mut body = vec![0; 7];
            body.push(bits);
            body.extend(3_u32.to_be_bytes());
            body.extend(table);
            compact_sizes(&body)
        };
        assert_eq!(compact(4, &[0x12, 0x30]), Some(vec![1, 2, 3]));
        assert_eq!(compact(8, &[1, 2, 3, 4]), Some(vec![1, 2, 3]));
        assert_eq!(compact(16, &[1, 0, 2, 0, 3, 0]), Some(vec![256, 512, 768]));
        assert_eq!(compact(5, &[]), None);
    }

    #[test]
    fn one_chunk_of_everything_is_found_by_short_sums() {
        let mut sizes = vec![0, 1000];
        sizes.extend(1..=1000_u32);
        let one_chunk = [
            full(b"stsz", &sizes),
            full(b"stts", &[1, 1000, 1024]),
            full(b"stsc", &[1, 1, 1000, 1]),
            full(b"stco", &[1, 50]),
        ]
        .concat();
        let tables = Tables::parse(&one_chunk).unwrap();
        assert_eq!(tables.samples, 1000);
        for sample in 0..1000_u32 {
            let before = u64::from(sample) * u64::from(sample + 1) / 2;
            assert_eq!(tables.place(sample), (50 + before, sample + 1));
        }
        let widest = tables
            .chunks
            .windows(2)
            .map(|w| w[1].first_sample - w[0].first_sample)
            .max();
        assert_eq!(widest, Some(STRETCH_SAMPLES as u32));
    }

    #[test]
    fn counts_that_lie_cost_nothing() {
        let lying = [
            full(b"stsz", &[0, u32::MAX, 10]),
            full(b"stts", &[u32::MAX, u32::MAX, u32::MAX]),
            full(b"stsc", &[u32::MAX, 1, u32::MAX, 1]),
            full(b"stco", &[u32::MAX, 1000]),
        ]
        .concat();
        let tables = Tables::parse(&lying).unwrap();
        assert_eq!(tables.samples, 1);
        assert_eq!(tables.place(0), (1000, 10));
        let cut = stbl();
        for end in 0..cut.len() {
            if let Some(tables) = Tables::parse(&cut[..end]) {
                (0..tables.samples).for_each(|i| {
                    tables.place(i);
                    tables.time(i);
                });
            }
        }
    }
}
