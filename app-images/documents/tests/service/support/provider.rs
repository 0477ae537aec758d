//! A provider for tests: answers as it was told to, and remembers what it was asked.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Answers in turn; the last answer again and again.
#[derive(Clone)]
pub(crate) struct FakeProvider {
    pub(crate) address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    answers: VecDeque<Scripted>,
    asked: Vec<Asked>,
}

/// One answer to give.
#[derive(Clone, Debug)]
pub(crate) enum Scripted {
    /// Status, headers, body.
    Whole(u16, Vec<(&'static str, String)>, String),
    /// 200, a length of 4096, these bytes, and the end.
    Half(String),
    /// Nothing, ever.
    Silence,
}

/// One request that came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) at: Timestamp,
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

pub(crate) fn says(status: u16, body: impl ToString) -> Scripted {
    Scripted::Whole(status, Vec::new(), body.to_string())
}

impl FakeProvider {
    pub(crate) async fn start(answers: impl IntoIterator<Item = Scripted>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inner = Inner { answers: answers.into_iter().collect(), asked: Vec::new() };
        let fake = Self { address: listener.local_addr().unwrap(), inner: Arc::new(Mutex::new(inner)) };
        let router = axum::Router::new().fallback(answer).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.inner.lock().unwrap().asked.clone()
    }

    fn next(&self, asked: Asked) -> Scripted {
        let mut inner = self.inner.lock().unwrap();
        inner.asked.push(asked);
        if inner.answers.len() > 1 { inner.answers.pop_front() } else { inner.answers.front().cloned() }
            .expect("a fake provider has an answer")
    }
}

async fn answer(State(fake): State<FakeProvider>, request: Request) -> Response {
    let at = Timestamp::now();
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let asked = Asked {
        at,
        method: head.method,
        target: head.uri.to_string(),
        headers: head.headers,
        body: serde_json::from_slice(&body).unwrap_or(json!(null)),
    };
    match fake.next(asked) {
        Scripted::Whole(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Scripted::Half(text) => {
            let pieces = [Ok(text), Err(std::io::Error::other("cut"))];
            Response::builder()
                .header("content-length", 4096)
                .body(Body::from_stream(futures_util::stream::iter(pieces)))
                .unwrap()
        }
        Scripted::Silence => std::future::pending().await,
    }
}
