//! See `atoll_socket_proxy::fuzzing::query`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| atoll_socket_proxy::fuzzing::query(bytes));
