//! See `atoll_socket_proxy::fuzzing::target`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| atoll_socket_proxy::fuzzing::target(bytes));
