//! The ceilings of `host.limits`: what all apps together may take.
//!
//! Counted from the engine's own list at every create, so that nothing has to be remembered across a crash. Creates
//! that count wait for each other; a create runs to its end even when its client goes away, and holds the lock until
//! the engine has answered.
//!
//! Counted again at every start, this time over what runs. That catches what the first count cannot see: a create that
//! was under way when an earlier proxy was killed and that the engine carried out after all, and ceilings that have
//! been lowered since.

use std::collections::{HashMap, HashSet};

use atoll_sandbox::{
    allowlist::{HostLimits, Limits},
    labels,
};
use serde_json::Value;

use crate::{
    owned::Owned,
    proxy::Proxy,
    refusal::{Reason, Refusal},
    seal::Kind,
    views::ContainerRow,
};

/// The limits of containers by full id. A container's limits never change here, since updates are not offered, and
/// an entry leaves with its container.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    limits: HashMap<String, Taken>,
    /// The full ids of those whose start is under way: the engine's list does not show them as running yet.
    starting: HashSet<String>,
}

/// What containers take, or may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    nano_cpus: u64,
    memory: u64,
    pids: u64,
}

impl From<&Limits> for Taken {
    fn from(limits: &Limits) -> Self {
        Self { nano_cpus: limits.cpu.nanos(), memory: limits.memory.bytes(), pids: limits.pids }
    }
}

impl Taken {
    fn of_inspect(inspect: &Value) -> Self {
        let number = |name: &str| inspect["HostConfig"][name].as_u64().unwrap_or(0);
        Self { nano_cpus: number("NanoCpus"), memory: number("Memory"), pids: number("PidsLimit") }
    }

    fn add(&mut self, other: Self) {
        self.nano_cpus = self.nano_cpus.saturating_add(other.nano_cpus);
        self.memory = self.memory.saturating_add(other.memory);
        self.pids = self.pids.saturating_add(other.pids);
    }

    /// Refuses what `app` wants when it is more than the ceilings leave beside what is taken.
    fn fits(self, app: &str, taken: Self, ceilings: &HostLimits) -> Result<(), Refusal> {
        let mebibytes = |bytes: u64| format!("{} MiB", bytes >> 20);
        let millis = |nanos: u64| format!("{}m", nanos / 1_000_000);
        check(app, "memory", self.memory, taken.memory, ceilings.memory.bytes(), mebibytes)?;
        check(app, "cpu", self.nano_cpus, taken.nano_cpus, ceilings.cpu.nanos(), millis)?;
        check(app, "pids", self.pids, taken.pids, ceilings.pids, |pids| pids.to_string())
    }
}

impl Ledger {
    /// Refuses a container that would exceed a ceiling together with those that exist.
    pub(crate) async fn admit_container(
        &mut self,
        proxy: &Proxy,
        app: &str,
        wanted: Taken,
        ceilings: &HostLimits,
    ) -> Result<(), Refusal> {
        let taken = self.sum(proxy, |_, _| true).await?;
        wanted.fits(app, taken, ceilings)
    }

    /// Refuses to start a container that would exceed a ceiling together with those that run. Once admitted it counts
    /// as running until [`Ledger::start_ended`].
    pub(crate) async fn admit_start(
        &mut self,
        proxy: &Proxy,
        container: &Owned,
        ceilings: &HostLimits,
    ) -> Result<(), Refusal> {
        let others = self
            .sum(proxy, |row, starting| {
                row.id != container.id && (row.is_live() || starting.contains(row.id))
            })
            .await?;
        let app = container.labels.get(labels::APP).map_or(container.name.as_str(), String::as_str);
        Taken::of_inspect(&container.inspect).fits(app, others, ceilings)?;
        self.starting.insert(container.id.clone());
        Ok(())
    }

    /// The engine has answered to a start: from now on its list is right about the container.
    pub(crate) fn start_ended(&mut self, id: &str) {
        self.starting.remove(id);
    }

    /// What the containers of this proxy's making take together, those that `counts` names.
    async fn sum(
        &mut self,
        proxy: &Proxy,
        counts: impl Fn(&ContainerRow<'_>, &HashSet<String>) -> bool,
    ) -> Result<Taken, Refusal> {
        let mut taken = Taken::default();
        let list = proxy.containers().await?;
        let present = list.sealed(&proxy.seal)?;
        self.limits.retain(|id, _| present.iter().any(|row| row.id == *id));
        for row in present {
            if !counts(&row, &self.starting) {
                continue;
            }
            let limits = match self.limits.get(row.id) {
                Some(limits) => *limits,
                None => {
                    let Some(inspect) = proxy.inspect(Kind::Container, row.id).await? else { continue };
                    *self.limits.entry(row.id.to_owned()).or_insert(Taken::of_inspect(&inspect))
                }
            };
            taken.add(limits);
        }
        Ok(taken)
    }
}

/// Refuses another island when all are taken.
pub(crate) async fn admit_island(proxy: &Proxy, ceilings: &HostLimits) -> Result<(), Refusal> {
    let (count, most) = (proxy.sealed_networks().await?.len(), ceilings.instances as usize);
    if count < most {
        return Ok(());
    }
    let message = format!(
        "{count} of {most} islands exist: remove an app or raise `host.limits.instances` in the allowlist"
    );
    Err(Refusal::new(Reason::Ceiling, message))
}

fn check(
    app: &str,
    what: &str,
    wanted: u64,
    taken: u64,
    ceiling: u64,
    show: impl Fn(u64) -> String,
) -> Result<(), Refusal> {
    if taken.checked_add(wanted).is_some_and(|sum| sum <= ceiling) {
        return Ok(());
    }
    let (wanted, free) = (show(wanted), show(ceiling.saturating_sub(taken)));
    let message = format!(
        "`{app}` needs {wanted} {what}; {free} of the ceiling of {} are free: remove another app or raise \
         `host.limits.{what}` in the allowlist",
        show(ceiling)
    );
    Err(Refusal::new(Reason::Ceiling, message))
}
