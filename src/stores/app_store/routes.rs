//! The configured app of a message, chosen by the message's claims.

use std::collections::BTreeMap;
use std::sync::Arc;

use x509_parser::der_parser::oid;

use super::claims::Claims;
use super::config::{AppStoreApp, AppStoreConfigError, AppStoreEnvironment, EffectiveDate};
use super::error::AppStoreError;
use crate::model::{Span, Timestamp};
use crate::stores::Rejection;
use crate::verify::{Markers, X5cJwsVerifier};

/// One configured app, ready to verify for.
pub(super) struct Route {
    bundle_id: String,
    app_apple_id: Option<i64>,
    environments: Vec<AppStoreEnvironment>,
    effective_date: EffectiveDate,
    max_age: Span,
    pub(super) signatures: Arc<X5cJwsVerifier>,
}

/// All configured apps, by bundle id.
pub(super) struct Routes(BTreeMap<String, Vec<Route>>);

/// The verifiers for a message that may be of several apps, each with the time at which certificates must be valid.
pub(super) struct Candidates<'r> {
    pub(super) first: (&'r X5cJwsVerifier, Timestamp),
    pub(super) others: Vec<(&'r X5cJwsVerifier, Timestamp)>,
    pub(super) environment: AppStoreEnvironment,
}

/// Apple's markers in the certificates that sign for the App Store, and in those that issue them.
pub(super) const fn markers() -> Markers {
    Markers { leaf: oid!(1.2.840.113635.100.6.11.1), intermediate: oid!(1.2.840.113635.100.6.2.1) }
}

impl Routes {
    pub(super) fn new(apps: Vec<AppStoreApp>) -> Result<Self, AppStoreConfigError> {
        if apps.is_empty() {
            return Err(AppStoreConfigError::NoApps);
        }
        let mut routes: BTreeMap<String, Vec<Route>> = BTreeMap::new();
        let mut known_roots: Vec<(Vec<Vec<u8>>, Arc<X5cJwsVerifier>)> = Vec::new();
        for app in apps {
            check(&app)?;
            let same_app = routes.entry(app.bundle_id.clone()).or_default();
            for &environment in &app.environments {
                if same_app.iter().any(|other| other.environments.contains(&environment)) {
                    return Err(AppStoreConfigError::EnvironmentTwice {
                        bundle_id: app.bundle_id,
                        environment,
                    });
                }
            }
            let signatures = signatures_under(&app, &mut known_roots)?;
            same_app.push(Route {
                bundle_id: app.bundle_id,
                app_apple_id: app.app_apple_id,
                environments: app.environments,
                effective_date: app.effective_date,
                max_age: app.max_age,
                signatures,
            });
        }
        Ok(Self(routes))
    }

    /// How many chains are remembered for an app.
    #[cfg(test)]
    pub(super) fn proven_chains(&self, bundle_id: &str) -> usize {
        self.0[bundle_id].iter().map(|route| route.signatures.proven_chains()).sum()
    }

    /// The app that accepts a message of this bundle id and environment.
    pub(super) fn find(
        &self,
        claims: &Claims<'_>,
        bundle_id: &str,
    ) -> Result<(&Route, AppStoreEnvironment), Rejection> {
        let routes = self
            .0
            .get(bundle_id)
            .ok_or_else(|| Rejection::UnknownApp { found: bundle_id.chars().take(256).collect() })?;
        let name = claims.environment.ok_or(AppStoreError::NoEnvironment)?;
        let environment = environment(name, Some(bundle_id))?;
        let route = routes.iter().find(|route| route.environments.contains(&environment));
        Ok((route.ok_or_else(|| not_configured(environment, Some(bundle_id)))?, environment))
    }

    /// The apps that accept messages of this environment, for a message that does not name its app. Of those with the
    /// same roots and effective date just one: they return the same answer, and a forger could cause the proof of a
    /// chain for each.
    pub(super) fn of_environment(
        &self,
        claims: &Claims<'_>,
        now: Timestamp,
    ) -> Result<Candidates<'_>, AppStoreError> {
        let environment = environment(claims.environment.ok_or(AppStoreError::NoEnvironment)?, None)?;
        self.candidates(claims, now, environment, |route| route.environments.contains(&environment))
    }

    /// All apps, for a message that Apple may have signed and that names no app.
    pub(super) fn signed(
        &self,
        claims: &Claims<'_>,
        now: Timestamp,
    ) -> Result<Candidates<'_>, AppStoreError> {
        self.candidates(claims, now, AppStoreEnvironment::Production, |route| {
            route.environments.iter().any(|environment| environment.is_signed())
        })
    }

    fn candidates(
        &self,
        claims: &Claims<'_>,
        now: Timestamp,
        environment: AppStoreEnvironment,
        is_one: impl Fn(&Route) -> bool,
    ) -> Result<Candidates<'_>, AppStoreError> {
        let mut candidates = self
            .0
            .values()
            .flatten()
            .filter(|route| is_one(route))
            .map(|route| (&*route.signatures, route.effective_date(claims, now)));
        let first = candidates.next().ok_or_else(|| not_configured(environment, None))?;
        let mut others: Vec<(&X5cJwsVerifier, Timestamp)> = Vec::new();
        for (verifier, at) in candidates {
            let same =
                |known: &(&X5cJwsVerifier, Timestamp)| std::ptr::eq(known.0, verifier) && known.1 == at;
            if !same(&first) && !others.iter().any(same) {
                others.push((verifier, at));
            }
        }
        Ok(Candidates { first, others, environment })
    }

    /// Whether a message is older than any app accepts.
    pub(super) fn too_old(&self, claims: &Claims<'_>, now: Timestamp) -> Option<AppStoreError> {
        let most = self.0.values().flatten().max_by_key(|route| route.max_age.millis())?;
        most.too_old(claims, now)
    }
}

