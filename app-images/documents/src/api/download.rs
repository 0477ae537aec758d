//! Sends a document's file, byte for byte as it came, or its searchable copy: the whole, or the part that a viewer needs
//! next.

mod conditions;

use std::io::{Cursor, SeekFrom};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use self::conditions::{Answer, answer};
use super::ApiState;
use super::path::{DocumentPath, Id};
use crate::document::{Document, FileName, Sha256Hasher, Status};
use crate::extraction::Searchable;
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
    send(&state, &Sent::original(document), &method, &headers).await
}

/// Downloads a file of one of the caller's documents that any PDF viewer can search, or one range of its bytes: of a scan a copy
/// of the file with the recognised words as invisible text, of any other document the file itself. The document's `searchable`
/// says which. A copy begins with all bytes of the file.
#[utoipa::path(get, path = "/api/documents/{id}/searchable", operation_id = "document_searchable",
    params(("id" = String, Path), ("range" = Option<String>, Header, description = "`bytes=0-65535`")),
    responses(
        (status = OK, description = "The file", content_type = "application/pdf", body = Vec<u8>),
        (status = PARTIAL_CONTENT, description = "The range", content_type = "application/pdf", body = Vec<u8>),
        (status = NOT_MODIFIED, description = "The caller has the file: `If-None-Match` names its `ETag`"),
        (status = CONFLICT, description = "It has no text (`no-text`), or no words can be added (`no-searchable-copy`)",
            body = Problem, content_type = "application/problem+json"),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn searchable(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): DocumentPath,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let document = state.store.document(caller.id(), id).await?.ok_or(ApiError::NoSuchDocument)?;
    if document.status != Status::Ready {
        return Err(ApiError::NoText);
    }
    let name = document.name.to_string();
    let sent = match document.searchable {
        Some(Searchable::Original) => Sent::original(document),
        Some(Searchable::Copy) => {
            let tail = state.files.tail(id).await?.ok_or(ApiError::NoSearchableCopy { name })?;
            Sent::copy(document, tail)
        }
        Some(Searchable::No) | None => return Err(ApiError::NoSearchableCopy { name }),
    };
    send(&state, &sent, &method, &headers).await
}

/// What is sent: a document's file, and what comes behind it.
struct Sent {
    document: Document,
    name: FileName,
    etag: String,
    tail: Bytes,
}

impl Sent {
    fn original(document: Document) -> Self {
        let etag = format!("\"{}\"", document.sha256);
        Self { name: document.name.clone(), etag, document, tail: Bytes::new() }
    }

    fn copy(document: Document, tail: Vec<u8>) -> Self {
        let mut hasher = Sha256Hasher::start();
        hasher.update(&tail);
        let etag = format!("\"{}-{}\"", document.sha256, hasher.finish());
        Self { name: document.name.of_searchable_copy(), etag, document, tail: tail.into() }
    }

    fn bytes(&self) -> u64 {
        self.document.bytes + self.tail.len() as u64
    }

    /// So many bytes from `first` on; both are within the whole.
    async fn part(&self, state: &ApiState, first: u64, length: u64) -> Result<Body, ApiError> {
        let original = self.document.bytes;
        let of_file = original.saturating_sub(first).min(length);
        let mut file = tokio::fs::File::from_std(state.files.read(self.document.id).await?);
        file.seek(SeekFrom::Start(first.min(original))).await?;
        let from = usize::try_from(first.saturating_sub(original)).unwrap_or(usize::MAX).min(self.tail.len());
        let tail = Cursor::new(self.tail.slice(from..)).take(length - of_file);
        let both = file.take(of_file).chain(tail);
        Ok(Body::from_stream(ReaderStream::with_capacity(both, PIECE_BYTES)))
    }
}

async fn send(
    state: &ApiState,
    sent: &Sent,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let bytes = sent.bytes();
    let (status, first, length) = match answer(method, headers, &sent.etag, bytes) {
        Answer::Whole => (StatusCode::OK, 0, bytes),
        Answer::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Answer::NotModified => {
            let etag = [(header::ETAG, plain_header(&sent.etag))];
            return Ok((StatusCode::NOT_MODIFIED, etag).into_response());
        }
        Answer::Unsatisfiable => {
            let range = [(header::CONTENT_RANGE, plain_header(&format!("bytes */{bytes}")))];
            return Ok((range, ApiError::NoSuchRange { bytes }).into_response());
        }
    };
    let body = sent.part(state, first, length).await?;
    let mut response = (status, described(sent, length), body).into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {first}-{}/{bytes}", first + length - 1);
        response.headers_mut().insert(header::CONTENT_RANGE, plain_header(&range));
    }
    Ok(response)
}

fn described(sent: &Sent, length: u64) -> [(header::HeaderName, HeaderValue); 6] {
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (header::CONTENT_DISPOSITION, plain_header(&sent.name.attachment())),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::ETAG, plain_header(&sent.etag)),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
    ]
}

fn plain_header(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).expect("we wrote it in visible ASCII")
}
