//! How features and transforms are described: one table drives the parser, its errors and the documentation.

use super::component::{Component, Rows};
use std::fmt::Write;

/// What values a parameter takes, and its default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A whole number within bounds, both included.
    Integer { default: i64, min: i64, max: i64 },
    /// A number within bounds, both included.
    Number { default: f64, min: f64, max: f64 },
    /// One of some words; the first is the default.
    Word(&'static [&'static str]),
    /// A number of rows, or with `s` behind it of seconds (at most 600).
    Span { default: Span },
}

/// A stretch of time along rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Span {
    /// As many rows.
    Rows(usize),
    /// As many seconds.
    Seconds(f64),
}

/// Longest span, in rows.
pub(super) const MAX_SPAN_ROWS: usize = 100_000;
/// Longest span, in seconds.
const MAX_SPAN_SECS: f64 = 600.0;

/// The description of one parameter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arg {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    unit: &'static str,
    doc: &'static str,
}

impl Arg {
    pub(super) const fn integer(
        name: &'static str,
        default: i64,
        min: i64,
        max: i64,
        unit: &'static str,
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            kind: Kind::Integer { default, min, max },
            unit,
            doc,
        }
    }

    pub(super) const fn number(
        name: &'static str,
        default: f64,
        min: f64,
        max: f64,
        unit: &'static str,
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            kind: Kind::Number { default, min, max },
            unit,
            doc,
        }
    }

    pub(super) const fn word(
        name: &'static str,
        words: &'static [&'static str],
        doc: &'static str,
    ) -> Self {
        Self {
            name,
            kind: Kind::Word(words),
            unit: "",
            doc,
        }
    }

    pub(super) const fn span(name: &'static str, default: Span, doc: &'static str) -> Self {
        Self {
            name,
            kind: Kind::Span { default },
            unit: "",
            doc,
        }
    }

    fn default(&self) -> Value {
        match self.kind {
            Kind::Integer { default, .. } => Value::Integer(default),
            Kind::Number { default, .. } => Value::Number(default),
            Kind::Word(words) => Value::Word(words.first().copied().unwrap_or_default()),
            Kind::Span { default } => Value::Span(default),
        }
    }

    /// What values are allowed.
    fn range(&self) -> String {
        let unit = if self.unit.is_empty() {
            String::new()
        } else {
            format!(" {}", self.unit)
        };
        match self.kind {
            Kind::Integer { min, max, .. } => format!("a whole number from {min} to {max}{unit}"),
            Kind::Number { min, max, .. } => format!("a number from {min} to {max}{unit}"),
            Kind::Word(words) => format!("one of {}", words.join(", ")),
            Kind::Span { .. } => format!(
                "1 to {MAX_SPAN_ROWS} rows, or with “s” behind it up to {MAX_SPAN_SECS} seconds"
            ),
        }
    }

    /// The value that a text stands for.
    ///
    /// # Errors
    /// What is allowed.
    fn read(&self, text: &str) -> Result<Value, String> {
        let value = match self.kind {
            Kind::Integer { min, max, .. } => text
                .parse()
                .ok()
                .filter(|v| (min..=max).contains(v))
                .map(Value::Integer),
            Kind::Number { min, max, .. } => number(text)
                .filter(|v| (min..=max).contains(v))
                .map(Value::Number),
            Kind::Word(words) => words.iter().find(|w| **w == text).map(|w| Value::Word(w)),
            Kind::Span { .. } => match text.strip_suffix('s') {
                Some(secs) => number(secs)
                    .filter(|v| 0.0 < *v && *v <= MAX_SPAN_SECS)
                    .map(Span::Seconds),
                None => text
                    .parse()
                    .ok()
                    .filter(|v| (1..=MAX_SPAN_ROWS).contains(v))
                    .map(Span::Rows),
            }
            .map(Value::Span),
        };
        value.ok_or_else(|| format!("{} must be {}, not “{text}”", self.name, self.range()))
    }

    fn describe(&self, text: &mut String) {
        let default = match self.default() {
            Value::Integer(v) => v.to_string(),
            Value::Number(v) => v.to_string(),
            Value::Word(w) => w.to_owned(),
            Value::Span(Span::Rows(n)) => n.to_string(),
            Value::Span(Span::Seconds(s)) => format!("{s}s"),
        };
        let _ = write!(
            text,
            " `{}={default}` ({}): {}",
            self.name,
            self.range(),
            self.doc
        );
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|v: &f64| v.is_finite())
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Value {
    Integer(i64),
    Number(f64),
    Word(&'static str),
    Span(Span),
}

/// Checked and complete parameters of one feature or transform.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Args(Vec<(&'static str, Value)>);

/// Parameters of which the first must not exceed the second.
const ORDERED: [(&str, &str); 5] = [
    ("stepSize", "blockSize"),
    ("StepNbFrames", "NbFrames"),
    ("BHSBeatFrameStep", "BHSBeatFrameSize"),
    ("BHSHistogramFrameStep", "BHSHistogramFrameSize"),
    ("EnDecim", "blockSize"),
];

/// Parameters of which the first must be less than the second.
const RISING: [(&str, &str); 2] = [("MelMinFreq", "MelMaxFreq"), ("HInf", "HSup")];

impl Args {
    fn get(&self, name: &str) -> Option<Value> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, v)| *v)
    }

    /// A size; 0 if there is none of this name.
    pub(super) fn size(&self, name: &str) -> usize {
        match self.get(name) {
            Some(Value::Integer(v)) => usize::try_from(v).unwrap_or(0),
            _ => 0,
        }
    }

    /// A number, whole or not; 0 if there is none of this name.
    pub(super) fn number(&self, name: &str) -> f64 {
        match self.get(name) {
            Some(Value::Integer(v)) => v as f64,
            Some(Value::Number(v)) => v,
            _ => 0.0,
        }
    }

    /// A word; empty if there is none of this name.
    pub(super) fn word(&self, name: &str) -> &'static str {
        match self.get(name) {
            Some(Value::Word(w)) => w,
            _ => "",
        }
    }

    /// A span in rows of `step` samples, at least 1; seconds are rounded to the nearest row.
    pub(super) fn rows(&self, name: &str, sample_rate: u32, step: usize) -> usize {
        match self.get(name) {
            Some(Value::Span(Span::Rows(n))) => n,
            Some(Value::Span(Span::Seconds(s))) => {
                let rows = s * f64::from(sample_rate) / step.max(1) as f64;
                (rows.round() as usize).max(1)
            }
            _ => 1,
        }
    }

    /// What cannot stand together.
    fn conflict(&self) -> Option<String> {
        let both = |(a, b)| {
            Some((
                a,
                self.get(a).map(|_| self.number(a))?,
                b,
                self.get(b).map(|_| self.number(b))?,
            ))
        };
        let exceeds = ORDERED
            .iter()
            .filter_map(|p| both(*p))
            .find(|(_, a, _, b)| a > b);
        if let Some((a, got, b, limit)) = exceeds {
            return Some(format!("{a} must be at most {limit} ({b}), not {got}"));
        }
        let falls = RISING
            .iter()
            .filter_map(|p| both(*p))
            .find(|(_, a, _, b)| a >= b);
        if let Some((a, got, b, limit)) = falls {
            return Some(format!("{a} must be less than {limit} ({b}), not {got}"));
        }
        let (fft, block) = (self.size("FFTLength"), self.size("blockSize"));
        (fft != 0 && fft < block)
            .then(|| format!("FFTLength must be 0, or at least {block} (blockSize), not {fft}"))
    }
}

