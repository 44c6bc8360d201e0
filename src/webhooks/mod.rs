//! Events out to the studio's own services, by Standard Webhooks
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>): what is signed and
//! sent, and what an answer means. Nothing here reads the ledger, sends, or knows the time; the engine does.

mod answer;
mod body;
mod endpoint;
mod iap_refund_event;
mod id;
mod request;
mod schedule;
mod signing;
#[cfg(test)]
mod tests;

pub(crate) use answer::{Answer, Verdict};
pub(crate) use body::{cloud_event, recoup_event, test_event};
pub(crate) use endpoint::Endpoint;
pub(crate) use iap_refund_event::{IapRefund, Rendering};
pub(crate) use id::{LEDGER_ID_SIZE, ledger_id, message_id};
pub(crate) use request::{Signed, request};
pub(crate) use schedule::{LONGEST_WAIT, hold, next_try};
pub(crate) use signing::SigningKey;
