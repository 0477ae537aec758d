//! Everything that the caller has, or a selection of it, as a ZIP that is written while it is sent.

use axum::body::Body as RawBody;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Body;
use super::filter::{FilterQuery, selection};
use super::{ApiState, DocumentView};
use crate::archive::{self, Contents, Names};
use crate::document::{Document, DocumentId, UserId};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::search::{Filter, Selection};

/// Which documents: `ids` (at most 10,000), or all that `filter` matches.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DownloadBody {
    /// These.
    #[serde(default)]
    ids: Option<Vec<String>>,
    /// All that the list would show.
    #[serde(default)]
    filter: Option<FilterQuery>,
    /// Sends the searchable copies of scans in place of the originals, where there are any.
    #[serde(default)]
    searchable: bool,
}

/// Sends the files of many of the caller's documents as one ZIP, under the names that they have here.
#[utoipa::path(post, path = "/api/bulk/download", operation_id = "bulk_download", request_body = DownloadBody,
    responses(
        (status = OK, description = "The files", content_type = "application/zip", body = Vec<u8>),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn download(
    State(state): State<ApiState>,
    caller: Caller,
    Body(body): Body<DownloadBody>,
) -> Result<Response, ApiError> {
    let kind = if body.searchable { Kind::Searchable } else { Kind::Original };
    let ids = state.store.selection(caller.id(), &selection(body.ids, body.filter)?).await?;
    if ids.is_empty() {
        return Err(ApiError::NoSuchDocument);
    }
    let owner = caller.id().clone();
    let zip = archive::stream(async move |contents| {
        let mut names = Names::default();
        for id in ids {
            // None, because it was deleted while the archive was written.
            let Some(document) = stored(&state, &owner, id, &contents).await else { continue };
            if !put(&state, &document, kind, names.unique(document.name.as_str()), &contents).await {
                return;
            }
        }
    });
    Ok(attachment("documents.zip", RawBody::from_stream(zip)))
}

/// One document in `documents.json`.
#[derive(Serialize)]
struct Exported {
    /// Its file within the archive.
    file: String,
    #[serde(flatten)]
    document: DocumentView,
}

/// Sends everything that the caller has: the files, and `documents.json` with what is known of each. What is in the trash is
/// there too, marked by `trashed_at`.
#[utoipa::path(get, path = "/api/export", operation_id = "export", responses(
    (status = OK, description = "Everything", content_type = "application/zip", body = Vec<u8>),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn export(State(state): State<ApiState>, caller: Caller) -> Result<Response, ApiError> {
    let mut ids = Vec::new();
    for trashed in [false, true] {
        let all = Selection::Matching(Box::new(Filter { trashed, ..Filter::default() }));
        ids.extend(state.store.selection(caller.id(), &all).await?);
    }
    let owner = caller.id().clone();
    let zip = archive::stream(async move |contents| write_all(&state, &owner, &ids, &contents).await);
    Ok(attachment("documents-export.zip", RawBody::from_stream(zip)))
}

async fn write_all(state: &ApiState, owner: &UserId, ids: &[DocumentId], contents: &Contents) {
    let file_of = |id: DocumentId| format!("files/{id}.pdf");
    for &id in ids {
        let Some(document) = stored(state, owner, id, contents).await else { continue };
        if !put(state, &document, Kind::Original, file_of(id), contents).await {
            return;
        }
    }
    if contents.begin("documents.json".into()).await.is_err() {
        return;
    }
    let mut separator = "[\n";
    for &id in ids {
        let Some(document) = stored(state, owner, id, contents).await else { continue };
        let exported = Exported { file: file_of(id), document: document.into() };
        let mut line = separator.as_bytes().to_vec();
        line.extend(serde_json::to_vec(&exported).expect("plain structures always make JSON"));
        separator = ",\n";
        if contents.bytes(line).await.is_err() {
            return;
        }
    }
    let end = if separator == "[\n" { "[]\n" } else { "\n]\n" };
    // The error only says that nobody reads.
    drop(contents.bytes(end.into()).await);
}

/// The document, unless it was deleted meanwhile; a failing database breaks the archive off.
async fn stored(state: &ApiState, owner: &UserId, id: DocumentId, contents: &Contents) -> Option<Document> {
    match state.store.document(owner, id).await {
        Ok(document) => document,
        Err(error) => {
            contents.fail(error.to_string()).await;
            None
        }
    }
}

/// Which of a document's files.
#[derive(Clone, Copy)]
enum Kind {
    /// The one that came.
    Original,
    /// Its searchable copy, if it has one.
    Searchable,
}

/// Puts a document's file into the archive; `false` if there is no use in going on.
async fn put(state: &ApiState, document: &Document, kind: Kind, name: String, contents: &Contents) -> bool {
    let files = async {
        let tail = match kind {
            Kind::Original => None,
            Kind::Searchable => state.files.tail(document.id).await?,
        };
        Ok::<_, std::io::Error>((state.files.read(document.id).await?, tail.unwrap_or_default()))
    };
    match files.await {
        Ok((file, tail)) => {
            contents.begin(name).await.is_ok()
                && contents.file(file).await.is_ok()
                && contents.bytes(tail).await.is_ok()
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            tracing::warn!(document = %document.id, "a document's file is missing from an archive");
            true
        }
        Err(error) => {
            contents.fail(error.to_string()).await;
            false
        }
    }
}

fn attachment(name: &'static str, body: RawBody) -> Response {
    let disposition =
        HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")).expect("plain ASCII");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body).into_response()
}
