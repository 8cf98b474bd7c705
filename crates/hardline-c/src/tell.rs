use hardline::embed::CoreInput;

use crate::failure::Failure;
use crate::handle::{enter_plain, hl_core};
use crate::values::{bytes_32, headers, hl_bytes, hl_header, hl_str};

/// Tells of a whole response, whatever its status. Header fields that cannot be ones are left out; what is no UTF-8 in
/// one is replaced. What is late, repeated or about an unknown request changes nothing, here and below.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_tell_response(
    core: *mut hl_core,
    now: u64,
    request: u64,
    status: u32,
    fields: *const hl_header,
    fields_length: usize,
    body: hl_bytes,
) -> u32 {
    // SAFETY: the caller answers for the handle, the array and the bytes.
    unsafe {
        tell(core, now, || {
            Ok(CoreInput::Response {
                request,
                status: http_status(status)?,
                headers: headers(fields, fields_length)?,
                body: body.read()?,
            })
        })
    }
}

/// Tells that there will be no response. `failure` is its class, and says whether the server can have seen the request:
/// "connect", "dns", "refused", "tls", "timed_out_before_send", "timed_out_after_send", "interrupted", "too_large",
/// "malformed", "unsendable", "network_error" or "proxy"; "interrupted" if that is not known. The message is for a
/// developer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_tell_failed(
    core: *mut hl_core,
    now: u64,
    request: u64,
    failure: hl_str,
    message: hl_str,
) -> u32 {
    // SAFETY: the caller answers for the handle and the texts.
    unsafe {
        tell(core, now, || {
            Ok(CoreInput::Failed {
                request,
                class: failure.read()?.to_owned(),
                message: message.read()?.to_owned(),
            })
        })
    }
}

/// Tells that the time of the last wait has come. One that is early or needless changes nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_tell_timeout(core: *mut hl_core, now: u64) -> u32 {
    // SAFETY: the caller answers for the handle.
    unsafe { tell(core, now, || Ok(CoreInput::Timeout)) }
}

/// Tells of the head of a response to a request that streams. Read on only when an output says where to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_tell_head(
    core: *mut hl_core,
    now: u64,
    request: u64,
    status: u32,
    fields: *const hl_header,
    fields_length: usize,
) -> u32 {
    // SAFETY: the caller answers for the handle and the array.
    unsafe {
        tell(core, now, || {
            Ok(CoreInput::Head {
                request,
                status: http_status(status)?,
                headers: headers(fields, fields_length)?,
            })
        })
    }
}

/// Tells that so many bytes of a body that streams have passed so far.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_tell_progress(
    core: *mut hl_core,
    now: u64,
    request: u64,
    bytes: u64,
) -> u32 {
    // SAFETY: the caller answers for the handle.
    unsafe { tell(core, now, || Ok(CoreInput::Progress { request, bytes })) }
}

/// Tells that a body is in the sink: the length of the whole, and its SHA-256, 32 bytes, if the program computed it, or
/// null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_tell_body_ended(
    core: *mut hl_core,
    now: u64,
    request: u64,
    bytes: u64,
    sha256: *const u8,
) -> u32 {
    // SAFETY: the caller answers for the handle and the 32 bytes.
    unsafe {
        tell(core, now, || {
            Ok(CoreInput::BodyEnded {
                request,
                bytes,
                sha256: bytes_32(sha256),
            })
        })
    }
}

/// # Safety
/// As of [`enter_plain`].
unsafe fn tell(
    core: *mut hl_core,
    now: u64,
    input: impl FnOnce() -> Result<CoreInput, Failure>,
) -> u32 {
    // SAFETY: as the caller says.
    unsafe { enter_plain(core, |core| Ok(core.tell(now, input()?)?)) }
}

/// The status in the width that the core takes.
pub(crate) fn http_status(status: u32) -> Result<u16, Failure> {
    u16::try_from(status).map_err(|_| Failure::usage("the status is no HTTP status"))
}
