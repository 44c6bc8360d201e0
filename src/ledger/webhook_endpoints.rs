//! The webhook endpoints. A row stays when its endpoint ends: its messages and its name do too.

use super::columns::{column, name_column};
use super::error::LedgerError;
use super::session::Row;
use super::tx::{Read, Tx};
use super::values::values;
use crate::model::{Timestamp, WebhookFormat};

/// An endpoint as a configuration describes it.
#[derive(Clone, Debug)]
pub(crate) struct NewEndpoint {
    pub(crate) name: String,
    pub(crate) format: WebhookFormat,
    pub(crate) kinds: WantedNames,
    pub(crate) stores: WantedNames,
    pub(crate) environments: WantedNames,
    pub(crate) target: Vec<u8>,
    pub(crate) rendered_by: Vec<u8>,
}

/// Names that an endpoint wants; `None`: all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WantedNames(pub(crate) Option<Vec<String>>);

impl WantedNames {
    /// How the column for all is written.
    const ALL: &'static str = " * ";

    /// As the trigger on the outbox reads them.
    fn column(&self) -> String {
        match &self.0 {
            None => Self::ALL.to_owned(),
            Some(names) => format!(" {} ", names.join(" ")),
        }
    }

    fn read(text: &str) -> Self {
        Self((text != Self::ALL).then(|| text.split_whitespace().map(str::to_owned).collect()))
    }
}

/// An endpoint's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointRow {
    pub(crate) name: String,
    pub(crate) format: WebhookFormat,
    pub(crate) kinds: WantedNames,
    pub(crate) stores: WantedNames,
    pub(crate) environments: WantedNames,
    pub(crate) target: Vec<u8>,
    pub(crate) rendered_by: Vec<u8>,
    pub(crate) since: Timestamp,
    pub(crate) served_at: Option<Timestamp>,
    pub(crate) held_until: Option<Timestamp>,
    pub(crate) problem: Option<(Timestamp, String)>,
    pub(crate) ended: Option<(Timestamp, String)>,
}

/// How many messages of an endpoint are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MessageCounts {
    pub(crate) waiting: i64,
    pub(crate) held: i64,
    pub(crate) dead: i64,
    pub(crate) delivered_at: Option<Timestamp>,
    /// When the oldest held message was made.
    pub(crate) held_since: Option<Timestamp>,
}

impl Tx<'_> {
    /// Writes an endpoint of a configuration. One that has ended is active again if its URL is another.
    pub(crate) fn register_endpoint(&self, new: &NewEndpoint, now: Timestamp) -> Result<(), LedgerError> {
        let known = self.read().endpoint(&new.name)?;
        let is_back = known.as_ref().is_some_and(|known| known.ended.is_some() && known.target != new.target);
        if let Some(known) = &known {
            let is_same = known.format == new.format
                && known.kinds == new.kinds
                && known.stores == new.stores
                && known.environments == new.environments
                && known.target == new.target;
            if is_same && known.rendered_by == new.rendered_by {
                return Ok(());
            }
            if known.format != new.format || known.rendered_by != new.rendered_by {
                self.release_held(&new.name, now)?;
            }
        }
        let [kinds, stores, environments] =
            [&new.kinds, &new.stores, &new.environments].map(WantedNames::column);
        let row = values! {
            name: &new.name,
            format: new.format.as_str(),
            kinds: &kinds,
            stores: &stores,
            environments: &environments,
            target: &new.target,
            rendered_by: &new.rendered_by,
            since: now,
        };
        self.insert_all(
            "webhook_endpoints",
            &[row],
            "ON CONFLICT (name) DO UPDATE SET format = excluded.format, kinds = excluded.kinds, stores = excluded.stores,
             environments = excluded.environments, target = excluded.target, rendered_by = excluded.rendered_by",
        )?;
        if is_back {
            self.execute(
                "UPDATE webhook_endpoints SET ended_at = NULL, ended = NULL, held_until = NULL, since = ?2 WHERE name = ?1",
                &values![&new.name, now],
            )?;
        }
        Ok(())
    }

    /// Notes that a process looks for messages to an endpoint.
    pub(crate) fn serve_endpoint(&self, name: &str, now: Timestamp) -> Result<(), LedgerError> {
        self.execute("UPDATE webhook_endpoints SET served_at = ?2 WHERE name = ?1", &values![name, now])
            .map(drop)
    }

    /// Sends nothing more to an endpoint until a time, or a later one that was set before. What is later than `beyond` was
    /// set while the clock was ahead.
    pub(crate) fn hold_endpoint_back(
        &self,
        name: &str,
        until: Timestamp,
        beyond: Timestamp,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_endpoints
             SET held_until = CASE WHEN held_until > ?2 AND held_until <= ?3 THEN held_until ELSE ?2 END
             WHERE name = ?1",
            &values![name, until, beyond],
        )
        .map(drop)
    }

    /// Notes the last problem with an endpoint's messages.
    pub(crate) fn note_endpoint_problem(
        &self,
        name: &str,
        problem: &str,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.execute(
            "UPDATE webhook_endpoints SET problem = ?2, problem_at = ?3 WHERE name = ?1",
            &values![name, problem, now],
        )
        .map(drop)
    }

    /// Ends an endpoint; `false` if it has ended before.
    pub(crate) fn end_endpoint(&self, name: &str, why: &str, now: Timestamp) -> Result<bool, LedgerError> {
        let ended = self.execute(
            "UPDATE webhook_endpoints SET ended_at = ?3, ended = ?2 WHERE name = ?1 AND ended_at IS NULL",
            &values![name, why, now],
        )?;
        Ok(ended == 1)
    }
}

