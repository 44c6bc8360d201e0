//! Events for the host to act on.

use std::ffi::c_char;

use super::sized::Sized32;
use crate::model::{AttributedBy, Event, EventKind, MAX_USER, RecoveryItem, Timestamp};

/// The kind of an event: one of RECOUP_EVENT_*. Later versions may add some; acknowledge what you do not know.
pub type recoup_event_kind = i32;

/// A user was blocked: end the session, refuse logins.
pub const RECOUP_EVENT_BLOCK: recoup_event_kind = 1;

/// The user has no active block any more.
pub const RECOUP_EVENT_UNBLOCK: recoup_event_kind = 2;

/// An operator should look at a refund.
pub const RECOUP_EVENT_ALERT: recoup_event_kind = 3;

/// A refund, or more of it than before: take the items back, as recoup_engine_query_to_do lists them. Its details have
/// the refund's books as "recovery", and so have those of the reversal and recovery kinds.
pub const RECOUP_EVENT_REFUND: recoup_event_kind = 4;

/// A refund was reversed: give the items again.
pub const RECOUP_EVENT_REVERSAL: recoup_event_kind = 5;

/// The store requests what the game knows of a refund request, and waits until a deadline.
pub const RECOUP_EVENT_REVIEW: recoup_event_kind = 6;

/// A refund whose user is not known: record the purchase.
pub const RECOUP_EVENT_UNATTRIBUTED: recoup_event_kind = 7;

/// A period that was never swept is now past the store's retention: refunds of that time that are not known are lost.
/// A person should check the store's console or its financial reports for that time. It has no user and no refund;
/// its details (of recoup_engine_poll or recoup_engine_query_event) have "gap": {"store", "app", "from", "to"}, the
/// times in Unix milliseconds. It has no callback of its own: recoup_engine_on_event receives it.
pub const RECOUP_EVENT_SWEEP_GAP: recoup_event_kind = 8;

/// What is owed for a refund, or what the player gets back, changed without a refund or reversal event: more became
/// known of the purchase, or an operator changed the books. recoup_engine_query_to_do has what to do now.
pub const RECOUP_EVENT_RECOVERY: recoup_event_kind = 9;

/// A notice for the player was made, in the configuration with "notices": {"events": true}. The details have "notice".
pub const RECOUP_EVENT_NOTICE: recoup_event_kind = 10;

/// A refund, a reversal or an operator changed whether the player has access to a product. The details have "access".
pub const RECOUP_EVENT_ACCESS: recoup_event_kind = 11;

/// The evidence that found a refund's user: 0 if the user is not known, or one of RECOUP_ATTRIBUTED_BY_*, strongest
/// first.
pub type recoup_attributed_by = i32;

/// The game recorded exactly this order. "order" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_ORDER: recoup_attributed_by = 1;

/// The game recorded another purchase of the same family: another renewal, the original transaction, the purchase
/// token. "family" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_FAMILY: recoup_attributed_by = 2;

/// The order carries a tag of recoup_engine_account_tag. "issued_tag" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_ISSUED_TAG: recoup_attributed_by = 3;

/// The order carries a tag that the game recorded with another purchase. "recorded_tag" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_RECORDED_TAG: recoup_attributed_by = 4;

/// The order carries a tag that equals the user id, with no other evidence. Any buyer can write any user's id there,
/// so by the default rules it never blocks. "bare_tag" in JSON and in rules.
pub const RECOUP_ATTRIBUTED_BY_BARE_TAG: recoup_attributed_by = 5;

/// One event for the host, delivered at least once and until it is acknowledged, and always in order per user. Set
/// struct_size before the call; members that the library does not know are set to zero. Holds no pointers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_event {
    /// sizeof(recoup_event).
    pub struct_size: u32,
    /// Its kind: RECOUP_EVENT_*.
    pub kind: recoup_event_kind,
    /// Acknowledge with this. The same id may come again after a crash: act on it once.
    pub id: i64,
    /// The refund it is about, for recoup_engine_query_refund; 0: none.
    pub refund_id: i64,
    /// When it was made, in Unix milliseconds.
    pub at_ms: i64,
    /// How often it has been delivered, this time included.
    pub attempt: u32,
    /// How many bytes user has; 0: the user is not known.
    pub user_len: u32,
    /// The user it is about, by your own id: UTF-8, followed by a NUL.
    pub user: [c_char; 264],
    /// The block that was made or ended last; 0: none.
    pub block_id: i64,
    /// When that block expires, in Unix milliseconds; 0: never.
    pub until_ms: i64,
    /// The deadline for an answer to a RECOUP_EVENT_REVIEW, in Unix milliseconds; 0: not reported.
    pub deadline_ms: i64,
    /// How much of the order has been refunded so far, in millionths of the currency's unit. Valid only if currency
    /// is set.
    pub amount_micros: i64,
    /// The currency's ISO 4217 code, followed by NULs; all NUL: the amount is not known.
    pub currency: [c_char; 8],
    /// The evidence that found the refund's user: RECOUP_ATTRIBUTED_BY_*; 0: no refund, or its user is not known.
    pub attributed_by: recoup_attributed_by,
    /// Zero.
    pub reserved: u32,
    /// Of how many kinds of items something is owed, by the refund's books when the event was made; 0 for kinds without
    /// books. recoup_engine_query_to_do has what to take now.
    pub items_owed: u32,
    /// Of how many kinds of items the player gets something back, by the same books.
    pub items_to_return: u32,
}

