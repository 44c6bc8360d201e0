//! Commands that the engine answers with a document.

use super::*;

impl Host<'_> {
    pub(super) fn store_command(&mut self, words: &[&str]) -> Played {
        let engine = self.engine();
        let after = |text: &str| Some(number(text)).filter(|after| *after != 0);
        let document = match *words {
            ["issue_refund", command] => {
                let ActionCommand { order, who, why, key }: ActionCommand<RefundOrder> = read(command)?;
                json(&engine.issue_refund(order, &who, &why, key.as_deref())?)
            }
            ["revoke", command] => {
                let ActionCommand { order, who, why, key }: ActionCommand<RevokeSubscription> =
                    read(command)?;
                json(&engine.revoke_subscription(order, &who, &why, key.as_deref())?)
            }
            ["report", order, report] => {
                json(&engine.report_consumption(ConsumptionOf::Order(order), read(report)?)?)
            }
            ["reconcile", options] => {
                let options: ReconcileOptions = read(options)?;
                let mut lines = String::new();
                let result = engine
                    .reconcile(&options, |so_far| writeln!(lines, "progress {}", json(so_far)).unwrap())?;
                lines + &json(&result)
            }
            ["reconcile_order", store, app, order] => {
                let store: Store = store.parse().map_err(|_| argument("unknown_store"))?;
                json(&engine.reconcile_order(&store, Some(app).filter(|app| !app.is_empty()), order)?)
            }
            ["transfer", store, order, to_user, who, why] => {
                let store = Some(store).filter(|store| !store.is_empty()).map(|store| store.parse::<Store>());
                let store = store.transpose().map_err(|_| argument("unknown_store"))?;
                json(&engine.transfer_purchase(store.as_ref(), order, to_user, who, why)?)
            }
            ["backup", name] => {
                engine.backup(self.folder.join(name))?;
                "ok".to_owned()
            }
            ["doctor", options] => {
                #[derive(Default, Deserialize)]
                #[serde(deny_unknown_fields, default)]
                struct DoctorCommand {
                    app_store_test_notification: bool,
                }
                let DoctorCommand { app_store_test_notification } = read(options)?;
                let options = DoctorOptions::new().app_store_test_notification(app_store_test_notification);
                let mut lines = String::new();
                let report =
                    engine.doctor(&options, |finding| writeln!(lines, "progress {}", json(finding)).unwrap());
                (lines + &json(&report)).replace(self.folder.to_str().unwrap(), "FOLDER")
            }
            ["work"] => json(&engine.work()?),
            ["action", id] => json(&engine.action(number(id))?.ok_or_else(not_found)?),
            ["actions", filter, from, limit] => {
                let filter: StoreActionFilter = read(filter)?;
                page(&engine.actions(&filter, after(from), limit.parse().unwrap())?)
            }
            ["reviews", filter, from, limit] => {
                let filter: ReviewFilter = read(filter)?;
                page(&engine.reviews(&filter, after(from), limit.parse().unwrap())?)
            }
            ["review_figures", since] => json(&engine.review_figures(Timestamp::from_millis(number(since)))?),
            _ => return self.query(words),
        };
        line(document)
    }

    pub(super) fn query(&self, words: &[&str]) -> Played {
        let engine = self.engine();
        let after = |text: &str| Some(number(text)).filter(|after| *after != 0);
        let document = match *words {
            ["refund", id] => json(&engine.refund(number(id))?.ok_or_else(not_found)?),
            ["event", id] => json(&engine.event(number(id))?.ok_or_else(not_found)?),
            ["user", user] => json(&engine.user(user)?),
            ["order", order] => json(&engine.order(order)?),
            ["stats"] => json(&engine.stats()?),
            ["refunds", filter, from, limit] => {
                let filter: RefundFilter = serde_json::from_str(filter).map_err(|_| argument("bad_json"))?;
                page(&engine.refunds(&filter, after(from), limit.parse().unwrap())?)
            }
            ["blocks", with_ended, from, limit] => {
                page(&engine.blocks(with_ended != "0", after(from), limit.parse().unwrap())?)
            }
            ["dead_letters", from, limit] => page(&engine.dead_letters(after(from), limit.parse().unwrap())?),
            _ => return super::decisions::command(engine, words),
        };
        line(document)
    }
}

/// A store action: the order, who requests it, why, and under which key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionCommand<T> {
    order: T,
    who: String,
    why: String,
    key: Option<String>,
}

pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|_| argument("bad_json"))
}
