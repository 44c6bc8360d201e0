//! The configuration file, and opening what it describes.

use std::path::PathBuf;
use std::sync::Arc;

use recoup::transport::{HttpClient, SystemPacing, Transport};
use recoup::{Apis, Config, Engine, EngineOptions, KeySources, Verifier};

use crate::exit::Failure;

/// The option for the configuration file.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigFile {
    /// The configuration file, JSON; before or after the command
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// The path, from the option or the environment.
    pub(crate) fn path(&self) -> Result<PathBuf, Failure> {
        let named = self.config.clone().or_else(|| std::env::var_os("RECOUP_CONFIG").map(PathBuf::from));
        named.filter(|path| !path.as_os_str().is_empty()).ok_or_else(|| {
            Failure::Usage(
                "no configuration: use --config FILE, or set the environment variable RECOUP_CONFIG"
                    .to_owned(),
            )
        })
    }

    pub(crate) fn load(&self) -> Result<Config, Failure> {
        Ok(Config::from_file(self.path()?)?)
    }

    /// The verifier. Keys without a file in the configuration are fetched when first needed.
    pub(crate) fn verifier(&self) -> Result<Verifier, Failure> {
        let config = self.load()?;
        let client = HttpClient::new().map_err(|error| Failure::Usage(error.to_string()))?;
        let transport: Arc<dyn Transport> = Arc::new(client);
        Ok(Verifier::with_keys(&config, &KeySources::over(&transport))?)
    }

    /// The engine; creates the ledger if it does not exist. A command that ends does no background work.
    pub(crate) fn engine(&self, options: EngineOptions) -> Result<Engine, Failure> {
        Ok(options.background(false).open(self.load()?)?)
    }

    /// The engine for a single call, without background work.
    pub(crate) fn for_one_call(&self) -> Result<Engine, Failure> {
        self.engine(EngineOptions::new().background(false))
    }

    /// The stores' APIs, without a ledger.
    pub(crate) fn apis(&self) -> Result<Apis, Failure> {
        apis(&self.load()?)
    }

    /// The engine over an existing ledger. For queries: a mistyped path must not create an empty ledger that answers
    /// "no refunds".
    pub(crate) fn existing_ledger(&self) -> Result<Engine, Failure> {
        let config = self.load()?;
        match &config.database {
            Some(path) if !path.exists() => Err(Failure::NoLedger { path: path.clone() }),
            _ => Ok(EngineOptions::new().background(false).open(config)?),
        }
    }
}

/// The stores' APIs of a configuration. Sends nothing.
pub(crate) fn apis(config: &Config) -> Result<Apis, Failure> {
    let client = HttpClient::new().map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Apis::new(config, Arc::new(client), Arc::new(SystemPacing::new()))?)
}
