//! The columns of the table: what a cell shows, and what may be typed into it.

use super::{
    entry::{Entry, TierEntry, attributes_from_text, attributes_text},
    times::{self, NoTime},
};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    /// Name of the tier.
    Tier,
    /// Begin.
    Start,
    /// End.
    End,
    /// End less begin.
    Duration,
    /// What is said.
    Label,
    /// Lower edge, Hz.
    Low,
    /// Upper edge, Hz.
    High,
    /// In the tier's unit.
    Value,
    /// 0 to 1.
    Confidence,
    /// A person, or a processor's id.
    Author,
    /// Everything else, `key=value; key=value`.
    Attributes,
}

/// All, in their order.
pub(crate) const ALL: [Column; 11] = [
    Column::Tier,
    Column::Start,
    Column::End,
    Column::Duration,
    Column::Label,
    Column::Low,
    Column::High,
    Column::Value,
    Column::Confidence,
    Column::Author,
    Column::Attributes,
];

/// Shown unless others are chosen.
pub(crate) const DEFAULT: [Column; 6] = [
    Column::Tier,
    Column::Start,
    Column::End,
    Column::Duration,
    Column::Label,
    Column::Confidence,
];

/// Why a cell does not take what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No time.
    Time(NoTime),
    /// No number.
    Number,
    /// The end would come before the start.
    Inverted,
    /// Not from 0 to 1.
    Share,
    /// Below 0 Hz, or low above high.
    Frequency,
    /// No tier has this name.
    UnknownTier,
    /// This part of the attributes has no name of its own.
    Attribute(String),
}

/// What reading a cell needs to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The document's tiers.
    pub(crate) tiers: &'a [TierEntry],
    /// Of the recording, for times in frames.
    pub(crate) rate_hz: f64,
}

impl Column {
    /// As the API's rows are sorted by, and under which the choice of columns is kept.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Tier => "tier",
            Self::Start => "start",
            Self::End => "end",
            Self::Duration => "duration",
            Self::Label => "label",
            Self::Low => "low",
            Self::High => "high",
            Self::Value => "value",
            Self::Confidence => "confidence",
            Self::Author => "author",
            Self::Attributes => "attributes",
        }
    }

    /// The column of an id.
    pub(crate) fn from_id(id: &str) -> Option<Self> {
        ALL.into_iter().find(|column| column.id() == id)
    }

    /// Do its cells stand at the right?
    pub(crate) fn is_number(self) -> bool {
        !matches!(
            self,
            Self::Tier | Self::Label | Self::Author | Self::Attributes
        )
    }

    /// Can the table be sorted by it? Attributes have no order.
    pub(crate) fn sorts(self) -> bool {
        self != Self::Attributes
    }

    /// What the cell shows.
    pub(crate) fn shown(self, entry: &Entry, tiers: &[TierEntry]) -> String {
        let hz = |hz: Option<f64>| hz.map_or_else(String::new, |hz| times::plain(hz, 2));
        match self {
            Self::Tier => tier_name(&entry.tier, tiers),
            Self::Start => times::clock(entry.start_secs),
            Self::End => times::clock(entry.end_secs),
            Self::Duration if entry.is_point() => String::new(),
            Self::Duration => times::plain(entry.duration_secs(), 3),
            Self::Label => entry.label.clone(),
            Self::Low => hz(entry.low_hz),
            Self::High => hz(entry.high_hz),
            Self::Value => hz(entry.value),
            Self::Confidence => hz(entry.confidence),
            Self::Author => entry.author.clone().unwrap_or_default(),
            Self::Attributes => attributes_text(&entry.attributes),
        }
    }

    /// What stands in the cell's field when it is edited: exact, where [`Column::shown`] rounds.
    pub(crate) fn editable(self, entry: &Entry, tiers: &[TierEntry]) -> String {
        match self {
            Self::Start => times::exact(entry.start_secs),
            Self::End => times::exact(entry.end_secs),
            _ => self.copied(entry, tiers),
        }
    }

    /// What is copied: times as seconds, so that a spreadsheet can count with them.
    pub(crate) fn copied(self, entry: &Entry, tiers: &[TierEntry]) -> String {
        let number = |n: Option<f64>| n.map_or_else(String::new, |n| times::plain(n, 9));
        match self {
            Self::Start => times::plain(entry.start_secs, 9),
            Self::End => times::plain(entry.end_secs, 9),
            Self::Duration => times::plain(entry.duration_secs(), 9),
            Self::Low => number(entry.low_hz),
            Self::High => number(entry.high_hz),
            Self::Value => number(entry.value),
            Self::Confidence => number(entry.confidence),
            _ => self.shown(entry, tiers),
        }
    }

    /// Writes a typed text into an annotation. Several cells of one row may be written before [`check`] looks at the
    /// whole, so that a pasted begin and end need not fit the old ones.
    pub(crate) fn write(
        self,
        text: &str,
        entry: &mut Entry,
        context: Context<'_>,
    ) -> Result<(), Refusal> {
        let typed = text.trim();
        let time = || times::parse(typed, context.rate_hz).map_err(Refusal::Time);
        match self {
            Self::Tier => entry.tier = tier_id(typed, context.tiers).ok_or(Refusal::UnknownTier)?,
            Self::Start => {
                let is_point = entry.is_point();
                entry.start_secs = time()?;
                // A point has no begin and end of its own.
                if is_point {
                    entry.end_secs = entry.start_secs;
                }
            }
            Self::End => entry.end_secs = time()?,
            Self::Duration if typed.is_empty() => entry.end_secs = entry.start_secs,
            Self::Duration => entry.end_secs = entry.start_secs + time()?,
            Self::Label => text.clone_into(&mut entry.label),
            Self::Low => entry.low_hz = number(typed)?,
            Self::High => entry.high_hz = number(typed)?,
            Self::Value => entry.value = number(typed)?,
            Self::Confidence => entry.confidence = share(typed)?,
            Self::Author => {
                entry.author = Some(typed.to_owned()).filter(|author| !author.is_empty());
            }
            Self::Attributes => {
                entry.attributes = attributes_from_text(text).map_err(Refusal::Attribute)?;
            }
        }
        Ok(())
    }
}

