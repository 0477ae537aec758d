//! What stands between an app and the kernel besides its namespaces.

use super::finding::Findings;
use crate::engine::view::Info;

/// Looks at the engine's security options.
pub(crate) fn examine(info: &Info, findings: &mut Findings) {
    findings.expect(
        "isolation.seccomp",
        "system calls",
        info.has("seccomp"),
        "filtered by seccomp",
        (
            "not filtered: the engine has no seccomp, so apps may call all of the kernel",
            "use a kernel with CONFIG_SECCOMP_FILTER and an engine built with seccomp",
        ),
    );
    mandatory_access(info, findings);
    users(info, findings);
}

fn mandatory_access(info: &Info, findings: &mut Findings) {
    let (id, title) = ("isolation.lsm", "access control");
    match ["apparmor", "selinux"].into_iter().find(|module| info.has(module)) {
        Some(module) => findings.ok(id, title, format!("{module} confines containers too")),
        None => findings.warning(
            id,
            title,
            "neither AppArmor nor SELinux: one layer fewer between an app and the kernel's files",
            "enable AppArmor (apt-get install apparmor, kernel parameter lsm=…,apparmor) and restart the engine",
        ),
    }
}

/// Not a warning: apps never run as root, so user namespaces add less here than elsewhere.
fn users(info: &Info, findings: &mut Findings) {
    let found = if info.has("rootless") {
        "the engine runs without root: nothing in a container is root on the host"
    } else if info.has("userns") {
        "remapped: root in a container is nobody on the host"
    } else {
        "not remapped (apps never run as root; userns-remap would add a layer)"
    };
    findings.ok("isolation.users", "user namespace", found);
}
