//! Stripe.

use recoup::Store;

use super::super::answers::Answers;
use super::super::question::{Form, Needed, Question, nothing};
use super::super::section::Members;
use super::super::steps::Step;
use super::Setup;

const NAME: &str = "stripe-name";
const WEBHOOK_SECRET: &str = "stripe-webhook-secret-file";
const API_KEY: &str = "stripe-api-key-file";
const METADATA_KEY: &str = "stripe-user-metadata-key";

const API_KEYS: &str = "Stripe's dashboard, Developers, API keys";

const PERMISSIONS: &str = "Charges and Refunds: write; PaymentIntents: read; Disputes: read; Balance: read";

pub(super) const SETUP: Setup = Setup { store: Store::Stripe, questions: QUESTIONS, section, steps };

const QUESTIONS: &[Question] = &[
    Question {
        flag: NAME,
        value: "NAME",
        name: "A name for the account",
        source: "Your own choice. Refunds are distinguished by it: do not change it later",
        form: Form::Name,
        needed: Needed::Else { value: |_| "stripe".to_owned(), words: "\"stripe\"" },
    },
    Question {
        flag: WEBHOOK_SECRET,
        value: "FILE",
        name: "The webhook endpoint's signing secret (whsec_…)",
        source: "Stripe's dashboard, Developers, Webhooks: add the endpoint first",
        form: Form::Secret { variable: "RECOUP_STRIPE_WEBHOOK_SECRET" },
        needed: Needed::Always,
    },
    Question {
        flag: METADATA_KEY,
        value: "KEY",
        name: "The metadata key under which your server puts the player's id",
        source: "Your server, where it makes payments",
        form: Form::Name,
        needed: Needed::Else { value: |_| "user_id".to_owned(), words: "user_id" },
    },
    Question {
        flag: API_KEY,
        value: "FILE",
        name: "A file with a restricted key, in the same mode as the endpoint, live or test",
        source: API_KEYS,
        form: Form::File(nothing),
        needed: Needed::Optional("refunds that a webhook missed are not found, and none can be made"),
    },
];

/// The events that the endpoint needs, by what they are for.
const EVENTS: &[(&str, &str)] = &[
    (
        "Refunds and disputes",
        "refund.created, refund.updated, refund.failed, charge.refunded, charge.captured, charge.succeeded, \
         charge.dispute.* (all of them)",
    ),
    ("Fraud", "radar.early_fraud_warning.* (all of them)"),
    (
        "Subscriptions",
        "invoice.paid, invoice_payment.paid, customer.subscription.created, checkout.session.completed",
    ),
    ("If you authorise first", "charge.expired, payment_intent.canceled"),
];

fn section(answers: &Answers) -> Members {
    Members::default()
        .with("name", answers.text(NAME))
        .with("webhook_secrets", answers.secret(WEBHOOK_SECRET))
        .with("user_metadata_key", answers.text(METADATA_KEY))
        .with("api_key_file", answers.file(API_KEY))
}

fn steps(answers: &Answers) -> Vec<Step> {
    let endpoint = Step::at(
        "Stripe's dashboard, Developers, Webhooks",
        "Add an endpoint for events on your account, with snapshot events of any API version.",
    )
    .enter("Endpoint URL", answers.webhook.to_string());
    let mut steps = vec![EVENTS.iter().fold(endpoint, |step, (name, events)| step.enter(name, *events))];
    if answers.file(API_KEY).is_none() {
        let task = "Make a restricted key, in the same mode as the endpoint, write it to a file, and add that to the \
                    configuration as stripe[0].api_key_file.";
        steps.push(Step::at(API_KEYS, task).enter("Permissions", PERMISSIONS));
    } else {
        steps.push(Step::at(API_KEYS, "Check the key's permissions.").enter("Permissions", PERMISSIONS));
    }
    steps.push(
        Step::at(
            "Your server, where it makes a payment intent, checkout session or subscription",
            "Put the player's id into its metadata. Or record the purchase with the charge as order_id, or the payment \
             intent as purchase_token.",
        )
        .enter("Metadata key", answers.text(METADATA_KEY).unwrap_or_default()),
    );
    steps
}
