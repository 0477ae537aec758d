//! Uploads in pieces: how much of each has arrived for sure.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::FromRow;

use super::{Doing, Store, StoreError};
use crate::document::{FileName, Sha256, UploadId, UserId};

/// An upload in pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// Whose it is.
    pub owner: UserId,
    /// The file's name.
    pub name: FileName,
    /// How many bytes the file will have.
    pub bytes: u64,
    /// What its bytes will hash to, if the client said so.
    pub sha256: Option<Sha256>,
    /// How many bytes are on the disk for sure.
    pub received: u64,
}

#[derive(FromRow)]
struct UploadRow {
    id: String,
    owner: String,
    name: String,
    bytes: i64,
    sha256: Option<Vec<u8>>,
    received: i64,
}

impl TryFrom<UploadRow> for Upload {
    type Error = StoreError;

    fn try_from(row: UploadRow) -> Result<Self, StoreError> {
        let unexpected = |column| StoreError::Unexpected { column };
        let sha256 = row.sha256.map(|bytes| Sha256::from_bytes(&bytes).ok_or(unexpected("sha256")));
        Ok(Self {
            id: upload_id(&row.id)?,
            owner: UserId::parse(&row.owner).ok_or(unexpected("owner"))?,
            name: FileName::clean(&row.name),
            bytes: u64::try_from(row.bytes).map_err(|_| unexpected("bytes"))?,
            sha256: sha256.transpose()?,
            received: u64::try_from(row.received).map_err(|_| unexpected("received"))?,
        })
    }
}

fn upload_id(id: &str) -> Result<UploadId, StoreError> {
    id.parse().map_err(|_| StoreError::Unexpected { column: "id" })
}

fn signed(bytes: u64) -> Result<i64, StoreError> {
    i64::try_from(bytes).map_err(|_| StoreError::Unexpected { column: "bytes" })
}

impl Store {
    /// How many uploads in pieces one person may have open.
    pub const MOST_UPLOADS: i64 = 200;

    /// Begins an upload; `false` if its owner has too many open.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_upload(&self, upload: &Upload, expires: Timestamp) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "insert into uploads (id, owner, name, bytes, sha256, expires_at) select ?1, ?2, ?3, ?4, ?5, ?6 \
             where (select count(*) from uploads where owner = ?2) < ?7",
        )
        .bind(upload.id.to_string())
        .bind(upload.owner.as_str())
        .bind(upload.name.as_str())
        .bind(signed(upload.bytes)?)
        .bind(upload.sha256.map(|sha256| sha256.as_bytes().to_vec()))
        .bind(expires.as_millisecond())
        .bind(Self::MOST_UPLOADS)
        .execute(&self.pool)
        .await
        .doing("begin an upload")?;
        Ok(inserted.rows_affected() > 0)
    }

    /// One of the owner's uploads.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upload(&self, owner: &UserId, id: UploadId) -> Result<Option<Upload>, StoreError> {
        let row: Option<UploadRow> = sqlx::query_as(
            "select id, owner, name, bytes, sha256, received from uploads where id = ? and owner = ?",
        )
        .bind(id.to_string())
        .bind(owner.as_str())
        .fetch_optional(&self.pool)
        .await
        .doing("read an upload")?;
        row.map(Upload::try_from).transpose()
    }

    /// Writes down how much has arrived and is on the disk.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn advance_upload(
        &self,
        id: UploadId,
        received: u64,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("update uploads set received = ?, expires_at = ? where id = ?")
            .bind(signed(received)?)
            .bind(expires.as_millisecond())
            .bind(id.to_string())
            .execute(&self.pool)
            .await
            .doing("write down how much has arrived")?;
        Ok(())
    }

    /// Forgets one of the owner's uploads; says whether there was one. Its file is the caller's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_upload(&self, owner: &UserId, id: UploadId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("delete from uploads where id = ? and owner = ?")
            .bind(id.to_string())
            .bind(owner.as_str())
            .execute(&self.pool)
            .await
            .doing("forget an upload")?;
        Ok(deleted.rows_affected() > 0)
    }

    /// Forgets the uploads that nobody went on with; gives their ids, whose files are the caller's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expire_uploads(&self, now: Timestamp) -> Result<Vec<UploadId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar("delete from uploads where expires_at <= ? returning id")
            .bind(now.as_millisecond())
            .fetch_all(&self.pool)
            .await
            .doing("forget uploads that nobody went on with")?;
        ids.iter().map(|id| upload_id(id)).collect()
    }

    /// The ids of everybody's uploads, to find files that belong to none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upload_ids(&self) -> Result<HashSet<UploadId>, StoreError> {
        let ids: Vec<String> = sqlx::query_scalar("select id from uploads")
            .fetch_all(&self.pool)
            .await
            .doing("list all uploads")?;
        ids.iter().map(|id| upload_id(id)).collect()
    }
}
