//! Where a dragged edge would rather stand.

use crate::{
    document::Document,
    item::{Key, TierKey},
};

/// What it snapped to; earlier ones win where two are equally near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "each is the name of what stands there")]
pub enum Target {
    Boundary,
    Playhead,
    Selection,
    Beat,
    Onset,
    ZeroCrossing,
    Grid,
}

/// Where candidates come from.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// Edges of annotations, all tiers or one, without those being dragged.
    Boundaries {
        /// Of this document.
        document: &'a Document,
        /// `None` is all tiers.
        tier: Option<TierKey>,
        /// Being dragged.
        except: &'a [Key],
    },
    /// Frames in ascending order: beats, onsets, zero crossings.
    Frames(Target, &'a [i64]),
    /// One frame, such as the playhead.
    One(Target, i64),
    /// Every so many frames.
    Grid {
        /// Where one line is.
        origin: i64,
        /// From line to line; need not be whole.
        step_frames: f64,
    },
}

/// Where an edge snaps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapped {
    /// There.
    pub frame: i64,
    /// Because of this.
    pub target: Target,
}

/// The nearest candidate within `tolerance_frames`, if any.
pub fn snap(frame: i64, tolerance_frames: i64, sources: &[Source<'_>]) -> Option<Snapped> {
    let mut best: Option<(i64, Target, i64)> = None;
    let mut offer = |target: Target, at: i64| {
        let away = (at - frame).abs();
        if away <= tolerance_frames && best.is_none_or(|best| (away, target, at) < best) {
            best = Some((away, target, at));
        }
    };
    for source in sources {
        match *source {
            Source::One(target, at) => offer(target, at),
            Source::Frames(target, frames) => {
                let after = frames.partition_point(|at| *at < frame);
                for at in [after.checked_sub(1), Some(after)].into_iter().flatten() {
                    if let Some(at) = frames.get(at) {
                        offer(target, *at);
                    }
                }
            }
            Source::Grid {
                origin,
                step_frames,
            } if step_frames >= 1.0 => {
                let lines = ((frame - origin) as f64 / step_frames).round();
                offer(Target::Grid, origin + (lines * step_frames).round() as i64);
            }
            Source::Grid { .. } => {}
            Source::Boundaries {
                document,
                tier,
                except,
            } => {
                let (from, to) = (frame - tolerance_frames - 1, frame + tolerance_frames + 1);
                let tiers = document.tiers().map(|tier| tier.key);
                for tier in tiers.filter(|key| tier.is_none_or(|wanted| wanted == *key)) {
                    for entry in document.entries(tier, from, to) {
                        if !except.contains(&entry.key) {
                            offer(Target::Boundary, entry.start);
                            offer(Target::Boundary, entry.end);
                        }
                    }
                }
            }
        }
    }
    best.map(|(_, target, frame)| Snapped { frame, target })
}
