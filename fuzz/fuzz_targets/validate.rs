//! See `validation` in the module that is shared with the tests.
#![no_main]

#[path = "../../crates/ksef-invoice/tests/fuzzed/mod.rs"]
#[allow(dead_code, reason = "each target calls one of its functions")]
mod fuzzed;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzzed::validation(bytes));
