//! What every answer on the console's host tells browsers.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::platform::Platform;

/// Features of the browser that nothing of ours asks for.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
                           microphone=(), midi=(), payment=(), usb=(), xr-spatial-tracking=()";

/// For every answer, also of a kind that is yet to be written: what it does not say itself is said here, and strictly.
pub(super) async fn for_console(State(platform): State<Platform>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    default(headers, header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    default(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(headers, header::REFERRER_POLICY, "same-origin");
    default(headers, header::X_FRAME_OPTIONS, "DENY");
    default(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    default(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    default(headers, HeaderName::from_static("permissions-policy"), PERMISSIONS);
    if platform.config.base_url.is_https() {
        // Not for sub-domains: each app's origin says it for itself, and other hosts below are not ours to speak for.
        default(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

/// For the API: nothing of it may be kept.
pub(super) async fn for_api(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    default(response.headers_mut(), header::CACHE_CONTROL, "no-store");
    response
}

/// Sets a header that the handler has not set itself.
fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
