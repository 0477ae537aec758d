//! The database: SQLite by default, PostgreSQL by URL, the same SQL for both.
//!
//! One file per table, one function per statement. Reads are methods of [`Store`], changes are methods of [`Change`]:
//! a change is committed together with the audit row that says who made it, or not at all.

use std::{str::FromStr, time::Duration};

use sqlx::{
    Any, AnyConnection, AnyPool, Connection as _, Transaction,
    any::{AnyArguments, AnyConnectOptions, AnyPoolOptions, AnyQueryResult, install_default_drivers},
    query::Query,
};
use tracing::info;

pub mod access_tokens;
pub mod audit;
pub mod handoffs;
pub mod installation_secrets;
pub mod installations;
pub mod operations;
pub mod permissions;
pub mod sessions;
pub mod setup_codes;
pub mod users;

/// How many connections are kept. Because SQLite has one writer anyway and each connection costs a thread and a
/// cache, and because a control plane asks its database little: sessions and grants are answered from memory.
const MOST_CONNECTIONS: u32 = 4;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// The open database. Clones share one pool.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    backend: Backend,
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A file of our own.
    Sqlite,
    /// A server.
    Postgres,
}

/// A change in the making: rolled back when dropped.
#[derive(Debug)]
#[must_use = "a change that is not committed is rolled back"]
pub struct Change {
    transaction: Transaction<'static, Any>,
    backend: Backend,
}

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL is of no kind that we speak.
    #[error("the database URL must begin with sqlite:// or postgres://")]
    Scheme,
    /// It could not be opened.
    #[error("could not open the database `{url}`")]
    Open {
        /// The URL without its password.
        url: String,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// Its schema could not be brought up to date.
    #[error("could not migrate the database")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A statement failed.
    #[error("could not {doing}")]
    Statement {
        /// What we were doing.
        doing: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// A row holds what no version of ours has written.
    #[error("`{value}` in the database is not a valid {what}")]
    Unreadable {
        /// What it should have been.
        what: &'static str,
        /// What stood there.
        value: String,
    },
}

impl Store {
    /// Opens the database, making it first if it is an SQLite file, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Scheme`], [`StoreError::Open`] or [`StoreError::Migrate`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        install_default_drivers();
        let backend = Backend::of(url)?;
        let failed = |source| StoreError::Open { url: without_password(url), source };
        let options = AnyConnectOptions::from_str(&backend.full_url(url)).map_err(failed)?;
        let pool = AnyPoolOptions::new()
            .max_connections(MOST_CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(move |connection, _| Box::pin(backend.prepare(connection)))
            .connect_with(options)
            .await
            .map_err(failed)?;
        MIGRATIONS.run(&pool).await?;
        info!(backend = ?backend, "opened the database");
        Ok(Self { pool, backend })
    }

    /// The connections, for the statements in this folder.
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Starts a change. SQLite takes its write lock at once, so that a change which reads first cannot find itself
    /// overtaken when it writes.
    ///
    /// # Errors
    /// When the database is gone or stays locked.
    pub async fn begin(&self) -> Result<Change, StoreError> {
        let begin = match self.backend {
            Backend::Sqlite => "begin immediate",
            Backend::Postgres => "begin",
        };
        let transaction = self.pool.begin_with(begin).await.map_err(while_doing("begin a change"))?;
        Ok(Change { transaction, backend: self.backend })
    }

    /// Asks the database for an answer.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.pool).await.map_err(while_doing("reach the database"))?;
        Ok(())
    }

    /// Closes all connections, waiting for those in use.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Change {
    /// The connection, for the statements in this folder.
    pub fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }

    /// Carries out a statement that a constraint may refuse, which leaves the change as it was before.
    ///
    /// Because after a refusal PostgreSQL answers nothing more in a transaction but its end, it is only refused back to a
    /// savepoint.
    async fn attempt(&mut self, statement: Query<'_, Any, AnyArguments>) -> sqlx::Result<AnyQueryResult> {
        let mut savepoint = self.transaction.begin().await?;
        let done = statement.execute(&mut *savepoint).await;
        match done {
            Ok(_) => savepoint.commit().await?,
            Err(_) => savepoint.rollback().await?,
        }
        done
    }

    /// Makes it last, together with the row of the audit trail that tells of it.
    ///
    /// # Errors
    /// When the database refuses; then nothing has changed.
    pub async fn commit(mut self, entry: crate::audit::Entry) -> Result<(), StoreError> {
        self.append_audit_event(entry).await?;
        self.commit_unaudited().await
    }

    /// Makes it last without a word in the audit trail: for what no person did and nobody will ask about.
    ///
    /// # Errors
    /// When the database refuses; then nothing has changed.
    pub async fn commit_unaudited(self) -> Result<(), StoreError> {
        self.transaction.commit().await.map_err(while_doing("commit a change"))
    }
}

