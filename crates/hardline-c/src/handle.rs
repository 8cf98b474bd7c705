use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hardline::embed::{Core, CoreOutput};

use crate::codes::{HL_ERROR_USAGE, HL_OK};
use crate::failure::Failure;
use crate::said::Said;
use crate::values::{hl_error, hl_output, hl_str};

/// A session and any number of flows, each opened by its name.
pub struct hl_core {
    state: State,
    said: Said,
}

enum State {
    Ready(Box<Core>),
    /// Every call fails with this.
    Unusable(Failure),
}

/// Makes a core of a configuration, which is JSON: "{}" is one, and so is what hl_core_session says.
/// It is never null. If the configuration does not fit, hl_core_error says why, and so does every call.
/// Give it to hl_core_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_new(config: hl_str) -> *mut hl_core {
    let made = catch_unwind(|| {
        // SAFETY: the caller answers for the bytes.
        let config = unsafe { config.read() }?;
        Ok(Core::new(config)?)
    });
    let mut handle = hl_core {
        state: State::Unusable(Failure::panicked()),
        said: Said::nothing(),
    };
    match made {
        Ok(Ok(core)) => handle.state = State::Ready(Box::new(core)),
        Ok(Err(failure)) => handle.state = State::Unusable(failure),
        // What is thrown may panic again when it is dropped.
        Err(thrown) => mem::forget(thrown),
    }
    if let State::Unusable(failure) = &handle.state {
        handle.said.fail(failure);
    }
    Box::into_raw(Box::new(handle))
}

/// Frees a core, its flows, and all that its calls gave. Null is nothing to free. Any other pointer is given once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_free(core: *mut hl_core) {
    if core.is_null() {
        return;
    }
    let freed = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: it comes from `hl_core_new`, and the caller gives it once.
        drop(unsafe { Box::from_raw(core) });
    }));
    if let Err(thrown) = freed {
        mem::forget(thrown);
    }
}

/// What the last call of this core failed with; its code is HL_OK if it did not fail. Never null. Asking changes nothing:
/// pointers that the last call gave stay good.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_error(core: *const hl_core) -> *const hl_error {
    if core.is_null() {
        return &raw const NULL_ERROR.0;
    }
    // SAFETY: it comes from `hl_core_new`, and is not freed.
    unsafe { &raw const (*core).said.error }
}

/// What to do next. Never null; good until the next call of this core. After every other call, call this until it says
/// HL_KIND_WAIT, and do what each says, in that order. If it fails, as with a core whose configuration did not fit, it
/// says to wait for ever, and hl_core_error says why.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_next(core: *mut hl_core, now: u64) -> *const hl_output {
    if core.is_null() {
        return &raw const NULL_OUTPUT.0;
    }
    // SAFETY: it comes from `hl_core_new`, is not freed, and nobody else uses it now.
    unsafe {
        enter(core, |core| Ok(core.next(now)), Said::output);
        &raw const (*core).said.output
    }
}

/// Does something with a core, and leaves in the handle what came of it: whatever `say` says, or an error, whose code it
/// returns. No panic leaves it.
///
/// # Safety
/// The handle is null, or comes from [`hl_core_new`], is not freed, and nobody else uses it now.
pub(crate) unsafe fn enter<T>(
    handle: *mut hl_core,
    call: impl FnOnce(&mut Core) -> Result<T, Failure>,
    say: impl FnOnce(&mut Said, T),
) -> u32 {
    if handle.is_null() {
        return HL_ERROR_USAGE;
    }
    let done = catch_unwind(AssertUnwindSafe(|| {
        // Arguments may point to what the handle says, so that it is not touched before they have been read.
        // SAFETY: as the caller says.
        let state = unsafe { &mut (*handle).state };
        let outcome = match state {
            State::Ready(core) => call(core),
            State::Unusable(failure) => Err(failure.clone()),
        };
        // SAFETY: as the caller says.
        let said = unsafe { &mut (*handle).said };
        said.clear();
        match outcome {
            Ok(value) => {
                say(said, value);
                HL_OK
            }
            Err(failure) => {
                said.fail(&failure);
                failure.code
            }
        }
    }));
    done.unwrap_or_else(|thrown| {
        mem::forget(thrown);
        let failure = Failure::panicked();
        // SAFETY: as the caller says. What the panic has left is dropped with the handle, and not used before.
        let handle = unsafe { &mut *handle };
        handle.said.clear();
        handle.said.fail(&failure);
        let code = failure.code;
        // A core that was left in the middle may panic when it is dropped.
        mem::forget(mem::replace(&mut handle.state, State::Unusable(failure)));
        code
    })
}

/// As [`enter`], for a call that says nothing but whether it failed.
///
/// # Safety
/// As of [`enter`].
pub(crate) unsafe fn enter_plain(
    handle: *mut hl_core,
    call: impl FnOnce(&mut Core) -> Result<(), Failure>,
) -> u32 {
    // SAFETY: as the caller says.
    unsafe { enter(handle, call, |_, ()| ()) }
}

/// As [`enter`], for a call that says a text, into `said` unless that is null.
///
/// # Safety
/// As of [`enter`]; `said` is null or can be written.
pub(crate) unsafe fn enter_text<T: AsRef<str>>(
    handle: *mut hl_core,
    said: *mut hl_str,
    call: impl FnOnce(&mut Core) -> Result<T, Failure>,
) -> u32 {
    if !said.is_null() {
        // SAFETY: as the caller says.
        unsafe { said.write(hl_str::NONE) };
    }
    let say = |handle: &mut Said, text: T| {
        let text = handle.text(text.as_ref());
        if !said.is_null() {
            // SAFETY: as the caller says.
            unsafe { said.write(text) };
        }
    };
    // SAFETY: as the caller says.
    unsafe { enter(handle, call, say) }
}

/// As [`enter`], for a call that says a request, into `request` unless that is null.
///
/// # Safety
/// As of [`enter`]; `request` is null or can be written.
pub(crate) unsafe fn enter_request(
    handle: *mut hl_core,
    request: *mut *const hl_output,
    call: impl FnOnce() -> Result<CoreOutput, Failure>,
) -> u32 {
    // SAFETY: as the caller says.
    unsafe {
        let code = enter(handle, |_| call(), Said::output);
        if !request.is_null() {
            request.write(if code == HL_OK {
                &raw const (*handle).said.output
            } else {
                std::ptr::null()
            });
        }
        code
    }
}

/// What never changes, though pointers are in it.
struct Constant<T>(T);

// SAFETY: nothing is ever written to it, and its pointers are null or lead to constants.
unsafe impl<T> Sync for Constant<T> {}

static NULL_ERROR: Constant<hl_error> = Constant(hl_error {
    code: HL_ERROR_USAGE,
    message: hl_str::of_c(c"the core is null"),
    json: hl_str::of_c(c"{\"kind\":\"usage\",\"code\":100,\"message\":\"the core is null\"}"),
});

static NULL_OUTPUT: Constant<hl_output> = Constant(hl_output::NOTHING);

#[cfg(test)]
mod tests;
