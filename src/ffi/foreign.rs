//! What a program hands in together with a function: its own data, and how to end it.

/// Ends user data: called exactly once, when nothing will use the data any more, also where the call that took it
/// failed. May be NULL. It runs on whichever thread lets go last, must not throw, and must not call Recoup. The one
/// exception is a child made by fork, where nothing runs for what the parent registered with an engine; what it gave
/// to recoup_log_set and to options is ended there too, as a copy of it.
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
            // SAFETY: the header says what the function is given and when; this is the only call, since the data is
            // dropped once.
            unsafe { destroy(self.value) };
        }
    }
}
