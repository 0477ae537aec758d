//! How many of the caller's documents there are of each kind.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::ApiState;
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::store::SenderCount;

/// Counts of the caller's documents; those in the trash count for the trash alone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FacetsView {
    /// By status.
    statuses: BTreeMap<String, u64>,
    /// By document type.
    types: BTreeMap<String, u64>,
    /// By the category's id; a category without documents is absent.
    categories: BTreeMap<String, u64>,
    /// The 50 most frequent senders.
    senders: Vec<SenderFacet>,
    /// In the trash.
    trashed: u64,
}

/// How many documents a sender wrote.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SenderFacet {
    /// As it is written in the documents.
    name: String,
    /// How many.
    count: u64,
}

/// Counts the caller's documents.
#[utoipa::path(get, path = "/api/facets", operation_id = "facets", responses(
    (status = OK, description = "The counts", body = FacetsView),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn facets(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<FacetsView>, ApiError> {
    let facets = state.store.facets(caller.id()).await?;
    Ok(Json(FacetsView {
        statuses: facets.statuses,
        types: facets.types,
        categories: facets.categories,
        senders: facets.senders.into_iter().map(SenderFacet::from).collect(),
        trashed: facets.trashed,
    }))
}

impl From<SenderCount> for SenderFacet {
    fn from(SenderCount { name, count }: SenderCount) -> Self {
        Self { name, count }
    }
}
