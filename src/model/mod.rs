//! The nouns of the trade and the rules that need nothing but them. No I/O and no clock in here.

mod fact;
mod money;
mod order;
mod reason;
mod signal;
mod store;
mod time;

pub use fact::{Extent, Fact, MilliPercent, What};
pub use money::{BadCurrency, Currency, Money};
pub use order::{CaseKey, OrderDetails, Place};
pub use reason::{Initiator, ProductType, Reason, Trust};
pub use signal::{Meaning, MeaningKind, Signal};
pub use store::{Environment, Store, UnknownStore};
pub use time::{BadSpan, BadTimestamp, Span, Timestamp};
