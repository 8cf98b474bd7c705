use hardline::embed;

use crate::handle::{enter_request, enter_text, hl_core};
use crate::tell::http_status;
use crate::values::{headers, hl_bytes, hl_header, hl_output, hl_str};

/// Builds the request of the operation with this name, without a flow: its method, URL, header fields and body. The core
/// holds what comes of it, and has no part in it otherwise: one of "{}" will do. Without `data` there is no token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_encode(
    core: *mut hl_core,
    operation: hl_str,
    arguments: hl_str,
    base_url: hl_str,
    token: hl_str,
    request: *mut *const hl_output,
) -> u32 {
    // SAFETY: the caller answers for the handle, the texts and the place.
    unsafe {
        enter_request(core, request, || {
            let token = match token.read()? {
                "" if token.data.is_null() => None,
                token => Some(token),
            };
            let (operation, arguments) = (operation.read()?, arguments.read()?);
            let base_url = base_url.read()?;
            Ok(embed::encode(operation, arguments, base_url, token)?)
        })
    }
}

/// Reads the response to the operation with this name, without a flow: the JSON of what a flow "call" brings. If the
/// server declined, it fails with what the server says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_decode(
    core: *mut hl_core,
    now: u64,
    operation: hl_str,
    status: u32,
    fields: *const hl_header,
    fields_length: usize,
    body: hl_bytes,
    done: *mut hl_str,
) -> u32 {
    // SAFETY: the caller answers for the handle, the texts, the array, the bytes and the place.
    unsafe {
        enter_text(core, done, |_| {
            let status = http_status(status)?;
            let fields = headers(fields, fields_length)?;
            let (operation, body) = (operation.read()?, body.read()?);
            Ok(embed::decode(now, operation, status, fields, body)?)
        })
    }
}
