//! The parameter `plugin_list`: which plugins, which of their outputs, set how.

use crate::wire::PluginInfo;

/// A row of the list, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Name of the library.
    pub(crate) library: String,
    /// Identifier of the plugin.
    pub(crate) plugin: String,
    /// Identifier of the output; `None` is all of them.
    pub(crate) output: Option<String>,
    /// `name=value`, by the plugin's parameters; `program=name` is a preset.
    pub(crate) settings: Vec<(String, String)>,
}

/// A plugin's settings, checked.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Settings {
    /// Index of the preset.
    pub(crate) program: Option<u32>,
    /// Indices and values.
    pub(crate) parameters: Vec<(u32, f32)>,
}

impl Entry {
    /// Reads a row: the names of library, plugin and output, in one text between colons (as vamp-simple-host prints
    /// them) or in several, then the settings.
    pub(crate) fn parse(row: &[&str]) -> Result<Self, String> {
        let names_end = row
            .iter()
            .position(|text| text.contains('='))
            .unwrap_or(row.len());
        let (names, settings) = row.split_at(names_end);
        let joined = names.join(":");
        let mut parts: Vec<&str> = joined.split(':').map(str::trim).collect();
        if parts.len() == 4 && parts[0] == "vamp" {
            parts.remove(0);
        }
        let wrong = || {
            format!(
                "has the row {row:?}; a row is [\"library:plugin\", \"output\", \"name=value\", …]"
            )
        };
        let (library, plugin, output) = match parts.as_slice() {
            [library, plugin] => (library, plugin, None),
            [library, plugin, output] => (library, plugin, Some(output)),
            _ => return Err(wrong()),
        };
        if parts.iter().any(|part| part.is_empty()) {
            return Err(wrong());
        }
        let settings = settings
            .iter()
            .map(|text| text.split_once('=').ok_or_else(wrong))
            .map(|pair| pair.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            library: (*library).to_owned(),
            plugin: (*plugin).to_owned(),
            output: output.map(|o| (*o).to_owned()),
            settings,
        })
    }

    /// The plugin as vamp-simple-host names it.
    pub(crate) fn key(&self) -> String {
        format!("{}:{}", self.library, self.plugin)
    }

    /// Checks the settings against what the plugin says of itself.
    pub(crate) fn settings(&self, info: &PluginInfo) -> Result<Settings, String> {
        let mut checked = Settings::default();
        for (name, value) in &self.settings {
            let at = info.parameters.iter().position(|p| p.identifier == *name);
            if let Some(at) = at {
                checked
                    .parameters
                    .push((at as u32, self.number(info, at, value)?));
            } else if name == "program" && !info.programs.is_empty() {
                let at = info.programs.iter().position(|p| p == value);
                let at = at.ok_or_else(|| {
                    let known = info.programs.join(", ");
                    format!(
                        "sets {} to the program {value}; known are {known}",
                        self.key()
                    )
                })?;
                checked.program = Some(at as u32);
            } else {
                let known: Vec<_> = info.parameters.iter().map(|p| &*p.identifier).collect();
                let known = match known.as_slice() {
                    [] => "it has none".to_owned(),
                    known => format!("known are {}", known.join(", ")),
                };
                return Err(format!(
                    "sets {name} of {}, which is no parameter of it; {known}",
                    self.key()
                ));
            }
        }
        Ok(checked)
    }

    fn number(&self, info: &PluginInfo, at: usize, value: &str) -> Result<f32, String> {
        let p = &info.parameters[at];
        value
            .parse::<f32>()
            .ok()
            .filter(|x| x.is_finite() && p.min <= *x && *x <= p.max)
            .ok_or_else(|| {
                let range = format!("{} to {} {}", p.min, p.max, p.unit);
                format!(
                    "sets {} of {} to {value}; it must be a number from {}",
                    p.identifier,
                    self.key(),
                    range.trim_end()
                )
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::ParameterInfo;

    #[test]
    fn rows_are_written_in_several_ways() {
        let want = |output: Option<&str>| Entry {
            library: "lib".into(),
            plugin: "plug".into(),
            output: output.map(Into::into),
            settings: Vec::new(),
        };
        for row in [
            &["lib:plug", "out"][..],
            &["lib", "plug", "out"],
            &["lib:plug:out"],
            &["vamp:lib:plug:out"],
        ] {
            assert_eq!(Entry::parse(row), Ok(want(Some("out"))), "{row:?}");
        }
        assert_eq!(Entry::parse(&["lib:plug"]), Ok(want(None)));
        for row in [
            &[][..],
            &["lib"],
            &["lib:plug:"],
            &["a:b:c:d"],
            &["lib:plug", "x=1", "out"],
        ] {
            let error = Entry::parse(row).unwrap_err();
            assert!(error.contains("library:plugin"), "{row:?}: {error}");
        }
    }

    #[test]
    fn settings_are_checked_against_the_plugin() {
        let info = PluginInfo {
            identifier: "plug".into(),
            name: String::new(),
            description: String::new(),
            maker: String::new(),
            version: 1,
            frequency_domain: false,
            parameters: vec![ParameterInfo {
                identifier: "attack".into(),
                name: String::new(),
                unit: "s".into(),
                min: 0.0,
                max: 1.0,
                default: 0.5,
            }],
            programs: vec!["soft".into(), "loud".into()],
            outputs: Vec::new(),
        };
        let settings = |text: &str| Entry::parse(&["l:p", text]).unwrap().settings(&info);
        let set = settings("attack=0.25").unwrap();
        assert_eq!(set.parameters, [(0, 0.25)]);
        assert_eq!(settings("program = loud").unwrap().program, Some(1));
        for (text, words) in [
            ("attack=2", "from 0 to 1 s"),
            ("attack=NaN", "from 0 to 1 s"),
            ("program=mute", "known are soft, loud"),
            ("decay=1", "known are attack"),
        ] {
            let error = settings(text).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
    }
}
