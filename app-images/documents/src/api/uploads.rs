//! Uploads in pieces, for large files and bad connections: begin, send from where it broke off, done with the last byte.
//!
//! The offset that we tell is what is on the disk for sure. A piece that breaks off counts as far as it came; after a
//! `kill -9` the client goes on from the last piece that was written down.

mod busy;
pub(super) mod resume;

pub use busy::Busy;

use std::time::Duration;

use axum::Json;
use axum::body::Body as RawBody;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt;
use utoipa::ToSchema;

use super::ApiState;
use super::body::Body;
use super::path::Id;
use super::upload::{Checks, Uploaded, store};
use crate::document::{FileName, Sha256, UploadId};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::store::{Store, Upload};

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// An upload that nobody goes on with is forgotten after this long.
const LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// How often a long piece is written down, in bytes.
const CHECKPOINT_BYTES: u64 = 8 << 20;
/// How much of the file is read at a time to check it, in bytes.
const PIECE_BYTES: usize = 256 * 1024;

/// A file that is about to come in pieces.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewUpload {
    /// The file's name.
    name: String,
    /// How many bytes it has.
    bytes: u64,
    /// SHA-256 of its bytes, in hexadecimal; checked at the end.
    #[serde(default)]
    sha256: Option<String>,
}

/// How far an upload is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UploadView {
    /// Its id.
    id: String,
    /// Where the next piece begins, in bytes.
    offset: u64,
    /// How many bytes the file has.
    bytes: u64,
}

impl From<Upload> for UploadView {
    fn from(upload: Upload) -> Self {
        Self { id: upload.id.to_string(), offset: upload.received, bytes: upload.bytes }
    }
}

/// Begins an upload in pieces. It is forgotten 24 hours after its last piece.
#[utoipa::path(post, path = "/api/uploads", operation_id = "begin_upload", request_body = NewUpload, responses(
    (status = CREATED, description = "Send the pieces to `Location`", body = UploadView),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn begin(
    State(state): State<ApiState>,
    caller: Caller,
    Body(new): Body<NewUpload>,
) -> Result<Response, ApiError> {
    let name = FileName::clean(&new.name);
    if new.bytes > state.max_file_bytes() {
        return Err(ApiError::TooLarge { name: name.to_string(), limit: state.max_file_bytes() });
    }
    if new.bytes == 0 {
        return Err(ApiError::Empty { name: name.to_string() });
    }
    let sha256 = new.sha256.map(|text| {
        Sha256::parse(&text).ok_or_else(|| ApiError::Body("`sha256` must be 64 hexadecimal digits".into()))
    });
    let upload = Upload {
        id: UploadId::generate(),
        owner: caller.id().clone(),
        name,
        bytes: new.bytes,
        sha256: sha256.transpose()?,
        received: 0,
    };
    if !state.store.insert_upload(&upload, Timestamp::now() + LIFE).await? {
        return Err(ApiError::TooMany { what: "uploads", most: Store::MOST_UPLOADS as usize });
    }
    let location = HeaderValue::from_str(&format!("/api/uploads/{}", upload.id)).expect("plain ASCII");
    let headers = [(header::LOCATION, location), (OFFSET, HeaderValue::from(0))];
    Ok((StatusCode::CREATED, headers, Json(UploadView::from(upload))).into_response())
}

