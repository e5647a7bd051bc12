//! Text as records of cells: RFC 4180 between any delimiter.

use std::borrow::Cow;

/// What may stand between cells; of equals the first. A comma comes last: it may be a decimal one.
const DELIMITERS: [char; 4] = [';', '\t', '|', ','];

/// Records that are looked at to find the delimiter.
const LOOKED_AT: usize = 30;

/// One record and the line it begins on.
#[derive(Debug, PartialEq)]
pub(super) struct Record<'a> {
    pub(super) line: usize,
    pub(super) cells: Vec<Cow<'a, str>>,
}

/// Records of a text, one after the other; empty lines are none.
pub(super) struct Records<'a> {
    rest: &'a str,
    line: usize,
    delimiter: char,
    /// Whether quotes mean anything.
    has_quotes: bool,
    /// A quoted cell without an end was met.
    pub(super) is_unclosed: bool,
}

impl<'a> Records<'a> {
    /// `first_line` is the number of the text's first.
    pub(super) fn new(text: &'a str, first_line: usize, delimiter: char, has_quotes: bool) -> Self {
        Self {
            rest: text,
            line: first_line,
            delimiter,
            has_quotes,
            is_unclosed: false,
        }
    }

    /// A cell after its opening quote, up to the closing one.
    fn quoted(&mut self) -> Cow<'a, str> {
        let body = &self.rest[1..];
        let mut at = 0;
        loop {
            let Some(next) = body[at..].find('"') else {
                self.is_unclosed = true;
                self.rest = "";
                return Cow::Borrowed(body);
            };
            at += next;
            if !body[at + 1..].starts_with('"') {
                break;
            }
            at += 2;
        }
        let raw = &body[..at];
        self.line += line_ends(raw);
        self.rest = &body[at + 1..];
        if raw.contains("\"\"") {
            Cow::Owned(raw.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(raw)
        }
    }

    fn plain(&mut self) -> &'a str {
        let delimiter = self.delimiter;
        let end = self.rest.find([delimiter, '\n', '\r']);
        let (cell, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        cell.trim_end_matches(' ')
    }
}

fn line_ends(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_end =
        |i: usize| bytes[i] == b'\n' || (bytes[i] == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
    (0..bytes.len()).filter(|i| is_end(*i)).count()
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        while self.rest.starts_with(['\n', '\r']) {
            let width = if self.rest.starts_with("\r\n") { 2 } else { 1 };
            self.rest = &self.rest[width..];
            self.line += 1;
        }
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            // Blanks beside a delimiter are no part of a cell, unless they stand in quotes.
            self.rest = self.rest.trim_start_matches(' ');
            let is_quoted = self.has_quotes && self.rest.starts_with('"');
            let cell = if is_quoted {
                let cell = self.quoted();
                // Whatever stands between the quote and the delimiter belongs to nobody; most often nothing.
                let after = self.plain();
                if after.trim().is_empty() {
                    cell
                } else {
                    Cow::Owned(format!("{cell}{after}"))
                }
            } else {
                Cow::Borrowed(self.plain())
            };
            cells.push(cell);
            match self.rest.strip_prefix(self.delimiter) {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        // The line's end is taken by the next call.
        Some(Record { line, cells })
    }
}

/// `sep=;` on the first line, as spreadsheets write and read it: the delimiter, and the text after it.
pub(super) fn declared(text: &str) -> Option<(char, &str)> {
    let line_end = text.find(['\n', '\r'])?;
    let (line, rest) = text.split_at(line_end);
    let line = line.trim_matches('"');
    let delimiter = line.get(..4).filter(|s| s.eq_ignore_ascii_case("sep="))?;
    let delimiter = line[delimiter.len()..].chars().next().unwrap_or('\t');
    Some((delimiter, rest))
}

/// The delimiter that cuts most records into the same number of cells, and `has_header` likes best.
pub(super) fn delimiter(text: &str, is_header: impl Fn(&Record<'_>) -> bool) -> char {
    let score = |delimiter: char| {
        let mut counts: Vec<usize> = Vec::new();
        let mut header = 0;
        for (n, record) in Records::new(text, 1, delimiter, true)
            .take(LOOKED_AT)
            .enumerate()
        {
            if n == 0 && record.cells.len() > 1 && is_header(&record) {
                header = 1;
            }
            counts.push(record.cells.len());
        }
        let usual = counts
            .iter()
            .copied()
            .max_by_key(|n| counts.iter().filter(|m| *m == n).count());
        let usual = usual.filter(|n| *n > 1).unwrap_or(0);
        let alike = counts.iter().filter(|n| **n == usual).count();
        // In hundredths, since a comma may also be a decimal one: then counts differ, or cells are many.
        let share = if usual == 0 {
            0
        } else {
            alike * 100 / counts.len().max(1)
        };
        (header, share, usual.min(2))
    };
    let mut best = (',', (0, 0, 0));
    for delimiter in DELIMITERS {
        let score = score(delimiter);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, delimiter: char) -> Vec<(usize, Vec<String>)> {
        let records = Records::new(text, 1, delimiter, true);
        records
            .map(|r| (r.line, r.cells.into_iter().map(Cow::into_owned).collect()))
            .collect()
    }

    #[test]
    fn quotes_hold_anything() {
        let all = cells("a,\"b \"\"c\"\", d\"\r\n\r\n1,\"x\ny\"\n2,\n", ',');
        let text = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            all,
            [
                (1, text(&["a", "b \"c\", d"])),
                (3, text(&["1", "x\ny"])),
                (5, text(&["2", ""])),
            ]
        );
        let mut open = Records::new("a,\"b\nc,d", 1, ',', true);
        assert_eq!(open.by_ref().count(), 1);
        assert!(open.is_unclosed);
    }

    #[test]
    fn the_delimiter_is_seen() {
        let no = |_: &Record<'_>| false;
        assert_eq!(delimiter("0,5;1,5;a\n1,5;2;b\n", no), ';');
        assert_eq!(delimiter("1\t2\ta, b\n2\t3\tc\n", no), '\t');
        assert_eq!(delimiter("1,2,a\n2,3,\"b;c\"\n", no), ',');
        assert_eq!(declared("sep=|\r\na|b").map(|d| d.0), Some('|'));
    }
}
