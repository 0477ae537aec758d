//! A control plane of the test's own, and clients that speak to it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
};

use atoll_controlplane::{
    api,
    clock::Clock,
    config::Config,
    identity::{
        keys::Keys,
        session::Audience,
        setup::{SetupCodes, SetupError},
    },
    ids::UserId,
    platform::{Given, Platform},
    random::Random,
    reconciler::probe::Prober,
    secret::Secret,
};
use atoll_sandbox::{allowlist::Allowlist, lock::Lock, policy::Policy};
use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::{
    database,
    fake_engine::{FakeEngine, GATEWAY},
};

/// The console's origin, as browsers would say it.
pub(crate) const ORIGIN: &str = "http://atoll.localhost:8080";
/// A password that may be set.
pub(crate) const PASSWORD: &str = "correct horse battery";

const ALLOWLIST: &str = r#"schemaVersion: 1
revision: 7
host:
  subnets: 10.212.0.0/16
  limits: {instances: 10, cpu: "2", memory: 4Gi, pids: 1024}
apps:
- id: notes
  version: 1.2.0
  title: Notes
  description: Takes notes
  category: documents
  icon: notes.svg
  licenses: Apache-2.0
  services:
    web:
      image: atoll/notes:1.2.0
      user: "10001:10001"
      volumes: [{name: data, mountPath: /data}]
      resources: {limits: {cpu: "0.5", memory: 64Mi, pids: 32}}
  http:
    service: web
    port: 8080
    access: [{path: /, role: user}]
  roles: [{id: user, title: Can use, default: true}, {id: admin, title: Can manage}]
  egress: [{host: api.example.com, port: 443}]
"#;

const LOCK: &str = r#"{"schemaVersion": 1, "revision": 1, "images": {"atoll/notes:1.2.0": {"linux/amd64": {
"digest": "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "source": "local"}}}}"#;

/// A control plane of the test's own.
pub(crate) struct Atoll {
    pub(crate) platform: Platform,
    pub(crate) clock: Clock,
    pub(crate) dir: tempfile::TempDir,
    address: SocketAddr,
}

/// Somebody who asks.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    credential: Credential,
}

#[derive(Clone)]
enum Credential {
    None,
    Cookie(String),
    Bearer(String),
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: header::HeaderMap,
    pub(crate) text: String,
}

impl Atoll {
    /// One that has just been started for the first time, without an engine. Its clock stands still. On SQLite, or on
    /// the PostgreSQL server that `ATOLL_TEST_POSTGRES` names.
    pub(crate) async fn start() -> Self {
        let clock = Clock::manual("2026-11-23T12:00:00Z".parse().unwrap());
        Self::open(clock, None).await
    }

    /// One with an administrator, an engine that plays along, and a clock that goes.
    pub(crate) async fn with_engine() -> (Self, Client, FakeEngine) {
        let allowlist = Allowlist::parse("allowlist.yaml", ALLOWLIST).unwrap();
        let policy = Policy::new(allowlist, Lock::parse("allowlist.lock", LOCK).unwrap());
        let clock = Clock::system();
        let engine = FakeEngine::start(policy, clock.clone()).await;
        let atoll = Self::open(clock, Some(&engine)).await;
        let (reconciler, stop) = (atoll.platform.reconciler.clone(), atoll.platform.stop.clone());
        tokio::spawn(async move { reconciler.run(stop).await });
        let admin = atoll.first_administrator().await;
        (atoll, admin, engine)
    }

    /// One that people reach by HTTPS.
    pub(crate) async fn behind_https() -> Self {
        let clock = Clock::manual("2026-11-23T12:00:00Z".parse().unwrap());
        Self::open_at("https://atoll.example.com", clock, None).await
    }

    async fn open(clock: Clock, engine: Option<&FakeEngine>) -> Self {
        Self::open_at(ORIGIN, clock, engine).await
    }

