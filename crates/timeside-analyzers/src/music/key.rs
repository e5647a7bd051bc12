//! The key, by comparing how often pitch classes sound with how well they fit.

use timeside_core::output::{RowValues, Rows};
use timeside_core::processor::ParentResults;
use timeside_core::result::{Data, TimeAxis};
use timeside_core::time::secs_from_frame;
use timeside_core::{
    Info, Input, Kind, LabelMetadata, Output, Param, Params, Plugin, Processor, Result, ResultInfo,
    Step, Stream, TimeMode, Values,
};

/// How well each degree fits a major and a minor key.
type Profile = [[f64; 12]; 2];

/// Krumhansl and Kessler's probe-tone ratings (Krumhansl 1990, table 2.1).
const KRUMHANSL: Profile = [
    [
        6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88,
    ],
    [
        6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17,
    ],
];

/// Temperley's revision (Music Perception 17(1), 1999).
const TEMPERLEY: Profile = [
    [5.0, 2.0, 3.5, 2.0, 4.5, 4.0, 2.0, 4.5, 2.0, 3.5, 1.5, 4.0],
    [5.0, 2.0, 3.5, 4.5, 2.0, 4.0, 2.0, 4.5, 3.5, 2.0, 1.5, 4.0],
];

const TONICS: [&str; 12] = [
    "C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B",
];

/// The label where nothing sounds, after twelve major and twelve minor keys.
const NO_KEY: i64 = 24;

/// Mean chroma against 24 profiles.
#[derive(Debug)]
pub struct Key {
    profile: Profile,
    parent: Step,
    segment_secs: f64,
    rate: u32,
    /// Samples from one row of the parent to the next, as it says with its results.
    rows_per_segment: usize,
    step: usize,
    total: [f64; 12],
    part: [f64; 12],
    part_rows: usize,
    rows: usize,
    labels: Vec<i64>,
}

impl Plugin for Key {
    fn info() -> Info {
        let label = |suffix: &'static str, name: &'static str, mode, doc: &'static str| {
            ResultInfo::label(suffix, name, "", mode, doc)
        };
        Info {
            id: "key",
            version: "1.0",
            name: "Key",
            kind: Kind::Analyzer,
            unit: "",
            family: "Tonality",
            description: "Key of the whole and of its parts, with strength",
            doc: "**Measures.** The most fitting of the 24 major and minor keys, how clearly it leads, and how the key changes over \
                  time.\n\n\
                  **Formula.** The mean of all frames of `chroma` (each scaled to a greatest value of 1) is correlated (Pearson) \
                  with the twelve rotations of a major and a minor profile; the greatest, `r1`, wins. Strength is `(r1 − r2)/r1` \
                  with the runner-up's `r2`, 0 where `r1 ≤ 0`. Parts of segment_s seconds are treated alike, and neighbours of \
                  one key joined.\n\n\
                  **Source.** C. Krumhansl, Cognitive Foundations of Musical Pitch, Oxford 1990; D. Temperley, What's key for \
                  key?, Music Perception 17(1), 1999.\n\n\
                  **Good for.** Tonal music of some length. Relative and parallel keys are near each other and a lone triad is \
                  ambiguous; percussion, noise and music without a tonic get a key too, of low strength.",
            params: vec![
                Param::choice(
                    "profile",
                    "krumhansl",
                    &["krumhansl", "temperley"],
                    "How well each degree fits a key.",
                ),
                Param::number("tuning_hz", 440.0, 220.0, 880.0, "Frequency of A4.").unit("Hz"),
                Param::number(
                    "segment_s",
                    10.0,
                    1.0,
                    3_600.0,
                    "Length of the parts that get a key each.",
                )
                .unit("s"),
            ],
            results: vec![
                label(
                    "",
                    "Key",
                    TimeMode::Global,
                    "One label: 0 to 11 are C major to B major, 12 to 23 C minor to B minor, 24 is no key (silence).",
                ),
                ResultInfo::value(
                    "strength",
                    "Key strength",
                    "",
                    TimeMode::Global,
                    "How far the key leads before the next, 0 to 1.",
                ),
                ResultInfo::value(
                    "correlation",
                    "Key correlations",
                    "",
                    TimeMode::Global,
                    "Correlation with each of the 24 keys, in the order of the labels; shape (24).",
                ),
                label(
                    "segments",
                    "Keys in time",
                    TimeMode::Segment,
                    "One label per stretch of one key.",
                ),
            ],
        }
    }

    fn new(params: &Params) -> Result<Self> {
        let tuning_hz = params.number("tuning_hz").unwrap_or(440.0);
        Ok(Self {
            profile: match params.text("profile") {
                Some("temperley") => TEMPERLEY,
                _ => KRUMHANSL,
            },
            parent: Step::new("chroma")
                .with("input_stepsize", PARENT_STEP)
                .with("tuning_hz", tuning_hz),
            segment_secs: params.number("segment_s").unwrap_or(10.0),
            rate: 1,
            rows_per_segment: 1,
            step: PARENT_STEP,
            total: [0.0; 12],
            part: [0.0; 12],
            part_rows: 0,
            rows: 0,
            labels: Vec::new(),
        })
    }
}

