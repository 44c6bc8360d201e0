//! The operator's rules: ordered, first match wins.
//!
//! A decision is a pure function of the folded case, the user's other refunds and the rules, so it can be repeated
//! when late facts arrive, and does not depend on their order.

mod action;
mod bounds;
mod checked;
mod matcher;
mod precedence;
mod review_policy;
mod trial;
mod unacknowledged;

use serde::{Deserialize, Serialize};

pub use action::{Action, ActionKind, BlockFor, MAX_GRACE, MIN_GRACE};
pub use bounds::{QuantityIs, ShareIs};
pub use checked::{BadPolicy, MAX_RULES};
pub(crate) use matcher::matches_glob;
pub use matcher::{AmountIs, Matcher, OneOrMore, PurchaseAgeIs, UserRefundsAre};
pub use precedence::{AppliedExclusion, Overruling};
pub use review_policy::{ReviewPolicy, ReviewRule};
pub use trial::{
    BlockedExamples, BlockedUsers, PolicyTrial, RuleTrial, ShadowedRule, TrialChange, TrialExample, Tried,
    TryOptions,
};
pub(crate) use trial::{Compared, TrialTally};
pub(crate) use unacknowledged::Unacknowledged;

use super::{
    AttributedBy, CaseState, Environment, Initiator, Money, ProductType, Reason, Span, Store, Timestamp,
    Trust,
};

/// One rule: its conditions, and what is done with a refund that matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name in the journal.
    pub name: String,
    /// The conditions. Empty: matches every refund (but see [`Action::Block`]).
    #[serde(rename = "match", default)]
    pub matcher: Matcher,
    /// What is done.
    pub action: Action,
}

/// An ordered list of rules: the operator's, then [the default ones](Policy::default_rules), so that every refund is
/// decided. A last rule of the operator's that matches everything disables the defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Policy {
    rules: Vec<Rule>,
}

/// A policy's decision on one refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
pub struct Decision {
    /// The rule that matched.
    pub rule: String,
    /// What is done.
    pub action: Action,
}

impl Decision {
    /// Replaces the rule's name while the decision waits.
    const WAITING: &'static str = "waiting for the store's answer";

    /// The decision while a store is queried for the reason of its refund: the game is notified. Stricter rules are
    /// applied once the store has answered, or has not answered in time.
    pub(crate) fn waiting() -> Self {
        Self { rule: Self::WAITING.to_owned(), action: Action::Notify }
    }

    /// Whether the decision waits for a store's answer.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.rule == Self::WAITING
    }

    /// Whether an exclusion made it, so that it stays whatever the rules are.
    #[must_use]
    pub(crate) fn is_by_exclusion(&self) -> bool {
        self.rule.starts_with(checked::EXCLUSION)
    }
}

/// One refund as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct RefundView<'a> {
    /// Which store.
    pub store: &'a Store,
    /// Bundle id or package name.
    pub app: &'a str,
    /// Production if the store does not report it.
    pub environment: Environment,
    /// The player, as the ledger keeps the id.
    pub user: Option<&'a str>,
    /// The state of the refund.
    pub case: &'a CaseState,
    /// Whether the store may have refunded on its own because the game never acknowledged the purchase; see
    /// [`Matcher::maybe_unacknowledged`].
    pub maybe_unacknowledged: bool,
    /// The evidence that found the user.
    pub attributed_by: Option<AttributedBy>,
    /// The user's earlier refunds that count, without this one.
    pub earlier: &'a [CountedRefund],
    /// Whether the user owed items for an earlier refund when this one was first decided; `None`: it was not decided yet.
    pub user_owes: Option<bool>,
    /// An operator's decision on this refund. It counts before all else.
    pub overruled: Option<&'a Overruling>,
    /// The exclusion that was found for it. It counts before the rules.
    pub exclusion: Option<AppliedExclusion>,
}

/// A refund of the user's, as far as it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedRefund {
    /// When.
    pub at: Timestamp,
    /// How much, if known.
    pub amount: Option<Money>,
}

impl Policy {
    /// The operator's rules followed by the default ones.
    #[must_use]
    pub fn new(own: Vec<Rule>) -> Self {
        let mut rules = own;
        rules.extend(Self::default_rules());
        Self { rules }
    }

