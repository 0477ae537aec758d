//! What the proxy gives up once its files are open: a hole in it is worth less to whoever finds one.
//!
//! The container around it promises much of this already. It is done again here, because it then holds however the
//! proxy is started, and because landlock and the list of system calls fit this one program tighter than any
//! container's profile can. What a kernel cannot do is reported and never passed over in silence.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;
use tracing::{info, warn};

mod paths;
mod privileges;
mod system_calls;

/// Which paths the proxy goes on needing.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Folders whose files are read: policy, credentials.
    pub read: Vec<PathBuf>,
    /// Folders in which files are made, written and replaced: state.
    pub write: Vec<PathBuf>,
    /// Folders of sockets: our own, which are removed at the end, and the engine's.
    pub sockets: Vec<PathBuf>,
}

/// What was given up, by name, and what could not be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Confinement(BTreeMap<&'static str, Hold>);

/// Whether one of the confinements holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// It does, in the words given.
    Enforced(String),
    /// It does not, for the reason given.
    Missing(String),
}

impl Confinement {
    /// Gives up all that can be given up, for this thread and all that it starts; there is no way back. Call it before
    /// a second thread exists.
    pub fn enter(reach: &Reach) -> Self {
        let mut holds = privileges::drop_all();
        holds.push(("landlock", paths::restrict(reach)));
        // Last, because the others need system calls that are gone afterwards.
        holds.push(("seccomp", system_calls::restrict()));
        let confinement = Self(holds.into_iter().collect());
        confinement.tell();
        confinement
    }

    /// Nothing was given up: for tests, which share their process.
    pub fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// The names of what does not hold, with the reason.
    pub fn missing(&self) -> Vec<String> {
        let missing = |(name, hold): (&&str, &Hold)| match hold {
            Hold::Missing(why) => Some(format!("{name} ({why})")),
            Hold::Enforced(_) => None,
        };
        self.0.iter().filter_map(missing).collect()
    }

    fn tell(&self) {
        let word = |name: &str| self.0.get(name).map(ToString::to_string).unwrap_or_default();
        let (landlock, seccomp, privileges) = (word("landlock"), word("seccomp"), word("noNewPrivileges"));
        let (capabilities, core_dumps) = (word("capabilities"), word("coreDumps"));
        if self.missing().is_empty() {
            info!(landlock, seccomp, no_new_privileges = privileges, capabilities, core_dumps, "confined");
        } else {
            warn!(
                landlock,
                seccomp,
                no_new_privileges = privileges,
                capabilities,
                core_dumps,
                "not confined in every way; --require-confinement makes this an error"
            );
        }
    }
}

impl std::fmt::Display for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Enforced(how) => write!(f, "enforced ({how})"),
            Self::Missing(why) => write!(f, "missing: {why}"),
        }
    }
}

impl Serialize for Hold {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// From a step's outcome to what is reported of it.
fn hold<T>(outcome: Result<T, impl std::fmt::Display>, how: impl Into<String>) -> Hold {
    match outcome {
        Ok(_) => Hold::Enforced(how.into()),
        Err(error) => Hold::Missing(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_hold_is_named_with_the_reason() {
        let holds =
            [("landlock", hold(Err::<(), _>("too old"), "")), ("seccomp", hold(Ok::<_, &str>(()), "filter"))];
        let confinement = Confinement(holds.into_iter().collect());
        assert_eq!(confinement.missing(), ["landlock (too old)"]);
        assert_eq!(Confinement::none().missing(), Vec::<String>::new());
    }
}
