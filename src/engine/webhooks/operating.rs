//! What an operator does with endpoints and messages.

use std::sync::Arc;
use std::time::Instant;

use crate::engine::change::Change;
use crate::engine::record::OperatorRemark;
use crate::engine::{Engine, by_operator};
use crate::error::Error;
use crate::ledger::{EndpointRow, NewEntry};
use crate::model::{Happening, WebhookReplay, WebhookTest};
use crate::webhooks::{Answer, Signed, Verdict, request, test_event};

impl Engine {
    /// Has settled messages sent again, under the same `webhook-id`, from their first try on. Returns how many. Waits
    /// for one commit.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_message`, `unknown_endpoint` (also of one that has ended) or
    /// `not_a_message` (one that is not settled); [`Error::BadText`]; [`Error::Ledger`].
    pub fn replay_webhooks(&self, which: &WebhookReplay, who: &str, why: &str) -> Result<u64, Error> {
        let by = by_operator("-", who, why)?;
        let which = which.clone();
        let replayed = self.change(move |change| change.replay(&which, &by))?;
        self.webhooks.wakers.wake();
        Ok(replayed)
    }

    /// Ends an endpoint, by an operator: nothing more is queued for it, and what waits is dropped. Waits for one commit.
    ///
    /// Remove it from the configuration as well. If it is still there it stays ended, until its `url` is another.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_endpoint`, also of one that has ended; [`Error::BadText`];
    /// [`Error::Ledger`].
    pub fn end_webhook(&self, name: &str, who: &str, why: &str) -> Result<(), Error> {
        let by = by_operator("-", who, why)?;
        let name = name.to_owned();
        self.change(move |change| {
            change.active_endpoint(&name)?;
            Ok(change.end_endpoint(&name, Some(&by.who), &by.why)?)
        })
    }

    /// Sends a test message to an endpoint of the configuration, once, and waits for the answer. It is of type
    /// `recoup.test` in every format, and not among the messages.
    ///
    /// # Errors
    /// [`Error::Refused`] with the code `unknown_endpoint`, or `no_secret` if only another process's configuration has
    /// it; [`Error::Ledger`]. What the endpoint answers is no error.
    pub fn test_webhook(&self, name: &str) -> Result<WebhookTest, Error> {
        let (endpoint, transport) = match (self.webhooks.endpoint(name), &self.transport) {
            (Some(endpoint), Some(transport)) => (Arc::clone(endpoint), Arc::clone(transport)),
            (Some(_), None) => {
                let facts =
                    "this build has no HTTP client: turn the Cargo feature http on, or set a transport";
                return Err(Error::Refused { code: "no_secret", facts: facts.to_owned() });
            }
            (None, _) => return Err(self.unsignable(name)?),
        };
        let now = self.now();
        let id = format!("evt_{}_test{}", self.webhooks.ledger, now.millis());
        let body = test_event(name, &self.webhooks.ledger, now);
        let request = request(&endpoint, &Signed { id: &id, at: now, body: &body });
        let begun = Instant::now();
        let sent = request.check().and_then(|()| transport.send(&request));
        let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let Answer { verdict, status, problem } =
            Answer::of(&sent, self.now(), endpoint.authorization.as_ref());
        let delivered = verdict == Verdict::Delivered;
        Ok(WebhookTest { endpoint: name.to_owned(), delivered, status, millis, problem })
    }

    /// Why this engine cannot sign for an endpoint.
    fn unsignable(&self, name: &str) -> Result<Error, Error> {
        Ok(match self.read(|read| read.endpoint(name))? {
            Some(_) => Error::Refused {
                code: "no_secret",
                facts: format!(
                    "this configuration has no webhook endpoint {name:?}: use the one of the process that sends to it"
                ),
            },
            None => unknown(name),
        })
    }
}

impl Change<'_> {
    /// An endpoint that has not ended.
    fn active_endpoint(&self, name: &str) -> Result<EndpointRow, Error> {
        let Some(row) = self.tx.read().endpoint(name)? else { return Err(unknown(name)) };
        match &row.ended {
            None => Ok(row),
            Some((at, why)) => Err(Error::Refused {
                code: "unknown_endpoint",
                facts: format!("the webhook endpoint {name:?} ended at {at}: {why}"),
            }),
        }
    }

    fn replay(&self, which: &WebhookReplay, by: &OperatorRemark) -> Result<u64, Error> {
        let now = self.now;
        let (endpoint, count) = match which {
            WebhookReplay::Message(id) => {
                let Some(message) = self.tx.read().message(*id)? else {
                    let facts = format!("there is no webhook message {id}");
                    return Err(Error::Refused { code: "unknown_message", facts });
                };
                self.active_endpoint(&message.endpoint)?;
                if !self.tx.replay_message(*id, now)? {
                    let facts = format!(
                        "webhook message {id} is {}: it is sent without being replayed",
                        message.state.as_str()
                    );
                    return Err(Error::Refused { code: "not_a_message", facts });
                }
                (message.endpoint, 1)
            }
            WebhookReplay::Dead { endpoint } => {
                self.active_endpoint(endpoint)?;
                (endpoint.clone(), self.tx.replay_dead(endpoint, now)?)
            }
            WebhookReplay::Period { endpoint, since, until } => {
                self.active_endpoint(endpoint)?;
                let period = (*since, until.unwrap_or(now));
                (endpoint.clone(), self.tx.replay_period(endpoint, period, now)?)
            }
        };
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        if count > 0 {
            let (who, why) = (by.who.clone(), by.why.clone());
            let entry = NewEntry { inbox: None, refund: None, order: None, user: None };
            self.tx.write_journal(entry, now, &Happening::MessagesReplayed { endpoint, count, who, why })?;
        }
        Ok(count)
    }
}

fn unknown(name: &str) -> Error {
    Error::Refused {
        code: "unknown_endpoint",
        facts: format!("there is no webhook endpoint {name:?}: see `recoup webhooks`"),
    }
}
