//! JSON arguments, checked.

use std::ffi::c_char;

use serde::de::value::Error as UnknownName;
use serde::de::{DeserializeOwned, IntoDeserializer};

use super::failure::Failure;
use super::views;
use crate::json;

/// A JSON object.
///
/// # Safety
/// As [`views::text`].
pub(super) unsafe fn read<T: DeserializeOwned>(
    data: *const c_char,
    len: usize,
    what: &str,
) -> Result<T, Failure> {
    // SAFETY: what the caller promises.
    let text = unsafe { views::text(data, len, what) }?;
    json::from_slice(text.as_bytes()).map_err(|problem| Failure::bad_json(what, &problem))
}

/// A JSON list of objects.
///
/// # Safety
/// As [`views::text`].
pub(super) unsafe fn read_list<T: DeserializeOwned>(
    data: *const c_char,
    len: usize,
    what: &str,
) -> Result<T, Failure> {
    // SAFETY: what the caller promises.
    let text = unsafe { views::text(data, len, what) }?;
    json::value_from_slice(text.as_bytes()).map_err(|problem| Failure::bad_json(what, &problem))
}

/// A JSON object, or the default for empty text.
///
/// # Safety
/// As [`views::text`].
pub(super) unsafe fn read_or_default<T: DeserializeOwned + Default>(
    data: *const c_char,
    len: usize,
    what: &str,
) -> Result<T, Failure> {
    if len == 0 {
        return Ok(T::default());
    }
    // SAFETY: what the caller promises.
    unsafe { read(data, len, what) }
}

/// A value by its name in JSON. The message of a failure lists all names.
///
/// # Safety
/// As [`views::text`].
pub(super) unsafe fn named<T: DeserializeOwned>(
    data: *const c_char,
    len: usize,
    what: &str,
    code: &'static str,
) -> Result<T, Failure> {
    // SAFETY: what the caller promises.
    let name = unsafe { views::text(data, len, what) }?;
    T::deserialize(name.into_deserializer())
        .map_err(|unknown: UnknownName| Failure::argument(code, format!("{what}: {unknown}")))
}
