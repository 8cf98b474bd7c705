#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hardline_tests::fuzz::file_name(bytes));
