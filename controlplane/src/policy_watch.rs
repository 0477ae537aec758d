//! The running policy: allowlist and lock, read again when they change.
//!
//! A file that cannot be used never replaces one that could: the last good policy goes on running, and administrators
//! are shown what is wrong. Looking at two files once a second costs nothing and sees every kind of edit, also a
//! rename over the file and a change on the other side of a mount, which inotify does not.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use atoll_sandbox::{error::PolicyError, policy::Policy, signature::TrustedKey};
use jiff::Timestamp;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock::Clock;

mod files;

use files::{Stamp, read, stamps};

const INTERVAL: Duration = Duration::from_secs(1);

/// The running policy. Clones share it.
#[derive(Debug, Clone)]
pub struct PolicyWatch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    allowlist: PathBuf,
    lock: PathBuf,
    /// Whose signature is asked for; `None` for nobody's.
    trusted: Option<TrustedKey>,
    clock: Clock,
    current: watch::Sender<Arc<Policy>>,
    seen: Mutex<Seen>,
}

#[derive(Debug)]
struct Seen {
    stamps: [Option<Stamp>; 3],
    loaded_at: Timestamp,
    refused: Option<PolicyError>,
}

/// What is running, and whether the newest files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyStatus {
    /// The allowlist's revision.
    pub revision: u64,
    /// How many apps it lists.
    pub apps: usize,
    /// When it was read.
    pub loaded_at: Timestamp,
    /// Why the newest files are not running.
    pub error: Option<PolicyError>,
}

impl PolicyWatch {
    /// Reads both files. A missing lock is an empty one: apps are listed, and none can start.
    ///
    /// # Errors
    /// What is wrong with which file. There is no older policy to fall back on.
    pub fn open(allowlist: &Path, lock: &Path, clock: Clock) -> Result<Self, PolicyError> {
        Self::open_trusting(allowlist, lock, None, clock)
    }

    /// The same, and neither these files nor any later ones come into force unless `trusted` signed them.
    ///
    /// # Errors
    /// What is wrong with which file. There is no older policy to fall back on.
    pub fn open_trusting(
        allowlist: &Path,
        lock: &Path,
        trusted: Option<TrustedKey>,
        clock: Clock,
    ) -> Result<Self, PolicyError> {
        let stamps = stamps(allowlist, lock);
        let policy = read(allowlist, lock, trusted.as_ref())?;
        let seen = Seen { stamps, loaded_at: clock.now(), refused: None };
        Ok(Self(Arc::new(Inner {
            allowlist: allowlist.to_owned(),
            lock: lock.to_owned(),
            trusted,
            clock,
            current: watch::Sender::new(Arc::new(policy)),
            seen: Mutex::new(seen),
        })))
    }

    /// What runs now.
    pub fn current(&self) -> Arc<Policy> {
        Arc::clone(&self.0.current.borrow())
    }

