//! The HTTP interface below `/api`. Every handler takes the [`Caller`](crate::identity::Caller) and asks for that
//! person's documents only.

mod admin;
mod documents;
mod download;
mod events;
mod path;
mod person;
mod text;
mod upload;
mod view;

pub use view::{DocumentStatus, DocumentView, FailureView};

use axum::extract::DefaultBodyLimit;
use tokio_util::sync::CancellationToken;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::changes::Changes;
use crate::classification::provider::Providers;
use crate::files::Files;
use crate::queue::Bell;
use crate::settings::SettingsHandle;
use crate::store::Store;

/// What handlers work with. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ApiState {
    /// The rows.
    pub store: Store,
    /// The files.
    pub files: Files,
    /// Where changes are announced.
    pub changes: Changes,
    /// Wakes the queue.
    pub bell: Bell,
    /// The most bytes that one file may have.
    pub max_upload_bytes: u64,
    /// What the administrator decided.
    pub settings: SettingsHandle,
    /// The AI provider that it names.
    pub providers: Providers,
    /// Cancelled when the service ends, so that event streams end too.
    pub stop: CancellationToken,
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Documents",
    description = "Upload PDFs, read their text, download and delete them. Every call needs the platform's \
                   `Atoll-Identity` and is about the caller's own documents.",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Description;

/// The routes and their OpenAPI description.
pub fn router() -> (axum::Router<ApiState>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(documents::list))
        // Because an upload counts its own bytes, file by file, while they arrive.
        .merge(OpenApiRouter::new().routes(routes!(upload::upload)).layer(DefaultBodyLimit::disable()))
        .routes(routes!(documents::show, documents::delete))
        .routes(routes!(text::text))
        .routes(routes!(download::download))
        .routes(routes!(events::events))
        .routes(routes!(person::person))
        .merge(admin::routes())
        .split_for_parts()
}
