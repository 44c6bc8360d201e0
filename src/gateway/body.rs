//! Reading a request's body, completely and bounded.

use std::future::poll_fn;
use std::pin::Pin;

use axum::body::{Body, HttpBody as _};

/// The largest body that any store's verifier accepts, in bytes: Stripe's.
pub(super) const MAX_BODY: usize = 1 << 20;

/// How much of a body that is too large is read and discarded, in bytes: a client that keeps sending would not see
/// the answer otherwise.
const MAX_DISCARDED: usize = 2 * MAX_BODY;

/// Why there is no body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    TooLarge,
    /// The connection ended, or sent invalid HTTP.
    Broken,
}

/// Reads it to its end.
pub(super) async fn read(mut body: Body) -> Result<Vec<u8>, BodyError> {
    let mut bytes = Vec::new();
    let mut size = 0_usize;
    while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let Ok(frame) = frame else { return Err(BodyError::Broken) };
        let Ok(data) = frame.into_data() else { continue };
        size = size.saturating_add(data.len());
        if size > MAX_DISCARDED {
            break;
        }
        if size <= MAX_BODY {
            bytes.extend_from_slice(&data);
        }
    }
    if size > MAX_BODY { Err(BodyError::TooLarge) } else { Ok(bytes) }
}
