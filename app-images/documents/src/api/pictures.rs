//! Shows pages as pictures.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::ApiState;
use super::path::{DocumentPath, Id, Parameters};
use crate::document::{Document, DocumentId};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};

/// How wide the picture on a list's row is, in pixels.
const THUMBNAIL_WIDTH: u32 = 320;
/// A document's file never changes, so a picture of it may be kept by its owner's browser, and by nobody in between.
const KEEP: HeaderValue = HeaderValue::from_static("private, max-age=604800, immutable");

/// How large a picture is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Size {
    /// In pixels, 100 to 2000; 1000 if nothing is said.
    width: Option<u32>,
}

/// A picture of the first page of one of the caller's documents, 320 pixels wide.
#[utoipa::path(get, path = "/api/documents/{id}/thumbnail", params(("id" = String, Path)),
    operation_id = "document_thumbnail",
    responses(
        (status = OK, description = "The picture", content_type = "image/png", body = Vec<u8>),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn thumbnail(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
) -> Result<Response, ApiError> {
    let document = state.store.document(caller.id(), id).await?.ok_or(ApiError::NoSuchDocument)?;
    if let Some(kept) = state.files.thumbnail(id).await? {
        return Ok(png(kept));
    }
    let painted = paint(&state, &document, 1, THUMBNAIL_WIDTH).await?;
    state.files.keep_thumbnail(id, painted.clone()).await?;
    Ok(png(painted))
}

/// A picture of a page of one of the caller's documents.
#[utoipa::path(get, path = "/api/documents/{id}/pages/{page}/picture", operation_id = "document_page_picture",
    params(("id" = String, Path), ("page" = u32, Path, description = "The first is 1"), Size),
    responses(
        (status = OK, description = "The picture", content_type = "image/png", body = Vec<u8>),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn picture(
    State(state): State<ApiState>,
    caller: Caller,
    Path((id, page)): Path<(String, String)>,
    Parameters(size): Parameters<Size>,
) -> Result<Response, ApiError> {
    let width = size.width.unwrap_or(1000);
    let id: DocumentId = id.parse().map_err(|_| ApiError::NoSuchDocument)?;
    let document = state.store.document(caller.id(), id).await?.ok_or(ApiError::NoSuchDocument)?;
    let page: u32 = page.parse().map_err(|_| ApiError::NoSuchPage)?;
    if page == 0 || document.pages.is_some_and(|pages| page > pages) {
        return Err(ApiError::NoSuchPage);
    }
    Ok(png(paint(&state, &document, page, width).await?))
}

async fn paint(state: &ApiState, document: &Document, page: u32, width: u32) -> Result<Vec<u8>, ApiError> {
    let file = state.files.read(document.id).await?;
    Ok(state.painter.paint(file, page, width, None).await?)
}

fn png(picture: Vec<u8>) -> Response {
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static("image/png")), (header::CACHE_CONTROL, KEEP)];
    (headers, picture).into_response()
}
