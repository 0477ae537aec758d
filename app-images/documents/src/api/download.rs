//! Sends a document's file, byte for byte as it came.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio_util::io::ReaderStream;

use super::ApiState;
use super::path::{DocumentPath, Id};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};

/// Should a browser show the file in spite of `attachment`, it may do nothing.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");
/// How much of the file is in memory at a time, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// Downloads the file of one of the caller's documents.
#[utoipa::path(get, path = "/api/documents/{id}/file", params(("id" = String, Path)), operation_id = "document_file",
    responses(
        (status = OK, description = "The file", content_type = "application/pdf", body = Vec<u8>),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn download(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
) -> Result<Response, ApiError> {
    let document = state.store.document(caller.id(), id).await?.ok_or(ApiError::NoSuchDocument)?;
    let file = tokio::fs::File::from_std(state.files.read(id).await?);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_LENGTH, HeaderValue::from(document.bytes)),
        (header::CONTENT_DISPOSITION, plain_header(&document.name.attachment())),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::ETAG, plain_header(&format!("\"{}\"", document.sha256))),
    ];
    Ok((headers, Body::from_stream(ReaderStream::with_capacity(file, PIECE_BYTES))).into_response())
}

fn plain_header(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("we wrote it in visible ASCII")
}
