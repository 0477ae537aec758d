//! Which documents a filter matches, in SQL: lists, counts and bulk actions all mean the same ones.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::super::{Doing, StoreError};
use crate::document::{CategoryId, UserId};
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

/// What is walked along in the order of upload, to look each document up from there.
enum Leader {
    /// A search index.
    Words { table: &'static str, expression: String },
    /// The index of what is in a category.
    Category(CategoryId),
    /// The index of what has a tag.
    Tag(String),
    /// An index of the documents themselves.
    Documents,
}

impl Leader {
    fn of(owner: &UserId, filter: &Filter, index: Index) -> Self {
        let words = filter.words.as_ref();
        let (expression, table) = match index {
            Index::All | Index::Rest => (words.and_then(|words| words.expression(owner)), "document_search"),
            Index::Heads => (words.and_then(|words| words.head(owner)), "document_heads"),
        };
        match (expression, filter.category, &filter.tag) {
            (Some(expression), _, _) => Self::Words { table, expression },
            (None, Some(CategoryFilter::In(category)), _) => Self::Category(category),
            (None, Some(CategoryFilter::Without) | None, Some(tag)) => Self::Tag(tag.clone()),
            (None, Some(CategoryFilter::Without) | None, None) => Self::Documents,
        }
    }

    fn place(&self) -> String {
        match self {
            Self::Words { table, .. } => format!("{table}.rowid"),
            Self::Category(_) => "document_categories.seq".into(),
            Self::Tag(_) => "document_tags.seq".into(),
            Self::Documents => "documents.seq".into(),
        }
    }
}

/// A document's place in what [`push_matching`] walks along: ordered by it, a list is read as far as it is shown.
pub(super) fn place(owner: &UserId, filter: &Filter, index: Index) -> String {
    Leader::of(owner, filter, index).place()
}

/// ` from … where …`: the owner's documents that the filter matches.
pub(in crate::store) fn push_matching(
    sql: &mut QueryBuilder<Sqlite>,
    owner: &UserId,
    filter: &Filter,
    index: Index,
) {
    let leader = Leader::of(owner, filter, index);
    let (place, narrowed) = (leader.place(), narrowed(filter, &leader));
    // The plus, because a bound on the leader's rows would otherwise be carried over to the documents, and each match would be
    // looked for among all documents within that bound instead of in its own place.
    let joined = format!("cross join {narrowed} on documents.seq = +{place}");
    match &leader {
        Leader::Words { table, expression } => {
            sql.push(format!(" from {table} {joined} where {table} match "));
            sql.push_bind(expression.clone()).push(" and ");
        }
        Leader::Category(category) => {
            sql.push(format!(" from document_categories {joined} where category_id = "));
            sql.push_bind(category.to_string()).push(" and present = 1 and ");
        }
        Leader::Tag(tag) => {
            sql.push(format!(" from document_tags {joined} where document_tags.owner = "));
            sql.push_bind(owner.as_str().to_owned()).push(" and tag = ").push_bind(tag.clone()).push(" and ");
        }
        Leader::Documents => {
            sql.push(format!(" from {narrowed} where "));
        }
    }
    push_owned(sql, owner, filter);
    push_words(sql, owner, filter, index, &leader);
    push_sets(sql, owner, filter, &leader);
    push_conditions(sql, filter);
}

/// Which index of the documents is read. It is named because SQLite would read each document that it finds by its place, though
/// all that is asked for stands in these indexes.
fn narrowed(filter: &Filter, leader: &Leader) -> &'static str {
    match (filter.trashed, filter.document_type, leader) {
        (true, _, _) => "documents",
        (false, Some(_), Leader::Documents) => "documents indexed by documents_by_type",
        (false, _, _) => "documents indexed by documents_filtered",
    }
}

pub(super) fn push_owned(sql: &mut QueryBuilder<Sqlite>, owner: &UserId, filter: &Filter) {
    sql.push("documents.owner = ").push_bind(owner.as_str().to_owned());
    sql.push(if filter.trashed {
        " and documents.trashed_at is not null"
    } else {
        " and documents.trashed_at is null"
    });
}

/// What a search index leaves out that does not lead.
fn push_words(
    sql: &mut QueryBuilder<Sqlite>,
    owner: &UserId,
    filter: &Filter,
    index: Index,
    leader: &Leader,
) {
    let Some(words) = &filter.words else { return };
    // An expression of all words leaves out the unwanted ones itself.
    let itself = matches!(leader, Leader::Words { .. }) && index != Index::Heads;
    let unwanted = words.unwanted(owner).filter(|_| !itself);
    let shown = words.head(owner).filter(|_| index == Index::Rest);
    for (table, expression) in [("document_search", unwanted), ("document_heads", shown)] {
        if let Some(expression) = expression {
            let place = leader.place();
            sql.push(format!(" and +{place} not in (select rowid from {table} where {table} match "));
            sql.push_bind(expression).push(")");
        }
    }
}

/// A category, a tag and a type that do not lead leave out most matches: they are asked of the places, before the documents are
/// looked up.
fn push_sets(sql: &mut QueryBuilder<Sqlite>, owner: &UserId, filter: &Filter, leader: &Leader) {
    let place = leader.place();
    if let (Some(CategoryFilter::In(category)), Leader::Words { .. }) = (filter.category, leader) {
        sql.push(format!(" and +{place} in (select seq from document_categories where category_id = "));
        sql.push_bind(category.to_string()).push(" and present = 1)");
    }
    if let (Some(tag), Leader::Words { .. } | Leader::Category(_)) = (&filter.tag, leader) {
        sql.push(format!(" and +{place} in (select seq from document_tags where owner = "));
        sql.push_bind(owner.as_str().to_owned()).push(" and tag = ").push_bind(tag.clone()).push(")");
    }
    if let (Some(kind), Leader::Words { .. }, false) = (filter.document_type, leader, filter.trashed) {
        sql.push(format!(
            " and +{place} in (select seq from documents indexed by documents_by_type where owner = "
        ));
        sql.push_bind(owner.as_str().to_owned()).push(" and document_type = ").push_bind(kind.code());
        sql.push(" and trashed_at is null)");
    }
}

fn push_conditions(sql: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    if let Some(stage) = filter.stage {
        sql.push(" and documents.status = ").push_bind(stage.code());
    }
    if let Some(kind) = filter.document_type {
        sql.push(" and documents.document_type = ").push_bind(kind.code());
    }
    if filter.category == Some(CategoryFilter::Without) {
        sql.push(" and not exists (select 1 from document_categories ");
        sql.push("where document_id = documents.id and present = 1)");
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

/// `select …`: the places of the documents that the filter matches, for a statement that itself names the owner and the trash.
pub(super) fn push_places(sql: &mut QueryBuilder<Sqlite>, owner: &UserId, filter: &Filter) {
    let nothing_else = !Filter { words: None, ..filter.clone() }.narrows();
    match Leader::of(owner, filter, Index::All) {
        Leader::Words { table, expression } if nothing_else => {
            sql.push(format!("select rowid from {table} where {table} match ")).push_bind(expression);
        }
        Leader::Words { .. } | Leader::Category(_) | Leader::Tag(_) | Leader::Documents => {
            sql.push("select documents.seq");
            push_matching(sql, owner, filter, Index::All);
        }
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
