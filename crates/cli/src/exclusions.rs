//! `recoup exclude` and `recoup exclusions`.

use std::str::FromStr;

use clap::ValueEnum;
use recoup::{
    Clock as _, EngineOptions, ExclusionAction, ExclusionKind, NewExclusion, Span, Store, SystemClock,
    Timestamp,
};

use crate::blocks::OperatorArguments;
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::refunds::limit;
use crate::render::{Output, Table, words};

/// Keep refunds that have not come yet out of the rules.
#[derive(Debug, clap::Args)]
pub(crate) struct Exclude {
    #[command(flatten)]
    config: ConfigFile,
    /// What it goes by
    kind: Kind,
    /// The order id or purchase token, the user, or the product ids (a pattern with * and ?); for own-refunds nothing
    #[arg(default_value = "", hide_default_value = true)]
    value: String,
    #[arg(long, help = input::any_store("Of this store only"))]
    store: Option<Store>,
    /// What is done with the refunds
    #[arg(long = "as", value_enum, default_value_t = Effect::Spare)]
    effect: Effect,
    /// When it ends: a time, a day (2026-01-31, to its start in UTC), or in how long (30d)
    #[arg(long, value_name = "TIME")]
    until: Option<Until>,
    #[command(flatten)]
    by: OperatorArguments,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// One order
    Order,
    /// All refunds of one user
    User,
    /// All refunds of these products
    Product,
    /// All orders that Recoup was used to refund or revoke
    OwnRefunds,
}

impl From<Kind> for ExclusionKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Order => Self::Order,
            Kind::User => Self::User,
            Kind::Product => Self::Product,
            Kind::OwnRefunds => Self::OwnRefunds,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Effect {
    /// The game is notified and the refund counts; no alert, no block
    Spare,
    /// No event, and it never counts
    Exclude,
}

impl From<Effect> for ExclusionAction {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Spare => Self::Spare,
            Effect::Exclude => Self::Exclude,
        }
    }
}

/// A time, a day, or in how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    At(Timestamp),
    In(Span),
}

impl Until {
    /// By the system clock.
    fn at(self) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::In(span) => SystemClock.now().plus(span),
        }
    }
}

impl FromStr for Until {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        if let Ok(at) = format!("{text}T00:00:00Z").parse() {
            return Ok(Self::At(at));
        }
        text.parse().map(Self::In).map_err(|_| {
            "expected a time (2026-01-31T12:00:00Z or Unix milliseconds), a day (2026-01-31), or in how long (30d, 12h)"
                .to_owned()
        })
    }
}

impl Exclude {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.engine(EngineOptions::new())?;
        let made = engine.exclude(&NewExclusion {
            kind: self.kind.into(),
            value: self.value,
            store: self.store,
            action: self.effect.into(),
            until: self.until.map(Until::at),
            who: self.by.who(),
            why: self.by.why,
        })?;
        if output.is_json() {
            output.document(&made)?;
        } else {
            output.print(self::made(&made.exclusion))?;
            for refund in &made.refunded_already {
                output.print(format_args!(
                    "Refund {refund} of this order is decided already, and stays as it is; to change it: recoup overrule {refund}"
                ))?;
            }
        }
        engine.close()?;
        Ok(ExitReason::Fine)
    }
}

/// A new exclusion in sentences.
pub(crate) fn made(exclusion: &recoup::Exclusion) -> String {
    let end = match exclusion.until {
        Some(until) => format!("It ends at {} UTC", words::moment(until)),
        None => "It has no end".to_owned(),
    };
    format!("Exclusion {}: {}: {}. {end}.", exclusion.id, about(exclusion), effect(exclusion.action))
}

/// List exclusions, newest first, or end one.
#[derive(Debug, clap::Args)]
pub(crate) struct Exclusions {
    #[command(flatten)]
    config: ConfigFile,
    /// Include the exclusions that have ended
    #[arg(long)]
    all: bool,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Continue after this exclusion, as the previous page prints it
    #[arg(long, value_name = "EXCLUSION")]
    after: Option<i64>,
    #[command(subcommand)]
    command: Option<ExclusionsCommand>,
}

/// Commands for exclusions.
#[derive(Debug, clap::Subcommand)]
enum ExclusionsCommand {
    /// End an exclusion
    ///
    /// Refunds that it decided stay as they are.
    End(End),
}

/// End an exclusion.
#[derive(Debug, clap::Args)]
struct End {
    /// The exclusion, as `recoup exclusions` prints it
    #[arg(value_name = "EXCLUSION")]
    id: i64,
    #[command(flatten)]
    by: OperatorArguments,
}

impl Exclusions {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.existing_ledger()?;
        if let Some(ExclusionsCommand::End(end)) = self.command {
            let exclusion = engine.end_exclusion(end.id, &end.by.who(), &end.by.why)?;
            if output.is_json() {
                output.document(&exclusion)?;
            } else {
                output.print(format_args!(
                    "Exclusion {} ({}) has ended. Refunds that it decided stay as they are.",
                    exclusion.id,
                    about(&exclusion)
                ))?;
            }
            engine.close()?;
            return Ok(ExitReason::Fine);
        }
        let page = engine.exclusions(self.all, self.after, self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.print(if self.all { "There were no exclusions." } else { "No exclusion is active." })?;
        } else {
            output.table(&of(&page.items))?;
            if let Some(next) = page.next {
                output.print(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(ExitReason::Fine)
    }
}

fn of(exclusions: &[recoup::Exclusion]) -> Table {
    let mut table = Table::with_columns(&[
        "exclusion",
        "of",
        "action",
        "made (UTC)",
        "by",
        "until (UTC)",
        "refunds",
        "ended",
    ]);
    for exclusion in exclusions {
        let ended = exclusion.ended.as_ref().map_or_else(
            || "no".to_owned(),
            |end| match (&end.who, &end.why) {
                (Some(who), Some(why)) => format!("{}: by {who}: {why}", words::moment(end.at)),
                _ => format!("{}: it expired", words::moment(end.at)),
            },
        );
        table.add_row([
            exclusion.id.to_string(),
            about(exclusion),
            words::name(&exclusion.action),
            words::moment(exclusion.made_at),
            format!("{}: {}", exclusion.who, exclusion.why),
            exclusion.until.map_or_else(String::new, words::moment),
            exclusion.uses.to_string(),
            ended,
        ]);
    }
    table
}

/// What it goes by.
fn about(exclusion: &recoup::Exclusion) -> String {
    let kind = words::exclusion(exclusion.kind, &exclusion.value);
    match &exclusion.store {
        Some(store) => format!("{kind} ({})", store.title()),
        None => kind,
    }
}

const fn effect(action: ExclusionAction) -> &'static str {
    match action {
        ExclusionAction::Spare => "the game is notified and the refund counts; no alert, no block",
        ExclusionAction::Exclude => "no event, and the refund never counts",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_time_a_day_or_a_span() {
        let noon = Timestamp::from_secs(1_769_860_800);
        assert_eq!("2026-01-31T12:00:00Z".parse(), Ok(Until::At(noon)));
        assert_eq!("2026-01-31".parse(), Ok(Until::At(noon.plus(Span::from_hours(-12)))));
        assert_eq!("30d".parse(), Ok(Until::In(Span::from_days(30))));
        for text in ["", "tomorrow", "30 days"] {
            assert!(text.parse::<Until>().is_err(), "{text:?}");
        }
    }
}
