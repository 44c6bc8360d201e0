//! One request to the API, as handlers see it.

use std::cell::RefCell;
use std::net::IpAddr;
use std::sync::Arc;

use http::HeaderMap;
use hyper::body::Bytes;
use recoup::gateway::Peer;
use recoup::{Acting, Engine, RefundAt, RefundId};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::problem::Problem;
use crate::query::Query;
use crate::rights::Right;
use crate::routes::Route;
use crate::session::{Caller, Way};
use crate::state::State;

/// The longest `Idempotency-Key`, as the library's keys.
const MAX_KEY: usize = 200;

/// The members of bodies that the audit keeps.
const AUDITED: [&str; 14] = [
    "access",
    "action",
    "closed_as",
    "days",
    "even_so",
    "kind",
    "label",
    "product",
    "role",
    "span",
    "status",
    "to",
    "why",
    "written_off",
];

/// The longest details, in bytes: whoever is refused writes no books.
const MAX_DETAILS: usize = 4096;

/// How many characters of a longer name the audit keeps.
const MAX_SHOWN: usize = 256;

/// A request.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a Arc<State>,
    pub(crate) route: &'static Route,
    pub(crate) path: String,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) query: Query,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) peer: Peer,
    /// Who is signed in; `None` only on routes that are for anyone.
    pub(crate) caller: Option<Caller>,
    /// What the call is about, for the audit.
    target: RefCell<Option<String>>,
}

