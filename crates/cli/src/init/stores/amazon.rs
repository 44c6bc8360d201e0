//! Amazon Appstore.

use recoup::Store;

use super::super::answers::Answers;
use super::super::question::{Form, Needed, Question, any, nothing};
use super::super::section::Members;
use super::super::steps::Step;
use super::Setup;

const PACKAGE: &str = "amazon-package";
const TOPIC: &str = "amazon-topic";
const SHARED_KEY: &str = "amazon-shared-key-file";

const SHARED_KEYS: &str = "Amazon's developer console, Settings, Identity, Shared Key";

const NOTIFICATIONS: &str = "Amazon's developer console, your app, In-App Items, Real-Time Notifications";

pub(super) const SETUP: Setup = Setup { store: Store::Amazon, questions: QUESTIONS, section, steps };

const QUESTIONS: &[Question] = &[
    Question {
        flag: PACKAGE,
        value: "NAME",
        name: "The app's package name",
        source: "Amazon's developer console, your app",
        form: Form::Word(any),
        needed: Needed::Always,
    },
    Question {
        flag: TOPIC,
        value: "ARN",
        name: "The ARN of Amazon's topic (arn:aws:sns:…)",
        source: NOTIFICATIONS,
        form: Form::Word(arn),
        needed: Needed::Always,
    },
    Question {
        flag: SHARED_KEY,
        value: "FILE",
        name: "A file with the shared key",
        source: SHARED_KEYS,
        form: Form::File(nothing),
        needed: Needed::Optional(
            "refunds that a webhook missed are not found, and Amazon is not queried for the reason of a refund",
        ),
    },
];

fn arn(text: &str) -> Result<(), &'static str> {
    match text.split(':').collect::<Vec<_>>()[..] {
        ["arn", _, "sns", region, account, name]
            if ![region, account, name].iter().any(|part| part.is_empty()) =>
        {
            Ok(())
        }
        _ => Err("expected the topic's ARN, such as arn:aws:sns:us-east-1:123456789012:example"),
    }
}

fn section(answers: &Answers) -> Members {
    Members::default()
        .with("package_name", answers.text(PACKAGE))
        .with("topic_arn", answers.text(TOPIC))
        .with("shared_secret_file", answers.file(SHARED_KEY))
}

fn steps(answers: &Answers) -> Vec<Step> {
    let mut steps = vec![
        Step::at(
            NOTIFICATIONS,
            "Start the webhook server first: Amazon's first message requests a confirmation, which the server sends, and \
             nothing else comes before that.",
        )
        .enter("URL", answers.webhook.to_string()),
    ];
    if answers.file(SHARED_KEY).is_none() {
        steps.push(Step::at(
            SHARED_KEYS,
            "Copy the shared key to a file, and add it to the configuration as amazon[0].shared_secret_file.",
        ));
    }
    steps.push(Step::at(
        "Your server, where it records purchases",
        "Record each with receiptId as order_id, and Amazon's userId as account_tag.",
    ));
    steps
}
