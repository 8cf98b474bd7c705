use std::ffi::{CStr, CString, c_char};
use std::mem;
use std::panic::catch_unwind;
use std::sync::OnceLock;

use hardline::embed;

use crate::values::hl_str;

/// The version of the interface: of functions, structs, forms and codes. With 0 they may still change, and every release
/// says how. From 1 on they are only added to, and it counts up if one has to change or go.
pub const HL_ABI: u32 = 0;

const _: () = assert!(HL_ABI == embed::ABI);

/// The version of the interface that the library has. A program that was compiled against another HL_ABI does not fit.
#[unsafe(no_mangle)]
pub extern "C" fn hl_abi() -> u32 {
    embed::ABI
}

/// The version of the library, such as "0.1.0". It stays for ever.
#[unsafe(no_mangle)]
pub extern "C" fn hl_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => panic!("a version has no NUL"),
        };
    VERSION.as_ptr()
}

/// All forms of JSON as JSON Schema, which stays for ever.
#[unsafe(no_mangle)]
pub extern "C" fn hl_schema() -> hl_str {
    static SCHEMA: OnceLock<CString> = OnceLock::new();
    let schema = catch_unwind(|| {
        // JSON writes a NUL as \u0000.
        SCHEMA.get_or_init(|| CString::new(embed::schema()).unwrap_or_default())
    });
    match schema {
        Ok(schema) => hl_str::of_c(schema),
        Err(thrown) => {
            mem::forget(thrown);
            hl_str::NONE
        }
    }
}

/// Text that ends with a NUL byte, such as a literal. Null is no text. It is not copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn hl_text(text: *const c_char) -> hl_str {
    if text.is_null() {
        return hl_str::NONE;
    }
    hl_str {
        data: text,
        // SAFETY: not null, and the caller answers for the NUL.
        length: unsafe { CStr::from_ptr(text) }.count_bytes(),
    }
}
