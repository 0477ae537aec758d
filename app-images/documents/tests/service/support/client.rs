//! A client: with a person's token or without.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::io::AsyncWriteExt;

use super::eventually;
use super::platform::Key;

const BOUNDARY: &str = "a-boundary-that-no-pdf-contains";

/// Speaks to one server, as one person or as nobody.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    token: Option<String>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The stable code of a problem, after checking that it is a well-formed one.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16(), "{problem}");
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{problem}");
        problem["type"].as_str().unwrap().strip_prefix("urn:atoll:problem:").unwrap().into()
    }
}

impl Client {
    pub(crate) fn known(address: SocketAddr, user: &str) -> Self {
        Self::unknown(address).with_token(Key::new("first").token(user))
    }

    pub(crate) fn unknown(address: SocketAddr) -> Self {
        Self { http: reqwest::Client::builder().no_proxy().build().unwrap(), address, token: None }
    }

    pub(crate) fn with_token(mut self, token: String) -> Self {
        self.token = Some(token);
        self
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("http://{}{path}", self.address));
        match &self.token {
            Some(token) => request.header("atoll-identity", token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PATCH, path).json(body)).await
    }

    /// The names in a list, in its order.
    pub(crate) async fn names(&self, query: &str) -> Vec<String> {
        let list = self.get(&format!("/api/documents?{query}")).await;
        assert_eq!(list.status, StatusCode::OK, "{query}: {}", list.text());
        let list = list.json();
        list["items"].as_array().unwrap().iter().map(|each| each["name"].as_str().unwrap().into()).collect()
    }

    /// Uploads files (name and bytes) in one form.
    pub(crate) async fn upload(&self, files: &[(&str, &[u8])]) -> Answer {
        send(self.upload_request(form(files))).await
    }

    pub(crate) fn upload_request(&self, body: impl Into<reqwest::Body>) -> RequestBuilder {
        self.request(Method::POST, "/api/documents")
            .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
            .body(body)
    }

    /// Uploads one file that must be accepted; gives the document's id.
    pub(crate) async fn stored(&self, name: &str, bytes: &[u8]) -> String {
        let answer = self.upload(&[(name, bytes)]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        answer.json()["documents"][0]["id"].as_str().unwrap().into()
    }

    pub(crate) async fn document(&self, id: &str) -> Value {
        self.get(&format!("/api/documents/{id}")).await.json()
    }

    /// Waits until the document has been read or given up.
    pub(crate) async fn settled(&self, id: &str) -> Value {
        eventually("the document is read", || async {
            let document = self.document(id).await;
            matches!(document["status"].as_str(), Some("ready" | "failed")).then_some(document)
        })
        .await
    }

    /// The text of a document that is ready, pages joined.
    pub(crate) async fn text(&self, id: &str) -> String {
        let answer = self.get(&format!("/api/documents/{id}/text")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let pages = answer.json()["pages"].as_array().unwrap().clone();
        pages.iter().map(|page| page.as_str().unwrap()).collect::<Vec<_>>().join("\n")
    }

    /// Sends a request's head and the beginning of its body, and pulls the cable.
    pub(crate) async fn broken_off(&self, head: &str, body: &[u8]) {
        let mut connection = tokio::net::TcpStream::connect(self.address).await.unwrap();
        let token = self.token.as_deref().unwrap();
        let head = format!("{head}\r\nhost: documents\r\natoll-identity: {token}\r\n\r\n");
        connection.write_all(head.as_bytes()).await.unwrap();
        connection.write_all(body).await.unwrap();
    }

    /// Opens the event stream.
    pub(crate) async fn events(&self) -> reqwest::Response {
        self.request(Method::GET, "/api/events").send().await.unwrap()
    }
}

pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let answer = tokio::time::timeout(Duration::from_secs(60), request.send()).await.unwrap().unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    Answer { status, headers, body: answer.bytes().await.unwrap().to_vec() }
}

/// A form with these files.
pub(crate) fn form(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in files {
        body.extend_from_slice(part_head(name).as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// What stands before a file's bytes in a form.
pub(crate) fn part_head(name: &str) -> String {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/pdf\r\n\r\n"
    )
}
