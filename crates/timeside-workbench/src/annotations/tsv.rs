//! Cells as spreadsheets copy them: tabs between, a line per row; a cell with a tab, a line end or a quote in quotes.

/// The cells of a pasted text, row by row. The last line end is no row; `\r\n`, `\n` and `\r` all end one.
pub(crate) fn parse(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut chars = text.chars().peekable();
    let mut is_quoted = false;
    let mut is_fresh = true;
    while let Some(c) = chars.next() {
        if is_quoted {
            if c != '"' {
                cell.push(c);
            } else if chars.next_if_eq(&'"').is_some() {
                cell.push('"');
            } else {
                is_quoted = false;
            }
            continue;
        }
        match c {
            '"' if is_fresh => is_quoted = true,
            '\t' => row.push(std::mem::take(&mut cell)),
            '\r' | '\n' => {
                if c == '\r' {
                    let _ = chars.next_if_eq(&'\n');
                }
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
        is_fresh = matches!(c, '\t' | '\r' | '\n');
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// Cells as one text, without a line end at its end.
pub(crate) fn format(rows: &[Vec<String>]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|cell| quoted(cell))
                .collect::<Vec<_>>()
                .join("\t")
        })
        .collect();
    lines.join("\n")
}

fn quoted(cell: &str) -> String {
    if cell.contains(['\t', '\n', '\r']) || cell.starts_with('"') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter()
            .map(|row| row.iter().map(|&cell| cell.to_owned()).collect())
            .collect()
    }

    #[test]
    fn whatever_is_in_a_cell_comes_back() {
        let table = cells(&[
            &["a", "", "c"],
            &["tab\there", "two\nlines", "\"said\""],
            &["", "", "5\" disc"],
        ]);
        assert_eq!(parse(&format(&table)), table);
    }

    #[test]
    fn spreadsheets_and_terminals_are_read() {
        assert_eq!(
            parse("a\tb\r\nc\td\r\n"),
            cells(&[&["a", "b"], &["c", "d"]])
        );
        assert_eq!(parse("\"x\ty\"\tz"), cells(&[&["x\ty", "z"]]));
        assert_eq!(parse("one"), cells(&[&["one"]]));
        assert_eq!(parse("a\n\nb"), cells(&[&["a"], &[""], &["b"]]));
        assert!(parse("").is_empty());
    }
}