    /// All rules in order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The operator's rules: those before the default ones.
    #[must_use]
    pub fn own_rules(&self) -> &[Rule] {
        self.rules.strip_suffix(Self::default_rules().as_slice()).unwrap_or(&self.rules)
    }

    /// The default rules, in order:
    ///
    /// | refund | action | why |
    /// |---|---|---|
    /// | of a test purchase | record | no money moved |
    /// | of a purchase that the game never acknowledged | notify | the store refunded on its own; the player did nothing |
    /// | by an error of the store | notify | as above |
    /// | of a family member's purchase that is no longer shared | notify | it was another person's purchase |
    /// | of nothing: the amount is zero | record | no money was refunded |
    /// | with a player named only by a [bare account tag](AttributedBy::BareTag) | alert | any buyer can write any player's id there |
    /// | by the game's own team, because of fraud | alert and block | the team detected fraud |
    /// | by the game's own team, for another reason | notify | the team's goodwill |
    /// | of an old renewal of a subscription that is still live | alert | often a store's correction; a person should look |
    /// | by Google Play or ONE Store without a reason, and the purchase [may never have been acknowledged](Matcher::maybe_unacknowledged) | alert | the store may have refunded on its own, and a player's own refund may look the same |
    /// | any other, signed or confirmed | alert and block permanently | the player has items and money |
    /// | any other, a hint | record | anyone may have sent it |
    ///
    /// Notify: the host takes the items back, and the refund does not count against the player.
    #[must_use]
    pub fn default_rules() -> Vec<Rule> {
        let rule = |name: &str, matcher, action| Rule { name: name.to_owned(), matcher, action };
        let any = Matcher::default;
        let reason = |reason| Some(OneOrMore::one(reason));
        vec![
            rule(
                "default: test purchases are recorded",
                Matcher { environment: Some(OneOrMore::one(Environment::Sandbox)), ..any() },
                Action::Record,
            ),
            rule(
                "default: unacknowledged purchases do not count against the player",
                Matcher { reason: reason(Reason::Unacknowledged), ..any() },
                Action::Notify,
            ),
            rule(
                "default: the store's own faults do not count against the player",
                Matcher { reason: reason(Reason::StoreFault), ..any() },
                Action::Notify,
            ),
            rule(
                "default: lost family sharing does not count against the player",
                Matcher { family_shared: Some(true), ..any() },
                Action::Notify,
            ),
            rule(
                "default: refunds of a zero amount are recorded",
                Matcher { amount_is_zero: Some(true), ..any() },
                Action::Record,
            ),
            // Any buyer can write any player's id on a purchase, so the tag alone is no evidence against that player.
            rule(
                "default: a bare account tag alerts",
                Matcher {
                    attributed_by: Some(OneOrMore::one(AttributedBy::BareTag)),
                    trust: Some(Trust::Signed),
                    ..any()
                },
                Action::Alert,
            ),
            // The game refunded it itself: its own goodwill is no reason to punish the player, fraud is.
            rule(
                "default: the game's own refunds for fraud alert and block",
                Matcher {
                    initiator: Some(OneOrMore::one(Initiator::Developer)),
                    reason: Some(OneOrMore::any_of(vec![
                        Reason::Fraud,
                        Reason::FriendlyFraud,
                        Reason::Chargeback,
                    ])),
                    trust: Some(Trust::Signed),
                    ..any()
                },
                Action::Block(BlockFor::Permanently),
            ),
            rule(
                "default: the game's own refunds do not count against the player",
                Matcher { initiator: Some(OneOrMore::one(Initiator::Developer)), ..any() },
                Action::Notify,
            ),
            rule(
                "default: an old renewal of a live subscription alerts",
                Matcher { subscription_live: Some(true), trust: Some(Trust::Signed), ..any() },
                Action::Alert,
            ),
            rule(
                "default: possibly unacknowledged purchases alert",
                Matcher { maybe_unacknowledged: Some(true), trust: Some(Trust::Signed), ..any() },
                Action::Alert,
            ),
            rule(
                "default: refunds alert and block",
                Matcher { trust: Some(Trust::Signed), ..any() },
                Action::Block(BlockFor::Permanently),
            ),
            rule("default: hints are recorded", any(), Action::Record),
        ]
    }

