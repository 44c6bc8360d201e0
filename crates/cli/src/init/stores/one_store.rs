//! ONE Store.

use recoup::Store;

use super::super::answers::Answers;
use super::super::question::{Form, Needed, Question, any, nothing};
use super::super::section::Members;
use super::super::steps::Step;
use super::Setup;

const CLIENT_ID: &str = "one-store-client-id";
const LICENSE_KEY: &str = "one-store-license-key-file";
const CLIENT_SECRET: &str = "one-store-client-secret-file";
const MARKET: &str = "one-store-market";

const LICENSES: &str = "ONE Store's developer console, your app, licence management";

pub(super) const SETUP: Setup = Setup { store: Store::OneStore, questions: QUESTIONS, section, steps };

const QUESTIONS: &[Question] = &[
    Question {
        flag: CLIENT_ID,
        value: "ID",
        name: "The app's client id; its package name, if it was registered before 2025-03-20",
        source: LICENSES,
        form: Form::Word(any),
        needed: Needed::Always,
    },
    Question {
        flag: LICENSE_KEY,
        value: "FILE",
        name: "A file with the licence key, base64",
        source: LICENSES,
        form: Form::File(nothing),
        needed: Needed::Always,
    },
    Question {
        flag: CLIENT_SECRET,
        value: "FILE",
        name: "A file with the client secret for sales; the sandbox has another",
        source: LICENSES,
        form: Form::File(nothing),
        needed: Needed::Optional(
            "refunds that a webhook missed are not found, and ONE Store is not queried for the reason of a refund",
        ),
    },
    Question {
        flag: MARKET,
        value: "CODE",
        name: "The market: MKT_ONE in Korea, MKT_GLB elsewhere",
        source: "With the wrong one the API finds no purchase",
        form: Form::Word(market),
        needed: Needed::Else { value: |_| "MKT_ONE".to_owned(), words: "MKT_ONE" },
    },
];

fn market(text: &str) -> Result<(), &'static str> {
    match text {
        "MKT_ONE" | "MKT_GLB" => Ok(()),
        _ => Err("expected MKT_ONE or MKT_GLB"),
    }
}

fn section(answers: &Answers) -> Members {
    Members::default()
        .with("client_id", answers.text(CLIENT_ID))
        .with("license_key_file", answers.file(LICENSE_KEY))
        .with("client_secret_file", answers.file(CLIENT_SECRET))
        .with("market_code", answers.text(MARKET))
}

fn steps(answers: &Answers) -> Vec<Step> {
    let webhook = answers.webhook.to_string();
    let api = match answers.file(CLIENT_SECRET) {
        Some(_) => "If the console asks for it, allow the address of the server for the server API.",
        None => {
            "Copy the client secret to a file, and add it to the configuration as one_store[0].client_secret_file. If \
             the console asks for it, allow the address of the server for the server API."
        }
    };
    vec![
        Step::at(
            "ONE Store's developer console, your app, in-app products",
            "Set the URL for payment notifications (PNS), once for the sandbox and once for sales.",
        )
        .enter("PNS URL, sandbox", webhook.clone())
        .enter("PNS URL, sales", webhook),
        Step::at(LICENSES, api),
        Step::at(
            "The game's client",
            "When buying, put the player's account tag into developerPayload: recoup account-tag PLAYER, or account_tag \
             in code.",
        ),
    ]
}
