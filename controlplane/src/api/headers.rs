//! What every answer of the API tells browsers.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// For answers that no page shows: nothing in them may be run, framed, embedded elsewhere or kept.
pub(super) async fn for_api(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    security_headers(headers);
    default(headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    default(headers, header::CACHE_CONTROL, "no-store");
    response
}

/// For every answer on the console's host, unless it says otherwise itself.
pub(crate) fn security_headers(headers: &mut HeaderMap) {
    default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(headers, header::REFERRER_POLICY, "same-origin");
    default(headers, header::X_FRAME_OPTIONS, "DENY");
    default(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    default(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
}

/// Sets a header that the handler has not set itself.
fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
