//! `recoup serve`: the stores' webhooks, for games whose server has no HTTP.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use recoup::gateway::{Gateway, GatewayOptions};
use recoup::transport::Secret;
use recoup::{Engine, Span};
use recoup_console::Console;
use serde_json::json;

use crate::config_file::ConfigFile;
use crate::console_flags::ConsoleFlags;
use crate::exit::{ExitReason, Failure};
use crate::input;
use crate::render::Output;
use crate::signals::Signals;

/// Replaces `--path-secret-file`; a secret in an argument would be visible in the list of processes.
const PATH_SECRET: &str = "RECOUP_PATH_SECRET";

/// Receive the stores' webhooks over HTTP.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    config: ConfigFile,
    /// The address to listen on: an IP address or localhost, and a port; port 0 for any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8460", value_parser = listen_address)]
    listen: SocketAddr,
    /// Allow an address that other machines can reach. It serves plain HTTP
    #[arg(long)]
    public: bool,
    /// How long a connection may be idle between requests, such as 620s behind Google's load balancer. Must be longer than
    /// the proxy in front keeps idle connections
    #[arg(long, value_name = "SPAN", default_value = "75s")]
    idle_timeout: Span,
    /// A file with a secret for the routes, /v1/SECRET/app-store; or set RECOUP_PATH_SECRET
    #[arg(long, value_name = "FILE")]
    path_secret_file: Option<PathBuf>,
    #[command(flatten)]
    console: ConsoleFlags,
}

impl Serve {
    pub(crate) fn run(self, output: &mut Output) -> Result<ExitReason, Failure> {
        let idle = Duration::from_millis(self.idle_timeout.millis().unsigned_abs());
        let mut options = GatewayOptions::new().public(self.public).idle_timeout(idle);
        if let Some(secret) = path_secret(self.path_secret_file.as_deref())? {
            options = options.path_secret(&secret)?;
        }
        // Before anything is ingested, so that no signal ends the process in between.
        let signals = Signals::new()?;
        let config = self.config.load()?;
        let console = self.console.options(&config)?;
        let engine = Arc::new(Engine::open(config)?);
        let gateway = Gateway::bind(Arc::clone(&engine), self.listen, options)?;
        let console = console.map(|options| Console::bind(Arc::clone(&engine), options)).transpose()?;
        print_routes(&gateway, console.as_ref(), output)?;
        let signal = signals.wait();
        tracing::info!(signal, "stopping: requests in progress are answered, for up to 10 seconds");
        if let Some(console) = console {
            console.shutdown();
        }
        gateway.shutdown();
        engine.close()?;
        tracing::info!("stopped");
        Ok(ExitReason::Fine)
    }
}

/// No other name is resolved: its address may change, and with it who can reach the server.
pub(crate) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let local = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    local.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port))).or_else(|| text.parse().ok()).ok_or_else(
        || {
            "expected an IP address and a port, such as 127.0.0.1:8460, [::1]:8460 or localhost:8460"
                .to_owned()
        },
    )
}

fn path_secret(file: Option<&Path>) -> Result<Option<Secret>, Failure> {
    match file {
        Some(path) => input::secret(path).map(Some),
        None => Ok(std::env::var(PATH_SECRET).ok().map(Secret::new)),
    }
}

fn print_routes(gateway: &Gateway, console: Option<&Console>, output: &mut Output) -> io::Result<()> {
    let address = gateway.local_addr();
    if output.is_json() {
        let mut line = json!({"listening": address.to_string(), "routes": gateway.routes()});
        if let (Some(console), Some(members)) = (console, line.as_object_mut()) {
            members.insert("console".to_owned(), json!(console.url()));
        }
        return output.json_line(&line);
    }
    output.print(format_args!("Listening on http://{address}. Have your web server forward these:"))?;
    for route in gateway.routes() {
        output.print(format_args!("  POST {route}"))?;
    }
    if let Some(console) = console {
        output.print(format_args!("The console: {}", console.url()))?;
    }
    output.print("For you: GET /healthz, GET /metrics. Ctrl-C ends it.")?;
    output.flush()
}
