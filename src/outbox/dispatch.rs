//! What a handler says of an event it was given.

/// What became of an event that a handler was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// It was acted on: never deliver it again.
    Done,
    /// Not now: deliver it again after the lease.
    Later,
}
