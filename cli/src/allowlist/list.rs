//! `atoll allowlist list`: the apps that may be installed.

use std::collections::BTreeMap;

use atoll_sandbox::{
    allowlist::{App, Limits, Relaxation, Service},
    lock::{Pin, Platform},
    policy::{Policy, Rating},
};
use clap::Args;
use serde::Serialize;

use super::{PolicyArgs, host_platform};
use crate::{
    exit::Exit,
    failure::Failure,
    output::{Output, Page, Table, Tone},
};

/// `atoll allowlist list …`
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    files: PolicyArgs,
    /// Show pins of this platform [default: this machine's].
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
}

#[derive(Debug, Serialize)]
struct Listing<'a> {
    revision: u64,
    lock_revision: u64,
    platform: &'a Platform,
    apps: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    app: &'a str,
    version: &'a str,
    title: &'a str,
    rating: Rating,
    services: BTreeMap<&'a str, Container<'a>>,
    relax: &'a [Relaxation],
}

#[derive(Debug, Serialize)]
struct Container<'a> {
    image: &'a str,
    user: &'a str,
    pin: Option<&'a Pin>,
    limits: Limits,
}

impl ListArgs {
    /// Prints them.
    pub(crate) fn run(&self, output: Output) -> Result<Exit, Failure> {
        let policy = self.files.policy()?;
        let platform = self.platform.clone().unwrap_or_else(host_platform);
        let listing = Listing {
            revision: policy.allowlist().revision,
            lock_revision: policy.lock().revision,
            platform: &platform,
            apps: policy.allowlist().apps.iter().map(|app| entry(&policy, app, &platform)).collect(),
        };
        output.print(&listing, |page| write(&listing, page))?;
        Ok(Exit::Done)
    }
}

fn entry<'a>(policy: &'a Policy, app: &'a App, platform: &Platform) -> Entry<'a> {
    let container = |service: &'a Service| Container {
        image: &service.image,
        user: &service.user,
        pin: policy.pin(&service.image, platform),
        limits: service.resources.limits,
    };
    Entry {
        app: app.id.as_str(),
        version: &app.version,
        title: &app.title,
        rating: policy.rating(app),
        services: app.services.iter().map(|(name, service)| (name.as_str(), container(service))).collect(),
        relax: &app.relax,
    }
}

fn write(listing: &Listing<'_>, page: &mut Page) {
    let mut table =
        Table::new(&["APP", "VERSION", "RATING", "SERVICE", "IMAGE", "PINNED", "CPU", "MEMORY", "PIDS"]);
    for app in &listing.apps {
        for (index, (service, container)) in app.services.iter().enumerate() {
            let once = |text: &str| if index == 0 { text.to_owned() } else { String::new() };
            let limits = container.limits;
            table.toned_row([
                (Tone::Strong, once(app.app)),
                (Tone::Plain, once(app.version)),
                rating(app.rating, index),
                (Tone::Plain, (*service).to_owned()),
                (Tone::Plain, container.image.to_owned()),
                pinned(container.pin),
                (Tone::Plain, limits.cpu.to_string()),
                (Tone::Plain, limits.memory.to_string()),
                (Tone::Plain, limits.pids.to_string()),
            ]);
        }
    }
    table.write(page, "The allowlist is empty: nothing may run.");
    for app in &listing.apps {
        for relaxation in app.relax {
            let of =
                relaxation.service.as_ref().map_or_else(|| "all services".to_owned(), ToString::to_string);
            let rule =
                serde_json::to_value(relaxation.rule).ok().and_then(|rule| rule.as_str().map(str::to_owned));
            page.part(Tone::Warn, "loosened: ");
            page.line(&format!("{} ({of}): {}: {}", app.app, rule.unwrap_or_default(), relaxation.reason));
        }
    }
}

fn rating(rating: Rating, index: usize) -> (Tone, String) {
    match (rating, index) {
        (Rating::Sealed, 0) => (Tone::Good, "sealed".to_owned()),
        (Rating::Loosened, 0) => (Tone::Warn, "loosened".to_owned()),
        (Rating::Sealed | Rating::Loosened, _) => (Tone::Plain, String::new()),
    }
}

/// The first digits of the digest, as people compare them.
fn pinned(pin: Option<&Pin>) -> (Tone, String) {
    match pin {
        Some(pin) => {
            (Tone::Plain, pin.digest.as_str().trim_start_matches("sha256:").chars().take(12).collect())
        }
        None => (Tone::Bad, "no".to_owned()),
    }
}
