//! Where random bytes come from.

use ring::rand::{SecureRandom as _, SystemRandom};

use crate::ledger::LedgerError;

/// Random bytes that nobody can guess: account tags are made of them. Called from any thread.
pub trait Randomness: Send + Sync {
    /// Fills all of `bytes`; `false` where that is not possible now.
    fn fill(&self, bytes: &mut [u8]) -> bool;
}

/// The system's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) -> bool {
        SystemRandom::new().fill(bytes).is_ok()
    }
}

pub(super) fn random_bytes<const N: usize>(from: &dyn Randomness) -> Result<[u8; N], LedgerError> {
    let mut bytes = [0; N];
    if from.fill(&mut bytes) {
        Ok(bytes)
    } else {
        Err(LedgerError::Internal("the system gives no random bytes".to_owned()))
    }
}
