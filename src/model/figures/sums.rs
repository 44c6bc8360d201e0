//! The sums that figures are read from, or what a transaction adds to them.

use std::collections::BTreeMap;

use super::contribution::{Contribution, RefundPart, Sale};
use super::lag::LagStage;
use super::period::{Grain, Period, UtcOffset, day_of};
use crate::model::Environment;

/// What sums of money are kept by. A text is empty where nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dimensions {
    pub(crate) store: String,
    pub(crate) environment: String,
    pub(crate) product: String,
    pub(crate) country: String,
    pub(crate) currency: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SoldKey {
    pub(crate) period: Period,
    pub(crate) of: Dimensions,
}

/// By which time a refund is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dated {
    /// When the money was first refunded.
    Refunded,
    /// When what was refunded had been bought.
    Bought,
}

impl Dated {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Refunded => "refunded",
            Self::Bought => "bought",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RefundedKey {
    pub(crate) period: Period,
    pub(crate) dated: Dated,
    pub(crate) of: Dimensions,
    pub(crate) reason: String,
    pub(crate) rule: String,
    pub(crate) work_status: String,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LagKey {
    pub(crate) day: i64,
    pub(crate) store: String,
    pub(crate) stage: LagStage,
    pub(crate) bucket: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WorkKey {
    pub(crate) environment: String,
    pub(crate) store: String,
    pub(crate) work_status: String,
}

/// Numbers that are added up.
pub(crate) trait Sum: Copy + Default {
    /// Adds the other one so many times; -1 takes it back.
    fn add(&mut self, other: Self, times: i64);

    fn is_nothing(&self) -> bool;
}

macro_rules! sum {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub(crate) struct $name {
            $($(#[$about])* pub(crate) $field: i64),+
        }

        impl Sum for $name {
            fn add(&mut self, other: Self, times: i64) {
                $(self.$field = self.$field.saturating_add(other.$field.saturating_mul(times));)+
            }

            fn is_nothing(&self) -> bool {
                *self == Self::default()
            }
        }
    };
}

sum! {
    /// Purchases.
    SoldSum { purchases, micros, /** Those without a price. */ unpriced }
}

sum! {
    /// Refunds.
    RefundedSum {
        refunds,
        /** In full. */ whole,
        /** Of recorded purchases. */ recorded,
        micros,
        /** Those whose amount is not in `micros`. */ amount_unknown,
    }
}

sum! {
    /// All refunds of a status, also those that are not counted as refunds.
    WorkSum { refunds, /** Of an unknown player. */ unattributed }
}

sum! {
    /// A player's refunds.
    PlayerSum {
        refunds,
        /** Those that count against the player. */ counted,
        /** Those for which something is owed. */ owing,
    }
}

sum! {
    /// Refunds.
    CountSum { refunds }
}

/// The sums, or what is added to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) sold: BTreeMap<SoldKey, SoldSum>,
    pub(crate) refunded: BTreeMap<RefundedKey, RefundedSum>,
    pub(crate) lags: BTreeMap<LagKey, CountSum>,
    pub(crate) work: BTreeMap<WorkKey, WorkSum>,
    pub(crate) players: BTreeMap<String, PlayerSum>,
}

fn add<K: Ord, S: Sum>(sums: &mut BTreeMap<K, S>, key: K, sum: S, times: i64) {
    sums.entry(key).or_default().add(sum, times);
}

impl Sums {
    /// Adds a purchase; `times` -1 takes it back.
    pub(crate) fn add_sale(&mut self, sale: &Sale, times: i64, offset: UtcOffset) {
        let sum = SoldSum {
            purchases: 1,
            micros: sale.micros.unwrap_or(0),
            unpriced: i64::from(sale.micros.is_none()),
        };
        for grain in Grain::ALL {
            let period = Period::of(sale.at, grain, offset);
            add(&mut self.sold, SoldKey { period, of: sale.of.clone() }, sum, times);
        }
    }

    /// Adds what a refund contributes; `times` -1 takes it back.
    pub(crate) fn add_case(&mut self, case: &Contribution, times: i64, offset: UtcOffset) {
        let key = WorkKey {
            environment: case.environment.as_str().to_owned(),
            store: case.store.clone(),
            work_status: case.work_status.as_str().to_owned(),
        };
        let is_unattributed = i64::from(case.is_unattributed);
        add(&mut self.work, key, WorkSum { refunds: 1, unattributed: is_unattributed }, times);
        if let Some((player, sum)) = &case.player {
            add(&mut self.players, player.clone(), *sum, times);
        }
        if let Some(refund) = &case.refund {
            self.add_refund(case, refund, times, offset);
        }
    }

    fn add_refund(&mut self, case: &Contribution, refund: &RefundPart, times: i64, offset: UtcOffset) {
        let dimensions = |product: &str, country: &str, currency: &str| Dimensions {
            store: case.store.clone(),
            environment: case.environment.as_str().to_owned(),
            product: product.to_owned(),
            country: country.to_owned(),
            currency: currency.to_owned(),
        };
        let bought = refund.bought.as_ref();
        let country = bought.and_then(|bought| bought.country.as_deref()).unwrap_or_default();
        let sum = RefundedSum {
            refunds: 1,
            whole: i64::from(refund.is_whole),
            recorded: i64::from(bought.is_some()),
            micros: refund.micros.unwrap_or(0),
            amount_unknown: i64::from(refund.micros.is_none()),
        };
        let mut counted =
            vec![(Dated::Refunded, refund.at, dimensions(&refund.product, country, &refund.currency), sum)];
        if let Some(bought) = bought {
            // As the purchase itself is counted, so that the two can be compared.
            let known = bought.currency.as_ref().filter(|currency| !currency.is_none());
            let currency = known.map_or("", |currency| currency.as_str());
            let product = bought.product.as_deref().unwrap_or_default();
            let sum = match refund.currency == currency {
                true => sum,
                false => RefundedSum { micros: 0, amount_unknown: 1, ..sum },
            };
            counted.push((Dated::Bought, bought.at, dimensions(product, country, currency), sum));
        }
        for (dated, at, of, sum) in counted {
            for grain in Grain::ALL {
                let key = RefundedKey {
                    period: Period::of(at, grain, offset),
                    dated,
                    of: of.clone(),
                    reason: refund.reason.clone(),
                    rule: refund.rule.clone(),
                    work_status: refund.work_status.as_str().to_owned(),
                };
                add(&mut self.refunded, key, sum, times);
            }
        }
        for (stage, bucket) in &refund.lags {
            let day = day_of(refund.at, offset);
            let key = LagKey { day, store: case.store.clone(), stage: *stage, bucket: *bucket };
            add(&mut self.lags, key, CountSum { refunds: 1 }, times);
        }
    }

    /// Without those that are nothing.
    pub(crate) fn without_nothing(mut self) -> Self {
        self.sold.retain(|_, sum| !sum.is_nothing());
        self.refunded.retain(|_, sum| !sum.is_nothing());
        self.lags.retain(|_, sum| !sum.is_nothing());
        self.work.retain(|_, sum| !sum.is_nothing());
        self.players.retain(|_, sum| !sum.is_nothing());
        self
    }

    /// How many sums there are.
    pub(crate) fn len(&self) -> usize {
        self.sold.len() + self.refunded.len() + self.lags.len() + self.work.len() + self.players.len()
    }

    /// How many sums are not as in the other ones.
    pub(crate) fn differing(mut self, other: Self) -> usize {
        fn take<K: Ord, S: Sum>(sums: &mut BTreeMap<K, S>, other: BTreeMap<K, S>) {
            other.into_iter().for_each(|(key, sum)| add(sums, key, sum, -1));
        }
        take(&mut self.sold, other.sold);
        take(&mut self.refunded, other.refunded);
        take(&mut self.lags, other.lags);
        take(&mut self.work, other.work);
        take(&mut self.players, other.players);
        self.without_nothing().len()
    }
}

impl Dimensions {
    pub(crate) fn is_in(&self, environment: Environment) -> bool {
        self.environment == environment.as_str()
    }
}
