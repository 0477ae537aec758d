//! Can the kernel hold apps to their limits?

use super::{engine::Reached, finding::Findings};

/// Looks at the cgroups and at each kind of limit.
pub(crate) fn examine(reached: &Reached, findings: &mut Findings) {
    let info = &reached.info;
    let version = info.cgroup_version.as_deref().unwrap_or("1");
    let driver = info.cgroup_driver.as_deref().unwrap_or("unknown");
    let rootless = info.has("rootless");
    let kind = if rootless { ", rootless engine" } else { "" };
    // Because a rootless engine on version 1 takes every limit, enforces none, and says nothing about it.
    let enforced = !(rootless && version == "1") && driver != "none";
    findings.expect(
        "limits.cgroups",
        "control groups",
        enforced,
        format!("version {version}, {driver}{kind}"),
        (
            format!("version {version}, {driver}{kind}: limits are accepted and not enforced, so Atoll starts no app"),
            "boot with systemd.unified_cgroup_hierarchy=1 and delegate cpu, memory and pids to the user; or, where a \
             runaway app may harm its neighbours, start the control plane with --accept-unenforced-limits",
        ),
    );
    for (id, title, works, option) in [
        ("limits.memory", "memory limit", info.memory_limit, "memory"),
        ("limits.pids", "process limit", info.pids_limit, "pids"),
        ("limits.cpu", "CPU limit", info.cpu_cfs_quota, "cpu"),
    ] {
        let cure = format!("enable the `{option}` controller of the kernel's control groups");
        findings.expect(id, title, works && enforced, "enforced", ("cannot be enforced here", cure));
    }
    swap(info.swap_limit, findings);
}

fn swap(works: bool, findings: &mut Findings) {
    let (id, title) = ("limits.swap", "swap limit");
    if works {
        return findings.ok(id, title, "enforced");
    }
    findings.warning(
        id,
        title,
        "cannot be enforced: an app at its memory limit may swap, which slows its neighbours",
        "boot with swapaccount=1, or turn swap off",
    );
}
