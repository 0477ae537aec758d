//! One process at a time uses a data folder: two would remove each other's half-arrived files.

use std::fs::File;
use std::path::Path;

use anyhow::Context;

/// The right to use a data folder, given back when dropped.
#[derive(Debug)]
pub(crate) struct DataLock(File);

impl DataLock {
    /// Takes the folder, and creates it where needed.
    ///
    /// # Errors
    /// When another process uses it, or it cannot be written.
    pub(crate) fn take(data: &Path) -> anyhow::Result<Self> {
        let shown = data.display();
        std::fs::create_dir_all(data)
            .with_context(|| format!("could not create the data folder `{shown}`"))?;
        let file = File::create(data.join("lock"))
            .with_context(|| format!("could not write to the data folder `{shown}`"))?;
        file.try_lock().with_context(|| format!("another process already uses the data folder `{shown}`"))?;
        Ok(Self(file))
    }
}

impl Drop for DataLock {
    /// Unlocks, because closing alone would not: a child that another thread is just starting has every open file until it
    /// executes its program, and flock(2) holds a lock until the last of them is closed.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "could not unlock the data folder; the end of the process will");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_user_and_is_free_again_at_once_even_while_a_child_is_being_started() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataLock::take(folder.path()).unwrap();
        assert!(DataLock::take(folder.path()).is_err());
        // What such a child has: the same open file.
        let _child = first.0.try_clone().unwrap();
        drop(first);
        DataLock::take(folder.path()).unwrap();
    }
}
