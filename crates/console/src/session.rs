//! Who sends a request: a browser's session, a program's token, or a person whom a proxy names.

use http::HeaderMap;
use recoup::gateway::Peer;
use recoup::{IdTokenError, Operator, Role, Session, SessionKind, Timestamp};
use serde_json::{Value, json};

use crate::csrf;
use crate::options::JwtSignIn;
use crate::problem::Problem;
use crate::rights::Right;
use crate::sign_in::PROOF;
use crate::state::State;

/// How somebody signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Password,
    Proxy,
    Jwt,
    Token,
}

impl Way {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Proxy => "proxy",
            Self::Jwt => "jwt",
            Self::Token => "token",
        }
    }
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) operator: String,
    pub(crate) role: Role,
    pub(crate) way: Way,
    /// The session's secret: the cookie's value, or the API token.
    pub(crate) token: Option<String>,
    /// What changes have to send; `None` for programs, which no other site makes send anything.
    pub(crate) csrf: Option<String>,
    pub(crate) proven_until: Option<Timestamp>,
}

/// Finds out who sends a request. `None`: no operator is signed in.
///
/// # Errors
/// `signed_out` for a token or a proxy's header that is not accepted; the ledger's.
pub(crate) fn caller(state: &State, fields: &HeaderMap, peer: Peer) -> Result<Option<Caller>, Problem> {
    // A proxy in front may have a password or a token of its own there.
    if let Some(token) = fields.get("authorization").and_then(|field| api_token(field.to_str().ok()?)) {
        return of_token(state, token).map(Some);
    }
    if let Some(proxy) = &state.options.proxy
        && fields.contains_key(&proxy.header)
    {
        return of_proxy(state, fields, peer).map(Some);
    }
    if let Some(jwt) = &state.options.jwt
        && fields.contains_key(&jwt.header)
    {
        return of_jwt(state, jwt, fields).map(Some);
    }
    if !state.options.password {
        return Ok(None);
    }
    let Some(token) = session_token(state, fields) else { return Ok(None) };
    let session = state.engine.session(&token, state.options.limits)?;
    Ok(session
        .filter(|session| session.kind == SessionKind::Browser)
        .map(|session| of_session(token, session)))
}

/// The secret of a browser's session.
pub(crate) fn session_token(state: &State, fields: &HeaderMap) -> Option<String> {
    cookie(fields, cookie_name(state.is_https()))
}

/// The caller that a browser's session stands for.
pub(crate) fn of_session(token: String, session: Session) -> Caller {
    let csrf = csrf::token(token.as_bytes(), &session.operator);
    Caller {
        operator: session.operator,
        role: session.role,
        way: Way::Password,
        csrf: Some(csrf),
        token: Some(token),
        proven_until: session.proven_until,
    }
}

/// The API token of an `Authorization` field, if it has one of the console's.
fn api_token(field: &str) -> Option<&str> {
    let (scheme, token) = field.split_once(' ')?;
    Some(token.trim()).filter(|token| scheme.eq_ignore_ascii_case("bearer") && token.starts_with("rcp_"))
}

fn of_token(state: &State, token: &str) -> Result<Caller, Problem> {
    let refused = || Problem::new(401, "signed_out", "the token is unknown or has ended: use another one");
    let session = state.engine.session(token, state.options.limits)?.ok_or_else(refused)?;
    if session.kind != SessionKind::Token {
        return Err(refused());
    }
    Ok(Caller {
        operator: session.operator,
        role: session.role,
        way: Way::Token,
        token: Some(token.to_owned()),
        csrf: None,
        proven_until: session.proven_until,
    })
}

fn of_proxy(state: &State, fields: &HeaderMap, peer: Peer) -> Result<Caller, Problem> {
    let refused = || {
        Problem::new(
            401,
            "signed_out",
            "the request has the header field of the sign-in proxy, and does not come from it: sign in through the proxy",
        )
    };
    let proxy = state.options.proxy.as_ref().ok_or_else(refused)?;
    let secret = fields.get("x-recoup-proxy-secret").map_or(&b""[..], |value| value.as_bytes());
    let is_from_it = proxy.from.contains(&peer.0.ip().to_canonical());
    let mut names = fields.get_all(&proxy.header).iter();
    let name = names.next().and_then(|name| name.to_str().ok()).filter(|name| !name.is_empty());
    let (Some(name), None) = (name, names.next()) else { return Err(refused()) };
    if !csrf::is_same(secret, proxy.secret.expose().as_bytes()) || !is_from_it {
        return Err(refused());
    }
    let operator = named_by_proxy(state, name)?;
    Ok(Caller {
        csrf: Some(csrf::token(proxy.secret.expose().as_bytes(), &operator.name)),
        proven_until: state.proofs.until(&operator.name),
        operator: operator.name,
        role: operator.role,
        way: Way::Proxy,
        token: None,
    })
}

