//! The file that holds the settings: read again when it changes, written so that a crash leaves the old one or the new.

mod read;
mod write;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, RwLock, Weak};
use std::time::Duration;

use tracing::{error, info, warn};

use self::read::{Stamp, read, stamp};
use self::write::{to_json, write};
use super::{Draft, Settings, SettingsError};

/// How often the file is looked at. A look is one system call.
const PERIOD: Duration = Duration::from_secs(2);
/// The settings file; [`SettingsFile::watch`] opens it.
#[derive(Debug)]
pub struct SettingsFile {
    path: PathBuf,
    stamp: Mutex<Option<Stamp>>,
    now: RwLock<Snapshot>,
}

/// Shares the settings with everybody who needs them. Cheap to clone; the file is watched as long as one lives.
#[derive(Clone, Debug)]
pub struct SettingsHandle(Arc<SettingsFile>);

/// The settings at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The last good ones.
    pub settings: Arc<Settings>,
    /// Grows with every change.
    pub version: u64,
    /// Why the file, as it is now, does not count.
    pub problem: Option<String>,
}

/// Why settings were not stored.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// Somebody else was faster.
    #[error("the settings have changed since version {asked}: they are at version {current}")]
    Conflict {
        /// The version that the caller knows.
        asked: u64,
        /// The version that is stored.
        current: u64,
    },
    /// They cannot be as they are.
    #[error(transparent)]
    Invalid(#[from] SettingsError),
    /// The disk.
    #[error("the settings could not be written")]
    Write(#[from] io::Error),
}

impl SettingsFile {
    /// Reads the file and goes on watching it, in a task of the current runtime. Without a file the defaults hold.
    pub fn watch(path: impl Into<PathBuf>) -> SettingsHandle {
        let handle = Self::open(path.into());
        let watched = Arc::downgrade(&handle.0);
        tokio::spawn(keep_reading(watched));
        handle
    }

    fn open(path: PathBuf) -> SettingsHandle {
        let now = Snapshot { settings: Arc::default(), version: 0, problem: None };
        let file = Self { path, stamp: Mutex::new(None), now: RwLock::new(now) };
        file.read_again(&mut file.lock());
        SettingsHandle(Arc::new(file))
    }

    /// Held by whoever reads or writes the file, so that a change on the disk is never overwritten unseen.
    fn lock(&self) -> MutexGuard<'_, Option<Stamp>> {
        self.stamp.lock().expect("nobody panics while holding the settings file")
    }

    fn snapshot(&self) -> Snapshot {
        self.now.read().expect("nobody panics while holding the settings").clone()
    }

    fn set(&self, snapshot: Snapshot) {
        *self.now.write().expect("nobody panics while holding the settings") = snapshot;
    }

    /// Reads the file if it is not the one that was read last.
    fn read_again(&self, known: &mut Option<Stamp>) {
        let found = stamp(&self.path);
        if matches!(&found, Ok(found) if found == known) {
            return;
        }
        let before = self.snapshot();
        match found.and_then(|found| Ok((found, read(&self.path)?))) {
            Ok((found, (settings, version))) => {
                *known = found;
                let version = version.max(before.version + 1);
                info!(version, "read the settings");
                self.set(Snapshot { settings: Arc::new(settings), version, problem: None });
            }
            Err(problem) => {
                // Not remembered as read, but said only once.
                let problem = problem.to_string();
                if before.problem.as_ref() != Some(&problem) {
                    error!(problem, "the settings file does not count: the last good settings hold");
                    self.set(Snapshot { problem: Some(problem), ..before });
                }
            }
        }
    }
}

impl SettingsHandle {
    /// The settings that hold now.
    pub fn current(&self) -> Arc<Settings> {
        self.snapshot().settings
    }

    /// The settings that hold now, their version, and what is wrong with the file.
    pub fn snapshot(&self) -> Snapshot {
        self.0.snapshot()
    }

    /// Grows with every change that was read or made.
    pub fn version(&self) -> u64 {
        self.snapshot().version
    }

