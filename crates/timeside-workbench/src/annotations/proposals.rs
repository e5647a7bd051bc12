//! What an analysis says, as annotations that somebody may accept or reject.

/// Rows of a result, as far as places in time can be made of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    /// `event`, `segment` or `framewise`.
    pub(crate) time_mode: String,
    /// Are the values numbers of labels?
    pub(crate) is_label: bool,
    /// Values in a row.
    pub(crate) columns: usize,
    /// Row-major.
    pub(crate) data: Vec<f64>,
    /// Begin of each row, seconds of the medium.
    pub(crate) times_secs: Vec<f64>,
    /// Length of each row, seconds.
    pub(crate) durations_secs: Vec<f64>,
    /// Label numbers and names.
    pub(crate) labels: Vec<(i64, String)>,
}

/// A place that a result names.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Draft {
    /// Seconds.
    pub(crate) start_secs: f64,
    /// Seconds; equal to the start for a point.
    pub(crate) end_secs: f64,
    /// The label's name, or empty.
    pub(crate) label: String,
    /// The row's first value; none for labels.
    pub(crate) value: Option<f64>,
}

impl Rows {
    /// Can places be made of it? Curves and single values say nothing of places.
    pub(crate) fn has_places(&self) -> bool {
        match self.time_mode.as_str() {
            "event" | "segment" => true,
            "framewise" => self.is_label,
            _ => false,
        }
    }

    /// Are they moments?
    pub(crate) fn is_points(&self) -> bool {
        self.time_mode == "event"
    }

    /// The places in their order. Frames of one label in a row become one stretch.
    pub(crate) fn drafts(&self) -> Vec<Draft> {
        if !self.has_places() {
            return Vec::new();
        }
        let merges = self.time_mode == "framewise";
        let mut drafts: Vec<Draft> = Vec::new();
        for (row, &start_secs) in self.times_secs.iter().enumerate() {
            let length_secs = match self.is_points() {
                true => 0.0,
                false => self.durations_secs.get(row).copied().unwrap_or(0.0),
            };
            let value = self.data.get(row * self.columns.max(1)).copied();
            let label = match value {
                Some(number) if self.is_label => self.label(number),
                _ => String::new(),
            };
            if !(start_secs + length_secs).is_finite() {
                continue;
            }
            match drafts.last_mut() {
                Some(last) if merges && last.label == label => {
                    last.end_secs = start_secs + length_secs;
                }
                last => {
                    // Frames overlap; where the label changes, the next one begins.
                    if merges && let Some(last) = last {
                        last.end_secs = start_secs;
                    }
                    drafts.push(Draft {
                        start_secs,
                        end_secs: start_secs + length_secs,
                        label,
                        value: value.filter(|value| !self.is_label && value.is_finite()),
                    });
                }
            }
        }
        drafts
    }

    fn label(&self, number: f64) -> String {
        self.labels
            .iter()
            .find(|(known, _)| *known as f64 == number)
            .map_or_else(|| format!("{number}"), |(_, name)| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_points_with_their_value() {
        let rows = Rows {
            time_mode: "event".to_owned(),
            columns: 1,
            data: vec![0.5, f64::NAN],
            times_secs: vec![1.0, 2.0],
            ..Rows::default()
        };
        let drafts = rows.drafts();
        assert_eq!(
            (drafts[0].start_secs, drafts[0].end_secs, drafts[0].value),
            (1.0, 1.0, Some(0.5))
        );
        assert_eq!(drafts[1].value, None);
    }

    #[test]
    fn segments_carry_the_name_of_their_label() {
        let rows = Rows {
            time_mode: "segment".to_owned(),
            is_label: true,
            columns: 1,
            data: vec![1.0, 7.0],
            times_secs: vec![0.0, 2.0],
            durations_secs: vec![2.0, 0.5],
            labels: vec![(0, "silence".to_owned()), (1, "speech".to_owned())],
        };
        let drafts = rows.drafts();
        assert_eq!(
            (
                drafts[0].end_secs,
                drafts[0].label.as_str(),
                drafts[0].value
            ),
            (2.0, "speech", None)
        );
        assert_eq!((drafts[1].end_secs, drafts[1].label.as_str()), (2.5, "7"));
    }

    #[test]
    fn frames_of_one_label_become_one_stretch() {
        let rows = Rows {
            time_mode: "framewise".to_owned(),
            is_label: true,
            columns: 1,
            data: vec![0.0, 0.0, 1.0],
            times_secs: vec![0.0, 0.5, 1.0],
            durations_secs: vec![1.0; 3],
            labels: vec![(0, "low".to_owned()), (1, "high".to_owned())],
        };
        let spans: Vec<_> = rows
            .drafts()
            .into_iter()
            .map(|d| (d.start_secs, d.end_secs, d.label))
            .collect();
        assert_eq!(
            spans,
            [(0.0, 1.0, "low".to_owned()), (1.0, 2.0, "high".to_owned())]
        );
        let curve = Rows {
            is_label: false,
            ..rows
        };
        assert!(curve.drafts().is_empty());
    }
}
