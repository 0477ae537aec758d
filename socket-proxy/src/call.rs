//! The calls that are offered, with everything that a client may say about each. Everything else does not exist.

use serde_json::{Map, Value};

use crate::{
    query::Filters,
    refusal::{Reason, Refusal},
};

mod container;
mod decode;
mod image;

/// How a client names an object: a name or an id, checked for its characters only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference(String);

/// A call that is offered, with everything that the client may say about it.
#[derive(Debug, PartialEq)]
pub(crate) enum Call {
    Ping,
    Version,
    Info,
    Events { since: Option<String>, until: Option<String>, filters: Filters },
    ContainerCreate { name: String, body: Map<String, Value> },
    ContainerStart(Reference),
    ContainerStop { container: Reference, grace_secs: Option<u32> },
    ContainerKill { container: Reference, signal: Signal },
    ContainerWait { container: Reference, condition: Condition },
    ContainerInspect(Reference),
    ContainerList { all: bool, limit: Option<u32>, filters: Filters },
    ContainerLogs { container: Reference, logs: Logs },
    ContainerStats { container: Reference, stream: bool, one_shot: bool },
    ContainerRemove { container: Reference, force: bool, volumes: bool },
    NetworkCreate(Map<String, Value>),
    NetworkConnect { network: Reference, body: Map<String, Value> },
    NetworkDisconnect { network: Reference, body: Map<String, Value> },
    NetworkInspect(Reference),
    NetworkList(Filters),
    NetworkRemove(Reference),
    VolumeCreate(Map<String, Value>),
    VolumeInspect(Reference),
    VolumeList(Filters),
    VolumeRemove(Reference),
    ImageInspect(String),
    ImageList,
    ImagePull(String),
}

/// A signal by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signal(pub(crate) &'static str);

/// What a wait waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Condition(pub(crate) &'static str);

/// Which part of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Logs {
    pub(crate) stdout: bool,
    pub(crate) stderr: bool,
    pub(crate) follow: bool,
    pub(crate) timestamps: bool,
    /// Lines from the end; all when absent.
    pub(crate) tail: Option<u32>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
}

impl Call {
    /// The endpoint's name, for log and metrics.
    pub(crate) fn endpoint(&self) -> &'static str {
        self.nature().0
    }

    /// Whether the call changes something on the engine. Such a call runs to its end even when its client goes away.
    pub(crate) fn writes(&self) -> bool {
        self.nature().1 == Nature::Writes
    }

    fn nature(&self) -> (&'static str, Nature) {
        use Nature::{Reads, Writes};
        match self {
            Self::Ping => ("ping", Reads),
            Self::Version => ("version", Reads),
            Self::Info => ("info", Reads),
            Self::Events { .. } => ("events", Reads),
            Self::ContainerCreate { .. } => ("container-create", Writes),
            Self::ContainerStart(_) => ("container-start", Writes),
            Self::ContainerStop { .. } => ("container-stop", Writes),
            Self::ContainerKill { .. } => ("container-kill", Writes),
            Self::ContainerWait { .. } => ("container-wait", Reads),
            Self::ContainerInspect(_) => ("container-inspect", Reads),
            Self::ContainerList { .. } => ("container-list", Reads),
            Self::ContainerLogs { .. } => ("container-logs", Reads),
            Self::ContainerStats { .. } => ("container-stats", Reads),
            Self::ContainerRemove { .. } => ("container-remove", Writes),
            Self::NetworkCreate(_) => ("network-create", Writes),
            Self::NetworkConnect { .. } => ("network-connect", Writes),
            Self::NetworkDisconnect { .. } => ("network-disconnect", Writes),
            Self::NetworkInspect(_) => ("network-inspect", Reads),
            Self::NetworkList(_) => ("network-list", Reads),
            Self::NetworkRemove(_) => ("network-remove", Writes),
            Self::VolumeCreate(_) => ("volume-create", Writes),
            Self::VolumeInspect(_) => ("volume-inspect", Reads),
            Self::VolumeList(_) => ("volume-list", Reads),
            Self::VolumeRemove(_) => ("volume-remove", Writes),
            Self::ImageInspect(_) => ("image-inspect", Reads),
            Self::ImageList => ("image-list", Reads),
            // Because whoever waits for a pull and goes away needs it no more, and can ask again.
            Self::ImagePull(_) => ("image-pull", Reads),
        }
    }
}

/// Whether a call must run to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nature {
    Reads,
    Writes,
}

impl Reference {
    /// A name or id: letters, digits and `_ . -`, a letter or digit first.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        let fits = text.len() <= 128
            && text.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric())
            && text.bytes().all(plain);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::new(Reason::BadTarget, "a name or id holds a character that none has"))
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_the_engine_runs_on_without_its_client() {
        let name = || Reference::parse("name").unwrap();
        assert!(Call::ContainerStart(name()).writes() && Call::VolumeRemove(name()).writes());
        assert!(
            !Call::ContainerInspect(name()).writes() && !Call::Info.writes() && !Call::ImageList.writes()
        );
    }

    #[test]
    fn a_name_or_id_is_plain_and_not_long() {
        for good in ["a", "7", "atoll-hello-main-web", "A.b_c-d", &"a".repeat(128)] {
            assert!(Reference::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", ".", "..", "_a", "a/b", "a b", "a\n", "a%2f", "ä", "a\0", &"a".repeat(129)] {
            assert_eq!(Reference::parse(bad).unwrap_err().reason, Reason::BadTarget, "{bad}");
        }
    }
}
