use super::tokens::{Token, Tokens};
use crate::draft::Draft;
use std::borrow::Cow;
use timeside_core::annotation::{Annotation, TierKind, TierRule};
use timeside_core::{Error, Result};

/// Why the list of tokens does not go on as it should.
enum Broken {
    /// Something else stands there.
    Other { line: usize, wanted: &'static str },
    /// The file ends.
    End { wanted: &'static str },
}

impl Broken {
    fn words(&self) -> String {
        match self {
            Self::Other { line, wanted } => format!("line {line}: {wanted} is missing"),
            Self::End { wanted } => format!("the file ends where {wanted} should stand"),
        }
    }
}

struct Reader<'a> {
    tokens: Tokens<'a>,
}

impl<'a> Reader<'a> {
    fn next(&mut self, wanted: &'static str) -> Result<(usize, Token<'a>), Broken> {
        self.tokens.next().ok_or(Broken::End { wanted })
    }

    fn text(&mut self, wanted: &'static str) -> Result<(usize, Cow<'a, str>), Broken> {
        match self.next(wanted)? {
            (line, Token::Text(text)) => Ok((line, text)),
            (line, _) => Err(Broken::Other { line, wanted }),
        }
    }

    fn number(&mut self, wanted: &'static str) -> Result<(usize, f64), Broken> {
        match self.next(wanted)? {
            (line, Token::Number(n)) => Ok((line, n)),
            (line, _) => Err(Broken::Other { line, wanted }),
        }
    }

    /// True if there are tiers.
    fn head(&mut self) -> Result<f64, Error> {
        let bad = |broken: Broken| Error::BadAnnotations(broken.words());
        let (_, kind) = self.text("the file type “ooTextFile”").map_err(bad)?;
        if !kind.starts_with("ooTextFile") {
            let why = "not a TextGrid: it does not begin with “ooTextFile”".to_owned();
            return Err(Error::BadAnnotations(why));
        }
        let (_, class) = self.text("the class “TextGrid”").map_err(bad)?;
        if !class.starts_with("TextGrid") {
            let class = crate::text::quoted(&class);
            let why = format!(
                "a Praat object of the class {class}, not a TextGrid: save the TextGrid alone"
            );
            return Err(Error::BadAnnotations(why));
        }
        self.number("the begin (xmin)").map_err(bad)?;
        self.number("the end (xmax)").map_err(bad)?;
        let (line, flag) = self.next("the flag <exists>").map_err(bad)?;
        match flag {
            Token::Flag(false) => Ok(0.0),
            Token::Flag(true) => Ok(self.number("the number of tiers").map_err(bad)?.1),
            _ => Err(bad(Broken::Other {
                line,
                wanted: "the flag <exists>",
            })),
        }
    }

    /// One tier; what has been read of it stays, wherever it breaks.
    fn tier(&mut self, draft: &mut Draft<'_>) -> Result<Result<(), Broken>> {
        let head = (|| {
            let (line, class) = self.text("the class of a tier")?;
            let has_points = match &*class {
                "IntervalTier" => false,
                "TextTier" => true,
                _ => {
                    let wanted = "“IntervalTier” or “TextTier”";
                    return Err(Broken::Other { line, wanted });
                }
            };
            let (_, name) = self.text("the name of a tier")?;
            self.number("the begin of a tier (xmin)")?;
            self.number("the end of a tier (xmax)")?;
            let (_, count) = self.number("the number of intervals or points")?;
            Ok((has_points, name, count))
        })();
        let (has_points, name, count) = match head {
            Ok(head) => head,
            Err(broken) => return Ok(Err(broken)),
        };
        let tier = if has_points {
            draft.new_tier(&name, TierKind::Points, None)?
        } else {
            draft.new_tier(&name, TierKind::Spans, Some(TierRule::NoOverlap))?
        };
        let mut read = 0.0;
        // A float, as it may be any number; each round takes tokens, so it ends with the file.
        while read < count {
            read += 1.0;
            let item = if has_points {
                self.point()
            } else {
                self.interval()
            };
            let (line, one) = match item {
                Ok(item) => item,
                Err(broken) => return Ok(Err(broken)),
            };
            // An interval without text is a gap.
            if has_points || !one.label.is_empty() || draft.options.keep_empty {
                draft.push(tier, line, one)?;
            }
        }
        Ok(Ok(()))
    }

    fn interval(&mut self) -> Result<(usize, Annotation), Broken> {
        let (line, start) = self.number("the begin of an interval")?;
        let (_, end) = self.number("the end of an interval")?;
        let (_, text) = self.text("the text of an interval")?;
        let one = Annotation {
            start,
            end,
            label: text.into_owned(),
            ..Annotation::default()
        };
        Ok((line, one))
    }

    fn point(&mut self) -> Result<(usize, Annotation), Broken> {
        let (line, time) = self.number("the time of a point")?;
        let (_, mark) = self.text("the mark of a point")?;
        let one = Annotation {
            start: time,
            end: time,
            label: mark.into_owned(),
            ..Annotation::default()
        };
        Ok((line, one))
    }
}

pub(super) fn read(text: &str, draft: &mut Draft<'_>) -> Result<()> {
    let mut reader = Reader {
        tokens: Tokens::new(text),
    };
    let count = reader.head()?;
    let mut read = 0.0;
    while read < count {
        read += 1.0;
        if let Err(broken) = reader.tier(draft)? {
            let what = match reader.tokens.unclosed {
                Some(line) => format!("line {line}: the text that begins here has no end"),
                None => broken.words(),
            };
            let said = format_args!("{what}; what follows is left out");
            draft.report.warnings.add("truncated", said);
            return Ok(());
        }
    }
    let line = reader.tokens.line();
    if reader.tokens.next().is_some() {
        let said =
            format_args!("after line {line}: the file goes on after its last tier; left out");
        draft.report.warnings.add("left-out", said);
    }
    Ok(())
}
