//! The status of the operator's work on a refund: a pure function of the books and of what a person said where the books
//! cannot know.

use serde::{Deserialize, Serialize};

use super::{Environment, Recovery, ReportedTotal, StoreState, Trust};

/// The status of the operator's work on a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WorkStatus {
    /// Something is owed, or it is unknown how much is, and nothing was done yet.
    Open,
    /// Something is owed, and something was taken, forgiven, reported, or the refund is assigned to a person.
    Recovering,
    /// The player gets something back after a reversal.
    Returning,
    /// All that was due came back.
    Recovered,
    /// A part of what was due came back, the rest was forgiven.
    PartlyRecovered,
    /// Nothing came back, and all of it was forgiven.
    WrittenOff,
    /// The refund was reversed, and the player got back what was taken.
    Returned,
    /// A rule excluded it.
    Excluded,
    /// There is nothing to do: nothing is refunded, or nothing was granted, or no decision asks for a person.
    NothingDue,
}

impl WorkStatus {
    /// Every status, what is to do first.
    pub const ALL: &'static [Self] = &[
        Self::Open,
        Self::Recovering,
        Self::Returning,
        Self::Recovered,
        Self::PartlyRecovered,
        Self::WrittenOff,
        Self::Returned,
        Self::Excluded,
        Self::NothingDue,
    ];

    /// The name used in the ledger and in JSON, such as `partly_recovered`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Recovering => "recovering",
            Self::Returning => "returning",
            Self::Recovered => "recovered",
            Self::PartlyRecovered => "partly_recovered",
            Self::WrittenOff => "written_off",
            Self::Returned => "returned",
            Self::Excluded => "excluded",
            Self::NothingDue => "nothing_due",
        }
    }

    /// Whether the work on what is refunded is done.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Recovered | Self::PartlyRecovered | Self::WrittenOff)
    }

    /// Whether somebody has something to do.
    #[must_use]
    pub const fn is_to_do(self) -> bool {
        matches!(self, Self::Open | Self::Recovering | Self::Returning)
    }
}

/// How an operator closes a refund of which the books do not know how much was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClosedAs {
    /// All came back.
    Recovered,
    /// A part came back.
    PartlyRecovered,
    /// Nothing came back.
    WrittenOff,
}

impl ClosedAs {
    /// The status of a refund that is closed in this way.
    #[must_use]
    pub const fn work_status(self) -> WorkStatus {
        match self {
            Self::Recovered => WorkStatus::Recovered,
            Self::PartlyRecovered => WorkStatus::PartlyRecovered,
            Self::WrittenOff => WorkStatus::WrittenOff,
        }
    }
}

/// That an operator closed a refund. It holds for what was refunded then: if more is, it lapses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    pub(crate) closed_as: ClosedAs,
    pub(crate) total: ReportedTotal,
}

impl Closed {
    /// Whether it holds for what is refunded now.
    pub(crate) fn holds_for(&self, refunded: &ReportedTotal) -> bool {
        !self.total.is_less_than(refunded) || self.was_sized(refunded)
    }

    /// Whether the size of a part became known since: it is no longer among the parts of unknown size, and no more is
    /// refunded.
    pub(crate) fn was_sized(&self, refunded: &ReportedTotal) -> bool {
        let micros = |total: &ReportedTotal| total.amount.map(|amount| amount.micros);
        let is_sized = refunded.quantity > self.total.quantity
            || refunded.share > self.total.share
            || micros(refunded) > micros(&self.total);
        let is_whole = self.total.full || refunded.full;
        refunded.parts < self.total.parts && is_sized && !is_whole
    }
}

/// What the status depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorkView<'a> {
    pub(crate) state: StoreState,
    pub(crate) trust: Trust,
    pub(crate) environment: Environment,
    /// Whether the same refund counts under another id.
    pub(crate) is_merged: bool,
    pub(crate) is_attributed: bool,
    pub(crate) is_excluded: bool,
    /// Whether the decision alerts or blocks.
    pub(crate) needs_person: bool,
    /// The books of its player.
    pub(crate) books: &'a Recovery,
    /// Whether a player whom it was attributed to before gets something back.
    pub(crate) is_to_return_elsewhere: bool,
    pub(crate) was_returned: bool,
    /// Whether the game reported what it took, or the refund is assigned to a person.
    pub(crate) is_begun: bool,
    pub(crate) closed_as: Option<ClosedAs>,
}

