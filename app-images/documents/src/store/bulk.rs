//! One action for many documents, in transactions that are short enough for others to write in between.

use std::collections::HashSet;

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::facts::json;
use super::listing::{Index, push_matching};
use super::row::parse_id;
use super::{Doing, Store, StoreError};
use crate::document::{CategoryId, Deed, DocumentId, UserId};
use crate::search::Selection;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Put into these categories.
    AddCategories(Vec<CategoryId>),
    /// Take out of these.
    RemoveCategories(Vec<CategoryId>),
    /// Read and classify again.
    Process,
    /// Move into the trash.
    Trash,
    /// Take out of the trash.
    Restore,
    /// Delete what is in the trash for good.
    Delete,
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// The documents that changed; those that were as wanted before are not among them.
    pub documents: HashSet<DocumentId>,
}

impl Store {
    /// How many documents are changed in one transaction. Nobody else writes meanwhile.
    pub const MOST_AT_ONCE: usize = 500;

    /// Does it to the owner's documents with these ids, at most [`Store::MOST_AT_ONCE`] of them: to all or, when it fails, to
    /// none. `None` if a category is not the owner's. The files of deleted documents are the caller's.
    ///
    /// # Errors
    /// When the database fails; then nothing was done.
    pub async fn bulk(
        &self,
        owner: &UserId,
        who: &str,
        ids: &[DocumentId],
        action: &Action,
    ) -> Result<Option<Changed>, StoreError> {
        let mut transaction = self.write().await?;
        // Only those that are still there.
        let ids = json(&selected(&mut transaction, owner, &Selection::Ids(ids.to_vec())).await?);
        let changed = match action {
            Action::AddCategories(categories) | Action::RemoveCategories(categories) => {
                let add = matches!(action, Action::AddCategories(_));
                let mut all = HashSet::new();
                for category in categories {
                    let Some(changed) = sort_in(&mut transaction, owner, who, *category, add, &ids).await?
                    else {
                        return Ok(None);
                    };
                    all.extend(changed);
                }
                all
            }
            Action::Process => {
                let changed = change(&mut transaction, PROCESS, &ids).await?;
                note(&mut transaction, who, Deed::Reprocessed, None, &changed).await?;
                changed
            }
            Action::Trash => {
                let changed = change(&mut transaction, TRASH, &ids).await?;
                note(&mut transaction, who, Deed::Trashed, None, &changed).await?;
                changed
            }
            Action::Restore => {
                let changed = change(&mut transaction, RESTORE, &ids).await?;
                note(&mut transaction, who, Deed::Restored, None, &changed).await?;
                changed
            }
            Action::Delete => change(&mut transaction, DELETE, &ids).await?,
        };
        transaction.commit().await.doing("change documents")?;
        Ok(Some(Changed { documents: changed.iter().map(|id| parse_id(id)).collect::<Result<_, _>>()? }))
    }

    /// The ids that a selection means now, of the owner's documents only, last uploaded first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn selection(
        &self,
        owner: &UserId,
        selection: &Selection,
    ) -> Result<Vec<DocumentId>, StoreError> {
        let mut connection = self.pool.acquire().await.doing("select documents")?;
        let ids = selected(&mut connection, owner, selection).await?;
        ids.iter().map(|id| parse_id(id)).collect()
    }
}

const PROCESS: &str = "update documents set status = 'queued', failure = null, attempts = 0, not_before = 0, \
     ai_status = 'off', ai_reason = null \
     where status in ('ready', 'failed') and trashed_at is null and id in (select value from json_each(?1)) \
     and ?2 > 0 returning id";
const TRASH: &str = "update documents set trashed_at = ?2 where trashed_at is null \
     and id in (select value from json_each(?1)) returning id";
const RESTORE: &str = "update documents set trashed_at = null where trashed_at is not null \
     and id in (select value from json_each(?1)) and ?2 > 0 returning id";
const DELETE: &str = "delete from documents where trashed_at is not null \
     and id in (select value from json_each(?1)) and ?2 > 0 returning id";

/// Runs one of the statements above: ?1 the ids, ?2 the time.
async fn change(
    connection: &mut SqliteConnection,
    sql: &'static str,
    ids: &str,
) -> Result<HashSet<String>, StoreError> {
    let changed: Vec<String> = sqlx::query_scalar(sql)
        .bind(ids)
        .bind(Timestamp::now().as_millisecond())
        .fetch_all(connection)
        .await
        .doing("change documents")?;
    Ok(changed.into_iter().collect())
}

async fn selected(
    connection: &mut SqliteConnection,
    owner: &UserId,
    selection: &Selection,
) -> Result<Vec<String>, StoreError> {
    let mut sql = QueryBuilder::<Sqlite>::new("select documents.id");
    match selection {
        Selection::Ids(ids) => {
            let ids: Vec<String> = ids.iter().map(DocumentId::to_string).collect();
            sql.push(" from documents where documents.owner = ").push_bind(owner.as_str().to_owned());
            sql.push(" and documents.id in (select value from json_each(").push_bind(json(&ids)).push("))");
        }
        Selection::Matching(filter) => push_matching(&mut sql, owner, filter, Index::All),
    }
    sql.push(" order by documents.seq desc");
    sql.build_query_scalar().fetch_all(connection).await.doing("select documents")
}

async fn sort_in(
    connection: &mut SqliteConnection,
    owner: &UserId,
    who: &str,
    category: CategoryId,
    add: bool,
    ids: &str,
) -> Result<Option<HashSet<String>>, StoreError> {
    let name: Option<String> = sqlx::query_scalar("select name from categories where id = ? and owner = ?")
        .bind(category.to_string())
        .bind(owner.as_str())
        .fetch_optional(&mut *connection)
        .await
        .doing("look for a category")?;
    let Some(name) = name else { return Ok(None) };
    let sql = if add { ADD } else { REMOVE };
    let changed: Vec<String> = sqlx::query_scalar(sql)
        .bind(category.to_string())
        .bind(ids)
        .fetch_all(&mut *connection)
        .await
        .doing("change categories")?;
    let changed: HashSet<String> = changed.into_iter().collect();
    let deed = if add { Deed::CategoryAdded } else { Deed::CategoryRemoved };
    note(connection, who, deed, Some(&name), &changed).await?;
    Ok(Some(changed))
}

const ADD: &str = "insert into document_categories (document_id, category_id, seq) \
     select id, ?1, seq from documents where id in (select value from json_each(?2)) \
     on conflict (document_id, category_id) do update set present = 1 where present = 0 returning document_id";
const REMOVE: &str = "update document_categories set present = 0 where category_id = ?1 and present = 1 \
     and document_id in (select value from json_each(?2)) returning document_id";

/// Writes the same line into the history of many documents.
async fn note(
    connection: &mut SqliteConnection,
    who: &str,
    what: Deed,
    category: Option<&str>,
    ids: &HashSet<String>,
) -> Result<(), StoreError> {
    let (was, became) = if what == Deed::CategoryRemoved { (category, None) } else { (None, category) };
    sqlx::query(
        "insert into history (document_id, at, who, what, was, became, source) \
         select value, ?, ?, ?, ?, ?, 'user' from json_each(?)",
    )
    .bind(Timestamp::now().as_millisecond())
    .bind(who)
    .bind(what.code())
    .bind(was)
    .bind(became)
    .bind(json(ids))
    .execute(connection)
    .await
    .doing("write down what changed")?;
    Ok(())
}
