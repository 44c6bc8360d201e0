//! A real browser: Chromium without a window, driven through its WebDriver.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

/// How long a page may take to show something. A busy machine is slow, and a page that never shows it has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The keys Enter and Tab, as WebDriver writes them (section 17.4.2, keyboard actions).
pub(crate) const ENTER: &str = "\u{e007}";
const TAB: &str = "\u{e004}";

/// Collects what goes wrong in a page, from before its first script.
const WATCH: &str = "window.problems = [];
    addEventListener('error', (e) => problems.push('error: ' + (e.message || e.target.src || e.target.href)), true);
    addEventListener('unhandledrejection', (e) => problems.push('rejection: ' + e.reason));
    addEventListener('securitypolicyviolation', (e) => problems.push('policy: ' + e.violatedDirective + ' ' + e.blockedURI));";

/// The driver's process ends with it.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) struct Browser {
    runtime: Runtime,
    client: Client,
    _driver: Driver,
}

impl Browser {
    /// A window of this width, in light or dark colours, of somebody who reads `language`.
    pub(crate) fn open(width: u32, dark: bool, language: &str) -> Self {
        let (driver, port) = start_driver();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let mut arguments = vec![
            "--headless=new".to_owned(),
            // Containers give no namespaces, and the pages are our own.
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--force-prefers-reduced-motion".to_owned(),
            format!("--lang={language}"),
        ];
        if dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let options = json!({"args": arguments, "prefs": {"intl.accept_languages": language}});
        let capabilities = [("goog:chromeOptions".to_owned(), options)].into_iter().collect();
        let client = runtime.block_on(async {
            ClientBuilder::new(HttpConnector::new())
                .capabilities(capabilities)
                .connect(&format!("http://127.0.0.1:{port}"))
                .await
        });
        let browser = Self { client: client.unwrap(), runtime, _driver: driver };
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH}));
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        browser.devtools("Emulation.setDeviceMetricsOverride", size);
        let scheme = if dark { "dark" } else { "light" };
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        browser.devtools("Emulation.setEmulatedMedia", media);
        browser
    }

    pub(crate) fn go(&self, address: &str) {
        self.runtime.block_on(self.client.goto(address)).unwrap();
    }

    /// Waits for what a person would look for, by XPath or CSS.
    fn find(&self, what: Locator<'_>) -> fantoccini::elements::Element {
        let found = self.runtime.block_on(self.client.wait().at_most(PATIENCE).for_element(what));
        found.unwrap_or_else(|error| panic!("{what:?} is not on the page: {error}\n{}", self.text()))
    }

    /// Waits until the page shows a text.
    pub(crate) fn see(&self, text: &str) {
        self.find(Locator::XPath(&format!("//*[contains(normalize-space(.), {})]", quoted(text))));
    }

    /// Clicks the button or link of this name.
    pub(crate) fn click(&self, name: &str) {
        let name = quoted(name);
        let path = format!(
            "(//dialog[@open]//button[normalize-space(.)={name}] | //button[normalize-space(.)={name}] \
             | //a[normalize-space(.)={name}])[last()]"
        );
        let element = self.find(Locator::XPath(&path));
        self.runtime.block_on(element.click()).unwrap();
    }

    /// Types into the field of this label.
    pub(crate) fn fill(&self, label: &str, text: &str) {
        let path = format!(
            "//*[self::input or self::textarea][@id=//label[starts-with(normalize-space(.), {0})]/@for] \
             | //label[starts-with(normalize-space(.), {0})]//*[self::input or self::textarea]",
            quoted(label)
        );
        let element = self.find(Locator::XPath(&path));
        self.runtime.block_on(element.send_keys(text)).unwrap();
    }

    /// Presses keys one after another, wherever the focus is.
    pub(crate) fn press(&self, keys: &str) {
        let mut actions = KeyActions::new("keyboard".to_owned());
        for key in keys.chars() {
            actions = actions.then(KeyAction::Down { value: key }).then(KeyAction::Up { value: key });
        }
        self.runtime.block_on(self.client.perform_actions(actions)).unwrap();
    }

    /// Presses Tab until the focus is on the button of this name.
    pub(crate) fn press_until_on(&self, name: &str) {
        for _ in 0..50 {
            if self.run("return document.activeElement.innerText") == name {
                return;
            }
            self.press(TAB);
        }
        panic!("Tab does not lead to {name}\n{}", self.text());
    }

    /// All that a person can read on the page.
    pub(crate) fn text(&self) -> String {
        self.run("return document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// What the page says in the person's language: without ids, names and other data.
    pub(crate) fn words(&self) -> String {
        let words = self.run(
            "const page = document.body.cloneNode(true);
             for (const data of page.querySelectorAll('bdi, code, pre, script, noscript, textarea')) data.remove();
             return page.textContent",
        );
        words.as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn run(&self, script: &str) -> Value {
        self.runtime.block_on(self.client.execute(script, Vec::new())).unwrap()
    }

    /// Waits until a script's value is true.
    pub(crate) fn wait_until(&self, what: &str, script: &str) {
        let script = format!(
            "const done = arguments[0]; const until = Date.now() + {};
             const look = () => {{ let is; try {{ is = ({script}); }} catch {{ is = false; }}
               is ? done(true) : Date.now() > until ? done(false) : setTimeout(look, 50); }}; look();",
            PATIENCE.as_millis()
        );
        let seen = self.runtime.block_on(self.client.execute_async(&script, Vec::new())).unwrap();
        assert_eq!(seen, true, "{what}\n{}", self.text());
    }

    /// Waits until a page has its heading, and shows that it loads nothing any more.
    pub(crate) fn settle(&self) {
        self.wait_until("the page has no heading", "document.querySelectorAll('h1').length === 1 && !document.querySelector('[aria-busy=true], .waiting')");
    }

    /// The elements that make the page wider than the window, so that it scrolls sideways.
    pub(crate) fn too_wide(&self) -> Vec<String> {
        let found = self.run(
            "const width = document.documentElement.clientWidth;
             if (document.documentElement.scrollWidth <= width) return [];
             const scrolls = (element) => element && (getComputedStyle(element).overflowX !== 'visible'
               && element !== document.documentElement && element !== document.body || scrolls(element.parentElement));
             return [...document.body.querySelectorAll('*')]
               .filter((element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element.parentElement))
               .map((element) => `${element.parentElement.cloneNode(false).outerHTML} ${element.outerHTML.slice(0, 120)} ends at ${element.getBoundingClientRect().right} of ${width} px`);",
        );
        serde_json::from_value(found).unwrap()
    }

    /// What went wrong in the page: errors of scripts, and what the Content-Security-Policy stopped.
    pub(crate) fn problems(&self) -> Vec<String> {
        serde_json::from_value(self.run("return window.problems")).unwrap()
    }

    /// What axe finds: the rule, the element, and what to do.
    pub(crate) fn axe(&self) -> Vec<String> {
        let source = std::fs::read_to_string(axe_file()).unwrap();
        self.devtools("Runtime.evaluate", json!({"expression": source}));
        let found = self.runtime.block_on(self.client.execute_async(
            "const done = arguments[0];
             axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}).then((result) =>
               done(result.violations.flatMap((rule) => rule.nodes.map((node) =>
                 `${rule.id}: ${node.html.slice(0, 160)}: ${node.failureSummary}`))), (error) => done([String(error)]));",
            Vec::new(),
        ));
        serde_json::from_value(found.unwrap()).unwrap()
    }

    /// Writes what the window shows to a file of `target/console-screens`.
    pub(crate) fn keep_screen(&self, name: &str) {
        let folder = screens();
        std::fs::create_dir_all(&folder).unwrap();
        let png = self.runtime.block_on(self.client.screenshot()).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
    }

    fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        self.runtime.block_on(self.client.issue_cmd(DevTools { command, parameters })).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.runtime.block_on(self.client.clone().close());
    }
}

