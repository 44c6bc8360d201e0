//! Lists of refunds, and how many match a filter.

use crate::engine::recovery::refused;
use crate::engine::{Engine, MAX_PAGE};
use crate::error::Error;
use crate::ledger::MOST_LOOKED_AT;
use crate::model::{ListPlace, Page, Refund, RefundCount, RefundFilter, RefundList, RefundSort};
use crate::uuid;

/// The most refunds that are counted one by one.
const MAX_COUNT: i64 = 10_000;

impl Engine {
    /// Refunds that match the filter; `after` is the `next` of the page before, the id of a refund. A page looks at
    /// 20,000 refunds at most: it may have fewer items than requested, or none, and still a next page.
    ///
    /// Of lists that are sorted by first seen, as the default is; [`list_refunds`](Self::list_refunds) has all.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `filter_needs_currency`, or `bad_filter` for another sort; [`Error::Ledger`].
    pub fn refunds(
        &self,
        filter: &RefundFilter,
        after: Option<i64>,
        limit: usize,
    ) -> Result<Page<Refund>, Error> {
        if filter.sort != RefundSort::FirstSeen {
            let facts = format!(
                "a number is no cursor of a list by {}: call list_refunds, whose cursors are texts",
                filter.sort.as_str()
            );
            return Err(refused("bad_filter", &facts));
        }
        let after = after.map(|id| ListPlace { value: 0, id });
        let (items, next) = self.page_of_refunds(filter, after, limit)?;
        Ok(Page { items, next: next.map(|place| place.id) })
    }

    /// Refunds that match the filter, in its order; `after` is the `next` of the page before. A page looks at 20,000
    /// refunds at most: it may have fewer items than requested, or none, and still a next page.
    ///
    /// A refund that changes while pages are read may be on two of them, or on none, if it moves in the order.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `filter_needs_currency`, or `bad_cursor` for an `after` of another sort;
    /// [`Error::Ledger`].
    pub fn list_refunds(
        &self,
        filter: &RefundFilter,
        after: Option<&str>,
        limit: usize,
    ) -> Result<RefundList, Error> {
        let place = |cursor| filter.sort.place(cursor).map_err(|facts| refused("bad_cursor", &facts));
        let after = after.map(place).transpose()?;
        let (items, next) = self.page_of_refunds(filter, after, limit)?;
        Ok(RefundList { items, next: next.map(|place| filter.sort.cursor(place)) })
    }

    /// Refunds without a user, newest first.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn unattributed(&self, after: Option<i64>, limit: usize) -> Result<Page<Refund>, Error> {
        let filter = RefundFilter { unattributed: Some(true), ..RefundFilter::default() };
        self.refunds(&filter, after, limit)
    }

    /// How many refunds match a filter, up to 10,000.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `filter_needs_currency`; [`Error::Ledger`].
    pub fn count_refunds(&self, filter: &RefundFilter) -> Result<RefundCount, Error> {
        let filter = checked(filter)?;
        let count = self.read(|read| read.count_refunds(&filter, MAX_COUNT.saturating_add(1)))?;
        Ok(RefundCount { count: count.min(MAX_COUNT), more: count > MAX_COUNT })
    }

    fn page_of_refunds(
        &self,
        filter: &RefundFilter,
        after: Option<ListPlace>,
        limit: usize,
    ) -> Result<(Vec<Refund>, Option<ListPlace>), Error> {
        let filter = checked(filter)?;
        self.read(|read| {
            let wanted = limit.clamp(1, MAX_PAGE);
            let (mut refunds, next) = read.list_refunds(&filter, after, wanted, MOST_LOOKED_AT)?;
            refunds.iter_mut().try_for_each(|refund| read.spell_refund(refund))?;
            Ok((refunds, next))
        })
    }
}

/// The filter as the ledger spells it.
fn checked(filter: &RefundFilter) -> Result<RefundFilter, Error> {
    filter.check().map_err(|(code, facts)| Error::Refused { code, facts })?;
    Ok(RefundFilter { user: filter.user.as_deref().map(uuid::canonical), ..filter.clone() })
}