fn of_jwt(state: &State, jwt: &JwtSignIn, fields: &HeaderMap) -> Result<Caller, Problem> {
    let refused =
        |why: &str| Problem::new(401, "signed_out", format!("the proxy's token is not accepted: {why}"));
    let mut all = fields.get_all(&jwt.header).iter();
    let (Some(field), None) = (all.next(), all.next()) else { return Err(refused("there are several")) };
    let text = field.to_str().map_err(|_| refused("it is no text"))?;
    let text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
    let token = jwt.tokens.verify(text, state.engine.now()).map_err(|error| match error {
        IdTokenError::NoKeys { .. } => Problem::new(503, "no_keys", error.to_string()).retry_after(60),
        error => refused(&recoup::shown(&error.to_string(), 500)),
    })?;
    let name = token.text(&jwt.name).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| refused(&format!("it has no {} that is text", jwt.name)))?;
    let operator = named_by_proxy(state, name)?;
    // Whoever signed in at the proxy a moment ago has proved it there.
    let proven = state.proofs.until(&operator.name).max(Some(token.issued_at.plus(PROOF)));
    Ok(Caller {
        csrf: Some(csrf::token(&state.secret, &operator.name)),
        proven_until: proven,
        operator: operator.name,
        role: operator.role,
        way: Way::Jwt,
        token: None,
    })
}

/// The operator whom a proxy names.
fn named_by_proxy(state: &State, name: &str) -> Result<Operator, Problem> {
    let operator = state.engine.operator(name)?.filter(|operator| operator.ended_at.is_none());
    operator.ok_or_else(|| {
        let name = recoup::shown(name, 100);
        let detail =
            format!("the proxy names {name}, who is no operator here: recoup operator add makes one");
        Problem::new(401, "signed_out", detail)
    })
}

/// The name of the cookie. Over TLS, one that only this host can set, and no page beside it.
pub(crate) const fn cookie_name(is_https: bool) -> &'static str {
    if is_https { "__Host-recoup" } else { "recoup" }
}

/// The `Set-Cookie` field that begins a session.
pub(crate) fn set_cookie(is_https: bool, token: &str) -> String {
    let secure = if is_https { "; Secure" } else { "" };
    format!("{}={token}; HttpOnly; SameSite=Strict; Path=/{secure}", cookie_name(is_https))
}

/// The `Set-Cookie` field that ends one.
pub(crate) fn end_cookie(is_https: bool) -> String {
    format!("{}; Max-Age=0", set_cookie(is_https, ""))
}

fn cookie(fields: &HeaderMap, name: &str) -> Option<String> {
    let all = fields.get_all("cookie").iter().filter_map(|field| field.to_str().ok());
    let mut pairs = all.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
        .filter(|value| !value.is_empty())
}

/// Who is there, as the page needs it.
///
/// # Errors
/// The ledger's.
pub(crate) fn document(state: &State, caller: &Caller) -> Result<Value, Problem> {
    let operator = state.engine.operator(&caller.operator)?;
    let settings = operator.map_or_else(|| json!({}), |operator| operator.settings);
    Ok(json!({
        "operator": caller.operator,
        "role": caller.role.as_str(),
        "rights": Right::names_of(caller.role),
        "csrf": caller.csrf,
        "settings": settings,
        "proven_until": caller.proven_until,
        "way": caller.way.as_str(),
        "version": env!("CARGO_PKG_VERSION"),
        "stores": state.options.stores,
        "game": state.options.game,
    }))
}

/// No operator is signed in: what the sign-in page needs.
pub(crate) fn signed_out(state: &State) -> Problem {
    let mut ways = Vec::new();
    if state.options.password {
        ways.push("password");
    }
    if state.options.proxy.is_some() {
        ways.push("proxy");
    }
    if state.options.jwt.is_some() {
        ways.push("jwt");
    }
    let problem = Problem::signed_out().with("ways", ways);
    match state.engine.operators() {
        Ok(operators) => {
            problem.with("has_operators", operators.iter().any(|operator| operator.ended_at.is_none()))
        }
        Err(error) => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_strict_and_secure_where_tls_is() {
        assert_eq!(set_cookie(false, "t"), "recoup=t; HttpOnly; SameSite=Strict; Path=/");
        assert_eq!(set_cookie(true, "t"), "__Host-recoup=t; HttpOnly; SameSite=Strict; Path=/; Secure");
        assert_eq!(end_cookie(false), "recoup=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut fields = HeaderMap::new();
        fields.append("cookie", "a=1; recoup=tok; b=2".parse().unwrap());
        assert_eq!(cookie(&fields, "recoup").as_deref(), Some("tok"));
        assert_eq!(cookie(&fields, "__Host-recoup"), None);
    }
}
