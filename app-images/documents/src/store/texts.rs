//! The text of documents, page by page.

use super::{Doing, Store, StoreError};
use crate::document::{DocumentId, UserId};

impl Store {
    /// The pages of one of the owner's documents, in order; empty if there is no such document or no text yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page_texts(&self, owner: &UserId, id: DocumentId) -> Result<Vec<String>, StoreError> {
        sqlx::query_scalar(
            "select text from page_texts join documents on documents.id = document_id \
             where document_id = ? and owner = ? order by page",
        )
        .bind(id.to_string())
        .bind(owner.as_str())
        .fetch_all(&self.pool)
        .await
        .doing("read a text")
    }
}
