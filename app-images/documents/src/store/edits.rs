//! What owners change of their documents: facts, names, categories; trash and back.

use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::category_rules::put_into;
use super::history::record;
use super::row::load;
use super::{Doing, Store, StoreError, facts};
use crate::document::{
    CategoryId, CategoryMark, Deed, Document, DocumentId, Entry, FactsPatch, FileName, UserId, differences,
};

/// A change by the owner; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// Another name for the file.
    pub name: Option<FileName>,
    /// Other facts.
    pub facts: FactsPatch,
    /// All categories at once.
    pub categories: Option<Vec<CategoryId>>,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// It is done.
    Done(Box<Document>),
    /// The owner has no such document.
    NoSuchDocument,
    /// The owner has no such category; nothing was changed.
    NoSuchCategory,
}

impl Store {
    /// Changes one of the owner's documents; `who` is the owner's name, for the history.
    ///
    /// # Errors
    /// When the database fails; then nothing was changed.
    pub async fn edit(
        &self,
        owner: &UserId,
        id: DocumentId,
        who: &str,
        patch: &Patch,
    ) -> Result<Edited, StoreError> {
        let mut transaction = self.write().await?;
        let Some(mut document) = load(&mut transaction, id).await?.filter(|found| found.owner == *owner)
        else {
            return Ok(Edited::NoSuchDocument);
        };
        if let Some(name) = &patch.name {
            rename(&mut transaction, &mut document, who, name).await?;
        }
        let before = document.about.facts();
        let mut about = document.about.clone();
        patch.facts.apply(&mut about.edits);
        facts::write(&mut transaction, &document, &about).await?;
        record(&mut transaction, id, Some(who), &differences(&before, &about.facts())).await?;
        if let Some(categories) = &patch.categories
            && !categorise(&mut transaction, &document, who, categories).await?
        {
            return Ok(Edited::NoSuchCategory);
        }
        let document = load(&mut transaction, id).await?;
        transaction.commit().await.doing("change a document")?;
        Ok(document.map_or(Edited::NoSuchDocument, |document| Edited::Done(Box::new(document))))
    }
}

async fn rename(
    connection: &mut SqliteConnection,
    document: &mut Document,
    who: &str,
    name: &FileName,
) -> Result<(), StoreError> {
    if document.name == *name {
        return Ok(());
    }
    sqlx::query("update documents set name = ? where id = ?")
        .bind(name.as_str())
        .bind(document.id.to_string())
        .execute(&mut *connection)
        .await
        .doing("rename a document")?;
    let was = std::mem::replace(&mut document.name, name.clone());
    let entry = Entry {
        what: Deed::Changed,
        field: Some("name".into()),
        from: Some(was.to_string()),
        to: Some(name.to_string()),
        source: Some("user".into()),
    };
    record(connection, document.id, Some(who), &[entry]).await
}

/// Puts the document into exactly these categories; `false` if one of them is not the owner's.
async fn categorise(
    connection: &mut SqliteConnection,
    document: &Document,
    who: &str,
    wanted: &[CategoryId],
) -> Result<bool, StoreError> {
    let now: Vec<&str> = document.categories.iter().map(|mark| mark.id.as_str()).collect();
    for category in wanted {
        let Some(mark) = mark(connection, &document.owner, *category).await? else { return Ok(false) };
        if !now.contains(&mark.id.as_str()) {
            put_into(connection, document.id, &mark.id, true).await?;
            record(connection, document.id, Some(who), &[about(Deed::CategoryAdded, &mark)]).await?;
        }
    }
    for mark in &document.categories {
        if !wanted.iter().any(|category| category.to_string() == mark.id) {
            put_into(connection, document.id, &mark.id, false).await?;
            record(connection, document.id, Some(who), &[about(Deed::CategoryRemoved, mark)]).await?;
        }
    }
    Ok(true)
}

fn about(what: Deed, mark: &CategoryMark) -> Entry {
    let (from, to) = match what {
        Deed::CategoryRemoved => (Some(mark.name.clone()), None),
        Deed::CategoryAdded | Deed::Changed | Deed::Trashed | Deed::Restored | Deed::Reprocessed => {
            (None, Some(mark.name.clone()))
        }
    };
    Entry { what, field: None, from, to, source: Some("user".into()) }
}

async fn mark(
    connection: &mut SqliteConnection,
    owner: &UserId,
    id: CategoryId,
) -> Result<Option<CategoryMark>, StoreError> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("select id, name, colour from categories where id = ? and owner = ?")
            .bind(id.to_string())
            .bind(owner.as_str())
            .fetch_optional(connection)
            .await
            .doing("look for a category")?;
    Ok(row.map(|(id, name, colour)| CategoryMark { id, name, colour }))
}

impl Store {
    /// Deletes for good what has been in the trash since before `before`, whoever's it is; gives the ids, whose files are
    /// the caller's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn empty_trash(&self, before: Timestamp) -> Result<Vec<(UserId, DocumentId)>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("delete from documents where trashed_at < ? returning owner, id")
                .bind(before.as_millisecond())
                .fetch_all(&self.pool)
                .await
                .doing("empty the trash")?;
        let parse = |(owner, id): (String, String)| {
            let owner = UserId::parse(&owner).ok_or(StoreError::Unexpected { column: "owner" })?;
            Ok((owner, super::row::parse_id(&id)?))
        };
        rows.into_iter().map(parse).collect()
    }
}
