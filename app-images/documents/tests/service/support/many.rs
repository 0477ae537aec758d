//! Many documents at once, written as rows: uploading them would take the test's time for something else.

use std::path::Path;

use atoll_documents::store::Store;
use sqlx::{Connection, SqliteConnection};

/// Gives `owner` this many documents, `1.pdf` the oldest, each with the words `common text`; and runs `more` on the database.
pub(crate) async fn fill(data: &Path, owner: &str, count: i64, more: &'static str) {
    let database = data.join("documents.db");
    Store::open(&database).await.unwrap().close().await;
    let mut connection =
        SqliteConnection::connect(&format!("sqlite://{}", database.display())).await.unwrap();
    sqlx::query(
        "insert into documents (id, owner, name, sha256, bytes, uploaded_at, pages, status, seq, title_key) \
         with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ?) \
         select printf('%08x-%04x-7000-8000-000000000000', n >> 16, n & 65535), ?, n || '.pdf', randomblob(32), 5, 0, 1, \
         'ready', n << 20, n || '.pdf' from numbers",
    )
    .bind(count)
    .bind(owner)
    .execute(&mut connection)
    .await
    .unwrap();
    for sql in [
        "insert into document_search (rowid, owner, name, title, sender, number, body) \
         select seq, 'o' || lower(hex(owner)), name, '', '', '', 'common text' from documents order by seq",
        "insert into document_heads (rowid, owner, name, title, sender, number) \
         select seq, 'o' || lower(hex(owner)), name, '', '', '' from documents order by seq",
        more,
    ] {
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}