/// Is an annotation whole after its cells were written?
pub(crate) fn check(entry: &Entry) -> Result<(), Refusal> {
    let is_negative = [entry.low_hz, entry.high_hz]
        .into_iter()
        .flatten()
        .any(|hz| hz < 0.0);
    if entry.start_secs > entry.end_secs {
        Err(Refusal::Inverted)
    } else if is_negative
        || matches!((entry.low_hz, entry.high_hz), (Some(low), Some(high)) if low > high)
    {
        Err(Refusal::Frequency)
    } else if entry
        .confidence
        .is_some_and(|share| !(0.0..=1.0).contains(&share))
    {
        Err(Refusal::Share)
    } else {
        Ok(())
    }
}

fn number(typed: &str) -> Result<Option<f64>, Refusal> {
    if typed.is_empty() {
        return Ok(None);
    }
    times::number(&typed.replace(',', "."))
        .map(Some)
        .map_err(|_| Refusal::Number)
}

/// `0.8`, `0,8` or `80 %`.
fn share(typed: &str) -> Result<Option<f64>, Refusal> {
    let (digits, scale) = match typed.strip_suffix('%') {
        Some(digits) => (digits.trim_end(), 0.01),
        None => (typed, 1.0),
    };
    Ok(number(digits)?.map(|share| share * scale))
}

/// The id of a tier by its name, in any case if none has it exactly; ids are known too.
fn tier_id(typed: &str, tiers: &[TierEntry]) -> Option<String> {
    let low = typed.to_lowercase();
    let exact = tiers.iter().find(|tier| tier.name == typed);
    exact
        .or_else(|| {
            tiers
                .iter()
                .find(|tier| tier.name.to_lowercase() == low || tier.id == typed)
        })
        .map(|tier| tier.id.clone())
}

