//! Verification of what the App Store sends and signs, and the JWS in a request's body.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;

use super::claims::{Around, Claims, Content, SignedContent};
use super::config::{AppStoreApp, AppStoreConfigError, AppStoreEnvironment};
use super::error::AppStoreError;
use super::given;
use super::notification::{Notification, NotificationPayload, Origin};
use super::renewal_info::RenewalInfo;
use super::routes::{Candidates, Route, Routes};
use super::transaction::{AppTransaction, Transaction};
use crate::json;
use crate::model::Timestamp;
use crate::stores::{Rejection, Request, purchase_kind};
use crate::verify::{Authentic, JwsError, Unverified, X5cJwsError, X5cJwsVerifier};

/// Verifies App Store Server Notifications V2, transactions and renewal infos of one or several apps.
///
/// A message is ES256 and brings its certificates (`x5c`): exactly three, leaf and intermediate with Apple's markers,
/// ending at a root of the configuration, all valid at the [effective date](super::EffectiveDate). It names its app and
/// environment, and is verified by that app's configuration; so production and sandbox can share an endpoint. What is
/// signed inside a notification is verified too, and must be of the same app and environment.
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

struct Opened<T> {
    /// Boxed, here and below: unoptimised builds reserve a separate place on the stack for each value of a function,
    /// and a transaction has some kilobytes.
    content: Authentic<Box<T>>,
    bundle_id: Option<String>,
    environment: AppStoreEnvironment,
    at: Timestamp,
}

impl AppStoreVerifier {
    /// A verifier for these apps.
    ///
    /// # Errors
    /// [`AppStoreConfigError`] if an app cannot be verified for: no roots, production without an Apple ID, an
    /// environment twice …
    pub fn new(apps: Vec<AppStoreApp>) -> Result<Self, AppStoreConfigError> {
        Ok(Self { routes: Routes::new(apps)? })
    }

    /// Verifies a notification as Apple posts it, and everything signed inside it. `now` is the clock.
    ///
    /// The body may also be the bare JWS.
    ///
    /// # Errors
    /// [`Rejection`] is the reason, and the response to the store. It [is authentic](Rejection::is_authentic) if Apple
    /// signed something this version cannot read.
    pub fn verify_notification(
        &self,
        request: &Request<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        self.notification(request, now, None, false)
    }

    /// The same for a notification that is delivered: one that was signed longer ago than
    /// [`max_age`](super::AppStoreApp::max_age) of its app is refused. The limit does not apply to what a sweep brings.
    ///
    /// # Errors
    /// As [`verify_notification`](Self::verify_notification); [`AppStoreError::TooOld`].
    pub fn verify_delivery(&self, request: &Request<'_>, now: Timestamp) -> Result<Notification, Rejection> {
        self.notification(request, now, None, true)
    }

    /// The same for a notification in a response of Apple's, which is of the app of the request if it does not name its
    /// own.
    pub(super) fn listed_notification(
        &self,
        item: &[u8],
        requested: &Around<'_>,
        now: Timestamp,
    ) -> Result<Notification, Rejection> {
        self.notification(&Request::of_body(item), now, Some(requested), false)
    }

