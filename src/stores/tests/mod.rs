//! What holds for every store, or between two of them.

mod unacknowledged;
