//! Who is asking. The only source is the `Atoll-Identity` header with a token that the platform signed for this app.
//!
//! [`require`] stands before every route but `/healthz`; a handler that needs the person takes a [`Caller`], which
//! exists only where `require` made one. Every other claim of identity (`X-Forwarded-User`, cookies, query
//! parameters) is ignored: on our network it could come from anybody.

mod administrator;
mod fetch;
mod keys;
mod token;

pub use administrator::Administrator;
pub use fetch::FetchError;
pub use keys::{Keys, KeysUnavailable};
pub use token::TokenError;

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Uri};
use axum::middleware::Next;
use axum::response::Response;

use crate::document::UserId;
use crate::problem::ApiError;
/// The header with the token.
pub const HEADER: HeaderName = HeaderName::from_static("atoll-identity");

/// A person whom the platform vouches for. Only [`Verifier`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    id: UserId,
    name: Option<String>,
    home: Option<String>,
    roles: Vec<String>,
    expires: SystemTime,
}

impl Caller {
    /// Whose documents these are.
    pub fn id(&self) -> &UserId {
        &self.id
    }

    /// What the person is called, for the page's greeting.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What the history calls the person.
    pub fn shown_name(&self) -> &str {
        self.name().unwrap_or(self.id.as_str())
    }

    /// Where the platform's own page is: the token's issuer, if that is a web address.
    pub fn home(&self) -> Option<&str> {
        self.home.as_deref()
    }

    /// Whether the person may manage the app.
    pub fn is_administrator(&self) -> bool {
        self.roles.iter().any(|role| role == administrator::ROLE)
    }

    /// Until when the platform vouches.
    pub fn expires(&self) -> SystemTime {
        self.expires
    }
}

/// Why nobody was recognised.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// There is no token.
    #[error("the request has no `Atoll-Identity` header")]
    Missing,
    /// There are two tokens, and we will not choose.
    #[error("the request has more than one `Atoll-Identity` header")]
    Ambiguous,
    /// The token is not good.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The token may be good, but we cannot tell.
    #[error(transparent)]
    Keys(#[from] KeysUnavailable),
}

/// Checks tokens.
#[derive(Debug)]
pub struct Verifier {
    app: String,
    keys: Keys,
}

impl Verifier {
    /// Accepts tokens for the app `app`, signed by one of the keys at `jwks_url`.
    pub fn new(app: String, jwks_url: Uri) -> Self {
        Self { app, keys: Keys::new(jwks_url) }
    }

    /// Recognises the caller of a request.
    ///
    /// # Errors
    /// See [`IdentityError`].
    pub async fn recognise(&self, headers: &HeaderMap) -> Result<Caller, IdentityError> {
        let mut tokens = headers.get_all(HEADER).iter();
        let token = match (tokens.next(), tokens.next()) {
            (None, _) => return Err(IdentityError::Missing),
            (Some(_), Some(_)) => return Err(IdentityError::Ambiguous),
            (Some(token), None) => token.as_bytes(),
        };
        let key = self.keys.find(&token::key_id(token)?).await?.ok_or(TokenError::UnknownKey)?;
        Ok(token::verify(token, &key, &self.app)?)
    }
}

/// Lets a request pass only with a verified identity.
///
/// # Errors
/// 401 without one, 503 while the platform's keys are out of reach.
pub async fn require(
    State(verifier): State<Arc<Verifier>>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let caller = verifier.recognise(request.headers()).await?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Caller>().cloned().ok_or(ApiError::Identity(IdentityError::Missing))
    }
}
