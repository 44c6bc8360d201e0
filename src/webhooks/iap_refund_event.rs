//! The body of the format `iap_refund_event`: nachocode's `IapRefundEvent`
//! (<https://developer.nachocode.io/docs/guide/webhook/iap/refund>), with exactly its members in its order.
//!
//! It has no member for what is unknown. So a message is held until all are known; nothing is guessed.

use serde::Serialize;
use serde_json::value::RawValue;

use super::body::iso_8601;
use crate::model::{
    CatalogueProduct, Currency, Money, ProductType, Refund, ReportedTotal, Store, StoreState, whole_items,
};

/// What the body is made of.
pub(crate) struct IapRefund<'a> {
    /// The refund as it is now, its user as the host writes it.
    pub(crate) refund: &'a Refund,
    /// The number of the recorded purchase of this order.
    pub(crate) purchase: Option<i64>,
    /// The product's row of the catalogue.
    pub(crate) product: Option<&'a CatalogueProduct>,
    /// Whether a part of unknown size is dropped rather than held.
    pub(crate) skips_unsized: bool,
}

/// The body of a message, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rendering {
    Body(String),
    /// A member is not known yet; which, and what to do.
    Held(String),
    /// It is never sent; why.
    Dropped(&'static str),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct IapRefundEvent<'a> {
    user_id: &'a str,
    iap_log_id: i64,
    nacho_product_id: &'a str,
    os: &'static str,
    product_id: &'a str,
    product_type: &'static str,
    quantity: u32,
    price: Box<RawValue>,
    environment: &'static str,
    data: PurchaseData<'a>,
    refund_quantity: u32,
    refunded_at: String,
}

#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum PurchaseData<'a> {
    PlayStore { purchase_token: &'a str, order_id: &'a str },
    AppStore { original_transaction_id: &'a str, transaction_id: &'a str },
}

/// Why there is no body.
pub(super) enum Missing {
    Member { name: &'static str, to_do: String },
    NotSent(&'static str),
}

impl IapRefund<'_> {
    /// The body, compact.
    pub(crate) fn render(&self) -> Rendering {
        let rendered = self.event().and_then(|event| {
            let problem = |_| missing("price", "it cannot be written as JSON".to_owned());
            serde_json::to_string(&event).map_err(problem)
        });
        match rendered {
            Ok(body) => Rendering::Body(body),
            Err(Missing::NotSent(why)) => Rendering::Dropped(why),
            Err(Missing::Member { name, to_do }) => {
                Rendering::Held(format!("refund {}: {name} is not known: {to_do}", self.refund.id))
            }
        }
    }

    pub(super) fn event(&self) -> Result<IapRefundEvent<'_>, Missing> {
        let Refund { case, store, .. } = self.refund;
        if !case.state.is_refunded() {
            return Err(Missing::NotSent("nothing is refunded any more, and the format has no reversal"));
        }
        let os = match store {
            Store::AppStore => "ios",
            Store::GooglePlay | Store::OneStore => "android",
            _ => return Err(Missing::NotSent("the format has no such store")),
        };
        let product_type = self.product_type()?;
        let Some(user_id) = self.refund.user.as_deref() else {
            return Err(missing("userId", "record the purchase for its player".to_owned()));
        };
        let Some(iap_log_id) = self.purchase else {
            return Err(missing("iapLogId", "record the purchase of this order".to_owned()));
        };
        let Some(product_id) = case.about.product.as_deref() else {
            return Err(missing("productId", "record the purchase with its product".to_owned()));
        };
        let Some(nacho_product_id) = self.product.and_then(|row| row.nacho_product_id.as_deref()) else {
            let to_do = format!("give the product {product_id:?} a nacho_product_id in the catalogue");
            return Err(missing("nachoProductId", to_do));
        };
        let quantity = self.quantity()?;
        Ok(IapRefundEvent {
            user_id,
            iap_log_id,
            nacho_product_id,
            os,
            product_id,
            product_type,
            quantity,
            price: self.price(quantity)?,
            environment: self.refund.environment.map_or("production", |environment| environment.as_str()),
            data: self.data()?,
            refund_quantity: self.refund_quantity(quantity)?,
            refunded_at: iso_8601(case.at),
        })
    }

