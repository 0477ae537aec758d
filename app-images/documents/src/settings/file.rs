//! The file that holds the settings: read again when it changes, written so that a crash leaves the old one or the new.
//!
//! What it last said when it could be understood is kept in a copy beside it, so that a restart with a broken file does not fall
//! back to the defaults. Nobody edits the copy, and it counts only when the file does not.

mod read;
mod write;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, RwLock, Weak};
use std::time::Duration;

use tracing::{error, info, warn};

use self::read::{Stamp, read, stamp};
use self::write::{remove_if_there, to_json, write};
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
    /// Why the file, as it is now, does not count, and which settings hold instead.
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
        if read(&file.path).is_err() {
            file.begin_with_copy();
        }
        file.read_again(&mut file.lock());
        SettingsHandle(Arc::new(file))
    }

    /// Because the file cannot be understood, what it said before holds, also when that was before a restart.
    fn begin_with_copy(&self) {
        match read(&copy_of(&self.path)) {
            Ok((settings, version)) => {
                self.set(Snapshot { settings: Arc::new(settings), version, problem: None });
            }
            Err(problem) => warn!(problem, "the copy of the last good settings does not count either"),
        }
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
                // Without a file there is nothing to go back to but the defaults.
                self.keep(found.map(|_| (&settings, version)));
                self.set(Snapshot { settings: Arc::new(settings), version, problem: None });
            }
            Err(problem) => {
                // Version 0 was never read or stored.
                let held = if before.version == 0 { "The defaults" } else { "The last good settings" };
                let problem = format!("{problem} {held} hold.");
                // Not remembered as read, but said only once.
                if before.problem.as_ref() != Some(&problem) {
                    error!(problem, "the settings file does not count");
                    self.set(Snapshot { problem: Some(problem), ..before });
                }
            }
        }
    }

    /// Keeps a copy of good settings for the next start. The settings hold without it, so a failure is only said.
    fn keep(&self, good: Option<(&Settings, u64)>) {
        let copy = copy_of(&self.path);
        let kept = match good {
            Some((settings, version)) => write(&copy, &to_json(settings, version)),
            None => remove_if_there(&copy),
        };
        if let Err(error) = kept {
            warn!(%error, "could not keep a copy of the settings");
        }
    }
}

fn copy_of(path: &Path) -> PathBuf {
    path.with_extension("last-good.json")
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
        self.0.keep(Some((&settings, version)));
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
        assert_eq!(fs::metadata(copy_of(&path)).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside them");
    }

    #[test]
    fn the_last_good_settings_hold_behind_a_restart_with_a_broken_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let stored = SettingsFile::open(path.clone()).replace(draft(r#"{"trash_days": 7}"#)).unwrap();
        for _ in 0..2 {
            fs::write(&path, r#"{"trash_days": "#).unwrap();
            let handle = SettingsFile::open(path.clone());
            let now = handle.snapshot();
            assert_eq!((now.settings.trash_days, now.version), (7, stored.version));
            let problem = now.problem.unwrap();
            assert!(
                problem.ends_with("it is no JSON at line 1, column 15. The last good settings hold."),
                "{problem}"
            );
        }
        let mended = SettingsFile::open(path.clone()).replace(draft(r#"{"trash_days": 8}"#)).unwrap();
        assert_eq!((mended.version, mended.problem), (stored.version + 1, None));
        fs::write(&path, r#"{"trash_days": 9}"#).unwrap();
        SettingsFile::open(path.clone());
        fs::write(&path, "edited by hand, then broken").unwrap();
        assert_eq!(SettingsFile::open(path).current().trash_days, 9);
    }

    #[test]
    fn where_no_settings_were_ever_good_the_defaults_hold_and_that_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        let holds_defaults = |path: &Path| {
            fs::write(path, "broken").unwrap();
            let now = SettingsFile::open(path.into()).snapshot();
            assert_eq!(*now.settings, Settings::default());
            assert!(now.problem.unwrap().ends_with("The defaults hold."));
        };
        holds_defaults(&path);
        fs::write(copy_of(&path), "broken, too").unwrap();
        holds_defaults(&path);
        fs::write(&path, r#"{"trash_days": 7}"#).unwrap();
        let handle = SettingsFile::open(path.clone());
        fs::remove_file(&path).unwrap();
        assert_eq!(look(&handle).settings.trash_days, 30);
        holds_defaults(&path);
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
