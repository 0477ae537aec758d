//! A proxy to talk to, with files, a socket and an engine of its own.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use atoll_socket_proxy::{Confinement, PolicyFiles, RegistryCredentials, Seal, Settings, run};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    sync::oneshot,
    task::JoinHandle,
    time::timeout,
};

use crate::engine::Engine;

pub(crate) const ALLOWLIST: &str = include_str!("allowlist.yaml");
pub(crate) const LOCK: &str = include_str!("allowlist.lock");

/// A running proxy in front of a running engine.
pub(crate) struct Bench {
    pub(crate) engine: Engine,
    pub(crate) folder: TempDir,
    pub(crate) running: JoinHandle<()>,
    /// Dropping or sending ends the proxy.
    pub(crate) end: Option<oneshot::Sender<()>>,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn reason(&self) -> &str {
        self.body["reason"].as_str().unwrap_or("none")
    }

    pub(crate) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or("")
    }
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with_policy(ALLOWLIST, LOCK).await
    }

    pub(crate) async fn with_policy(allowlist: &str, lock: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::start(&folder.path().join("engine.sock"));
        Self::before(engine, folder, allowlist, lock).await
    }

    /// A proxy in front of an engine that may not be there yet.
    pub(crate) async fn before(engine: Engine, folder: TempDir, allowlist: &str, lock: &str) -> Self {
        fs::write(folder.path().join("allowlist.yaml"), allowlist).unwrap();
        fs::write(folder.path().join("allowlist.lock"), lock).unwrap();
        let (running, end) = serve(&folder, false);
        let bench = Self { engine, folder, running, end: Some(end) };
        // The first answer comes after the first look at policy and engine.
        bench.get("/_ping").await;
        bench
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) async fn connect(&self) -> UnixStream {
        UnixStream::connect(self.path("proxy.sock")).await.unwrap()
    }

    /// Sends bytes, closes the sending direction and reads all that comes back.
    pub(crate) async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        let _ = stream.write_all(bytes).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.expect("no answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, Some(&body.to_string())).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call("DELETE", path, None).await
    }

    /// One request under the negotiated version; `body` is sent as it is.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<&str>) -> Answer {
        let body = body.unwrap_or_default();
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let request = format!(
            "{method} /v1.41{path} HTTP/1.1\r\nHost: d\r\n{kind}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        parse(&self.raw(request.as_bytes()).await)
    }

    /// Creates the island of the test app up to, not including, its container.
    pub(crate) async fn island(&self, app: &str, index: u32) {
        let network = network_body(app, index);
        assert_eq!(self.post("/networks/create", network).await.status, 201);
        assert_eq!(self.post("/volumes/create", volume_body(app)).await.status, 201);
    }

    pub(crate) async fn create(&self, app: &str, index: u32) -> Answer {
        self.post(&format!("/containers/create?name=atoll-{app}-main-web"), container_body(app, index)).await
    }
}

/// Starts a proxy on the folder's files and sockets.
pub(crate) fn serve(
    folder: &TempDir,
    accept_unenforced_limits: bool,
) -> (JoinHandle<()>, oneshot::Sender<()>) {
    let listener = bind(&folder.path().join("proxy.sock"));
    let settings = Settings {
        upstream: folder.path().join("engine.sock"),
        policy: PolicyFiles {
            allowlist: folder.path().join("allowlist.yaml"),
            lock: folder.path().join("allowlist.lock"),
            trust: None,
        },
        seal: Seal::open(folder.path()).unwrap(),
        gateway: "atoll-controlplane".to_owned(),
        accept_unenforced_limits,
        credentials: RegistryCredentials::of(
            Some(folder.path().join("registries.json")).filter(|file| file.exists()),
        ),
        client_uids: vec![own_uid(folder)],
        metrics: Some(bind(&folder.path().join("metrics.sock"))),
        confinement: Confinement::none(),
    };
    let (end, ended) = oneshot::channel();
    (tokio::spawn(run(listener, settings, async { drop(ended.await) })), end)
}

fn bind(socket: &Path) -> UnixListener {
    let _ = fs::remove_file(socket);
    UnixListener::bind(socket).unwrap()
}

/// The user that these tests run as: the one that the folder was made by.
fn own_uid(folder: &TempDir) -> u32 {
    fs::metadata(folder.path()).unwrap().uid()
}

pub(crate) fn network_body(app: &str, index: u32) -> Value {
    json!({
        "Name": format!("atoll-{app}-main"),
        "Labels": {"atoll.app": app, "atoll.instance": "main", "atoll.index": index.to_string()},
    })
}

pub(crate) fn volume_body(app: &str) -> Value {
    json!({
        "Name": format!("atoll-{app}-main-data"),
        "Labels": {"atoll.app": app, "atoll.instance": "main", "atoll.volume": "data"},
    })
}

pub(crate) fn container_body(app: &str, index: u32) -> Value {
    json!({
        "Image": "atoll/hello:1.0.0",
        "Labels": {"atoll.app": app, "atoll.instance": "main", "atoll.service": "web", "atoll.index": index.to_string()},
        "Env": ["TOKEN=hunter2"],
    })
}

pub(crate) fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Answer { status, head: head.to_owned(), body: serde_json::from_str(body).unwrap_or_default() }
}
