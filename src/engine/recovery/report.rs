//! What the game and operators report of a refund's books.

use std::collections::BTreeSet;

use ring::digest::{SHA256, digest};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{books_of, books_of_player, granted_of, position};
use crate::engine::change::Change;
use crate::engine::record::OperatorRemark;
use crate::engine::work::checked;
use crate::engine::{Engine, by_operator};
use crate::error::Error;
use crate::json;
use crate::ledger::{Balance, Case, LedgerError, Read};
use crate::model::{
    Debt, Debts, EntryKind, Event, EventId, EventKind, Grant, GrantSource, Happening, How, MAX_GRANTS,
    MAX_NAME, Recovery, RecoveryEntry, RecoveryItem, RecoveryReport, RefundAt, RefundId, ReportOutcome, Rest,
    ToDo, check_text,
};
use crate::uuid;

/// The longest key of a report, in bytes: an id of the game's own.
const MAX_KEY: usize = 200;

impl Engine {
    /// The books of a refund; `None` if there is no such refund.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn recovery(&self, refund: RefundId) -> Result<Option<Recovery>, Error> {
        let rounding = self.rules.rounding;
        self.read(|read| {
            let Some(case) = read.case(refund)? else { return Ok(None) };
            Ok(Some(books_of(&case, &read.balances(refund)?, rounding)))
        })
    }

    /// The entries of a refund's books, oldest first.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn recovery_entries(&self, refund: RefundId) -> Result<Vec<RecoveryEntry>, Error> {
        self.read(|read| {
            let mut entries = read.recovery_entries(refund)?;
            entries.iter_mut().try_for_each(|entry| read.spell(&mut entry.user))?;
            Ok(entries)
        })
    }

    /// What a user owes, by item and by refund. UUIDs are found regardless of case.
    ///
    /// # Errors
    /// [`Error::Ledger`].
    pub fn debts(&self, user: &str) -> Result<Debts, Error> {
        let known = uuid::canonical(user);
        self.read(|read| debts_of(read, &known, user.to_owned()))
    }

    /// What to take from the event's user, or to give to them, by the books as they are now, and the key to report it
    /// under. Read it just before acting: two events of one refund may be in one batch. If the refund turned out to be
    /// the same as another since, the books are those of both.
    ///
    /// # Errors
    /// [`Error::UnknownEvent`] for an event that does not wait; [`Error::Ledger`].
    pub fn to_do(&self, event: EventId) -> Result<ToDo, Error> {
        let rounding = self.rules.rounding;
        let found = self.read(|read| {
            let Some(event) = read.event(event)? else { return Ok(None) };
            let (Some(refund), Some(user)) =
                (event.refund_id.filter(|_| carries_books(event.kind)), event.user)
            else {
                return Ok(Some(None));
            };
            let Some(case) = counting(refund, |id| read.case(id))? else { return Ok(Some(None)) };
            let balances = read.balances(case.refund.id)?;
            let books = books_of_player(&case, &uuid::canonical(&user), &balances, rounding);
            Ok(Some(Some((refund, books))))
        })?;
        let key = key_of(event);
        let (refund, books) = match found {
            None => return Err(Error::UnknownEvent { id: event }),
            Some(None) => return Ok(ToDo { refund: 0, key, take: Vec::new(), give: Vec::new() }),
            Some(Some(found)) => found,
        };
        let (mut take, mut give) = (Vec::new(), Vec::new());
        for RecoveryItem { item, owed, to_return, .. } in books.items {
            match (owed, to_return) {
                (0, 0) => {}
                (0, quantity) => give.push(Grant { item, quantity }),
                (quantity, _) => take.push(Grant { item, quantity }),
            }
        }
        Ok(ToDo { refund, key, take, give })
    }

    /// Reports what the game took back for a refund, or gave again. Repeating it under the same key returns the first
    /// answer and changes nothing. Waits for one commit.
    ///
    /// It is a fact, and booked even if a reversal or an operator was quicker: then something is to be returned, and a
    /// recovery event is queued for it. Only what exceeds all that the purchase granted is not booked, and returned in
    /// `too_much`.
    ///
    /// # Errors
    /// [`Error::UnknownRefund`]; [`Error::Refused`] with the code `bad_key`, `key_reused`, `bad_item`, `unattributed`,
    /// `not_granted` or `more_than_taken`; [`Error::Ledger`].
    pub fn report_recovery(&self, refund: RefundId, report: &RecoveryReport) -> Result<ReportOutcome, Error> {
        check_report(report)?;
        let report = report.clone();
        self.change(move |change| change.report_recovery(refund, None, &report))
    }

    /// Reports what the game did about an event of kind refund, reversal or recovery, and acknowledges the event, in
    /// one commit. An empty key is that of [`to_do`](Self::to_do). Repeating it returns the first answer.
    ///
    /// What was returned is not refused if fewer are booked as taken now, since an operator was quicker: then no more than
    /// these are booked as returned.
    ///
    /// # Errors
    /// [`Error::UnknownEvent`] for an event that does not wait, unless this very report settled it;
    /// [`Error::Refused`] with the code `no_books` for an event of another kind; and as
    /// [`report_recovery`](Self::report_recovery), without `more_than_taken`.
    pub fn settle(&self, event: EventId, report: &RecoveryReport) -> Result<ReportOutcome, Error> {
        let mut report = report.clone();
        if report.key.is_empty() {
            report.key = key_of(event);
        }
        check_report(&report)?;
        self.change(move |change| change.settle_event(event, &report))
    }

    /// Forgives what is owed for a refund: of some items, or with `items` empty of all. At most what is owed is
    /// forgiven. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownRefund`]; [`Error::Conflict`]; [`Error::Refused`] with the code `nothing_owed`, `bad_item`,
    /// `bad_key` or `key_reused`; [`Error::BadText`]; [`Error::Ledger`].
    pub fn forgive(
        &self,
        refund: impl Into<RefundAt>,
        items: &[Grant],
        written_off: bool,
        key: &str,
        who: &str,
        why: &str,
    ) -> Result<Recovery, Error> {
        check_key(key)?;
        check_items(items)?;
        let by = by_operator("-", who, why)?;
        let (items, key) = (items.to_vec(), key.to_owned());
        let how = if written_off { How::WrittenOff } else { How::Forgiven };
        let at = checked(refund)?;
        self.change(move |change| {
            let request = (&at.refund, &items, how, &by.who, &by.why);
            change.once(&key, &request, || change.forgive(&at, &items, how, &by))
        })
    }

    /// Sets what a purchase granted, where the host's record of it does not say so. Waits for one commit.
    ///
    /// # Errors
    /// [`Error::UnknownRefund`]; [`Error::Conflict`]; [`Error::Refused`] with the code `granted_by_purchase` or `bad_item`;
    /// [`Error::BadText`]; [`Error::Ledger`].
    pub fn set_granted(
        &self,
        refund: impl Into<RefundAt>,
        grants: &[Grant],
        who: &str,
        why: &str,
    ) -> Result<Recovery, Error> {
        check_items(grants)?;
        let by = by_operator("-", who, why)?;
        let (grants, refund) = (grants.to_vec(), checked(refund)?);
        self.change(move |change| change.set_granted(&refund, &grants, &by))
    }
}

