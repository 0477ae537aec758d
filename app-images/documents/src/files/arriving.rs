//! A file that comes in one request.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use tokio::io::AsyncWriteExt;

use super::{Files, blocking};
use crate::document::DocumentId;

/// A file that is still arriving. Dropped without [`Arriving::finish`], it is removed.
#[derive(Debug)]
pub struct Arriving {
    id: DocumentId,
    file: tokio::fs::File,
    path: PathBuf,
    files: Files,
}

impl Files {
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
