//! Text results that the caller owns.

use serde::Serialize;

use super::failure::Failure;
use super::panics::answer;
use super::views::{EMPTY, Terminated, recoup_string};

/// A piece of UTF-8 text that you own, most often JSON: read it with recoup_text_view, free it with recoup_text_free.
/// It does not change and does not depend on the engine it came from; any number of threads may read it at once.
/// Neither of its functions blocks.
pub struct recoup_text {
    text: Terminated,
}

impl recoup_text {
    pub(super) fn new(text: String) -> Self {
        Self { text: Terminated::new(text) }
    }

    pub(super) fn json(value: &impl Serialize) -> Result<Self, Failure> {
        let text = serde_json::to_string(value).map_err(|error| Failure::internal(error.to_string()))?;
        Ok(Self::new(text))
    }
}

/// The text, followed by a NUL that len does not count. Lives until recoup_text_free. Empty if text is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_text_view(text: *const recoup_text) -> recoup_string {
    answer(EMPTY, || {
        // SAFETY: the header requires NULL or a text that was not freed.
        unsafe { text.as_ref() }.map_or(EMPTY, |text| text.text.view())
    })
}

/// Frees a text. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn recoup_text_free(text: *mut recoup_text) {
    answer((), || {
        if !text.is_null() {
            // SAFETY: made by `Box::into_raw` in `Out::give`; the header requires that it be freed once.
            drop(unsafe { Box::from_raw(text) });
        }
    });
}
