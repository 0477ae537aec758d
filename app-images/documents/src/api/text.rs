//! Shows the text of a document.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use super::path::{DocumentPath, Id};
use crate::document::Status;
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};

/// The text of a document, page by page.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentText {
    /// In order; a page without text is an empty string.
    pages: Vec<String>,
}

/// Shows the text of one of the caller's documents; as plain text, pages parted by form feeds, for
/// `Accept: text/plain`.
#[utoipa::path(get, path = "/api/documents/{id}/text", params(("id" = String, Path)), operation_id = "document_text",
    responses(
        (status = OK, description = "The text", body = DocumentText),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn text(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let document = state.store.document(caller.id(), id).await?.ok_or(ApiError::NoSuchDocument)?;
    match document.status {
        Status::Ready => {}
        Status::Queued | Status::Extracting | Status::Failed(_) => return Err(ApiError::NoText),
    }
    let pages = state.store.page_texts(caller.id(), id).await?;
    if wants_plain_text(&headers) {
        Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], pages.join("\n\u{c}")).into_response())
    } else {
        Ok(Json(DocumentText { pages }).into_response())
    }
}

fn wants_plain_text(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.trim_start().starts_with("text/plain"))
}
