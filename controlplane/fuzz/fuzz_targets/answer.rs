//! See `atoll_controlplane::gateway::upstream::fuzzing::answer`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| atoll_controlplane::gateway::upstream::fuzzing::answer(bytes));
