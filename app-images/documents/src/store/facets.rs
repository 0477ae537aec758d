//! How many of a person's documents there are of each kind; those in the trash count for the trash alone.

use std::collections::BTreeMap;

use super::{Doing, Store, StoreError};
use crate::document::UserId;

/// Counts of one person's documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By status.
    pub statuses: BTreeMap<String, u64>,
    /// By document type.
    pub types: BTreeMap<String, u64>,
    /// By the category's id.
    pub categories: BTreeMap<String, u64>,
    /// The most frequent senders.
    pub senders: Vec<SenderCount>,
    /// In the trash.
    pub trashed: u64,
}

/// How many documents a sender wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderCount {
    /// As it is written in the documents.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// How many senders are told.
const MOST_SENDERS: u32 = 50;

impl Store {
    /// Counts the owner's documents.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn facets(&self, owner: &UserId) -> Result<Facets, StoreError> {
        Ok(Facets {
            statuses: self.counts(owner, STATUSES).await?.into_iter().collect(),
            types: self.counts(owner, TYPES).await?.into_iter().collect(),
            categories: self.counts(owner, CATEGORIES).await?.into_iter().collect(),
            senders: self
                .counts(owner, SENDERS)
                .await?
                .into_iter()
                .take(MOST_SENDERS as usize)
                .map(|(name, count)| SenderCount { name, count })
                .collect(),
            trashed: self.counts(owner, TRASHED).await?.into_iter().map(|(_, count)| count).sum(),
        })
    }

    async fn counts(&self, owner: &UserId, sql: &'static str) -> Result<Vec<(String, u64)>, StoreError> {
        sqlx::query_as(sql).bind(owner.as_str()).fetch_all(&self.pool).await.doing("count documents")
    }
}

const STATUSES: &str =
    "select status, count(*) from documents where owner = ? and trashed_at is null group by status";
const TYPES: &str = "select document_type, count(*) from documents \
     where owner = ? and trashed_at is null and document_type is not null group by document_type";
const CATEGORIES: &str = "select category_id, count(*) from categories \
     join document_categories on category_id = categories.id and present = 1 \
     join documents on documents.id = document_id and trashed_at is null \
     where categories.owner = ? group by category_id";
const SENDERS: &str = "select sender, count(*) as number from documents \
     where owner = ? and trashed_at is null and sender is not null group by sender order by number desc, sender limit 50";
const TRASHED: &str = "select 'trashed', count(*) from documents where owner = ? and trashed_at is not null";