impl Change<'_> {
    fn report_recovery(
        &self,
        refund: RefundId,
        player: Option<&str>,
        report: &RecoveryReport,
    ) -> Result<ReportOutcome, Error> {
        let outcome =
            self.once(&report.key, &(refund, report), || self.book_report(refund, player, report))?;
        // Its key is kept as long as the refund is open.
        if player.is_some() || report.key.starts_with("event:") {
            self.tx.keep_request_for(&report.key, refund)?;
        }
        Ok(outcome)
    }

    fn book_report(
        &self,
        refund: RefundId,
        player: Option<&str>,
        report: &RecoveryReport,
    ) -> Result<ReportOutcome, Error> {
        let mut case = self.case_to_book(refund)?;
        let id = case.refund.id;
        // The game did what an event has it do, which is a fact even if the books say otherwise by now.
        let is_of_event = player.is_some();
        let Some(player) = player.map(str::to_owned).or_else(|| case.refund.user.clone()) else {
            return Err(refused(
                "unattributed",
                "the player of this refund is unknown: record the purchase first",
            ));
        };
        let mut balances = self.tx.read().balances(id)?;
        let before = books_of_player(&case, &player, &balances, self.rules.rounding);
        let is_its_player = case.refund.user.as_ref() == Some(&player);
        let granted = granted_of(&case).filter(|_| is_its_player);
        let who = report.who.as_deref();
        let (mut taken, mut too_much) = (Vec::new(), Vec::new());
        for Grant { item, quantity } in &report.taken {
            let known = balances.iter().find(|balance| balance.player == player && balance.item == *item);
            let most = match &granted {
                Some(granted) => match (granted.iter().find(|grant| grant.item == *item), known) {
                    (Some(grant), _) => grant.quantity,
                    // The game was to take it, until more became known of what was granted.
                    (None, Some(known)) => known.granted,
                    (None, None) => return Err(not_granted(item)),
                },
                None => i64::MAX,
            };
            let place = position(&mut balances, &player, item);
            let Some(balance) = balances.get_mut(place) else { continue };
            let booked = (*quantity).min(most.saturating_sub(balance.taken).max(0));
            self.add(id, balance, EntryKind::Taken, booked, How::Reported, who)?;
            if booked > 0 {
                taken.push(Grant { item: item.clone(), quantity: booked });
            }
            if booked < *quantity {
                too_much.push(Grant { item: item.clone(), quantity: quantity.saturating_sub(booked) });
            }
        }
        for Grant { item, quantity } in &report.returned {
            let place = position(&mut balances, &player, item);
            let Some(balance) = balances.get_mut(place) else { continue };
            if *quantity > balance.taken && !is_of_event {
                let facts =
                    format!("{quantity} {item} returned, but {} taken: report what was given", balance.taken);
                return Err(refused("more_than_taken", &facts));
            }
            let booked = (*quantity).min(balance.taken).saturating_neg();
            self.add(id, balance, EntryKind::Taken, booked, How::Returned, who)?;
        }
        let rest = match report.rest {
            Rest::Owed => None,
            Rest::Forgiven => Some(How::Forgiven),
            Rest::WrittenOff => Some(How::WrittenOff),
        };
        if let Some(how) = rest {
            for balance in balances.iter_mut().filter(|balance| balance.player == player) {
                let owed = owed(balance);
                self.add(id, balance, EntryKind::Forgiven, owed, how, who)?;
            }
        }
        case.booked = true;
        if is_its_player {
            case.reported_at = Some(self.now);
        }
        let happening = Happening::RecoveryReported {
            taken: report.taken.clone(),
            returned: report.returned.clone(),
            rest: report.rest,
            who: report.who.clone(),
            why: report.why.clone(),
        };
        self.journal(&case, &happening)?;
        let recovery = self.save_books(&mut case, false)?;
        self.notice_of_report(&case, &player, taken, &report.returned, &recovery)?;
        self.queue_what_to_return(case, player, &before)?;
        Ok(ReportOutcome { recovery, too_much })
    }

    /// Notifies the host if a report leaves more to return to a player than before: another call was quicker.
    fn queue_what_to_return(
        &self,
        mut case: Case,
        player: String,
        before: &Recovery,
    ) -> Result<(), LedgerError> {
        let balances = self.tx.read().balances(case.refund.id)?;
        let books = books_of_player(&case, &player, &balances, self.rules.rounding);
        let is_more = |now: &RecoveryItem| {
            let then = before.items.iter().find(|then| then.item == now.item);
            now.to_return > then.map_or(0, |then| then.to_return)
        };
        if !books.items.iter().any(is_more) {
            return Ok(());
        }
        case.refund.user = Some(player);
        self.queue_with_books(EventKind::Recovery, &case, books)
    }

    fn settle_event(&self, id: EventId, report: &RecoveryReport) -> Result<ReportOutcome, Error> {
        let Some(event) = self.tx.read().event(id)? else {
            // Acknowledged before: perhaps by this very report.
            let Some(known) = self.tx.read().request_of_key(&report.key)? else {
                return Err(Error::UnknownEvent { id });
            };
            return match known.refund {
                Some(refund) if known.fingerprint == fingerprint_of(&(refund, report))? => {
                    answer_of(&known.answer)
                }
                _ => Err(key_reused(&report.key)),
            };
        };
        let Event { kind, refund_id: Some(refund), user: Some(user), .. } = &event else {
            return Err(no_books(event.kind));
        };
        if !carries_books(*kind) {
            return Err(no_books(*kind));
        }
        let outcome = self.report_recovery(*refund, Some(&uuid::canonical(user)), report)?;
        self.tx.settle_event(id)?;
        let happening = Happening::EventAcknowledged { event: id, kind: *kind };
        if let Some(case) = self.tx.case(*refund)? {
            self.journal(&case, &happening)?;
        }
        Ok(outcome)
    }

    pub(in crate::engine) fn forgive(
        &self,
        refund: &RefundAt,
        items: &[Grant],
        how: How,
        by: &OperatorRemark,
    ) -> Result<Recovery, Error> {
        let mut case = self.case_at(refund)?;
        let mut forgiven = Vec::new();
        for mut balance in self.tx.read().balances(case.refund.id)? {
            if case.refund.user.as_deref() != Some(&balance.player) {
                continue;
            }
            let wanted = match items.iter().find(|item| item.item == balance.item) {
                Some(item) => item.quantity,
                None if items.is_empty() => i64::MAX,
                None => continue,
            };
            let quantity = owed(&balance).min(wanted);
            self.add(case.refund.id, &mut balance, EntryKind::Forgiven, quantity, how, Some(&by.who))?;
            if quantity > 0 {
                forgiven.push(Grant { item: balance.item, quantity });
            }
        }
        if forgiven.is_empty() {
            return Err(refused(
                "nothing_owed",
                "nothing of this is owed for the refund: nothing was forgiven",
            ));
        }
        let happening = Happening::Forgiven {
            items: forgiven,
            written_off: how == How::WrittenOff,
            who: by.who.clone(),
            why: by.why.clone(),
        };
        self.journal(&case, &happening)?;
        self.save_books(&mut case, true).map_err(Error::from)
    }

    fn set_granted(
        &self,
        refund: &RefundAt,
        grants: &[Grant],
        by: &OperatorRemark,
    ) -> Result<Recovery, Error> {
        let mut case = self.case_at(refund)?;
        if let Some((GrantSource::Purchase, _)) = case.granted {
            let facts = "the recorded purchase says what it granted: that counts, and nothing was changed";
            return Err(refused("granted_by_purchase", facts));
        }
        let mut granted = grants.to_vec();
        granted.sort_by(|one, other| one.item.cmp(&other.item));
        case.granted = Some((GrantSource::Operator, granted));
        let happening =
            Happening::GrantedSet { grants: grants.to_vec(), who: by.who.clone(), why: by.why.clone() };
        self.journal(&case, &happening)?;
        self.save_books(&mut case, false).map_err(Error::from)
    }

    /// The case that a refund counts as.
    pub(in crate::engine) fn case_to_book(&self, refund: RefundId) -> Result<Case, Error> {
        counting(refund, |id| self.tx.case(id))?.ok_or(Error::UnknownRefund { id: refund })
    }

    /// Saves a case whose books changed, with all that follows: its work status, events, and blocks until repaid. The
    /// host is notified of what it did not report itself: a change `by_operator`, or of what is due.
    pub(in crate::engine) fn save_books(
        &self,
        case: &mut Case,
        by_operator: bool,
    ) -> Result<Recovery, LedgerError> {
        let was_owing = case.owing;
        let booked = self.book(case)?;
        case.refund.updated_at = self.now;
        self.tx.save_case(case)?;
        if booked.changed || by_operator {
            self.queue_with_books(EventKind::Recovery, case, booked.books.clone())?;
        }
        self.settle_blocks(case, booked.payment)?;
        // A block that was made is noted in the saved case.
        if let Some(saved) = self.tx.case(case.refund.id)? {
            case.marks = saved.marks;
        }
        if by_operator {
            self.follow_debt(case, &booked.books)?;
            if !was_owing {
                self.notice_of_more_debt(case, &booked.books)?;
            }
        }
        Ok(booked.books)
    }

    /// Does what is requested under a key, or returns what was answered when it was done.
    pub(in crate::engine) fn once<R: Serialize, A: Serialize + DeserializeOwned>(
        &self,
        key: &str,
        request: &R,
        work: impl FnOnce() -> Result<A, Error>,
    ) -> Result<A, Error> {
        let fingerprint = fingerprint_of(request)?;
        if let Some(known) = self.tx.read().request_of_key(key)? {
            if known.fingerprint == fingerprint {
                return answer_of(&known.answer);
            }
            return Err(key_reused(key));
        }
        let answer = work()?;
        let text = serde_json::to_string(&answer).map_err(|error| unwritable(&error))?;
        self.tx.keep_request(key, &fingerprint, &text, self.now)?;
        Ok(answer)
    }
}

