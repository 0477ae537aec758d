//! Compares a running container with what the allowlist asks for. Proved, not assumed.
//!
//! The socket proxy has rendered and compared already; this is the second pair of eyes, which reads the promises from
//! the allowlist by itself instead of from the rendering.

use atoll_sandbox::{
    allowlist::{App, RelaxedRule, Service},
    names::{IslandId, ServiceName},
    subnet::Subnet,
};

use super::state::Difference;
use crate::engine::inspect::{Confinement, Container, Doubt};

/// What a service of an app must be held to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Promise<'a> {
    pub island: &'a IslandId,
    pub subnet: Subnet,
    pub app: &'a App,
    pub name: &'a ServiceName,
    pub service: &'a Service,
    /// The engine's id of the pinned image.
    pub image_id: &'a str,
    /// Whether the engine cannot limit swap, and says so.
    pub swap_unlimited: bool,
}

impl Promise<'_> {
    /// What the engine does not do of what was asked for: what we see, and what the socket proxy says.
    pub(super) fn differences(&self, container: &Container) -> Vec<Difference> {
        let expected = self.confinement().fields().into_iter();
        let pairs = expected.zip(container.confinement.fields());
        let seen = pairs.filter(|((_, expected), (_, actual))| expected != actual);
        let seen = seen.map(|((field, expected), (_, actual))| self.difference(field, expected, actual));
        let mut found: Vec<Difference> = seen.collect();
        for Doubt { field, expected, actual } in container.doubts.iter().cloned() {
            if found.iter().all(|difference| difference.field != field) {
                found.push(self.difference(&field, expected, actual));
            }
        }
        found.retain(|difference| !self.excuses(&difference.field, &difference.actual));
        found
    }

    fn difference(&self, field: &str, expected: String, actual: String) -> Difference {
        Difference { service: self.name.clone(), field: field.to_owned(), expected, actual }
    }

    /// An engine without swap accounting writes -1 for what it was asked.
    fn excuses(&self, field: &str, actual: &str) -> bool {
        field == "HostConfig.MemorySwap" && self.swap_unlimited && matches!(actual, "-1" | "0")
    }

    fn confinement(&self) -> Confinement {
        let limits = self.service.resources.limits;
        let relaxed = |rule| self.app.relaxes(self.name, rule);
        let memory = signed(limits.memory.bytes());
        let position = self.app.services.keys().position(|name| name == self.name);
        let address = position.and_then(|position| self.subnet.service(position));
        let added = relaxed(RelaxedRule::NetBindService).then(|| "NET_BIND_SERVICE".to_owned());
        Confinement {
            image_id: self.image_id.to_owned(),
            user: self.service.user.clone(),
            memory,
            memory_and_swap: memory,
            nano_cpus: signed(limits.cpu.nanos()),
            pids: signed(limits.pids),
            capabilities_added: added.into_iter().collect(),
            capabilities_dropped: true,
            no_new_privileges: true,
            privileged: false,
            read_only_root: !relaxed(RelaxedRule::ReadOnlyRootFilesystem),
            networks: [(self.island.network(), address)].into(),
            mounts: self.service.volumes.iter().map(|mount| self.mount(mount)).collect(),
        }
    }

    fn mount(&self, mount: &atoll_sandbox::allowlist::VolumeMount) -> (String, String) {
        let read_only = if mount.read_only { " read-only" } else { "" };
        let what = format!("volume {}{read_only}", self.island.volume(&mount.name));
        (mount.mount_path.clone(), what)
    }
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