const _: () = assert!(size_of::<recoup_event>() == 40 + 264 + 56, "no padding");
const _: () = assert!(MAX_USER < 264, "a user and a NUL fit");

// SAFETY: C's layout, no padding by the assertion above, and integers may be zero.
unsafe impl Sized32 for recoup_event {
    const NAME: &'static str = "recoup_event";
    const FIRST_SIZE: usize = 304;
}

impl recoup_event {
    pub(super) fn new(event: &Event) -> Self {
        let name = event.user.as_deref().unwrap_or_default().as_bytes();
        let mut user = [0; 264];
        // The engine accepts no longer user ids; a truncated one would be another user.
        let user_len = u32::try_from(name.len()).ok().filter(|_| name.len() < user.len()).unwrap_or(0);
        if user_len > 0 {
            for (to, from) in user.iter_mut().zip(name) {
                *to = c_char::from_ne_bytes([*from]);
            }
        }
        let case = event.refund.as_ref().map(|refund| &refund.case);
        let amount = case.and_then(|case| case.amount);
        let deadline = case.and_then(|case| case.review.as_ref()).and_then(|review| review.deadline);
        let mut currency = [0; 8];
        if let Some(amount) = amount {
            for (to, from) in currency.iter_mut().zip(amount.currency.as_str().bytes()) {
                *to = c_char::from_ne_bytes([from]);
            }
        }
        let items = event.recovery.as_ref().map(|recovery| recovery.items.as_slice()).unwrap_or_default();
        Self {
            struct_size: 0,
            kind: code_of(event.kind),
            id: event.id,
            refund_id: event.refund_id.unwrap_or(0),
            at_ms: event.at.millis(),
            attempt: event.attempt,
            user_len,
            user,
            block_id: event.block.as_ref().map_or(0, |block| block.id),
            until_ms: event.block.as_ref().and_then(|block| block.until).map_or(0, Timestamp::millis),
            deadline_ms: deadline.map_or(0, Timestamp::millis),
            amount_micros: amount.map_or(0, |amount| amount.micros),
            currency,
            attributed_by: evidence_of(event.refund.as_ref().and_then(|refund| refund.attributed_by)),
            reserved: 0,
            items_owed: count(items, |item| item.owed > 0),
            items_to_return: count(items, |item| item.to_return > 0),
        }
    }

    /// For a callback, whose program passes no struct with a size.
    pub(super) fn for_callback(event: &Event) -> Self {
        Self { struct_size: u32::try_from(size_of::<Self>()).unwrap_or(0), ..Self::new(event) }
    }
}

fn count(items: &[RecoveryItem], is_counted: impl Fn(&RecoveryItem) -> bool) -> u32 {
    u32::try_from(items.iter().filter(|item| is_counted(item)).count()).unwrap_or(u32::MAX)
}

const fn code_of(kind: EventKind) -> recoup_event_kind {
    match kind {
        EventKind::Block => RECOUP_EVENT_BLOCK,
        EventKind::Unblock => RECOUP_EVENT_UNBLOCK,
        EventKind::Alert => RECOUP_EVENT_ALERT,
        EventKind::Refund => RECOUP_EVENT_REFUND,
        EventKind::Reversal => RECOUP_EVENT_REVERSAL,
        EventKind::Review => RECOUP_EVENT_REVIEW,
        EventKind::Unattributed => RECOUP_EVENT_UNATTRIBUTED,
        EventKind::SweepGap => RECOUP_EVENT_SWEEP_GAP,
        EventKind::Recovery => RECOUP_EVENT_RECOVERY,
        EventKind::Notice => RECOUP_EVENT_NOTICE,
        EventKind::Access => RECOUP_EVENT_ACCESS,
    }
}

const fn evidence_of(by: Option<AttributedBy>) -> recoup_attributed_by {
    match by {
        None => 0,
        Some(AttributedBy::Order) => RECOUP_ATTRIBUTED_BY_ORDER,
        Some(AttributedBy::Family) => RECOUP_ATTRIBUTED_BY_FAMILY,
        Some(AttributedBy::IssuedTag) => RECOUP_ATTRIBUTED_BY_ISSUED_TAG,
        Some(AttributedBy::RecordedTag) => RECOUP_ATTRIBUTED_BY_RECORDED_TAG,
        Some(AttributedBy::BareTag) => RECOUP_ATTRIBUTED_BY_BARE_TAG,
    }
}