/// What a player owes; `user` is the id as it is shown.
pub(super) fn debts_of(read: Read<'_>, player: &str, user: String) -> Result<Debts, LedgerError> {
    let mut debts = Debts { user, ..Debts::default() };
    for (refund, balance) in read.debts_of(player)? {
        let owed = owed(&balance);
        match debts.items.last_mut().filter(|item| item.item == balance.item) {
            Some(item) => item.quantity = item.quantity.saturating_add(owed),
            None => debts.items.push(Grant { item: balance.item.clone(), quantity: owed }),
        }
        debts.debts.push(Debt { refund, item: balance.item, owed });
    }
    Ok(debts)
}

pub(in crate::engine) fn owed(balance: &Balance) -> i64 {
    balance.due.saturating_sub(balance.taken).saturating_sub(balance.forgiven).max(0)
}

/// The case that a refund counts as.
fn counting(
    refund: RefundId,
    case_of: impl Fn(RefundId) -> Result<Option<Case>, LedgerError>,
) -> Result<Option<Case>, LedgerError> {
    let Some(case) = case_of(refund)? else { return Ok(None) };
    match case.refund.merged_into {
        Some(into) => Ok(case_of(into)?.or(Some(case))),
        None => Ok(Some(case)),
    }
}

const fn carries_books(kind: EventKind) -> bool {
    matches!(kind, EventKind::Refund | EventKind::Reversal | EventKind::Recovery)
}

