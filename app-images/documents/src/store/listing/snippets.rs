//! Where the texts of listed documents have the words.

use std::collections::HashMap;

use futures_util::TryStreamExt;
use sqlx::SqliteConnection;

use super::ListedRow;
use crate::document::DocumentId;
use crate::search::{Piece, Query, snippet};
use crate::store::facts::json;
use crate::store::row::parse_id;
use crate::store::{Doing, StoreError};

/// How many pages of each document are looked through.
const MOST_PAGES: u32 = 40;

/// The first place in each document's text. All first pages are read with one statement, then the second pages of those that
/// have nothing on the first, and so on: most have it on the first, and a statement for each document costs more than its page.
pub(super) async fn snippets(
    connection: &mut SqliteConnection,
    words: &Query,
    rows: &[ListedRow],
) -> Result<HashMap<DocumentId, Vec<Piece>>, StoreError> {
    let mut found = HashMap::new();
    let ids = rows.iter().map(|row| row.document.id().map(|id| id.to_string()));
    // Words to leave out stand nowhere in what is found.
    let mut open = if words.ranks() { ids.collect::<Result<Vec<_>, _>>()? } else { Vec::new() };
    for number in 1..=MOST_PAGES {
        if open.is_empty() {
            break;
        }
        // Who has no such page has no further one, and drops out.
        let ids = json(&std::mem::take(&mut open));
        let mut pages =
            sqlx::query_as::<_, (String, String)>(PAGES).bind(number).bind(ids).fetch(&mut *connection);
        while let Some((id, page)) = pages.try_next().await.doing("read a text")? {
            match snippet(words, &page) {
                Some(pieces) => drop(found.insert(parse_id(&id)?, pieces)),
                None => open.push(id),
            }
        }
    }
    Ok(found)
}

const PAGES: &str = "select document_id, text from page_texts where page = ? and document_id in (select value from json_each(?))";
