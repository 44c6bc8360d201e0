//! The server APIs of all configured stores, behind one transport that keeps their limits.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{ApiError, BuiltInStore, ExplainsRefunds, StoreApi, SweptBy, not_configured};
use crate::config::{Config, ConfigError};
use crate::model::Store;
use crate::store_table::for_each_store;
use crate::transport::{Pacing, RateLimit, RateLimited, RetryPolicy, Retrying, Transport};

/// How long a request waits for its turn at most. Google's limit of 30 lists in 30 seconds is the longest that a sweep
/// runs into; what has to wait for longer, such as until the next day, is better left to the next sweep.
const LONGEST_TURN: Duration = Duration::from_secs(60);

/// The APIs of those stores whose sections have credentials.
#[derive(Default)]
pub struct Apis {
    stores: Vec<(Store, Arc<dyn StoreApi>)>,
}

macro_rules! open {
    ($({ $(#[$_doc:meta])* $_Variant:ident $_name:literal $_title:literal $folder:ident $($_rest:ident)* })*) => {
        impl Apis {
            /// For all sections that have credentials. Reads the files they name, and sends nothing. Later requests go
            /// through `transport`, within the limits that the stores state, and are retried if that may help.
            ///
            /// # Errors
            /// [`ConfigError`] names the section and its problem with the credentials.
            pub fn new(
                config: &Config,
                transport: Arc<dyn Transport>,
                pacing: Arc<dyn Pacing>,
            ) -> Result<Self, ConfigError> {
                let mut limits = Vec::new();
                $(add_limits::<super::$folder::Description>(&config.$folder, &mut limits)?;)*
                let limited = RateLimited::new(transport, limits, LONGEST_TURN, Arc::clone(&pacing));
                let transport: Arc<dyn Transport> =
                    Arc::new(Retrying::new(limited, RetryPolicy::default(), pacing));
                let mut apis = Self::default();
                $(apis.open::<super::$folder::Description>(&config.$folder, &transport)?;)*
                Ok(apis)
            }
        }
    };
}

for_each_store!(open);

fn add_limits<S: BuiltInStore>(
    sections: &[S::Section],
    limits: &mut Vec<RateLimit>,
) -> Result<(), ConfigError> {
    for limit in S::rate_limits(sections)? {
        if !limits.contains(&limit) {
            limits.push(limit);
        }
    }
    Ok(())
}

impl Apis {
    fn open<S: BuiltInStore>(
        &mut self,
        sections: &[S::Section],
        transport: &Arc<dyn Transport>,
    ) -> Result<(), ConfigError> {
        self.stores.extend(S::api(sections, transport)?.map(|api| (S::STORE, api)));
        Ok(())
    }

    /// One store's.
    pub(crate) fn of(&self, store: &Store) -> Result<&dyn StoreApi, ApiError> {
        let found = self.stores.iter().find(|(known, _)| known == store);
        found.map(|(_, api)| api.as_ref()).ok_or_else(|| not_configured(store, "any app"))
    }

    /// One store's API as its own type, for requests that only this store has. The folder of a store that has such
    /// requests names a method for it here: [`app_store`](Self::app_store).
    pub(super) fn own<A: StoreApi>(&self, store: &Store) -> Result<&A, ApiError> {
        let api: &dyn Any = self.of(store)?;
        api.downcast_ref().ok_or_else(|| not_configured(store, "any app"))
    }

    /// Those that can be swept.
    pub fn sweeps(&self) -> impl Iterator<Item = (&Store, SweptBy<'_>)> {
        self.stores.iter().filter_map(|(store, api)| Some((store, api.sweeps()?)))
    }

    /// The API that reports why a store refunded for an app.
    #[must_use]
    pub fn explains(&self, store: &Store, app: &str) -> Option<&dyn ExplainsRefunds> {
        self.all_that_explain()
            .find(|(other, explains)| *other == store && explains.apps().iter().any(|known| known == app))
            .map(|(_, explains)| explains)
    }

    /// The apps whose stores report why they refunded.
    pub(crate) fn askable(&self) -> Vec<(Store, String)> {
        self.all_that_explain()
            .flat_map(|(store, explains)| explains.apps().into_iter().map(|app| (store.clone(), app)))
            .collect()
    }

    fn all_that_explain(&self) -> impl Iterator<Item = (&Store, &dyn ExplainsRefunds)> {
        self.stores.iter().filter_map(|(store, api)| Some((store, api.explains()?)))
    }

    /// Whether no store's API can be used.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stores.is_empty()
    }

    /// With replacements for stores in the engine's tests.
    #[cfg(test)]
    pub(crate) fn with(mut self, stores: Vec<(Store, Arc<dyn StoreApi>)>) -> Self {
        self.stores.extend(stores);
        self
    }
}

impl fmt::Debug for Apis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.stores.iter().map(|(store, _)| store)).finish()
    }
}
