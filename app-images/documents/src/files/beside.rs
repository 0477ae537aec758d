//! What is kept beside a document and can be made again at any time: its thumbnail, and the tail of its searchable copy.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

use super::{Files, blocking, remove_if_there};
use crate::document::{DocumentId, UploadId};

impl Files {
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

    pub(super) fn thumbnail_path(&self, id: DocumentId) -> PathBuf {
        self.thumbnails.join(format!("{id}.png"))
    }

    pub(super) fn tail_path(&self, id: DocumentId) -> PathBuf {
        self.tails.join(format!("{id}.tail"))
    }
}

async fn read_if_there(path: PathBuf) -> io::Result<Option<Vec<u8>>> {
    match tokio::fs::read(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        result => result.map(Some),
    }
}
