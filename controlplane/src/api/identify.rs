//! Finds out who is asking: a session token in the cookie, or one as a bearer token, or an access token as that.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, header};

use super::{ApiError, permit::Peer};
use crate::{
    gateway::cookies,
    identity::{
        login::Login,
        session::{Audience, LIFETIME},
        tokens::{self, TokenRefusal},
    },
    permissions::Caller,
    platform::Platform,
};

/// The console's session cookie. `__Host-` because an app on a sibling host could otherwise plant one of this name.
pub const SESSION_COOKIE: &str = cookies::CONSOLE_SESSION;

/// How a caller says who they are. Browsers send cookies by themselves, also when another page makes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// Not at all.
    None,
    /// By the cookie.
    Cookie,
    /// By `Authorization: Bearer`.
    Bearer,
}

/// Who is asking, in the request's extensions. Shared, because logging and handlers both read it.
#[derive(Debug, Clone)]
pub(super) struct Identified(pub(super) Arc<Caller>);

/// Puts [`Identified`] and [`Credential`] into the request, and [`Identified`] into the response for the log.
pub(super) async fn identify(
    State(platform): State<Platform>,
    Peer(from): Peer,
    mut request: Request,
    next: Next,
) -> Response {
    let (credential, token) = presented(request.headers());
    let session = match token {
        None => None,
        Some(token) if credential == Credential::Bearer && token.starts_with(tokens::PREFIX) => {
            match platform.tokens.find(token, from) {
                Ok(token) => token.api_session().cloned(),
                Err(TokenRefusal::Invalid) => None,
                Err(TokenRefusal::TooMany(too_many)) => return ApiError::from(too_many).into_response(),
            }
        }
        Some(token) => platform.sessions.verify(token, &Audience::Console),
    };
    let identified = Identified(Arc::new(platform.access.caller(session)));
    request.extensions_mut().insert(credential);
    request.extensions_mut().insert(identified.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(identified);
    response
}

/// An `Authorization` header counts alone: whoever sends one does not mean the cookie.
fn presented(headers: &HeaderMap) -> (Credential, Option<&str>) {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let token = value.to_str().ok().and_then(|text| text.split_once(' '));
        let bearer = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        return (Credential::Bearer, bearer.map(|(_, token)| token.trim()));
    }
    match cookies::value(headers, SESSION_COOKIE) {
        Some(token) => (Credential::Cookie, Some(token)),
        None => (Credential::None, None),
    }
}

/// The `Set-Cookie` that signs a browser in.
pub(super) fn sign_in_cookie(login: &Login) -> (header::HeaderName, HeaderValue) {
    (header::SET_COOKIE, cookies::set(SESSION_COOKIE, login.token.expose(), LIFETIME.as_secs()))
}

/// The `Set-Cookie` that makes a browser forget.
pub(super) fn sign_out_cookie() -> (header::HeaderName, HeaderValue) {
    (header::SET_COOKIE, cookies::set(SESSION_COOKIE, "", 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn an_authorization_header_counts_alone() {
        let both = headers(&[("authorization", "bearer abc"), ("cookie", "__Host-atoll-session=def")]);
        assert_eq!(presented(&both), (Credential::Bearer, Some("abc")));
        let basic = headers(&[("authorization", "Basic abc"), ("cookie", "__Host-atoll-session=def")]);
        assert_eq!(presented(&basic), (Credential::Bearer, None));
    }

    #[test]
    fn a_cookie_counts_when_it_was_sent_once() {
        let one = headers(&[("cookie", "a=b; __Host-atoll-session=def; c=d")]);
        assert_eq!(presented(&one), (Credential::Cookie, Some("def")));
        let two = headers(&[("cookie", "__Host-atoll-session=def"), ("cookie", "__Host-atoll-session=ghi")]);
        assert_eq!(presented(&two), (Credential::None, None));
        assert_eq!(presented(&headers(&[("cookie", "__host-atoll-session=def")])), (Credential::None, None));
    }
}
