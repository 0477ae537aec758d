//! Documents as their owners see them. Every statement names the owner.

use jiff::Timestamp;
use std::collections::HashSet;

use super::row::{DocumentRow, document_columns, parse_id};
use super::{Doing, Store, StoreError};
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
    Created(Document),
    /// The same owner has the same bytes already.
    Duplicate(DocumentId),
}

impl Store {
    /// Stores a document with status `queued`, unless its owner has the same bytes already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_document(&self, new: NewDocument) -> Result<Inserted, StoreError> {
        let row: Option<DocumentRow> = sqlx::query_as(concat!(
            "insert into documents (id, owner, name, sha256, bytes, uploaded_at) values (?, ?, ?, ?, ?, ?) ",
            "on conflict (owner, sha256) do nothing returning ",
            document_columns!()
        ))
        .bind(new.id.to_string())
        .bind(new.owner.as_str())
        .bind(new.name.as_str())
        .bind(new.sha256.as_bytes().as_slice())
        .bind(i64::try_from(new.bytes).map_err(|_| StoreError::Unexpected { column: "bytes" })?)
        .bind(new.uploaded_at.as_millisecond())
        .fetch_optional(&self.pool)
        .await
        .doing("store a document")?;
        match row {
            Some(row) => Ok(Inserted::Created(row.try_into()?)),
            None => match self.document_with_bytes(&new.owner, new.sha256).await? {
                Some(existing) => Ok(Inserted::Duplicate(existing)),
                // Deleted between the two statements: the id in the answer would lead nowhere, so say what is true.
                None => {
                    Err(StoreError::Query { doing: "store a document", source: sqlx::Error::RowNotFound })
                }
            },
        }
    }

    /// The owner's document with exactly these bytes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn document_with_bytes(
        &self,
        owner: &UserId,
        sha256: Sha256,
    ) -> Result<Option<DocumentId>, StoreError> {
        let id: Option<String> =
            sqlx::query_scalar("select id from documents where owner = ? and sha256 = ?")
                .bind(owner.as_str())
                .bind(sha256.as_bytes().as_slice())
                .fetch_optional(&self.pool)
                .await
                .doing("look for a document with the same bytes")?;
        id.as_deref().map(parse_id).transpose()
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

    /// The owner's newest documents, newest first: at most `most`, all uploaded before the document `before`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn documents(
        &self,
        owner: &UserId,
        before: Option<DocumentId>,
        most: u32,
    ) -> Result<Vec<Document>, StoreError> {
        let rows: Vec<DocumentRow> = sqlx::query_as(concat!(
            "select ",
            document_columns!(),
            " from documents where owner = ?1 and (?2 is null or id < ?2) order by id desc limit ?3"
        ))
        .bind(owner.as_str())
        .bind(before.map(|id| id.to_string()))
        .bind(most)
        .fetch_all(&self.pool)
        .await
        .doing("list documents")?;
        rows.into_iter().map(Document::try_from).collect()
    }

    /// Deletes one of the owner's documents with its text; says whether there was one. The file is the caller's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_document(&self, owner: &UserId, id: DocumentId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("delete from documents where id = ? and owner = ?")
            .bind(id.to_string())
            .bind(owner.as_str())
            .execute(&self.pool)
            .await
            .doing("delete a document")?;
        Ok(deleted.rows_affected() > 0)
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
