//! A game's folder with a configuration, and throw-away stores that send to it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use recoup::Timestamp;
use recoup::google_play::{RefundType, VoidedProductType};
use recoup::testing::{AppStore, GooglePlay, StoreRequest};
use serde_json::{Value, json};

use crate::session::Session;

pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// A game that sells through both stores.
pub(crate) struct Shop {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) apple: AppStore,
    pub(crate) google: GooglePlay,
}

/// What a run of the command line left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The one JSON document on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// One JSON document a line.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The error's code on the error output.
    pub(crate) fn error_code(&self) -> String {
        let error: Value =
            serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error} in {self:?}"));
        assert!(error["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
        error["error"]["code"].as_str().unwrap().to_owned()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The command line with these arguments, and nothing of this process's own settings.
pub(crate) fn recoup<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recoup"));
    command.args(args).env_remove("RECOUP_CONFIG").env("USER", "support").stdin(Stdio::null());
    command
}

/// Runs a command in a folder with a configuration.
pub(crate) fn run_in(folder: &Path, args: &[&str]) -> Run {
    recoup(args).current_dir(folder).env("RECOUP_CONFIG", "recoup.json").output().unwrap().into()
}

impl Shop {
    pub(crate) fn new() -> Self {
        let shop = Self {
            folder: tempfile::tempdir().unwrap(),
            apple: AppStore::new().unwrap(),
            google: GooglePlay::new().unwrap(),
        };
        shop.file("root.der", shop.apple.root_der());
        shop.file("keys.json", shop.google.jwks());
        shop.file("recoup.json", shop.config().to_string());
        shop
    }

    pub(crate) fn config(&self) -> Value {
        json!({
            "database": "ledger.db",
            "app_store": [{
                "bundle_id": self.apple.bundle_id,
                "app_apple_id": self.apple.app_apple_id,
                "extra_roots": ["root.der"],
                "only_extra_roots": true,
            }],
            "google_play": [{
                "package_name": self.google.package_name,
                "push": {
                    "audience": self.google.audience,
                    "service_account_email": self.google.service_account_email,
                    "subscription": self.google.subscription,
                    "jwks": "keys.json",
                },
            }],
        })
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Runs a command in the game's folder.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        run_in(self.folder.path(), args)
    }

    /// Begins a session in the game's folder.
    pub(crate) fn session(&self) -> Session<'_> {
        Session::new(self.folder.path())
    }

    /// `verb` on a store's request, by the clock of the tests.
    pub(crate) fn give(&self, verb: &str, store: &str, request: &StoreRequest, more: &[&str]) -> Run {
        self.file("request", &request.body);
        let at = NOW.millis().to_string();
        let mut args = vec!["--json", verb, store, "--at", &at];
        let headers: Vec<String> =
            request.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
        for header in &headers {
            args.extend(["--header", header]);
        }
        args.extend(more);
        args.push("request");
        self.run(&args)
    }

    /// Records a purchase at Google Play that was made long before it is voided.
    pub(crate) fn buy(&self, user: &str, order: &str) {
        let bought = [
            "--store",
            "google-play",
            "--user",
            user,
            "--order-id",
            order,
            "--purchased-at",
            "2020-01-01T00:00:00Z",
        ];
        let run = self.run(&[&["purchase", "add"][..], &bought].concat());
        assert_eq!(run.code, 0, "{run:?}");
    }

    /// Google voids all of an order.
    pub(crate) fn void(&self, order: &str, message: &str) -> StoreRequest {
        void(&self.google, order, message)
    }

    /// The App Store refunds all of a transaction.
    pub(crate) fn refund(&self, transaction: &str, notification: &str) -> StoreRequest {
        refund(&self.apple, transaction, notification)
    }
}

pub(crate) fn void(google: &GooglePlay, order: &str, message: &str) -> StoreRequest {
    let token = format!("token-of-{order}");
    let voided = google.voided_purchase(order, &token, VoidedProductType::OneTime, RefundType::Full, NOW);
    google.push(&voided, message, NOW).unwrap()
}

pub(crate) fn refund(apple: &AppStore, transaction: &str, notification: &str) -> StoreRequest {
    let notification = apple.notification("REFUND", NOW).id(notification);
    let body = notification.transaction(refunded(apple, transaction)).body().unwrap();
    StoreRequest { headers: Vec::new(), body }
}

/// The content of a refunded transaction.
pub(crate) fn refunded(apple: &AppStore, transaction: &str) -> Value {
    AppStore::refunded(apple.transaction(transaction, "gems_500", NOW), NOW)
}
