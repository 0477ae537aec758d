//! What is wrong with names and certificates now: shown to administrators, logged when it is new, and kept in a file for
//! `atoll doctor`, which can then say it also where no browser reaches the console.

use std::{io, path::PathBuf};

use atoll_certificates::{Finding, SelfTest};
use tokio::sync::watch;
use tracing::warn;

use crate::private_file;

/// The latest look at everything.
#[derive(Debug)]
pub(super) struct Problems {
    latest: watch::Sender<Option<Vec<Finding>>>,
    source: &'static str,
    file: PathBuf,
}

impl Problems {
    /// Nothing has been looked at yet. What an earlier run has left in the file is forgotten.
    pub(super) fn new(source: &'static str, file: PathBuf) -> Self {
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                warn!(%error, path = %file.display(), "could not remove what an earlier run found");
            }
            Ok(()) | Err(_) => {}
        }
        Self { latest: watch::Sender::new(None), source, file }
    }

    /// Takes what a look has found.
    pub(super) fn tell(&self, found: Vec<Finding>) {
        let changed = self.latest.send_if_modified(|latest| {
            let known = latest.as_deref().unwrap_or_default();
            for problem in found.iter().filter(|problem| !known.contains(problem)) {
                warn!(host = problem.host, cure = problem.cure, "{}", problem.message);
            }
            let changed = latest.as_ref() != Some(&found);
            *latest = Some(found);
            changed
        });
        if changed && let Err(error) = self.keep() {
            warn!(%error, path = %self.file.display(), "could not keep what was found; `atoll doctor` will not know");
        }
    }

    /// What is wrong now.
    pub(super) fn now(&self) -> Vec<Finding> {
        self.latest.borrow().clone().unwrap_or_default()
    }

    fn keep(&self) -> io::Result<()> {
        let test = SelfTest { source: self.source.to_owned(), problems: self.now() };
        private_file::write(&self.file, &serde_json::to_vec_pretty(&test)?)
    }
}
