//! The free-standing words of a Praat text file.

use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Text(Cow<'a, str>),
    Number(f64),
    /// `<exists>` is true, `<absent>` false.
    Flag(bool),
}

/// Tokens with the lines where they begin.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    line: usize,
    /// The line of a text that has no end.
    pub(super) unclosed: Option<usize>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            rest: text,
            line: 1,
            unclosed: None,
        }
    }

    /// The line that has been reached.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += count_lines(taken);
        self.rest = rest;
        taken
    }

    /// The text after an opening quote; a quote within it is doubled.
    fn text(&mut self) -> Option<Cow<'a, str>> {
        let bytes = self.rest.as_bytes();
        let mut at = 0;
        let mut has_quotes = false;
        loop {
            at += bytes[at..].iter().position(|b| *b == b'"')?;
            if bytes.get(at + 1) != Some(&b'"') {
                break;
            }
            has_quotes = true;
            at += 2;
        }
        let raw = self.take(at);
        self.take(1);
        let text = if has_quotes {
            Cow::Owned(raw.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(raw)
        };
        Some(match text.contains("\r\n") {
            true => Cow::Owned(text.replace("\r\n", "\n")),
            false => text,
        })
    }
}

/// Line ends: LF, CR, or both together. A pair is never divided between two calls: a token ends at neither.
fn count_lines(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_end =
        |i: usize| bytes[i] == b'\n' || (bytes[i] == b'\r' && bytes.get(i + 1) != Some(&b'\n'));
    (0..bytes.len()).filter(|i| is_end(*i)).count()
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let blank = self.rest.len() - self.rest.trim_start().len();
            self.take(blank);
            let line = self.line;
            match self.rest.chars().next()? {
                '"' => {
                    self.take(1);
                    return match self.text() {
                        Some(text) => Some((line, Token::Text(text))),
                        None => {
                            self.unclosed = Some(line);
                            self.rest = "";
                            None
                        }
                    };
                }
                '!' => {
                    let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
                    self.take(end);
                }
                _ => {
                    let end = self
                        .rest
                        .find(char::is_whitespace)
                        .unwrap_or(self.rest.len());
                    if let Some(token) = word(self.take(end)) {
                        return Some((line, token));
                    }
                }
            }
        }
    }
}

/// A flag or a number; what follows a number without a space, such as a unit, is ignored.
fn word(text: &str) -> Option<Token<'static>> {
    match text {
        "<exists>" => return Some(Token::Flag(true)),
        "<absent>" => return Some(Token::Flag(false)),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '-') {
        return None;
    }
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        let count = (bytes.get(from..).unwrap_or(&[]).iter()).take_while(|b| b.is_ascii_digit());
        from + count.count()
    };
    let is_sign = |at: usize| matches!(bytes.get(at), Some(b'+' | b'-'));
    let mut end = digits(usize::from(is_sign(0)));
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let first = end + 1 + usize::from(is_sign(end + 1));
        let last = digits(first);
        if last > first {
            end = last;
        }
    }
    text[..end].parse().ok().map(Token::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_free_counts() {
        let text = "xmin = 0 \nitem [1]: 2.5s +3 -1e2 .5 100ms ! \"no\" 7\r\nname = \"a \"\"b\"\"\r\n! c\" <exists> <absent> <x> --undefined--";
        let all: Vec<_> = Tokens::new(text).collect();
        let number = |line, n| (line, Token::Number(n));
        assert_eq!(
            all,
            [
                number(1, 0.0),
                number(2, 2.5),
                number(2, 3.0),
                number(2, -100.0),
                number(2, 100.0),
                (3, Token::Text("a \"b\"\n! c".into())),
                (4, Token::Flag(true)),
                (4, Token::Flag(false)),
            ]
        );
        let mut open = Tokens::new("1 \n \"no end");
        assert_eq!(open.by_ref().count(), 1);
        assert_eq!(open.unclosed, Some(2));
    }
}
