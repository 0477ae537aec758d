//! What the end-to-end tests stand on: people with browsers, the stack, the machine it runs on, and the probe app.
//!
//! The tests themselves are in `e2e/`. They run one after another on the machine that `tests/e2e.sh` makes, against one
//! stack, and each brings about what it needs, so that any of them can be run alone.

pub mod machine;
mod old_engine;
pub mod person;
pub mod probe;
pub mod raw;
pub mod stack;

pub use machine::Machine;
pub use old_engine::OldEngine;
pub use person::{Answer, Person};
pub use probe::Probe;
pub use stack::Stack;
