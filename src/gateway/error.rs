//! Why there is no gateway.

use std::net::SocketAddr;

/// Why a gateway cannot be started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayError {
    /// Other machines could reach the address.
    #[error(
        "other machines can reach {address}, and this speaks plain HTTP: listen on a loopback address (127.0.0.1) \
         behind what ends your TLS, or allow a public address"
    )]
    Public {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {problem}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        problem: String,
    },
    /// The system has no threads left.
    #[error("cannot start the gateway's threads: {problem}")]
    Threads {
        /// The system's reason.
        problem: String,
    },
    /// The path secret is invalid.
    #[error(
        "the path secret must have {min} to {max} letters, digits or - . _ ~; it has \
         {size} bytes"
    )]
    PathSecret {
        /// The shortest, in characters.
        min: usize,
        /// The longest, in characters.
        max: usize,
        /// Its size in bytes.
        size: usize,
    },
}
