//! The App Store.

use recoup::Store;

use super::super::answers::Answers;
use super::super::question::{Form, Needed, Question, any, nothing};
use super::super::section::Members;
use super::super::steps::Step;
use super::Setup;

const BUNDLE_ID: &str = "app-store-bundle-id";
const APPLE_ID: &str = "app-store-apple-id";
const PRIVATE_KEY: &str = "app-store-private-key";
const KEY_ID: &str = "app-store-key-id";
const ISSUER_ID: &str = "app-store-issuer-id";

const KEYS: &str = "App Store Connect, Users and Access, Integrations, In-App Purchase";

pub(super) const SETUP: Setup = Setup { store: Store::AppStore, questions: QUESTIONS, section, steps };

const QUESTIONS: &[Question] = &[
    Question {
        flag: BUNDLE_ID,
        value: "ID",
        name: "The app's bundle id",
        source: "App Store Connect, your app, App Information",
        form: Form::Word(any),
        needed: Needed::Always,
    },
    Question {
        flag: APPLE_ID,
        value: "NUMBER",
        name: "The app's Apple ID, a number",
        source: "App Store Connect, your app, App Information",
        form: Form::Number,
        needed: Needed::Always,
    },
    Question {
        flag: PRIVATE_KEY,
        value: "FILE",
        name: "The file of an In-App Purchase key (.p8)",
        source: KEYS,
        form: Form::File(nothing),
        needed: Needed::Optional(
            "refunds that a webhook missed are not found, and Apple's refund reviews are not answered",
        ),
    },
    Question {
        flag: KEY_ID,
        value: "ID",
        name: "The id of that key",
        source: KEYS,
        form: Form::Word(any),
        needed: Needed::With(PRIVATE_KEY),
    },
    Question {
        flag: ISSUER_ID,
        value: "ID",
        name: "The issuer id, above the list of keys",
        source: KEYS,
        form: Form::Word(any),
        needed: Needed::With(PRIVATE_KEY),
    },
];

fn section(answers: &Answers) -> Members {
    let api = answers.file(PRIVATE_KEY).map(|key| {
        Members::default()
            .with("issuer_id", answers.text(ISSUER_ID))
            .with("key_id", answers.text(KEY_ID))
            .with("private_key", Some(key))
    });
    Members::default()
        .with("bundle_id", answers.text(BUNDLE_ID))
        .with("app_apple_id", answers.number(APPLE_ID))
        .with("api", api)
}

fn steps(answers: &Answers) -> Vec<Step> {
    let webhook = answers.webhook.to_string();
    let mut steps = vec![
        Step::at(
            "App Store Connect, your app, App Information, App Store Server Notifications",
            "Set both URLs. Their certificate must be publicly trusted, with TLS 1.2 or later.",
        )
        .enter("Production Server URL", webhook.clone())
        .enter("Sandbox Server URL", webhook)
        .enter("Version", "Version 2"),
    ];
    if answers.file(PRIVATE_KEY).is_none() {
        steps.push(Step::at(
            KEYS,
            "Generate a key, download its .p8 file, which Apple gives once, and add it to the configuration as \
             app_store[0].api.",
        ));
    }
    steps.push(Step::at(
        "The game's client",
        "When buying, set appAccountToken to the player's account tag: recoup account-tag PLAYER, or account_tag in \
         code.",
    ));
    if answers.file(PRIVATE_KEY).is_some() {
        steps.push(Step::at(
            "This machine, with the webhook server running",
            format!(
                "Have Apple send a test notification: recoup doctor --app-store-test-notification --config {}",
                answers.config
            ),
        ));
    }
    steps
}
