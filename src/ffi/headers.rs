//! HTTP header fields.

use std::borrow::Cow;

use super::failure::Failure;
use super::views::{self, recoup_string};

/// More than any web server lets through (100 to 200 are usual); a limit on the memory of one request.
const MAX_HEADERS: usize = 1024;

/// One HTTP header field. This struct never grows.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_header {
    /// Its name, in any case.
    pub name: recoup_string,
    /// Its value. In a request to you, bytes that are not UTF-8 are fine, since the sender chooses them; no store
    /// needs any.
    pub value: recoup_string,
}

/// Header fields, each name with its value.
pub(super) type Fields<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Header fields of the program, checked.
///
/// # Safety
/// `first` is NULL or points to `count` fields whose pointers and lengths belong together, and nothing changes what
/// they point to during `'a`.
pub(super) unsafe fn take_headers<'a>(
    first: *const recoup_header,
    count: usize,
    what: &str,
) -> Result<Fields<'a>, Failure> {
    if count > MAX_HEADERS {
        let message = format!("{what}: {count} header fields, more than {MAX_HEADERS}");
        return Err(Failure { http_status: 431, ..Failure::argument("too_many_headers", message) });
    }
    // SAFETY: what the caller promises.
    let fields = unsafe { views::slice(first, count, what) }?;
    let mut headers = Vec::with_capacity(count);
    for field in fields {
        // SAFETY: what the caller promises.
        let name = unsafe { views::slice(field.name.data.cast::<u8>(), field.name.len, "header name") }?;
        // SAFETY: what the caller promises.
        let value = unsafe { views::slice(field.value.data.cast::<u8>(), field.value.len, "header value") }?;
        headers.push((String::from_utf8_lossy(name), String::from_utf8_lossy(value)));
    }
    Ok(headers)
}