/// The name of a tier by its id; the id itself where there is none.
pub(crate) fn tier_name(id: &str, tiers: &[TierEntry]) -> String {
    tiers
        .iter()
        .find(|tier| tier.id == id)
        .map_or_else(|| id.to_owned(), |tier| tier.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiers() -> Vec<TierEntry> {
        ["words", "Phones"]
            .map(|name| TierEntry {
                id: format!("t-{name}"),
                name: name.to_owned(),
                ..TierEntry::default()
            })
            .to_vec()
    }

    fn entry() -> Entry {
        Entry {
            tier: "t-words".to_owned(),
            start_secs: 1.0,
            end_secs: 2.5,
            label: "hello".to_owned(),
            high_hz: Some(8000.0),
            confidence: Some(0.75),
            ..Entry::default()
        }
    }

    fn written(column: Column, text: &str) -> Result<Entry, Refusal> {
        let mut entry = entry();
        column.write(
            text,
            &mut entry,
            Context {
                tiers: &tiers(),
                rate_hz: 48_000.0,
            },
        )?;
        check(&entry).map(|()| entry)
    }

    #[test]
    fn what_a_cell_is_edited_as_or_copied_as_changes_nothing() {
        for column in ALL {
            let editable = column.editable(&entry(), &tiers());
            assert_eq!(
                written(column, &editable),
                Ok(entry()),
                "{column:?} from {editable:?}"
            );
            let copied = column.copied(&entry(), &tiers());
            assert_eq!(
                written(column, &copied),
                Ok(entry()),
                "{column:?} from {copied:?}"
            );
            assert_eq!(Column::from_id(column.id()), Some(column));
        }
    }

    #[test]
    fn a_cell_takes_what_people_type() {
        assert_eq!(
            written(Column::Tier, "PHONES").map(|e| e.tier),
            Ok("t-Phones".to_owned())
        );
        assert_eq!(
            written(Column::Start, "0:02").map(|e| e.start_secs),
            Ok(2.0)
        );
        assert_eq!(written(Column::End, "96000 f").map(|e| e.end_secs), Ok(2.0));
        assert_eq!(
            written(Column::Duration, "0,5").map(|e| e.end_secs),
            Ok(1.5)
        );
        assert_eq!(
            written(Column::Confidence, "80 %").map(|e| e.confidence),
            Ok(Some(0.8))
        );
        assert_eq!(
            written(Column::Confidence, "").map(|e| e.confidence),
            Ok(None)
        );
        let mut point = Entry {
            end_secs: 1.0,
            ..entry()
        };
        let context = Context {
            tiers: &[],
            rate_hz: 48_000.0,
        };
        assert_eq!(Column::Start.write("4", &mut point, context), Ok(()));
        assert_eq!((point.start_secs, point.end_secs), (4.0, 4.0));
    }

    #[test]
    fn a_row_is_looked_at_as_a_whole() {
        let context = Context {
            tiers: &[],
            rate_hz: 48_000.0,
        };
        let mut later = entry();
        assert_eq!(Column::Start.write("10", &mut later, context), Ok(()));
        assert_eq!(check(&later), Err(Refusal::Inverted));
        assert_eq!(Column::End.write("11", &mut later, context), Ok(()));
        assert_eq!(check(&later), Ok(()));
    }

    #[test]
    fn a_cell_says_why_it_refuses() {
        let refusal = |column, text| written(column, text).err();
        assert_eq!(refusal(Column::Tier, "nowhere"), Some(Refusal::UnknownTier));
        assert_eq!(refusal(Column::Start, "3"), Some(Refusal::Inverted));
        assert_eq!(
            refusal(Column::End, "soon"),
            Some(Refusal::Time(NoTime::Unreadable))
        );
        assert_eq!(refusal(Column::Duration, "-1"), Some(Refusal::Inverted));
        assert_eq!(refusal(Column::Confidence, "1.2"), Some(Refusal::Share));
        assert_eq!(refusal(Column::Low, "9000"), Some(Refusal::Frequency));
        assert_eq!(refusal(Column::Low, "low"), Some(Refusal::Number));
        assert_eq!(
            refusal(Column::Attributes, "loose"),
            Some(Refusal::Attribute("loose".to_owned()))
        );
    }
}