/// A command of Chromium's own protocol.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({"cmd": self.command, "params": self.parameters});
        (http::Method::POST, Some(body.to_string()))
    }
}

/// Starts the driver on a free port, which it prints.
fn start_driver() -> (Driver, u16) {
    let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
    let mut child = Command::new(&program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "{}: {error}. Install Debian's chromium and chromium-driver, or set CHROMEDRIVER to another one",
                program.display()
            )
        });
    let output = BufReader::new(child.stdout.take().unwrap());
    let driver = Driver(child);
    for line in output.lines().map_while(Result::ok) {
        let port = line.split("started successfully on port ").nth(1);
        if let Some(port) = port.and_then(|rest| rest.trim_end_matches('.').parse().ok()) {
            return (driver, port);
        }
    }
    panic!("the driver ended before it had a port");
}

/// A text as XPath writes one.
fn quoted(text: &str) -> String {
    assert!(!text.contains('"'), "{text}");
    format!("\"{text}\"")
}

/// The file of axe, which tests/run fetches.
fn axe_file() -> PathBuf {
    let file =
        std::env::var_os("RECOUP_AXE").map_or_else(|| target().join("tools/axe/axe.min.js"), PathBuf::from);
    assert!(file.exists(), "{} is missing: tests/run fetches it, or set RECOUP_AXE", file.display());
    file
}

fn screens() -> PathBuf {
    target().join("console-screens")
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}
