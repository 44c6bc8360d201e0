//! `recoup refund`, `recoup revoke` and `recoup actions`: store actions.

use std::io;

use recoup::{
    Currency, Money, RefundOrder, RefundReason, RevocationRefund, RevokeSubscription, Store, StoreAction,
    StoreActionFilter, StoreActionState,
};

use serde::Serialize;
use serde_json::json;

use crate::blocks::OperatorArguments;
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::refunds::limit;
use crate::render::{Output, Table, actions, words};

/// Refund a player.
#[derive(Debug, clap::Subcommand)]
#[command(after_help = NO_REFUND)]
pub(crate) enum Refund {
    /// Refund what is left of a Google Play order
    GooglePlay(GooglePlay),
    /// Refund a Stripe payment, all of it or a part
    Stripe(Stripe),
    /// Not possible: prints what to do instead
    #[command(hide = true, name = "app-store", aliases = stores_without_refunds())]
    Unsupported(Unsupported),
}

/// The other stores.
fn stores_without_refunds() -> impl Iterator<Item = &'static str> {
    Store::ALL.iter().map(Store::as_str).filter(|name| !["app-store", "google-play", "stripe"].contains(name))
}

/// Why some stores are missing.
const NO_REFUND: &str = "The App Store, ONE Store and Amazon do not let games refund. On the App Store the player requests a \
refund at reportaproblem.apple.com, and the game answers Apple's review (recoup review report). ONE Store refunds in its \
developer console, Amazon through its customer service.";

/// A store that lets no game refund.
#[derive(Debug, clap::Args)]
pub(crate) struct Unsupported {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// The arguments of every store action.
#[derive(Debug, clap::Args)]
struct ActionArguments {
    #[command(flatten)]
    by: OperatorArguments,
    /// Your own name for the action, such as a ticket's number: a second command with the same key sends nothing
    #[arg(long)]
    key: Option<String>,
    /// Print what would be sent, and check whether it can be sent; send and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct GooglePlay {
    #[command(flatten)]
    config: ConfigFile,
    /// The package name
    app: String,
    /// The order, such as GPA.3345-1234-5678-90123
    order: String,
    /// Also end the player's access at once, and a subscription's renewals
    #[arg(long)]
    revoke: bool,
    #[command(flatten)]
    arguments: ActionArguments,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Stripe {
    #[command(flatten)]
    config: ConfigFile,
    /// The account, by its name in the configuration
    app: String,
    /// The charge (ch_..., py_...) or payment intent (pi_...)
    payment: String,
    /// How much, such as 4.99; without it, everything that is left
    #[arg(long, value_parser = micros, requires = "currency")]
    amount: Option<i64>,
    /// The amount's currency, such as USD
    #[arg(long, value_parser = Currency::new, requires = "amount")]
    currency: Option<Currency>,
    /// Why, for Stripe's reports
    #[arg(long, value_enum)]
    reason: Option<Reason>,
    #[command(flatten)]
    arguments: ActionArguments,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Reason {
    Duplicate,
    /// Stripe then blocks the card and the email address
    Fraudulent,
    RequestedByCustomer,
}

/// End a Google Play subscription at once, and refund it.
#[derive(Debug, clap::Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    config: ConfigFile,
    /// The package name
    app: String,
    /// The subscription's purchase token
    token: String,
    /// Refund only the share of the time that is left, not the whole latest charge
    #[arg(long, conflicts_with = "item")]
    prorated: bool,
    /// Only this item of a subscription with add-ons, by its product id
    #[arg(long, value_name = "PRODUCT")]
    item: Option<String>,
    #[command(flatten)]
    arguments: ActionArguments,
}

/// List store actions, newest first.
#[derive(Debug, clap::Args)]
pub(crate) struct Actions {
    #[command(flatten)]
    config: ConfigFile,
    /// Only of this order, payment or purchase token
    #[arg(long)]
    order: Option<String>,
    /// At most this many
    #[arg(long, default_value_t = 50, value_parser = limit)]
    limit: usize,
    /// Continue after this action, as the previous page prints it
    #[arg(long, value_name = "ACTION")]
    after: Option<i64>,
}

impl Refund {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let (config, order, arguments) = match self {
            Self::GooglePlay(GooglePlay { config, app, order, revoke, arguments }) => {
                (config, RefundOrder::GooglePlay { app, order_id: order, revoke }, arguments)
            }
            Self::Stripe(Stripe { config, app, payment, amount, currency, reason, arguments }) => {
                let amount = amount.zip(currency).map(|(micros, currency)| Money { micros, currency });
                let reason = reason.map(|reason| match reason {
                    Reason::Duplicate => RefundReason::Duplicate,
                    Reason::Fraudulent => RefundReason::Fraudulent,
                    Reason::RequestedByCustomer => RefundReason::RequestedByCustomer,
                });
                (config, RefundOrder::Stripe { app, payment, amount, reason }, arguments)
            }
            Self::Unsupported(Unsupported { .. }) => return Err(Failure::Usage(NO_REFUND.to_owned())),
        };
        let (who, why, key) = (arguments.by.who(), arguments.by.why.as_str(), arguments.key.as_deref());
        // Before a ledger is opened, and perhaps created.
        config.apis()?.check_refund(&order, &who, why, key)?;
        if arguments.dry_run {
            return print_dry_run("refund", &order, &arguments, output);
        }
        let engine = config.for_one_call()?;
        let action = engine.issue_refund(order, &who, why, key)?;
        print(&action, output)?;
        engine.close()?;
        Ok(ended(&action))
    }
}

impl Revoke {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let refund = match (self.item, self.prorated) {
            (Some(product), _) => RevocationRefund::Item(product),
            (None, true) => RevocationRefund::Prorated,
            (None, false) => RevocationRefund::Full,
        };
        let revoke = RevokeSubscription { app: self.app, purchase_token: self.token, refund };
        let arguments = self.arguments;
        let (who, why, key) = (arguments.by.who(), arguments.by.why.as_str(), arguments.key.as_deref());
        self.config.apis()?.check_revocation(&revoke, &who, why, key)?;
        if arguments.dry_run {
            return print_dry_run("revoke_subscription", &revoke, &arguments, output);
        }
        let engine = self.config.for_one_call()?;
        let action = engine.revoke_subscription(revoke, &who, why, key)?;
        print(&action, output)?;
        engine.close()?;
        Ok(ended(&action))
    }
}

