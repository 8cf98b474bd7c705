use std::ffi::{CStr, c_char};
use std::{ptr, slice, str};

use crate::failure::Failure;

/// Text: UTF-8 of this length, which may have NUL bytes in it. Without `data`, a length of 0 is no text.
/// What the library gives has a NUL byte behind it that `length` does not count, so that "%s" prints it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hl_str {
    /// The first byte.
    pub data: *const c_char,
    /// The number of bytes.
    pub length: usize,
}

/// Bytes of any kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hl_bytes {
    /// The first byte; null if there is none.
    pub data: *const u8,
    /// The number of bytes.
    pub length: usize,
}

/// A header field of a request or of a response.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct hl_header {
    /// Its name. The library writes it in lower case, and takes any.
    pub name: hl_str,
    /// Its value.
    pub value: hl_str,
}

/// What the last call of a handle failed with.
#[repr(C)]
pub struct hl_error {
    /// HL_OK if it did not fail, or one of the other codes.
    pub code: u32,
    /// What to show to a developer.
    pub message: hl_str,
    /// All that is known, as the JSON object that the documentation calls E.
    pub json: hl_str,
}

/// What to do next. Which members have a meaning is told by `kind`; the others are empty.
/// Later versions may have more members, at the end: only the library makes one.
#[repr(C)]
pub struct hl_output {
    /// HL_KIND_WAIT, or one of the others. Do nothing about one that you do not know.
    pub kind: u32,
    /// The flow that it is about; 0 is the session.
    pub flow: u64,
    /// The request that it is about.
    pub request: u64,
    /// Of a wait: until when, in Unix milliseconds, or HL_FOREVER. Of a request: how long it may take, in
    /// milliseconds, or HL_FOREVER; counted from the last progress if a body streams.
    pub millis: u64,
    /// The method to send.
    pub method: hl_str,
    /// The URL to send it to.
    pub url: hl_str,
    /// The header fields to send; null if there are none.
    pub headers: *const hl_header,
    /// How many there are.
    pub headers_length: usize,
    /// The body to send.
    pub body: hl_bytes,
    /// JSON: the event, what a flow brought, why it failed, or what is known of a request or of a body.
    pub value: hl_str,
}

impl hl_str {
    pub(crate) const NONE: Self = Self {
        data: ptr::null(),
        length: 0,
    };

    pub(crate) const fn of_c(text: &'static CStr) -> Self {
        Self {
            data: text.as_ptr(),
            length: text.count_bytes(),
        }
    }

    /// The text; empty if there is none.
    ///
    /// # Errors
    /// [`Failure`] if it is no UTF-8, or lacks its bytes.
    pub(crate) unsafe fn read<'a>(self) -> Result<&'a str, Failure> {
        // SAFETY: the caller of the library answers for the bytes.
        let bytes = unsafe { bytes(self.data.cast(), self.length) }?;
        str::from_utf8(bytes).map_err(|_| Failure::usage("a text is not UTF-8"))
    }

    /// The text, with U+FFFD for what is no UTF-8.
    ///
    /// # Errors
    /// [`Failure`] if it lacks its bytes.
    unsafe fn read_any(self) -> Result<String, Failure> {
        // SAFETY: the caller of the library answers for the bytes.
        let bytes = unsafe { bytes(self.data.cast(), self.length) }?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }
}

impl hl_bytes {
    pub(crate) const NONE: Self = Self {
        data: ptr::null(),
        length: 0,
    };

    /// A copy of the bytes.
    ///
    /// # Errors
    /// [`Failure`] if it lacks them.
    pub(crate) unsafe fn read(self) -> Result<Vec<u8>, Failure> {
        // SAFETY: the caller of the library answers for the bytes.
        Ok(unsafe { bytes(self.data, self.length) }?.to_vec())
    }
}

/// Header fields. A server may send what is no UTF-8 in one, and that costs nothing but its readability.
///
/// # Errors
/// [`Failure`] if the array or one of its texts lacks its bytes.
pub(crate) unsafe fn headers(
    fields: *const hl_header,
    length: usize,
) -> Result<Vec<(String, String)>, Failure> {
    // SAFETY: the caller of the library answers for the array.
    let fields: &[hl_header] = unsafe { elements(fields, length) }?;
    let read = |field: &hl_header| {
        // SAFETY: and for the texts in it.
        unsafe { Ok((field.name.read_any()?, field.value.read_any()?)) }
    };
    fields.iter().map(read).collect()
}

/// The 32 bytes of an argument that has no length; `None` if it is null.
pub(crate) unsafe fn bytes_32(data: *const u8) -> Option<[u8; 32]> {
    if data.is_null() {
        return None;
    }
    // SAFETY: an array of bytes has no alignment, and the caller of the library answers for 32 of them.
    Some(unsafe { ptr::read(data.cast()) })
}

unsafe fn bytes<'a>(data: *const u8, length: usize) -> Result<&'a [u8], Failure> {
    // SAFETY: handed on.
    unsafe { elements(data, length) }
}

/// As many elements as the caller says there are. They are read while the call lasts, and no longer.
unsafe fn elements<'a, T>(data: *const T, length: usize) -> Result<&'a [T], Failure> {
    if length == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(Failure::usage("a null pointer has a length"));
    }
    if !data.is_aligned() {
        return Err(Failure::usage("a pointer is not aligned"));
    }
    if length > isize::MAX as usize / size_of::<T>() {
        return Err(Failure::usage("a length is larger than the memory"));
    }
    // SAFETY: not null, aligned, and no larger than an object can be; the caller answers for the rest.
    Ok(unsafe { slice::from_raw_parts(data, length) })
}
