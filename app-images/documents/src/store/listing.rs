//! Lists and searches: the only statements that are put together from parts. Every part is ours; values are bound.
//!
//! Each order has an index of its own that begins with the owner, and a part of a list goes on behind the key of the last
//! document (keyset), so the thousandth part costs what the first does. `docs/adr/0018-search.md` has the reasons.

mod order;

use futures_util::TryStreamExt;
use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection};

use self::order::{Later, Order};
use super::row::{DocumentRow, document_columns};
use super::{Doing, Store, StoreError};
use crate::document::{Document, DocumentId, UserId};
use crate::search::{CategoryFilter, Cursor, Filter, Key, Piece, Query, Sort, snippet};

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
    /// How many there are in all; `None` for more than 10,000.
    pub total: Option<u64>,
}

/// How far we count.
pub(super) const MOST_COUNTED: u64 = 10_000;
/// How many matches are ranked, the newest: ranking reads the whole index row of each.
const MOST_RANKED: u32 = 2_000;
/// How many pages of each document are looked through for a snippet.
const PAGES_FOR_SNIPPET: u32 = 40;
/// How much a match counts in the index's columns: owner, name, title, sender, body.
const RANK: &str = "bm25(document_search, 0.0, 5.0, 10.0, 5.0, 1.0)";

#[derive(FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    document: DocumentRow,
    text_key: Option<String>,
    whole_key: Option<i64>,
    rank_key: Option<f64>,
}

impl Store {
    /// A part of the owner's list.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, owner: &UserId, request: &Request) -> Result<Part, StoreError> {
        let mut connection = self.pool.acquire().await.doing("list documents")?;
        let mut rows = rows(&mut connection, owner, request).await?;
        let more = rows.len() > request.limit as usize;
        rows.truncate(request.limit as usize);
        let next = rows.last().filter(|_| more).map(|last| cursor(request.sort, last)).transpose()?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let document = Document::try_from(row.document)?;
            let snippet = match &request.filter.words {
                Some(words) => find_snippet(&mut connection, words, document.id).await?,
                None => None,
            };
            items.push(Listed { document, snippet });
        }
        let total = count(&mut connection, owner, &request.filter).await?;
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
    if request.sort == Sort::Relevance {
        sql.push(" from (select documents.seq as place, ").push(RANK).push(" as score");
        push_matching(&mut sql, owner, filter);
        sql.push(" order by document_search.rowid desc limit ").push_bind(MOST_RANKED);
        sql.push(") as ranked join documents on documents.seq = ranked.place where true");
    } else if order.key.is_empty() {
        if expression(owner, filter).is_some() {
            // Because the search index is read in the order of its rows when these are what is ordered by, and stops early.
            order.place = "document_search.rowid";
        }
        push_matching(&mut sql, owner, filter);
    } else {
        sql.push(" from documents where ");
        push_owned(&mut sql, owner, filter);
        if filter.narrows() {
            // The order's index is walked and each place looked up among the matches, so few documents are read. The plus
            // keeps the matches from leading.
            sql.push(" and +documents.seq in (select documents.seq");
            push_matching(&mut sql, owner, filter);
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
        Key::Rank(rank) => sql.push_bind(*rank),
        Key::Text(text) => sql.push_bind(text.clone()),
    };
}

fn cursor(sort: Sort, last: &ListedRow) -> Result<Cursor, StoreError> {
    let key = match (&last.text_key, last.whole_key, last.rank_key) {
        (Some(text), _, _) => Key::Text(text.clone()),
        (None, Some(whole), _) => Key::Whole(whole),
        (None, None, Some(rank)) => Key::Rank(rank),
        (None, None, None) => Key::Place,
    };
    Ok(Cursor { sort, key, last: last.document.id()? })
}

fn expression(owner: &UserId, filter: &Filter) -> Option<String> {
    filter.words.as_ref().and_then(|words| words.expression(owner))
}

