//! A database of a test's own: SQLite in its folder, or a schema on the PostgreSQL server that `ATOLL_TEST_POSTGRES` names.

use std::path::Path;

/// The URL of a database that nobody else uses. `folder` belongs to one test, and gives a schema on a server its name.
pub(crate) async fn of(folder: &Path) -> String {
    let Ok(server) = std::env::var("ATOLL_TEST_POSTGRES") else {
        return format!("sqlite://{}/atoll.db", folder.display());
    };
    sqlx::any::install_default_drivers();
    let folder: String = folder.display().to_string().chars().filter(char::is_ascii_alphanumeric).collect();
    // Quoted, because letters of either size tell folders apart.
    let name = format!("\"atoll_test_{folder}\"");
    let pool = sqlx::AnyPool::connect(&server).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("create schema {name}"));
    sqlx::query(create).execute(&pool).await.unwrap();
    pool.close().await;
    let mut url: url::Url = server.parse().unwrap();
    url.query_pairs_mut().append_pair("options[search_path]", &name);
    url.into()
}
