//! Sends a document's file, byte for byte as it came: the whole, or the part that a viewer needs next.

mod conditions;

use std::io::SeekFrom;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use self::conditions::{Answer, answer};
use super::ApiState;
use super::path::{DocumentPath, Id};
use crate::document::Document;
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};

/// Should a browser show the file in spite of `attachment`, it may do nothing.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'");
/// How much of the file is in memory at a time, in bytes.
const PIECE_BYTES: usize = 64 * 1024;

/// Downloads the file of one of the caller's documents, or one range of its bytes. Several ranges are answered by the whole.
#[utoipa::path(get, path = "/api/documents/{id}/file", operation_id = "document_file",
    params(("id" = String, Path), ("range" = Option<String>, Header, description = "`bytes=0-65535`")),
    responses(
        (status = OK, description = "The file", content_type = "application/pdf", body = Vec<u8>),
        (status = PARTIAL_CONTENT, description = "The range", content_type = "application/pdf", body = Vec<u8>),
        (status = NOT_MODIFIED, description = "The caller has the file: `If-None-Match` names its `ETag`"),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn download(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let document = state.store.document(caller.id(), id).await?.ok_or(ApiError::NoSuchDocument)?;
    let etag = format!("\"{}\"", document.sha256);
    let (status, first, length) = match answer(&method, &headers, &etag, document.bytes) {
        Answer::Whole => (StatusCode::OK, 0, document.bytes),
        Answer::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Answer::NotModified => {
            return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, plain_header(&etag))]).into_response());
        }
        Answer::Unsatisfiable => {
            let range = [(header::CONTENT_RANGE, plain_header(&format!("bytes */{}", document.bytes)))];
            return Ok((range, ApiError::NoSuchRange { bytes: document.bytes }).into_response());
        }
    };
    let mut file = tokio::fs::File::from_std(state.files.read(id).await?);
    file.seek(SeekFrom::Start(first)).await?;
    let body = Body::from_stream(ReaderStream::with_capacity(file.take(length), PIECE_BYTES));
    let mut response = (status, described(&document, &etag, length), body).into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {first}-{}/{}", first + length - 1, document.bytes);
        response.headers_mut().insert(header::CONTENT_RANGE, plain_header(&range));
    }
    Ok(response)
}

fn described(document: &Document, etag: &str, length: u64) -> [(header::HeaderName, HeaderValue); 6] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CONTENT_DISPOSITION, plain_header(&document.name.attachment())),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::ETAG, plain_header(etag)),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ]
}

fn plain_header(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("we wrote it in visible ASCII")
}
