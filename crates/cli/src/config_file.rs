//! Which configuration file, and what it opens.

use std::path::PathBuf;
use std::sync::Arc;

use recoup::transport::{HttpClient, SystemPacing, Transport};
use recoup::{Apis, Config, Engine, EngineOptions, KeySources, Verifier};

use crate::exit::Failure;

/// Which configuration file.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigFile {
    /// The configuration file, JSON; before or after the command
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// The path, by flag or environment.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        let named = self.config.clone().or_else(|| std::env::var_os("RECOUP_CONFIG").map(PathBuf::from));
        named.filter(|path| !path.as_os_str().is_empty()).ok_or_else(|| {
            Failure::Usage(
                "which configuration? Give --config FILE, or set the environment variable RECOUP_CONFIG"
                    .to_owned(),
            )
        })
    }

    pub(crate) fn load(&self) -> Result<Config, Failure> {
        Ok(Config::from_file(self.path()?)?)
    }

    /// What verifies by the configuration. Keys that it names no file for are fetched when they are first needed.
    pub(crate) fn verifier(&self) -> Result<Verifier, Failure> {
        let config = self.load()?;
        let client = HttpClient::new().map_err(|error| Failure::Usage(error.to_string()))?;
        let transport: Arc<dyn Transport> = Arc::new(client);
        Ok(Verifier::with_keys(&config, &KeySources::over(&transport))?)
    }

    /// The engine, with a ledger made where there is none. A command that ends does not sweep the stores beside it.
    pub(crate) fn engine(&self, options: EngineOptions) -> Result<Engine, Failure> {
        Ok(options.background(false).open(self.load()?)?)
    }

    /// As [`engine`](Self::engine), for a command that runs on.
    pub(crate) fn engine_that_runs_on(&self) -> Result<Engine, Failure> {
        Ok(Engine::open(self.load()?)?)
    }

    /// The engine for one thing to be done, with nothing done beside it.
    pub(crate) fn for_one_call(&self) -> Result<Engine, Failure> {
        self.engine(EngineOptions::new().background(false))
    }

    /// The stores' APIs, without a ledger.
    pub(crate) fn apis(&self) -> Result<Apis, Failure> {
        let config = self.load()?;
        let client = HttpClient::new().map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(Apis::new(&config, Arc::new(client), Arc::new(SystemPacing::new()))?)
    }

    /// The engine over a ledger that is there already. For questions: a mistyped path must not be answered from a
    /// new and empty ledger with "no refunds".
    pub(crate) fn existing_ledger(&self) -> Result<Engine, Failure> {
        let config = self.load()?;
        match &config.database {
            Some(path) if !path.exists() => Err(Failure::NoLedger { path: path.clone() }),
            _ => Ok(EngineOptions::new().background(false).open(config)?),
        }
    }
}
