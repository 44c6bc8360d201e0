//! `recoup purchase`: recording what the game has delivered.

use std::io::BufRead;
use std::path::PathBuf;

use recoup::{
    Currency, EngineOptions, Environment, Grant, MAX_PURCHASES, Money, ProductType, Purchase,
    PurchaseOutcome, Store, Timestamp,
};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::blocks::OperatorArguments;
use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::refunds::named;
use crate::render::{Output, words};

/// Record purchases: one by options, or many from a file.
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    #[command(flatten)]
    config: ConfigFile,
    /// A file with purchases as JSON: one, a list, or one after another; - for standard input.
    /// Members have the names of the options, with underscores; "purchased_at" is RFC 3339 text or Unix milliseconds;
    /// "price": {"micros": 4990000, "currency": "USD"}, "grants": [{"item": "gems", "quantity": 500}].
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    one: One,
}

/// One purchase by options.
#[derive(Debug, clap::Args)]
#[group(conflicts_with = "from")]
struct One {
    #[arg(long, help = input::any_store("Who sold it"))]
    store: Option<Store>,
    /// The game's own id of the player
    #[arg(long)]
    user: Option<String>,
    /// App Store transactionId, Google Play orderId, ONE Store purchaseId, Stripe charge (ch_… or py_…), Amazon receiptId
    #[arg(long)]
    order_id: Option<String>,
    /// Google Play or ONE Store purchaseToken, Stripe payment intent (pi_…)
    #[arg(long)]
    purchase_token: Option<String>,
    /// App Store originalTransactionId, Stripe subscription (sub_…)
    #[arg(long)]
    original_id: Option<String>,
    /// App Store webOrderLineItemId
    #[arg(long)]
    web_order_line_item_id: Option<String>,
    /// App Store appAccountToken, Google Play obfuscatedExternalAccountId, ONE Store developerPayload, Stripe metadata
    /// under user_metadata_key, Amazon appUserId
    #[arg(long)]
    account_tag: Option<String>,
    /// The token of the subscription that this one replaced: Google Play linkedPurchaseToken
    #[arg(long)]
    linked_token: Option<String>,
    /// Bundle id or package name, ONE Store client id, name of the Stripe section
    #[arg(long)]
    app: Option<String>,
    /// production or sandbox
    #[arg(long, value_parser = named::<Environment>)]
    environment: Option<Environment>,
    /// Product id
    #[arg(long)]
    product: Option<String>,
    /// consumable, non_consumable, one_time, subscription, non_renewing_subscription
    #[arg(long, value_parser = named::<ProductType>)]
    product_type: Option<ProductType>,
    /// How many were bought
    #[arg(long)]
    quantity: Option<u32>,
    /// The total price, in millionths of the currency's unit: 4990000 is 4.99
    #[arg(long, requires = "currency")]
    price_micros: Option<i64>,
    /// ISO 4217 code, such as USD
    #[arg(long, requires = "price_micros", value_parser = Currency::new)]
    currency: Option<Currency>,
    /// When it was bought: RFC 3339 or Unix milliseconds
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    purchased_at: Option<Timestamp>,
    /// When what was bought ends, such as a subscription's paid period: RFC 3339 or Unix milliseconds
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    expires_at: Option<Timestamp>,
    /// The buyer's country, two letters as in ISO 3166-1, such as KR
    #[arg(long)]
    country: Option<String>,
    /// The items that the player received, such as gems=500; may be used several times
    #[arg(long = "grant", value_name = "ITEM=QUANTITY", value_parser = grant)]
    grants: Vec<Grant>,
    /// The refund that the player repays by buying again
    #[arg(long, value_name = "REFUND")]
    repays: Option<i64>,
}

/// The source of purchases.
enum Source {
    File(PathBuf),
    Flags(Box<Purchase>),
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Tally {
    recorded: usize,
    completed: usize,
    already_recorded: usize,
}

impl Add {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let source = match (self.from, self.one.purchase()) {
            (Some(path), _) => Source::File(path),
            (None, Some(purchase)) => Source::Flags(Box::new(purchase)),
            (None, None) => {
                return Err(Failure::Usage("no purchase: use --store and --user, or --from FILE".to_owned()));
            }
        };
        let engine = self.config.engine(EngineOptions::new())?;
        let mut tally = Tally::default();
        let mut record = |purchases: Vec<Purchase>| -> Result<(), Failure> {
            for outcome in engine.record_purchases(purchases)? {
                tally.count(outcome);
            }
            Ok(())
        };
        match source {
            Source::File(path) => {
                let name = input::name(&path);
                each_batch(input::open(&path)?, MAX_PURCHASES, &name, &mut record)?;
            }
            Source::Flags(purchase) => record(vec![*purchase])?,
        }
        engine.close()?;
        if output.is_json() {
            output.document(&tally)?;
        } else {
            output.print(tally.sentence())?;
        }
        Ok(ExitReason::Fine)
    }
}

