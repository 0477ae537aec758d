//! The HTTP API: requests in, validated commands out.
//!
//! A handler takes a [`crate::permissions::Permit`] or names no action at all; there is no other way to one. The
//! document at `/api/v1/openapi.json` is made from the handlers, so it cannot lag behind them.

use axum::{Json, Router, extract::DefaultBodyLimit, middleware, routing::get};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{console, gateway, health, platform::Platform};

mod apps;
mod audit;
mod catalogue;
mod document;
mod egress;
mod error;
mod form;
mod grants;
mod headers;
mod icons;
mod identify;
mod launcher;
mod logs;
mod operations;
mod origin;
mod permit;
mod problem;
mod profile;
mod record;
mod session;
mod setup;
mod status;
mod stream;
mod tokens;
mod users;

pub use error::ApiError;
pub use identify::{Credential, SESSION_COOKIE};
pub use problem::Problem;
pub use record::RequestId;

/// The largest request body of the API: its largest is a new user.
const MOST_BODY_BYTES: usize = 64 * 1024;

/// Everything that the console's host answers: API, console, health, and the gateway's hand-off.
pub fn router(platform: Platform) -> Router {
    let (api, document) = described().split_for_parts();
    let document = Json(document);
    let api = api
        .route("/api/v1/openapi.json", get(|| async move { document }))
        .route("/api/v1/{*rest}", axum::routing::any(|| async { ApiError::NotFound }))
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .layer(middleware::from_fn_with_state(platform.clone(), origin::check))
        .layer(middleware::from_fn(headers::for_api));
    let console = console::router(&platform.config.console_dir, platform.random.clone());
    api.merge(health::router())
        .merge(gateway::handoff::router())
        .fallback_service(console)
        .layer(middleware::from_fn_with_state(platform.clone(), identify::identify))
        .layer(middleware::from_fn_with_state(platform.clone(), headers::for_console))
        .layer(middleware::from_fn_with_state(platform.clone(), record::record))
        .with_state(platform)
}

/// The API's description (OpenAPI 3.1), as it is served and as `controlplane/openapi.json` keeps it.
pub fn openapi() -> OpenApi {
    described().into_openapi()
}

fn described() -> OpenApiRouter<Platform> {
    let routes = OpenApiRouter::with_openapi(document::head())
        .routes(routes!(setup::show, setup::complete))
        .routes(routes!(session::sign_in, session::show, session::sign_out))
        .routes(routes!(profile::show, profile::update))
        .routes(routes!(profile::change_password))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::revoke))
        .routes(routes!(launcher::show))
        .routes(routes!(icons::show))
        .routes(routes!(catalogue::list))
        .routes(routes!(catalogue::show))
        .routes(routes!(catalogue::policy))
        .routes(routes!(apps::list, apps::install))
        .routes(routes!(apps::show, apps::remove))
        .routes(routes!(apps::start))
        .routes(routes!(apps::stop))
        .routes(routes!(egress::show))
        .routes(routes!(logs::tail))
        .routes(routes!(logs::follow))
        .routes(routes!(operations::list))
        .routes(routes!(operations::show))
        .routes(routes!(operations::follow))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::show, users::update, users::delete))
        .routes(routes!(users::reset_password))
        .routes(routes!(users::grants))
        .routes(routes!(tokens::list_of))
        .routes(routes!(tokens::revoke_of))
        .routes(routes!(grants::list))
        .routes(routes!(grants::give, grants::take))
        .routes(routes!(audit::list))
        .routes(routes!(status::show));
    document::finish(routes)
}
