//! Pictures of pages, for previews and thumbnails.

use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::ApiState;
use super::documents::own;
use super::path::{DocumentPath, Id, Parameters};
use crate::document::DocumentId;
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};

/// The page never changes, because a document's file never does; but it is its owner's alone.
const FOR_EVER: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
/// How wide a picture is when nobody says, in pixels.
const DEFAULT_WIDTH: u32 = 1000;
/// How wide a thumbnail is, in pixels.
const THUMBNAIL_WIDTH: u32 = 240;

/// How large.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PictureQuery {
    /// In pixels: 100 to 2000, 1000 if absent.
    width: Option<u32>,
}

/// A page of a document.
pub(super) struct PagePath {
    document: DocumentId,
    page: u32,
}

impl<S: Send + Sync> FromRequestParts<S> for PagePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Path((document, page)) = path.map_err(|_| ApiError::NoSuchDocument)?;
        let document = document.parse().map_err(|_| ApiError::NoSuchDocument)?;
        Ok(Self { document, page: page.parse().map_err(|_| ApiError::NoSuchPage)? })
    }
}

/// Draws a page of one of the caller's documents as a PNG.
#[utoipa::path(get, path = "/api/documents/{id}/pages/{n}/picture", operation_id = "page_picture",
    params(("id" = String, Path), ("n" = u32, Path, description = "The first page is 1"), PictureQuery),
    responses(
        (status = OK, description = "The picture", content_type = "image/png", body = Vec<u8>),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn picture(
    State(state): State<ApiState>,
    caller: Caller,
    PagePath { document, page }: PagePath,
    Parameters(query): Parameters<PictureQuery>,
) -> Result<Response, ApiError> {
    paint(&state, &caller, document, page, query.width.unwrap_or(DEFAULT_WIDTH)).await
}

/// Draws the first page of one of the caller's documents small.
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
    paint(&state, &caller, id, 1, THUMBNAIL_WIDTH).await
}

async fn paint(
    state: &ApiState,
    caller: &Caller,
    id: DocumentId,
    page: u32,
    width: u32,
) -> Result<Response, ApiError> {
    let document = own(state, caller, id).await?;
    let file = state.files.read(id).await?;
    let png = state.painter.paint(file, page, width, None).await?;
    let etag = format!("\"{}-{page}-{width}\"", document.sha256);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::ETAG, HeaderValue::from_str(&etag).expect("plain ASCII")),
    ];
    Ok((headers, png).into_response())
}