    /// Tells of each new policy.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Policy>> {
        self.0.current.subscribe()
    }

    /// What is running, and whether the newest files are.
    pub fn status(&self) -> PolicyStatus {
        let policy = self.current();
        let seen = self.seen();
        PolicyStatus {
            revision: policy.allowlist().revision,
            apps: policy.allowlist().apps.len(),
            loaded_at: seen.loaded_at,
            error: seen.refused.clone(),
        }
    }

    /// Looks at the files until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        while stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_some() {
            self.look();
        }
    }

    /// Looks at the files once.
    pub fn look(&self) {
        let stamps = stamps(&self.0.allowlist, &self.0.lock);
        if self.seen().stamps == stamps {
            return;
        }
        let outcome = read(&self.0.allowlist, &self.0.lock, self.0.trusted.as_ref())
            .and_then(|policy| self.newer(policy));
        let mut seen = self.seen();
        seen.stamps = stamps;
        match outcome {
            Ok(policy) => {
                info!(revision = policy.allowlist().revision, "read the policy again");
                (seen.loaded_at, seen.refused) = (self.0.clock.now(), None);
                self.0.current.send_replace(Arc::new(policy));
            }
            Err(error) => {
                warn!(%error, "refused the new policy; the running one stays");
                seen.refused = Some(error);
            }
        }
    }

    fn newer(&self, policy: Policy) -> Result<Policy, PolicyError> {
        let (running, offered) = (self.current().allowlist().revision, policy.allowlist().revision);
        if offered >= running {
            return Ok(policy);
        }
        Err(PolicyError::whole_file(
            &self.0.allowlist.display().to_string(),
            format!("revision {offered} is older than the running revision {running}"),
            Some(format!("set `revision: {}` if this is meant", running + 1)),
        ))
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.0.seen.lock().expect("nobody panics while holding what was seen")
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use atoll_sandbox::signature::{PrivateKey, SignedTexts};

    use super::*;

    fn allowlist(revision: u64, title: &str) -> String {
        format!(
            r#"schemaVersion: 1
revision: {revision}
host:
  subnets: 10.212.0.0/16
  limits: {{instances: 10, cpu: "2", memory: 4Gi, pids: 1024}}
apps:
- id: notes
  version: 1.0.0
  title: {title}
  description: Takes notes
  category: documents
  services:
    web:
      image: atoll/notes:1.0.0
      user: "10001:10001"
      resources: {{limits: {{cpu: "1", memory: 64Mi, pids: 32}}}}
  http:
    service: web
    port: 8080
    access: [{{path: /, role: user}}]
  roles: [{{id: user, title: Can use, default: true}}]
"#
        )
    }

    struct Files {
        dir: tempfile::TempDir,
        watch: PolicyWatch,
    }

    impl Files {
        fn new(text: &str) -> Self {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("allowlist.yaml");
            fs::write(&path, text).unwrap();
            let watch =
                PolicyWatch::open(&path, &dir.path().join("allowlist.lock"), Clock::system()).unwrap();
            Self { dir, watch }
        }

        /// By rename, as editors and configuration managers do.
        fn replace(&self, text: &str) {
            let beside = self.dir.path().join("beside");
            fs::write(&beside, text).unwrap();
            fs::rename(&beside, self.dir.path().join("allowlist.yaml")).unwrap();
            self.watch.look();
        }

        fn title(&self) -> String {
            self.watch.current().allowlist().apps[0].title.clone()
        }
    }

    #[test]
    fn a_new_file_is_seen_and_told_of() {
        let files = Files::new(&allowlist(1, "Notes"));
        let told = files.watch.subscribe();
        files.replace(&allowlist(2, "Better notes"));
        assert_eq!(files.title(), "Better notes");
        assert!(told.has_changed().unwrap());
        assert_eq!(files.watch.status().revision, 2);
    }

    #[test]
    fn a_broken_file_leaves_the_running_policy_and_says_where_it_is_broken() {
        let files = Files::new(&allowlist(1, "Notes"));
        files.replace(&allowlist(2, "Better notes").replace("port: 8080", "prt: 8080"));
        assert_eq!(files.title(), "Notes");
        let error = files.watch.status().error.unwrap();
        assert!(error.line.is_some() && error.file.ends_with("allowlist.yaml"), "{error}");
        files.replace(&allowlist(3, "Mended notes"));
        assert_eq!((files.title().as_str(), files.watch.status().error), ("Mended notes", None));
    }

    #[test]
    fn an_older_revision_is_refused() {
        let files = Files::new(&allowlist(5, "Notes"));
        files.replace(&allowlist(4, "Old notes"));
        assert_eq!(files.title(), "Notes");
        assert!(files.watch.status().error.unwrap().to_string().contains("older"));
    }

    #[test]
    fn with_a_trusted_key_only_what_it_signed_comes_into_force() {
        let key = PrivateKey::from_seed([3; 32]);
        let dir = tempfile::tempdir().unwrap();
        let (path, lock) = (dir.path().join("allowlist.yaml"), dir.path().join("allowlist.lock"));
        let lock_text = r#"{"schemaVersion": 1, "revision": 1, "images": {}}"#;
        fs::write(&lock, lock_text).unwrap();
        let write = |revision: u64, key: &PrivateKey| {
            let text = allowlist(revision, "Notes");
            fs::write(&path, &text).unwrap();
            let signature = key.sign(SignedTexts { allowlist: &text, lock: lock_text });
            fs::write(path.with_extension("sig"), signature.to_json()).unwrap();
        };
        let open = || PolicyWatch::open_trusting(&path, &lock, Some(key.public()), Clock::system());
        fs::write(&path, allowlist(1, "Notes")).unwrap();
        assert!(open().unwrap_err().to_string().contains("allowlist.sig"));
        write(1, &key);
        let watch = open().unwrap();
        write(2, &PrivateKey::from_seed([4; 32]));
        watch.look();
        let status = watch.status();
        assert_eq!(status.revision, 1);
        assert!(status.error.unwrap().to_string().contains("is the trusted one"));
        write(3, &key);
        watch.look();
        assert_eq!((watch.status().revision, watch.status().error), (3, None));
    }

    #[test]
    fn a_missing_file_stops_the_start_and_is_named() {
        let missing = Path::new("/nonexistent/allowlist.yaml");
        let error = PolicyWatch::open(missing, missing, Clock::system()).unwrap_err();
        assert!(error.to_string().contains("/nonexistent/allowlist.yaml"), "{error}");
    }
}
