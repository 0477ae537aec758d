//! One line in the log for each request, with an id that the answer carries too.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use tracing::{Instrument, debug, info, info_span};

use super::{identify::Identified, problem::Problem};
use crate::{permissions::Caller, platform::Platform};

/// The header that tells a request's id.
const REQUEST_ID: &str = "x-request-id";

/// A request's id, in its extensions.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Gives the request an id, writes problems out, counts, and logs one line when the answer's head is ready.
pub(super) async fn record(State(platform): State<Platform>, mut request: Request, next: Next) -> Response {
    // Because an id from outside could forge lines of the log, ours are always our own.
    let id = platform.random.uuid(platform.clock.now()).to_string();
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let matched = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = matched.unwrap_or_else(|| "console".to_owned());
    let begun = Instant::now();
    let span = info_span!("request", id = %id);
    let mut response = next.run(request).instrument(span).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = write_problem(response, problem, &id);
    }
    let status = response.status().as_u16();
    let took = begun.elapsed();
    let labels = [("method", method.to_string()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("atoll_http_requests_total", &labels).increment(1);
    metrics::histogram!("atoll_http_request_duration_seconds", &labels[..2]).record(took);
    let (user, token) = response.extensions().get::<Identified>().and_then(by).unzip();
    let millis = took.as_secs_f64() * 1000.0;
    // Because machines ask every few seconds, and people would find nothing else in the log.
    if matches!(route.as_str(), "/healthz" | "/readyz" | "/metrics") && status < 400 {
        debug!(id, %method, route, status, millis, "{method} {route} {status}");
    } else {
        info!(id, %method, route, status, millis, user, token = token.flatten(), "{method} {route} {status}");
    }
    let value = HeaderValue::try_from(id).expect("a UUID is visible ASCII");
    response.headers_mut().insert(REQUEST_ID, value);
    response
}

/// Who asked, and by which access token if by one.
fn by(Identified(caller): &Identified) -> Option<(String, Option<String>)> {
    match &**caller {
        Caller::Anonymous => None,
        Caller::SignedIn { person, session } => {
            Some((person.id.to_string(), session.token.map(|token| token.to_string())))
        }
    }
}

fn write_problem(response: Response, problem: Problem, id: &str) -> Response {
    let problem = Problem { request_id: id.to_owned(), ..problem };
    let (mut head, _) = response.into_parts();
    let body = serde_json::to_vec(&problem).expect("a problem is made of texts and numbers");
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    (head, body).into_response()
}
