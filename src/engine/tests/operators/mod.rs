//! Operators of the console, with a manual clock.

mod accounts;
mod acting;
mod calls;
mod forgetting;
mod retention;
mod sessions;
mod views;

use super::*;
use crate::model::{Acting, AuditEntry, AuditFilter, Role, Session, SessionKind, SessionLimits};

/// A hash of a password, as the console gives it.
const PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo";

/// Another one.
const OTHER_PHC: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$b3RoZXJvdGhlcg";

const LIMITS: SessionLimits = SessionLimits { idle: Span::from_hours(12), whole: Span::from_days(7) };

const MINUTE: Span = Span::from_millis(60_000);

impl Fixture {
    /// With an operator who has accepted the invitation.
    fn with_operator(self, name: &str, role: Role) -> Self {
        self.add(name, role);
        self
    }

    fn add(&self, name: &str, role: Role) {
        let invitation = self.engine.add_operator(name, role).unwrap();
        self.engine.accept_invitation(&invitation.token, PHC).unwrap();
    }

    fn session(&self, token: &str) -> Option<Session> {
        self.engine.session(token, LIMITS).unwrap()
    }

    /// The token of a new session of a browser.
    fn sign_in(&self, name: &str) -> String {
        self.engine.begin_session(name, LIMITS, None).unwrap().0
    }

    fn audit(&self) -> Vec<AuditEntry> {
        self.engine.audit(&AuditFilter::default(), None, 1000).unwrap().items
    }
}

fn acting(what: &str, target: Option<&str>) -> Acting {
    Acting {
        operator: Some("ann".to_owned()),
        role: Some(Role::Admin),
        peer: Some("192.0.2.1".to_owned()),
        what: what.to_owned(),
        target: target.map(str::to_owned),
        details: None,
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code()
}
