//! `recoup init` with a person who answers, over a text in place of a terminal.

use std::path::Path;

use clap::Parser;
use recoup::Config;
use serde_json::{Value, json};

use super::Init;
use super::dialogue::Dialogue;
use crate::exit::Failure;

#[derive(Debug, Parser)]
struct CommandLine {
    #[command(flatten)]
    init: Init,
}

/// A conversation: what was asked, and the configuration or the error that came of it.
struct Conversation {
    asked: String,
    result: Result<Value, Failure>,
}

impl Conversation {
    /// In this folder, with these flags, and a person who types these lines.
    fn hold(folder: &Path, flags: &[&str], typed: &str) -> Self {
        let config = folder.join("recoup.json");
        let command_line = CommandLine::parse_from(["init", "--config", "recoup.json"].iter().chain(flags));
        let (mut input, mut asked) = (typed.as_bytes(), Vec::new());
        let mut dialogue = Dialogue::new(&mut input, &mut asked);
        let result =
            command_line.init.plan(&config, Some(&mut dialogue)).and_then(|plan| plan.configuration());
        let result = result.map(|text| {
            Config::from_json(&text, folder).unwrap();
            serde_json::from_slice(&text).unwrap()
        });
        Self { asked: String::from_utf8(asked).unwrap(), result }
    }

    fn question(&self, about: &str) -> &str {
        let mut questions = self.asked.split("\n\n");
        questions
            .find(|question| question.contains(about))
            .unwrap_or_else(|| panic!("{about}: {}", self.asked))
    }
}

fn file(folder: &Path, name: &str, content: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_person_is_asked_for_everything_and_enter_takes_what_is_in_brackets() {
    let folder = tempfile::tempdir().unwrap();
    let secret = file(folder.path(), "secret.txt", "whsec_0123456789\n");
    let typed = format!(
        "google-play, stripe\nhttps://game.example.com\ncom.example.game\npush@example.iam.gserviceaccount.com\n\
         \nprojects/example/subscriptions/refunds\n\n\nweb shop\n{secret}\n\n\n"
    );
    let held = Conversation::hold(folder.path(), &[], &typed);
    assert_eq!(
        held.result.as_ref().unwrap(),
        &json!({
            "database": "recoup.db",
            "google_play": [{
                "package_name": "com.example.game",
                "push": {
                    "audience": "https://game.example.com/v1/google-play",
                    "service_account_email": "push@example.iam.gserviceaccount.com",
                    "subscription": "projects/example/subscriptions/refunds",
                },
            }],
            "stripe": [{
                "name": "web shop",
                "webhook_secrets": ["whsec_0123456789"],
                "user_metadata_key": "user_id",
            }],
        })
    );
    assert!(
        held.question("audience").contains("[https://game.example.com/v1/google-play] >"),
        "{}",
        held.asked
    );
    assert!(held.question("signing secret").contains("a file that contains it"), "{}", held.asked);
    assert!(held.question("JSON key file").contains("Enter alone leaves it out"), "{}", held.asked);
    assert!(!held.asked.contains("whsec_0"), "{}", held.asked);
}

#[test]
fn an_answer_that_cannot_be_is_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let typed = "steam\ngoogle-play\nlocalhost\nhttps://game.example.com\n\ncom.example.game\nann\n\
                 push@example.iam.gserviceaccount.com\n\nrefunds\n\nabsent.json\n\n\n";
    let held = Conversation::hold(folder.path(), &[], typed);
    assert_eq!(held.result.unwrap()["google_play"][0]["package_name"], "com.example.game");
    for problem in [
        "there is no store \"steam\": expected app-store",
        "expected the address",
        "an answer is needed",
        "expected an email address",
        "expected the full name, such as projects/",
        "absent.json cannot be read",
    ] {
        assert_eq!(held.asked.matches(problem).count(), 1, "{problem}: {}", held.asked);
    }
}

#[test]
fn what_flags_have_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        "--url",
        "https://game.example.com",
        "--google-play-package",
        "com.example.game",
        "--google-play-push-account",
        "push@example.iam.gserviceaccount.com",
    ];
    let held = Conversation::hold(folder.path(), &flags, "\n\n\n\n");
    assert_eq!(held.result.unwrap()["google_play"][0]["package_name"], "com.example.game");
    assert!(
        !held.asked.contains("package name") && !held.asked.contains("In which stores"),
        "{}",
        held.asked
    );
}

#[test]
fn keys_that_the_store_would_not_accept_are_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = file(folder.path(), "wrong.txt", "sk_live_0123456789");
    let right = file(folder.path(), "right.txt", "whsec_0123456789");
    let flags =
        ["--store", "stripe", "--url", "https://game.example.com", "--stripe-webhook-secret-file", &wrong];
    let held = Conversation::hold(folder.path(), &flags, &format!("\n\n\n\n{right}\n\n\n"));
    assert_eq!(held.result.unwrap()["stripe"][0]["webhook_secrets"], json!(["whsec_0123456789"]));
    assert!(
        held.asked.contains("whsec_") && held.asked.contains("All answers about Stripe again"),
        "{}",
        held.asked
    );
    assert!(!held.asked.contains("sk_live_0"), "{}", held.asked);
}

#[test]
fn an_input_that_ends_writes_nothing_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let held = Conversation::hold(folder.path(), &[], "google-play\n");
    let problem = held.result.unwrap_err().to_string();
    assert!(problem.contains("ended before all questions were answered; nothing was written"), "{problem}");
}

#[test]
fn wrong_flags_end_it_before_any_question() {
    let folder = tempfile::tempdir().unwrap();
    let flags = ["--url", "https://game.example.com", "--app-store-apple-id", "com.example.game"];
    let held = Conversation::hold(folder.path(), &flags, "com.example.game\n");
    let problem = held.result.unwrap_err().to_string();
    assert_eq!(problem, "--app-store-apple-id: expected a number, in digits alone");
    assert_eq!(held.asked, "");
    let flags = ["--database", "/no/such/folder/recoup.db"];
    let held = Conversation::hold(folder.path(), &flags, "google-play\n");
    assert!(held.result.unwrap_err().to_string().contains("/no/such/folder"), "{}", held.asked);
    assert_eq!(held.asked, "");
}
