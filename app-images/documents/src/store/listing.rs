//! Lists and searches: the only statements that are put together from parts. Every part is ours; values are bound.
//!
//! Each order has an index of its own that begins with the owner, and a part of a list goes on behind the key of the last
//! document (keyset), so the thousandth part costs what the first does. `docs/adr/0018-search.md` has the reasons.

mod matching;
mod order;
mod snippets;

use std::collections::HashMap;

use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

pub(super) use self::matching::{Index, push_matching};
use self::matching::{count, place, push_owned, push_places};
use self::order::{Later, Order};
use self::snippets::snippets;
use super::row::{DocumentRow, document_columns};
use super::{Doing, Store, StoreError};
use crate::document::{Document, UserId};
use crate::search::{Cursor, Filter, Key, Piece, Sort};

/// Which part of which list.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Which documents.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Behind which one.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u32,
}

/// A document in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The document.
    pub document: Document,
    /// Where its text has the words, when words were looked for and stand there.
    pub snippet: Option<Vec<Piece>>,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The documents.
    pub items: Vec<Listed>,
    /// Where to go on.
    pub next: Option<Cursor>,
    /// How many there are in all; `None` for more than 10,000, and behind the first part, which has told it.
    pub total: Option<u64>,
}

#[derive(FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    document: DocumentRow,
    text_key: Option<String>,
    whole_key: Option<i64>,
    head_key: Option<bool>,
}

impl Store {
    /// A part of the owner's list.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, owner: &UserId, request: &Request) -> Result<Part, StoreError> {
        let mut connection = self.pool.acquire().await.doing("list documents")?;
        let mut rows = if request.sort == Sort::Relevance {
            heads_first(&mut connection, owner, request).await?
        } else {
            rows(&mut connection, owner, request).await?
        };
        let more = rows.len() > request.limit as usize;
        rows.truncate(request.limit as usize);
        let next = rows.last().filter(|_| more).map(|last| cursor(request.sort, last)).transpose()?;
        let mut snippets = match &request.filter.words {
            Some(words) => snippets(&mut connection, words, &rows).await?,
            None => HashMap::new(),
        };
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let document = Document::try_from(row.document)?;
            let snippet = snippets.remove(&document.id);
            items.push(Listed { document, snippet });
        }
        let total = match (&request.after, more) {
            (Some(_), _) => None,
            (None, false) => Some(items.len() as u64),
            (None, true) => count(&mut connection, owner, &request.filter).await?,
        };
        Ok(Part { items, next, total })
    }
}

async fn rows(
    connection: &mut SqliteConnection,
    owner: &UserId,
    request: &Request,
) -> Result<Vec<ListedRow>, StoreError> {
    let mut sql = QueryBuilder::<Sqlite>::new(concat!("select ", document_columns!(), ", "));
    let (filter, mut order) = (&request.filter, Order::of(request.sort));
    sql.push(order.keys);
    if order.key.is_empty() {
        order.place = place(owner, filter, Index::All);
        push_matching(&mut sql, owner, filter, Index::All);
    } else {
        sql.push(" from documents where ");
        push_owned(&mut sql, owner, filter);
        if filter.narrows() {
            // The order's index is walked and each place looked up among the matches, so few documents are read. The plus
            // keeps the matches from leading.
            sql.push(" and +documents.seq in (");
            push_places(&mut sql, owner, filter);
            sql.push(")");
        }
        push_bounds(&mut sql, request.sort, filter);
    }
    if let Some(after) = &request.after {
        push_after(&mut sql, &order, after);
    }
    sql.push(" order by ").push(order.by()).push(" limit ").push_bind(i64::from(request.limit) + 1);
    sql.build_query_as().fetch_all(connection).await.doing("list documents")
}

/// Matches in what a document is called, newest first, then the other matches, newest first. Both halves are read in the order
/// of an index's rows and stop when the part is full; no other document, let alone another person's, has a say in the order.
async fn heads_first(
    connection: &mut SqliteConnection,
    owner: &UserId,
    request: &Request,
) -> Result<Vec<ListedRow>, StoreError> {
    let mut rows = Vec::new();
    let (mut wanted, mut after) = (i64::from(request.limit) + 1, request.after.as_ref());
    for index in [Index::Heads, Index::Rest] {
        if index == Index::Heads && after.is_some_and(|after| after.key == Key::Head(false)) {
            continue;
        }
        let mut sql = QueryBuilder::<Sqlite>::new(concat!("select ", document_columns!()));
        sql.push(", null as text_key, null as whole_key, ").push_bind(index == Index::Heads);
        sql.push(" as head_key");
        push_matching(&mut sql, owner, &request.filter, index);
        let place = place(owner, &request.filter, index);
        if let Some(after) = after.take() {
            sql.push(format!(" and {place} < ")).push_bind(after.last.order());
        }
        sql.push(format!(" order by {place} desc limit ")).push_bind(wanted);
        let half: Vec<ListedRow> =
            sql.build_query_as().fetch_all(&mut *connection).await.doing("look for documents")?;
        wanted -= half.len() as i64;
        rows.extend(half);
        if wanted == 0 {
            break;
        }
    }
    Ok(rows)
}

/// Lets an order's index begin and end where the filter does.
fn push_bounds(sql: &mut QueryBuilder<Sqlite>, sort: Sort, filter: &Filter) {
    let dates = match sort {
        Sort::Date => Some("date_up"),
        Sort::DateDown => Some("date_down"),
        Sort::Newest | Sort::Oldest | Sort::Title | Sort::Sender | Sort::Amount | Sort::Relevance => None,
    };
    for (bound, comparison) in [(filter.from, ">="), (filter.to, "<=")] {
        if let (Some(column), Some(day)) = (dates, bound) {
            sql.push(format!(" and documents.{column} {comparison} ")).push_bind(day.to_string());
        }
    }
    for (bound, comparison) in [(filter.min, ">="), (filter.max, "<=")] {
        if let (Sort::Amount, Some(amount)) = (sort, bound) {
            sql.push(format!(" and documents.amount_down {comparison} ")).push_bind(amount);
        }
    }
}

fn push_after(sql: &mut QueryBuilder<Sqlite>, order: &Order, after: &Cursor) {
    let place = after.last.order();
    let [by_key, by_place] = order.later.map(Later::comparison);
    if order.key.is_empty() {
        sql.push(format!(" and {} {by_place} ", order.place)).push_bind(place);
        return;
    }
    // The first condition lets the index begin at the key; the second decides among equal keys.
    sql.push(format!(" and {} {by_key}= ", order.key));
    push_key(sql, &after.key);
    sql.push(format!(" and ({} {by_key} ", order.key));
    push_key(sql, &after.key);
    sql.push(format!(" or {} {by_place} ", order.place)).push_bind(place).push(")");
}

fn push_key(sql: &mut QueryBuilder<Sqlite>, key: &Key) {
    match key {
        Key::Place => sql.push("null"),
        Key::Whole(whole) => sql.push_bind(*whole),
        Key::Head(head) => sql.push_bind(*head),
        Key::Text(text) => sql.push_bind(text.clone()),
    };
}

fn cursor(sort: Sort, last: &ListedRow) -> Result<Cursor, StoreError> {
    let key = match (&last.text_key, last.whole_key, last.head_key) {
        (Some(text), _, _) => Key::Text(text.clone()),
        (None, Some(whole), _) => Key::Whole(whole),
        (None, None, Some(head)) => Key::Head(head),
        (None, None, None) => Key::Place,
    };
    Ok(Cursor { sort, key, last: last.document.id()? })
}
