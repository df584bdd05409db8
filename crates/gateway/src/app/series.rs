//! Number series after a restore: where they may go on. What a series gave after the backup is not here; what of it reached KSeF is
//! in the register again once purchases were read, since KSeF tells our own sales as well.

use gateway_rules::calendar::warsaw_day;
use gateway_rules::series::{Reset, Series, SeriesError};
use gateway_store::{Series as KeptSeries, StoreError};

use super::App;
use super::take_neutral::period_name;
use crate::company::Company;

/// Why a series does not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResumeError {
    /// There is none of this name.
    #[error("the company has no series {0:?}")]
    Unknown(String),
    /// It is not held.
    #[error("the series {0:?} is not held")]
    NotHeld(String),
    /// Numbers up to there are used.
    #[error("{highest} is used already")]
    Used {
        /// The highest number that is.
        highest: i64,
    },
    /// Its template cannot be used.
    #[error("the series cannot be used")]
    Series(#[from] SeriesError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The period of today, and the highest running number that is known to be used in it: 0 when there is none.
pub(crate) async fn highest_used(
    app: &App,
    company: &Company,
    kept: &KeptSeries,
) -> Result<(String, i64), ResumeError> {
    let reset = Reset::from_name(&kept.reset).unwrap_or(Reset::Yearly);
    let series = Series::new(&kept.template, &kept.unit, &kept.kind, reset)?;
    let today = warsaw_day(company.now());
    let period = period_name(series.period(today));
    let given = if kept.period == period { kept.last } else { 0 };
    let (before, after) = series.around_number(today);
    let texts = app.store.numbers_between(&company.context, &before, &after, LOOKED_AT_MAX).await?;
    let used = texts.iter().filter_map(|text| series.read(today, text)).max().unwrap_or(0);
    Ok((period, given.max(i64::try_from(used).unwrap_or(i64::MAX))))
}

/// Lets a held series go on after `last`, or after the highest number that is known to be used.
pub(crate) async fn resume(
    app: &App,
    company: &Company,
    name: &str,
    last: Option<i64>,
) -> Result<(), ResumeError> {
    let all = app.store.series(&company.context).await?;
    let kept = all.iter().find(|one| one.name == name);
    let kept = kept.ok_or_else(|| ResumeError::Unknown(name.chars().take(NAME_SHOWN_MAX).collect()))?;
    let (period, highest) = highest_used(app, company, kept).await?;
    if last.is_some_and(|last| last < highest) {
        return Err(ResumeError::Used { highest });
    }
    let last = last.unwrap_or(highest);
    // In a period in which nothing is used it begins by itself.
    let after = (last > 0).then_some((period.as_str(), last));
    if app.journal.series_resumed(&company.context, name, after).await? {
        Ok(())
    } else {
        Err(ResumeError::NotHeld(kept.name.clone()))
    }
}

/// Of numbers that begin and end like those of the series; the highest come first, and others among them are few.
const LOOKED_AT_MAX: u32 = 1000;
const NAME_SHOWN_MAX: usize = 60;