    fn notification(
        &self,
        request: &Request<'_>,
        now: Timestamp,
        requested: Option<&Around<'_>>,
        is_delivery: bool,
    ) -> Result<Notification, Rejection> {
        let jws = signed_payload(request)?;
        let outer = self.open::<NotificationPayload>(&jws, now, requested, is_delivery)?;
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

    /// Verifies a transaction from StoreKit (`jwsRepresentation`) or the App Store Server API. `now` is the clock.
    ///
    /// It proves that Apple made this transaction for this app; not that its sender is the player who paid.
    ///
    /// # Errors
    /// As [`verify_notification`](Self::verify_notification).
    pub fn verify_transaction(&self, jws: &str, now: Timestamp) -> Result<Authentic<Transaction>, Rejection> {
        self.bare(jws, now)
    }

    /// Verifies a subscription's renewal info. It does not name its app: it is accepted if it verifies for any
    /// configured app of its environment. A transaction is none, and is refused. `now` is the clock.
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

    /// A transaction, and its app and environment.
    pub(super) fn transaction_and_origin(
        &self,
        jws: &str,
        now: Timestamp,
    ) -> Result<(Authentic<Transaction>, String, AppStoreEnvironment), Rejection> {
        self.transaction_around(jws, now, None)
    }

    /// The same for a transaction in a response of Apple's, which is of the app of the request if it does not name its
    /// own.
    pub(super) fn listed_transaction(
        &self,
        jws: &str,
        requested: &Around<'_>,
        now: Timestamp,
    ) -> Result<(Authentic<Transaction>, String, AppStoreEnvironment), Rejection> {
        require_small(jws)?;
        self.transaction_around(jws.trim_ascii(), now, Some(requested))
    }

    fn transaction_around(
        &self,
        jws: &str,
        now: Timestamp,
        requested: Option<&Around<'_>>,
    ) -> Result<(Authentic<Transaction>, String, AppStoreEnvironment), Rejection> {
        let opened = self.open::<Transaction>(jws, now, requested, false)?;
        let content = opened.content.try_map(|content| Ok::<_, Rejection>(*content))?;
        Ok((content, opened.bundle_id.unwrap_or_default(), opened.environment))
    }

    fn bare<T: SignedContent>(&self, jws: &str, now: Timestamp) -> Result<Authentic<T>, Rejection> {
        require_small(jws)?;
        if let Some(found) = purchase_kind::other_than_jws(jws.as_bytes()) {
            return Err(AppStoreError::WrongKind { found, expected: T::KIND.name() }.into());
        }
        self.open::<T>(jws.trim_ascii(), now, None, false)?.content.try_map(|content| Ok(*content))
    }

    fn nested<T: SignedContent>(
        &self,
        member: &'static str,
        jws: Option<&str>,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<Option<Authentic<Box<T>>>, Rejection> {
        let Some(jws) = jws.filter(|jws| !jws.is_empty()) else { return Ok(None) };
        let around = Around {
            member: Some(member),
            bundle_id: &origin.bundle_id,
            environment: origin.environment,
            at: Some(origin.at),
        };
        match self.open(jws, now, Some(&around), false) {
            Ok(opened) => Ok(Some(opened.content)),
            Err(Rejection::NotUnderstood { problem }) => {
                Err(Rejection::NotUnderstood { problem: format!("{member}: {problem}") })
            }
            // It is unreadable, and the notification around it is known to be the store's: so it is no forgery.
            Err(Rejection::Jws {
                source:
                    problem @ (JwsError::Segments { .. }
                    | JwsError::Base64 { .. }
                    | JwsError::Json { .. }
                    | JwsError::Algorithm { .. }
                    | JwsError::Critical),
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

    /// Reads one JWS, finds the app that it claims to be of, and verifies it by that app's configuration. If app,
    /// environment or time is absent, that of the content around it counts. `is_delivery`: it must not be too old.
    fn open<T: SignedContent>(
        &self,
        jws: &str,
        now: Timestamp,
        around: Option<&Around<'_>>,
        is_delivery: bool,
    ) -> Result<Opened<T>, Rejection> {
        let message = Unverified::read(jws, Content::<T>::read)?;
        let claims = message.claimed().claims()?.or_as_around(around);
        if let Some(around) = around {
            require_same_origin(&claims, around)?;
        }
        let missing = match message.claimed() {
            Content::Unreadable { problem } => Some(problem.clone().into()),
            _ if T::NAMES_BUNDLE_ID && claims.bundle_id.is_none() => Some(AppStoreError::NoBundleId.into()),
            _ if claims.environment.is_none() => Some(AppStoreError::NoEnvironment.into()),
            _ => None,
        };
        match missing {
            // It is unreadable, and the notification around it is known to be Apple's.
            Some(missing) if !T::IS_KEPT || around.is_some_and(|around| around.member.is_some()) => {
                return Err(missing);
            }
            Some(missing) => return Err(self.kept(message, now, missing, is_delivery)),
            None => {}
        }
        let Some(bundle_id) = claims.bundle_id else {
            return self.open_for_any_app(message, now);
        };
        let (route, environment) = self.routes.find(&claims, bundle_id)?;
        let lacks_app_apple_id = match route.require_app_apple_id(&claims, environment) {
            _ if !T::NAMES_APP_APPLE_ID => false,
            Err(AppStoreError::NoAppAppleId) if around.is_some() => false,
            Err(AppStoreError::NoAppAppleId) if T::IS_KEPT => true,
            required => {
                required?;
                false
            }
        };
        let too_old = if is_delivery { route.too_old(&claims, now) } else { None };
        let at = route.effective_date(&claims, now);
        let bundle_id = Some(bundle_id.to_owned());
        let content = authenticate(route, environment, message, at)?;
        if let Some(too_old) = too_old {
            return Err(too_old.into());
        }
        if lacks_app_apple_id {
            return Err(Rejection::NotUnderstood { problem: AppStoreError::NoAppAppleId.to_string() });
        }
        Ok(Opened { content: understood(content)?, bundle_id, environment, at })
    }

    /// The result for a notification that does not name its app: a dead letter if any configured app's roots vouch for
    /// it, else its error.
    fn kept<T: SignedContent>(
        &self,
        message: Unverified<'_, Content<T>>,
        now: Timestamp,
        problem: Rejection,
        is_delivery: bool,
    ) -> Rejection {
        let Ok(claims) = message.claimed().claims() else { return problem };
        let too_old = if is_delivery { self.routes.too_old(&claims, now) } else { None };
        let Ok(Candidates { first, others, .. }) = self.routes.signed(&claims, now) else { return problem };
        match X5cJwsVerifier::verify_by_any(first, others, message) {
            Ok(_) => match too_old {
                Some(too_old) => too_old.into(),
                None => Rejection::NotUnderstood { problem: problem.to_string() },
            },
            Err(_) => problem,
        }
    }

    /// The same for a message that does not name its app.
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

/// What is inside a notification must be of the notification's app and environment. For a response of Apple's, the
/// caller compares them.
fn require_same_origin(claims: &Claims<'_>, around: &Around<'_>) -> Result<(), AppStoreError> {
    let Some(member) = around.member else { return Ok(()) };
    if let Some(found) = claims.bundle_id.filter(|found| *found != around.bundle_id) {
        return Err(AppStoreError::NestedOfAnotherApp {
            member,
            found: found.chars().take(256).collect(),
            expected: around.bundle_id.to_owned(),
        });
    }
    if let Some(found) = claims.environment.filter(|found| *found != around.environment.name()) {
        return Err(AppStoreError::NestedOfAnotherEnvironment {
            member,
            found: found.chars().take(64).collect(),
            expected: around.environment,
        });
    }
    Ok(())
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

/// The content; or, if Apple signed something of another shape, a dead letter.
fn understood<T>(content: Authentic<Content<T>>) -> Result<Authentic<Box<T>>, Rejection> {
    content.try_map(|content| match content {
        Content::Understood(content) => Ok(content),
        Content::Misshapen { problem, .. } => Err(Rejection::NotUnderstood { problem: problem.to_string() }),
        Content::Unreadable { problem } => Err(Rejection::NotUnderstood { problem: problem.to_string() }),
    })
}

/// Bytes of a body. The largest real notifications, with two JWS inside and three certificates in each of the three,
/// stay under 64 KiB; Advanced Commerce with many items may double that.
const MAX_BODY: usize = 256 * 1024;

/// Some programs write UTF-8 with it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// `responseBodyV2`.
#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow, rename = "signedPayload")]
    signed_payload: Cow<'a, str>,
}

/// The JWS in a request's body: `{"signedPayload": "…"}` as Apple posts it, or bare, as Apple's notification history
/// and saved samples have it.
pub(super) fn signed_payload<'a>(request: &Request<'a>) -> Result<Cow<'a, str>, Rejection> {
    if request.body.len() > MAX_BODY {
        return Err(Rejection::TooLarge { what: "body", size: request.body.len(), limit: MAX_BODY });
    }
    // The JWS inside is signed, so a byte order mark changes nothing.
    let body = request.body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(request.body);
    if let Some(jws) = bare_jws(body).or_else(|| plainly_wrapped(body)) {
        return match given::in_place_of_a_jws(jws) {
            Some(other) => Err(other.into()),
            None => Ok(Cow::Borrowed(jws)),
        };
    }
    match json::from_slice::<Body<'a>>(body) {
        Ok(body) => Ok(body.signed_payload),
        Err(source) => match (encoded_twice(body), given::in_place_of_a_body(body)) {
            (Some(jws), _) => Ok(jws),
            (None, Some(other)) => Err(other.into()),
            (None, None) => {
                match std::str::from_utf8(body.trim_ascii()).ok().and_then(given::in_place_of_a_jws) {
                    Some(other) => Err(other.into()),
                    None => Err(Rejection::Body { source }),
                }
            }
        },
    }
}

/// The JWS in a body that is JSON in a JSON string, as some frameworks write out a text that is already JSON. The JWS
/// inside is signed, so this changes nothing. A second level of quoting is not looked for.
fn encoded_twice<'a>(body: &[u8]) -> Option<Cow<'a, str>> {
    if !body.trim_ascii_start().starts_with(b"\"") {
        return None;
    }
    let text: String = json::value_from_slice(body).ok()?;
    let body: Body<'_> = json::from_slice(text.as_bytes()).ok()?;
    Some(Cow::Owned(body.signed_payload.into_owned()))
}

/// The body, trimmed, if it holds only the characters of a JWS.
fn bare_jws(body: &[u8]) -> Option<&str> {
    let trimmed = body.trim_ascii();
    // Apple's own bodies are reported at their first byte.
    if trimmed.first() == Some(&b'{') {
        return None;
    }
    let is_jws = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=');
    if trimmed.is_empty() || !trimmed.iter().all(is_jws) {
        return None;
    }
    std::str::from_utf8(trimmed).ok()
}

/// The JWS in a body written the way Apple writes it, found without reading the body as JSON twice over: between
/// this beginning and this end, text without quotes and backslashes can only be the string's value.
fn plainly_wrapped(body: &[u8]) -> Option<&str> {
    let jws = body.strip_prefix(b"{\"signedPayload\":\"")?.strip_suffix(b"\"}")?;
    if jws.contains(&b'"') || jws.contains(&b'\\') {
        return None;
    }
    std::str::from_utf8(jws).ok()
}

/// That a bare JWS is not too large.
pub(super) fn require_small(jws: &str) -> Result<(), Rejection> {
    if jws.len() > MAX_BODY {
        return Err(Rejection::TooLarge { what: "JWS", size: jws.len(), limit: MAX_BODY });
    }
    Ok(())
}
