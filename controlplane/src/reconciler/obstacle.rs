//! What stood in the way of a step.

use atoll_sandbox::names::ServiceName;

use super::{
    failure::{Failure, sentence},
    probe::NotReady,
    state::{Difference, Verification},
    steps::StepName,
    vault::VaultError,
};
use crate::{
    engine::{error::EngineError, inspect::Exit},
    store::StoreError,
};

/// Why a step could not be done.
#[derive(Debug, thiserror::Error)]
pub(super) enum Obstacle {
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A secret.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Something that is decided here; the words say it all.
    #[error("{}", .0.message)]
    Plain(Failure),
    /// A service ended instead of answering.
    #[error("service `{}` ended", .0.service)]
    Died(Box<Death>),
    /// A service runs and does not answer.
    #[error("service `{service}` does not answer")]
    Silent { service: ServiceName, waited_secs: u64, why: NotReady },
    /// A running container is not what was asked for.
    #[error("the running app differs from what was approved")]
    Differs(Verification),
}

/// How a service ended.
#[derive(Debug)]
pub(super) struct Death {
    pub service: ServiceName,
    /// The engine's id of its container.
    pub container: String,
    pub exit: Exit,
    /// Its memory limit, in words.
    pub memory: String,
}

/// An obstacle and the step that it stood in the way of.
#[derive(Debug)]
pub(super) struct Trouble {
    pub step: StepName,
    pub obstacle: Obstacle,
}

impl Obstacle {
    /// Whether the step may well be done later without anybody changing anything.
    pub(super) const fn passes_by_itself(&self) -> bool {
        match self {
            Self::Engine(error) => error.is_away(),
            Self::Store(_) => true,
            Self::Vault(_) | Self::Plain(_) | Self::Died(_) | Self::Silent { .. } | Self::Differs(_) => false,
        }
    }

    /// In words for people.
    pub(super) fn failure(&self) -> Failure {
        match self {
            Self::Engine(error) => Failure::from(error),
            Self::Store(error) => Failure::new(
                sentence(&error.to_string()),
                "Check the disk and the database of the control plane; its log says more.",
            ),
            Self::Vault(error) => Failure::new(
                sentence(&error.to_string()),
                "Restore the data folder from one backup, keys included.",
            ),
            Self::Plain(failure) => failure.clone(),
            Self::Died(death) => died(&death.service, &death.exit, &death.memory),
            Self::Silent { service, waited_secs, why } => Failure::new(
                format!("Service `{service}` runs, but after {waited_secs} s it still {why}."),
                "Read the app's log. If it only needs longer, raise `probe.startup` in its allowlist entry.",
            ),
            Self::Differs(verification) => differs(&verification.differences),
        }
    }
}

/// Why a service ended. `memory` is its limit.
pub(super) fn died(service: &ServiceName, exit: &Exit, memory: &str) -> Failure {
    if exit.out_of_memory {
        return Failure::new(
            format!("Service `{service}` was killed because it reached its memory limit of {memory}."),
            "Raise `resources.limits.memory` in its allowlist entry, or give the app less to do.",
        );
    }
    if !exit.error.is_empty() {
        return Failure::new(
            format!("Service `{service}` could not be started: {}.", exit.error.trim_end_matches('.')),
            "Correct its command or image in the allowlist, then start the app again.",
        );
    }
    let how = match exit.code {
        137 => "was killed (signal 9)".to_owned(),
        code @ 129..=192 => format!("was ended by signal {}", code - 128),
        code => format!("ended by itself with exit code {code}"),
    };
    Failure::new(format!("Service `{service}` {how}."), "Read the app's log: its last lines say why.")
}

fn differs(differences: &[Difference]) -> Failure {
    let listed: Vec<String> = differences
        .iter()
        .map(|d| {
            format!("{} of service `{}` is `{}` instead of `{}`", d.field, d.service, d.actual, d.expected)
        })
        .collect();
    Failure::new(
        format!("The engine does not run the app as approved: {}. The app was stopped.", listed.join("; ")),
        "`atoll doctor` tells what this engine cannot enforce. Start the app again when that is mended.",
    )
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn message(code: i64, out_of_memory: bool, error: &str) -> String {
        let at = Timestamp::UNIX_EPOCH;
        let exit = Exit { code, out_of_memory, error: error.to_owned(), started_at: at, finished_at: at };
        died(&"web".parse().unwrap(), &exit, "64Mi").message
    }

    #[test]
    fn a_death_names_its_cause() {
        assert_eq!(message(3, false, ""), "Service `web` ended by itself with exit code 3.");
        assert_eq!(message(137, false, ""), "Service `web` was killed (signal 9).");
        assert_eq!(message(143, false, ""), "Service `web` was ended by signal 15.");
        assert!(message(137, true, "").contains("its memory limit of 64Mi"));
        assert!(
            message(127, false, "exec: no such file.").ends_with("could not be started: exec: no such file.")
        );
    }
}