impl Backend {
    fn of(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => Ok(Self::Postgres),
            Some(_) | None => Err(StoreError::Scheme),
        }
    }

    fn full_url(self, url: &str) -> String {
        match self {
            Self::Sqlite if !url.contains('?') => format!("{url}?mode=rwc"),
            Self::Sqlite | Self::Postgres => url.to_owned(),
        }
    }

    async fn prepare(self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        let statements: &[&'static str] = match self {
            // `synchronous = full` because an acknowledged log-out or revocation must survive a power cut.
            Self::Sqlite => &[
                "pragma busy_timeout = 5000",
                "pragma journal_mode = wal",
                "pragma synchronous = full",
                "pragma foreign_keys = on",
                "pragma cache_size = -512",
            ],
            Self::Postgres => &["set time zone 'UTC'"],
        };
        for statement in statements {
            sqlx::query(*statement).execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// Names what a failed statement was for.
pub fn while_doing(doing: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |source| StoreError::Statement { doing, source }
}

/// Reads a value that we once wrote as text.
///
/// # Errors
/// [`StoreError::Unreadable`] when it is none of ours.
pub fn read<T: FromStr>(what: &'static str, value: String) -> Result<T, StoreError> {
    value.parse().map_err(|_| StoreError::Unreadable { what, value })
}

fn without_password(url: &str) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else { return url.to_owned() };
    if parsed.password().is_some() && parsed.set_password(Some("…")).is_err() {
        return parsed.scheme().to_owned();
    }
    parsed.to_string()
}

#[cfg(test)]
#[path = "../tests/support/database.rs"]
mod database;

#[cfg(test)]
mod tests {
    use atoll_sandbox::{allowlist::RoleId, names::AppId};
    use jiff::Timestamp;

    use super::*;
    use crate::{
        identity::{
            PasswordHash, Person, PlatformRole,
            session::{Audience, SessionRow},
        },
        ids::{SessionId, UserId},
        store::{
            handoffs::Handoff,
            permissions::Grant,
            users::{NewUser, Written},
        },
    };

    impl Store {
        /// One that nobody else uses, and the folder that it lives as long as.
        pub(super) async fn of_a_test() -> (Self, tempfile::TempDir) {
            let dir = tempfile::tempdir().unwrap();
            (Self::open(&database::of(dir.path()).await).await.unwrap(), dir)
        }
    }

    #[tokio::test]
    async fn a_database_is_made_once_and_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let url = database::of(dir.path()).await;
        Store::open(&url).await.unwrap().close().await;
        Store::open(&url).await.unwrap().ping().await.unwrap();
    }

    fn person(number: u128, email: &str) -> NewUser {
        let (id, name) = (UserId(uuid::Uuid::from_u128(number)), "Ada".to_owned());
        let (email, role) = (email.parse().unwrap(), PlatformRole::Member);
        let person = Person { id, name, email, role, disabled: false };
        NewUser {
            person,
            password: PasswordHash::from_stored(String::new()),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn a_change_goes_on_after_each_thing_that_a_constraint_refused() {
        let (store, _dir) = Store::of_a_test().await;
        let (ada, bob) = (person(1, "ada@example.com"), person(2, "bob@example.com"));
        let nobody = SessionId(uuid::Uuid::from_u128(9));
        let (app, expires_at): (AppId, _) = ("notes".parse().unwrap(), Timestamp::MAX);
        let mut change = store.begin().await.unwrap();
        assert_eq!(change.insert_user(&ada).await.unwrap(), Written::Done);
        assert_eq!(change.insert_user(&person(3, "ADA@example.com")).await.unwrap(), Written::EmailTaken);
        assert_eq!(change.insert_user(&bob).await.unwrap(), Written::Done);
        let renamed = Person { email: ada.person.email.clone(), ..bob.person.clone() };
        assert_eq!(change.update_profile(&renamed).await.unwrap(), Written::EmailTaken);
        let grant = Grant {
            user: UserId(nobody.0),
            app: app.clone(),
            role: RoleId("user".to_owned()),
            granted_at: Timestamp::UNIX_EPOCH,
        };
        assert!(!change.upsert_grant(&grant).await.unwrap());
        let session = SessionRow {
            id: SessionId(uuid::Uuid::from_u128(4)),
            user: ada.person.id,
            audience: Audience::Console,
            parent: Some(nobody),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at,
        };
        assert!(!change.insert_session(&session).await.unwrap());
        let handoff = Handoff {
            code_hash: "x".to_owned(),
            user: ada.person.id,
            session: nobody,
            app,
            state: String::new(),
            target: "/".to_owned(),
            expires_at,
        };
        assert!(!change.insert_handoff(&handoff).await.unwrap());
        change.commit_unaudited().await.unwrap();
        let there: Vec<Person> = store.users().await.unwrap().into_iter().map(|user| user.person).collect();
        assert_eq!(there, [ada.person, bob.person]);
    }

    #[tokio::test]
    async fn a_database_that_cannot_be_opened_is_named_without_its_password() {
        let missing = Store::open("sqlite:///nonexistent/folder/atoll.db").await.unwrap_err();
        assert!(missing.to_string().contains("/nonexistent/folder/atoll.db"), "{missing}");
        assert!(!without_password("postgres://me:hunter2@db/atoll").contains("hunter2"));
        assert!(matches!(Store::open("mysql://x").await, Err(StoreError::Scheme)));
    }
}