fn key_of(event: EventId) -> String {
    format!("event:{event}")
}

fn answer_of<A: DeserializeOwned>(text: &str) -> Result<A, Error> {
    let what = "an answer";
    Ok(json::value_from_str(text)
        .map_err(|error| LedgerError::Unreadable { what, problem: error.to_string() })?)
}

/// What a request is recognised by, when its key is used again.
fn fingerprint_of<R: Serialize>(request: &R) -> Result<Vec<u8>, LedgerError> {
    let written = serde_json::to_vec(request).map_err(|error| unwritable(&error))?;
    Ok(digest(&SHA256, &written).as_ref().to_vec())
}

fn key_reused(key: &str) -> Error {
    refused("key_reused", &format!("the key {key:?} was used for another request: use a new key for each"))
}

fn unwritable(error: &serde_json::Error) -> LedgerError {
    LedgerError::Internal(format!("unwritable: {error}"))
}

pub(in crate::engine) fn refused(code: &'static str, facts: &str) -> Error {
    Error::Refused { code, facts: facts.to_owned() }
}

fn not_granted(item: &str) -> Error {
    refused("not_granted", &format!("the purchase did not grant {item:?}: report the items that it granted"))
}

fn no_books(kind: EventKind) -> Error {
    let facts = format!("an event of kind {} has nothing to take or to give: acknowledge it", kind.as_str());
    refused("no_books", &facts)
}

pub(in crate::engine) fn check_key(key: &str) -> Result<(), Error> {
    if (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return Ok(());
    }
    Err(refused("bad_key", &format!("a key has 1 to {MAX_KEY} printable ASCII characters")))
}

fn check_report(report: &RecoveryReport) -> Result<(), Error> {
    check_key(&report.key)?;
    check_items(&report.taken)?;
    check_items(&report.returned)?;
    for (field, text) in [("who", &report.who), ("why", &report.why)] {
        text.as_deref().map_or(Ok(()), |text| check_text(field, text, crate::engine::MAX_REMARK))?;
    }
    Ok(())
}

pub(in crate::engine) fn check_items(items: &[Grant]) -> Result<(), Error> {
    if items.len() > MAX_GRANTS {
        return Err(Error::TooMany { what: "items", count: items.len(), limit: MAX_GRANTS });
    }
    let mut names = BTreeSet::new();
    for Grant { item, quantity } in items {
        check_text("item", item, MAX_NAME)?;
        if *quantity < 1 {
            return Err(refused("bad_item", &format!("{quantity} {item}: report at least 1")));
        }
        if !names.insert(item) {
            return Err(refused("bad_item", &format!("{item} occurs twice: add its numbers up")));
        }
    }
    Ok(())
}
