//! What a handler says of an event it was given.

/// What a handler did with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// Done: never deliver it again.
    Done,
    /// Not now: deliver it again after the lease.
    Later,
}
