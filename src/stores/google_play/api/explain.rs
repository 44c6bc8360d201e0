//! Why Google refunded, and which player made the purchase: what a pushed void leaves out.
//!
//! One request for the voided purchases since the earliest of the voids, which have reason and source; then of each
//! void its purchase (`productsv2`, `subscriptionsv2`: acknowledgement, the game's account id, licence testers), and if
//! the list does not have the void yet, its order (`orders.get`: a chargeback, the price).
//!
//! Formats of purchases:
//! <https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.productsv2>,
//! <https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptionsv2>.

use std::collections::BTreeSet;

use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{GooglePlayApi, read};
use crate::model::{
    CaseKey, Environment, Meaning, OrderDetails, Place, ProductType, Signal, Span, Store, Timestamp,
};
use crate::stores::wire::{Integer, id, text};
use crate::stores::{ApiError, ExplainsRefunds, Explanation, UnexplainedRefund};
use crate::transport::HttpRequest;

/// How long before a void its listing may begin: Google lists by when it recorded it, by its own clock.
const BEFORE: Span = Span::from_hours(1);

impl ExplainsRefunds for GooglePlayApi {
    fn apps(&self) -> Vec<String> {
        self.apps.keys().cloned().collect()
    }

    fn explain(&self, app: &str, refunds: &[UnexplainedRefund], now: Timestamp) -> Explanation {
        let mut explanation = Explanation::default();
        if let Err(error) = explanation.add_listed(self, app, refunds, BEFORE, now) {
            let is_shared = concerns_all(&error);
            explanation.fault = Some(error);
            if is_shared {
                return explanation;
            }
        }
        let listed: BTreeSet<String> =
            explanation.found.iter().filter_map(|(signal, _)| order_of(signal)).collect();
        for refund in refunds {
            if let Err(error) = self.look_at(app, refund, &listed, now, &mut explanation) {
                let is_shared = concerns_all(&error);
                explanation.fault.get_or_insert(error);
                if is_shared {
                    return explanation;
                }
            }
        }
        explanation
    }
}

impl GooglePlayApi {
    /// The purchase of one void and, if the list does not have it, its order.
    fn look_at(
        &self,
        app: &str,
        refund: &UnexplainedRefund,
        listed: &BTreeSet<String>,
        now: Timestamp,
        explanation: &mut Explanation,
    ) -> Result<(), ApiError> {
        let mut order_id = refund.about.order_id.clone();
        if let Some(token) = &refund.about.purchase_token {
            let is_subscription = refund.about.product_type == Some(ProductType::Subscription);
            let purchase = match is_subscription {
                true => self.subscription_purchase(app, token, now),
                false => self.product_purchase(app, token, now),
            };
            if let Some(purchase) = unless_unknown(purchase)? {
                order_id = order_id.or(purchase.order_id);
                explanation.found.extend(purchase.found);
            }
        }
        let Some(order_id) = order_id else { return Ok(()) };
        if listed.contains(&order_id) {
            explanation.complete.push(refund.refund);
        } else {
            explanation.found.extend(unless_unknown(self.refund_of(app, &order_id, now))?.flatten());
        }
        Ok(())
    }
}

/// The order of a listed void.
fn order_of(signal: &Signal) -> Option<String> {
    match &signal.meaning {
        Meaning::Case { key: CaseKey::Order(order), .. } => Some(order.clone()),
        _ => None,
    }
}

