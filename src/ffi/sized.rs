//! Structs with their own size, so that a program and a library of different versions understand each other.

use std::mem::MaybeUninit;

use super::failure::Failure;
use super::views::aligned;

/// No struct of this ABI comes near it; a larger size is uninitialised memory.
const MAX_SIZE: usize = 4096;

/// A plain struct whose first member is `struct_size: u32`, which only ever grows at its end.
///
/// # Safety
/// `#[repr(C)]` without padding; all bytes zero is a value of it.
pub(super) unsafe trait Sized32: Copy {
    const NAME: &'static str;
    /// Its size in the first version that had it.
    const FIRST_SIZE: usize;
}

/// Reads a struct of any version. Members that the program's version lacks are zero; members that this version does
/// not know must be zero.
///
/// # Safety
/// `from` is NULL or points to as many bytes as its first member states, which nothing changes meanwhile.
pub(super) unsafe fn read<T: Sized32>(from: *const T) -> Result<T, Failure> {
    // SAFETY: what the caller promises.
    let size = unsafe { size_of_version(from) }?;
    let bytes = from.cast::<u8>();
    let known = size.min(size_of::<T>());
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: `known` is within both structs, which do not overlap since `value` is ours.
    unsafe { std::ptr::copy_nonoverlapping(bytes, value.as_mut_ptr().cast::<u8>(), known) };
    // SAFETY: `known <= size`, and the caller promises `size` bytes.
    let beyond = unsafe { std::slice::from_raw_parts(bytes.add(known), size - known) };
    if beyond.iter().any(|byte| *byte != 0) {
        let name = T::NAME;
        return Err(Failure::argument(
            "newer_struct",
            format!("{name} uses members that are newer than this library, {}", env!("CARGO_PKG_VERSION")),
        ));
    }
    // SAFETY: zeroed and partly overwritten by the bytes of such a struct; any bytes of ints and pointers are a value.
    Ok(unsafe { value.assume_init() })
}

/// Places for one or more results, each as large as the program's version of the struct.
pub(super) struct Slots<T> {
    first: *mut T,
    size: usize,
}

impl<T: Sized32> Slots<T> {
    /// The size in the first place is the size of all.
    ///
    /// # Safety
    /// `first` is NULL or points to as many places of that size as will be written, which nothing else uses.
    pub(super) unsafe fn new(first: *mut T) -> Result<Self, Failure> {
        // SAFETY: what the caller promises.
        let size = unsafe { size_of_version(first.cast_const()) }?;
        Ok(Self { first, size })
    }

    /// Writes as much as the program's version has, and zero for members that only that version has.
    ///
    /// # Safety
    /// There is a place with this index.
    pub(super) unsafe fn write(&self, index: usize, value: &T) {
        let known = self.size.min(size_of::<T>());
        // SAFETY: the caller promises the place, so the offset is within the caller's array.
        let place = unsafe { self.first.cast::<u8>().add(index * self.size) };
        // SAFETY: `known` is within both structs; `value` is ours, so they do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(std::ptr::from_ref(value).cast::<u8>(), place, known) };
        // SAFETY: the rest of the same place.
        unsafe { place.add(known).write_bytes(0, self.size - known) };
        let size = u32::try_from(self.size).unwrap_or(0);
        // SAFETY: the first member of every such struct; the size is a multiple of the alignment, so it is aligned.
        unsafe { place.cast::<u32>().write(size) };
    }
}

/// # Safety
/// `at` is NULL or points to a `u32`.
unsafe fn size_of_version<T: Sized32>(at: *const T) -> Result<usize, Failure> {
    let name = T::NAME;
    aligned(at, name)?;
    // SAFETY: not NULL and aligned; the caller promises the rest.
    let given = unsafe { at.cast::<u32>().read() };
    let size = usize::try_from(given).unwrap_or(usize::MAX);
    if !(T::FIRST_SIZE..=MAX_SIZE).contains(&size) || !size.is_multiple_of(align_of::<T>()) {
        return Err(Failure::argument(
            "struct_size",
            format!("{name}: struct_size is {given}; set it to sizeof({name}) before the call"),
        ));
    }
    Ok(size)
}