impl Route {
    /// The time at which the certificates of a message must be valid.
    pub(super) fn effective_date(&self, claims: &Claims<'_>, now: Timestamp) -> Timestamp {
        match self.effective_date {
            EffectiveDate::Signed => claims.made_at.unwrap_or(now),
            EffectiveDate::Now => now,
        }
    }

    /// Whether the message's signing time is longer ago than the app accepts.
    pub(super) fn too_old(&self, claims: &Claims<'_>, now: Timestamp) -> Option<AppStoreError> {
        let signed_at = claims.made_at?;
        let (age, limit) = (now.since(signed_at), self.max_age);
        (age > limit).then_some(AppStoreError::TooOld { signed_at, age, limit })
    }

    /// In production, that the message is of the app with the configured Apple ID. Elsewhere Apple leaves it out or
    /// sends 0.
    pub(super) fn require_app_apple_id(
        &self,
        claims: &Claims<'_>,
        environment: AppStoreEnvironment,
    ) -> Result<(), AppStoreError> {
        let (AppStoreEnvironment::Production, Some(expected)) = (environment, self.app_apple_id) else {
            return Ok(());
        };
        match claims.app_apple_id {
            Some(found) if found == expected => Ok(()),
            Some(found) => {
                Err(AppStoreError::WrongAppAppleId { bundle_id: self.bundle_id.clone(), found, expected })
            }
            None => Err(AppStoreError::NoAppAppleId),
        }
    }
}

fn check(app: &AppStoreApp) -> Result<(), AppStoreConfigError> {
    let bundle_id = || app.bundle_id.clone();
    if app.bundle_id.is_empty() {
        return Err(AppStoreConfigError::NoBundleId);
    }
    if app.environments.is_empty() {
        return Err(AppStoreConfigError::NoEnvironments { bundle_id: bundle_id() });
    }
    if app.roots.is_empty() {
        return Err(AppStoreConfigError::NoRoots { bundle_id: bundle_id() });
    }
    if app.environments.contains(&AppStoreEnvironment::Production) && app.app_apple_id.is_none() {
        return Err(AppStoreConfigError::NoAppAppleId { bundle_id: bundle_id() });
    }
    let unsigned = app.environments.iter().find(|environment| !environment.is_signed());
    match unsigned {
        Some(&environment) if cfg!(not(feature = "local-testing")) => {
            Err(AppStoreConfigError::UnsignedEnvironment { bundle_id: bundle_id(), environment })
        }
        _ => Ok(()),
    }
}

/// One verifier for all apps with the same roots, so that they prove a chain once between them.
fn signatures_under(
    app: &AppStoreApp,
    known: &mut Vec<(Vec<Vec<u8>>, Arc<X5cJwsVerifier>)>,
) -> Result<Arc<X5cJwsVerifier>, AppStoreConfigError> {
    if let Some((_, signatures)) = known.iter().find(|(roots, _)| *roots == app.roots) {
        return Ok(Arc::clone(signatures));
    }
    let signatures = X5cJwsVerifier::new(&app.roots, markers())
        .map(Arc::new)
        .map_err(|source| AppStoreConfigError::BadRoot { bundle_id: app.bundle_id.clone(), source })?;
    known.push((app.roots.clone(), Arc::clone(&signatures)));
    Ok(signatures)
}

fn environment(name: &str, bundle_id: Option<&str>) -> Result<AppStoreEnvironment, AppStoreError> {
    AppStoreEnvironment::from_name(name).ok_or_else(|| AppStoreError::WrongEnvironment {
        bundle_id: bundle_id.map(str::to_owned),
        found: name.chars().take(64).collect(),
    })
}

fn not_configured(environment: AppStoreEnvironment, bundle_id: Option<&str>) -> AppStoreError {
    if environment.is_signed() {
        let (bundle_id, found) = (bundle_id.map(str::to_owned), environment.name().to_owned());
        AppStoreError::WrongEnvironment { bundle_id, found }
    } else {
        AppStoreError::UnsignedEnvironment { environment }
    }
}
