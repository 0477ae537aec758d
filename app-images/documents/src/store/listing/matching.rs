//! Which documents a filter matches, in SQL: lists, counts and bulk actions all mean the same ones.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::super::{Doing, StoreError};
use crate::document::UserId;
use crate::search::{CategoryFilter, Filter};

/// How far we count.
const MOST_COUNTED: u64 = 10_000;

/// Where words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Index {
    /// Anywhere.
    All,
    /// In what a document is called: name, title, sender, number.
    Heads,
    /// Anywhere, but for those that the heads have already shown.
    Rest,
}

impl Index {
    /// The index's place of a document, by which it is read in order.
    pub(super) const fn place(self) -> &'static str {
        match self {
            Self::All | Self::Rest => "document_search.rowid",
            Self::Heads => "document_heads.rowid",
        }
    }
}

/// ` from … where …`: the owner's documents that the filter matches. With words a search index leads, in the order of its rows.
pub(in crate::store) fn push_matching(
    sql: &mut QueryBuilder<Sqlite>,
    owner: &UserId,
    filter: &Filter,
    index: Index,
) {
    // Because SQLite would read each document that it finds by its place, though all that is asked for stands in this index.
    let narrowed = if filter.trashed { "documents" } else { "documents indexed by documents_filtered" };
    let words = filter.words.as_ref();
    let (expression, table) = match index {
        Index::All | Index::Rest => (words.and_then(|words| words.expression(owner)), "document_search"),
        Index::Heads => (words.and_then(|words| words.head(owner)), "document_heads"),
    };
    sql.push(" from ");
    // What the expression itself does not leave out.
    let mut unwanted = words.and_then(|words| words.unwanted(owner));
    if let Some(expression) = expression {
        // The plus, because a bound on the index's rows would otherwise be carried over to the documents, and each match would
        // be looked for among all documents within that bound instead of in its own place.
        sql.push(format!(
            "{table} cross join {narrowed} on documents.seq = +{table}.rowid where {table} match "
        ));
        sql.push_bind(expression).push(" and ");
        unwanted = unwanted.filter(|_| index == Index::Heads);
    } else {
        sql.push(narrowed).push(" where ");
    }
    push_owned(sql, owner, filter);
    if let Some(unwanted) = unwanted {
        sql.push(" and documents.seq not in (select rowid from document_search where document_search match ");
        sql.push_bind(unwanted).push(")");
    }
    if let Some(head) = words.and_then(|words| words.head(owner)).filter(|_| index == Index::Rest) {
        sql.push(" and documents.seq not in (select rowid from document_heads where document_heads match ");
        sql.push_bind(head).push(")");
    }
    push_conditions(sql, owner, filter);
}

pub(super) fn push_owned(sql: &mut QueryBuilder<Sqlite>, owner: &UserId, filter: &Filter) {
    sql.push("documents.owner = ").push_bind(owner.as_str().to_owned());
    sql.push(if filter.trashed {
        " and documents.trashed_at is not null"
    } else {
        " and documents.trashed_at is null"
    });
}

fn push_conditions(sql: &mut QueryBuilder<Sqlite>, owner: &UserId, filter: &Filter) {
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
        sql.push(" and documents.id in (select document_id from document_tags where owner = ");
        sql.push_bind(owner.as_str().to_owned()).push(" and tag = ").push_bind(tag.clone()).push(")");
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

/// How many there are; `None` for more than [`MOST_COUNTED`].
pub(super) async fn count(
    connection: &mut SqliteConnection,
    owner: &UserId,
    filter: &Filter,
) -> Result<Option<u64>, StoreError> {
    let mut sql = QueryBuilder::<Sqlite>::new("select count(*) from (select 1");
    push_matching(&mut sql, owner, filter, Index::All);
    sql.push(" limit ").push_bind(MOST_COUNTED as i64 + 1).push(")");
    let count: i64 = sql.build_query_scalar().fetch_one(connection).await.doing("count documents")?;
    Ok(u64::try_from(count).ok().filter(|&count| count <= MOST_COUNTED))
}
