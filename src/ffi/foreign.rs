//! A program's own data that comes with a function, and its destructor.

/// Destroys user data: called exactly once, when nothing will use the data any more, also if the call that took it
/// failed. May be NULL. It runs on whichever thread releases the data last, must not throw, and must not call Recoup.
/// The only exception is a child made by fork: there it never runs for what the parent registered with an engine.
/// Data given to recoup_log_set and to options is destroyed there too, as a copy.
pub type recoup_destructor = Option<unsafe extern "C" fn(user_data: usize)>;

/// A program's data and its destructor.
pub(super) struct UserData {
    pub(super) value: usize,
    destroy: recoup_destructor,
}

impl UserData {
    /// Takes the data over. Called before anything can fail, so that the destructor runs in every case.
    pub(super) const fn new(value: usize, destroy: recoup_destructor) -> Self {
        Self { value, destroy }
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy {
            // SAFETY: the call is as the header describes; it is the only one, since the data is dropped once.
            unsafe { destroy(self.value) };
        }
    }
}
