//! The one table of routes: method, path, who may call it, and what answers. `openapi.json` describes the same, and a test
//! compares the two.

use axum::routing::MethodFilter;

use crate::api::{
    actions, audit, blocks, bulk, changes, contract, dead_letters, exclusions, exports, figures, health,
    operators, people, player, policy, refunds, reviews, session, views, webhooks, work,
};
use crate::call::Call;
use crate::reply::Answer;
use crate::rights::Right;

/// Before each path.
pub(crate) const BASE: &str = "/console/api/v1";

/// The methods that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Delete,
}

impl Method {
    /// Whether it changes something.
    pub(crate) fn is_change(self) -> bool {
        self != Self::Get
    }

    pub(crate) const fn filter(self) -> MethodFilter {
        match self {
            Self::Get => MethodFilter::GET,
            Self::Post => MethodFilter::POST,
            Self::Put => MethodFilter::PUT,
            Self::Delete => MethodFilter::DELETE,
        }
    }

    #[cfg(test)]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may call a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum May {
    /// Anyone who reaches the address.
    Anyone,
    /// Whoever is signed in: it concerns the caller alone.
    SignedIn,
    /// Whoever has the right.
    Has(Right),
}

/// Which threads answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pool {
    Calls,
    /// Two threads: each hash of a password takes a while, and 19 MiB.
    Hashes,
}

/// A route.
#[derive(Clone, Copy)]
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Behind [`BASE`].
    pub(crate) path: &'static str,
    /// The name in the audit, of what is written there.
    pub(crate) what: Option<&'static str>,
    pub(crate) may: May,
    /// Whether it needs an `Idempotency-Key`.
    pub(crate) is_keyed: bool,
    /// Whether the caller has to have proved within the last minutes who they are.
    pub(crate) is_proven: bool,
    pub(crate) pool: Pool,
    pub(crate) handler: fn(&Call<'_>) -> Answer,
}

