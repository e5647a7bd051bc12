//! The command line: words, flags (`--dev`) and options (`--port 8080`, `--port=8080`).

use std::collections::VecDeque;

use crate::Result;

/// What is left of the command line; each reader takes what it knows.
#[derive(Debug)]
pub(crate) struct Args(VecDeque<String>);

impl Args {
    pub(crate) fn from_env() -> Self {
        Self(std::env::args().skip(1).collect())
    }

    /// The first word, whatever it is.
    pub(crate) fn next_word(&mut self) -> Option<String> {
        self.0.pop_front()
    }

    /// Takes `name` if it is there.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let place = self.0.iter().position(|word| word == name);
        place.and_then(|at| self.0.remove(at)).is_some()
    }

    /// Takes `name VALUE` or `name=VALUE`, once.
    pub(crate) fn option(&mut self, name: &str) -> Result<Option<String>> {
        let joined = format!("{name}=");
        let Some(at) = self
            .0
            .iter()
            .position(|w| w == name || w.starts_with(&joined))
        else {
            return Ok(None);
        };
        let word = self.0.remove(at).unwrap_or_default();
        if let Some(value) = word.strip_prefix(&joined) {
            return Ok(Some(value.to_owned()));
        }
        match self.0.remove(at) {
            Some(value) => Ok(Some(value)),
            None => Err(format!("{name} needs a value").into()),
        }
    }

    /// Takes every `name VALUE`.
    pub(crate) fn options(&mut self, name: &str) -> Result<Vec<String>> {
        let mut values = Vec::new();
        while let Some(value) = self.option(name)? {
            values.push(value);
        }
        Ok(values)
    }

    /// What is left must be plain words.
    pub(crate) fn words(self) -> Result<Vec<String>> {
        match self.0.iter().find(|word| word.starts_with('-')) {
            Some(unknown) => Err(format!(
                "unknown option {unknown}; `cargo xtask help` lists what there is"
            )
            .into()),
            None => Ok(self.0.into()),
        }
    }

    /// Nothing may be left.
    pub(crate) fn finish(self) -> Result {
        match self.words()?.first() {
            Some(word) => {
                Err(format!("unexpected `{word}`; `cargo xtask help` lists what there is").into())
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args(line.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn options_take_both_spellings_and_repeat() {
        let mut a = args("--port=1 --also x=/y --dev --also z=/w");
        assert_eq!(a.option("--port").unwrap().as_deref(), Some("1"));
        assert_eq!(a.options("--also").unwrap(), ["x=/y", "z=/w"]);
        assert!(a.flag("--dev") && !a.flag("--dev"));
        a.finish().unwrap();
    }

    #[test]
    fn leftovers_are_refused() {
        assert!(args("--typo").finish().is_err());
        assert!(args("word").finish().is_err());
        assert!(args("--port").option("--port").is_err());
    }
}