/// ` from … where …`: the owner's documents that the filter matches. With words the search index leads, in the order of its rows.
pub(super) fn push_matching(sql: &mut QueryBuilder<Sqlite>, owner: &UserId, filter: &Filter) {
    // Because SQLite would read each document that it finds by its place, though all that is asked for stands in this index.
    let narrowed = if filter.trashed { "documents" } else { "documents indexed by documents_filtered" };
    match expression(owner, filter) {
        Some(expression) => {
            sql.push(" from document_search cross join ").push(narrowed);
            sql.push(" on documents.seq = document_search.rowid where document_search match ");
            sql.push_bind(expression).push(" and ");
        }
        None => {
            sql.push(" from ").push(narrowed).push(" where ");
        }
    }
    push_owned(sql, owner, filter);
    if let Some(excluded) = filter.words.as_ref().and_then(|words| words.excluded(owner)) {
        sql.push(" and documents.seq not in (select rowid from document_search where document_search match ");
        sql.push_bind(excluded).push(")");
    }
    push_conditions(sql, filter);
}

fn push_owned(sql: &mut QueryBuilder<Sqlite>, owner: &UserId, filter: &Filter) {
    sql.push("documents.owner = ").push_bind(owner.as_str().to_owned());
    sql.push(if filter.trashed {
        " and documents.trashed_at is not null"
    } else {
        " and documents.trashed_at is null"
    });
}

fn push_conditions(sql: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    if let Some(stage) = filter.stage {
        sql.push(" and documents.status = ").push_bind(stage.code());
    }
    if let Some(kind) = filter.document_type {
        sql.push(" and documents.document_type = ").push_bind(kind.code());
    }
    match filter.category {
        Some(CategoryFilter::In(category)) => {
            sql.push(
                " and documents.id in (select document_id from document_categories where category_id = ",
            );
            sql.push_bind(category.to_string()).push(" and present = 1)");
        }
        Some(CategoryFilter::Without) => {
            sql.push(" and not exists (select 1 from document_categories ");
            sql.push("where document_id = documents.id and present = 1)");
        }
        None => {}
    }
    if let Some(tag) = &filter.tag {
        sql.push(" and documents.id in (select document_id from document_tags where tag = ");
        sql.push_bind(tag.clone()).push(")");
    }
    if let Some(from) = filter.from {
        sql.push(" and documents.doc_date >= ").push_bind(from.to_string());
    }
    if let Some(to) = filter.to {
        sql.push(" and documents.doc_date <= ").push_bind(to.to_string());
    }
    if let Some(sender) = &filter.sender {
        sql.push(" and instr(documents.sender_key, ").push_bind(sender.clone()).push(") > 0");
    }
    if let Some(min) = filter.min {
        sql.push(" and documents.amount >= ").push_bind(min);
    }
    if let Some(max) = filter.max {
        sql.push(" and documents.amount <= ").push_bind(max);
    }
}

async fn count(
    connection: &mut SqliteConnection,
    owner: &UserId,
    filter: &Filter,
) -> Result<Option<u64>, StoreError> {
    let mut sql = QueryBuilder::<Sqlite>::new("select count(*) from (select 1");
    push_matching(&mut sql, owner, filter);
    sql.push(" limit ").push_bind(MOST_COUNTED as i64 + 1).push(")");
    let count: i64 = sql.build_query_scalar().fetch_one(connection).await.doing("count documents")?;
    Ok(u64::try_from(count).ok().filter(|&count| count <= MOST_COUNTED))
}

async fn find_snippet(
    connection: &mut SqliteConnection,
    words: &Query,
    id: DocumentId,
) -> Result<Option<Vec<Piece>>, StoreError> {
    let mut pages =
        sqlx::query_scalar("select text from page_texts where document_id = ? order by page limit ?")
            .bind(id.to_string())
            .bind(PAGES_FOR_SNIPPET)
            .fetch(connection);
    while let Some(page) = pages.try_next().await.doing("read a text")? {
        let page: String = page;
        if let Some(pieces) = snippet(words, &page) {
            return Ok(Some(pieces));
        }
    }
    Ok(None)
}
