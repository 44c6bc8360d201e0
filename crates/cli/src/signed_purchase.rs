//! `recoup purchase add-signed`: records a signed purchase from the client.

use std::path::PathBuf;

use recoup::{
    Currency, EngineOptions, Environment, Error, Grant, ManualClock, Money, ProductType, PurchaseExtras,
    PurchaseOutcome, SignedPurchase, Store, Timestamp,
};
use serde_json::json;

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::purchase::grant;
use crate::refunds::named;
use crate::render::Output;

/// Record a signed purchase from the client, verified by the store's signature.
#[derive(Debug, clap::Args)]
pub(crate) struct AddSigned {
    /// Who sold it: app-store, google-play or one-store
    store: Store,
    #[command(flatten)]
    config: ConfigFile,
    /// The game's own id of the player
    #[arg(long)]
    user: String,
    #[command(flatten)]
    signature: Signature,
    /// production or sandbox, if not in the store's data
    #[arg(long, value_parser = named::<Environment>)]
    environment: Option<Environment>,
    /// consumable, non_consumable, one_time, subscription, non_renewing_subscription, if not in the store's data
    #[arg(long, value_parser = named::<ProductType>)]
    product_type: Option<ProductType>,
    /// The total price, in millionths of the currency's unit: 4990000 is 4.99, if not in the store's data
    #[arg(long, requires = "currency")]
    price_micros: Option<i64>,
    /// ISO 4217 code, such as USD
    #[arg(long, requires = "price_micros", value_parser = Currency::new)]
    currency: Option<Currency>,
    /// The items that the player received, such as gems=500; may be used several times
    #[arg(long = "grant", value_name = "ITEM=QUANTITY", value_parser = grant)]
    grants: Vec<Grant>,
    /// The time to use instead of now: RFC 3339 (2026-01-31T12:00:00Z) or Unix milliseconds
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<Timestamp>,
    /// The transaction JWS (App Store) or the purchase's original JSON, byte for byte; - for standard input
    file: PathBuf,
}

/// The signature of purchase data.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Signature {
    /// The base64 signature of the purchase (Google Play, ONE Store: getSignature())
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    signature: Option<String>,
    /// A file with the signature
    #[arg(long, value_name = "FILE", conflicts_with = "signature")]
    signature_file: Option<PathBuf>,
}

impl Signature {
    pub(crate) const fn is_given(&self) -> bool {
        self.signature.is_some() || self.signature_file.is_some()
    }

    pub(crate) fn text(&self) -> Result<Option<String>, Failure> {
        match (&self.signature, &self.signature_file) {
            (Some(text), _) => Ok(Some(text.clone())),
            (None, Some(path)) => Ok(Some(String::from_utf8_lossy(&input::read(path)?).into_owned())),
            (None, None) => Ok(None),
        }
    }
}

impl AddSigned {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let mut options = EngineOptions::new();
        if let Some(at) = self.at {
            options = options.clock(ManualClock::new(at));
        }
        let data = input::read(&self.file)?;
        let signature = self.signature.text()?;
        let extras = PurchaseExtras {
            environment: self.environment,
            product_type: self.product_type,
            price: self.price_micros.zip(self.currency).map(|(micros, currency)| Money { micros, currency }),
            grants: self.grants,
            ..PurchaseExtras::default()
        };
        let engine = self.config.engine(options)?;
        let signed = SignedPurchase { data: &data, signature: signature.as_deref() };
        let recorded = engine.record_signed_purchase(&self.store, &self.user, &signed, extras);
        engine.close()?;
        match recorded {
            Ok(outcome) => {
                if output.is_json() {
                    output.document(&json!({"outcome": outcome}))?;
                } else {
                    output.print(sentence(outcome))?;
                }
                Ok(ExitReason::Fine)
            }
            Err(Error::SignedPurchase(rejection)) => {
                if output.is_json() {
                    let (code, message) = (rejection.code(), rejection.to_string());
                    output.document(&json!({"outcome": "rejected", "code": code, "message": message}))?;
                } else {
                    output.print(format_args!("Rejected, nothing is recorded: {rejection}"))?;
                }
                Ok(ExitReason::Rejected)
            }
            Err(error) => Err(error.into()),
        }
    }
}

const fn sentence(outcome: PurchaseOutcome) -> &'static str {
    match outcome {
        PurchaseOutcome::Recorded => "Recorded.",
        PurchaseOutcome::Completed => "Recorded before; completed with new details.",
        PurchaseOutcome::Revoked => "Revoked by the store: deliver nothing. The refund is in the ledger.",
        _ => "Recorded before.",
    }
}
