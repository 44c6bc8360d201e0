//! Places for results. A place is checked before the work begins and written after it succeeded.

use super::failure::Failure;
use super::views::aligned;

/// A place that C provides for a result.
pub(super) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// # Safety
    /// `place` is NULL or points to room for a `T` that nothing else uses until the call returns.
    pub(super) unsafe fn new(place: *mut T, what: &str) -> Result<Self, Failure> {
        aligned(place.cast_const(), what)?;
        Ok(Self(place))
    }

    /// A place that may be NULL.
    ///
    /// # Safety
    /// As [`new`](Self::new).
    pub(super) unsafe fn optional(place: *mut T, what: &str) -> Result<Option<Self>, Failure> {
        if place.is_null() {
            return Ok(None);
        }
        // SAFETY: what the caller promises.
        unsafe { Self::new(place, what) }.map(Some)
    }

    pub(super) fn write(self, value: T) {
        // SAFETY: checked in `new`, where the caller promised the room. The previous value is C's and is not dropped.
        unsafe { self.0.write(value) };
    }
}

impl<T> Out<*mut T> {
    /// Passes on an owned object: C frees it by its own function.
    pub(super) fn give(self, object: T) {
        self.write(Box::into_raw(Box::new(object)));
    }
}
