//! `/healthz`, `/readyz` and `/metrics`: how machines see that it works.

use axum::{Json, Router, extract::State, routing::get};
use http::{HeaderName, StatusCode, header};
use serde::Serialize;

use crate::{platform::Platform, reconciler::EngineSeen, telemetry};

/// Whether requests can be served, part by part.
#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    database: bool,
    /// Whether the newest policy files are in force. An older policy that runs on does not make it unready.
    policy: bool,
    engine: bool,
}

/// The three addresses.
pub(crate) fn router() -> Router<Platform> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

/// The process answers.
async fn alive() -> &'static str {
    "ok\n"
}

/// The counters, in Prometheus' text form.
async fn metrics() -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], telemetry::metrics().render())
}

async fn ready(State(platform): State<Platform>) -> (StatusCode, Json<Readiness>) {
    let database = platform.store.ping().await.is_ok();
    let engine = matches!(platform.reconciler.engine(), EngineSeen::Here(_));
    let policy = platform.policy.status().error.is_none();
    let ready = database && engine;
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(Readiness { ready, database, policy, engine }))
}
