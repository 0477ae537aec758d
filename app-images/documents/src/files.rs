//! The files themselves: one folder for finished ones, one for those that are still arriving, and two for what can be made
//! again at any time: thumbnails, and the tails that make searchable copies of scans.
//!
//! A file becomes visible in one step: written and synced under a temporary name, renamed, and the folder synced,
//! all before its row is stored. So a crash at any instant leaves at most a file without a row, never a row without
//! its file, and [`Files::sweep`] removes such files at the next start.

mod arriving;
mod beside;
mod uploads;

pub use arriving::Arriving;

use std::collections::HashSet;
use std::fs::{self, File};
use std::hash::Hash;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokio::task::spawn_blocking;

use crate::document::{DocumentId, UploadId};

/// The folders. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    finished: PathBuf,
    arriving: PathBuf,
    thumbnails: PathBuf,
    tails: PathBuf,
}

impl Files {
    /// Uses (and creates where needed) the folders below `data`.
    ///
    /// # Errors
    /// When a folder cannot be created.
    pub fn open(data: &Path) -> io::Result<Self> {
        let files = Self {
            finished: data.join("files"),
            arriving: data.join("arriving"),
            thumbnails: data.join("thumbnails"),
            tails: data.join("searchable"),
        };
        fs::create_dir_all(&files.finished)?;
        fs::create_dir_all(&files.arriving)?;
        fs::create_dir_all(&files.thumbnails)?;
        fs::create_dir_all(&files.tails)?;
        Ok(files)
    }

    /// A file without a name, for what is needed while one request is answered.
    ///
    /// # Errors
    /// When it cannot be created.
    pub async fn nameless(&self) -> io::Result<File> {
        let path = self.arriving.join(format!("{}.part", UploadId::generate()));
        blocking(move || {
            let file = File::options().create_new(true).read(true).write(true).open(&path)?;
            // Without a name it is gone when it is closed, whatever happens.
            fs::remove_file(path)?;
            Ok(file)
        })
        .await
    }

    /// Opens a finished file for reading.
    ///
    /// # Errors
    /// When it cannot be opened; of kind `NotFound` when it is not there.
    pub async fn read(&self, id: DocumentId) -> io::Result<File> {
        let path = self.path(id);
        blocking(move || File::open(path)).await
    }

    /// Removes a finished file, its thumbnail and its tail; what is not there is removed already.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub async fn remove(&self, id: DocumentId) -> io::Result<()> {
        for path in [self.path(id), self.thumbnail_path(id), self.tail_path(id)] {
            remove_if_there(path).await?;
        }
        Ok(())
    }

    /// Removes what a crash left behind: half-arrived files that belong to none of the `uploads`, and finished ones that are
    /// not in `known`. Must not run while uploads do. Returns how many files it removed.
    ///
    /// # Errors
    /// When a folder cannot be read or a file not be removed.
    pub async fn sweep(&self, known: HashSet<DocumentId>, uploads: HashSet<UploadId>) -> io::Result<usize> {
        let files = self.clone();
        blocking(move || {
            let half_arrived =
                remove_where(&files.arriving, |name| !names_one_of(name, ".upload", &uploads))?;
            let orphans = remove_where(&files.finished, |name| !names_one_of(name, ".pdf", &known))?;
            let pictures = remove_where(&files.thumbnails, |name| !names_one_of(name, ".png", &known))?;
            let tails = remove_where(&files.tails, |name| !names_one_of(name, ".tail", &known))?;
            Ok(half_arrived + orphans + pictures + tails)
        })
        .await
    }

    fn path(&self, id: DocumentId) -> PathBuf {
        self.finished.join(format!("{id}.pdf"))
    }
}

fn remove_where(folder: &Path, unwanted: impl Fn(&str) -> bool) -> io::Result<usize> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if unwanted(&entry.file_name().to_string_lossy()) && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn names_one_of<T: FromStr + Eq + Hash>(name: &str, ending: &str, known: &HashSet<T>) -> bool {
    name.strip_suffix(ending).and_then(|id| id.parse().ok()).is_some_and(|id| known.contains(&id))
}

async fn remove_if_there(path: PathBuf) -> io::Result<()> {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    async fn stored(files: &Files, bytes: &[u8]) -> DocumentId {
        let mut arriving = files.begin().await.unwrap();
        arriving.write(bytes).await.unwrap();
        arriving.finish().await.unwrap()
    }

    fn count(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[tokio::test]
    async fn a_finished_file_reads_back_and_leaves_nothing_half_arrived() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let id = stored(&files, b"%PDF-1.7").await;
        let mut read = String::new();
        files.read(id).await.unwrap().read_to_string(&mut read).unwrap();
        assert_eq!(read, "%PDF-1.7");
        assert_eq!(count(&files.arriving), 0);
    }

    #[tokio::test]
    async fn an_upload_that_breaks_off_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let mut arriving = files.begin().await.unwrap();
        arriving.write(b"%PDF").await.unwrap();
        drop(arriving);
        assert_eq!(count(&files.arriving) + count(&files.finished), 0);
    }

    #[tokio::test]
    async fn a_sweep_removes_what_no_document_owns_and_keeps_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let kept = stored(&files, b"kept").await;
        let orphan = stored(&files, b"orphan").await;
        fs::write(files.arriving.join("left.part"), b"half").unwrap();
        for id in [kept, orphan] {
            files.keep_tail(id, b"tail".to_vec()).await.unwrap();
        }
        assert_eq!(files.sweep(HashSet::from([kept]), HashSet::new()).await.unwrap(), 3);
        assert_eq!(files.tail(kept).await.unwrap().as_deref(), Some(b"tail".as_slice()));
        assert_eq!(files.tail(orphan).await.unwrap(), None);
        assert!(files.read(kept).await.is_ok());
        assert_eq!(files.read(orphan).await.unwrap_err().kind(), io::ErrorKind::NotFound);
    }

    #[tokio::test]
    async fn removing_twice_is_removing_once() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let id = stored(&files, b"x").await;
        files.remove(id).await.unwrap();
        files.remove(id).await.unwrap();
    }

    #[tokio::test]
    async fn a_tail_is_replaced_whole_and_never_outlives_its_document() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let id = stored(&files, b"x").await;
        for tail in [b"first".as_slice(), b"2nd"] {
            files.keep_tail(id, tail.to_vec()).await.unwrap();
            assert_eq!(files.tail(id).await.unwrap().as_deref(), Some(tail));
        }
        files.remove(id).await.unwrap();
        files.keep_tail(id, b"late".to_vec()).await.unwrap();
        assert_eq!(files.tail(id).await.unwrap(), None, "the document was removed while it was read");
        assert_eq!(count(&files.arriving) + count(&files.tails), 0);
    }
}
