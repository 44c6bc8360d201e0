//! Your own store: Samsung Galaxy Store, which is not built in. The host authenticates its Instant Server Notifications
//! (ISN) by itself and reports their meaning; attribution, policy, blocks, events and journal are Recoup's.
//!
//! ```text
//! samsung_galaxy_store CONFIG.json PACKAGE_NAME KEY.pem NOTIFICATION...
//! ```
//!
//! CONFIG.json needs a `database` only. KEY.pem is the developer's own IAP public key from Samsung's Seller Portal, each
//! NOTIFICATION a file with the body of one of Samsung's POSTs: a JWT, signed RS256.
//!
//! Formats: <https://developer.samsung.com/iap/isn/overview.html>.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::{fs, io::Write};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use recoup::{
    Config, CustomMessage, Engine, Environment, Extent, Fact, FactKind, OrderDetails, Span, Store, Timestamp,
    Trust,
};
use ring::digest::{SHA256, digest};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde::Deserialize;
use x509_parser::prelude::{FromDer as _, SubjectPublicKeyInfo};

/// Many times what a notification has.
const MAX_BODY: usize = 64 * 1024;
/// How far Samsung's clock may be ahead of ours.
const SKEW: Span = Span::from_millis(300_000);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [config, package_name, key, notifications @ ..] = arguments.as_slice() else {
        return Err("expected CONFIG.json PACKAGE_NAME KEY.pem NOTIFICATION...".into());
    };
    let engine = Engine::open(Config::from_file(config)?)?;
    let samsung = SamsungGalaxyStore::new(package_name, &fs::read(key)?)?;
    for notification in notifications {
        let (status, why) = webhook(&engine, &samsung, &fs::read(notification)?);
        writeln!(std::io::stdout(), "{notification}: answer {status}: {why}")?;
    }
    engine.close()?;
    Ok(())
}

/// What the web server does with one of Samsung's POSTs: the HTTP status to answer, and a line for the log.
fn webhook(engine: &Engine, samsung: &SamsungGalaxyStore, body: &[u8]) -> (u16, String) {
    // Nothing makes a notification run out, but one that is sent again reports nothing new.
    match samsung.message(body, engine.now()) {
        Ok(message) => match engine.record_message(message, body) {
            Ok(outcome) => (outcome.http_status, format!("ingested, new: {}", outcome.new)),
            Err(error) => (error.http_status(), error.to_string()),
        },
        Err(refused) => (refused.http_status, refused.why.to_owned()),
    }
}

/// One app in Samsung Galaxy Store.
struct SamsungGalaxyStore {
    package_name: String,
    store: Store,
    key: Vec<u8>,
}

/// Why a notification is not taken, and how to answer it.
struct Refused {
    http_status: u16,
    why: &'static str,
}

const fn refused(http_status: u16, why: &'static str) -> Refused {
    Refused { http_status, why }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    crit: Option<serde_json::Value>,
}

/// What is signed. Samsung adds members from time to time, so others are no error.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Vec<String>,
    nbf: i64,
    iat: i64,
    #[serde(default)]
    data: Data,
}

/// The members that notifications about items have.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    order_id: Option<String>,
    purchase_id: Option<String>,
    item_id: Option<String>,
    test_pay_yn: Option<String>,
    beta_test_yn: Option<String>,
}

impl SamsungGalaxyStore {
    /// With the key from the Seller Portal, as PEM.
    fn new(package_name: &str, key: &[u8]) -> Result<Self, Box<dyn Error>> {
        let (_, pem) = x509_parser::pem::parse_x509_pem(key)?;
        let (_, info) = SubjectPublicKeyInfo::from_der(&pem.contents)?;
        if !matches!(info.parsed()?, x509_parser::public_key::PublicKey::RSA(_)) {
            return Err("the key is no RSA key".into());
        }
        let key = info.subject_public_key.data.into_owned();
        Ok(Self { package_name: package_name.to_owned(), store: Store::custom("samsung")?, key })
    }

