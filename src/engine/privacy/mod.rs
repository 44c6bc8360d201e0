//! What the ledger has of one user: written out for them, or forgotten.

mod export;
mod forget;
mod remembered;
