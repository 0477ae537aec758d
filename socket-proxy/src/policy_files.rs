//! The proxy's own copy of the policy, read from its own files and read again when they change.
//!
//! A file that cannot be used never replaces one that can: the last good policy stays, and the log says what is
//! wrong. Before the first good one, nothing is allowed.

use std::{fs, io, path::PathBuf, sync::Arc, time::Duration};

use atoll_sandbox::{allowlist::Allowlist, error::PolicyError, lock::Lock, policy::Policy};
use tokio::{sync::watch, time::sleep};
use tracing::{error, info};

use crate::refusal::{Reason, Refusal};

/// From one look at the files to the next.
const INTERVAL: Duration = Duration::from_secs(1);

/// Where the two files are.
#[derive(Debug, Clone)]
pub struct PolicyFiles {
    /// `allowlist.yaml`.
    pub allowlist: PathBuf,
    /// `allowlist.lock`.
    pub lock: PathBuf,
}

/// The running policy, or why there is none yet.
#[derive(Debug, Clone)]
pub(crate) struct RunningPolicy(watch::Receiver<Result<Arc<Policy>, PolicyError>>);

impl RunningPolicy {
    /// Reads the files and goes on watching them.
    pub(crate) fn watch(files: PolicyFiles) -> Self {
        let texts = files.texts();
        let first = read(&files, &texts);
        tell(&first);
        let (sender, receiver) = watch::channel(first);
        tokio::spawn(keep_reading(files, texts, sender));
        Self(receiver)
    }

    pub(crate) fn current(&self) -> Result<Arc<Policy>, Refusal> {
        self.0.borrow().clone().map_err(|error| {
            Refusal::new(Reason::NoPolicy, format!("no policy is in force, so nothing is allowed: {error}"))
        })
    }
}

/// Both files' contents as they were at one look. Contents are compared and not times, since a file that was changed
/// twice within a second, or put back from a copy, may carry any time.
type Texts = [Result<String, String>; 2];

impl PolicyFiles {
    fn texts(&self) -> Texts {
        let read = |path: &PathBuf| fs::read_to_string(path).map_err(|error: io::Error| error.to_string());
        [read(&self.allowlist), read(&self.lock)]
    }
}

async fn keep_reading(
    files: PolicyFiles,
    mut seen: Texts,
    running: watch::Sender<Result<Arc<Policy>, PolicyError>>,
) {
    while !running.is_closed() {
        sleep(INTERVAL).await;
        let texts = files.texts();
        if texts == seen {
            continue;
        }
        let read = read(&files, &texts);
        seen = texts;
        tell(&read);
        running.send_if_modified(|policy| {
            let better = read.is_ok() || policy.is_err();
            if better {
                *policy = read;
            }
            better
        });
    }
}

fn read(files: &PolicyFiles, texts: &Texts) -> Result<Arc<Policy>, PolicyError> {
    let names = [files.allowlist.display().to_string(), files.lock.display().to_string()];
    let hints = ["it is the list of what may run", "`atoll allowlist lock` writes it"];
    let text = |index: usize| {
        texts[index].as_deref().map_err(|why| {
            PolicyError::whole_file(
                &names[index],
                format!("cannot be read: {why}"),
                Some(hints[index].to_owned()),
            )
        })
    };
    let allowlist = Allowlist::parse(&names[0], text(0)?)?;
    let lock = Lock::parse(&names[1], text(1)?)?;
    Ok(Arc::new(Policy::new(allowlist, lock)))
}

fn tell(read: &Result<Arc<Policy>, PolicyError>) {
    match read {
        Ok(policy) => {
            let allowlist = policy.allowlist();
            info!(revision = allowlist.revision, apps = allowlist.apps.len(), "read the policy");
        }
        Err(problem) => {
            error!(problem = %problem, "the policy cannot be used; the last good one stays in force")
        }
    }
}
