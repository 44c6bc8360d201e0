//! What each figure means, in the words that every answer carries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::question::{FigureList, Question};

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident ($($list:ident)?) $text:literal)*) => {
        /// A figure that has a definition.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        pub enum Figure {
            $($(#[$doc])* $name,)*
        }

        impl Figure {
            /// Every figure.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What it means.
            #[must_use]
            pub const fn definition(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// The list it belongs to; `None`: every answer has it.
            const fn list(self) -> Option<FigureList> {
                match self {
                    $(Self::$name => figures!(@list $($list)?),)*
                }
            }
        }
    };
    (@list) => { None };
    (@list $list:ident) => { Some(FigureList::$list) };
}

figures! {
    /// Purchases.
    Purchases () "Recorded purchases by the time of purchase, or where that is unknown by when they were recorded. \
        Purchases that repay a refund are not among them."
    /// Their prices.
    Sold () "The sum of their prices, by currency. unpriced counts those without a price."
    /// Refunds.
    Refunds () "Refunds by when money was first refunded, by the store's clock: all or a part of the money is refunded \
        now, the report is more than a hint, and no rule excludes it. A refund that was reported twice counts once."
    /// Refunds in full.
    Whole () "Refunds of all of the money."
    /// Money that went back.
    AmountBack () "The sum of the refunded amounts, by currency. amount_unknown counts the refunds that are not in it."
    /// The cohort rate.
    RateOfPurchases () "Of the purchases made in the time, those refunded until now. It compares products. Purchases of \
        the last 30 days may still be refunded."
    /// The flow rate.
    RateOfTime () "Refunds of recorded purchases that happened in the time, and the purchases made in the time. It is \
        the figure for an alarm."
    /// How much of the refunds is of recorded purchases.
    Coverage () "Refunds of recorded purchases among all refunds. Below 95 % the rates are of a part."
    /// Amount back by work status.
    AmountByStatus () "Amount back by the refund's work status now. What is recovered are items: the money went back to \
        the player in every status."
    /// Items.
    Items (Items) "Entries of the books made in the time, by item: due, taken by the game, repaid by players or bought \
        again, returned after reversals, forgiven or written off. An entry that cancels another counts where that one \
        counted. owed is what is owed now, whenever it became due. All environments."
    /// Rules.
    Rules (Rules) "Refunds of the time by the rule that decides them now, and the blocks that each rule made in the time."
    /// Blocks.
    Blocks (Blocks) "Blocks made in the time and blocks ended in the time, of all environments; those active now; and \
        the refunds of the time in production that ever blocked their player."
    /// Lags.
    Lags (Lags) "For refunds of the time in production, from the refund by the store's clock until the store's message \
        or a sweep reported it, until it blocked its player, and until nothing was left to do. Each value is the end of \
        its bucket: from 1 second to two years at most 41 % more than the true one. What is shorter is shown as 1.4 \
        seconds, negative too, and what is longer as two years."
    /// Reviews.
    Reviews (Reviews) "Refund reviews that stores requested in the time, and what became of them; without the sandbox's."
    /// Repeat refunders.
    RepeatRefunders (RepeatRefunders) "Players with at least so many refunds in the time that count against them: \
        production, more than a hint, not goodwill of the game, not excluded."
    /// What waits.
    Waiting (Waiting) "What waits now, whatever the time: refunds with something to do and refunds of unknown players in \
        production, players who owe something, refund reviews without an answer, messages that were not understood."
}

impl Figure {
    /// Those of an answer.
    pub(crate) fn of(question: &Question) -> BTreeMap<Self, String> {
        let is_wanted = |figure: &&Self| figure.list().is_none_or(|list| question.lists.contains(&list));
        let with_definition = |figure: &Self| (*figure, figure.definition().to_owned());
        Self::ALL.iter().filter(is_wanted).map(with_definition).collect()
    }
}
