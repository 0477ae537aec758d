//! Writes what a document is about: as JSON, as the columns that lists filter and sort by, and into the search index.
//! The three never disagree, because nothing else writes them.

use sqlx::SqliteConnection;

use super::{Doing, StoreError};
use crate::classification::Classification;
use crate::document::{About, Document, DocumentId, fold};
use crate::search::ten_thousandths;

/// Stores the facts of a document and what is derived of them.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    document: &Document,
    about: &About,
) -> Result<(), StoreError> {
    let facts = about.facts();
    let text =
        |fact: &Option<crate::classification::Fact<String>>| fact.as_ref().map(|fact| fact.value.clone());
    let title = text(&facts.title);
    let sender = text(&facts.sender);
    sqlx::query(
        "update documents set found = ?, edits = ?, document_type = ?, doc_date = ?, sender = ?, amount = ?, \
         title_key = ?, sender_key = ? where id = ?",
    )
    .bind(json(&about.found))
    .bind(json(&about.edits))
    .bind(facts.document_type.as_ref().map(|fact| fact.value.code()))
    .bind(facts.date.as_ref().map(|fact| fact.value.to_string()))
    .bind(&sender)
    .bind(amount(&facts))
    .bind(fold(title.as_deref().unwrap_or(document.name.as_str())))
    .bind(sender.as_deref().map(fold))
    .bind(document.id.to_string())
    .execute(&mut *connection)
    .await
    .doing("store what a document is about")?;
    write_tags(connection, document.id, &facts).await?;
    let number = text(&facts.number);
    index(connection, document.id, [&title, &sender, &number].map(|text| text.as_deref().unwrap_or_default()))
        .await
}

async fn write_tags(
    connection: &mut SqliteConnection,
    id: DocumentId,
    facts: &Classification,
) -> Result<(), StoreError> {
    sqlx::query("delete from document_tags where document_id = ?")
        .bind(id.to_string())
        .execute(&mut *connection)
        .await
        .doing("remove old tags")?;
    let tags: Vec<&str> = facts.tags.iter().map(|tag| tag.value.as_str()).collect();
    sqlx::query(
        "insert or ignore into document_tags (document_id, owner, tag, seq) \
         select documents.id, owner, value, seq from documents cross join json_each(?) where documents.id = ?",
    )
    .bind(json(&tags))
    .bind(id.to_string())
    .execute(connection)
    .await
    .doing("store tags")?;
    Ok(())
}

/// Replaces the document's rows in both search indexes: title, sender and number as given, the rest as it is stored. The
/// owner's word is made as in [`crate::search`].
async fn index(
    connection: &mut SqliteConnection,
    id: DocumentId,
    [title, sender, number]: [&str; 3],
) -> Result<(), StoreError> {
    for sql in [
        "delete from document_search where rowid = (select seq from documents where id = ?)",
        "delete from document_heads where rowid = (select seq from documents where id = ?)",
    ] {
        sqlx::query(sql)
            .bind(id.to_string())
            .execute(&mut *connection)
            .await
            .doing("take a document out of the search index")?;
    }
    for sql in [INDEX_ALL, INDEX_HEAD] {
        sqlx::query(sql)
            .bind(title)
            .bind(sender)
            .bind(number)
            .bind(id.to_string())
            .execute(&mut *connection)
            .await
            .doing("put a document into the search index")?;
    }
    Ok(())
}

const INDEX_ALL: &str = "insert into document_search (rowid, owner, name, title, sender, number, body) \
     select seq, 'o' || lower(hex(owner)), name, ?, ?, ?, ifnull((select group_concat(text, char(12) order by page) \
     from page_texts where document_id = documents.id), '') from documents where id = ?";
const INDEX_HEAD: &str = "insert into document_heads (rowid, owner, name, title, sender, number) \
     select seq, 'o' || lower(hex(owner)), name, ?, ?, ? from documents where id = ?";

fn amount(facts: &Classification) -> Option<i64> {
    facts.total.as_ref().and_then(|total| ten_thousandths(total.value.amount).ok())
}

pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain structures always make JSON")
}