impl<'a> Call<'a> {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        state: &'a Arc<State>,
        route: &'static Route,
        path: String,
        parameters: Vec<(String, String)>,
        query: Query,
        fields: HeaderMap,
        body: Bytes,
        peer: Peer,
    ) -> Self {
        // A call that is refused before its handler runs is about the refund of its address, too.
        let id =
            parameters.iter().find(|(name, _)| name == "id").and_then(|(_, id)| id.parse::<RefundId>().ok());
        let target = id.filter(|_| route.path.starts_with("/refunds/")).map(|id| format!("refund:{id}"));
        let target = RefCell::new(target);
        Self { state, route, path, parameters, query, fields, body, peer, caller: None, target }
    }

    /// The engine, for what changes nothing.
    pub(crate) fn engine(&self) -> &'a Engine {
        &self.state.engine
    }

    /// The engine whose changes are written into the audit.
    pub(crate) fn acting(&self) -> Engine {
        self.state.engine.acting(self.audited())
    }

    /// What the audit says of this call.
    pub(crate) fn audited(&self) -> Acting {
        let caller = self.caller.as_ref();
        Acting {
            operator: caller.map(|caller| caller.operator.clone()),
            role: caller.map(|caller| caller.role),
            peer: Some(self.address().to_string()),
            what: self.route.what.unwrap_or(self.route.path).to_owned(),
            target: self.target.borrow().clone(),
            details: self.details(),
        }
    }

    /// What the audit keeps of the body: what was decided and why, and never a secret.
    fn details(&self) -> Option<Value> {
        let body: Map<String, Value> = serde_json::from_slice(&self.body).ok()?;
        let kept: Map<String, Value> =
            body.into_iter().filter(|(name, _)| AUDITED.contains(&name.as_str())).collect();
        let kept = Value::Object(kept);
        let is_kept =
            kept.as_object().is_some_and(|kept| !kept.is_empty()) && kept.to_string().len() <= MAX_DETAILS;
        is_kept.then_some(kept)
    }

    /// Writes a row of the audit, for a call that changes nothing in the ledger.
    ///
    /// # Errors
    /// The ledger's.
    pub(crate) fn audit(&self, outcome: &str) -> Result<(), Problem> {
        Ok(self.state.engine.write_audit(&self.audited(), outcome)?)
    }

    /// Names what the call is about.
    pub(crate) fn about(&self, kind: &str, id: impl std::fmt::Display) {
        let target = format!("{kind}:{id}");
        // A refused call may name anything, and its row stays for years.
        let is_short = target.len() <= MAX_DETAILS;
        *self.target.borrow_mut() = Some(if is_short { target } else { recoup::shown(&target, MAX_SHOWN) });
    }

    /// The address that the request comes from. Where a proxy on this machine ends TLS, it is the one that the proxy
    /// added to `X-Forwarded-For`: else all people would be one.
    pub(crate) fn address(&self) -> IpAddr {
        let peer = self.peer.0.ip().to_canonical();
        if !peer.is_loopback() || self.state.options.public_url.is_none() {
            return peer;
        }
        let last = self.fields.get_all("x-forwarded-for").iter().next_back();
        let last =
            last.and_then(|field| field.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
        last.map_or(peer, |address| address.to_canonical())
    }

    /// Whoever is signed in.
    ///
    /// # Errors
    /// `signed_out`.
    pub(crate) fn caller(&self) -> Result<&Caller, Problem> {
        self.caller.as_ref().ok_or_else(Problem::signed_out)
    }

    /// The operator's name.
    ///
    /// # Errors
    /// `signed_out`.
    pub(crate) fn operator(&self) -> Result<&str, Problem> {
        Ok(&self.caller()?.operator)
    }

    /// The name that the ledger keeps for a change.
    ///
    /// # Errors
    /// `signed_out`.
    pub(crate) fn who(&self) -> Result<String, Problem> {
        Ok(format!("console:{}", self.operator()?))
    }

    /// Requires a right beyond the route's.
    ///
    /// # Errors
    /// `not_allowed`.
    pub(crate) fn require(&self, right: Right) -> Result<(), Problem> {
        let caller = self.caller()?;
        if right.is_of(caller.role) {
            return Ok(());
        }
        let (role, least) = (caller.role.as_str(), right.least().as_str());
        let detail = format!("your role, {role}, may not do this: ask somebody who is {least}");
        Err(Problem::new(403, "not_allowed", detail).with("right", right.as_str()).with("least", least))
    }

    /// Requires that the caller proved within the last minutes who they are: a browser may stand unwatched. A program has
    /// no person beside it, and whoever made its token has proved it.
    ///
    /// # Errors
    /// `prove_it`.
    pub(crate) fn require_proof(&self) -> Result<(), Problem> {
        let caller = self.caller()?;
        let now = self.engine().now();
        let is_proven = caller.way == Way::Token || caller.proven_until.is_some_and(|until| now < until);
        if is_proven {
            return Ok(());
        }
        Err(Problem::new(
            403,
            "prove_it",
            "this moves money or concerns people's data: enter your password again, and repeat the call",
        ))
    }

    /// A part of the path.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// A part of the path that is a number.
    ///
    /// # Errors
    /// `not_found`.
    pub(crate) fn id(&self, name: &str) -> Result<i64, Problem> {
        self.parameter(name).parse().map_err(|_| Problem::not_found())
    }

    /// The refund of the path, at the revision that `If-Match` names.
    ///
    /// # Errors
    /// `not_found`; `bad_match`.
    pub(crate) fn refund(&self) -> Result<RefundAt, Problem> {
        let id: RefundId = self.id("id")?;
        self.about("refund", id);
        Ok(RefundAt::from(id).at(self.if_match()?))
    }

    fn if_match(&self) -> Result<Option<i64>, Problem> {
        let Some(field) = self.fields.get("if-match") else { return Ok(None) };
        let text = field.to_str().unwrap_or("").trim();
        let revision = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).map(str::parse);
        match (text, revision) {
            ("*", _) => Ok(None),
            (_, Some(Ok(revision))) => Ok(Some(revision)),
            _ => Err(Problem::new(
                400,
                "bad_match",
                "If-Match has to be the refund's revision in quotes, such as \"7\": the ETag of the case",
            )),
        }
    }

    /// The request's key, if it has one.
    ///
    /// # Errors
    /// `bad_key`.
    pub(crate) fn optional_key(&self) -> Result<Option<&str>, Problem> {
        let Some(field) = self.fields.get("idempotency-key") else { return Ok(None) };
        let key = field.to_str().ok().filter(|key| !key.is_empty() && key.len() <= MAX_KEY);
        key.map(Some).ok_or_else(|| {
            Problem::new(400, "bad_key", "Idempotency-Key has to be 1 to 200 printable ASCII characters")
        })
    }

    /// The request's key.
    ///
    /// # Errors
    /// `key_needed`; `bad_key`.
    pub(crate) fn key(&self) -> Result<&str, Problem> {
        let key = self.optional_key()?.ok_or_else(|| {
            Problem::new(
                400,
                "key_needed",
                "the call needs a field Idempotency-Key, 1 to 200 printable ASCII characters: the same for each try of one \
                 change, so that it happens once",
            )
        })?;
        if key.starts_with("event:") {
            let detail = "keys that begin with event: are the game's own, for its events: use another one";
            return Err(Problem::new(400, "bad_key", detail));
        }
        Ok(key)
    }

    /// The body as a document.
    ///
    /// # Errors
    /// `bad_body`, with where and what was expected.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let text: &[u8] = if self.body.is_empty() { b"{}" } else { &self.body };
        let mut reader = serde_json::Deserializer::from_slice(text);
        let document = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            bad_body(&path, &error.into_inner().to_string())
        })?;
        reader.end().map_err(|error| bad_body(".", &error.to_string()))?;
        Ok(document)
    }

    /// The body as an object that has a member more than a document: `{"user": …}` beside a repayment's.
    ///
    /// # Errors
    /// `bad_body`.
    pub(crate) fn json_with<T: DeserializeOwned>(
        &self,
        take: &[&str],
        give: &[(&str, Value)],
    ) -> Result<(Vec<Value>, T), Problem> {
        let mut object: serde_json::Map<String, Value> = self.json()?;
        let taken = take.iter().map(|name| object.remove(*name).unwrap_or(Value::Null)).collect();
        for (name, value) in give {
            if object.insert((*name).to_owned(), value.clone()).is_some() {
                return Err(bad_body(name, "is not for the caller to set: leave it out"));
            }
        }
        let document = serde_path_to_error::deserialize(Value::Object(object)).map_err(|error| {
            let path = error.path().to_string();
            bad_body(&path, &error.into_inner().to_string())
        })?;
        Ok((taken, document))
    }
}

/// The body is not what was expected there.
pub(crate) fn bad_body(path: &str, problem: &str) -> Problem {
    let pointer = if path == "." { String::new() } else { format!("/{}", path.replace('.', "/")) };
    let detail = if path == "." { format!("the body: {problem}") } else { format!("{path}: {problem}") };
    Problem::new(422, "bad_body", detail).with_errors(&[(pointer, problem.to_owned())])
}
