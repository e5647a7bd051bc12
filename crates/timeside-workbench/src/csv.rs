//! Tables as comma-separated values (RFC 4180), for spreadsheets.

/// Appends a cell, in quotes where it needs them.
pub(crate) fn cell(out: &mut String, text: &str) {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push(',');
    }
    if text.contains(['"', ',', '\n', '\r']) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(text);
    }
}

/// Ends a row.
pub(crate) fn end_row(out: &mut String) {
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_part_a_cell_is_quoted() {
        let mut out = String::new();
        for text in ["plain", "a,b", "say \"so\"", "two\nlines"] {
            cell(&mut out, text);
        }
        end_row(&mut out);
        cell(&mut out, "next");
        assert_eq!(
            out,
            "plain,\"a,b\",\"say \"\"so\"\"\",\"two\nlines\"\r\nnext"
        );
    }
}