/// Samples between the chroma frames that are averaged.
const PARENT_STEP: usize = 2_048;

impl Processor for Key {
    fn input(&self) -> Input {
        Input::None
    }

    fn parents(&self) -> Vec<Step> {
        vec![self.parent.clone()]
    }

    fn setup(&mut self, stream: &Stream, _out: &mut Output) -> Result<()> {
        self.rate = stream.sample_rate;
        let rows = self.segment_secs * f64::from(stream.sample_rate) / self.step as f64;
        self.rows_per_segment = (rows.round() as usize).max(1);
        Ok(())
    }

    fn rows(&mut self, _parent: usize, _result: usize, rows: Rows<'_>, _out: &mut Output) {
        let RowValues::F32(values) = rows.values else {
            return;
        };
        for row in values.chunks_exact(12) {
            self.rows += 1;
            for ((total, part), v) in self.total.iter_mut().zip(&mut self.part).zip(row) {
                *total += f64::from(*v);
                *part += f64::from(*v);
            }
            self.part_rows += 1;
            if self.part_rows == self.rows_per_segment {
                self.end_part();
            }
        }
    }

    fn post_process(&mut self, _parents: ParentResults<'_>, out: &mut Output) -> Result<()> {
        // A short rest tells little: it belongs to the part before it.
        if self.part_rows * 2 >= self.rows_per_segment || self.labels.is_empty() {
            self.end_part();
        }
        let fits = correlations(&self.total, &self.profile);
        let (best, strength) = fits.as_ref().map_or((NO_KEY, 0.0), lead);
        let one = Data::Label {
            label: vec![best],
            metadata: metadata(),
        };
        out.set(0, one, TimeAxis::Global);
        out.global(1, Values::F64(vec![strength]));
        out.global(2, Values::F64(fits.unwrap_or([0.0; 24]).to_vec()));

        // Row i stands for the step about its centre; the end is that of the audio.
        let end_secs = secs_from_frame((self.rows.saturating_sub(1) * self.step) as i64, self.rate);
        let (mut time, mut duration, mut label): (Vec<f64>, Vec<f64>, Vec<i64>) =
            Default::default();
        for (i, key) in self.labels.iter().enumerate() {
            if label.last() != Some(key) {
                let at = (i * self.rows_per_segment * self.step) as i64;
                time.push(secs_from_frame(at, self.rate));
                label.push(*key);
            }
        }
        for (i, from) in time.iter().enumerate() {
            let to = time.get(i + 1).copied().unwrap_or(end_secs);
            duration.push((to - from).max(0.0));
        }
        out.label_segments(3, time, duration, label, metadata());
        Ok(())
    }
}

impl Key {
    fn end_part(&mut self) {
        let fits = correlations(&self.part, &self.profile);
        self.labels
            .push(fits.as_ref().map_or(NO_KEY, |f| lead(f).0));
        self.part = [0.0; 12];
        self.part_rows = 0;
    }
}

