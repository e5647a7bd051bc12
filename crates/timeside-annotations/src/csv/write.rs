use crate::clock::nine_decimals;
use crate::options::WriteOptions;
use crate::report::Findings;
use crate::sheet::Sheet;
use std::borrow::Cow;

/// Columns in their order; `channel` is the attribute of this name.
const COLUMNS: [&str; 13] = [
    "tier",
    "start",
    "end",
    "duration",
    "label",
    "low_freq",
    "high_freq",
    "channel",
    "value",
    "confidence",
    "author",
    "id",
    "attributes",
];

struct Writer<'o> {
    out: String,
    options: &'o WriteOptions,
    delimiter: char,
    is_begun: bool,
    guarded: usize,
}

impl Writer<'_> {
    fn cell(&mut self, text: &str) {
        if std::mem::replace(&mut self.is_begun, true) {
            self.out.push(self.delimiter);
        }
        let must_be_quoted = text.contains([self.delimiter, '"', '\n', '\r'])
            || text.starts_with([' ', '\t', '#'])
            || text.ends_with([' ', '\t']);
        if must_be_quoted {
            self.out.push('"');
            self.out.push_str(&text.replace('"', "\"\""));
            self.out.push('"');
        } else {
            self.out.push_str(text);
        }
    }

    /// A text somebody wrote, which a spreadsheet might take for a formula.
    fn text(&mut self, text: &str) {
        let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        if self.options.guard_formulas && is_formula {
            self.guarded += 1;
            self.cell(&format!("'{text}"));
        } else {
            self.cell(text);
        }
    }

    fn number(&mut self, text: &str) {
        let text: Cow<'_, str> = if self.options.decimal_comma {
            text.replace('.', ",").into()
        } else {
            text.into()
        };
        self.cell(&text);
    }

    fn optional(&mut self, n: Option<f64>) {
        self.number(&n.map(|n| n.to_string()).unwrap_or_default());
    }

    fn end(&mut self) {
        self.out.push('\n');
        self.is_begun = false;
    }
}

pub(super) fn write(
    sheet: &Sheet,
    options: &WriteOptions,
    delimiter: char,
    findings: &mut Findings,
) -> String {
    let mut writer = Writer {
        out: String::new(),
        options,
        delimiter,
        is_begun: false,
        guarded: 0,
    };
    COLUMNS.iter().for_each(|c| writer.cell(c));
    writer.end();
    for (tier, one) in &sheet.rows {
        let name = sheet.tiers.get(*tier).map_or("", |t| &t.name);
        writer.text(name);
        // Of what is written, so that the three agree.
        let [start, end] = [one.start, one.end].map(|secs| (secs * 1e9).round() / 1e9);
        for secs in [start, end, end - start] {
            writer.number(&nine_decimals(secs));
        }
        writer.text(&one.label);
        writer.optional(one.low);
        writer.optional(one.high);
        writer.text(one.attributes.get("channel").map_or("", String::as_str));
        writer.optional(one.value);
        writer.optional(one.confidence);
        writer.text(one.author.as_deref().unwrap_or(""));
        writer.text(&one.id);
        let mut others = one.attributes.clone();
        others.remove("channel");
        let others = if others.is_empty() {
            String::new()
        } else {
            // Fails for nothing that a map of texts holds.
            serde_json::to_string(&others).unwrap_or_default()
        };
        writer.cell(&others);
        writer.end();
    }
    if writer.guarded > 0 {
        let said = format_args!(
            "{} texts that begin a formula have an apostrophe before them",
            writer.guarded
        );
        findings.lost.add("formulas-guarded", said);
    }
    writer.out
}
