//! A pipe as data: what travels in a worker's message, a preset, a command line and a REST body.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One processor of a pipe: its id alone, or an object with its parameters.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "StepData", into = "StepData")]
pub struct Step {
    /// The processor's id.
    pub id: String,
    /// Key of its results, instead of the id: `as: "left"` gives `left`, or `left.max` for `level.max`.
    pub r#as: Option<String>,
    /// Its parameters by upstream's names; what is not given takes its default.
    pub parameters: Map<String, Value>,
}

impl Step {
    /// A step with default parameters.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            ..Self::default()
        }
    }

    /// The same step with a parameter set.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.parameters.insert(name.to_owned(), value.into());
        self
    }
}

impl From<&str> for Step {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StepData {
    Id(String),
    Full {
        id: String,
        #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        #[serde(flatten)]
        parameters: Map<String, Value>,
    },
}

impl From<StepData> for Step {
    fn from(data: StepData) -> Self {
        match data {
            StepData::Id(id) => Self::new(id),
            StepData::Full {
                id,
                key,
                parameters,
            } => Self {
                id,
                r#as: key,
                parameters,
            },
        }
    }
}

impl From<Step> for StepData {
    fn from(step: Step) -> Self {
        if step.r#as.is_none() && step.parameters.is_empty() {
            Self::Id(step.id)
        } else {
            Self::Full {
                id: step.id,
                key: step.r#as,
                parameters: step.parameters,
            }
        }
    }
}

/// Default of [`PipeSpec::max_memory_bytes`]: what a run may keep of results, 256 MiB.
pub const DEFAULT_MAX_MEMORY_BYTES: u64 = 256 << 20;

/// A pipe as data. The medium itself is not part of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PipeSpec {
    /// The processors, in order.
    pub steps: Vec<Step>,
    /// Start of the stretch in seconds.
    pub start: f64,
    /// Its length in seconds; `None` is to the end.
    pub duration: Option<f64>,
    /// Rate to resample to in Hz; `None` is the medium's own.
    pub sample_rate: Option<u32>,
    /// Channels to convert to; `None` is the medium's own.
    pub channels: Option<usize>,
    /// Frames per block handed to the processors.
    pub blocksize: usize,
    /// Whether framewise results are kept, or only given out as partial results.
    pub keep: bool,
    /// Whether results of steps that only serve as parents are given too.
    pub parents: bool,
    /// Bytes that kept results may take together.
    pub max_memory_bytes: u64,
}

impl Default for PipeSpec {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            start: 0.0,
            duration: None,
            sample_rate: None,
            channels: None,
            blocksize: 8192,
            keep: true,
            parents: false,
            max_memory_bytes: DEFAULT_MAX_MEMORY_BYTES,
        }
    }
}

impl PipeSpec {
    /// A pipe of these steps over the whole medium.
    pub fn of<S: Into<Step>>(steps: impl IntoIterator<Item = S>) -> Self {
        Self {
            steps: steps.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// True unless the whole medium is meant.
    pub fn is_segment(&self) -> bool {
        self.start != 0.0 || self.duration.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn steps_are_ids_or_objects() {
        let given = json!({ "steps": ["level", { "id": "fx_gain", "gain": 2.0 }, { "id": "level", "as": "after" }] });
        let spec: PipeSpec = serde_json::from_value(given.clone()).unwrap();
        assert_eq!(spec.steps[1], Step::new("fx_gain").with("gain", 2.0));
        assert_eq!(spec.steps[2].r#as.as_deref(), Some("after"));
        assert_eq!(
            serde_json::to_value(&spec).unwrap()["steps"],
            given["steps"]
        );
        assert_eq!(spec.blocksize, 8192);
    }
}
