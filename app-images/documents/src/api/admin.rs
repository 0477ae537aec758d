//! The settings page's interface, below `/admin/api`, where the platform's gateway lets only administrators pass. Every
//! handler takes an [`Administrator`](crate::identity::Administrator) as well: nobody else can call it.

mod precondition;
mod settings;
mod test;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ApiState;

/// The routes and their description.
pub(super) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(settings::show, settings::replace)).routes(routes!(test::test))
}
