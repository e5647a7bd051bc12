//! A document ready to be written: sound, chosen, in order.

use crate::options::WriteOptions;
use crate::repair::{Places, repair};
use crate::report::Findings;
use std::collections::HashMap;
use timeside_core::annotation::{Annotation, AnnotationDocument, Tier};
use timeside_core::{Error, Result};

/// What a writer gets.
pub(crate) struct Sheet {
    pub(crate) tiers: Vec<Tier>,
    /// With the index of their tier; by start, the longer first, then by id.
    pub(crate) rows: Vec<(usize, Annotation)>,
}

impl Sheet {
    /// # Errors
    /// `BadParameter` if a chosen tier does not exist.
    pub(crate) fn new(
        document: &AnnotationDocument,
        options: &WriteOptions,
        report: &mut Findings,
    ) -> Result<Self> {
        let mut tiers = document.tiers.clone();
        let mut annotations = document.annotations.clone();
        let places = Places {
            word: "annotation",
            numbers: &[],
        };
        repair(
            &mut tiers,
            &mut annotations,
            &places,
            options.duration,
            report,
        );
        if let Some(missing) = (options.tiers.iter()).find(|id| tiers.iter().all(|t| t.id != **id))
        {
            let reason = format!("names “{missing}”, and there is no tier of this id");
            return Err(Error::bad_parameter("formatAnnotations", "tiers", reason));
        }
        if !options.tiers.is_empty() {
            tiers.retain(|t| options.tiers.contains(&t.id));
        }
        let index: HashMap<&str, usize> = (tiers.iter().enumerate())
            .map(|(i, t)| (t.id.as_str(), i))
            .collect();
        let place = |one: &Annotation| one.tier.as_deref().and_then(|id| index.get(id)).copied();
        let mut rows: Vec<_> = (annotations.into_iter())
            .filter_map(|one| Some((place(&one)?, one)))
            .collect();
        rows.sort_by(|(_, a), (_, b)| {
            let by_start = a.start.total_cmp(&b.start);
            by_start
                .then(b.end.total_cmp(&a.end))
                .then_with(|| a.id.cmp(&b.id))
        });
        Ok(Self { tiers, rows })
    }

    /// The annotations of each tier, in order.
    pub(crate) fn by_tier(&self) -> Vec<Vec<&Annotation>> {
        let mut all = vec![Vec::new(); self.tiers.len()];
        for (tier, one) in &self.rows {
            all[*tier].push(one);
        }
        all
    }

    /// The annotations, whatever their tier.
    pub(crate) fn annotations(&self) -> impl Iterator<Item = &Annotation> {
        self.rows.iter().map(|(_, one)| one)
    }
}
