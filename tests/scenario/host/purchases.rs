//! Recording purchases.

use super::*;

impl Host<'_> {
    pub(super) fn purchase(&self, words: &[&str]) -> Played {
        let mut members = serde_json::Map::new();
        let (mut micros, mut currency, mut grants) = (None, None, Vec::new());
        for (name, value) in words.iter().map(|word| word.split_once('=').unwrap()) {
            let worded =
                |words: &[&str]| words[usize::try_from(number(value)).unwrap() - 1].to_owned().into();
            let member = match name {
                "environment" => worded(&["production", "sandbox"]),
                "product_type" => worded(&["consumable", "non_consumable", "one_time", "subscription"]),
                "quantity" => number(value).into(),
                "purchased_at_ms" => {
                    members.insert("purchased_at".to_owned(), number(value).into());
                    continue;
                }
                "price_micros" => {
                    micros = Some(number(value));
                    continue;
                }
                "price_currency" => {
                    currency = Some(value);
                    continue;
                }
                "grant" => {
                    let (item, quantity) = value.split_once(':').unwrap();
                    grants.push(Grant { item: item.to_owned(), quantity: number(quantity) });
                    continue;
                }
                _ => value.into(),
            };
            members.insert(name.to_owned(), member);
        }
        if let (Some(micros), Some(currency)) = (micros, currency) {
            members.insert("price".to_owned(), serde_json::json!({"micros": micros, "currency": currency}));
        }
        if members["store"].as_str().unwrap().parse::<Store>().is_err() {
            return Err(argument("unknown_store"));
        }
        let mut purchase: Purchase = serde_json::from_value(members.into()).unwrap();
        purchase.grants = grants;
        line(format_args!("outcome {}", code_of(self.engine().record_purchase(purchase)?)))
    }

    pub(super) fn signed_purchase(
        &self,
        store: &str,
        user: &str,
        data: &[u8],
        signature: &str,
        more: &[&str],
    ) -> Played {
        let store: Store = store.parse().map_err(|_| argument("unknown_store"))?;
        let mut extras = PurchaseExtras::default();
        let (mut micros, mut currency) = (0, "");
        for (name, value) in more.iter().map(|word| word.split_once('=').unwrap()) {
            match name {
                "environment" => {
                    let which = [Environment::Production, Environment::Sandbox];
                    extras.environment = which.get(usize::try_from(number(value)).unwrap() - 1).copied();
                }
                "product_type" => extras.product_type = (value == "1").then_some(ProductType::Consumable),
                "price_micros" => micros = number(value),
                "price_currency" => currency = value,
                "grant" => {
                    let (item, quantity) = value.split_once(':').unwrap();
                    extras.grants.push(Grant { item: item.to_owned(), quantity: number(quantity) });
                }
                // In Rust there is no place for what the store reports.
                _ => return Err(argument("bad_purchase")),
            }
        }
        extras.price = (!currency.is_empty())
            .then(|| serde_json::from_value(serde_json::json!({"micros": micros, "currency": currency})))
            .transpose()
            .unwrap();
        let signed = SignedPurchase { data, signature: Some(signature) };
        let outcome = self.engine().record_signed_purchase(&store, user, &signed, extras)?;
        line(format_args!("outcome {}", code_of(outcome)))
    }
}

const fn code_of(outcome: PurchaseOutcome) -> i32 {
    match outcome {
        PurchaseOutcome::Recorded => 1,
        PurchaseOutcome::AlreadyRecorded => 2,
        PurchaseOutcome::Revoked => 4,
        _ => 3,
    }
}
