//! Documents as their owners see them. Every statement names the owner.

use jiff::Timestamp;
use std::collections::HashSet;

use super::row::{DocumentRow, document_columns, load, parse_id};
use super::{Doing, Store, StoreError, facts};
use crate::document::{Document, DocumentId, FileName, Sha256, UserId};

/// A document about to be stored; its file is already in its place.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// Its new id.
    pub id: DocumentId,
    /// Whose it is.
    pub owner: UserId,
    /// What its owner calls it.
    pub name: FileName,
    /// Of the file's bytes.
    pub sha256: Sha256,
    /// The file's size.
    pub bytes: u64,
    /// When the upload was complete.
    pub uploaded_at: Timestamp,
}

/// What became of a [`NewDocument`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It is stored and waits for the reader.
    Created(Box<Document>),
    /// The same owner has the same bytes already.
    Duplicate(Twin),
}

/// A document with the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Its id.
    pub id: DocumentId,
    /// Whether it lies in the trash.
    pub trashed: bool,
}

impl Store {
    /// Stores a document with status `queued`, unless its owner has the same bytes already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_document(&self, new: NewDocument) -> Result<Inserted, StoreError> {
        let mut transaction = self.write().await?;
        let inserted = sqlx::query(
            "insert into documents (id, owner, name, sha256, bytes, uploaded_at, seq) values (?, ?, ?, ?, ?, ?, ?) \
             on conflict (owner, sha256) do nothing",
        )
        .bind(new.id.to_string())
        .bind(new.owner.as_str())
        .bind(new.name.as_str())
        .bind(new.sha256.as_bytes().as_slice())
        .bind(i64::try_from(new.bytes).map_err(|_| StoreError::Unexpected { column: "bytes" })?)
        .bind(new.uploaded_at.as_millisecond())
        .bind(new.id.order())
        .execute(&mut *transaction)
        .await
        .doing("store a document")?;
        if inserted.rows_affected() == 0 {
            let twin = twin(&mut *transaction, &new.owner, new.sha256).await?;
            return twin.map(Inserted::Duplicate).ok_or(StoreError::Unexpected { column: "sha256" });
        }
        let document =
            load(&mut transaction, new.id).await?.ok_or(StoreError::Unexpected { column: "id" })?;
        // Its name can be found at once.
        facts::write(&mut transaction, &document, &document.about).await?;
        transaction.commit().await.doing("store a document")?;
        Ok(Inserted::Created(Box::new(document)))
    }

    /// The owner's document with exactly these bytes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn document_with_bytes(
        &self,
        owner: &UserId,
        sha256: Sha256,
    ) -> Result<Option<Twin>, StoreError> {
        twin(&self.pool, owner, sha256).await
    }

    /// One of the owner's documents.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn document(&self, owner: &UserId, id: DocumentId) -> Result<Option<Document>, StoreError> {
        let row: Option<DocumentRow> = sqlx::query_as(concat!(
            "select ",
            document_columns!(),
            " from documents where id = ? and owner = ?"
        ))
        .bind(id.to_string())
        .bind(owner.as_str())
        .fetch_optional(&self.pool)
        .await
        .doing("read a document")?;
        row.map(Document::try_from).transpose()
    }

    /// The ids of everybody's documents, to find files that belong to none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn document_ids(&self) -> Result<HashSet<DocumentId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar("select id from documents")
            .fetch_all(&self.pool)
            .await
            .doing("list all ids")?;
        ids.iter().map(|id| parse_id(id)).collect()
    }
}

async fn twin(
    database: impl sqlx::SqliteExecutor<'_>,
    owner: &UserId,
    sha256: Sha256,
) -> Result<Option<Twin>, StoreError> {
    let found: Option<(String, bool)> =
        sqlx::query_as("select id, trashed_at is not null from documents where owner = ? and sha256 = ?")
            .bind(owner.as_str())
            .bind(sha256.as_bytes().as_slice())
            .fetch_optional(database)
            .await
            .doing("look for a document with the same bytes")?;
    found.map(|(id, trashed)| Ok(Twin { id: parse_id(&id)?, trashed })).transpose()
}
