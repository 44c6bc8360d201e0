//! What holds for every store, or between two of them; and a sixth store, which shows the parts of a store.

mod every_store;
pub mod made_up;
mod sixth_store;
mod unacknowledged;