fn metadata() -> LabelMetadata {
    let mut label: Vec<(i64, String)> = Vec::new();
    for (first, mode) in [(0, "major"), (12, "minor")] {
        let names = TONICS.iter().zip(first..);
        label.extend(names.map(|(tonic, i)| (i, format!("{tonic} {mode}"))));
    }
    label.push((NO_KEY, "no key".to_owned()));
    LabelMetadata {
        label,
        ..LabelMetadata::default()
    }
}

/// Pearson's correlation with each key; none where the chroma is flat or silent.
fn correlations(chroma: &[f64; 12], profile: &Profile) -> Option<[f64; 24]> {
    let centred = |v: &[f64; 12]| {
        let mean = v.iter().sum::<f64>() / 12.0;
        v.map(|x| x - mean)
    };
    let length = |v: &[f64; 12]| v.iter().map(|x| x * x).sum::<f64>().sqrt();
    let c = centred(chroma);
    let scale = length(&c);
    if scale <= 1e-9 * chroma.iter().sum::<f64>() {
        return None;
    }
    let mut fits = [0.0; 24];
    for (mode, profile) in profile.iter().enumerate() {
        let p = centred(profile);
        for tonic in 0..12 {
            let product: f64 = (0..12).map(|i| c[(i + tonic) % 12] * p[i]).sum();
            fits[12 * mode + tonic] = product / (scale * length(&p));
        }
    }
    Some(fits)
}

/// The best key, and how far it leads.
fn lead(fits: &[f64; 24]) -> (i64, f64) {
    let (mut best, mut second) = (0, f64::NEG_INFINITY);
    for (i, fit) in fits.iter().enumerate().skip(1) {
        if *fit > fits[best] {
            second = fits[best];
            best = i;
        } else {
            second = second.max(*fit);
        }
    }
    let first = fits[best];
    let strength = if first > 0.0 {
        ((first - second) / first).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (best as i64, strength)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{run, sine};

    #[test]
    fn each_profile_is_its_own_key() {
        for profile in [KRUMHANSL, TEMPERLEY] {
            for (mode, p) in profile.iter().enumerate() {
                for tonic in 0..12 {
                    let mut chroma = *p;
                    chroma.rotate_right(tonic);
                    let fits = correlations(&chroma, &profile).unwrap();
                    let (key, strength) = lead(&fits);
                    assert_eq!(key as usize, 12 * mode + tonic);
                    assert!((fits[key as usize] - 1.0).abs() < 1e-12 && strength > 0.0);
                }
            }
        }
        assert_eq!(correlations(&[0.5; 12], &KRUMHANSL), None);
    }

    #[test]
    fn two_scales_after_another_are_two_segments() {
        let mut x = Vec::new();
        // C major six times, then F♯ major, twelve seconds each.
        for tonic in [60, 66] {
            for i in 0..48 {
                let degree = [0, 2, 4, 5, 7, 9, 11, 12][i % 8];
                let hz = 440.0 * 2f64.powf(f64::from(tonic + degree - 69) / 12.0);
                x.extend(sine(22_050, hz, 0.5, 5_512));
            }
        }
        let r = run(
            &[Step::new("key").with("segment_s", 4.0)],
            &[x],
            22_050,
            5_000,
        );
        let Data::Label { label, metadata } = &r["key.segments"].data else {
            panic!()
        };
        assert_eq!(label, &[0, 6]);
        assert_eq!(metadata.label[6].1, "F♯ major");
        assert!((r["key.segments"].times_secs()[1] - 12.0).abs() < 0.2);
    }

    #[test]
    fn silence_has_no_key() {
        let r = run(&["key".into()], &[vec![0.0; 50_000]], 44_100, 8_192);
        let Data::Label { label, .. } = &r["key"].data else {
            panic!()
        };
        assert_eq!(label, &[NO_KEY]);
        assert_eq!(r["key.strength"].value(), Some(0.0));
    }
}
