//! What the control plane found when it last looked at names and certificates, kept where `atoll doctor` can read it.

use serde::{Deserialize, Serialize};

use crate::Finding;

/// The control plane's own test, as JSON in `tls.json` of its data folder. It is written anew when something changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfTest {
    /// Where certificates come from: `files` or `acme`.
    pub source: String,
    /// What keeps browsers from a host.
    pub problems: Vec<Finding>,
}

impl SelfTest {
    /// Its file's name below the data folder.
    pub const FILE: &str = "tls.json";
}
