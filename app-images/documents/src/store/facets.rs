//! How many of a person's documents there are of each kind; those in the trash count for the trash alone.

use std::cmp::Reverse;
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
const MOST_SENDERS: usize = 50;

impl Store {
    /// Counts the owner's documents.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn facets(&self, owner: &UserId) -> Result<Facets, StoreError> {
        let mut facets = self.kinds(owner).await?;
        for (category, count) in self.counts(owner, CATEGORIES).await? {
            facets.categories.insert(category, count);
        }
        // Because the trash is small, what lies in it is taken off instead of looking each document up.
        for (category, count) in self.counts(owner, CATEGORIES_IN_TRASH).await? {
            let left = facets.categories.get(&category).map_or(0, |all| all.saturating_sub(count));
            if left > 0 {
                facets.categories.insert(category, left);
            } else {
                facets.categories.remove(&category);
            }
        }
        facets.trashed = self.counts(owner, TRASHED).await?.into_iter().map(|(_, count)| count).sum();
        Ok(facets)
    }

    /// Counts by type, status and sender in one walk along an index that is sorted by the three.
    async fn kinds(&self, owner: &UserId) -> Result<Facets, StoreError> {
        let rows: Vec<(Option<String>, String, Option<String>, u64)> = sqlx::query_as(KINDS)
            .bind(owner.as_str())
            .fetch_all(&self.pool)
            .await
            .doing("count documents")?;
        let (mut facets, mut senders) = (Facets::default(), BTreeMap::<String, u64>::new());
        for (kind, status, sender, count) in rows {
            *facets.statuses.entry(status).or_default() += count;
            if let Some(kind) = kind {
                *facets.types.entry(kind).or_default() += count;
            }
            if let Some(sender) = sender {
                *senders.entry(sender).or_default() += count;
            }
        }
        facets.senders = senders.into_iter().map(|(name, count)| SenderCount { name, count }).collect();
        facets.senders.sort_by_key(|sender| Reverse(sender.count));
        facets.senders.truncate(MOST_SENDERS);
        Ok(facets)
    }

    async fn counts(&self, owner: &UserId, sql: &'static str) -> Result<Vec<(String, u64)>, StoreError> {
        sqlx::query_as(sql).bind(owner.as_str()).fetch_all(&self.pool).await.doing("count documents")
    }
}

const KINDS: &str = "select document_type, status, sender, count(*) from documents indexed by documents_by_facet \
     where owner = ? and trashed_at is null group by document_type, status, sender";
const CATEGORIES: &str = "select category_id, count(*) from categories \
     join document_categories on category_id = categories.id and present = 1 \
     where categories.owner = ? group by category_id";
const CATEGORIES_IN_TRASH: &str = "select category_id, count(*) from documents \
     join document_categories on document_id = documents.id and present = 1 \
     where owner = ? and trashed_at is not null group by category_id";
const TRASHED: &str = "select 'trashed', count(*) from documents where owner = ? and trashed_at is not null";
