//! Takes uploads: one or several files in a `multipart/form-data` request, each streamed to the disk.
//!
//! Memory use does not depend on the size of a file. A file that is refused is still read to its end (up to a
//! limit), because a client that is cut off in the middle of sending never sees the answer that says why.

mod arrival;
mod check;
mod outcome;

pub(super) use arrival::{Arrival, store};
pub(super) use check::Checks;
pub(super) use outcome::Uploaded;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request, State};

use super::ApiState;
use crate::document::{Document, FileName, UserId};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use outcome::Outcomes;

/// The most files in one request.
const MOST_FILES: usize = 100;
/// How much of a refused file is read to reach its end, in bytes, beyond what the largest good file has.
const PATIENCE_BYTES: u64 = 64 << 20;

/// The form of an upload.
#[derive(utoipa::ToSchema)]
#[expect(
    dead_code,
    reason = "describes the form in the interface's description; the form is never whole in memory"
)]
struct UploadForm {
    /// The files; any field with a file name counts.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<u8>,
}

/// Stores the files of a form. 201 when all were stored, 207 when some were, otherwise the problem.
#[utoipa::path(post, path = "/api/documents", operation_id = "upload_documents",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = CREATED, description = "All files were stored", body = Uploaded),
        (status = MULTI_STATUS, description = "Some files were stored", body = Uploaded),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn upload(
    State(state): State<ApiState>,
    caller: Caller,
    request: Request,
) -> Result<Outcomes, ApiError> {
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|rejection| ApiError::Multipart(rejection.body_text()))?;
    let mut outcomes = Outcomes::default();
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let Some(name) = field.file_name().map(FileName::clean) else { continue };
        if outcomes.count() == MOST_FILES {
            outcomes.refused(ApiError::TooManyFiles { most: MOST_FILES });
            return Ok(outcomes);
        }
        match take(&state, caller.id(), name, &mut field).await {
            Ok(document) => outcomes.stored(document),
            Err(error @ ApiError::Multipart(_)) => return Err(error),
            Err(error) => {
                outcomes.refused(error);
                if !read_to_end(&mut field, state.max_file_bytes().saturating_add(PATIENCE_BYTES)).await? {
                    return Ok(outcomes);
                }
            }
        }
    }
    if outcomes.count() == 0 { Err(ApiError::NoFile) } else { Ok(outcomes) }
}

async fn take(
    state: &ApiState,
    owner: &UserId,
    name: FileName,
    field: &mut Field<'_>,
) -> Result<Document, ApiError> {
    let mut arrival = Arrival::begin(state, name).await?;
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        arrival.add(&piece).await?;
    }
    arrival.store(state, owner).await
}

/// Reads and forgets the rest of a field; `false` if there is too much of it.
async fn read_to_end(field: &mut Field<'_>, most: u64) -> Result<bool, ApiError> {
    let mut left = most;
    while let Some(piece) = field.chunk().await.map_err(broken)? {
        match left.checked_sub(piece.len() as u64) {
            Some(rest) => left = rest,
            None => return Ok(false),
        }
    }
    Ok(true)
}

fn broken(error: MultipartError) -> ApiError {
    ApiError::Multipart(error.body_text())
}
