//! `recoup verify`: is this message authentic, and what does it mean? Without a ledger.

use std::path::PathBuf;

use clap::ValueEnum;
use recoup::{Meaning, Rejection, Request, Signal, SignedPurchase, Span, Store, Verifier};
use serde_json::{Map, Value, json};

use crate::config_file::ConfigFile;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::input::RequestArguments;
use crate::render::Output;
use crate::signed_purchase::Signature;

/// Verify a store's message without a ledger, and print its meaning. Always prints one JSON object.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    #[arg(help = input::verified_stores("Who sent it"))]
    store: Store,
    #[command(flatten)]
    config: ConfigFile,
    /// The content of the file
    #[arg(long, value_enum, default_value_t = Kind::Notification)]
    kind: Kind,
    #[command(flatten)]
    signature: Signature,
    #[command(flatten)]
    around: RequestArguments,
    /// The raw body, or one bare JWS; - for standard input
    file: PathBuf,
}

/// What to verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// The body of a store's request
    Notification,
    /// One bare JWS transaction (App Store)
    Transaction,
    /// One bare JWS renewal info (App Store)
    Renewal,
    /// A signed purchase from the client: a JWS transaction (App Store), or purchase data with --signature (Google
    /// Play, ONE Store)
    Purchase,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Notification => "notification",
            Self::Transaction => "transaction",
            Self::Renewal => "renewal",
            Self::Purchase => "purchase",
        }
    }
}

impl Verify {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        if matches!(self.kind, Kind::Transaction | Kind::Renewal) && self.store != Store::AppStore {
            return Err(Failure::Usage(format!(
                "--kind {} is for app-store: {} signs no such thing",
                self.kind.as_str(),
                self.store
            )));
        }
        if self.signature.is_given() && self.kind != Kind::Purchase {
            return Err(Failure::Usage(
                "a signature belongs to a purchase: use --kind purchase with it".to_owned(),
            ));
        }
        let verifier = self.config.verifier()?;
        let body = input::read(&self.file)?;
        let signature = self.signature.text()?;

        let mut verdict = Map::new();
        let verified = self.verified(&verifier, &body, signature.as_deref());
        verdict.insert("verdict".to_owned(), json!(if verified.is_ok() { "accepted" } else { "rejected" }));
        verdict.insert("store".to_owned(), json!(self.store));
        verdict.insert("kind".to_owned(), json!(self.kind.as_str()));
        let ended = match verified {
            Ok(reported) => {
                verdict.insert("http_status".to_owned(), json!(200));
                verdict.extend(reported);
                ExitReason::Fine
            }
            Err(rejection) => {
                verdict.insert("code".to_owned(), json!(rejection.code()));
                verdict.insert("message".to_owned(), json!(rejection.to_string()));
                verdict.insert("http_status".to_owned(), json!(rejection.http_status()));
                verdict.insert("dead_letter".to_owned(), json!(rejection.is_authentic()));
                ExitReason::Rejected
            }
        };
        output.document(&verdict)?;
        Ok(ended)
    }

    fn verified(
        &self,
        verifier: &Verifier,
        body: &[u8],
        signature: Option<&str>,
    ) -> Result<Map<String, Value>, Rejection> {
        let now = self.around.now();
        let mut reported = Map::new();
        match self.kind {
            Kind::Notification => {
                let headers = self.around.headers();
                let verified =
                    verifier.notification(&self.store, &Request { headers: &headers, body }, now)?;
                let age = now.since(verified.signal.at).millis().max(0);
                reported.insert("age".to_owned(), json!(Span::from_millis(age - age % 1000)));
                reported.insert("meaning".to_owned(), meaning(&verified.signal));
                reported.insert("decoded".to_owned(), verified.decoded);
            }
            Kind::Transaction => {
                reported.insert("decoded".to_owned(), verifier.transaction(bare_jws(body).trim(), now)?);
            }
            Kind::Renewal => {
                reported.insert("decoded".to_owned(), verifier.renewal_info(bare_jws(body).trim(), now)?);
            }
            Kind::Purchase => {
                let signed = SignedPurchase { data: body, signature };
                let verified = verifier.purchase(&self.store, &signed, now)?;
                reported.insert("app".to_owned(), json!(verified.place.app));
                reported.insert("environment".to_owned(), json!(verified.place.environment));
                reported.insert("order".to_owned(), json!(verified.order));
                reported.insert("revoked".to_owned(), json!(verified.revocation.is_some()));
                reported.insert("decoded".to_owned(), verified.decoded);
            }
        }
        Ok(reported)
    }
}

/// Invalid UTF-8 becomes characters that no JWS has, so that the verifier refuses it with its own message.
fn bare_jws(body: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(body)
}

fn meaning(signal: &Signal) -> Value {
    let mut meaning = json!({
        "kind": signal.meaning.kind(),
        "name": signal.name,
        "notification_id": signal.notification_id,
        "app": signal.place.app,
        "environment": signal.place.environment,
        "at": signal.at,
    });
    match &signal.meaning {
        Meaning::Case { key, fact } => {
            meaning["case"] = json!(key.as_text());
            meaning["fact"] = json!(fact);
        }
        Meaning::Purchase(about) | Meaning::Order(about) | Meaning::ConsentRescinded { about } => {
            meaning["about"] = json!(about)
        }
        Meaning::Confirmation { url } => meaning["url"] = json!(url),
        _ => {}
    }
    meaning
}
