//! `atoll allowlist lock`: pins each image reference to what the engine has under its name right now.
//!
//! All or nothing: one image that is missing or foreign leaves the lock as it was.

use std::{collections::BTreeSet, path::Path};

use atoll_sandbox::{
    allowlist::Allowlist,
    lock::{Lock, Pin, Platform},
    names::AppId,
};
use clap::Args;
use serde::Serialize;

use super::PolicyArgs;
use crate::{
    engine::{Engine, EngineArgs},
    exit::Exit,
    failure::Failure,
    output::{Output, Page, Table, Tone},
};

mod pin;
mod write;

pub(crate) use pin::manifest_digests;
pub(crate) use write::replace;

/// `atoll allowlist lock …`
#[derive(Debug, Args)]
pub(crate) struct LockArgs {
    /// Only the images of these apps [default: of all; pins that no app needs are then removed].
    apps: Vec<AppId>,
    #[command(flatten)]
    files: PolicyArgs,
    #[command(flatten)]
    engine: EngineArgs,
}

/// What became of a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Change {
    Added,
    Changed,
    Unchanged,
    Removed,
}

#[derive(Debug, Serialize)]
struct Pinned {
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pin: Option<Pin>,
    change: Change,
}

#[derive(Debug, Serialize)]
struct LockReport {
    changed: bool,
    lock: String,
    revision: u64,
    platform: Platform,
    images: Vec<Pinned>,
}

impl LockArgs {
    /// Asks the engine, and writes the lock if something changed.
    pub(crate) async fn run(&self, output: Output) -> Result<Exit, Failure> {
        let allowlist = self.files.allowlist()?;
        let images = self.images(&allowlist)?;
        let path = self.files.lock_path();
        // Because writing a broken lock anew would let its revision fall back unnoticed.
        let before = self.files.lock().map_err(|failure| {
            failure.cure("mend it or restore it; or remove it and lock again, which begins at revision 1")
        })?;
        let engine = self.engine.engine()?;
        let version = engine.version().await?;
        let platform = Platform::of_engine(&version.os, &version.arch)
            .map_err(|error| Failure::because("the engine's platform cannot be pinned", &error))?;
        let pins = look_up(&engine, &images, &platform).await?;
        let (lock, report) = self.merge(before.clone(), pins, &path, platform);
        if before.as_ref() != Some(&lock) {
            write::replace(&path, &lock.to_json())?;
        }
        output.print(&report, |page| report.write(page))?;
        Ok(Exit::Done)
    }

    /// The image references to pin, each once.
    fn images<'a>(&self, allowlist: &'a Allowlist) -> Result<BTreeSet<&'a str>, Failure> {
        if let Some(app) = self.apps.iter().find(|app| allowlist.app(app).is_none()) {
            let known: Vec<&str> = allowlist.apps.iter().map(|entry| entry.id.as_str()).collect();
            return Err(Failure::new(format!("the app `{app}` is not on the allowlist"))
                .cure(format!("the apps are: {}", known.join(", "))));
        }
        let wanted =
            |app: &&atoll_sandbox::allowlist::App| self.apps.is_empty() || self.apps.contains(&app.id);
        let services = allowlist.apps.iter().filter(wanted).flat_map(|app| app.services.values());
        Ok(services.map(|service| service.image.as_str()).collect())
    }

    /// The new lock and what is new in it. Pins of other platforms stay.
    fn merge(
        &self,
        before: Option<Lock>,
        pins: Vec<(String, Pin)>,
        path: &Path,
        platform: Platform,
    ) -> (Lock, LockReport) {
        let mut lock = before.unwrap_or(Lock { schema_version: 1, ..Lock::default() });
        let mut images = Vec::new();
        if self.apps.is_empty() {
            let known = |image: &String| pins.iter().any(|(name, _)| name == image);
            let gone: Vec<String> = lock.images.keys().filter(|image| !known(image)).cloned().collect();
            gone.iter().for_each(|image| drop(lock.images.remove(image)));
            images.extend(gone.into_iter().map(|image| Pinned { image, pin: None, change: Change::Removed }));
        }
        for (image, pin) in pins {
            let old = lock.images.entry(image.clone()).or_default().insert(platform.clone(), pin.clone());
            let change = match old {
                None => Change::Added,
                Some(old) if old == pin => Change::Unchanged,
                Some(_) => Change::Changed,
            };
            images.push(Pinned { image, pin: Some(pin), change });
        }
        let changed = images.iter().any(|image| image.change != Change::Unchanged);
        lock.revision += u64::from(changed || lock.revision == 0);
        let report = LockReport {
            changed,
            lock: path.display().to_string(),
            revision: lock.revision,
            platform,
            images,
        };
        (lock, report)
    }
}

/// The pin of each image, or one failure that names all images that have none.
async fn look_up(
    engine: &Engine,
    images: &BTreeSet<&str>,
    platform: &Platform,
) -> Result<Vec<(String, Pin)>, Failure> {
    let mut pins = Vec::new();
    let mut faults = Vec::new();
    for image in images {
        match engine.image(image).await? {
            None => faults.push(format!("the engine has no image `{image}`")),
            Some(found) => match pin::pin_of(image, &found, platform) {
                Ok(pin) => pins.push(((*image).to_owned(), pin)),
                Err(fault) => faults.push(fault.to_string()),
            },
        }
    }
    if faults.is_empty() {
        return Ok(pins);
    }
    let names = "build what is built here (`make up` builds Atoll's own), pull what comes from a registry \
                 (`docker pull IMAGE`), and run this again";
    Err(Failure::new("the lock was not written").causes(faults).cure(names))
}

impl LockReport {
    fn write(&self, page: &mut Page) {
        if !self.changed {
            return page
                .line(&format!("Nothing to do: {} is up to date (revision {}).", self.lock, self.revision));
        }
        let mut table = Table::new(&["IMAGE", "CHANGE", "SOURCE", "DIGEST"]);
        for Pinned { image, pin, change } in &self.images {
            let (tone, word) = match change {
                Change::Added => (Tone::Good, "added"),
                Change::Changed => (Tone::Warn, "changed"),
                Change::Unchanged => (Tone::Quiet, "unchanged"),
                Change::Removed => (Tone::Warn, "removed"),
            };
            let digest = pin.as_ref().map_or_else(String::new, |pin| pin.digest.to_string());
            let source = pin.as_ref().map_or("", |pin| pin::source_word(pin.source));
            table.toned_row([
                (Tone::Plain, image.clone()),
                (tone, word.to_owned()),
                (Tone::Plain, source.to_owned()),
                (Tone::Plain, digest),
            ]);
        }
        table.write(page, "The allowlist is empty: there is nothing to pin.");
        page.line(&format!("Wrote {} (revision {}, {}).", self.lock, self.revision, self.platform));
    }
}
