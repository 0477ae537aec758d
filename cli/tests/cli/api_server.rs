//! A control plane of the tests' own. It speaks the contract's outline (sessions, problem details, events) and answers
//! what each test tells it to; it remembers every request.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

pub(crate) const TOKEN: &str = "token-of-ada";
pub(crate) const PASSWORD: &str = "correct horse battery";

/// Listens until it is dropped.
pub(crate) struct ApiServer {
    port: u16,
    state: Arc<Mutex<Server>>,
    _runtime: Runtime,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// `METHOD path?query`
    pub(crate) what: String,
    pub(crate) authorization: Option<String>,
    pub(crate) body: Value,
}

/// One answer to be given.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Json(u16, Value),
    /// Events of one kind; the stream then ends.
    Events(&'static str, Vec<Value>),
    /// Events of one kind; the connection then breaks off.
    Torn(&'static str, Vec<Value>),
}

#[derive(Default)]
struct Server {
    /// The last answer of a list stays.
    answers: BTreeMap<String, Vec<Answer>>,
    asked: Vec<Asked>,
    is_another: bool,
}

impl ApiServer {
    pub(crate) fn start() -> Self {
        let state = Arc::new(Mutex::new(Server::default()));
        let runtime = Runtime::new().unwrap();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let port = listener.local_addr().unwrap().port();
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { port, state, _runtime: runtime }
    }

    /// A name that no resolver knows: the program must know it by itself.
    pub(crate) fn url(&self) -> String {
        format!("http://atoll.localhost:{}", self.port)
    }

    /// `route` is `METHOD /path` without `/api/v1`.
    pub(crate) fn on(&self, route: &str, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().answers.insert(route.to_owned(), answers.into_iter().collect());
    }

    pub(crate) fn on_json(&self, route: &str, answer: Value) {
        self.on(route, [Answer::Json(200, answer)]);
    }

    /// From now on this is somebody else's web server.
    pub(crate) fn pretend_to_be_another(&self) {
        self.state.lock().unwrap().is_another = true;
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap().asked.clone()
    }

    /// `METHOD path?query` of every request, in order.
    pub(crate) fn asked_for(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.what).collect()
    }
}

/// Problem details as the contract has them.
pub(crate) fn problem(status: u16, code: &str, detail: &str, cure: Option<&str>) -> Answer {
    let kind = format!("urn:atoll:problem:{code}");
    let mut body = json!({
        "type": kind, "title": "It did not work", "status": status, "detail": detail, "request_id": "req-1",
    });
    if let Some(cure) = cure {
        body["cure"] = json!(cure);
    }
    Answer::Json(status, body)
}

/// The person who is signed in.
pub(crate) fn ada() -> Value {
    json!({
        "id": "018f-ada", "name": "Ada", "email": "ada@example.org", "role": "admin", "disabled": false,
        "created_at": "2026-11-20T08:00:00Z", "last_login_at": "2026-11-23T09:30:00Z",
    })
}

async fn answer(
    State(server): State<Arc<Mutex<Server>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut server = server.lock().unwrap();
    let path = uri.path().strip_prefix("/api/v1").unwrap_or(uri.path()).to_owned();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let authorization = headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned());
    server.asked.push(Asked {
        what: format!("{method} {path}{query}"),
        authorization: authorization.clone(),
        body: serde_json::from_slice(&body).unwrap_or_default(),
    });
    assert!(headers[header::HOST].to_str().unwrap().starts_with("atoll.localhost:"));
    if server.is_another {
        return "<html>It works!</html>".into_response();
    }
    match (format!("{method} {path}").as_str(), authorization.as_deref()) {
        ("GET /setup", _) => Json(json!({"needed": false})).into_response(),
        ("POST /session", _) => sign_in(&body),
        (_, Some(bearer)) if bearer == format!("Bearer {TOKEN}") => {
            server.prepared(&format!("{method} {path}"))
        }
        (_, _) => problem(401, "not-signed-in", "this needs a session", None).into_response(),
    }
}

fn sign_in(body: &[u8]) -> Response {
    let given: Value = serde_json::from_slice(body).unwrap();
    if given != json!({"email": "ada@example.org", "password": PASSWORD}) {
        return problem(401, "wrong-credentials", "e-mail address or password is wrong", None)
            .into_response();
    }
    let cookie = format!("__Host-atoll-session={TOKEN}; Path=/; Secure; HttpOnly; SameSite=Lax");
    let view = json!({"user": ada(), "expires_at": "2026-11-23T20:00:00Z"});
    ([(header::SET_COOKIE, "other=1".to_owned()), (header::SET_COOKIE, cookie)], Json(view)).into_response()
}

impl Server {
    fn prepared(&mut self, route: &str) -> Response {
        let Some(answers) = self.answers.get_mut(route) else {
            return problem(404, "not-found", &format!("there is no {route}"), None).into_response();
        };
        if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() }.into_response()
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Json(204, _) => StatusCode::NO_CONTENT.into_response(),
            Self::Json(status, body) => (StatusCode::from_u16(status).unwrap(), Json(body)).into_response(),
            Self::Events(name, events) => stream(name, &events, false),
            Self::Torn(name, events) => stream(name, &events, true),
        }
    }
}

fn stream(name: &str, events: &[Value], torn: bool) -> Response {
    let text = |event: &Value| Ok(format!(": still here\n\nevent: {name}\ndata: {event}\n\n"));
    let mut pieces: Vec<Result<String, std::io::Error>> = events.iter().map(text).collect();
    if torn {
        pieces.push(Err(std::io::Error::other("torn")));
    }
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    ([(header::CONTENT_TYPE, "text/event-stream")], body).into_response()
}
