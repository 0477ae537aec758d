//! Can the policy be read, and is there room for its apps on the network?

use atoll_sandbox::{allowlist::Allowlist, lock::Lock};

use super::{engine::Reached, finding::Findings, images};
use crate::{
    allowlist::{PolicyArgs, routes},
    output::quantity,
};

/// Looks at both files and at the images; returns the allowlist if it can be read.
pub(crate) async fn examine(
    files: &PolicyArgs,
    engine: Option<&Reached>,
    findings: &mut Findings,
) -> Option<Allowlist> {
    let allowlist = allowlist(files, findings);
    let lock = lock(files, findings);
    if let Some(allowlist) = &allowlist {
        subnets(allowlist, findings);
    }
    let (id, title) = ("policy.images", "images");
    match (&allowlist, &lock, engine) {
        (Some(allowlist), Some(lock), Some(reached)) => {
            images::examine(allowlist, lock, reached, findings).await
        }
        (None, ..) | (_, None, _) => findings.untried(id, title, "the policy cannot be read"),
        (_, _, None) => findings.untried(id, title, "the engine cannot be asked"),
    }
    allowlist
}

fn allowlist(files: &PolicyArgs, findings: &mut Findings) -> Option<Allowlist> {
    let (id, title) = ("policy.allowlist", "allowlist");
    match files.allowlist_file().and_then(|file| Allowlist::parse(&file.name, &file.text)) {
        Ok(allowlist) => {
            let apps = quantity::count(allowlist.apps.len(), "app");
            findings.ok(id, title, format!("revision {}, {apps}", allowlist.revision));
            Some(allowlist)
        }
        Err(error) => {
            let cure =
                error.hint.clone().unwrap_or_else(|| "`atoll allowlist check` shows the line".to_owned());
            findings.problem(id, title, crate::allowlist::sentence(&error), cure);
            None
        }
    }
}

fn lock(files: &PolicyArgs, findings: &mut Findings) -> Option<Lock> {
    let (id, title) = ("policy.lock", "lock");
    let cure = "run `atoll allowlist lock`";
    let read = files.lock_file().and_then(|file| file.map(|f| Lock::parse(&f.name, &f.text)).transpose());
    match read {
        Ok(Some(lock)) => {
            let images = quantity::count(lock.images.len(), "image");
            findings.ok(id, title, format!("revision {}, {images}", lock.revision));
            Some(lock)
        }
        Ok(None) => {
            findings.problem(
                id,
                title,
                format!("there is no {}: no app can start", files.lock_path().display()),
                cure,
            );
            None
        }
        Err(error) => {
            let hint = error.hint.clone().unwrap_or_else(|| cure.to_owned());
            findings.problem(id, title, crate::allowlist::sentence(&error), hint);
            None
        }
    }
}

fn subnets(allowlist: &Allowlist, findings: &mut Findings) {
    let (id, title) = ("policy.subnets", "app addresses");
    let pool = allowlist.host.subnets;
    let routes: Vec<String> = routes::overlapping(pool).iter().map(ToString::to_string).collect();
    if routes.is_empty() {
        return findings.ok(
            id,
            title,
            format!("{pool}, room for {}", quantity::count(pool.size() as usize, "app")),
        );
    }
    let found = format!("{pool} overlaps networks that this machine reaches: {}", routes.join(", "));
    findings.problem(id, title, found, "set `host.subnets` to a private range that is not used here");
}
