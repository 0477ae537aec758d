//! The caller's categories.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiState;
use super::body::Body;
use super::naming::{label, saved};
use super::path::Id;
use crate::changes::Change;
use crate::document::{Category, CategoryId, Colour, Rule};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::store::CategoryChange;

/// The most rules of one category.
const MOST_RULES: usize = 50;

/// One category.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CategoryView {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// `#rrggbb`.
    colour: String,
    /// Any of these puts a document into it, after each classification.
    rules: Vec<Rule>,
}

/// A new category.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCategory {
    /// Its name: 1 to 60 characters, none of the caller's others.
    name: String,
    /// `#rrggbb`.
    colour: String,
    /// Any of these puts a document into it: up to 50.
    #[serde(default)]
    rules: Vec<Rule>,
}

/// A change of a category; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CategoryPatch {
    /// Another name.
    #[serde(default)]
    name: Option<String>,
    /// Another colour.
    #[serde(default)]
    colour: Option<String>,
    /// Other rules, all at once.
    #[serde(default)]
    rules: Option<Vec<Rule>>,
}

/// Lists the caller's categories, by name.
#[utoipa::path(get, path = "/api/categories", operation_id = "list_categories", responses(
    (status = OK, description = "The categories", body = Vec<CategoryView>),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
) -> Result<Json<Vec<CategoryView>>, ApiError> {
    let categories = state.store.categories(caller.id()).await?;
    Ok(Json(categories.into_iter().map(CategoryView::from).collect()))
}

/// Makes a category. Its rules hold for documents that are classified from now on.
#[utoipa::path(post, path = "/api/categories", operation_id = "create_category", request_body = NewCategory,
    responses(
        (status = CREATED, description = "The category", body = CategoryView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    State(state): State<ApiState>,
    caller: Caller,
    Body(new): Body<NewCategory>,
) -> Result<(StatusCode, Json<CategoryView>), ApiError> {
    let category = Category {
        id: CategoryId::generate(),
        owner: caller.id().clone(),
        name: label(&new.name)?,
        colour: colour(&new.colour)?,
        rules: rules(new.rules)?,
    };
    let saved = saved::<CategoryId, _>(state.store.insert_category(category).await?)?;
    state.changes.announce(Change::Categories(caller.id().clone()));
    Ok((StatusCode::CREATED, Json(saved.into())))
}

/// Changes one of the caller's categories.
#[utoipa::path(patch, path = "/api/categories/{id}", params(("id" = String, Path)), operation_id = "change_category",
    request_body = CategoryPatch,
    responses(
        (status = OK, description = "The category as it is now", body = CategoryView),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<CategoryId>,
    Body(patch): Body<CategoryPatch>,
) -> Result<Json<CategoryView>, ApiError> {
    let change = CategoryChange {
        name: patch.name.as_deref().map(label).transpose()?,
        colour: patch.colour.as_deref().map(colour).transpose()?,
        rules: patch.rules.map(rules).transpose()?,
    };
    let saved = saved::<CategoryId, _>(state.store.change_category(caller.id(), id, change).await?)?;
    state.changes.announce(Change::Categories(caller.id().clone()));
    Ok(Json(saved.into()))
}

/// Deletes one of the caller's categories; its documents stay.
#[utoipa::path(delete, path = "/api/categories/{id}", params(("id" = String, Path)), operation_id = "delete_category",
    responses(
        (status = NO_CONTENT, description = "It is gone"),
        (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn delete(
    State(state): State<ApiState>,
    caller: Caller,
    Id(id): Id<CategoryId>,
) -> Result<StatusCode, ApiError> {
    if !state.store.delete_category(caller.id(), id).await? {
        return Err(ApiError::NoSuchCategory);
    }
    state.changes.announce(Change::Categories(caller.id().clone()));
    Ok(StatusCode::NO_CONTENT)
}

fn colour(typed: &str) -> Result<Colour, ApiError> {
    Colour::parse(typed).ok_or_else(|| ApiError::Body("`colour` must be #rrggbb".into()))
}

fn rules(rules: Vec<Rule>) -> Result<Vec<Rule>, ApiError> {
    let length = |rule: &Rule| rule.contains.trim().chars().count();
    if rules.len() > MOST_RULES {
        return Err(ApiError::Body(format!("`rules` may hold {MOST_RULES}")));
    }
    if rules.iter().any(|rule| !(1..=Rule::MOST_CHARACTERS).contains(&length(rule))) {
        return Err(ApiError::Body(format!(
            "`contains` must have 1 to {} characters",
            Rule::MOST_CHARACTERS
        )));
    }
    Ok(rules)
}

impl From<Category> for CategoryView {
    fn from(category: Category) -> Self {
        Self {
            id: category.id.to_string(),
            name: category.name.as_str().into(),
            colour: category.colour.to_string(),
            rules: category.rules,
        }
    }
}