impl Actions {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let filter = StoreActionFilter { order_id: self.order.clone(), ..StoreActionFilter::default() };
        let page = self.config.existing_ledger()?.actions(&filter, self.after, self.limit)?;
        if output.is_json() {
            output.document(&page)?;
        } else if page.items.is_empty() {
            output.print(match &self.order {
                Some(order) => format!("There are no store actions for {order}."),
                None => "There are no store actions.".to_owned(),
            })?;
        } else {
            let mut table = Table::with_columns(&[
                "action",
                "at (UTC)",
                "store",
                "what",
                "order",
                "state",
                "answer",
                "next (UTC)",
                "who",
                "why",
            ]);
            for action in &page.items {
                table.add_row([
                    action.id.to_string(),
                    words::moment(action.at),
                    action.store.title().to_owned(),
                    words::name(&action.kind),
                    action.order_id.clone(),
                    words::name(&action.state),
                    actions::answer(action),
                    action.next_at.map(words::moment).unwrap_or_default(),
                    action.who.clone(),
                    action.why.clone(),
                ]);
            }
            output.table(&table)?;
            if let Some(next) = page.next {
                output.print(format_args!("There are more: add --after {next}"))?;
            }
        }
        Ok(ExitReason::Fine)
    }
}

fn print(action: &StoreAction, output: &mut Output) -> io::Result<()> {
    if output.is_json() {
        return output.document(action);
    }
    output.print(format_args!(
        "Action {}, {} of {} at {}: {}",
        action.id,
        words::name(&action.kind),
        action.order_id,
        action.store.title(),
        actions::result(action)
    ))
}

/// Whether the action failed, or may have.
const fn ended(action: &StoreAction) -> ExitReason {
    match action.state {
        StoreActionState::Failed | StoreActionState::Unknown => ExitReason::Incomplete,
        _ => ExitReason::Fine,
    }
}

/// Prints what would be sent.
fn print_dry_run(
    kind: &str,
    request: &impl Serialize,
    arguments: &ActionArguments,
    output: &mut Output,
) -> Result<ExitReason, Failure> {
    let request = serde_json::to_value(request).map_err(std::io::Error::from)?;
    if output.is_json() {
        output.document(&json!({
            "dry_run": true, "kind": kind, "request": request,
            "who": arguments.by.who(), "why": arguments.by.why, "key": arguments.key,
        }))?;
    } else {
        output.print(format_args!(
            "Nothing was sent or written. The credentials are configured, and this would be sent: {} {request}",
            kind.replace('_', " ")
        ))?;
        output.print(format_args!("By {}: {}", arguments.by.who(), arguments.by.why))?;
    }
    Ok(ExitReason::Fine)
}

/// A decimal amount in millionths, without rounding.
pub(crate) fn micros(text: &str) -> Result<i64, String> {
    let bad = || format!("{text:?} is not an amount: expected digits and at most six decimals, such as 4.99");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 6 || !digits(whole) || !digits(fraction) {
        return Err(bad());
    }
    format!("{whole}{fraction:0<6}").parse().map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::micros;

    #[test]
    fn amounts_are_read_exactly() {
        for (text, wanted) in [("4.99", 4_990_000), ("500", 500_000_000), ("0.000001", 1), ("1.", 1_000_000)]
        {
            assert_eq!(micros(text), Ok(wanted), "{text}");
        }
        for text in ["", ".5", "-1", "1.2345678", "1,5", "99999999999999999999", "1.2.3"] {
            assert!(micros(text).is_err(), "{text:?} was accepted as an amount");
        }
    }
}
