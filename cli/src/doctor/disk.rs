//! Is there room for images and for what apps keep?

use nix::sys::statvfs::statvfs;

use super::finding::Findings;
use crate::{engine::view::Info, output::quantity};

const LITTLE: u64 = 5 << 30;
const TOO_LITTLE: u64 = 512 << 20;

/// Looks at the file system that holds the engine's volumes.
pub(crate) fn examine(info: &Info, findings: &mut Findings) {
    let (id, title) = ("disk.volumes", "space for volumes");
    let folder = info.docker_root_dir.as_str();
    if folder.is_empty() {
        return findings.untried(id, title, "the engine does not say where it keeps its data");
    }
    let Ok(system) = statvfs(folder) else {
        return findings.untried(
            id,
            title,
            format!("the engine keeps its data in {folder}, which cannot be looked at from here"),
        );
    };
    let size = |blocks: u64| blocks.saturating_mul(system.fragment_size());
    let (free, total) = (size(system.blocks_available()), size(system.blocks()));
    let found = format!("{} of {} free in {folder}", quantity::bytes(free), quantity::bytes(total));
    let cure =
        "remove what is not needed (docker system df shows it; docker image prune), or enlarge the disk";
    match free {
        0..TOO_LITTLE => findings.problem(id, title, found, cure),
        TOO_LITTLE..LITTLE => findings.warning(id, title, found, cure),
        LITTLE.. => findings.ok(id, title, found),
    }
}
