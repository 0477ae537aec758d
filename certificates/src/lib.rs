//! Reads TLS certificates, and says in words what is wrong with them and what to do.
//!
//! The control plane serves by what is read here, and `atoll doctor` looks at the same files from the machine, so that
//! both say the same. No file is opened and no name is looked up: bytes come in, findings go out.

mod facts;
mod findings;
mod pair;
mod report;

pub use facts::Facts;
pub use findings::{Finding, Subject, findings, not_after_soon};
pub use pair::{Pair, PairError};
pub use report::SelfTest;
