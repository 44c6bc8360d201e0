//! C's pointers, checked: handles, bytes, UTF-8 text.

use std::ffi::c_char;

use super::failure::Failure;

/// C's name for a size, which the header then has too; `usize` becomes `uintptr_t` there.
pub(super) use size::size_t;

mod size {
    pub(in super::super) type size_t = usize;
}

/// A piece of UTF-8 text that the other side owns: len bytes from data on. As an input it needs no NUL at the end,
/// and {NULL, 0} is empty text; the bytes must stay valid until the call returns. As an output a NUL follows the text
/// (len does not count it), so data can be given to printf; the function that returns it documents how long it lives.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct recoup_string {
    /// The first byte. May be NULL if len is 0.
    pub data: *const c_char,
    /// How many bytes.
    pub len: size_t,
}

/// Text as an output: followed by a NUL, and without one inside.
pub(super) struct Terminated(Vec<u8>);

impl Terminated {
    pub(super) fn new(text: String) -> Self {
        let text = if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text };
        let mut bytes = text.into_bytes();
        bytes.push(0);
        Self(bytes)
    }

    pub(super) fn view(&self) -> recoup_string {
        recoup_string { data: self.0.as_ptr().cast(), len: self.0.len() - 1 }
    }
}

/// Empty text that is static.
pub(super) const EMPTY: recoup_string = recoup_string { data: c"".as_ptr(), len: 0 };

/// The object of a handle.
///
/// # Safety
/// `handle` is NULL or came from this library as a `T`, was not freed, and is not freed during `'a`.
pub(super) unsafe fn handle<'a, T>(handle: *const T, what: &str) -> Result<&'a T, Failure> {
    aligned(handle, what)?;
    // SAFETY: aligned and not NULL; the rest is what the caller promises.
    unsafe { handle.as_ref() }.ok_or_else(|| Failure::null(what))
}

/// As [`handle`], to change it.
///
/// # Safety
/// As [`handle`]; and nothing else uses it during `'a`.
pub(super) unsafe fn handle_mut<'a, T>(handle: *mut T, what: &str) -> Result<&'a mut T, Failure> {
    aligned(handle.cast_const(), what)?;
    // SAFETY: aligned and not NULL; the rest is what the caller promises.
    unsafe { handle.as_mut() }.ok_or_else(|| Failure::null(what))
}

/// `count` values from `first` on; none if `count` is 0, whatever `first` is.
///
/// # Safety
/// `first` is NULL or points to `count` values that nothing changes during `'a`.
pub(super) unsafe fn slice<'a, T>(first: *const T, count: usize, what: &str) -> Result<&'a [T], Failure> {
    if count == 0 {
        return Ok(&[]);
    }
    aligned(first, what)?;
    // Rust's limit for any slice; it is also what a negative length turns into.
    let too_large = count.checked_mul(size_of::<T>()).is_none_or(|bytes| isize::try_from(bytes).is_err());
    if too_large {
        return Err(Failure::argument("bad_length", format!("{what}: a length of {count} is impossible")));
    }
    // SAFETY: not NULL, aligned, and no longer than a slice may be; the rest is what the caller promises.
    Ok(unsafe { std::slice::from_raw_parts(first, count) })
}

/// Text by pointer and length.
///
/// # Safety
/// As [`slice`].
pub(super) unsafe fn text<'a>(data: *const c_char, len: usize, what: &str) -> Result<&'a str, Failure> {
    // SAFETY: what the caller promises.
    let bytes = unsafe { slice(data.cast::<u8>(), len, what) }?;
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        Failure::argument("not_utf8", format!("{what} is not UTF-8: invalid at byte {at}"))
    })
}

/// Who does something, and why.
///
/// # Safety
/// As [`slice`], twice.
pub(super) unsafe fn by<'a>(
    who: (*const c_char, size_t),
    why: (*const c_char, size_t),
) -> Result<(&'a str, &'a str), Failure> {
    // SAFETY: what the caller promises.
    let who = unsafe { text(who.0, who.1, "who") }?;
    // SAFETY: what the caller promises.
    let why = unsafe { text(why.0, why.1, "why") }?;
    Ok((who, why))
}

/// Optional text: `None` if it is empty.
///
/// # Safety
/// As [`slice`].
pub(super) unsafe fn optional_text<'a>(view: recoup_string, what: &str) -> Result<Option<&'a str>, Failure> {
    // SAFETY: what the caller promises.
    let text = unsafe { text(view.data, view.len, what) }?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Refuses NULL, and a pointer that is misaligned for `T`.
pub(super) fn aligned<T>(pointer: *const T, what: &str) -> Result<(), Failure> {
    if pointer.is_null() {
        return Err(Failure::null(what));
    }
    if !pointer.is_aligned() {
        return Err(Failure::argument("misaligned", format!("{what} is not aligned for its type")));
    }
    Ok(())
}