    /// Checks and stores new settings. A key that the draft leaves as it is stays. Blocks: it waits for the disk.
    ///
    /// # Errors
    /// See [`ReplaceError`]; nothing has changed then.
    pub fn replace(&self, mut draft: Draft) -> Result<Snapshot, ReplaceError> {
        let mut known = self.0.lock();
        self.0.read_again(&mut known);
        let before = self.0.snapshot();
        if let Some(asked) = draft.version.filter(|asked| *asked != before.version) {
            return Err(ReplaceError::Conflict { asked, current: before.version });
        }
        draft.keep_key(&before.settings)?;
        let settings = draft.check()?;
        let version = before.version + 1;
        write(&self.0.path, &to_json(&settings, version))?;
        *known = stamp(&self.0.path).ok().flatten();
        let after = Snapshot { settings: Arc::new(settings), version, problem: None };
        self.0.set(after.clone());
        info!(version, "stored new settings");
        Ok(after)
    }
}

async fn keep_reading(file: Weak<SettingsFile>) {
    let mut period = tokio::time::interval(PERIOD);
    loop {
        period.tick().await;
        let Some(file) = file.upgrade() else { return };
        let looked = tokio::task::spawn_blocking(move || file.read_again(&mut file.lock())).await;
        if looked.is_err() {
            warn!("could not look at the settings file");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::MetadataExt;

    fn draft(text: &str) -> Draft {
        serde_json::from_str(text).unwrap()
    }

    fn look(handle: &SettingsHandle) -> Snapshot {
        handle.0.read_again(&mut handle.0.lock());
        handle.snapshot()
    }

    #[test]
    fn what_is_stored_is_read_by_the_next_process_and_by_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        fs::write(path.with_extension("new"), "left behind by a crash").unwrap();
        let handle = SettingsFile::open(path.clone());
        let ai = r#"{"ai": {"dialect": "openai", "base_url": "https://x.example/v1", "model": "m", "api_key": "sk-1",
                     "price_in": "0.25", "price_out": "2"}, "trash_days": 7}"#;
        let stored = handle.replace(draft(ai)).unwrap();
        let next = SettingsFile::open(path.clone()).snapshot();
        assert_eq!((next.settings, next.problem), (stored.settings, None));
        assert!(next.version >= stored.version);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn a_broken_file_changes_nothing_and_says_why_without_repeating_a_value() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let handle = SettingsFile::open(path.clone());
        handle.replace(draft(r#"{"trash_days": 7}"#)).unwrap();
        for (text, words) in [
            (r#"{"trash_days": 3"#, "it is no JSON at line 1"),
            (r#"{"trash_days": "sk-secret"}"#, "a value of the wrong kind"),
            (r#"{"trashdays": 3}"#, "unknown field `trashdays`"),
            (r#"{"trash_days": 0}"#, "`trash_days` is between"),
            (r#"{"ai": {"dialect": "sk-secret", "base_url": "", "model": ""}}"#, "a value of the wrong kind"),
        ] {
            fs::write(&path, text).unwrap();
            let now = look(&handle);
            let problem = now.problem.unwrap();
            assert!(problem.contains(words) && !problem.contains("sk-secret"), "{problem}");
            assert_eq!(now.settings.trash_days, 7);
        }
        fs::write(&path, r#"{"trash_days": 8}"#).unwrap();
        let now = look(&handle);
        assert_eq!((now.settings.trash_days, now.problem), (8, None));
    }

    #[test]
    fn of_two_who_changed_the_same_version_the_second_is_told_and_so_is_whoever_missed_an_edit_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let handle = SettingsFile::open(path.clone());
        let version = handle.version();
        let from = |version| Draft { version: Some(version), ..Draft::default() };
        let next = handle.replace(from(version)).unwrap().version;
        assert!(matches!(handle.replace(from(version)), Err(ReplaceError::Conflict { .. })));
        fs::write(&path, r#"{"trash_days": 9}"#).unwrap();
        assert!(matches!(handle.replace(from(next)), Err(ReplaceError::Conflict { .. })));
        assert_eq!(handle.current().trash_days, 9);
    }
}