/// Google has no such order or purchase, or no longer has it.
fn unless_unknown<T>(answer: Result<T, ApiError>) -> Result<Option<T>, ApiError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(ApiError::Refused { status: 400 | 404 | 410, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether the next request would fail the same way.
fn concerns_all(error: &ApiError) -> bool {
    match error {
        ApiError::Credentials { .. } | ApiError::NotConfigured { .. } | ApiError::Transport { .. } => true,
        other => other.is_retryable(),
    }
}

/// What a purchase reports that a void leaves out.
pub(super) struct Purchased {
    /// The order of a one-time purchase; of a subscription the latest that was paid.
    pub(super) order_id: Option<String>,
    /// As messages of purchases, with the answer for the journal.
    pub(super) found: Vec<(Signal, Vec<u8>)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductPurchase {
    #[serde(default, deserialize_with = "id")]
    order_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    obfuscated_external_account_id: Option<String>,
    #[serde(default)]
    product_line_item: Vec<ProductLineItem>,
    #[serde(default)]
    acknowledgement_state: Option<String>,
    #[serde(default)]
    purchase_completion_time: Option<String>,
    /// Present, even if empty, if a licence tester bought it.
    #[serde(default)]
    test_purchase_context: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductLineItem {
    #[serde(default, deserialize_with = "text")]
    product_id: Option<String>,
    #[serde(default)]
    product_offer_details: Option<ProductOfferDetails>,
}

#[derive(Deserialize)]
struct ProductOfferDetails {
    #[serde(default)]
    quantity: Option<Integer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SubscriptionPurchase {
    #[serde(default)]
    external_account_identifiers: ExternalAccountIdentifiers,
    #[serde(default)]
    line_items: Vec<SubscriptionLineItem>,
    #[serde(default)]
    acknowledgement_state: Option<String>,
    #[serde(default, deserialize_with = "id")]
    linked_purchase_token: Option<String>,
    #[serde(default)]
    test_purchase: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExternalAccountIdentifiers {
    #[serde(default, deserialize_with = "text")]
    obfuscated_external_account_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SubscriptionLineItem {
    #[serde(default, deserialize_with = "text")]
    product_id: Option<String>,
    #[serde(default, deserialize_with = "id")]
    latest_successful_order_id: Option<String>,
}

impl GooglePlayApi {
    /// A one-time purchase (`purchases.productsv2.getproductpurchasev2`).
    pub(super) fn product_purchase(
        &self,
        package_name: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Purchased, ApiError> {
        let (purchase, body) = self.purchase::<ProductPurchase>(package_name, "productsv2", token, now)?;
        let item = match &purchase.product_line_item[..] {
            [item] => Some(item),
            _ => None,
        };
        let quantity =
            item.and_then(|item| item.product_offer_details.as_ref()?.quantity.as_ref().map(|n| n.0));
        let about = OrderDetails {
            order_id: purchase.order_id.clone(),
            purchase_token: Some(token.to_owned()),
            account_tag: purchase.obfuscated_external_account_id,
            product: item.and_then(|item| item.product_id.clone()),
            product_type: Some(ProductType::OneTime),
            quantity: quantity.and_then(|quantity| u32::try_from(quantity).ok()),
            purchased_at: purchase.purchase_completion_time.and_then(|time| time.parse().ok()),
            acknowledged: acknowledged(purchase.acknowledgement_state.as_deref()),
            ..OrderDetails::default()
        };
        let is_test = purchase.test_purchase_context.is_some();
        let found = vec![reported(package_name, "productPurchaseV2", is_test, about, body, now)];
        Ok(Purchased { order_id: purchase.order_id, found })
    }

    /// A subscription (`purchases.subscriptionsv2.get`).
    pub(super) fn subscription_purchase(
        &self,
        package_name: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Purchased, ApiError> {
        let (purchase, body) =
            self.purchase::<SubscriptionPurchase>(package_name, "subscriptionsv2", token, now)?;
        let item = match &purchase.line_items[..] {
            [item] => Some(item),
            _ => None,
        };
        let latest = purchase.line_items.iter().find_map(|item| item.latest_successful_order_id.clone());
        // What applies to every renewal; it names no order.
        let about = OrderDetails {
            purchase_token: Some(token.to_owned()),
            linked_token: purchase.linked_purchase_token,
            account_tag: purchase.external_account_identifiers.obfuscated_external_account_id,
            product: item.and_then(|item| item.product_id.clone()),
            product_type: Some(ProductType::Subscription),
            acknowledged: acknowledged(purchase.acknowledgement_state.as_deref()),
            latest_order_id: latest.clone(),
            ..OrderDetails::default()
        };
        let is_test = purchase.test_purchase.is_some();
        let found = vec![reported(package_name, "subscriptionPurchaseV2", is_test, about, body, now)];
        Ok(Purchased { order_id: latest, found })
    }

    fn purchase<T: serde::de::DeserializeOwned>(
        &self,
        package_name: &str,
        resource: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<(T, Vec<u8>), ApiError> {
        let app = self.app(package_name)?;
        let url =
            app.url(package_name).segments("purchases").segment(resource).segment("tokens").segment(token);
        let response = self.call(app, &HttpRequest::get(url).header("Accept", "application/json"), now)?;
        Ok((read(&response)?, response.body().to_vec()))
    }
}

/// `ACKNOWLEDGEMENT_STATE_PENDING`, `ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED`; any other value decides nothing.
fn acknowledged(state: Option<&str>) -> Option<bool> {
    match state? {
        "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED" => Some(true),
        "ACKNOWLEDGEMENT_STATE_PENDING" => Some(false),
        _ => None,
    }
}

fn reported(
    package_name: &str,
    name: &str,
    is_test: bool,
    about: OrderDetails,
    body: Vec<u8>,
    now: Timestamp,
) -> (Signal, Vec<u8>) {
    let signal = Signal {
        place: Place {
            store: Store::GooglePlay,
            app: package_name.to_owned(),
            environment: is_test.then_some(Environment::Sandbox),
        },
        // The same answer is one message, however often it is requested.
        notification_id: format!("{name}:{}", hex(digest(&SHA256, &body).as_ref())),
        name: name.to_owned(),
        at: now,
        meaning: Meaning::Purchase(about),
    };
    (signal, body)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
