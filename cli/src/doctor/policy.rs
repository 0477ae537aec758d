//! Can the policy be read, is everything pinned, and does the engine have what is pinned?

use std::collections::BTreeSet;

use atoll_sandbox::{
    allowlist::{Allowlist, App},
    lock::{Lock, Pin, PinSource, Platform},
    names::IslandId,
};
use serde::de::IgnoredAny;

use super::{engine::Reached, finding::Findings};
use crate::{
    allowlist::{PolicyArgs, manifest_digests, routes},
    engine::{EngineError, view::Image},
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
        (Some(allowlist), Some(lock), Some(reached)) => images(allowlist, lock, reached, findings).await,
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

/// Compares the images with their pins. What only keeps an app from being installed later is a warning; what keeps an
/// installed app from being started again is a problem.
async fn images(allowlist: &Allowlist, lock: &Lock, reached: &Reached, findings: &mut Findings) {
    let (id, title) = ("policy.images", "images");
    let (mut waiting, mut broken) = (BTreeSet::new(), BTreeSet::new());
    for app in &allowlist.apps {
        match faults(app, lock, reached).await {
            Ok(faults) if faults.is_empty() => {}
            Ok(faults) => match is_installed(app, reached).await {
                Ok(true) => broken.extend(faults),
                Ok(false) => waiting.extend(faults),
                Err(error) => return findings.problem(id, title, error.to_string(), error.cure()),
            },
            Err(error) => return findings.problem(id, title, error.to_string(), error.cure()),
        }
    }
    let cure = "build or pull what is missing (`make up` builds Atoll's own images), then run `atoll allowlist lock`";
    match (broken.is_empty(), waiting.is_empty()) {
        (true, true) => findings.ok(id, title, "all here, as pinned"),
        (false, _) => findings.problem(id, title, joined(broken), cure),
        (true, false) => {
            findings.warning(id, title, format!("cannot be installed: {}", joined(waiting)), cure);
        }
    }
}

fn joined(faults: BTreeSet<String>) -> String {
    faults.into_iter().collect::<Vec<_>>().join("; ")
}

async fn is_installed(app: &App, reached: &Reached) -> Result<bool, EngineError> {
    let island = IslandId::shared(app.id.clone());
    for service in app.services.keys() {
        let path = format!("containers/{}/json", island.container(service));
        if reached.engine.find::<IgnoredAny>(&path).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What keeps the app's images from being started.
async fn faults(app: &App, lock: &Lock, reached: &Reached) -> Result<BTreeSet<String>, EngineError> {
    let mut faults = BTreeSet::new();
    for service in app.services.values() {
        faults.extend(fault(&service.image, lock, reached).await?);
    }
    Ok(faults)
}

/// What keeps an image from being started, if anything does.
async fn fault(image: &str, lock: &Lock, reached: &Reached) -> Result<Option<String>, EngineError> {
    let version = &reached.version;
    let Ok(platform) = Platform::of_engine(&version.os, &version.arch) else {
        return Ok(Some(format!("the engine's platform {}/{} has no pins", version.os, version.arch)));
    };
    let Some(pin) = lock.pin(image, &platform) else {
        return Ok(Some(format!("`{image}` is not pinned for {platform}")));
    };
    Ok(match reached.engine.image(image).await? {
        None => Some(format!("`{image}` is missing")),
        Some(found) if is_pinned(image, &found, pin) => None,
        Some(_) => Some(format!("`{image}` is not the image that was pinned")),
    })
}

fn is_pinned(reference: &str, image: &Image, pin: &Pin) -> bool {
    match pin.source {
        PinSource::Local => image.id == pin.digest.as_str(),
        PinSource::Registry => manifest_digests(reference, image).any(|digest| digest == pin.digest.as_str()),
    }
}
