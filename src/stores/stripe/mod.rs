//! Stripe: webhook events, signed with the endpoint's secret.
//!
//! An event is processed in three steps, each in its own file: the header `Stripe-Signature` proves the sender
//! (`signature`), the envelope identifies the event and its account (`event`), the object inside reports what happened
//! (`refund`, `payment`, `invoice`). [`Notification::signal`] returns its meaning to a refund engine (`meaning`).
//!
//! # Configuration
//!
//! ```json
//! "stripe": [{ "name": "web shop", "webhook_secrets": ["whsec_..."], "tolerance_seconds": 300,
//!              "user_metadata_key": "user_id", "client_reference_id": false, "account": "acct_...",
//!              "api_key": "rk_live_...", "refund_early_fraud_warnings": false }]
//! ```
//!
//! `api_key`, or `api_key_file` with the path of a file that has it, is for Recoup's own requests to Stripe
//! ([`StripeApi`]): refunds, and sweeps for what webhooks missed. `api_url` is for emulators.
//!
//! One section is one Stripe account, or one connected account of a platform. A message is of the section with the
//! secret that verifies it and with the `account` that it names. An event of a connected account that no section names
//! is refused (403) and not kept: add a section with that `account`, or let the endpoint listen to events on your
//! account only. An account with several endpoints is still one section, with all their secrets; in two sections each
//! of its refunds would count twice. While a secret is rolled, put the new one beside the old one.
//!
//! # Which events to send
//!
//! At the least `refund.created`, `refund.updated`, `refund.failed`, `charge.refunded`, `charge.captured` and
//! `charge.dispute.*`. Add `radar.early_fraud_warning.*` to learn of fraud before the bank takes the money;
//! `charge.succeeded`, `payment_intent.succeeded` or `checkout.session.completed` to have metadata and prices on
//! record; `charge.expired` and `payment_intent.canceled` if you authorise first; and for subscriptions `invoice.paid`,
//! `invoice_payment.paid` and `customer.subscription.created`. Any other event is answered 200 and means nothing. Thin
//! events (`v2.core.event`) hold no object and are refused.
//!
//! # What it means
//!
//! | event | state | meaning |
//! |---|---|---|
//! | `refund.*`, `charge.refund.updated` | `pending`, `succeeded` | this amount was refunded, when the refund was made |
//! | | `failed`, `canceled` | this refund is undone, when the event was made; `failure_reason` has the reason |
//! | | `requires_action` | nothing: the customer must act before any money moves |
//! | `charge.refunded` | | the total refunded of the charge by then |
//! | `charge.dispute.*` | `needs_response`, `under_review`, `lost`, funds withdrawn | the bank took the amount back |
//! | | `won`, funds reinstated | that is undone |
//! | | `warning_needs_response`, `warning_under_review` | an inquiry: a request to answer by its deadline; no block |
//! | | `warning_closed` | the inquiry came to nothing |
//! | | `prevented` | nothing: a refund, reported by its own event, replaced it |
//! | `radar.early_fraud_warning.*` | `actionable` | a request without deadline, for fraud; no block |
//! | | not `actionable` | nothing: it is refunded or disputed already |
//! | `charge.succeeded`, `charge.captured` | captured | a purchase |
//! | `payment_intent.succeeded` | | a purchase |
//! | `checkout.session.completed`, `….async_payment_succeeded` | paid | a purchase; or the player of a subscription |
//! | `invoice.paid`, `invoice.payment_succeeded` | paid | a purchase of its subscription |
//! | `invoice_payment.paid` | | which payment an invoice was paid by |
//! | `customer.subscription.created`, `….updated` | | the player of a subscription |
//! | `charge.expired`, `payment_intent.canceled` | | nothing was captured |
//!
//! A refund is reported by `refund.*` and by `charge.refunded`; a dispute by its status and by its funds. Each refund and
//! dispute is a step of its charge's case (the refund's id; `dispute:` and the dispute's id), and what `charge.refunded`
//! reports is the total, so nothing counts twice.
//!
//! # Who made the refund
//!
//! Only the merchant makes a refund, whatever its `reason`, so its initiator is the developer: by the default rules the
//! game takes the items back and no player is blocked. `fraudulent` blocks, and so does any refund that the merchant
//! makes after an early fraud warning or a fraud inquiry. A dispute is the bank's, blocks, and stays grave beside
//! refunds of the same payment. If refunds and a dispute come to more than was paid, the case has `paid_back_twice` and
//! the operator is alerted once; the game takes the items back once.
//!
//! With `refund_early_fraud_warnings` Recoup automatically refunds all that is left of the payment when an actionable
//! warning comes, once a payment, as an action that the journal names; not if the payment is refunded or disputed
//! already.
//!
//! # Which payment, and which player
//!
//! The case is the charge's; if an event names only the payment intent it is the payment intent's, and is merged with
//! the charge's when both are known. Record a purchase with the charge as `order_id`, or the payment intent as
//! `purchase_token`, or both; a subscription with its id, `sub_…`, as `original_id`. Invoice and checkout session are
//! further ids of the purchase ([`related_ids`](crate::OrderDetails::related_ids)).
//!
//! The account tag is the metadata under `user_metadata_key`, of the object itself or of a charge or payment intent
//! that is expanded in it; of a subscription's payment that of the invoice, of the subscription
//! (`subscription_details.metadata`, since API version 2025-03-31.basil under `parent`), or of the checkout session
//! that began it. With `client_reference_id: true` a session's `client_reference_id` is one too, if its metadata has
//! none; a payment link takes it from its URL, so there the customer writes it. Metadata takes a secret key to write,
//! so a user id there names the player directly ([`RecordedTag`](crate::AttributedBy::RecordedTag)); a
//! `client_reference_id` is a bare tag. Stripe copies a payment intent's metadata to its charge, and no metadata to
//! refunds and disputes: put the user id on them when you make them, or record purchases.
//!
//! `livemode: false` is the sandbox, in which the default rules block no player.
//!
//! # What was never captured
//!
//! What was authorised and never captured was never paid. Before API version 2025-03-31.basil Stripe reports its
//! release as a refund: a refund object, `charge.refunded`, and `amount_refunded`. Since then it does none of these.
//! The event's `api_version` decides; a version that is missing or unknown is read as the newest, and logged.
//!
//! A refund object does not show which of the two it is. So a refund is
//! [`Unconfirmed`](crate::StoreState::Unconfirmed), and nothing follows from it, until a message about its payment
//! reports that something was captured, for a minute at most; then the payment is presumed to be captured. A payment
//! that was not captured by then is [`Released`](crate::StoreState::Released), and of a partial capture the refund
//! object for the released rest is left out. A dispute does not wait.
//!
//! # Money
//!
//! Stripe writes amounts in the currency's minor unit: hundredths, but whole units of BIF, CLP, DJF, GNF, JPY, KMF,
//! KRW, MGA, PYG, RWF, VND, VUV, XAF, XOF and XPF, and thousandths of BHD, JOD, KWD, OMR and TND. ISK and UGX have no
//! fractions any more and are written in hundredths all the same; HUF and TWD are whole in payouts only. An event with
//! an amount that is negative, too large, or of a currency without a three-letter code is kept as a dead letter with
//! its content.
//!
//! # Where Stripe's own libraries differ
//!
//! They agree on nearly all; where they do not, the stricter reading applies, since Stripe itself writes none of these:
//! hex in upper case (Go accepts it), a space after the comma (Node accepts it), an item that is no `name=value` pair
//! (Python and Node ignore it), several `t`. The age is checked after the signature, so that a sender without the
//! secret learns nothing of clock and tolerance. As in all of them a timestamp in the future passes: only age makes a
//! replay.
//!
//! # HTTP statuses
//!
//! A 2xx ends the delivery; every other delivery Stripe repeats for up to three days (a sandbox three times). So 401 is
//! the answer to a signature that no secret verifies (a secret rolled but not yet configured is made good by the next
//! attempt, which has a new timestamp), 403 to an account that no section names, and 200 to an authentic event that
//! will never be understood; that is kept as a dead letter.
//!
//! Formats: <https://docs.stripe.com/webhooks>, <https://docs.stripe.com/api/events>,
//! <https://docs.stripe.com/api/refunds>, <https://docs.stripe.com/api/disputes>,
//! <https://docs.stripe.com/api/radar/early_fraud_warnings>, <https://docs.stripe.com/api/invoices>,
//! <https://docs.stripe.com/currencies>.

