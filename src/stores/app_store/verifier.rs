//! Verification of what the App Store sends and signs.

use std::fmt;

use super::app::{AppStoreApp, AppStoreConfigError, AppStoreEnvironment};
use super::app_transaction::AppTransaction;
use super::body;
use super::claims::{Claims, Content, SignedContent};
use super::error::AppStoreError;
use super::notification::{Notification, Origin};
use super::payload::NotificationPayload;
use super::renewal_info::RenewalInfo;
use super::routes::{Candidates, Route, Routes};
use super::transaction::Transaction;
use crate::crypto::{Authentic, JwsError, Unverified, X5cJwsError, X5cJwsVerifier};
use crate::model::Timestamp;
use crate::stores::{Rejection, Request, purchase_kind};

/// Verifies App Store Server Notifications V2, transactions and renewal infos of one or several apps.
///
/// A message is ES256 and brings its certificates (`x5c`): exactly three, leaf and intermediate with Apple's markers,
/// ending at a root of the configuration, all valid at the [effective date](super::EffectiveDate). It says which app and
/// environment it is of, and is verified by that app's configuration; so production and sandbox can share an endpoint.
/// What is signed inside a notification is verified too, and must be of the same app and environment.
///
/// Revocation is not checked (it would need the network); the checks are those of Apple's libraries without online
/// checks, and beyond them the verification of the inner JWS, key usage, `crit`, duplicate keys and sizes.
///
/// Chains are proven once and remembered; see the costs in the crate's benchmarks.
pub struct AppStoreVerifier {
    pub(super) routes: Routes,
}

impl fmt::Debug for AppStoreVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppStoreVerifier").finish_non_exhaustive()
    }
}

/// What a JWS must agree with where it stands inside another.
struct Inside<'a> {
    member: &'static str,
    origin: &'a Origin,
}

struct Opened<T> {
    content: Authentic<T>,
    bundle_id: Option<String>,
    environment: AppStoreEnvironment,
    at: Timestamp,
}

impl AppStoreVerifier {
    /// A verifier for these apps.
    ///
    /// # Errors
    /// [`AppStoreConfigError`] where an app cannot be verified for: no roots, production without an Apple ID, an
    /// environment twice …
    pub fn new(apps: Vec<AppStoreApp>) -> Result<Self, AppStoreConfigError> {
        Ok(Self { routes: Routes::new(apps)? })
    }

    /// Verifies a notification as Apple posts it, and everything signed inside it. `now` is the clock.
    ///
    /// The body may also be the bare JWS.
    ///
    /// # Errors
    /// [`Rejection`] says why not, and how to answer. It [is authentic](Rejection::is_authentic) where Apple signed
    /// something this version cannot read.
    pub fn verify_notification(
        &self,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        let jws = body::signed_payload(request)?;
        let outer = self.open::<NotificationPayload>(&jws, now, None)?;
        let origin = Origin {
            bundle_id: outer.bundle_id.unwrap_or_default(),
            environment: outer.environment,
            at: outer.at,
        };
        let payload = outer.content;

        let data = payload.data.as_ref();
        let transaction = data.and_then(|data| data.signed_transaction_info.as_deref());
        let renewal_info = data.and_then(|data| data.signed_renewal_info.as_deref());
        let app_data = payload.app_data.as_ref();
        let app_transaction = app_data.and_then(|data| data.signed_app_transaction_info.as_deref());
        let transaction = self.nested::<Transaction>("signedTransactionInfo", transaction, &origin, now)?;
        let renewal_info = self.nested::<RenewalInfo>("signedRenewalInfo", renewal_info, &origin, now)?;
        let app_transaction =
            self.nested::<AppTransaction>("signedAppTransactionInfo", app_transaction, &origin, now)?;

        Ok(Notification::new(payload, origin, transaction, renewal_info, app_transaction, &jws))
    }

    /// Verifies a transaction as StoreKit (`jwsRepresentation`) and the App Store Server API give it. `now` is the
    /// clock.
    ///
    /// It proves that Apple made this transaction for this app; not that whoever sent it is the one who paid.
    ///
    /// # Errors
    /// As [`verify_notification`](Self::verify_notification).
    pub fn verify_transaction(&self, jws: &str, now: Timestamp) -> Result<Authentic<Transaction>, Rejection> {
        self.bare(jws, now)
    }

    /// Verifies a subscription's renewal info. It does not say of which app it is: it is taken where it verifies for
    /// any configured app of its environment. A transaction is none, and is refused. `now` is the clock.
    ///
    /// # Errors
    /// As [`verify_notification`](Self::verify_notification).
    pub fn verify_renewal_info(
        &self,
        jws: &str,
        now: Timestamp,
    ) -> Result<Authentic<RenewalInfo>, Rejection> {
        self.bare(jws, now)
    }

    /// A transaction, and of which app and environment it is.
    pub(super) fn transaction_and_origin(
        &self,
        jws: &str,
        now: Timestamp,
    ) -> Result<(Authentic<Transaction>, String, AppStoreEnvironment), Rejection> {
        let opened = self.open::<Transaction>(jws, now, None)?;
        Ok((opened.content, opened.bundle_id.unwrap_or_default(), opened.environment))
    }

    fn bare<T: SignedContent>(&self, jws: &str, now: Timestamp) -> Result<Authentic<T>, Rejection> {
        body::require_small(jws)?;
        if let Some(found) = purchase_kind::other_than_jws(jws.as_bytes()) {
            return Err(AppStoreError::WrongKind { found, expected: T::KIND.name() }.into());
        }
        Ok(self.open(jws.trim_ascii(), now, None)?.content)
    }

