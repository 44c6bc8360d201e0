//! Google Play.

use recoup::Store;
use serde::Deserialize;

use super::super::answers::Answers;
use super::super::question::{Form, Needed, Question, any};
use super::super::section::Members;
use super::super::steps::Step;
use super::Setup;

const PACKAGE: &str = "google-play-package";
const PUSH_ACCOUNT: &str = "google-play-push-account";
const AUDIENCE: &str = "google-play-push-audience";
const SUBSCRIPTION: &str = "google-play-push-subscription";
const SERVICE_ACCOUNT: &str = "google-play-service-account";
const LICENSE_KEY: &str = "google-play-license-key";

/// The account by which Google Play publishes to a topic.
const PUBLISHER: &str = "google-play-developer-notifications@system.gserviceaccount.com";

const PERMISSIONS: &str =
    "View financial data, orders, and cancellation survey responses; Manage orders and subscriptions";

pub(super) const SETUP: Setup = Setup { store: Store::GooglePlay, questions: QUESTIONS, section, steps };

const QUESTIONS: &[Question] = &[
    Question {
        flag: PACKAGE,
        value: "NAME",
        name: "The app's package name",
        source: "Play Console, the list of apps",
        form: Form::Word(any),
        needed: Needed::Always,
    },
    Question {
        flag: PUSH_ACCOUNT,
        value: "EMAIL",
        name: "The email address of the service account that signs the pushes; it needs no roles",
        source: "Google Cloud console, IAM & Admin, Service Accounts",
        form: Form::Word(email),
        needed: Needed::Always,
    },
    Question {
        flag: AUDIENCE,
        value: "TEXT",
        name: "The push subscription's audience",
        source: "Google Cloud console, Pub/Sub, Subscriptions, Authentication",
        form: Form::Word(any),
        needed: Needed::Else { value: ToString::to_string, words: "the URL of the webhook" },
    },
    Question {
        flag: SUBSCRIPTION,
        value: "NAME",
        name: "The push subscription's full name (projects/…)",
        source: "Google Cloud console, Pub/Sub, Subscriptions",
        form: Form::Word(subscription),
        needed: Needed::Optional("pushes of any subscription with that account and audience are accepted"),
    },
    Question {
        flag: SERVICE_ACCOUNT,
        value: "FILE",
        name: "The JSON key file of the service account for Google Play's API",
        source: "Google Cloud console, IAM & Admin, Service Accounts, Keys",
        form: Form::File(client_email),
        needed: Needed::Optional(
            "refunds that a webhook missed are not found, Google is not queried for the reason of a refund, and its refund reviews are \
             not answered",
        ),
    },
    Question {
        flag: LICENSE_KEY,
        value: "BASE64",
        name: "The app's licence key",
        source: "Play Console, Monetize with Play, Monetization setup, Licensing",
        form: Form::Word(any),
        needed: Needed::Optional("purchases that the game's client sends are not verified"),
    },
];

fn email(text: &str) -> Result<(), &'static str> {
    match text.split_once('@') {
        Some((name, host)) if !name.is_empty() && host.contains('.') => Ok(()),
        _ => Err("expected an email address, such as push@example-project.iam.gserviceaccount.com"),
    }
}

fn subscription(text: &str) -> Result<(), &'static str> {
    match text.split('/').collect::<Vec<_>>()[..] {
        ["projects", project, "subscriptions", name] if !project.is_empty() && !name.is_empty() => Ok(()),
        _ => Err("expected the full name, such as projects/example-project/subscriptions/refunds"),
    }
}

/// Whose key file it is.
fn client_email(key_file: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct KeyFile {
        client_email: String,
    }
    serde_json::from_slice(key_file).ok().map(|file: KeyFile| file.client_email)
}

fn section(answers: &Answers) -> Members {
    let push = Members::default()
        .with("audience", answers.text(AUDIENCE))
        .with("service_account_email", answers.text(PUSH_ACCOUNT))
        .with("subscription", answers.text(SUBSCRIPTION));
    Members::default()
        .with("package_name", answers.text(PACKAGE))
        .with("service_account", answers.file(SERVICE_ACCOUNT))
        .with("license_keys", answers.text(LICENSE_KEY).map(|key| vec![key]))
        .with("push", Some(push))
}

fn steps(answers: &Answers) -> Vec<Step> {
    let given = answers.text(SUBSCRIPTION);
    let parts: Vec<&str> =
        given.as_deref().unwrap_or("projects/PROJECT/subscriptions/refunds").split('/').collect();
    let (project, subscription) = match parts[..] {
        [_, project, _, subscription] => (project, subscription),
        _ => ("PROJECT", "refunds"),
    };
    let text = |flag| answers.text(flag).unwrap_or_default();
    vec![
        Step::at(
            "Google Cloud console, APIs & Services, Library",
            "Enable Cloud Pub/Sub API and Google Play Android Developer API.",
        ),
        Step::at(
            "Google Cloud console, Pub/Sub, Topics",
            "Create a topic, and grant Google Play the permission to publish to it. Without it Google Play sends \
             nothing, and reports no error.",
        )
        .enter("Topic", "play-notifications")
        .enter("Principal", PUBLISHER)
        .enter("Role", "Pub/Sub Publisher (roles/pubsub.publisher)"),
        Step::at("Google Cloud console, Pub/Sub, Subscriptions", "Create a subscription to that topic.")
            .enter("Subscription ID", subscription)
            .enter("Delivery type", "Push")
            .enter("Endpoint URL", answers.webhook.to_string())
            .enter("Enable authentication", "yes")
            .enter("Service account", text(PUSH_ACCOUNT))
            .enter("Audience", text(AUDIENCE))
            .enter("Message retention", "31 days, which carries you over an outage")
            .enter("Expiration period", "Never expire")
            .enter("Acknowledgement deadline", "30 seconds"),
        Step::at(
            "Play Console, your app, Monetize with Play, Monetization setup, Real-time developer notifications",
            "Enable them, save, and press Send test notification: it arrives within a minute, and recoup doctor \
             shows it as the last message.",
        )
        .enter("Topic name", format!("projects/{project}/topics/play-notifications"))
        .enter("Content", "Subscriptions and voided purchases only, or all"),
        permission(answers),
        Step::at(
            "The game's client",
            "When buying, give the player's account tag to setObfuscatedAccountId: recoup account-tag PLAYER, or \
             account_tag in code.",
        ),
    ]
}

fn permission(answers: &Answers) -> Step {
    let place = "Play Console, Users and permissions";
    if answers.file(SERVICE_ACCOUNT).is_none() {
        let task = "For the API, make a service account with a JSON key in Google Cloud, invite its email address for \
                    this app, and add the file to the configuration as google_play[0].service_account.";
        return Step::at(place, task).enter("App permissions", PERMISSIONS);
    }
    let email = answers.note(SERVICE_ACCOUNT);
    Step::at(place, "Invite the service account for this app. It can take a day until the permissions work.")
        .enter("Email address", email.unwrap_or_else(|| "client_email of the key file".to_owned()))
        .enter("App permissions", PERMISSIONS)
}
