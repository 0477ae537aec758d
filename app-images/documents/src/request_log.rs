//! One line for each request, and the id that a problem and its line share.

use std::time::Instant;

use axum::Json;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::problem::Problem;

/// The platform sends one; we make one where it did not.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer than any id worth logging, in bytes.
const MOST_ID_BYTES: usize = 64;

/// Logs the request when its answer begins, and names it in the answer.
pub async fn log(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = with_id(response, problem, &id);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (status, millis) = (response.status().as_u16(), began.elapsed().as_secs_f64() * 1000.0);
    let route = route.as_deref().unwrap_or("page");
    if route == "/healthz" && status == 200 {
        tracing::debug!(request_id = id, %method, route, status, millis, "answered");
    } else {
        tracing::info!(request_id = id, %method, route, status, millis, "answered");
    }
    response
}

fn request_id(headers: &HeaderMap) -> String {
    let sent = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let plain = |id: &&str| {
        (1..=MOST_ID_BYTES).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    sent.filter(plain).map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

fn with_id(response: Response, mut problem: Problem, id: &str) -> Response {
    problem.request_id = Some(id.to_owned());
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(axum::http::header::CONTENT_LENGTH);
    let body = Json(problem).into_response().into_body();
    Response::from_parts(parts, body)
}
