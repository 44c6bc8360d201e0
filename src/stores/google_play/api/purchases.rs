//! One purchase as it stands: `purchases.productsv2` and `purchases.subscriptionsv2`.
//!
//! Formats: <https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.productsv2> and
//! <https://developers.google.com/android-publisher/api-ref/rest/v3/purchases.subscriptionsv2>.

use ring::digest::{SHA256, digest};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::GooglePlayApi;
use super::call::read;
use crate::model::{Environment, Meaning, OrderDetails, Place, ProductType, Signal, Store, Timestamp};
use crate::stores::ApiError;
use crate::stores::wire::{Integer, id, said};
use crate::transport::HttpRequest;

/// What a purchase says that a void leaves out.
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
    #[serde(default, deserialize_with = "said")]
    obfuscated_external_account_id: Option<String>,
    #[serde(default)]
    product_line_item: Vec<ProductLineItem>,
    #[serde(default)]
    acknowledgement_state: Option<String>,
    #[serde(default)]
    purchase_completion_time: Option<String>,
    /// There, even if empty, where a licence tester bought it.
    #[serde(default)]
    test_purchase_context: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProductLineItem {
    #[serde(default, deserialize_with = "said")]
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
    #[serde(default, deserialize_with = "said")]
    obfuscated_external_account_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SubscriptionLineItem {
    #[serde(default, deserialize_with = "said")]
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
        let found = vec![told(package_name, "productPurchaseV2", is_test, about, body, now)];
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
        // What holds for every renewal; it names no order.
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
        let found = vec![told(package_name, "subscriptionPurchaseV2", is_test, about, body, now)];
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

/// `ACKNOWLEDGEMENT_STATE_PENDING`, `ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED`; anything else says nothing.
fn acknowledged(state: Option<&str>) -> Option<bool> {
    match state? {
        "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED" => Some(true),
        "ACKNOWLEDGEMENT_STATE_PENDING" => Some(false),
        _ => None,
    }
}

fn told(
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
        // The same answer is one message, whenever it is asked for.
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