type Handler = fn(&Call<'_>) -> Answer;

const fn route(method: Method, path: &'static str, may: May, handler: Handler) -> Route {
    Route { method, path, what: None, may, is_keyed: false, is_proven: false, pool: Pool::Calls, handler }
}

const fn get(path: &'static str, right: Right, handler: Handler) -> Route {
    route(Method::Get, path, May::Has(right), handler)
}

const fn post(path: &'static str, what: &'static str, right: Right, handler: Handler) -> Route {
    route(Method::Post, path, May::Has(right), handler).audited(what)
}

impl Route {
    const fn audited(mut self, what: &'static str) -> Self {
        self.what = Some(what);
        self
    }

    const fn keyed(mut self) -> Self {
        self.is_keyed = true;
        self
    }

    const fn proven(mut self) -> Self {
        self.is_proven = true;
        self
    }

    const fn hashing(mut self) -> Self {
        self.pool = Pool::Hashes;
        self
    }
}

use Method::{Delete, Get, Post, Put};
use Right::{
    Access, AnswerReview, Assign, Audit, Block, Close, Correct, DeadLetters, EndWebhook, Exclude, Export,
    ExportUser, ForgetUser, Forgive, MarkNotice, Note, Operators, Overrule, RawBody, Read, Repay, Replay,
    ReportRecovery, Spare, StoreAction, TryPolicy, Unblock,
};

/// Every route.
pub(crate) static ROUTES: &[Route] = &[
    // Who is there.
    route(Get, "/session", May::Anyone, session::show),
    route(Post, "/session", May::Anyone, session::sign_in).audited("sign_in").hashing(),
    route(Delete, "/session", May::SignedIn, session::sign_out).audited("sign_out"),
    route(Post, "/session/prove", May::SignedIn, session::prove).audited("prove").hashing(),
    route(Post, "/session/password", May::SignedIn, session::change_password)
        .audited("password.change")
        .hashing(),
    route(Get, "/session/sessions", May::SignedIn, session::sessions),
    route(Delete, "/session/sessions/{id}", May::SignedIn, session::end_session).audited("session.end"),
    route(Get, "/invitations/{token}", May::Anyone, session::invitation),
    route(Post, "/invitations/{token}", May::Anyone, session::accept).audited("invitation.accept").hashing(),
    // Refunds.
    get("/refunds", Read, refunds::list),
    get("/refunds/count", Read, refunds::count),
    get("/work-counts", Read, work::counts),
    get("/refunds/{id}", Read, refunds::case_file),
    get("/refunds/{id}/messages", RawBody, refunds::messages),
    get("/messages/{inbox}", RawBody, refunds::message).audited("message.read"),
    post("/refunds/{id}/recovery", "refund.recovery", ReportRecovery, refunds::report).keyed(),
    post("/refunds/{id}/forgive", "refund.forgive", Forgive, refunds::forgive).keyed(),
    post("/refunds/{id}/granted", "refund.granted", Correct, refunds::granted),
    post("/refunds/{id}/close", "refund.close", Close, work::close),
    post("/refunds/{id}/reopen", "refund.reopen", Close, work::reopen),
    post("/refunds/{id}/assign", "refund.assign", Assign, work::assign),
    post("/refunds/{id}/notes", "refund.note", Note, work::note),
    post("/refunds/{id}/overrule", "refund.overrule", Overrule, work::overrule),
    post("/refunds/{id}/status", "refund.status", Close, work::set_status),
    post("/entries/{entry}/correct", "entry.correct", Correct, refunds::correct),
    post("/refunds/bulk", "refund.bulk", Assign, bulk::bulk).keyed(),
    get("/debtors", Read, refunds::debtors),
    // Players.
    get("/player", Read, player::show),
    post("/player/block", "player.block", Block, player::block),
    post("/player/unblock", "player.unblock", Unblock, player::unblock),
    post("/player/repay", "player.repay", Repay, player::repay).keyed(),
    post("/player/notes", "player.note", Note, player::note),
    post("/player/access", "player.access", Access, player::access),
    post("/player/notices", "player.notice", MarkNotice, player::notice),
    get("/blocks", Read, blocks::list),
    get("/exclusions", Read, exclusions::list),
    post("/exclusions", "exclusion.make", Spare, exclusions::make),
    post("/exclusions/{id}/end", "exclusion.end", Exclude, exclusions::end),
    // Stores.
    get("/reviews", Read, reviews::list),
    post("/reviews/report", "review.report", AnswerReview, reviews::report),
    get("/actions", Read, actions::list),
    post("/actions/refund", "action.refund", StoreAction, actions::refund).keyed().proven(),
    post("/actions/revoke", "action.revoke", StoreAction, actions::revoke).keyed().proven(),
    // Rules.
    get("/policy", Read, policy::show),
    route(Post, "/policy/check", May::Has(TryPolicy), policy::check),
    post("/policy/trials", "policy.try", TryPolicy, policy::begin),
    get("/policy/trials/{id}", TryPolicy, policy::trial),
    route(Delete, "/policy/trials/{id}", May::Has(TryPolicy), policy::end_trial).audited("policy.stop"),
    // Figures and exports.
    get("/figures", Read, figures::show),
    get("/figures.csv", Export, figures::csv).audited("figures.export"),
    get("/exports/{kind}", Export, exports::export).audited("export"),
    // What waits for an operator.
    get("/dead-letters", DeadLetters, dead_letters::list),
    get("/dead-letters/{id}/body", DeadLetters, dead_letters::body).audited("dead_letter.read"),
    get("/webhooks", Read, webhooks::list),
    get("/webhooks/{name}/messages", Read, webhooks::messages),
    post("/webhooks/{name}/replay", "webhook.replay", Replay, webhooks::replay),
    post("/webhooks/{name}/test", "webhook.test", Replay, webhooks::test),
    post("/webhooks/{name}/end", "webhook.end", EndWebhook, webhooks::end),
    get("/health", Read, health::show),
    route(Post, "/health/examine", May::Has(Read), health::examine).audited("health.test"),
    get("/find", Read, refunds::find),
    // One's own.
    get("/views", Read, views::list),
    route(Post, "/views", May::Has(Read), views::save).audited("view.save"),
    route(Delete, "/views/{id}", May::Has(Read), views::delete).audited("view.delete"),
    route(Put, "/settings", May::SignedIn, views::set_settings),
    // Operators.
    get("/operators", Operators, operators::list),
    post("/operators", "operator.add", Operators, operators::add).proven(),
    post("/operators/{name}/role", "operator.role", Operators, operators::set_role).proven(),
    post("/operators/{name}/invite", "operator.invite", Operators, operators::invite).proven(),
    post("/operators/{name}/end", "operator.end", Operators, operators::end).proven(),
    post("/operators/{name}/sign-out", "operator.sign_out", Operators, operators::sign_out).proven(),
    post("/tokens", "token.make", Operators, operators::make_token).proven(),
    get("/audit", Audit, audit::list),
    post("/people/export", "user.export", ExportUser, people::export).proven(),
    post("/people/forget", "user.forget", ForgetUser, people::forget).proven(),
    // The contract.
    get("/changes", Read, changes::show),
    get("/openapi.json", Read, contract::openapi),
    get("/schemas/{name}", Read, contract::schema),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_route_is_there_once_and_each_change_of_the_ledger_is_audited() {
        let all: BTreeSet<_> = ROUTES.iter().map(|route| (route.method.as_str(), route.path)).collect();
        assert_eq!(all.len(), ROUTES.len());
        for route in ROUTES.iter().filter(|route| route.method.is_change() && route.what.is_none()) {
            // One's own view, a look at the health and a draft change nothing of a player's.
            let is_own = ["/views", "/views/{id}", "/settings", "/health/examine", "/policy/check"];
            let is_own = is_own.contains(&route.path) || route.path.starts_with("/policy/trials");
            assert!(is_own, "{} {}", route.method.as_str(), route.path);
        }
    }

    #[test]
    fn what_moves_money_or_concerns_people_asks_for_a_proof() {
        for route in ROUTES {
            let May::Has(right) = route.may else { continue };
            let needs = matches!(right, StoreAction | ExportUser | ForgetUser | Operators);
            let is_change = route.method.is_change();
            assert_eq!(route.is_proven, needs && is_change, "{} {}", route.method.as_str(), route.path);
        }
    }
}
