//! Where the keys come from that stores publish.

use std::sync::Arc;

use crate::transport::Transport;
use crate::verify::{CertificateSource, KeySource};

/// Where keys come from that no section of the configuration brings. If a source is absent, nothing is fetched from it.
#[derive(Clone, Default)]
pub struct KeySources {
    /// Google's key set, for Google Play sections without `push.jwks`. Called from the thread that first needs an
    /// unknown key, at most once a minute.
    pub google: Option<Arc<dyn KeySource>>,
    /// Signing certificates by their URL, for Amazon sections without `certificate`. Called from the thread that first
    /// needs an unknown one.
    pub certificates: Option<Arc<dyn CertificateSource>>,
    /// The transport that fetches keys where a section itself names the URL, `push.jwks_url`.
    pub transport: Option<Arc<dyn Transport>>,
}

impl std::fmt::Debug for KeySources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeySources")
            .field("google", &self.google.is_some())
            .field("certificates", &self.certificates.is_some())
            .field("transport", &self.transport.is_some())
            .finish()
    }
}