impl Read<'_> {
    /// An endpoint.
    pub(crate) fn endpoint(&self, name: &str) -> Result<Option<EndpointRow>, LedgerError> {
        self.one("SELECT * FROM webhook_endpoints WHERE name = ?1", &values![name], endpoint_row)
    }

    /// All endpoints, by name.
    pub(crate) fn endpoints(&self) -> Result<Vec<EndpointRow>, LedgerError> {
        self.all("SELECT * FROM webhook_endpoints ORDER BY name", &[], endpoint_row)
    }

    /// Counts an endpoint's messages that are not delivered.
    pub(crate) fn message_counts(&self, endpoint: &str) -> Result<MessageCounts, LedgerError> {
        let count = |state| {
            self.number(
                "SELECT count(*) FROM webhook_messages WHERE endpoint = ?1 AND state = ?2",
                &values![endpoint, state],
            )
        };
        let delivered = self.one(
            "SELECT settled_at FROM webhook_messages
             WHERE endpoint = ?1 AND settled_at IS NOT NULL AND state = 'delivered' ORDER BY settled_at DESC LIMIT 1",
            &values![endpoint],
            |row| column(row, "settled_at"),
        )?;
        let held_since = self.one(
            "SELECT min(made_at) AS at FROM webhook_messages WHERE endpoint = ?1 AND state = 'held'",
            &values![endpoint],
            |row| column(row, "at"),
        )?;
        Ok(MessageCounts {
            waiting: count("waiting")?.saturating_add(count("sending")?),
            held: count("held")?,
            dead: count("dead")?,
            delivered_at: delivered,
            held_since: held_since.flatten(),
        })
    }
}

fn endpoint_row(row: &Row<'_>) -> Result<EndpointRow, LedgerError> {
    let names = |name| Ok::<_, LedgerError>(WantedNames::read(&column::<String>(row, name)?));
    let noted = |at, text| {
        Ok::<_, LedgerError>(column::<Option<Timestamp>>(row, at)?.zip(column::<Option<String>>(row, text)?))
    };
    Ok(EndpointRow {
        name: column(row, "name")?,
        format: name_column(row, "format")?.unwrap_or_default(),
        kinds: names("kinds")?,
        stores: names("stores")?,
        environments: names("environments")?,
        target: column(row, "target")?,
        rendered_by: column(row, "rendered_by")?,
        since: column(row, "since")?,
        served_at: column(row, "served_at")?,
        held_until: column(row, "held_until")?,
        problem: noted("problem_at", "problem")?,
        ended: noted("ended_at", "ended")?,
    })
}
