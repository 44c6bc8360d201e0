//! Figures: read from the sums that each transaction keeps; lists, from rows.

mod lists;
mod marks;

use super::Engine;
use crate::error::Error;
use crate::ledger::{LedgerError, Read};
use crate::model::{
    Days, Environment, Figure, FigureList, Figures, FiguresRecount, PeriodFigures, Question, Tally,
    UtcOffset, WorkCount,
};

impl Engine {
    /// Figures of a time: purchases, refunds, money and rates, grouped as wanted, and further lists. Reads one consistent
    /// state of the ledger.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `bad_question` and what was expected; [`Error::Ledger`].
    pub fn figures(&self, question: &Question) -> Result<Figures, Error> {
        let now = self.now();
        let answer = self.read(|read| {
            let utc_offset = read.utc_offset()?;
            let days = match question.days(now, utc_offset) {
                Ok(days) => days,
                Err(bad) => return Ok(Err(bad)),
            };
            let mut tally = Tally::new(question.environment, &question.by, days.grain());
            read.add_figures(days.parts(), &mut tally)?;
            let earlier = days.before();
            let mut before = Tally::new(question.environment, &[], earlier.grain());
            read.add_figures(earlier.for_total(), &mut before)?;
            let (groups, others) = tally.groups();
            let mut figures = Figures {
                since: days.start(utc_offset),
                until: days.end(utc_offset),
                utc_offset,
                environment: question.environment,
                total: tally.total(),
                before: PeriodFigures {
                    since: earlier.start(utc_offset),
                    until: earlier.end(utc_offset),
                    total: before.total(),
                },
                groups,
                others,
                by_status: tally.by_status(),
                grain: days.grain(),
                series: tally.series(days, utc_offset),
                items: None,
                rules: None,
                blocks: None,
                lags: None,
                reviews: None,
                repeat_refunders: None,
                waiting: None,
                definitions: Figure::of(question),
            };
            let time = (figures.since, figures.until);
            for list in &question.lists {
                match list {
                    FigureList::Items => figures.items = Some(lists::items(read, time)?),
                    FigureList::Rules => figures.rules = Some(lists::rules(read, time, tally.by_rule())?),
                    FigureList::Blocks => {
                        let among = match question.environment {
                            Environment::Production => figures.total.refunds.refunds,
                            Environment::Sandbox => production_refunds(read, days)?,
                        };
                        figures.blocks = Some(lists::blocks(read, time, days, among)?);
                    }
                    FigureList::Lags => figures.lags = Some(lists::lags(read, days)?),
                    FigureList::Reviews => {
                        figures.reviews = Some(super::reviews::figures(read, time.0, Some(time.1))?);
                    }
                    FigureList::RepeatRefunders => {
                        let least = question.repeat;
                        figures.repeat_refunders = Some(lists::repeat_refunders(read, time, least)?);
                    }
                    FigureList::Waiting => figures.waiting = Some(read.waiting_figures()?),
                }
            }
            Ok(Ok(figures))
        })?;
        answer.map_err(|bad| Error::Refused { code: "bad_question", facts: bad.to_string() })
    }

    /// Where the days of the ledger's figures begin.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn utc_offset(&self) -> Result<UtcOffset, Error> {
        self.read(|read| read.utc_offset())
    }

    /// How many refunds have each work status, by environment and store. Read from sums.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn work_counts(&self) -> Result<Vec<WorkCount>, Error> {
        self.read(|read| read.work_counts())
    }

    /// What waits now.
    #[cfg(feature = "gateway")]
    pub(crate) fn waiting(&self) -> Result<crate::model::WaitingFigures, Error> {
        self.read(|read| read.waiting_figures())
    }

    /// Counts all sums of the figures again from the purchases and refunds themselves, in one commit: other changes wait
    /// meanwhile, some seconds for a million rows. Only needed where [doctor](Self::doctor) finds that they do not add up.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn recount_figures(&self) -> Result<FiguresRecount, Error> {
        self.run(|tx| {
            let offset = tx.read().utc_offset()?;
            Ok(tx.recount(offset)?)
        })
    }
}

/// How many refunds of production there are in a time.
fn production_refunds(read: Read<'_>, days: Days) -> Result<i64, LedgerError> {
    let mut tally = Tally::new(Environment::Production, &[], days.grain());
    read.add_figures(days.for_total(), &mut tally)?;
    Ok(tally.total().refunds.refunds)
}
