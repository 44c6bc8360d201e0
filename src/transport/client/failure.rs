//! The client's errors, in our words. Nothing of a URL is repeated.

use std::io::ErrorKind;
use std::time::Duration;

use rustls::AlertDescription;
use ureq::{Error, Timeout};

use crate::transport::TransportError;

/// The meaning of a client's error for a request with `whole` as its total time, and `connect` to connect.
pub(super) fn from_ureq(error: Error, host: String, whole: Duration, connect: Duration) -> TransportError {
    match error {
        Error::Timeout(timeout) => {
            let (phase, limit) = phase(timeout, whole, connect);
            TransportError::Timeout { host, phase, limit }
        }
        Error::HostNotFound => {
            TransportError::Connect { host, problem: "its name cannot be resolved".to_owned() }
        }
        Error::ConnectionFailed => {
            TransportError::Connect { host, problem: "nothing listens there".to_owned() }
        }
        Error::ConnectProxyFailed(problem) => TransportError::Proxy { host, problem },
        Error::InvalidProxyUrl => TransportError::Proxy { host, problem: "its URL is invalid".to_owned() },
        Error::Tls(problem) => TransportError::Tls { host, problem: problem.to_owned() },
        Error::Rustls(problem) => TransportError::Tls { host, problem: tls(&problem) },
        Error::Io(error) => from_io(&error, host, whole),
        Error::LargeResponseHeader(_, limit) => TransportError::TooLarge { host, limit },
        Error::Protocol(problem) => TransportError::Malformed { host, problem: problem.to_string() },
        Error::Http(_) | Error::BadUri(_) => TransportError::Unsendable {
            host,
            problem: "the client considers its URL or header fields malformed".to_owned(),
        },
        // Other errors cannot occur with the client's options.
        _ => TransportError::Malformed { host, problem: "the client failed in an unknown way".to_owned() },
    }
}

fn from_io(error: &std::io::Error, host: String, whole: Duration) -> TransportError {
    if let Some(problem) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return match is_of_the_handshake(problem) {
            true => TransportError::Tls { host, problem: tls(problem) },
            false => TransportError::Interrupted { host, problem: format!("TLS failed: {problem}") },
        };
    }
    let problem = error.to_string();
    if is_unknown_name(error) {
        return TransportError::Connect { host, problem };
    }
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => {
            TransportError::Timeout { host, phase: "the exchange", limit: whole }
        }
        ErrorKind::ConnectionRefused
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::AddrNotAvailable
        | ErrorKind::NetworkDown => TransportError::Connect { host, problem },
        ErrorKind::InvalidData => TransportError::Malformed { host, problem },
        _ => TransportError::Interrupted { host, problem },
    }
}

/// The standard library has no kind for an unresolvable name.
fn is_unknown_name(error: &std::io::Error) -> bool {
    // Windows: WSAHOST_NOT_FOUND and its three neighbours. Elsewhere the text of `getaddrinfo`'s errors starts so.
    let by_number = cfg!(windows) && matches!(error.raw_os_error(), Some(11_001..=11_004));
    by_number || error.to_string().starts_with("failed to lookup address information")
}

/// Whether it can only occur before the first byte of a request. Any other error, such as a record that cannot be
/// decrypted, may replace the answer, and the store may have acted.
const fn is_of_the_handshake(problem: &rustls::Error) -> bool {
    matches!(
        problem,
        rustls::Error::InvalidCertificate(_)
            | rustls::Error::NoCertificatesPresented
            | rustls::Error::UnsupportedNameType
            | rustls::Error::PeerIncompatible(_)
            | rustls::Error::AlertReceived(
                AlertDescription::HandshakeFailure
                    | AlertDescription::InsufficientSecurity
                    | AlertDescription::ProtocolVersion
                    | AlertDescription::UnrecognisedName
            )
    )
}

fn tls(problem: &rustls::Error) -> String {
    match problem {
        rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer) => {
            "the issuer of its certificate is not trusted. Are the system's root certificates installed \
             (ca-certificates), or does a proxy inspect TLS, whose root must be added?"
                .to_owned()
        }
        other => other.to_string(),
    }
}

const fn phase(timeout: Timeout, whole: Duration, connect: Duration) -> (&'static str, Duration) {
    match timeout {
        Timeout::Resolve => ("resolving its name", connect),
        Timeout::Connect => ("connecting", connect),
        _ => ("the exchange", whole),
    }
}