    /// Authenticates a notification and returns its meaning. Nothing of it is used before its signature is verified,
    /// but `alg`, and that only to refuse.
    fn message(&self, body: &[u8], now: Timestamp) -> Result<CustomMessage, Refused> {
        let claims = self.verified(body.trim_ascii())?;
        if claims.iss != "iap.samsungapps.com" || !claims.aud.contains(&self.package_name) {
            return Err(refused(403, "signed, but not by Samsung IAP for this app"));
        }
        if Timestamp::from_secs(claims.nbf) > now.plus(SKEW) {
            return Err(refused(503, "from the future: look at this server's clock"));
        }
        self.understood(claims, body)
    }

    fn verified(&self, body: &[u8]) -> Result<Claims, Refused> {
        let malformed = || refused(400, "no compact JWT");
        if body.len() > MAX_BODY {
            return Err(refused(413, "too large for a notification"));
        }
        let text = std::str::from_utf8(body).map_err(|_| malformed())?;
        let (signed, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
        let (header, claims) = signed.split_once('.').ok_or_else(malformed)?;
        let [header, claims, signature] =
            [header, claims, signature].map(|part| URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed()));

        let header: Header = serde_json::from_slice(&header?).map_err(|_| malformed())?;
        if header.alg != "RS256" || header.crit.is_some() {
            return Err(refused(401, "not signed as Samsung signs"));
        }
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.key)
            .verify(signed.as_bytes(), &signature?)
            .map_err(|_| refused(401, "the signature is not by the key from the Seller Portal"))?;
        // From here on it is Samsung's own: 500, so that it is not taken for done.
        serde_json::from_slice(&claims?).map_err(|_| refused(500, "signed, and not understood"))
    }

    fn understood(&self, claims: Claims, body: &[u8]) -> Result<CustomMessage, Refused> {
        let Claims { sub, data, iat, .. } = claims;
        let at = Timestamp::from_secs(iat);
        let environment = environment(&data);
        let about = OrderDetails {
            order_id: data.order_id,
            purchase_token: data.purchase_id,
            product: data.item_id,
            ..OrderDetails::default()
        };
        let reports = matches!(sub.as_str(), "ITEM_PURCHASED" | "ITEM_REFUNDED");
        let notification_id = match &about.order_id {
            // There is no id in a notification, and an item is bought and refunded once.
            Some(order) if reports => format!("{sub}:{order}"),
            None if reports => return Err(refused(500, "signed, and names no order")),
            _ => URL_SAFE_NO_PAD.encode(digest(&SHA256, body)),
        };
        let (mut fact, mut purchase) = (None, None);
        match sub.as_str() {
            "ITEM_PURCHASED" => purchase = Some(about),
            "ITEM_REFUNDED" => {
                // Neither amount, reason nor time of the refund is reported: all of it, for whatever reason, when signed.
                let what = FactKind::Refunded {
                    step: None,
                    extent: Extent::Full,
                    reason: None,
                    initiator: None,
                    subscription_live: None,
                };
                fact = Some(Fact { at, what, trust: Trust::Signed, about });
            }
            // Tests, and subscriptions (ARS_...): a game that sells some adds ARS_REFUNDED in the same way.
            _ => {}
        }
        let (store, app) = (self.store.clone(), self.package_name.clone());
        Ok(CustomMessage { store, app, environment, notification_id, name: sub, at, fact, purchase })
    }
}

/// Licensed testers and closed betas pay nothing; where neither is reported, what the host recorded counts.
fn environment(data: &Data) -> Option<Environment> {
    match [data.test_pay_yn.as_deref(), data.beta_test_yn.as_deref()] {
        [Some("Y"), _] | [_, Some("Y")] => Some(Environment::Sandbox),
        [Some("N"), Some("N")] => Some(Environment::Production),
        _ => None,
    }
}