/// The description of a feature or a transform.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: &'static str,
    /// Groups of parameters; the common ones are described once.
    pub(super) args: &'static [&'static [Arg]],
    /// Values per row, in words or digits.
    pub(super) size: &'static str,
    /// Unit of the values, or empty.
    pub(super) unit: &'static str,
    pub(super) doc: &'static str,
    /// What computes it, given rows of samples (a feature) or of what stands before it (a transform).
    pub(super) chain: fn(&Args, &Rows) -> Vec<Component>,
}

impl Entry {
    fn all_args(&self) -> impl Iterator<Item = &Arg> {
        self.args.iter().flat_map(|group| group.iter())
    }

    /// Parameters from `name=value` words.
    ///
    /// # Errors
    /// The word that is wrong, and what would be right.
    pub(super) fn read<'a>(&self, words: impl Iterator<Item = &'a str>) -> Result<Args, String> {
        let mut given: Vec<(&'static str, Value)> = Vec::new();
        for word in words {
            let (name, text) = word
                .split_once('=')
                .filter(|(n, t)| !n.is_empty() && !t.is_empty() && !t.contains('='))
                .ok_or_else(|| format!("“{word}” is no “name=value”"))?;
            let arg = self.all_args().find(|a| a.name == name).ok_or_else(|| {
                let known: Vec<_> = self.all_args().map(|a| a.name).collect();
                let known = if known.is_empty() {
                    "it takes none".to_owned()
                } else {
                    format!("known are {}", known.join(", "))
                };
                format!("{} has no parameter “{name}”; {known}", self.name)
            })?;
            if given.iter().any(|(n, _)| *n == arg.name) {
                return Err(format!("{name} is given twice"));
            }
            let value = arg.read(text).map_err(|e| format!("{}: {e}", self.name))?;
            given.push((arg.name, value));
        }
        let complete = self.all_args().map(|arg| {
            let value = given.iter().find(|(n, _)| *n == arg.name);
            (arg.name, value.map_or_else(|| arg.default(), |(_, v)| *v))
        });
        let args = Args(complete.collect());
        match args.conflict() {
            Some(reason) => Err(format!("{}: {reason}", self.name)),
            None => Ok(args),
        }
    }

    /// Appends a line of a list in Markdown; of the groups of parameters only those not in `common`.
    pub(super) fn describe(&self, common: &[&[Arg]], text: &mut String) {
        let _ = write!(text, "\n- `{}` ({}", self.name, self.size);
        if !self.unit.is_empty() {
            let _ = write!(text, ", {}", self.unit);
        }
        let _ = write!(text, "): {}", self.doc);
        for group in self
            .args
            .iter()
            .filter(|g| !common.iter().any(|c| same(c, g)))
        {
            describe(group, text);
        }
    }
}

fn same(a: &[Arg], b: &[Arg]) -> bool {
    a.iter().map(|x| x.name).eq(b.iter().map(|x| x.name))
        && a.iter()
            .map(|x| x.kind)
            .zip(b.iter().map(|x| x.kind))
            .all(|(x, y)| x == y)
}

/// Appends parameters in Markdown.
pub(super) fn describe(group: &[Arg], text: &mut String) {
    for arg in group {
        arg.describe(text);
    }
}