    fn nested<T: SignedContent>(
        &self,
        member: &'static str,
        jws: Option<&str>,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Option<Authentic<T>>, Rejection> {
        let Some(jws) = jws.filter(|jws| !jws.is_empty()) else { return Ok(None) };
        match self.open(jws, now, Some(&Inside { member, origin })) {
            Ok(opened) => Ok(Some(opened.content)),
            Err(Rejection::NotUnderstood { problem }) => {
                Err(Rejection::NotUnderstood { problem: format!("{member}: {problem}") })
            }
            // It is unreadable, and the notification around it is known to be the store's: so nobody forged it.
            Err(Rejection::Jws {
                source:
                    problem @ (JwsError::Segments { .. } | JwsError::Base64 { .. } | JwsError::Json { .. }),
            }) => Err(Rejection::NotUnderstood { problem: format!("{member}: {problem}") }),
            Err(Rejection::AppStore { source: problem @ AppStoreError::WrongKind { .. } }) => {
                Err(Rejection::NotUnderstood { problem: format!("{member}: {problem}") })
            }
            Err(
                mismatch @ Rejection::AppStore {
                    source:
                        AppStoreError::NestedOfAnotherApp { .. }
                        | AppStoreError::NestedOfAnotherEnvironment { .. },
                },
            ) => Err(mismatch),
            Err(source) => Err(AppStoreError::Nested { member, source: Box::new(source) }.into()),
        }
    }

    /// Reads one JWS, finds out whose it claims to be, and verifies it by that app's configuration.
    fn open<T: SignedContent>(
        &self,
        jws: &str,
        now: Timestamp,
        inside: Option<&Inside<'_>>,
    ) -> Result<Opened<T>, Rejection> {
        let message = Unverified::read(jws, Content::<T>::read)?;
        let claims = message.claimed().claims()?;
        if let Some(inside) = inside {
            require_same_origin::<T>(&claims, inside)?;
        }
        let bundle_id = match claims.bundle_id {
            None if T::NAMES_BUNDLE_ID => return Err(AppStoreError::NoBundleId.into()),
            None => inside.map(|inside| inside.origin.bundle_id.as_str()),
            named => named,
        };
        let Some(bundle_id) = bundle_id else {
            return self.open_for_any_app(message, now);
        };
        let (route, environment) = self.routes.find(&claims, bundle_id)?;
        if T::NAMES_APP_APPLE_ID {
            route.require_app_apple_id(&claims, environment)?;
        }
        let at = route.effective_date(&claims, now);
        let bundle_id = Some(bundle_id.to_owned());
        let content = understood(authenticate(route, environment, message, at)?)?;
        Ok(Opened { content, bundle_id, environment, at })
    }

    /// The same for a message that does not say of which app it is.
    fn open_for_any_app<T: SignedContent>(
        &self,
        message: Unverified<'_, Content<T>>,
        now: Timestamp,
    ) -> Result<Opened<T>, Rejection> {
        let claims = message.claimed().claims()?;
        let Candidates { first, others, environment } = self.routes.of_environment(&claims, now)?;
        let (content, at) = if environment.is_signed() {
            X5cJwsVerifier::verify_by_any(first, others, message).map_err(refused)?
        } else {
            (believe_unsigned(environment, message)?, first.1)
        };
        Ok(Opened { content: understood(content)?, bundle_id: None, environment, at })
    }
}

fn require_same_origin<T: SignedContent>(
    claims: &Claims<'_>,
    inside: &Inside<'_>,
) -> Result<(), AppStoreError> {
    let Inside { member, origin } = *inside;
    match claims.bundle_id {
        None if T::NAMES_BUNDLE_ID => return Err(AppStoreError::NoBundleId),
        Some(found) if found != origin.bundle_id => {
            return Err(AppStoreError::NestedOfAnotherApp {
                member,
                found: found.chars().take(256).collect(),
                expected: origin.bundle_id.clone(),
            });
        }
        _ => {}
    }
    match claims.environment {
        None => Err(AppStoreError::NoEnvironment),
        Some(found) if found != origin.environment.name() => Err(AppStoreError::NestedOfAnotherEnvironment {
            member,
            found: found.chars().take(64).collect(),
            expected: origin.environment,
        }),
        Some(_) => Ok(()),
    }
}

fn authenticate<T>(
    route: &Route,
    environment: AppStoreEnvironment,
    message: Unverified<'_, Content<T>>,
    at: Timestamp,
) -> Result<Authentic<Content<T>>, Rejection> {
    if !environment.is_signed() {
        return believe_unsigned(environment, message);
    }
    route.signatures.verify(message, at).map_err(refused)
}

fn refused(error: X5cJwsError) -> Rejection {
    match error {
        X5cJwsError::Jws(source) => source.into(),
        X5cJwsError::Chain(source) => source.into(),
    }
}

#[cfg(feature = "local-testing")]
fn believe_unsigned<T>(
    _: AppStoreEnvironment,
    message: Unverified<'_, T>,
) -> Result<Authentic<T>, Rejection> {
    Ok(message.believe_unsigned())
}

#[cfg(not(feature = "local-testing"))]
fn believe_unsigned<T>(
    environment: AppStoreEnvironment,
    _: Unverified<'_, T>,
) -> Result<Authentic<T>, Rejection> {
    Err(AppStoreError::UnsignedEnvironment { environment }.into())
}

/// The content; or, where Apple signed something of another shape, a dead letter.
fn understood<T>(content: Authentic<Content<T>>) -> Result<Authentic<T>, Rejection> {
    content.try_map(|content| match content {
        Content::Understood(content) => Ok(*content),
        Content::Misshapen { problem, .. } => Err(Rejection::NotUnderstood { problem: problem.to_string() }),
    })
}
