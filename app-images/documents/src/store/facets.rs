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

    /// Counts by type, status and sender in one walk along an index that is sorted by the three. What comes of it is added up
    /// where it is, because handing over each of its thousands of rows takes longer than the walk.
    async fn kinds(&self, owner: &UserId) -> Result<Facets, StoreError> {
        let rows: Vec<(String, String, u64)> = sqlx::query_as(KINDS)
            .bind(owner.as_str())
            .bind(MOST_SENDERS)
            .fetch_all(&self.pool)
            .await
            .doing("count documents")?;
        let mut facets = Facets::default();
        for (what, name, count) in rows {
            match what.as_str() {
                "status" => drop(facets.statuses.insert(name, count)),
                "type" => drop(facets.types.insert(name, count)),
                _ => facets.senders.push(SenderCount { name, count }),
            }
        }
        facets.senders.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        Ok(facets)
    }

    async fn counts(&self, owner: &UserId, sql: &'static str) -> Result<Vec<(String, u64)>, StoreError> {
        sqlx::query_as(sql).bind(owner.as_str()).fetch_all(&self.pool).await.doing("count documents")
    }
}

const KINDS: &str = "with kinds as materialized (select document_type, status, sender, count(*) as many \
     from documents indexed by documents_by_facet \
     where owner = ? and trashed_at is null group by document_type, status, sender) \
     select 'status', status, sum(many) from kinds group by status \
     union all select 'type', document_type, sum(many) from kinds where document_type is not null group by document_type \
     union all select * from (select 'sender', sender, sum(many) as many from kinds \
     where sender is not null group by sender order by many desc, sender limit ?)";
const CATEGORIES: &str = "select category_id, count(*) from categories \
     join document_categories on category_id = categories.id and present = 1 \
     where categories.owner = ? group by category_id";
const CATEGORIES_IN_TRASH: &str = "select category_id, count(*) from documents \
     join document_categories on document_id = documents.id and present = 1 \
     where owner = ? and trashed_at is not null group by category_id";
const TRASHED: &str = "select 'trashed', count(*) from documents where owner = ? and trashed_at is not null";