    async fn open_at(origin: &str, clock: Clock, engine: Option<&FakeEngine>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("allowlist.yaml"), ALLOWLIST).unwrap();
        std::fs::write(dir.path().join("allowlist.lock"), LOCK).unwrap();
        std::fs::write(dir.path().join("notes.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>").unwrap();
        let socket = engine.map_or_else(|| dir.path().join("proxy.sock"), FakeEngine::socket);
        let config = Config {
            tls: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            base_url: origin.parse().unwrap(),
            engine: format!("unix://{}", socket.display()),
            gateway_container: GATEWAY.to_owned(),
            allowlist: dir.path().join("allowlist.yaml"),
            lock: dir.path().join("allowlist.lock"),
            trusted_key: None,
            data: dir.path().to_owned(),
            database_url: database::of(dir.path()).await,
            console_dir: dir.path().join("console"),
            platform_port: 3128,
            accept_unenforced_limits: false,
            threads: NonZeroUsize::MIN,
        };
        let keys = Keys::ephemeral(clock.clone()).unwrap();
        let prober = engine.map_or_else(Prober::direct, |engine| Prober::by(engine.route()));
        let given = Given { keys, prober };
        let platform = Platform::with(config, clock.clone(), Random::system(), given).await.unwrap();
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = api::router(platform.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { platform, clock, dir, address }
    }

    /// One with an administrator, and that administrator.
    pub(crate) async fn set_up() -> (Self, Client) {
        let atoll = Self::start().await;
        let admin = atoll.first_administrator().await;
        (atoll, admin)
    }

    async fn first_administrator(&self) -> Client {
        let code = self.setup_code().await.unwrap();
        let body =
            json!({"code": code.expose(), "name": "Ada", "email": "ada@example.com", "password": PASSWORD});
        let answer = self.anonymous().post("/setup", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        self.anonymous().with_cookie(&answer.session_token())
    }

    /// A one-time code, as the command on the machine issues it.
    pub(crate) async fn setup_code(&self) -> Result<Secret, SetupError> {
        let Platform { store, clock, random, audit, .. } = self.platform.clone();
        SetupCodes { store, clock, random, audit }.issue_code().await
    }

    /// Somebody who is not signed in.
    pub(crate) fn anonymous(&self) -> Client {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Client { http, address: self.address, credential: Credential::None }
    }

    /// A new member, signed in by cookie.
    pub(crate) async fn member(&self, admin: &Client, name: &str) -> (UserId, Client) {
        let email = format!("{name}@example.com");
        let body = json!({"name": name, "email": email, "password": PASSWORD, "role": "member"});
        let answer = admin.post("/users", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let id = answer.json()["id"].as_str().unwrap().parse().unwrap();
        (id, self.signed_in(&email).await)
    }

    /// Signs in by password.
    pub(crate) async fn signed_in(&self, email: &str) -> Client {
        let answer = self.anonymous().post("/session", json!({"email": email, "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.anonymous().with_cookie(&answer.session_token())
    }

    /// A fresh session without the password, for tests about something else.
    pub(crate) async fn token_for(&self, user: UserId) -> Secret {
        self.platform.sessions.issue(user, Audience::Console, None).await.unwrap().0
    }
}

impl Client {
    /// The same, signed in by the cookie, as a browser on the console's page.
    pub(crate) fn with_cookie(&self, token: &str) -> Self {
        Self { credential: Credential::Cookie(token.to_owned()), ..self.clone() }
    }

    /// The same, signed in by a bearer token, as a program.
    pub(crate) fn with_bearer(&self, token: &str) -> Self {
        Self { credential: Credential::Bearer(token.to_owned()), ..self.clone() }
    }

    /// The token that this client signs in by.
    pub(crate) fn token(&self) -> &str {
        match &self.credential {
            Credential::None => "",
            Credential::Cookie(token) | Credential::Bearer(token) => token,
        }
    }

    /// A request that is not sent yet, of an address below the API.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request_at(method, &format!("/api/v1{path}"))
    }

    /// A request that is not sent yet, of any address.
    pub(crate) fn request_at(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("http://{}{path}", self.address));
        match &self.credential {
            Credential::None => request,
            Credential::Cookie(token) => request
                .header(header::COOKIE, format!("__Host-atoll-session={token}"))
                .header("origin", ORIGIN),
            Credential::Bearer(token) => request.bearer_auth(token),
        }
    }

    /// The events of a stream until it ends: name and JSON of each.
    pub(crate) async fn events(&self, path: &str) -> Vec<(String, Value)> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.headers["content-type"], "text/event-stream");
        answer.text.split("\n\n").filter_map(parse_event).collect()
    }

    /// Asks for an operation, and waits until it has ended.
    pub(crate) async fn operation(&self, request: reqwest::RequestBuilder) -> Value {
        let accepted = Answer::of(request).await;
        assert_eq!(accepted.status, 202, "{accepted:?}");
        let id = accepted.json()["id"].as_str().unwrap().to_owned();
        let events = self.events(&format!("/operations/{id}/events")).await;
        events.last().unwrap().1.clone()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.request(Method::PATCH, path).json(&body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        Answer::of(self.request(Method::DELETE, path)).await
    }
}

impl Answer {
    /// Sends and reads the whole answer.
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The code of the problem that this answer is.
    #[track_caller]
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        assert_eq!(problem["request_id"], self.headers["x-request-id"].to_str().unwrap(), "{self:?}");
        problem["type"].as_str().unwrap().strip_prefix("urn:atoll:problem:").unwrap().to_owned()
    }

    /// Status and code of a problem.
    #[track_caller]
    pub(crate) fn refused(&self) -> (u16, String) {
        (self.status, self.problem())
    }

    /// The session token that the answer sets as a cookie.
    #[track_caller]
    pub(crate) fn session_token(&self) -> String {
        let cookie = self.headers[header::SET_COOKIE].to_str().unwrap();
        let (token, attributes) =
            cookie.strip_prefix("__Host-atoll-session=").unwrap().split_once(';').unwrap();
        assert_eq!(attributes.trim(), "Path=/; Max-Age=28800; Secure; HttpOnly; SameSite=Lax");
        token.to_owned()
    }
}

/// What a refusal looks like in [`Answer::refused`].
pub(crate) fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// A comment, which keeps a stream alive, is none.
fn parse_event(text: &str) -> Option<(String, Value)> {
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name).map(str::trim));
    Some((line("event:")?.to_owned(), serde_json::from_str(line("data:")?).unwrap()))
}
