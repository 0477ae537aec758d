//! The files themselves: one folder for finished ones, one for those that are still arriving, and two for what can be made
//! again at any time: thumbnails, and the tails that make searchable copies of scans.
//!
//! A file becomes visible in one step: written and synced under a temporary name, renamed, and the folder synced,
//! all before its row is stored. So a crash at any instant leaves at most a file without a row, never a row without
//! its file, and [`Files::sweep`] removes such files at the next start.

use std::collections::HashSet;
use std::fs::{self, File};
use std::hash::Hash;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use tokio::io::AsyncWriteExt;
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

/// A file that is still arriving. Dropped without [`Arriving::finish`], it is removed.
#[derive(Debug)]
pub struct Arriving {
    id: DocumentId,
    file: tokio::fs::File,
    path: PathBuf,
    files: Files,
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

    /// Begins a new file.
    ///
    /// # Errors
    /// When it cannot be created.
    pub async fn begin(&self) -> io::Result<Arriving> {
        let id = DocumentId::generate();
        let path = self.arriving.join(format!("{id}.part"));
        let file = tokio::fs::File::create_new(&path).await?;
        Ok(Arriving { id, file, path, files: self.clone() })
    }

    /// Opens the file of an upload in pieces to append at `offset`, creating it where needed. What lies behind the offset was
    /// never acknowledged and is cut off.
    ///
    /// # Errors
    /// When it cannot be opened, or is shorter than what was acknowledged.
    pub async fn append(&self, upload: UploadId, offset: u64) -> io::Result<tokio::fs::File> {
        let path = self.upload_path(upload);
        let file = blocking(move || {
            let mut file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
            if file.metadata()?.len() < offset {
                return Err(io::Error::other("a half-arrived file is shorter than it was"));
            }
            file.set_len(offset)?;
            file.seek(SeekFrom::Start(offset))?;
            Ok(file)
        });
        file.await.map(tokio::fs::File::from_std)
    }

    /// Opens the file of an upload in pieces for reading.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn read_upload(&self, upload: UploadId) -> io::Result<File> {
        let path = self.upload_path(upload);
        blocking(move || File::open(path)).await
    }

    /// Makes the whole file of an upload in pieces the file of a new document. The upload keeps its own name for the file until
    /// [`Files::remove_upload`], so that its last step can be repeated after a crash.
    ///
    /// # Errors
    /// When the disk refuses.
    pub async fn adopt(&self, upload: UploadId) -> io::Result<DocumentId> {
        let id = DocumentId::generate();
        let (from, to, folder) = (self.upload_path(upload), self.path(id), self.finished.clone());
        blocking(move || {
            File::open(&from)?.sync_all()?;
            fs::hard_link(from, to)?;
            File::open(folder)?.sync_all()
        })
        .await?;
        Ok(id)
    }

    /// Removes the file of an upload in pieces; one that is not there is removed already.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub async fn remove_upload(&self, upload: UploadId) -> io::Result<()> {
        remove_if_there(self.upload_path(upload)).await
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

    /// The thumbnail of a document, if one was kept.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub async fn thumbnail(&self, id: DocumentId) -> io::Result<Option<Vec<u8>>> {
        read_if_there(self.thumbnail_path(id)).await
    }

    /// Keeps the thumbnail of a document; unless the document is being removed, in which case there is no file any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep_thumbnail(&self, id: DocumentId, picture: Vec<u8>) -> io::Result<()> {
        self.keep_beside(id, self.thumbnail_path(id), picture).await
    }

    /// What comes behind the file of a document in its searchable copy, if there is one.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub async fn tail(&self, id: DocumentId) -> io::Result<Option<Vec<u8>>> {
        read_if_there(self.tail_path(id)).await
    }

    /// Keeps what comes behind the file of a document in its searchable copy; unless the document is being removed.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn keep_tail(&self, id: DocumentId, tail: Vec<u8>) -> io::Result<()> {
        self.keep_beside(id, self.tail_path(id), tail).await
    }

    /// Removes the tail of an earlier reading; one that is not there is removed already.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub async fn remove_tail(&self, id: DocumentId) -> io::Result<()> {
        remove_if_there(self.tail_path(id)).await
    }

    /// Writes what belongs to a document in one step.
    async fn keep_beside(&self, id: DocumentId, to: PathBuf, bytes: Vec<u8>) -> io::Result<()> {
        let part = self.arriving.join(format!("{}.part", UploadId::generate()));
        let document = self.path(id);
        blocking(move || {
            let mut file = File::create_new(&part)?;
            file.write_all(&bytes)?;
            // Because after a crash there may be the old one or none, but never half of one.
            file.sync_all()?;
            fs::rename(&part, &to)?;
            if document.exists() { Ok(()) } else { fs::remove_file(to) }
        })
        .await
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

    fn upload_path(&self, upload: UploadId) -> PathBuf {
        self.arriving.join(format!("{upload}.upload"))
    }

    fn thumbnail_path(&self, id: DocumentId) -> PathBuf {
        self.thumbnails.join(format!("{id}.png"))
    }

    fn tail_path(&self, id: DocumentId) -> PathBuf {
        self.tails.join(format!("{id}.tail"))
    }

    fn path(&self, id: DocumentId) -> PathBuf {
        self.finished.join(format!("{id}.pdf"))
    }
}

impl Arriving {
    /// Appends a piece.
    ///
    /// # Errors
    /// When the disk refuses it; of kind `StorageFull` when it is full.
    pub async fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.file.write_all(piece).await
    }

    /// Makes the file durable and visible under its document's id.
    ///
    /// # Errors
    /// When the disk refuses; then the file is gone.
    pub async fn finish(mut self) -> io::Result<DocumentId> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let (from, to, folder) = (self.path.clone(), self.files.path(self.id), self.files.finished.clone());
        blocking(move || {
            fs::rename(from, to)?;
            File::open(folder)?.sync_all()
        })
        .await?;
        Ok(self.id)
    }
}

impl Drop for Arriving {
    /// After `finish` there is nothing under the temporary name any more.
    fn drop(&mut self) {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "could not remove a half-arrived file; the next start will");
            }
            Ok(()) | Err(_) => {}
        }
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

async fn read_if_there(path: PathBuf) -> io::Result<Option<Vec<u8>>> {
    match tokio::fs::read(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
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
