//! The control plane's public API, as a client.

use std::{fmt, time::Duration};

use reqwest::{Method, Response, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

use crate::failure::Failure;

mod error;
mod events;
pub(crate) mod loopback;
pub(crate) mod view;

pub(crate) use error::ApiError;
pub(crate) use events::Events;

const SESSION_COOKIE: &str = "__Host-atoll-session=";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// A session token. It cannot be printed by accident.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Token(String);

impl Token {
    /// From its text.
    pub(crate) const fn new(token: String) -> Self {
        Self(token)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// An answer, as it came and as we read it.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    /// The JSON as the control plane sent it: what `--json` prints.
    pub(crate) raw: Value,
    /// What we understand of it.
    pub(crate) view: T,
}

/// A control plane and who we are to it.
#[derive(Debug)]
pub(crate) struct Api {
    http: reqwest::Client,
    base: Url,
    token: Option<Token>,
}

impl Api {
    /// A client of the control plane at `base`.
    pub(crate) fn new(base: Url, token: Option<Token>) -> Result<Self, Failure> {
        let builder = reqwest::Client::builder()
            .user_agent(concat!("atoll/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none());
        let http = loopback::resolve_here(builder, &base)
            .build()
            .map_err(|error| Failure::because("could not prepare the HTTP client", &error))?;
        Ok(Self { http, base, token })
    }

    /// The control plane's address.
    pub(crate) const fn base(&self) -> &Url {
        &self.base
    }

    /// The address as people write it.
    pub(crate) fn shown(&self) -> String {
        self.base.as_str().trim_end_matches('/').to_owned()
    }

    /// Whether what we send is out of others' sight: encrypted, or on this machine.
    pub(crate) fn is_private(&self) -> bool {
        self.base.scheme() == "https" || loopback::is_loopback(&self.base)
    }

    /// Whether we carry a session.
    pub(crate) const fn is_signed_in(&self) -> bool {
        self.token.is_some()
    }

    /// Reads something.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<Answer<T>, ApiError> {
        self.get_with(path, &[]).await
    }

    /// Reads something, with a query.
    pub(crate) async fn get_with<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer<T>, ApiError> {
        self.read(self.answer(self.request(Method::GET, path, query)).await?).await
    }

    /// Sends a body with `method` and reads the answer.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<Answer<T>, ApiError> {
        self.read(self.answer(self.request(method, path, &[]).json(body)).await?).await
    }

    /// Asks for something to be done that takes no body.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &[&str]) -> Result<Answer<T>, ApiError> {
        self.read(self.answer(self.request(Method::POST, path, &[])).await?).await
    }

    /// Replaces something; there is nothing to read.
    pub(crate) async fn put(&self, path: &[&str], body: &impl Serialize) -> Result<(), ApiError> {
        self.answer(self.request(Method::PUT, path, &[]).json(body)).await.map(drop)
    }

    /// Removes something; there is nothing to read.
    pub(crate) async fn delete(&self, path: &[&str]) -> Result<(), ApiError> {
        self.answer(self.request(Method::DELETE, path, &[])).await.map(drop)
    }

    /// Removes something that takes a while, and reads what was begun.
    pub(crate) async fn delete_with<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
    ) -> Result<Answer<T>, ApiError> {
        self.read(self.answer(self.request(Method::DELETE, path, query)).await?).await
    }

    /// Opens a stream of server-sent events.
    pub(crate) async fn events(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Events, ApiError> {
        let request = self.request(Method::GET, path, query).header(header::ACCEPT, "text/event-stream");
        let response = request.send().await.map_err(|source| ApiError::unreachable(&self.base, source))?;
        Ok(Events::new(self.base.clone(), self.checked(response).await?))
    }

    /// Signs in. The session token travels in the cookie, which a browser keeps from its scripts, so it is read there.
    pub(crate) async fn sign_in<T: DeserializeOwned>(
        &self,
        credentials: &impl Serialize,
    ) -> Result<(Token, Answer<T>), ApiError> {
        let response = self.answer(self.request(Method::POST, &["session"], &[]).json(credentials)).await?;
        let token = session_cookie(&response).ok_or_else(|| ApiError::NotAtoll {
            url: self.base.clone(),
            because: "it signed us in without a session".to_owned(),
        })?;
        Ok((token, self.read(response).await?))
    }

    fn request(&self, method: Method, path: &[&str], query: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let request = self.http.request(method, url);
        match &self.token {
            Some(Token(token)) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Response, ApiError> {
        let request = request.timeout(ANSWER_TIMEOUT);
        let response = request.send().await.map_err(|source| ApiError::unreachable(&self.base, source))?;
        self.checked(response).await
    }

    /// The response if it tells success, otherwise what it says is wrong.
    async fn checked(&self, response: Response) -> Result<Response, ApiError> {
        if response.status().is_success() {
            return Ok(response);
        }
        Err(ApiError::refused(&self.base, response).await)
    }

    async fn read<T: DeserializeOwned>(&self, response: Response) -> Result<Answer<T>, ApiError> {
        let not_atoll = |because: String| ApiError::NotAtoll { url: self.base.clone(), because };
        let body = response.bytes().await.map_err(|source| ApiError::unreachable(&self.base, source))?;
        let raw: Value =
            serde_json::from_slice(&body).map_err(|_| not_atoll("its answer is not JSON".to_owned()))?;
        let view = T::deserialize(&raw)
            .map_err(|error| not_atoll(format!("its answer has another shape: {error}")))?;
        Ok(Answer { raw, view })
    }
}

fn session_cookie(response: &Response) -> Option<Token> {
    let cookies =
        response.headers().get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let value = cookies.filter_map(|cookie| cookie.strip_prefix(SESSION_COOKIE)).next()?;
    let token = value.split(';').next()?.trim();
    (!token.is_empty()).then(|| Token(token.to_owned()))
}