impl WorkView<'_> {
    /// The first that fits.
    pub(crate) fn status(&self) -> WorkStatus {
        let books = self.books;
        if books.is_to_return() || self.is_to_return_elsewhere {
            return WorkStatus::Returning;
        }
        if self.is_excluded {
            return WorkStatus::Excluded;
        }
        let is_active = self.state.is_refunded() && !self.is_merged;
        if !is_active && self.was_returned {
            return WorkStatus::Returned;
        }
        let is_owed = books.is_owed();
        let is_play = self.environment != Environment::Production && !is_owed;
        if !is_active || self.trust < Trust::Signed || is_play {
            return WorkStatus::NothingDue;
        }
        let moved = |pick: fn(&super::RecoveryItem) -> i64| books.items.iter().any(|item| pick(item) > 0);
        if is_owed {
            let is_begun = self.is_begun || moved(|item| item.taken) || moved(|item| item.forgiven);
            return if is_begun { WorkStatus::Recovering } else { WorkStatus::Open };
        }
        if self.is_attributed && books.is_complete() {
            return match (moved(|item| item.due), moved(|item| item.lost()), moved(|item| item.taken)) {
                (false, ..) => WorkStatus::NothingDue,
                (true, false, _) => WorkStatus::Recovered,
                (true, true, true) => WorkStatus::PartlyRecovered,
                (true, true, false) => WorkStatus::WrittenOff,
            };
        }
        match self.closed_as {
            Some(closed_as) => closed_as.work_status(),
            None if self.is_attributed && !self.needs_person => WorkStatus::NothingDue,
            None if self.is_begun => WorkStatus::Recovering,
            None => WorkStatus::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RecoveryItem;

    fn books(due: i64, taken: i64, forgiven: i64) -> Recovery {
        let items = vec![RecoveryItem::new("gem".to_owned(), 500, due, taken, forgiven)];
        Recovery { known: true, sized: true, items, ..Recovery::default() }
    }

    fn view(books: &Recovery) -> WorkView<'_> {
        WorkView {
            state: StoreState::Refunded,
            trust: Trust::Signed,
            environment: Environment::Production,
            is_merged: false,
            is_attributed: true,
            is_excluded: false,
            needs_person: true,
            books,
            is_to_return_elsewhere: false,
            was_returned: false,
            is_begun: false,
            closed_as: None,
        }
    }

    #[test]
    fn names_are_the_same_in_sql_and_in_json() {
        for status in WorkStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }

    #[test]
    fn it_follows_the_books() {
        use WorkStatus::*;
        for (due, taken, forgiven, expected) in [
            (500, 0, 0, Open),
            (500, 100, 0, Recovering),
            (500, 0, 100, Recovering),
            (500, 500, 0, Recovered),
            (500, 100, 400, PartlyRecovered),
            (500, 0, 500, WrittenOff),
            (200, 500, 0, Returning),
            (0, 0, 0, NothingDue),
        ] {
            assert_eq!(view(&books(due, taken, forgiven)).status(), expected, "{due} {taken} {forgiven}");
        }
        let owed = books(500, 0, 0);
        assert_eq!(WorkView { is_begun: true, ..view(&owed) }.status(), Recovering);
        assert_eq!(WorkView { is_excluded: true, ..view(&owed) }.status(), Excluded);
        let play = WorkView { environment: Environment::Sandbox, ..view(&owed) };
        assert_eq!(play.status(), Open, "what is owed is owed in the sandbox, too");
        let back = books(500, 500, 0);
        let play = WorkView { environment: Environment::Sandbox, ..view(&back) };
        assert_eq!(play.status(), NothingDue);
    }

    #[test]
    fn a_reversed_refund_is_returned_once_the_player_has_the_items_again() {
        let (taken, none) = (books(0, 500, 0), books(0, 0, 0));
        let reversed = WorkView { state: StoreState::Reversed, ..view(&taken) };
        assert_eq!(reversed.status(), WorkStatus::Returning);
        let reversed = WorkView { books: &none, ..reversed };
        assert_eq!(reversed.status(), WorkStatus::NothingDue);
        assert_eq!(WorkView { was_returned: true, ..reversed }.status(), WorkStatus::Returned);
        let elsewhere = WorkView { is_to_return_elsewhere: true, ..view(&none) };
        assert_eq!(elsewhere.status(), WorkStatus::Returning);
    }

    #[test]
    fn closing_holds_until_more_is_refunded() {
        let total = ReportedTotal { parts: 1, ..ReportedTotal::default() };
        let closed = Closed { closed_as: ClosedAs::WrittenOff, total };
        let items = |parts, quantity| ReportedTotal { parts, quantity, ..ReportedTotal::default() };
        assert!(closed.holds_for(&total) && closed.holds_for(&ReportedTotal::default()));
        assert!(closed.holds_for(&items(0, Some(2))), "the part has two items");
        assert!(!closed.holds_for(&items(1, Some(2))), "two items beside the part");
        assert!(!closed.holds_for(&items(2, None)));
        assert!(!closed.holds_for(&ReportedTotal { full: true, ..ReportedTotal::default() }));
        let closed = Closed { total: items(0, Some(2)), ..closed };
        assert!(closed.holds_for(&items(0, Some(1))) && !closed.holds_for(&items(0, Some(3))));
    }

    #[test]
    fn where_the_books_do_not_know_a_person_does() {
        use WorkStatus::*;
        let unknown = Recovery::default();
        assert_eq!(view(&unknown).status(), Open);
        assert_eq!(WorkView { is_begun: true, ..view(&unknown) }.status(), Recovering);
        assert_eq!(WorkView { needs_person: false, ..view(&unknown) }.status(), NothingDue);
        assert_eq!(WorkView { closed_as: Some(ClosedAs::WrittenOff), ..view(&unknown) }.status(), WrittenOff);
        let unattributed = WorkView { is_attributed: false, needs_person: false, ..view(&unknown) };
        assert_eq!(unattributed.status(), Open, "a refund whose player is unknown is to be looked at");
        let part = Recovery { sized: false, ..books(500, 500, 0) };
        assert_eq!(view(&part).status(), Open, "more than is known may be due");
        assert_eq!(WorkView { trust: Trust::Hint, ..view(&unknown) }.status(), NothingDue);
    }
}