/// Tells how far one of the caller's uploads is. `HEAD` tells it in the header `Upload-Offset` alone.
#[utoipa::path(get, path = "/api/uploads/{id}", params(("id" = String, Path)), operation_id = "show_upload",
    responses(
        (status = OK, description = "How far it is", body = UploadView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, ApiError> {
    let upload = state.store.upload(caller.id(), id).await?.ok_or(ApiError::NoSuchUpload)?;
    let headers = [
        (OFFSET, HeaderValue::from(upload.received)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Json(UploadView::from(upload))).into_response())
}

/// Takes the next piece of one of the caller's uploads: raw bytes, with the header `Upload-Offset` saying where they begin.
/// With the last byte the document is made: 201, as for an upload in one form.
#[utoipa::path(patch, path = "/api/uploads/{id}", operation_id = "send_piece",
    params(("id" = String, Path), ("Upload-Offset" = u64, Header, description = "Where the piece begins, in bytes")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = NO_CONTENT, description = "It arrived; `Upload-Offset` says where to go on"),
        (status = CREATED, description = "The document is stored", body = Uploaded),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn send(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<UploadId>,
    headers: HeaderMap,
    piece: RawBody,
) -> Result<Response, ApiError> {
    let alone = state.busy.enter(caller.id(), id).ok_or(ApiError::UploadBusy)?;
    let upload = state.store.upload(caller.id(), id).await?.ok_or(ApiError::NoSuchUpload)?;
    let offset = headers.get(OFFSET).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if offset != Some(upload.received) {
        return Err(ApiError::Offset { offset: upload.received });
    }
    // A task of its own, because a request ends with its connection, and what came until then is to be written down.
    let work = tokio::spawn(async move {
        let _alone = alone;
        take_piece(&state, upload, piece).await
    });
    work.await.map_err(std::io::Error::other)?
}

async fn take_piece(state: &ApiState, mut upload: Upload, piece: RawBody) -> Result<Response, ApiError> {
    receive(state, &mut upload, piece).await?;
    if upload.received < upload.bytes {
        return Ok((StatusCode::NO_CONTENT, [(OFFSET, HeaderValue::from(upload.received))]).into_response());
    }
    let done = finish(state, &upload).await;
    // Whatever became of it, it is over; only when the app itself failed may the last request be repeated.
    if !matches!(done, Err(ApiError::Store(_) | ApiError::Storage(_) | ApiError::StorageFull)) {
        state.store.delete_upload(&upload.owner, upload.id).await?;
        state.files.remove_upload(upload.id).await?;
    }
    Ok((StatusCode::CREATED, Json(done?)).into_response())
}

/// Ends one of the caller's uploads before it is whole.
#[utoipa::path(delete, path = "/api/uploads/{id}", params(("id" = String, Path)), operation_id = "cancel_upload",
    responses(
        (status = NO_CONTENT, description = "It is gone"),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn cancel(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<StatusCode, ApiError> {
    let _alone = state.busy.enter(caller.id(), id).ok_or(ApiError::UploadBusy)?;
    if !state.store.delete_upload(caller.id(), id).await? {
        return Err(ApiError::NoSuchUpload);
    }
    state.files.remove_upload(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Appends what comes, and writes down how far it came even when the connection breaks.
async fn receive(state: &ApiState, upload: &mut Upload, piece: RawBody) -> Result<(), ApiError> {
    let mut file = state.files.append(upload.id, upload.received).await?;
    let mut pieces = piece.into_data_stream();
    let (mut written, mut broken) = (upload.received, None);
    while let Some(piece) = pieces.next().await {
        match piece {
            Ok(piece) if written + piece.len() as u64 <= upload.bytes => {
                file.write_all(&piece).await?;
                written += piece.len() as u64;
            }
            Ok(_) => broken = Some(ApiError::NotAsAnnounced { name: upload.name.to_string() }),
            Err(error) => broken = Some(ApiError::Multipart(error.to_string())),
        }
        if broken.is_some() {
            break;
        }
        if written - upload.received >= CHECKPOINT_BYTES {
            write_down(state, upload, &mut file, written).await?;
        }
    }
    write_down(state, upload, &mut file, written).await?;
    broken.map_or(Ok(()), Err)
}

async fn write_down(
    state: &ApiState,
    upload: &mut Upload,
    file: &mut tokio::fs::File,
    written: u64,
) -> Result<(), ApiError> {
    file.flush().await?;
    file.sync_data().await?;
    state.store.advance_upload(upload.id, written, Timestamp::now() + LIFE).await?;
    upload.received = written;
    Ok(())
}

/// Checks the whole file and makes it a document.
async fn finish(state: &ApiState, upload: &Upload) -> Result<Uploaded, ApiError> {
    let mut checks = Checks::new(upload.name.clone(), state.max_file_bytes());
    let file = state.files.read_upload(upload.id).await?;
    let checked = tokio::task::spawn_blocking(move || {
        let mut file = file;
        let mut piece = vec![0; PIECE_BYTES];
        loop {
            match std::io::Read::read(&mut file, &mut piece)? {
                0 => return checks.finish(),
                length => checks.add(&piece[..length])?,
            }
        }
    });
    let checked = checked.await.map_err(std::io::Error::other)??;
    if upload.sha256.is_some_and(|announced| announced != checked.sha256) {
        return Err(ApiError::NotAsAnnounced { name: upload.name.to_string() });
    }
    let id = state.files.adopt(upload.id).await?;
    Ok(Uploaded::one(store(state, &upload.owner, upload.name.clone(), checked, id).await?))
}
