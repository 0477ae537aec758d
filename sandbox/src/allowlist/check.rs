//! What the schema's types alone cannot say: names that must exist, ranges, and things that do not go together.
//!
//! Each check returns the first thing that is wrong, with the path to it; the path becomes a line and a column.

use std::{
    collections::BTreeSet,
    fmt::{self, Display},
};

use super::{Allowlist, Host};
use crate::{
    error::PolicyError,
    names::AppId,
    yaml::{Path, position},
};

mod app;
mod service;
mod words;

/// Something that is wrong, where, and the way out.
#[derive(Debug)]
pub(super) struct Finding {
    path: Path,
    message: String,
    hint: Option<String>,
}

type Checked = Result<(), Finding>;

impl Finding {
    fn new(path: Path, message: impl Into<String>) -> Self {
        Self { path, message: message.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Finds the place in the file's text.
    pub(super) fn locate(self, file: &str, text: &str) -> PolicyError {
        let position = position(text, &self.path);
        PolicyError {
            file: file.to_owned(),
            line: position.map(|(line, _)| line),
            column: position.map(|(_, column)| column),
            message: format!("`{}` {}", self.path, self.message),
            hint: self.hint,
        }
    }
}

/// Checks the whole file.
pub(super) fn allowlist(allowlist: &Allowlist) -> Checked {
    let root = Path::default();
    ensure(allowlist.schema_version == 1, || {
        Finding::new(root.key("schemaVersion"), "must be 1, the only version that this Atoll knows")
    })?;
    host(&root.key("host"), &allowlist.host)?;
    let mut seen: BTreeSet<&AppId> = BTreeSet::new();
    for (index, entry) in allowlist.apps.iter().enumerate() {
        let path = root.key("apps").item(index);
        ensure(seen.insert(&entry.id), || {
            Finding::new(path.key("id"), format!("repeats the id `{}`", entry.id)).hint("ids are unique")
        })?;
        app::app(&path, entry, &allowlist.host.limits)?;
    }
    Ok(())
}

fn host(path: &Path, host: &Host) -> Checked {
    let limits = path.key("limits");
    in_range(
        &limits.key("instances"),
        host.limits.instances,
        1,
        host.subnets.size(),
        "the /28s in host.subnets",
    )?;
    positive(&limits.key("cpu"), host.limits.cpu.nanos())?;
    positive(&limits.key("memory"), host.limits.memory.bytes())?;
    positive(&limits.key("pids"), host.limits.pids)
}

fn positive(path: &Path, value: u64) -> Checked {
    ensure(value > 0, || Finding::new(path.clone(), "must be more than 0"))
}

/// `least <= value <= most`; `of_what` says where the upper bound comes from.
fn in_range<T: PartialOrd + Display>(path: &Path, value: T, least: T, most: T, of_what: &str) -> Checked {
    ensure(value >= least, || Finding::new(path.clone(), format!("is {value}; the least is {least}")))?;
    ensure(value <= most, || Finding::new(path.clone(), format!("is {value}; the most is {most}: {of_what}")))
}

fn ensure(holds: bool, finding: impl FnOnce() -> Finding) -> Checked {
    if holds { Ok(()) } else { Err(finding()) }
}

/// A name that must be one of the known ones.
fn known<T: Display + Ord>(path: Path, what: &str, name: &T, names: impl Iterator<Item = T>) -> Checked {
    let names: Vec<T> = names.collect();
    ensure(names.contains(name), || {
        let list: Vec<String> = names.iter().map(T::to_string).collect();
        let hint = if list.is_empty() {
            "there is none".to_owned()
        } else {
            format!("there is {}", list.join(", "))
        };
        Finding::new(path, format!("names the unknown {what} `{name}`")).hint(hint)
    })
}

/// Remembers names and finds the one that comes again.
#[derive(Default)]
struct Unique(BTreeSet<String>);

impl Unique {
    fn add(&mut self, path: Path, name: &dyn fmt::Display) -> Checked {
        ensure(self.0.insert(name.to_string()), || Finding::new(path, format!("repeats `{name}`")))
    }
}

#[cfg(test)]
mod tests;
