//! Files that come in pieces: half-arrived, they lie beside the others until the last piece is there.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom};
use std::path::PathBuf;

use super::{Files, blocking, remove_if_there};
use crate::document::{DocumentId, UploadId};

impl Files {
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

    pub(super) fn upload_path(&self, upload: UploadId) -> PathBuf {
        self.arriving.join(format!("{upload}.upload"))
    }
}
