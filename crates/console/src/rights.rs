//! What an operator may do: each right, and the least role that has it.

use recoup::Role;

macro_rules! rights {
    ($($(#[$doc:meta])* $Right:ident $name:literal $Role:ident),* $(,)?) => {
        /// What a route asks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Right {
            $($(#[$doc])* $Right),*
        }

        impl Right {
            /// Every right, those of more people first.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$Right),*];

            /// Its name in JSON.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$Right => $name),* }
            }

            /// The least role that has it.
            pub(crate) const fn least(self) -> Role {
                match self { $(Self::$Right => Role::$Role),* }
            }
        }
    };
}

rights! {
    /// Lists, cases, players, figures, rules, health.
    Read "read" Viewer,
    /// Notes.
    Note "note" Support,
    /// Who works on a case.
    Assign "assign" Support,
    /// Views that others see.
    ShareView "share_view" Support,
    /// That a player has seen a notice.
    MarkNotice "mark_notice" Support,
    /// What was taken and returned.
    ReportRecovery "report_recovery" Support,
    /// Keeping an order from being decided by the rules.
    Spare "spare" Support,
    /// Ending a player's blocks.
    Unblock "unblock" Support,
    /// Forgiving and writing off.
    Forgive "forgive" Operator,
    /// Closing, reopening, setting a status.
    Close "close" Operator,
    /// Deciding one refund.
    Overrule "overrule" Operator,
    /// Blocking a player.
    Block "block" Operator,
    /// Exclusions of every kind.
    Exclude "exclude" Operator,
    /// A player's access to a product.
    Access "access" Operator,
    /// Repayments.
    Repay "repay" Operator,
    /// What was granted, and cancelling entries of the books.
    Correct "correct" Operator,
    /// Stores' messages as they came.
    RawBody "raw_body" Operator,
    /// Messages that were not understood.
    DeadLetters "dead_letters" Operator,
    /// Sending webhooks again, and tests of them.
    Replay "replay" Operator,
    /// Exports.
    Export "export" Operator,
    /// Drafts of rules.
    TryPolicy "try_policy" Operator,
    /// Refunds and revocations at stores.
    StoreAction "store_action" Admin,
    /// What the game knows of an order that a store asks about.
    AnswerReview "answer_review" Admin,
    /// All that the ledger has of a person.
    ExportUser "export_user" Admin,
    /// Forgetting a person.
    ForgetUser "forget_user" Admin,
    /// Operators and tokens.
    Operators "operators" Admin,
    /// Ending a webhook's endpoint.
    EndWebhook "end_webhook" Admin,
    /// Who did what.
    Audit "audit" Admin,
}

impl Right {
    /// Whether a role has it.
    pub(crate) fn is_of(self, role: Role) -> bool {
        self.least() <= role
    }

    /// The names of all that a role has.
    pub(crate) fn names_of(role: Role) -> Vec<&'static str> {
        Self::ALL.iter().filter(|right| right.is_of(role)).map(|right| right.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_what_the_roles_below_it_have() {
        let roles = [Role::Viewer, Role::Support, Role::Operator, Role::Admin];
        let counts: Vec<usize> = roles.iter().map(|role| Right::names_of(*role).len()).collect();
        assert_eq!(counts, [1, 8, 21, 28]);
        for pair in roles.windows(2) {
            let [lower, higher] = pair else { unreachable!() };
            let higher = Right::names_of(*higher);
            assert!(Right::names_of(*lower).iter().all(|name| higher.contains(name)));
        }
    }
}
