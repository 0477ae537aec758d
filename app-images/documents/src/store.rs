//! The database: one SQLite file in the data folder. All SQL of the service is in this module.

mod ai;
mod bulk;
mod categories;
mod category_rules;
mod documents;
mod edits;
mod facets;
mod facts;
mod history;
mod listing;
mod queue;
mod row;
mod texts;
mod uploads;
mod views;
mod webhooks;

pub use ai::Question;
pub use bulk::{Action, Changed};
pub use categories::{CategoryChange, Saved};
pub use documents::{Inserted, NewDocument, Twin};
pub use edits::{Edited, Patch};
pub use facets::{Facets, SenderCount};
pub use listing::{Listed, Part, Request};
pub use queue::{Claim, Found};
pub use uploads::Upload;
pub use views::SavedView;

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqliteConnection, SqlitePool, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Access to the database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
    turn: Arc<Mutex<()>>,
}

/// A transaction that writes, and its turn.
struct Writing {
    transaction: Transaction<'static, Sqlite>,
    _turn: OwnedMutexGuard<()>,
}

impl Writing {
    async fn commit(self) -> Result<(), sqlx::Error> {
        self.transaction.commit().await
    }
}

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

/// The database did not do what we asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or created.
    #[error("could not open the database `{path}`")]
    Open {
        /// Where it should be.
        path: String,
        /// Why not.
        #[source]
        source: sqlx::Error,
    },
    /// The schema cannot be brought up to date.
    #[error("could not bring the database up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A statement failed.
    #[error("could not {doing}")]
    Query {
        /// What we were doing.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: sqlx::Error,
    },
    /// A row holds what this program never writes.
    #[error("the database holds a document that cannot be understood: its {column}")]
    Unexpected {
        /// The column.
        column: &'static str,
    },
}

/// How long a writer waits for another.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// SQLite has one writer; the others read the text of long documents meanwhile.
const CONNECTIONS: u32 = 4;

/// How much of the database is read where the system keeps it instead of being copied, in bytes.
const MAPPED_BYTES: &str = "2147418112";

impl Store {
    /// Opens the database file, creating it and bringing its schema up to date where needed.
    ///
    /// # Errors
    /// When the file or the schema cannot be used.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Because an upload that was answered with 201 must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", "-1024")
            // Because a search touches thousands of pages of the file, which the system keeps for us and takes back at need.
            .pragma("mmap_size", MAPPED_BYTES);
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .connect_with(options)
            .await
            .map_err(|source| StoreError::Open { path: path.display().to_string(), source })?;
        sqlx::migrate!().run(&pool).await.map_err(StoreError::Migrate)?;
        Ok(Self { pool, turn: Arc::default() })
    }

    /// Begins a transaction that writes. `immediate`, because one that reads first and writes later fails at once when
    /// another wrote in between, instead of waiting for its turn. Turns are given in the order in which they were asked for:
    /// SQLite gives none, and whoever writes much would always be there first.
    async fn write(&self) -> Result<Writing, StoreError> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let transaction = self.pool.begin_with("begin immediate").await.doing("begin to write")?;
        Ok(Writing { transaction, _turn: turn })
    }

    /// Closes every connection, writing the log back into the database file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Names what a statement was for when it fails.
trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError>;
}

impl<T> Doing<T> for Result<T, sqlx::Error> {
    fn doing(self, doing: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Query { doing, source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_opens_twice_with_the_same_schema() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("documents.db");
        Store::open(&path).await.unwrap().close().await;
        Store::open(&path).await.unwrap().close().await;
    }

    #[tokio::test]
    async fn documents_of_the_first_version_are_found_sorted_and_read_again() {
        let pool = SqlitePool::connect("sqlite::memory:").await.unwrap();
        let run = async |sql: &'static str| sqlx::raw_sql(sql).execute(&pool).await.unwrap();
        run(include_str!("../migrations/0001_documents.sql")).await;
        run("insert into documents (id, owner, name, sha256, bytes, uploaded_at, pages, status) values \
             ('01a20863-cb1c-73e4-b270-426bded9390f', 'anna', 'A.pdf', zeroblob(32), 5, 0, 1, 'ready'); \
             insert into page_texts values ('01a20863-cb1c-73e4-b270-426bded9390f', 1, 'Größe')")
        .await;
        run(include_str!("../migrations/0002_library.sql")).await;
        run(include_str!("../migrations/0003_webhook_results.sql")).await;
        run(include_str!("../migrations/0004_filters.sql")).await;
        let title = r#"update documents set found = '{"title": {"value": "Found"}, "number": {"value": "KN-42"}}',
             edits = '{"facts": {"title": {"value": "Typed"}}}'"#;
        run(title).await;
        run("insert into document_tags (document_id, tag) select id, 'steuer' from documents").await;
        run("insert into categories (id, owner, name, name_key, colour) values ('c', 'anna', 'C', 'c', '#000000'); \
             insert into document_categories (document_id, category_id) select id, 'c' from documents")
        .await;
        for migration in [
            include_str!("../migrations/0005_heads.sql"),
            include_str!("../migrations/0006_searchable.sql"),
            include_str!("../migrations/0007_leaders.sql"),
        ] {
            run(migration).await;
        }
        let (seq, status): (i64, String) =
            sqlx::query_as("select seq, status from documents").fetch_one(&pool).await.unwrap();
        let id: crate::document::DocumentId = "01a20863-cb1c-73e4-b270-426bded9390f".parse().unwrap();
        assert_eq!((seq, status.as_str()), (id.order(), "queued"));
        let anna = crate::document::UserId::parse("anna").unwrap();
        let query = crate::search::Query::parse("grosse größ").unwrap().unwrap();
        let find = async |expression: String| {
            let found: Vec<i64> =
                sqlx::query_scalar("select rowid from document_search where document_search match ?")
                    .bind(expression)
                    .fetch_all(&pool)
                    .await
                    .unwrap();
            found
        };
        assert_eq!(find(query.expression(&anna).unwrap()).await, Vec::<i64>::new());
        let query = crate::search::Query::parse("größ").unwrap().unwrap();
        assert_eq!(find(query.expression(&anna).unwrap()).await, [seq]);
        let tagged: (String, i64) =
            sqlx::query_as("select owner, seq from document_tags").fetch_one(&pool).await.unwrap();
        assert_eq!(tagged, ("anna".into(), seq));
        let placed: i64 =
            sqlx::query_scalar("select seq from document_categories").fetch_one(&pool).await.unwrap();
        assert_eq!(placed, seq);
        let head = crate::search::Query::parse("typed kn-42").unwrap().unwrap();
        assert_eq!(find(head.expression(&anna).unwrap()).await, [seq]);
        let heads: Vec<i64> =
            sqlx::query_scalar("select rowid from document_heads where document_heads match ?")
                .bind(head.head(&anna).unwrap())
                .fetch_all(&pool)
                .await
                .unwrap();
        assert_eq!(heads, [seq]);
        run("delete from documents").await;
        assert_eq!(find(query.expression(&anna).unwrap()).await, Vec::<i64>::new());
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_opened_is_named() {
        let error = Store::open(Path::new("/proc/nowhere/documents.db")).await.unwrap_err();
        assert_eq!(error.to_string(), "could not open the database `/proc/nowhere/documents.db`");
    }
}
