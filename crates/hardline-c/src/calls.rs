use std::ptr;

use crate::failure::Failure;
use crate::handle::{enter, enter_plain, enter_text, hl_core};
use crate::said::first;
use crate::values::{bytes_32, hl_str};

/// Opens the flow with this name, and returns its ID; 0 if that fails. Arguments are JSON; none are "{}".
/// `entropy` is 32 bytes from the operating system's random number generator, new for each flow.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_open(
    core: *mut hl_core,
    now: u64,
    flow: hl_str,
    arguments: hl_str,
    entropy: *const u8,
) -> u64 {
    let mut id = 0;
    // SAFETY: the caller answers for the handle, the texts and the 32 bytes.
    unsafe {
        enter_plain(core, |core| {
            let entropy = bytes_32(entropy).ok_or(Failure::usage(
                "a flow needs 32 random bytes, and they are null",
            ))?;
            id = core.open(now, flow.read()?, arguments.read()?, entropy)?;
            Ok(())
        });
    }
    id
}

/// Loads a flow that hl_core_save gave, here or elsewhere, and returns its new ID; 0 if that fails. What it waits for is
/// in hl_core_prompt; it is not told again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_load(core: *mut hl_core, now: u64, saved: hl_str) -> u64 {
    let mut id = 0;
    // SAFETY: the caller answers for the handle and the text.
    unsafe {
        enter_plain(core, |core| {
            id = core.load(now, saved.read()?)?;
            Ok(())
        });
    }
    id
}

/// Saves a flow as JSON, which is good until the next call of this core. It goes on here too, so free this core or cancel
/// the flow. The text holds secrets. It fails while the flow has more to say: call hl_core_next until it waits.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_save(core: *mut hl_core, flow: u64, saved: *mut hl_str) -> u32 {
    // SAFETY: the caller answers for the handle and the place.
    unsafe { enter_text(core, saved, |core| Ok(core.save(flow)?)) }
}

/// Replies to what a flow asks, or to an event of the session, which is flow 0. The reply is JSON, and so is what the flow
/// has to say to it at once, which is "{}" mostly. If it fails, nothing changed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_reply(
    core: *mut hl_core,
    now: u64,
    flow: u64,
    reply: hl_str,
    said: *mut hl_str,
) -> u32 {
    // SAFETY: the caller answers for the handle, the text and the place.
    unsafe {
        enter_text(core, said, |core| {
            Ok(core.reply(now, flow, reply.read()?)?)
        })
    }
}

/// Tries again what stalled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_retry(core: *mut hl_core, now: u64, flow: u64) -> u32 {
    // SAFETY: the caller answers for the handle.
    unsafe { enter_plain(core, |core| Ok(core.retry(now, flow)?)) }
}

/// Ends a flow, which then fails with HL_ERROR_CANCELLED. The server may still act on what was sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_cancel(core: *mut hl_core, now: u64, flow: u64) -> u32 {
    // SAFETY: the caller answers for the handle.
    unsafe { enter_plain(core, |core| Ok(core.cancel(now, flow)?)) }
}

/// The JSON of what a flow waits for from the user or the program; no text if for nothing, or if it is over.
/// Good until the next call of this core.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_prompt(core: *mut hl_core, flow: u64) -> hl_str {
    let mut prompt = hl_str::NONE;
    // SAFETY: the caller answers for the handle.
    unsafe {
        enter(
            core,
            |core| Ok(core.prompt(flow)),
            |said, text| prompt = text.map_or(hl_str::NONE, |text| said.text(&text)),
        );
    }
    prompt
}

/// The state that a flow is in, for logs; no text if it is over. Good until the next call of this core.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_state(core: *mut hl_core, flow: u64) -> hl_str {
    let mut state = hl_str::NONE;
    // SAFETY: the caller answers for the handle.
    unsafe {
        enter(
            core,
            |core| Ok(core.state(flow)),
            |said, text| state = text.map_or(hl_str::NONE, |text| said.text(text)),
        );
    }
    state
}

/// The IDs of the flows that are open, oldest first: how many, and in `flows` the first of them, good
/// until the next call of this core.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_flows(core: *mut hl_core, flows: *mut *const u64) -> usize {
    let mut all = (ptr::null(), 0);
    // SAFETY: the caller answers for the handle and the place.
    unsafe {
        enter(
            core,
            |core| Ok(core.flows()),
            |said, ids| {
                said.ids = ids;
                all = (first(&said.ids), said.ids.len());
            },
        );
        if !flows.is_null() {
            flows.write(all.0);
        }
    }
    all.1
}

/// The configuration with which another core goes on with this session, as JSON. It holds secrets. Flows are saved one by
/// one. Good until the next call of this core.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_core_session(core: *mut hl_core) -> hl_str {
    let mut session = hl_str::NONE;
    // SAFETY: the caller answers for the handle; the place is above.
    unsafe { enter_text(core, &raw mut session, |core| Ok(core.session())) };
    session
}
