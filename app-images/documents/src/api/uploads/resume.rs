//! Going on with an upload: only with the file that it was begun with.
//!
//! A file can change and keep its name, size and time. So whoever goes on tells what the part that has arrived hashes to, and if
//! that is another file's beginning, the upload begins again.

use std::fs::File;
use std::io::{self, Read};

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{LIFE, PIECE_BYTES, UploadView};
use crate::api::ApiState;
use crate::api::body::Body;
use crate::api::path::Id;
use crate::document::{Sha256, Sha256Hasher, UploadId};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::store::Upload;

/// How much is hashed by itself, because a browser can hash only what it holds in memory.
const BLOCK_BYTES: u64 = 8 << 20;

/// The beginning of a file that is to be gone on with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Beginning {
    /// How many bytes of it: the upload's offset.
    offset: u64,
    /// The SHA-256, in hexadecimal, of the SHA-256 digests (32 bytes each) of these bytes in blocks of 8 MiB, the last block
    /// being as long as it is.
    digest: String,
}

/// Asks to go on with one of the caller's uploads, with a file whose beginning is told. The answer says where to go on: at the
/// upload's offset, or at 0 when what has arrived is not the beginning of this file; then it is thrown away.
#[utoipa::path(post, path = "/api/uploads/{id}/resume", params(("id" = String, Path)), operation_id = "resume_upload",
    request_body = Beginning,
    responses(
        (status = OK, description = "Where to go on", body = UploadView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(in crate::api) async fn resume(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<UploadId>,
    Body(beginning): Body<Beginning>,
) -> Result<Json<UploadView>, ApiError> {
    let digest = Sha256::parse(&beginning.digest)
        .ok_or_else(|| ApiError::Body("`digest` must be 64 hexadecimal digits".into()))?;
    let alone = state.busy.enter(caller.id(), id).ok_or(ApiError::UploadBusy)?;
    let upload = state.store.upload(caller.id(), id).await?.ok_or(ApiError::NoSuchUpload)?;
    if beginning.offset != upload.received {
        return Err(ApiError::Offset { offset: upload.received });
    }
    // A task of its own, because hashing goes on when the request ends, and must not be begun a second time meanwhile.
    let work = tokio::spawn(async move {
        let _alone = alone;
        compared(&state, upload, digest).await
    });
    let upload = work.await.map_err(io::Error::other)??;
    Ok(Json(upload.into()))
}

/// The upload as it is, or begun again.
async fn compared(state: &ApiState, mut upload: Upload, digest: Sha256) -> Result<Upload, ApiError> {
    if upload.received == 0 {
        return Ok(upload);
    }
    let (file, bytes) = (state.files.read_upload(upload.id).await?, upload.received);
    let arrived = tokio::task::spawn_blocking(move || digest_of(file, bytes));
    if arrived.await.map_err(io::Error::other)?? != digest {
        state.store.advance_upload(upload.id, 0, Timestamp::now() + LIFE).await?;
        upload.received = 0;
    }
    Ok(upload)
}

/// See [`Beginning::digest`].
fn digest_of(file: File, bytes: u64) -> io::Result<Sha256> {
    let mut digests = Sha256Hasher::start();
    let mut beginning = file.take(bytes);
    let mut piece = vec![0; PIECE_BYTES];
    while beginning.limit() > 0 {
        let (mut block, mut left) = (Sha256Hasher::start(), BLOCK_BYTES.min(beginning.limit()));
        while left > 0 {
            let most = usize::try_from(left).map_or(PIECE_BYTES, |left| left.min(PIECE_BYTES));
            let length = beginning.read(&mut piece[..most])?;
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            block.update(&piece[..length]);
            left -= length as u64;
        }
        digests.update(block.finish().as_bytes());
    }
    Ok(digests.finish())
}
