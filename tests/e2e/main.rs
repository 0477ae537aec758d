//! End-to-end: a real engine, the real stack, and apps that try to get out. Run by `tests/e2e.sh` (`make e2e`).

mod access;
mod attacks;
mod bad_input;
mod clients;
mod islands;
mod neighbours;
mod recovery;
mod registry;
mod sealed;
mod streams;
mod taken_over;
mod tokens;
