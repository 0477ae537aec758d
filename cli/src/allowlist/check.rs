//! `atoll allowlist check`: everything that is wrong with the policy, and what is worth knowing about it.

use atoll_sandbox::{
    allowlist::Allowlist,
    error::PolicyError,
    lock::{Lock, Platform},
};
use clap::Args;
use serde::Serialize;

use super::{PolicyArgs, excerpt, files::PolicyFile, host_platform, not_yet, routes};
use crate::{
    exit::Exit,
    failure::Failure,
    output::{Output, Page, Tone, quantity},
};

/// `atoll allowlist check …`
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    files: PolicyArgs,
    /// Ask for pins of this platform [default: this machine's].
    #[arg(long, value_name = "OS/ARCH")]
    platform: Option<Platform>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    /// Nothing may run with it.
    Error,
    /// It runs, and something will be missing or in the way.
    Warning,
    /// Worth knowing.
    Note,
}

#[derive(Debug, Serialize)]
struct Finding {
    severity: Severity,
    #[serde(flatten)]
    what: PolicyError,
}

#[derive(Debug, Serialize)]
struct CheckReport {
    ok: bool,
    summary: String,
    findings: Vec<Finding>,
}

/// The files being checked, and what was found so far.
struct Check<'a> {
    args: &'a CheckArgs,
    findings: Vec<Finding>,
    texts: Vec<PolicyFile>,
}

impl CheckArgs {
    /// Checks, tells, and fails when there is an error.
    pub(crate) fn run(&self, output: Output) -> Result<Exit, Failure> {
        let mut check = Check { args: self, findings: Vec::new(), texts: Vec::new() };
        let allowlist = check.allowlist();
        let lock = check.lock();
        if let Some(allowlist) = &allowlist {
            check.subnets(allowlist);
            check.icons(allowlist);
            check.not_yet(allowlist);
        }
        if let (Some(allowlist), Some(lock)) = (&allowlist, &lock) {
            check.pins(allowlist, lock);
        }
        let report = check.report(allowlist.as_ref());
        output.print(&report, |page| check.write(&report, page))?;
        Ok(if report.ok { Exit::Done } else { Exit::Failed })
    }
}

impl Check<'_> {
    fn allowlist(&mut self) -> Option<Allowlist> {
        let file = self.args.files.allowlist_file();
        self.read(file.map(Some), Allowlist::parse).flatten()
    }

    /// The lock; an empty one where there is none.
    fn lock(&mut self) -> Option<Lock> {
        let file = self.args.files.lock_file();
        self.read(file, Lock::parse).map(Option::unwrap_or_default)
    }

    /// `None` when it was in vain, `Some(None)` when there is nothing to read.
    fn read<T>(
        &mut self,
        file: Result<Option<PolicyFile>, PolicyError>,
        parse: impl FnOnce(&str, &str) -> Result<T, PolicyError>,
    ) -> Option<Option<T>> {
        let parsed = match file {
            Ok(None) => return Some(None),
            Ok(Some(file)) => {
                let parsed = parse(&file.name, &file.text);
                self.texts.push(file);
                parsed
            }
            Err(error) => Err(error),
        };
        match parsed {
            Ok(value) => Some(Some(value)),
            Err(what) => {
                self.findings.push(Finding { severity: Severity::Error, what });
                None
            }
        }
    }

    fn pins(&mut self, allowlist: &Allowlist, lock: &Lock) {
        let platform = self.args.platform.clone().unwrap_or_else(host_platform);
        let file = self.args.files.lock_path().display().to_string();
        let cure = || Some("run `atoll allowlist lock`".to_owned());
        let mut named: Vec<&str> = Vec::new();
        for app in &allowlist.apps {
            for service in app.services.values() {
                if lock.pin(&service.image, &platform).is_none() && !named.contains(&service.image.as_str()) {
                    let message = format!(
                        "no pin of image `{}` for {platform}: app `{}` cannot start",
                        service.image, app.id
                    );
                    self.add(Severity::Error, PolicyError::whole_file(&file, message, cure()));
                }
                named.push(&service.image);
            }
        }
        for image in lock.images.keys().filter(|image| !named.contains(&image.as_str())) {
            let message = format!("pins image `{image}`, which no app uses any more");
            self.add(Severity::Note, PolicyError::whole_file(&file, message, cure()));
        }
    }

    fn subnets(&mut self, allowlist: &Allowlist) {
        let pool = allowlist.host.subnets;
        for route in routes::overlapping(pool) {
            let message =
                format!("`host.subnets` {pool} overlaps a network that this machine reaches: {route}");
            let hint = "apps would hide its hosts; choose a private range that is not used here".to_owned();
            self.about_allowlist(Severity::Warning, message, Some(hint));
        }
    }

    fn icons(&mut self, allowlist: &Allowlist) {
        for app in &allowlist.apps {
            let Some(icon) = &app.icon else { continue };
            let path = self.args.files.folder().join(icon);
            if !path.is_file() {
                let message = format!("app `{}`: there is no icon at {}", app.id, path.display());
                self.about_allowlist(Severity::Warning, message, None);
            }
        }
    }

    fn not_yet(&mut self, allowlist: &Allowlist) {
        for note in not_yet::notes(allowlist) {
            self.about_allowlist(Severity::Note, note, None);
        }
    }

    fn about_allowlist(&mut self, severity: Severity, message: String, hint: Option<String>) {
        let file = self.texts.first().map_or_else(String::new, |file| file.name.clone());
        self.add(severity, PolicyError::whole_file(&file, message, hint));
    }

    fn add(&mut self, severity: Severity, what: PolicyError) {
        self.findings.push(Finding { severity, what });
    }

    fn report(&mut self, allowlist: Option<&Allowlist>) -> CheckReport {
        let findings = std::mem::take(&mut self.findings);
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        let apps = allowlist.map_or(0, |allowlist| allowlist.apps.len());
        let summary = match errors {
            0 => format!("Fine: {}, every image pinned.", quantity::count(apps, "app")),
            _ => format!("{}. A policy that is running stays.", quantity::count(errors, "error")),
        };
        CheckReport { ok: errors == 0, summary, findings }
    }

    fn write(&self, report: &CheckReport, page: &mut Page) {
        for Finding { severity, what } in &report.findings {
            let word = match severity {
                Severity::Error => (Tone::Bad, "error"),
                Severity::Warning => (Tone::Warn, "warning"),
                Severity::Note => (Tone::Quiet, "note"),
            };
            let text = self.texts.iter().find(|file| file.name == what.file).map(|file| file.text.as_str());
            excerpt::write(page, word, what, text);
        }
        page.line(&report.summary);
    }
}
