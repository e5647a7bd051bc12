//! What of the decoded signal is the sound: edit lists and iTunSMPB.
//!
//! Encoders of AAC put 1,024 or 2,112 frames of priming before the sound and fill the last packet up.
//! MP4 says so by an edit list (QuickTime, ffmpeg) or by a comment (iTunes, Nero).

use super::boxes::{find_path, u32_at, u64_at};

/// A stretch of decoded frames that is the sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Trim {
    /// Frames of silence that the sound waits (empty edits), as it does for a picture that begins earlier.
    pub(crate) lead: i64,
    /// Decoded frames before the sound.
    pub(crate) delay: i64,
    /// Length of the sound; `None` if all the rest is.
    pub(crate) frames: Option<i64>,
}

/// An entry of the edit list.
#[derive(Debug, Clone, Copy)]
struct Edit {
    /// In the movie's time scale.
    duration: u64,
    /// In the track's time scale; −1 for silence before the sound.
    media_time: i64,
}

fn edits(elst: &[u8]) -> Vec<Edit> {
    let is_wide = elst.first() == Some(&1);
    let size = if is_wide { 20 } else { 12 };
    let count = u32_at(elst, 4).unwrap_or(0) as usize;
    let entries = elst
        .get(8..)
        .unwrap_or_default()
        .chunks_exact(size)
        .take(count.min(1000));
    entries
        .filter_map(|entry| {
            Some(if is_wide {
                Edit {
                    duration: u64_at(entry, 0)?,
                    media_time: u64_at(entry, 8)? as i64,
                }
            } else {
                Edit {
                    duration: u64::from(u32_at(entry, 0)?),
                    media_time: i64::from(u32_at(entry, 4)? as i32),
                }
            })
        })
        .collect()
}

/// Rates and lengths that an edit list is read against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scales {
    pub(crate) sample_rate: u32,
    /// Units per second of the movie and of the track.
    pub(crate) movie: u32,
    pub(crate) track: u32,
    /// Length of the track's samples in frames.
    pub(crate) frames: i64,
}

impl Scales {
    fn frames(&self, units: u64, per_second: u32) -> i64 {
        timeside_core::time::frames_at_rate(
            i64::try_from(units).unwrap_or(i64::MAX),
            per_second,
            self.sample_rate,
        )
    }
}

/// The trim that the track's edit list asks for, and whether it is cut together of several stretches.
pub(crate) fn from_edit_list(trak: &[u8], scales: &Scales) -> Option<(Trim, bool)> {
    let all = edits(find_path(trak, &[b"edts", b"elst"])?);
    let lead: u64 = all
        .iter()
        .take_while(|edit| edit.media_time < 0)
        .fold(0, |units, edit| units.saturating_add(edit.duration));
    let mut sounding = all.iter().filter(|edit| edit.media_time >= 0);
    let first = sounding.next()?;
    let delay = scales
        .frames(first.media_time as u64, scales.track)
        .min(scales.frames);
    let rest = scales.frames - delay;
    let frames = match scales.frames(first.duration, scales.movie) {
        // 0 is what fragmented files say: to the end.
        0 => None,
        // The movie's time scale is often milliseconds. Within one of its units of the track's own length
        // the track's length is meant.
        edited
            if (edited - rest).abs() <= i64::from(scales.sample_rate / scales.movie.max(1)) + 1 =>
        {
            Some(rest)
        }
        edited => Some(edited.min(rest)),
    };
    let trim = Trim {
        lead: scales.frames(lead, scales.movie),
        delay,
        frames,
    };
    Some((trim, sounding.next().is_some()))
}

/// The trim in the text of an iTunSMPB comment: hexadecimal words, of which the second to fourth are delay,
/// padding and length.
pub(crate) fn from_itunsmpb(text: &str) -> Option<Trim> {
    let mut words = text
        .split_whitespace()
        .skip(1)
        .map(|word| u64::from_str_radix(word, 16).ok());
    let delay = i64::try_from(words.next()??).ok()?;
    let _padding = words.next()??;
    let frames = i64::try_from(words.next()??)
        .ok()
        .filter(|frames| *frames > 0)?;
    (delay < 1 << 20).then_some(Trim {
        lead: 0,
        delay,
        frames: Some(frames),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trak(entries: &[(u32, i32)]) -> Vec<u8> {
        let mut elst = vec![0; 4];
        elst.extend((entries.len() as u32).to_be_bytes());
        for (duration, media_time) in entries {
            elst.extend(duration.to_be_bytes());
            elst.extend(media_time.to_be_bytes());
            elst.extend([0, 1, 0, 0]);
        }
        let boxed = |kind: &[u8], body: &[u8]| {
            [&(body.len() as u32 + 8).to_be_bytes(), kind, body].concat()
        };
        boxed(b"edts", &boxed(b"elst", &elst))
    }

    const SCALES: Scales = Scales {
        sample_rate: 44_100,
        movie: 1000,
        track: 44_100,
        frames: 1_324_024,
    };

    #[test]
    fn priming_is_cut_off_and_milliseconds_are_made_exact() {
        let (trim, several) = from_edit_list(&trak(&[(30_000, 1024)]), &SCALES).unwrap();
        assert_eq!(
            trim,
            Trim {
                lead: 0,
                delay: 1024,
                frames: Some(1_323_000)
            }
        );
        assert!(!several);
        // One frame off the millisecond: the track's own length tells.
        let odd = Scales {
            frames: 1_324_023,
            ..SCALES
        };
        assert_eq!(
            from_edit_list(&trak(&[(30_000, 1024)]), &odd)
                .unwrap()
                .0
                .frames,
            Some(1_322_999)
        );
        // A true cut stays one.
        assert_eq!(
            from_edit_list(&trak(&[(10_000, 1024)]), &SCALES)
                .unwrap()
                .0
                .frames,
            Some(441_000)
        );
        assert_eq!(
            from_edit_list(&trak(&[(0, 1024)]), &SCALES)
                .unwrap()
                .0
                .frames,
            None
        );
    }

    #[test]
    fn silence_before_and_stretches_after_are_seen() {
        let (trim, several) =
            from_edit_list(&trak(&[(500, -1), (30_000, 2112), (5, 0)]), &SCALES).unwrap();
        assert_eq!((trim.delay, trim.lead), (2112, 22_050));
        assert!(several);
        assert!(from_edit_list(&trak(&[(500, -1)]), &SCALES).is_none());
        assert!(from_edit_list(b"", &SCALES).is_none());
    }

    #[test]
    fn itunes_writes_hexadecimal() {
        let text = " 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000";
        assert_eq!(
            from_itunsmpb(text),
            Some(Trim {
                lead: 0,
                delay: 2112,
                frames: Some(4_141_558)
            })
        );
        assert_eq!(from_itunsmpb("gibberish"), None);
        assert_eq!(from_itunsmpb(" 00000000 FFFFFFFFFFFF 0 5"), None);
    }
}
