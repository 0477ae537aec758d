//! One file on its way in: checked piece by piece, then stored with its row.

use jiff::Timestamp;

use super::check::{Checked, Checks};
use crate::api::ApiState;
use crate::changes::Change;
use crate::document::{Document, DocumentId, FileName, UserId};
use crate::files::Arriving;
use crate::problem::ApiError;
use crate::store::{Inserted, NewDocument, Twin};

/// A file that is arriving; dropped before [`Arrival::store`], it leaves nothing.
pub(in crate::api) struct Arrival {
    name: FileName,
    checks: Checks,
    file: Arriving,
}

impl Arrival {
    /// Begins one.
    pub(in crate::api) async fn begin(state: &ApiState, name: FileName) -> Result<Self, ApiError> {
        let checks = Checks::new(name.clone(), state.max_file_bytes());
        Ok(Self { name, checks, file: state.files.begin().await? })
    }

    /// Takes the next piece.
    pub(in crate::api) async fn add(&mut self, piece: &[u8]) -> Result<(), ApiError> {
        self.checks.add(piece)?;
        Ok(self.file.write(piece).await?)
    }

    /// Makes it a document of `owner`.
    pub(in crate::api) async fn store(self, state: &ApiState, owner: &UserId) -> Result<Document, ApiError> {
        let checked = self.checks.finish()?;
        // Before the costly sync; the database has the last word below.
        if let Some(twin) = state.store.document_with_bytes(owner, checked.sha256).await? {
            return Err(duplicate(&self.name, twin));
        }
        let id = self.file.finish().await?;
        store(state, owner, self.name, checked, id).await
    }
}

/// Stores the row of a file that is in its place; without a row, the file is removed.
pub(in crate::api) async fn store(
    state: &ApiState,
    owner: &UserId,
    name: FileName,
    Checked { sha256, bytes }: Checked,
    id: DocumentId,
) -> Result<Document, ApiError> {
    let new = NewDocument {
        id,
        owner: owner.clone(),
        name: name.clone(),
        sha256,
        bytes,
        uploaded_at: Timestamp::now(),
    };
    // After an error the file stays until the next start, because the row may have been stored after all.
    match state.store.insert_document(new).await? {
        Inserted::Created(document) => {
            state.changes.announce(Change::Document(document.clone()));
            state.bell.ring();
            Ok(*document)
        }
        Inserted::Duplicate(twin) => {
            state.files.remove(id).await?;
            Err(duplicate(&name, twin))
        }
    }
}

fn duplicate(name: &FileName, Twin { id, trashed }: Twin) -> ApiError {
    ApiError::Duplicate { name: name.to_string(), existing: id, trashed }
}
