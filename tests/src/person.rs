//! A person with a browser: keeps cookies by host, follows the hand-off, signs in.
//!
//! Hand-made, because the platform's cookies are `Secure` and `__Host-`, which browsers keep on `http://*.localhost` and
//! HTTP libraries do not, and because the tests want to hold a cookie in their hand.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Mutex;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, COOKIE, HeaderMap, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::{Body, Method, Url};
use serde_json::{Value, json};

use crate::stack::base_url;

/// The cookie of the console's session.
pub const SESSION_COOKIE: &str = "__Host-atoll-session";
/// The cookie of a session on an app's origin.
pub const APP_COOKIE: &str = "__Host-atoll-app";

/// Somebody with a browser of their own.
pub struct Person {
    http: reqwest::Client,
    jar: Mutex<BTreeMap<String, BTreeMap<String, String>>>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers as they arrived.
    pub headers: HeaderMap,
    /// The body, lossily decoded.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none; the message shows the whole answer.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("no JSON ({error}): {self:?}"))
    }

    /// The answer itself, when its status is as expected.
    ///
    /// # Panics
    /// When it is another; the message shows the whole answer.
    #[track_caller]
    pub fn expect_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "unexpected status: {self:?}");
        self
    }

    /// The value of a header, or an empty string.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

/// Resolves every name to this machine, as browsers do for `*.localhost`.
struct Localhost;

impl Resolve for Localhost {
    fn resolve(&self, _: Name) -> Resolving {
        let here: Addrs = Box::new(std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
        Box::pin(std::future::ready(Ok(here)))
    }
}

impl Default for Person {
    fn default() -> Self {
        Self::new()
    }
}

impl Person {
    /// Somebody with an empty cookie jar.
    ///
    /// # Panics
    /// When no HTTP client can be made.
    pub fn new() -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Localhost)
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .expect("a client without TLS needs nothing");
        Self { http, jar: Mutex::default() }
    }

    /// A request of this browser to `url`, with its cookies for that host; to be sent with [`Person::send`].
    pub fn request(&self, method: Method, url: &str) -> reqwest::RequestBuilder {
        let cookies = self.cookies(&host_of(url));
        let request = self.http.request(method, url);
        if cookies.is_empty() { request } else { request.header(COOKIE, cookies) }
    }

    /// Sends a request and keeps the cookies that come back.
    ///
    /// # Panics
    /// When no answer arrives.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap_or_else(|error| panic!("no answer: {error:?}"))
    }

    /// As [`Person::send`], for a request that may find nobody.
    ///
    /// # Errors
    /// When no whole answer arrives.
    pub async fn try_send(&self, request: reqwest::RequestBuilder) -> reqwest::Result<Answer> {
        let answer = request.send().await?;
        self.keep_cookies(answer.url(), answer.headers());
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Ok(Answer { status, headers, text: answer.text().await? })
    }

    /// `GET url`, as a browser's window asks for a page.
    pub async fn get(&self, url: &str) -> Answer {
        self.send(self.request(Method::GET, url).header(ACCEPT, "text/html,*/*;q=0.8")).await
    }

    /// A call of the console's API, as its own page would make it.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.send(self.api_request(method, path, body)).await
    }

    /// The request of [`Person::api`], not sent yet.
    pub fn api_request(&self, method: Method, path: &str, body: Option<Value>) -> reqwest::RequestBuilder {
        let request =
            self.request(method, &format!("{}/api/v1{path}", base_url())).header(ORIGIN, base_url());
        match body {
            Some(body) => request.json(&body),
            None => request,
        }
    }

    /// Signs in at the console.
    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.api(Method::POST, "/session", Some(json!({"email": email, "password": password}))).await
    }

    /// Opens an app as a click in the launcher does: through the console and back with a one-time code.
    /// Returns where it ended and the addresses it passed.
    pub async fn open(&self, app: &str) -> (Answer, Vec<String>) {
        self.follow(&app_url(app, "/")).await
    }

    /// Follows redirects from `url`, ten at most.
    pub async fn follow(&self, url: &str) -> (Answer, Vec<String>) {
        let mut passed = vec![url.to_owned()];
        loop {
            let here = passed.last().expect("it starts with one").clone();
            let answer = self.get(&here).await;
            let onward = answer.header(LOCATION.as_str()).to_owned();
            if !(300..400).contains(&answer.status) || passed.len() > 10 {
                return (answer, passed);
            }
            passed.push(joined(&here, &onward));
        }
    }

    /// `GET path` at an app that was opened before.
    pub async fn get_at(&self, app: &str, path: &str) -> Answer {
        self.get(&app_url(app, path)).await
    }

    /// Sends `body` to `path` at an app.
    pub async fn post_at(&self, app: &str, path: &str, body: impl Into<Body>) -> Answer {
        let url = app_url(app, path);
        let origin = app_url(app, "");
        self.send(self.request(Method::POST, &url).header(ORIGIN, origin).body(body)).await
    }

    /// The value of a cookie that this browser holds for a host.
    pub fn cookie(&self, host: &str, name: &str) -> Option<String> {
        self.jar.lock().expect("no test panics while it holds this").get(host)?.get(name).cloned()
    }

    /// Puts a cookie into this browser, as an attacker with a stolen value would.
    pub fn set_cookie(&self, host: &str, name: &str, value: &str) {
        let mut jar = self.jar.lock().expect("no test panics while it holds this");
        jar.entry(host.to_owned()).or_default().insert(name.to_owned(), value.to_owned());
    }

    /// All cookies for a host, as a `Cookie` header's value.
    pub fn cookies(&self, host: &str) -> String {
        let jar = self.jar.lock().expect("no test panics while it holds this");
        let pairs = jar.get(host).into_iter().flatten().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    fn keep_cookies(&self, url: &Url, headers: &HeaderMap) {
        let host = url.host_str().unwrap_or_default();
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            let attributes = attributes.to_ascii_lowercase();
            let gone = attributes.contains("max-age=0") || attributes.contains("01 jan 1970");
            let mut jar = self.jar.lock().expect("no test panics while it holds this");
            let cookies = jar.entry(host.to_owned()).or_default();
            if gone {
                cookies.remove(name.trim());
            } else {
                cookies.insert(name.trim().to_owned(), value.to_owned());
            }
        }
    }
}

/// The address of `path` on an app's origin.
pub fn app_url(app: &str, path: &str) -> String {
    base_url().replacen("://", &format!("://{app}."), 1) + path
}

/// The host of an app's origin, without port.
pub fn app_host(app: &str) -> String {
    host_of(&app_url(app, "/"))
}

/// The host of an address, without port.
///
/// # Panics
/// When `url` is no address.
pub fn host_of(url: &str) -> String {
    let url = Url::parse(url).unwrap_or_else(|error| panic!("`{url}`: {error}"));
    url.host_str().unwrap_or_default().to_owned()
}

fn joined(here: &str, onward: &str) -> String {
    Url::parse(here)
        .and_then(|url| url.join(onward))
        .unwrap_or_else(|error| panic!("`{onward}`: {error}"))
        .to_string()
}
