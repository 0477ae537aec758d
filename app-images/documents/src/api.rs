//! The HTTP interface below `/api`. Every handler takes the [`Caller`](crate::identity::Caller) and asks for that
//! person's documents only.

mod admin;
mod body;
mod bulk;
mod categories;
mod documents;
mod download;
mod edit;
mod events;
mod export;
mod facets;
mod filter;
mod import;
mod listing;
mod naming;
mod path;
mod person;
mod pictures;
mod process;
mod text;
mod upload;
mod uploads;
mod view;
mod views;
mod webhooks;

pub use uploads::Busy;
pub use view::{DocumentStatus, DocumentView, FailureView};

use axum::extract::DefaultBodyLimit;
use tokio_util::sync::CancellationToken;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::changes::Changes;
use crate::classification::provider::Providers;
use crate::files::Files;
use crate::pictures::Painter;
use crate::queue::{Bell, Passwords};
use crate::settings::SettingsHandle;
use crate::store::Store;
use crate::webhooks::address::Reach;

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
    /// Passwords on their way to the reader.
    pub passwords: Passwords,
    /// The uploads that a request works on.
    pub busy: Busy,
    /// Who paints pages.
    pub painter: Painter,
    /// How far webhooks reach.
    pub reach: Reach,
    /// The most bytes that one file may have, whatever the administrator allows.
    pub max_upload_bytes: u64,
    /// What the administrator decided.
    pub settings: SettingsHandle,
    /// The AI provider that it names.
    pub providers: Providers,
    /// Cancelled when the service ends, so that event streams end too.
    pub stop: CancellationToken,
}

impl ApiState {
    /// The most bytes that one file may have: what the administrator allows, and the start of the program at most.
    pub fn max_file_bytes(&self) -> u64 {
        self.settings.current().max_file_bytes.min(self.max_upload_bytes)
    }
}

#[derive(OpenApi)]
#[openapi(info(
    title = "Documents",
    description = "Upload PDFs, find them again, read, sort and correct what is known of them. Every call needs the platform's \
                   `Atoll-Identity` and is about the caller's own documents.",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Description;

/// The routes and their OpenAPI description.
pub fn router() -> (axum::Router<ApiState>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(listing::list))
        // Because an upload counts its own bytes, file by file, while they arrive.
        .merge(OpenApiRouter::new().routes(routes!(upload::upload)).layer(DefaultBodyLimit::disable()))
        .routes(routes!(uploads::begin))
        .routes(routes!(uploads::resume::resume))
        .merge(
            OpenApiRouter::new()
                .routes(routes!(uploads::show, uploads::send, uploads::cancel))
                .layer(DefaultBodyLimit::disable()),
        )
        .merge(OpenApiRouter::new().routes(routes!(import::import)).layer(DefaultBodyLimit::disable()))
        .routes(routes!(export::download))
        .routes(routes!(export::export))
        .routes(routes!(documents::show, documents::change, documents::delete))
        .routes(routes!(documents::restore))
        .routes(routes!(documents::history))
        .routes(routes!(process::process))
        .routes(routes!(text::text))
        .routes(routes!(pictures::thumbnail))
        .routes(routes!(pictures::picture))
        .routes(routes!(download::download))
        .routes(routes!(download::searchable))
        .routes(routes!(bulk::bulk))
        .routes(routes!(categories::list, categories::create))
        .routes(routes!(categories::change, categories::delete))
        .routes(routes!(views::list, views::create))
        .routes(routes!(views::change, views::delete))
        .routes(routes!(facets::facets))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::delete))
        .routes(routes!(webhooks::test))
        .routes(routes!(events::events))
        .routes(routes!(person::person))
        .merge(admin::routes())
        .split_for_parts()
}