    /// An operator's decision on this refund; else that of the exclusion found for it; else the first rule that matches.
    /// The last default rule matches everything.
    #[must_use]
    pub fn decide(&self, refund: RefundView<'_>) -> Decision {
        if let Some(decision) = refund.decided_before_rules() {
            return decision;
        }
        self.rules.iter().find(|rule| rule.fits(refund)).map_or_else(
            || Decision { rule: "no rule matches: recorded".to_owned(), action: Action::Record },
            |rule| Decision { rule: rule.name.clone(), action: rule.action },
        )
    }

    /// How far back the rules look at the user's other refunds; `None` if no rule does, so that one refund cannot
    /// change the decision on another.
    #[must_use]
    pub fn longest_window(&self) -> Option<Span> {
        self.rules
            .iter()
            .filter_map(|rule| rule.matcher.user_refunds.as_ref())
            .map(|refunds| refunds.within)
            .max()
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Rule {
    /// Whether the rule matches. A rule that blocks has implied conditions: real money, signed facts, and better
    /// evidence than a bare account tag, unless it names the environment, the trust or the evidence itself.
    fn fits(&self, refund: RefundView<'_>) -> bool {
        let m = &self.matcher;
        if let Action::Block(_) = self.action {
            if m.environment.is_none() && refund.environment != Environment::Production {
                return false;
            }
            if m.trust.is_none() && refund.case.trust < Trust::Signed {
                return false;
            }
            if m.attributed_by.is_none() && refund.attributed_by == Some(AttributedBy::BareTag) {
                return false;
            }
        }
        m.fits(refund)
    }
}

/// Whether a refund counts towards its user's later ones: real money, more than a hint, not a purchase that a family
/// member stopped sharing, not the game's goodwill, not found by a bare account tag alone, and decided as
/// [`Action::Record`] or more.
#[must_use]
pub fn counts(
    environment: Environment,
    case: &CaseState,
    attributed_by: Option<AttributedBy>,
    decision: &Decision,
) -> bool {
    environment == Environment::Production
        && attributed_by != Some(AttributedBy::BareTag)
        && case.trust >= Trust::Signed
        && !case.about.family_shared
        && !matches!(decision.action, Action::Exclude | Action::Notify)
        && (case.initiator != Some(Initiator::Developer) || is_fraud(case.reason))
}

const fn is_fraud(reason: Option<Reason>) -> bool {
    matches!(reason, Some(Reason::Fraud | Reason::FriendlyFraud | Reason::Chargeback))
}

/// Whether a product renews or ends on its own.
#[must_use]
pub const fn is_subscription(product_type: ProductType) -> bool {
    matches!(product_type, ProductType::Subscription | ProductType::NonRenewingSubscription)
}

#[cfg(test)]
mod tests {
    use super::super::{Extent, Fact, FactKind, MilliPercent, OrderDetails};
    use super::*;

    fn case(trust: Trust, reason: Option<Reason>) -> CaseState {
        let what = FactKind::Refunded {
            step: None,
            extent: Extent::Full,
            reason,
            initiator: None,
            subscription_live: None,
        };
        let about = OrderDetails {
            product: Some("gems_100".to_owned()),
            purchased_at: Some(Timestamp::from_millis(0)),
            ..Default::default()
        };
        let at = Timestamp::from_millis(0).plus(super::super::Span::from_days(10));
        CaseState::fold(&[Fact { at, what, trust, about }], None).unwrap()
    }

    fn view(case: &CaseState, environment: Environment) -> RefundView<'_> {
        RefundView {
            store: &Store::AppStore,
            app: "com.example.game",
            environment,
            user: Some("ann"),
            case,
            maybe_unacknowledged: false,
            attributed_by: Some(AttributedBy::Order),
            earlier: &[],
            user_owes: Some(false),
            overruled: None,
            exclusion: None,
        }
    }

    fn policy(json: &str) -> Policy {
        Policy::new(serde_json::from_str(json).unwrap())
    }

    fn decide(policy: &Policy, case: &CaseState) -> Action {
        policy.decide(view(case, Environment::Production)).action
    }

    const PERMANENT_BLOCK: Action = Action::Block(BlockFor::Permanently);

    #[test]
    fn the_defaults_block_signed_refunds_of_real_money_and_nothing_else() {
        let policy = Policy::default();
        let signed = case(Trust::Signed, None);
        assert_eq!(decide(&policy, &signed), PERMANENT_BLOCK);
        assert_eq!(policy.decide(view(&signed, Environment::Sandbox)).action, Action::Record);
        assert_eq!(decide(&policy, &case(Trust::Hint, None)), Action::Record);
        assert_eq!(decide(&policy, &case(Trust::Signed, Some(Reason::Unacknowledged))), Action::Notify);
        assert_eq!(decide(&policy, &case(Trust::Signed, Some(Reason::StoreFault))), Action::Notify);
        let mut family = signed.clone();
        family.about.family_shared = true;
        assert_eq!(decide(&policy, &family), Action::Notify);
        let mut live = signed;
        live.subscription_live = Some(true);
        assert_eq!(decide(&policy, &live), Action::Alert);
        live.subscription_live = Some(false);
        assert_eq!(decide(&policy, &live), PERMANENT_BLOCK);
    }

    #[test]
    fn a_bare_account_tag_blocks_only_if_a_rule_does() {
        let signed = case(Trust::Signed, None);
        let decide = |policy: &Policy, case: &CaseState, by| {
            let attributed_by = Some(by);
            policy.decide(RefundView { attributed_by, ..view(case, Environment::Production) }).action
        };
        for by in AttributedBy::ALL {
            let wanted = if *by == AttributedBy::BareTag { Action::Alert } else { PERMANENT_BLOCK };
            assert_eq!(decide(&Policy::default(), &signed, *by), wanted, "{by:?}");
        }
        for reason in [Reason::Fraud, Reason::Chargeback, Reason::Remorse] {
            let case = case(Trust::Signed, Some(reason));
            assert_eq!(decide(&Policy::default(), &case, AttributedBy::BareTag), Action::Alert);
        }
        let unnamed = policy(r#"[{"name":"a","action":{"block":"permanently"}}]"#);
        assert_eq!(decide(&unnamed, &signed, AttributedBy::BareTag), Action::Alert, "unless the rule does");
        assert_eq!(decide(&unnamed, &signed, AttributedBy::RecordedTag), PERMANENT_BLOCK);
        let decision = Decision { rule: String::new(), action: Action::Alert };
        for by in AttributedBy::ALL {
            let is_counted = counts(Environment::Production, &signed, Some(*by), &decision);
            assert_eq!(is_counted, *by != AttributedBy::BareTag, "{by:?}");
        }
        let own = policy(
            r#"[{"name":"a","match":{"attributed_by":["bare_tag","recorded_tag"]},"action":{"block":"permanently"}}]"#,
        );
        assert_eq!(decide(&own, &signed, AttributedBy::BareTag), PERMANENT_BLOCK);
        let only = policy(r#"[{"name":"a","match":{"attributed_by":"family"},"action":"record"}]"#);
        assert_eq!(decide(&only, &signed, AttributedBy::Family), Action::Record);
        assert_eq!(decide(&only, &signed, AttributedBy::Order), PERMANENT_BLOCK);
    }

    #[test]
    fn the_first_matching_rule_wins_and_the_defaults_come_last() {
        let policy = policy(
            r#"[{"name":"a","match":{"product":"gold_*"},"action":"exclude"},
                {"name":"b","match":{"product":["silver","gems_*"]},"action":"alert"},
                {"name":"c","action":"exclude"}]"#,
        );
        let decision = policy.decide(view(&case(Trust::Signed, None), Environment::Production));
        assert_eq!((decision.rule.as_str(), decision.action), ("b", Action::Alert));
    }

    #[test]
    fn a_rule_that_blocks_requires_real_money_and_a_signature_by_default() {
        let plain = policy(r#"[{"name":"a","action":{"block":"7d"}}]"#);
        let named = policy(
            r#"[{"name":"a","match":{"environment":"sandbox","trust":"hint"},"action":{"block":"7d"}}]"#,
        );
        let hint = case(Trust::Hint, None);
        assert_eq!(plain.decide(view(&hint, Environment::Production)).action, Action::Record);
        assert_eq!(
            plain.decide(view(&case(Trust::Signed, None), Environment::Sandbox)).action,
            Action::Record
        );
        assert_eq!(
            named.decide(view(&hint, Environment::Sandbox)).action,
            Action::Block(BlockFor::Span(super::super::Span::from_days(7)))
        );
    }

    #[test]
    fn earlier_refunds_count_by_number_and_by_sum_within_a_window() {
        let third = policy(
            r#"[{"name":"a","match":{"user_refunds":{"within":"30d","at_least":3}},"action":{"block":"permanently"}},
                {"name":"b","action":"alert"}]"#,
        );
        let refund = case(Trust::Signed, None);
        let earlier = |days: i64| CountedRefund {
            at: Timestamp::from_millis(0).plus(super::super::Span::from_days(days)),
            amount: None,
        };
        let with = |earlier: &[CountedRefund]| {
            third.decide(RefundView { earlier, ..view(&refund, Environment::Production) }).action
        };
        assert_eq!(with(&[earlier(9)]), Action::Alert);
        assert_eq!(with(&[earlier(9), earlier(8)]), PERMANENT_BLOCK);
        assert_eq!(with(&[earlier(9), earlier(-21)]), Action::Alert);
    }

    #[test]
    fn each_condition_on_the_refund_matches_its_values_and_no_others() {
        let usd = |micros| Some(Money { micros, currency: super::super::Currency::new("USD").unwrap() });
        let mut full = case(Trust::Signed, None);
        full.about.order_id = Some("GPA.1-2".to_owned());
        full.about.purchase_token = Some("token".to_owned());
        full.about.country = super::super::Country::new("KR").ok();
        full.about.price = usd(2_000_000);
        full.quantity = Some(2);
        full.share = MilliPercent::new(50_000);
        let unknown = case(Trust::Signed, None);
        let matches = |condition: &str, refund: RefundView<'_>| {
            let rules = format!(r#"[{{"name":"a","match":{{{condition}}},"action":"exclude"}}]"#);
            policy(&rules).decide(refund).action == Action::Exclude
        };
        for condition in [
            r#""order":"GPA.*""#,
            r#""order":["x","tok?n"]"#,
            r#""user":"a*""#,
            r#""country":["US","kr"]"#,
            r#""app":"com.example.game""#,
            r#""currency":["EUR","USD"]"#,
            r#""quantity":{"at_least":2,"at_most":2}"#,
            r#""share":{"at_least":50000}"#,
            r#""share":{"at_most":50000}"#,
            r#""user_owes":false"#,
        ] {
            assert!(matches(condition, view(&full, Environment::Production)), "{condition}");
        }
        for condition in [
            r#""order":"GPA.1""#,
            r#""user":["bob","A*"]"#,
            r#""country":"US""#,
            r#""app":"com.example.*""#,
            r#""currency":"EUR""#,
            r#""quantity":{"at_least":3}"#,
            r#""quantity":{"at_most":1}"#,
            r#""share":{"at_least":50001}"#,
            r#""share":{"at_most":49999}"#,
            r#""user_owes":true"#,
        ] {
            assert!(!matches(condition, view(&full, Environment::Production)), "{condition}");
        }
        let userless = RefundView { user: None, user_owes: None, ..view(&unknown, Environment::Production) };
        for condition in [
            r#""order":"*""#,
            r#""user":"*""#,
            r#""country":"KR""#,
            r#""currency":"USD""#,
            r#""quantity":{"at_least":0}"#,
            r#""share":{"at_least":0}"#,
            r#""user_owes":false"#,
        ] {
            let nothing = CaseState { share: None, ..unknown.clone() };
            assert!(
                !matches(condition, RefundView { case: &nothing, ..userless }),
                "{condition} of what is unknown"
            );
        }
        // The refunded amount counts before the price.
        full.amount = Some(Money { micros: 1, currency: super::super::Currency::new("EUR").unwrap() });
        assert!(matches(r#""currency":"EUR""#, view(&full, Environment::Production)));
        assert!(!matches(r#""currency":"USD""#, view(&full, Environment::Production)));
        let owes = RefundView { user_owes: Some(true), ..view(&full, Environment::Production) };
        assert!(matches(r#""user_owes":true"#, owes) && !matches(r#""user_owes":false"#, owes));
        let uuid = "6b29fc40-ca47-1067-b31d-00dd010662da";
        let upper = format!(r#""user":"{}""#, uuid.to_ascii_uppercase());
        assert!(
            matches(&upper, RefundView { user: Some(uuid), ..owes }),
            "a UUID is the same in either case"
        );
    }
}
