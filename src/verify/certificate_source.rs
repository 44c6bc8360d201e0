//! Where a signer's certificate comes from that a message names by its URL.

use super::KeyFetchError;

/// Fetches a certificate over the network. The URL was checked against the issuer's rules before; the source must
/// follow no redirect.
pub trait CertificateSource: Send + Sync {
    /// Fetches the certificate at `url` once: PEM or DER, as the response's body was. May block, so it must give up
    /// after a time of its own (some seconds).
    ///
    /// # Errors
    /// [`KeyFetchError`] where it was not had.
    fn fetch(&self, url: &str) -> Result<Vec<u8>, KeyFetchError>;
}
