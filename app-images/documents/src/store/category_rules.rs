//! Puts documents into categories: by hand, and by the categories' rules after each classification.

use sqlx::SqliteConnection;

use super::categories::of_owner;
use super::history::record;
use super::{Doing, StoreError};
use crate::classification::Classification;
use crate::document::{Deed, Document, DocumentId, Entry, Subject};

/// Puts a document into a category or takes it out, as a person decides it.
pub(super) async fn put_into(
    connection: &mut SqliteConnection,
    document: DocumentId,
    category: &str,
    present: bool,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into document_categories (document_id, category_id, present, seq) \
         select id, ?, ?, seq from documents where id = ? \
         on conflict (document_id, category_id) do update set present = excluded.present",
    )
    .bind(category)
    .bind(present)
    .bind(document.to_string())
    .execute(connection)
    .await
    .doing("put a document into a category")?;
    Ok(())
}

/// Puts a document into every category of its owner with a rule that fits, except where a person took it out.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    document: &Document,
    facts: &Classification,
    pages: &[String],
) -> Result<(), StoreError> {
    let mut categories = of_owner(&mut *connection, &document.owner).await?;
    categories.retain(|category| !category.rules.is_empty());
    if categories.is_empty() {
        return Ok(());
    }
    let subject = Subject::new(facts, pages.iter());
    for category in categories.iter().filter(|each| each.rules.iter().any(|rule| rule.fits(&subject))) {
        let added = sqlx::query(
            "insert into document_categories (document_id, category_id, seq) \
             select id, ?, seq from documents where id = ? \
             on conflict (document_id, category_id) do nothing",
        )
        .bind(category.id.to_string())
        .bind(document.id.to_string())
        .execute(&mut *connection)
        .await
        .doing("apply the rules of a category")?;
        if added.rows_affected() > 0 {
            let entry = Entry {
                what: Deed::CategoryAdded,
                field: None,
                from: None,
                to: Some(category.name.as_str().into()),
                source: Some("rules".into()),
            };
            record(connection, document.id, None, &[entry]).await?;
        }
    }
    Ok(())
}
