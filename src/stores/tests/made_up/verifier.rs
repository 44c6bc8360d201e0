//! Verifies the made-up store's messages and returns their meaning.

use std::fmt;

use ring::hmac;
use serde::{Deserialize, Serialize};

use super::MadeUpSection;
use crate::config::{ConfigError, read};
use crate::json;
use crate::model::{
    CaseKey, Environment, Extent, Fact, FactKind, Meaning, OrderDetails, Place, Signal, Store, Timestamp,
    Trust,
};
use crate::stores::{Rejection, Request};

const MAX_BODY: usize = 64 * 1024;

/// The header field that has the signature, in hex.
pub(super) const SIGNATURE: &str = "X-Made-Up-Signature";

/// The errors of the made-up store's messages alone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct MadeUpError;

impl MadeUpError {
    /// A stable name for programs, in snake case.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "bad_signature"
    }

    /// The HTTP status to answer with.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        401
    }

    pub(crate) const fn is_authentic(&self) -> bool {
        false
    }
}

pub(crate) struct MadeUpVerifier {
    apps: Vec<(String, hmac::Key)>,
}

impl MadeUpVerifier {
    pub(super) fn new(sections: &[MadeUpSection]) -> Result<Self, ConfigError> {
        let app = |section: &MadeUpSection| {
            let secret = read(&section.secret_file)?;
            Ok((section.app.clone(), hmac::Key::new(hmac::HMAC_SHA256, secret.trim_ascii())))
        };
        Ok(Self { apps: sections.iter().map(app).collect::<Result<_, ConfigError>>()? })
    }

    pub(super) fn verify_notification(&self, request: &Request<'_>) -> Result<Notification, Rejection> {
        if request.body.len() > MAX_BODY {
            return Err(Rejection::TooLarge { what: "body", size: request.body.len(), limit: MAX_BODY });
        }
        let signature = request.header(SIGNATURE).ok().flatten().and_then(bytes_of_hex).ok_or(MadeUpError)?;
        let is_signed = |key: &hmac::Key| hmac::verify(key, request.body, &signature).is_ok();
        if !self.apps.iter().any(|(_, key)| is_signed(key)) {
            return Err(MadeUpError.into());
        }
        let notification: Notification = json::from_slice(request.body)
            .map_err(|error| Rejection::NotUnderstood { problem: error.to_string() })?;
        match self.apps.iter().any(|(app, key)| *app == notification.app && is_signed(key)) {
            true => Ok(notification),
            false => Err(Rejection::UnknownApp { found: notification.app }),
        }
    }
}

fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let digits = |at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(digits).collect()
}

impl fmt::Debug for MadeUpVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MadeUpVerifier").finish_non_exhaustive()
    }
}

/// A verified message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Notification {
    app: String,
    id: String,
    order: String,
    refunded_at: i64,
}

impl Notification {
    pub(super) fn signal(&self) -> Result<Signal, Rejection> {
        Ok(refund(&self.app, self.id.clone(), &self.order, self.refunded_at, Trust::Signed))
    }
}

/// All of an order was refunded.
pub(super) fn refund(app: &str, notification_id: String, order: &str, at: i64, trust: Trust) -> Signal {
    let at = Timestamp::from_millis(at);
    let what = FactKind::Refunded {
        step: None,
        extent: Extent::Full,
        reason: None,
        initiator: None,
        subscription_live: None,
    };
    let about = OrderDetails { order_id: Some(order.to_owned()), ..OrderDetails::default() };
    Signal {
        place: Place {
            store: Store::MadeUp,
            app: app.to_owned(),
            environment: Some(Environment::Production),
        },
        notification_id,
        name: "refunded".to_owned(),
        at,
        meaning: Meaning::Case {
            key: CaseKey::Order(order.to_owned()),
            fact: Fact { at, what, trust, about },
        },
    }
}