    fn product_type(&self) -> Result<&'static str, Missing> {
        let reported = self.refund.case.about.product_type;
        let listed = self.product.and_then(|row| row.product_type);
        let known = match reported {
            None | Some(ProductType::OneTime) => listed.or(reported),
            known => known,
        };
        match known {
            Some(ProductType::Consumable) => Ok("consumable"),
            Some(ProductType::NonConsumable) => Ok("non-consumable"),
            Some(ProductType::Subscription | ProductType::NonRenewingSubscription) => {
                Err(Missing::NotSent("the format has no subscriptions"))
            }
            None | Some(ProductType::OneTime) => Err(missing(
                "productType",
                format!(
                    "{} did not report it: give the product a type in the catalogue, consumable or non_consumable",
                    self.refund.store.title()
                ),
            )),
        }
    }

    fn quantity(&self) -> Result<u32, Missing> {
        match self.refund.case.about.quantity {
            Some(quantity) if quantity > 0 => Ok(quantity),
            // "If the quantity is not set, it is 1": Google's resource of a purchase. A purchase of which a part was
            // refunded, or a number of items, is one of several.
            None if self.refund.store == Store::GooglePlay && self.is_refunded_without_parts() => Ok(1),
            _ => Err(missing("quantity", "record the purchase with its quantity".to_owned())),
        }
    }

    /// Whether all was refunded, and nothing says of how many items.
    fn is_refunded_without_parts(&self) -> bool {
        let case = &self.refund.case;
        case.state == StoreState::Refunded && case.reported_total.quantity.is_none()
    }

    /// The price of one.
    fn price(&self, quantity: u32) -> Result<Box<RawValue>, Missing> {
        let about = &self.refund.case.about;
        let micros = match about.price {
            Some(paid) => divided(paid.micros, i64::from(quantity)),
            None => match self.listed_price() {
                Some(listed) => listed.micros,
                None => {
                    let to_do =
                        "record the purchase with its price, or give the product a price in the catalogue";
                    return Err(missing("price", to_do.to_owned()));
                }
            },
        };
        RawValue::from_string(decimal(micros)).map_err(|error| missing("price", error.to_string()))
    }

    /// The catalogue's price, in the currency of what was refunded. If that is unknown, the only one there is.
    fn listed_price(&self) -> Option<Money> {
        let listed = &self.product?.price;
        let currency: Option<Currency> = self.refund.case.amount.map(|amount| amount.currency);
        match (currency, listed.as_slice()) {
            (Some(currency), prices) => prices.iter().find(|price| price.currency == currency).copied(),
            (None, [only]) => Some(*only),
            (None, _) => None,
        }
    }

    fn data(&self) -> Result<PurchaseData<'_>, Missing> {
        let about = &self.refund.case.about;
        fn id<'t>(name: &'static str, id: &'t Option<String>) -> Result<&'t str, Missing> {
            id.as_deref().ok_or_else(|| missing(name, "record the purchase with this id".to_owned()))
        }
        Ok(match self.refund.store {
            Store::AppStore => PurchaseData::AppStore {
                original_transaction_id: id("data.originalTransactionId", &about.original_id)?,
                transaction_id: id("data.transactionId", &about.order_id)?,
            },
            _ => PurchaseData::PlayStore {
                purchase_token: id("data.purchaseToken", &about.purchase_token)?,
                order_id: id("data.orderId", &about.order_id)?,
            },
        })
    }

    /// How many are refunded in total.
    fn refund_quantity(&self, quantity: u32) -> Result<u32, Missing> {
        let case = &self.refund.case;
        if case.state == StoreState::Refunded || case.reported_total.full {
            return Ok(quantity);
        }
        let known = match case.reported_total {
            ReportedTotal { parts: 0, quantity: Some(items), amount: None, share: None, .. } => {
                Some(items.min(quantity))
            }
            ReportedTotal { parts: 0, quantity: None, amount: None, share: Some(share), .. } => {
                whole_items(share, quantity).and_then(|items| u32::try_from(items).ok())
            }
            _ => None,
        };
        match known.filter(|items| *items > 0) {
            Some(items) => Ok(items),
            None if self.skips_unsized => {
                Err(Missing::NotSent("a part was refunded, and it is not known how many items that is"))
            }
            None => Err(missing(
                "refundQuantity",
                format!(
                    "a part was refunded, and {} did not report how many items that is. It is sent once it does, or once \
                     all is refunded; with \"partial\": \"skip\" such messages are dropped",
                    self.refund.store.title()
                ),
            )),
        }
    }
}

const fn missing(name: &'static str, to_do: String) -> Missing {
    Missing::Member { name, to_do }
}

/// `micros / by`, half to even.
fn divided(micros: i64, by: i64) -> i64 {
    let (Some(whole), Some(rest)) = (micros.checked_div_euclid(by), micros.checked_rem_euclid(by)) else {
        return micros;
    };
    let twice = rest.saturating_mul(2);
    let is_up = twice > by || (twice == by && whole % 2 != 0);
    whole.saturating_add(i64::from(is_up))
}

/// Millionths as a decimal number, without zeros at its end.
pub(super) fn decimal(micros: i64) -> String {
    let sign = if micros < 0 { "-" } else { "" };
    let (whole, rest) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    let rest = format!("{rest:06}");
    match rest.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}