impl Tally {
    fn count(&mut self, outcome: PurchaseOutcome) {
        match outcome {
            PurchaseOutcome::Completed => self.completed += 1,
            PurchaseOutcome::AlreadyRecorded => self.already_recorded += 1,
            _ => self.recorded += 1,
        }
    }

    fn sentence(self) -> String {
        let mut parts = vec![format!("{} recorded", self.recorded)];
        if self.completed > 0 {
            parts.push(format!("{} completed with new details", self.completed));
        }
        if self.already_recorded > 0 {
            parts.push(format!("{} recorded before", self.already_recorded));
        }
        format!("Purchases: {}.", parts.join(", "))
    }
}

impl One {
    fn purchase(self) -> Option<Purchase> {
        let (store, user) = (self.store?, self.user?);
        Some(Purchase {
            store,
            user,
            app: self.app,
            environment: self.environment,
            order_id: self.order_id,
            purchase_token: self.purchase_token,
            original_id: self.original_id,
            web_order_line_item_id: self.web_order_line_item_id,
            account_tag: self.account_tag,
            linked_token: self.linked_token,
            product: self.product,
            product_type: self.product_type,
            quantity: self.quantity,
            price: self.price_micros.zip(self.currency).map(|(micros, currency)| Money { micros, currency }),
            purchased_at: self.purchased_at,
            expires_at: self.expires_at,
            country: self.country,
            grants: self.grants,
            repays: self.repays,
        })
    }
}

pub(crate) fn grant(text: &str) -> Result<Grant, String> {
    let parts = text.rsplit_once('=').and_then(|(item, quantity)| Some((item, quantity.parse().ok()?)));
    match parts {
        Some((item, quantity)) if !item.is_empty() => Ok(Grant { item: item.to_owned(), quantity }),
        _ => Err("expected ITEM=QUANTITY, such as gems=500".to_owned()),
    }
}

/// Passes purchases on in batches of at most `size`, so that a file of any length fits in memory.
fn each_batch(
    from: impl BufRead,
    size: usize,
    name: &str,
    record: &mut impl FnMut(Vec<Purchase>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let bad = |problem: String| Failure::Input { path: name.to_owned(), problem };
    let mut batch = Vec::new();
    let mut seen = 0_usize;
    for text in serde_json::Deserializer::from_reader(from).into_iter::<Box<RawValue>>() {
        let text = text.map_err(|error| bad(format!("after {seen} purchases: {error}")))?;
        for purchase in
            purchases(text.get()).map_err(|problem| bad(format!("after {seen} purchases: {problem}")))?
        {
            seen += 1;
            batch.push(purchase);
            if batch.len() == size {
                record(std::mem::take(&mut batch))?;
            }
        }
    }
    if seen == 0 {
        return Err(bad(
            "contains no purchase: expected JSON with \"store\", \"user\" and \"order_id\"".to_owned()
        ));
    }
    if batch.is_empty() { Ok(()) } else { record(batch) }
}

fn purchases(text: &str) -> Result<Vec<Purchase>, String> {
    let json = &mut serde_json::Deserializer::from_str(text);
    let read = if text.starts_with('[') {
        serde_path_to_error::deserialize(json)
    } else {
        serde_path_to_error::deserialize(json).map(|purchase| vec![purchase])
    };
    read.map_err(|error| match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        path => format!("at {path}: {}", error.inner()),
    })
}

/// Move a purchase to another user, with the refunds of that order.
#[derive(Debug, clap::Args)]
pub(crate) struct Transfer {
    #[command(flatten)]
    config: ConfigFile,
    /// The store's id of the order, or its purchase token
    order: String,
    /// The game's own id of the new player
    #[arg(long, value_name = "USER")]
    to: String,
    #[arg(long, help = input::any_store("The store, where two have this order"))]
    store: Option<Store>,
    #[command(flatten)]
    by: OperatorArguments,
}

impl Transfer {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let engine = self.config.engine(EngineOptions::new().background(false))?;
        let (who, why) = (self.by.who(), &self.by.why);
        let done = engine.transfer_purchase(self.store.as_ref(), &self.order, &self.to, &who, why)?;
        engine.close()?;
        if output.is_json() {
            output.document(&done)?;
            return Ok(ExitReason::Fine);
        }
        let counted = |count: usize, one| words::counted(u64::try_from(count).unwrap_or(u64::MAX), one);
        output.print(match (&done.from, done.purchases, done.refunds) {
            (_, 0, 0) => format!("Order {} already belonged to {}.", done.order, done.to),
            (Some(from), purchases, refunds) => format!(
                "Order {} moved from {from} to {}: {}, {}.",
                done.order,
                done.to,
                counted(purchases, "purchase"),
                counted(refunds, "refund")
            ),
            (None, purchases, refunds) => format!(
                "Order {} is {}'s: {}, {}.",
                done.order,
                done.to,
                counted(purchases, "purchase"),
                counted(refunds, "refund")
            ),
        })?;
        Ok(ExitReason::Fine)
    }
}
