use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use std::ffi::CStr;

use super::*;
use crate::codes::HL_ERROR_PANICKED;
use crate::values::hl_error;

struct Freed(*mut hl_core);

impl Drop for Freed {
    fn drop(&mut self) {
        // SAFETY: it is freed here alone.
        unsafe { hl_core_free(self.0) };
    }
}

fn new(config: &'static CStr) -> Freed {
    // SAFETY: the text is a constant.
    Freed(unsafe { hl_core_new(hl_str::of_c(config)) })
}

fn error(core: &Freed) -> &hl_error {
    // SAFETY: it is not freed.
    unsafe { &*hl_core_error(core.0) }
}

fn text(text: hl_str) -> &'static str {
    // SAFETY: no call comes between.
    unsafe { text.read() }.ok().unwrap()
}

#[test]
fn a_panic_becomes_an_error_and_the_handle_is_of_no_use_any_more() {
    let core = new(c"{}");
    // SAFETY: the handle is this test's.
    let code = unsafe { enter_plain(core.0, |_| panic!("as a test wants it")) };
    assert_eq!(code, HL_ERROR_PANICKED);
    assert_eq!(error(&core).code, HL_ERROR_PANICKED);
    let json: serde_json::Value = serde_json::from_str(text(error(&core).json)).unwrap();
    assert_eq!(json["code"], HL_ERROR_PANICKED);
    let called = AtomicBool::new(false);
    // SAFETY: as above.
    let code = unsafe {
        enter_plain(core.0, |_| {
            called.store(true, Ordering::Relaxed);
            Ok(())
        })
    };
    assert_eq!(code, HL_ERROR_PANICKED);
    assert!(!called.into_inner(), "the core was left in the middle");
}

#[test]
fn what_is_thrown_may_panic_when_it_is_dropped() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    let core = new(c"{}");
    // SAFETY: the handle is this test's.
    let code = unsafe { enter_plain(core.0, |_| std::panic::panic_any(Bomb)) };
    assert_eq!(code, HL_ERROR_PANICKED);
}

#[test]
fn an_error_is_that_of_the_last_call() {
    let core = new(c"{}");
    assert_eq!(error(&core).code, HL_OK);
    // SAFETY: the handle is this test's.
    unsafe {
        let code = enter_plain(core.0, |_| Err(Failure::usage("it does not fit")));
        assert_eq!(
            (code, text(error(&core).message)),
            (HL_ERROR_USAGE, "it does not fit")
        );
        assert_eq!(enter_plain(core.0, |_| Ok(())), HL_OK);
    }
    assert_eq!(error(&core).code, HL_OK);
    assert_eq!(error(&core).message.data, ptr::null());
}

#[test]
fn arguments_may_be_what_the_last_call_said() {
    let core = new(c"{}");
    // SAFETY: the handle is this test's.
    unsafe {
        let mut said = hl_str::NONE;
        enter_text(core.0, &raw mut said, |_| Ok("a text that was said"));
        let again = said;
        enter_text(core.0, &raw mut said, |_| Ok(again.read()?.to_owned()));
        assert_eq!(text(said), "a text that was said");
    }
}
