//! The grammar of feature plans: `name: Feature key=value … > Transform key=value …`.

use super::catalogue::{Args, Entry};
use super::{features, transforms};

/// One line of a plan.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The result's name.
    pub(super) name: String,
    /// The line as it was written.
    pub(super) text: String,
    /// The feature, then its transforms; empty for the samples themselves.
    pub(super) calls: Vec<Call>,
}

/// A feature or transform with its parameters.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) entry: &'static Entry,
    pub(super) args: Args,
}

/// Most lines of a plan.
const MAX_LINES: usize = 1_000;

/// The lines of a plan. Blank ones and those that begin with `#` are left out.
///
/// # Errors
/// Which line is wrong, which word of it, and what would be right.
pub(super) fn parse(texts: &[&str]) -> Result<Vec<Line>, String> {
    let mut lines: Vec<Line> = Vec::new();
    for (number, text) in (1..).zip(texts.iter().flat_map(|t| t.lines())) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let line = line(text).and_then(|line| {
            if lines.iter().any(|l| l.name == line.name) {
                return Err(format!("the name “{}” is taken", line.name));
            }
            Ok(line)
        });
        lines.push(line.map_err(|reason| format!("line {number} “{text}”: {reason}"))?);
        if lines.len() > MAX_LINES {
            return Err(format!("must have at most {MAX_LINES} lines"));
        }
    }
    if lines.is_empty() {
        return Err(
            "must have at least one line “name: Feature key=value > Transform key=value”".into(),
        );
    }
    Ok(lines)
}

fn line(text: &str) -> Result<Line, String> {
    let mut parts = text.split(':');
    let (Some(name), Some(definition), None) = (parts.next(), parts.next(), parts.next()) else {
        return Err("exactly one “:” must stand between name and feature".into());
    };
    let name = name.trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(format!(
            "the name “{name}” must be of letters, digits, “_” and “-”"
        ));
    }
    let mut calls = Vec::new();
    if !definition.trim().is_empty() {
        for (index, part) in definition.split('>').enumerate() {
            calls.push(if index == 0 {
                call(part, "feature", features::FEATURES)?
            } else {
                call(part, "transform", &[transforms::TRANSFORMS])?
            });
        }
    }
    Ok(Line {
        name: name.to_owned(),
        text: text.to_owned(),
        calls,
    })
}

fn call(text: &str, what: &str, tables: &'static [&'static [Entry]]) -> Result<Call, String> {
    let mut words = text.split_whitespace();
    let name = words.next().ok_or_else(|| format!("a {what} is missing"))?;
    let table = || tables.iter().copied().flatten();
    let entry = table().find(|e| e.name == name).ok_or_else(|| {
        let known: Vec<_> = table().map(|e| e.name).collect();
        format!("unknown {what} “{name}”; known are {}", known.join(", "))
    })?;
    let args = entry.read(words)?;
    Ok(Call { entry, args })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_read_with_its_defaults() {
        let lines = parse(&[
            "# of speech",
            "mfcc: MFCC  CepsIgnoreFirstCoeff=0 blockSize=1024 stepSize=256 > Derivate DOrder=2 > StatisticalIntegrator\n\nraw:",
            "c: Chroma ChromaSmoothing=7",
        ])
        .unwrap();
        assert_eq!(lines.len(), 3);
        let names: Vec<_> = lines[0].calls.iter().map(|c| c.entry.name).collect();
        assert_eq!(names, ["MFCC", "Derivate", "StatisticalIntegrator"]);
        let args = &lines[0].calls[0].args;
        assert_eq!(
            (args.size("stepSize"), args.size("CepsNbCoeffs")),
            (256, 13)
        );
        assert_eq!(args.word("FFTWindow"), "Hanning");
        assert_eq!(lines[0].calls[1].args.size("DO1Len"), 4);
        assert!(lines[1].calls.is_empty());
        assert_eq!(
            lines[2].calls[0]
                .args
                .rows("ChromaSmoothing", 44_100, 1_024),
            7
        );
    }

    #[test]
    fn refusals_name_line_word_and_what_is_known() {
        for (text, words) in [
            (
                "a: MFFC",
                "line 2 “a: MFFC”: unknown feature “MFFC”; known are Frames, ZCR",
            ),
            (
                "a: ZCR > Derive",
                "unknown transform “Derive”; known are Derivate",
            ),
            (
                "a: ZCR blockSize=0",
                "ZCR: blockSize must be a whole number from 1 to 131072 samples, not “0”",
            ),
            ("a: ZCR blockSize=12x", "not “12x”"),
            (
                "a: ZCR blocksize=12",
                "ZCR has no parameter “blocksize”; known are blockSize, stepSize",
            ),
            ("a: ZCR blockSize", "“blockSize” is no “name=value”"),
            ("a: ZCR blockSize=1=2", "is no “name=value”"),
            ("a: ZCR blockSize=64 blockSize=64", "given twice"),
            (
                "a: ZCR blockSize=256",
                "stepSize must be at most 256 (blockSize), not 512",
            ),
            (
                "a: MFCC MelMinFreq=8000",
                "MelMinFreq must be less than 6854 (MelMaxFreq), not 8000",
            ),
            (
                "a: MFCC FFTLength=512",
                "FFTLength must be 0, or at least 1024",
            ),
            ("a: SpectralFlux FluxSupport=Up", "one of All, Increase"),
            ("a: ZCR > MedianFilter MFOrder=-1s", "or with “s” behind it"),
            ("a: ZCR >", "a transform is missing"),
            ("a ZCR", "exactly one “:”"),
            ("a: b: ZCR", "exactly one “:”"),
            ("é: ZCR", "letters, digits"),
            ("z: Energy", "the name “z” is taken"),
        ] {
            let error = parse(&["z: ZCR", text]).unwrap_err();
            assert!(
                error.starts_with("line 2 “") && error.contains(words),
                "{error}"
            );
        }
        assert!(
            parse(&["# nothing"])
                .unwrap_err()
                .contains("at least one line")
        );
    }
}
