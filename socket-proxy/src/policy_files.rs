//! The proxy's own copy of the policy, read from its own files and read again when they change.
//!
//! A file that cannot be used never replaces one that can: the last good policy stays, and the log says what is
//! wrong. Before the first good one, nothing is allowed. With a trusted key the same goes for files that its owner did
//! not sign, and for files older than any that were in force, also across restarts.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use atoll_sandbox::{
    allowlist::Allowlist,
    error::PolicyError,
    lock::Lock,
    policy::Policy,
    signature::{Accepted, SignatureFile, SignedTexts, TrustedKey},
};
use tokio::{sync::watch, time::sleep};
use tracing::{error, info};

use crate::refusal::{Reason, Refusal};

mod changes;

use changes::Changes;

/// How long the files must have been left alone, so that files which are changed together are read together.
const SETTLE: Duration = Duration::from_millis(100);

/// Where the files are.
#[derive(Debug, Clone)]
pub struct PolicyFiles {
    /// `allowlist.yaml`.
    pub allowlist: PathBuf,
    /// `allowlist.lock`.
    pub lock: PathBuf,
    /// Whose signature is asked for; `None` for nobody's.
    pub trust: Option<Trust>,
}

/// What a signed policy needs.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The key.
    pub key: TrustedKey,
    /// `allowlist.sig`.
    pub signature: PathBuf,
    /// Where the newest policy that was in force is remembered, so that a restart is no way back to an older one.
    pub accepted: PathBuf,
}

/// The running policy, or why there is none yet.
#[derive(Debug, Clone)]
pub(crate) struct RunningPolicy {
    current: watch::Receiver<Result<Arc<Policy>, PolicyError>>,
    refused: Arc<AtomicU64>,
}

impl RunningPolicy {
    /// Reads the files and goes on watching them.
    pub(crate) fn watch(files: PolicyFiles) -> Self {
        let changes = Changes::of(&files.all());
        let texts = files.texts();
        let first = files.load(&texts);
        let refused = Arc::new(AtomicU64::new(u64::from(first.is_err())));
        tell(&first);
        let (sender, current) = watch::channel(first);
        tokio::spawn(keep_reading(files, changes, texts, sender, refused.clone()));
        Self { current, refused }
    }

    pub(crate) fn current(&self) -> Result<Arc<Policy>, Refusal> {
        self.current.borrow().clone().map_err(|error| {
            Refusal::new(Reason::NoPolicy, format!("no policy is in force, so nothing is allowed: {error}"))
        })
    }

    /// How many times the files were refused since the start.
    pub(crate) fn refused_loads(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// The files' contents as they were at one look: allowlist, lock, and the signature where one is asked for. Contents
/// are compared and not times, since a file that was changed twice within a second, or put back from a copy, may
/// carry any time.
type Texts = Vec<Result<String, String>>;

impl PolicyFiles {
    fn all(&self) -> Vec<&Path> {
        let signature = self.trust.as_ref().map(|trust| trust.signature.as_path());
        [self.allowlist.as_path(), &self.lock].into_iter().chain(signature).collect()
    }

    fn texts(&self) -> Texts {
        let read = |path: &Path| fs::read_to_string(path).map_err(|error: io::Error| error.to_string());
        self.all().into_iter().map(read).collect()
    }

    /// Reads and checks the files once, as the proxy would at its start, and remembers nothing.
    pub fn check(&self) -> Result<Policy, PolicyError> {
        self.read(&self.texts()).map(|(policy, _)| policy)
    }

    /// Reads the files and, where they are signed, remembers that they were in force.
    fn load(&self, texts: &Texts) -> Result<Arc<Policy>, PolicyError> {
        let (policy, accepted) = self.read(texts)?;
        if let (Some(trust), Some(accepted)) = (&self.trust, accepted) {
            trust.remember(&accepted)?;
        }
        Ok(Arc::new(policy))
    }

    fn read(&self, texts: &Texts) -> Result<(Policy, Option<Accepted>), PolicyError> {
        let names: Vec<String> = self.all().into_iter().map(|path| path.display().to_string()).collect();
        let hints = [
            "it is the list of what may run",
            "`atoll allowlist lock` writes it",
            "`atoll allowlist sign` writes it; without a trusted key none is needed",
        ];
        let text = |index: usize| {
            let unreadable = |why| {
                let hint = Some(hints[index].to_owned());
                PolicyError::whole_file(&names[index], format!("cannot be read: {why}"), hint)
            };
            texts[index].as_deref().map_err(unreadable)
        };
        let signed = SignedTexts { allowlist: text(0)?, lock: text(1)? };
        // Before anything else is read, so that a parser never sees bytes that nobody vouches for.
        if let Some(trust) = &self.trust {
            trust.key.verify(&names[2], &SignatureFile::parse(&names[2], text(2)?)?, signed)?;
        }
        let allowlist = Allowlist::parse(&names[0], signed.allowlist)?;
        let policy = Policy::new(allowlist, Lock::parse(&names[1], signed.lock)?);
        let Some(trust) = &self.trust else { return Ok((policy, None)) };
        let accepted = Accepted::of(&policy, signed);
        if let Some(before) = trust.accepted_before()? {
            before.admits(&names[0], &accepted)?;
        }
        Ok((policy, Some(accepted)))
    }
}

impl Trust {
    fn accepted_before(&self) -> Result<Option<Accepted>, PolicyError> {
        let bad = |why: String| {
            let hint = "it says which policy was in force last; remove it only if an older one may come back";
            PolicyError::whole_file(&self.accepted.display().to_string(), why, Some(hint.to_owned()))
        };
        match fs::read(&self.accepted) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| bad(error.to_string())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(bad(format!("cannot be read: {error}"))),
        }
    }

    /// Written whole under another name first, so that a crash leaves the old or the new memory.
    fn remember(&self, accepted: &Accepted) -> Result<(), PolicyError> {
        let draft = self.accepted.with_extension("draft");
        let write = || {
            let mut file = fs::File::create(&draft)?;
            serde_json::to_writer(&mut file, accepted)?;
            file.sync_all()?;
            fs::rename(&draft, &self.accepted)
        };
        write().map_err(|error: io::Error| {
            let hint = "a signed policy comes into force only once it is remembered: make room in --state";
            let name = self.accepted.display().to_string();
            PolicyError::whole_file(&name, format!("cannot be written: {error}"), Some(hint.to_owned()))
        })
    }
}

async fn keep_reading(
    files: PolicyFiles,
    mut changes: Changes,
    mut seen: Texts,
    running: watch::Sender<Result<Arc<Policy>, PolicyError>>,
    refused: Arc<AtomicU64>,
) {
    while !running.is_closed() {
        let asked = changes.next().await;
        sleep(SETTLE).await;
        let texts = files.texts();
        if texts == seen && !asked {
            continue;
        }
        let read = files.load(&texts);
        seen = texts;
        tell(&read);
        refused.fetch_add(u64::from(read.is_err()), Ordering::Relaxed);
        running.send_if_modified(|policy| {
            let better = read.is_ok() || policy.is_err();
            if better {
                *policy = read;
            }
            better
        });
    }
}

fn tell(read: &Result<Arc<Policy>, PolicyError>) {
    match read {
        Ok(policy) => {
            let allowlist = policy.allowlist();
            let lock = policy.lock().revision;
            info!(revision = allowlist.revision, lock, apps = allowlist.apps.len(), "read the policy");
        }
        Err(problem) => {
            error!(problem = %problem, "the policy cannot be used; the last good one stays in force")
        }
    }
}
