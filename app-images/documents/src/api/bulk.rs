//! One action for many documents.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiState;
use super::body::Body;
use super::filter::{FilterQuery, selection};
use crate::changes::Change;
use crate::document::{CategoryId, DocumentId};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::search::Selection;
use crate::store::{Action, Changed, Store};

/// What is to be done with which documents: `ids` (at most 10,000), or all that `filter` matches.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BulkBody {
    /// These.
    #[serde(default)]
    ids: Option<Vec<String>>,
    /// All that the list would show.
    #[serde(default)]
    filter: Option<FilterQuery>,
    /// What is to be done.
    action: BulkAction,
}

/// What is to be done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum BulkAction {
    /// Put into the categories with these ids.
    AddCategories(Vec<String>),
    /// Take out of them.
    RemoveCategories(Vec<String>),
    /// Read and classify again.
    Process,
    /// Move into the trash.
    Trash,
    /// Take out of the trash.
    Restore,
    /// Delete what is in the trash for good.
    Delete,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulkDone {
    /// How many documents changed; those that were as wanted before do not count.
    changed: usize,
}

/// Does something to many of the caller's documents, a few hundred at a time, so that others can go on in between. What was
/// done stays done: when it fails half-way, the problem says how many documents were changed. It goes on to its end also when
/// the caller hangs up.
#[utoipa::path(post, path = "/api/bulk", operation_id = "bulk", request_body = BulkBody, responses(
    (status = OK, description = "It is done", body = BulkDone),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn bulk(
    State(state): State<ApiState>,
    caller: Caller,
    Body(body): Body<BulkBody>,
) -> Result<Json<BulkDone>, ApiError> {
    let selection = selection(body.ids, body.filter)?;
    let action = body.action.meant()?;
    // A task of its own, because a request ends with its connection.
    let work = tokio::spawn(async move { act(&state, &caller, &selection, &action).await });
    Ok(Json(BulkDone { changed: work.await.map_err(std::io::Error::other)?? }))
}

impl BulkAction {
    fn meant(self) -> Result<Action, ApiError> {
        Ok(match self {
            Self::AddCategories(ids) => Action::AddCategories(categories(ids)?),
            Self::RemoveCategories(ids) => Action::RemoveCategories(categories(ids)?),
            Self::Process => Action::Process,
            Self::Trash => Action::Trash,
            Self::Restore => Action::Restore,
            Self::Delete => Action::Delete,
        })
    }
}

fn categories(ids: Vec<String>) -> Result<Vec<CategoryId>, ApiError> {
    ids.into_iter().map(|id| id.parse().map_err(|_| ApiError::NoSuchCategory)).collect()
}

/// Does it to what the selection means now, part by part; says how many documents changed.
pub(super) async fn act(
    state: &ApiState,
    caller: &Caller,
    selection: &Selection,
    action: &Action,
) -> Result<usize, ApiError> {
    let ids = state.store.selection(caller.id(), selection).await?;
    let mut parts = ids.chunks(Store::MOST_AT_ONCE);
    // Also for nobody's documents, because a category may be nobody's as well.
    let mut done = act_at_once(state, caller, parts.next().unwrap_or_default(), action).await?;
    for part in parts {
        tokio::time::sleep(PAUSE).await;
        match act_at_once(state, caller, part, action).await {
            Ok(changed) => done += changed,
            Err(cause) if done > 0 => return Err(ApiError::Interrupted { done, cause: Box::new(cause) }),
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// The pause between two parts, for single statements that wait for SQLite and not for their turn.
const PAUSE: Duration = Duration::from_millis(5);

/// Does it, wakes the queue, and tells the caller's open pages.
async fn act_at_once(
    state: &ApiState,
    caller: &Caller,
    ids: &[DocumentId],
    action: &Action,
) -> Result<usize, ApiError> {
    let changed = state.store.bulk(caller.id(), caller.shown_name(), ids, action).await?;
    let changed = changed.ok_or(ApiError::NoSuchCategory)?;
    match action {
        Action::Delete => {
            for &id in &changed.documents {
                forget_file(state, id).await;
            }
        }
        Action::Process | Action::Restore => state.bell.ring(),
        Action::AddCategories(_) | Action::RemoveCategories(_) | Action::Trash => {}
    }
    tell(state, caller, action, &changed).await?;
    Ok(changed.documents.len())
}

async fn tell(state: &ApiState, caller: &Caller, action: &Action, changed: &Changed) -> Result<(), ApiError> {
    let owner = caller.id().clone();
    let only = changed.documents.iter().next().filter(|_| changed.documents.len() == 1);
    let change = match (only, action) {
        (None, _) if changed.documents.is_empty() => return Ok(()),
        (Some(&id), Action::Delete) => Change::Deleted { owner, id },
        (Some(&id), _) => match state.store.document(&owner, id).await? {
            Some(document) => Change::Document(Box::new(document)),
            None => Change::Deleted { owner, id },
        },
        (None, _) => Change::Many(owner),
    };
    state.changes.announce(change);
    Ok(())
}

async fn forget_file(state: &ApiState, id: DocumentId) {
    if let Err(error) = state.files.remove(id).await {
        tracing::warn!(document = %id, %error, "could not remove a deleted document's file; the next start will");
    }
}
