//! The console's page and files.

use std::path::Path;

use axum::Router;

/// Serves the console from a folder.
pub(crate) fn router(_folder: &Path) -> Router {
    Router::new()
}
