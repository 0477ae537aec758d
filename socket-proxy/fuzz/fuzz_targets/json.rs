//! See `atoll_socket_proxy::fuzzing::json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| atoll_socket_proxy::fuzzing::json(bytes));
