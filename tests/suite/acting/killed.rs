//! A process that is killed: this test program once more, with one thing to do.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use recoup::transport::http::Method;
use recoup::transport::{HttpClient, HttpRequest, HttpResponse, Transport, TransportError};
use recoup::{Config, EngineOptions, ManualClock, RefundOrder, RevokeSubscription};
use serde_json::{Value, json};

use super::NOW;

const FOLDER: &str = "RECOUP_ACTING_FOLDER";
const TASK: &str = "RECOUP_ACTING_TASK";
/// The file that signals that the process is at the point where it is to be killed.
const MARK: &str = "stopped";

/// A running process. It ends with this at the latest.
pub(crate) struct Process(std::process::Child);

impl Process {
    pub(crate) fn refund(folder: &Path, order: &RefundOrder) -> Self {
        Self::start(folder, &json!({"refund": order}))
    }

    pub(crate) fn revoke(folder: &Path, revoke: &RevokeSubscription) -> Self {
        Self::start(folder, &json!({"revoke": revoke}))
    }

    /// Continues with what is due.
    pub(crate) fn work(folder: &Path) -> Self {
        Self::start(folder, &json!({}))
    }

    /// Runs a process and kills it with the action recorded, and nothing sent to `path`.
    pub(crate) fn killed_before_it_posts(folder: &Path, order: &RefundOrder, path: &str) {
        let process = Self::start(folder, &json!({"refund": order, "stops_before": path}));
        process.kill_once(|| folder.join(MARK).exists());
    }

    fn start(folder: &Path, task: &Value) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "acting::killed::the_process", "--nocapture"])
            .env(FOLDER, folder)
            .env(TASK, task.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Kills it in the moment in which this has happened.
    pub(crate) fn kill_once(mut self, has_happened: impl Fn() -> bool) {
        self.wait_until(has_happened);
        self.kill();
    }

    pub(crate) fn wait_until(&mut self, has_happened: impl Fn() -> bool) {
        while !has_happened() {
            assert_eq!(self.0.try_wait().unwrap(), None, "it ended before");
            std::thread::yield_now();
        }
    }

    /// By SIGKILL, or what there is of the kind.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        assert!(!self.0.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the process does. In the program that starts it, nothing.
#[test]
fn the_process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let task: Value = serde_json::from_str(&std::env::var(TASK).unwrap()).unwrap();
    let stops_before = task["stops_before"].as_str().map(str::to_owned);
    let transport =
        StopsBefore { path: stops_before, mark: folder.join(MARK), client: HttpClient::new().unwrap() };
    let engine = EngineOptions::new()
        .clock(Arc::new(ManualClock::new(NOW)))
        .transport(Arc::new(transport))
        .background(false)
        .open(Config::from_file(folder.join("recoup.json")).unwrap())
        .unwrap();
    if let Ok(order) = serde_json::from_value::<RefundOrder>(task["refund"].clone()) {
        engine.issue_refund(order, "eve", "bug 7", Some("ticket 7")).unwrap();
    } else if let Ok(revoke) = serde_json::from_value::<RevokeSubscription>(task["revoke"].clone()) {
        engine.revoke_subscription(revoke, "eve", "cheater", Some("ticket 7")).unwrap();
    } else {
        engine.work_on_actions().unwrap();
    }
}

/// Sends nothing to a path, and waits there for its end.
struct StopsBefore {
    path: Option<String>,
    mark: PathBuf,
    client: HttpClient,
}

impl Transport for StopsBefore {
    fn send(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        let url = request.url().expose();
        if request.method() == Method::POST && self.path.as_ref().is_some_and(|path| url.contains(path)) {
            std::fs::write(&self.mark, "").unwrap();
            // Until it is killed, or the test that should kill it has ended.
            let _ = std::io::stdin().read_to_end(&mut Vec::new());
            std::process::exit(1);
        }
        self.client.send(request)
    }
}
