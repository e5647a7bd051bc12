//! Which annotations the table shows, and in which order.

use super::columns::Column;

/// A filter and an order; the default shows everything by time.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Query {
    /// Somewhere in the label, whatever its case and accents.
    pub(crate) text: String,
    /// Id of the one tier.
    pub(crate) tier: Option<String>,
    /// Only what has no label.
    pub(crate) without_label: bool,
    /// Only what is less sure than this, 0 to 1.
    pub(crate) confidence_below: Option<f64>,
    /// Only what waits to be accepted or rejected.
    pub(crate) proposed: bool,
    /// By what it is sorted; by time unless chosen.
    pub(crate) sort: Option<Column>,
    /// The greatest first.
    pub(crate) descending: bool,
}

impl Query {
    /// Does it leave anything out?
    pub(crate) fn is_filter(&self) -> bool {
        !self.text.is_empty()
            || self.tier.is_some()
            || self.without_label
            || self.confidence_below.is_some()
            || self.proposed
    }

    /// After a click on a column's head: up, down, then by time again.
    #[must_use]
    pub(crate) fn sorted_by(mut self, column: Column) -> Self {
        (self.sort, self.descending) = match (self.sort == Some(column), self.descending) {
            (false, _) => (Some(column), false),
            (true, false) => (Some(column), true),
            (true, true) => (None, false),
        };
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_sorts_up_down_and_not_at_all() {
        let up = Query::default().sorted_by(Column::Label);
        assert_eq!((up.sort, up.descending), (Some(Column::Label), false));
        let down = up.sorted_by(Column::Label);
        assert_eq!((down.sort, down.descending), (Some(Column::Label), true));
        assert_eq!(down.clone().sorted_by(Column::Label), Query::default());
        assert!(!down.sorted_by(Column::Start).descending);
    }
}