mod api;
mod config;
mod doctor;
mod error;
mod event;
mod invoice;
mod meaning;
mod payment;
mod reading;
mod refund;
mod signature;
#[cfg(any(test, feature = "testing"))]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod verifier;

use std::sync::Arc;

use crate::config::ConfigError;
use crate::model::{Signal, Store, Timestamp};
use crate::stores::{BuiltInStore, Credentials, KeySources, Rejection, Request, StoreApi, StoreProfile};
#[cfg(any(test, feature = "testing"))]
use crate::testing::signer::{SigningError, TestSigner};
use crate::transport::{RateLimit, Transport};
pub use api::{StripeApi, StripePayment, StripeRefund, StripeRefundReason};
pub use config::{BadWebhookSecret, StripeSection, WebhookSecret};
pub use error::{SignatureHeaderError, StripeConfigError, StripeError};
pub use event::{Event, Notification};
pub use verifier::StripeVerifier;

/// Stripe to the rest of Recoup.
pub(crate) struct Description;

impl BuiltInStore for Description {
    const STORE: Store = Store::Stripe;
    const PROFILE: StoreProfile = StoreProfile {
        credentials: Some(Credentials {
            key: "stripe[].api_key",
            without: "refunds and disputes that no event reports are not found, and the game cannot refund",
        }),
        ..StoreProfile::PLAIN
    };

    type Section = StripeSection;
    type Verifier = StripeVerifier;
    type Notification = Notification;

    fn verifier(sections: &[StripeSection], _: &KeySources) -> Result<StripeVerifier, ConfigError> {
        StripeVerifier::new(sections.to_vec())
            .map_err(|error| ConfigError::Value { key: "stripe".to_owned(), problem: error.to_string() })
    }

    fn verify(
        verifier: &StripeVerifier,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        verifier.verify_notification(request, now)
    }

    fn signal(notification: &Notification) -> Result<Signal, Rejection> {
        notification.signal()
    }

    fn signed_content(body: &[u8]) -> Option<Vec<u8>> {
        signature::signed_content(body)
    }

    fn api(
        sections: &[StripeSection],
        transport: &Arc<dyn Transport>,
    ) -> Result<Option<Arc<dyn StoreApi>>, ConfigError> {
        Ok(StripeApi::new(sections, Arc::clone(transport))?.map(StoreApi::shared))
    }

    fn rate_limits(sections: &[StripeSection]) -> Result<Vec<RateLimit>, ConfigError> {
        StripeApi::rate_limits(sections)
    }

    #[cfg(any(test, feature = "testing"))]
    fn test_signer() -> Result<Box<dyn TestSigner>, SigningError> {
        Ok(Box::new(testing::Stripe::new()?))
    }
}
