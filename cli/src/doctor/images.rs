//! Does the engine have what is pinned?

use std::collections::BTreeSet;

use atoll_sandbox::{
    allowlist::{Allowlist, App},
    lock::{Lock, Pin, PinSource, Platform},
};

use super::{engine::Reached, finding::Findings, installed::is_installed};
use crate::{
    allowlist::manifest_digests,
    engine::{EngineError, view::Image},
};

/// Compares the images with their pins. What keeps an installed app from being started again is a problem; what only
/// keeps one from being installed, or is only confusing, is a warning.
pub(super) async fn examine(allowlist: &Allowlist, lock: &Lock, reached: &Reached, findings: &mut Findings) {
    let (id, title) = ("policy.images", "images");
    let mut found = ImageFindings::default();
    for app in &allowlist.apps {
        if let Err(error) = found.look_at(app, lock, reached).await {
            return findings.problem(id, title, error.to_string(), error.cure());
        }
    }
    let cure = "build or pull what is missing (`make up` builds Atoll's own images), then run `atoll allowlist lock`";
    match (found.problems.is_empty(), found.warnings.is_empty()) {
        (true, true) => findings.ok(id, title, "all here, as pinned"),
        (false, _) => findings.problem(id, title, joined(found.problems), cure),
        (true, false) => findings.warning(id, title, joined(found.warnings), cure),
    }
}

#[derive(Debug, Default)]
struct ImageFindings {
    warnings: BTreeSet<String>,
    problems: BTreeSet<String>,
}

/// What is wrong with an image.
enum Fault {
    /// The pinned bytes are there, but its name means others by now.
    Renamed(String),
    /// The pinned bytes are not there.
    Missing(String),
}

impl ImageFindings {
    async fn look_at(&mut self, app: &App, lock: &Lock, reached: &Reached) -> Result<(), EngineError> {
        for service in app.services.values() {
            match fault(&service.image, lock, reached).await? {
                None => {}
                Some(Fault::Renamed(what)) => {
                    self.warnings.insert(what);
                }
                Some(Fault::Missing(what)) if is_installed(app, reached).await? => {
                    self.problems.insert(what);
                }
                Some(Fault::Missing(what)) => {
                    self.warnings.insert(format!("`{}` cannot be installed: {what}", app.id));
                }
            }
        }
        Ok(())
    }
}

fn joined(faults: BTreeSet<String>) -> String {
    faults.into_iter().collect::<Vec<_>>().join("; ")
}

/// What is wrong with an image, looked up as the socket proxy does: by its pin, not by its name.
async fn fault(image: &str, lock: &Lock, reached: &Reached) -> Result<Option<Fault>, EngineError> {
    let version = &reached.version;
    let missing = |what: String| Ok(Some(Fault::Missing(what)));
    let Ok(platform) = Platform::of_engine(&version.os, &version.arch) else {
        return missing(format!("the engine's platform {}/{} has no pins", version.os, version.arch));
    };
    let Some(pin) = lock.pin(image, &platform) else {
        return missing(format!("`{image}` is not pinned for {platform}"));
    };
    let named = reached.engine.image(image).await?;
    if named.as_ref().is_some_and(|found| is_pinned(image, found, pin)) {
        return Ok(None);
    }
    let there = reached.engine.image(&pinned_name(image, pin)).await?.is_some();
    Ok(Some(match (named, there) {
        (_, true) => Fault::Renamed(format!(
            "`{image}` is another image by now; the pinned one is still there and is what will run"
        )),
        (Some(_), false) => Fault::Missing(format!("`{image}` is not the image that was pinned")),
        (None, false) => Fault::Missing(format!("`{image}` is missing")),
    }))
}

fn is_pinned(reference: &str, image: &Image, pin: &Pin) -> bool {
    match pin.source {
        PinSource::Local => image.id == pin.digest.as_str(),
        PinSource::Registry => manifest_digests(reference, image).any(|digest| digest == pin.digest.as_str()),
    }
}

/// How to ask an engine for the pinned image and for no other.
fn pinned_name(reference: &str, pin: &Pin) -> String {
    let repository = reference.rsplit_once(':').map_or(reference, |(repository, _)| repository);
    match pin.source {
        PinSource::Local => pin.digest.to_string(),
        PinSource::Registry => format!("{repository}@{}", pin.digest),
    }
}
