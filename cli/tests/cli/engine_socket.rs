//! A container engine of the tests' own: answers what it is told to answer, and remembers what it was asked.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::State,
    http::{Method, StatusCode, Uri},
    response::IntoResponse,
};
use serde_json::{Value, json};
use tokio::{net::UnixListener, runtime::Runtime};

/// Listens until it is dropped.
pub(crate) struct EngineSocket {
    path: PathBuf,
    state: Arc<Mutex<Engine>>,
    _runtime: Runtime,
}

#[derive(Default)]
struct Engine {
    answers: BTreeMap<String, Value>,
    asked: Vec<String>,
}

impl EngineSocket {
    /// An engine in `folder` that answers paths as given.
    pub(crate) fn start(folder: &Path, answers: impl IntoIterator<Item = (String, Value)>) -> Self {
        let path = folder.join("engine.sock");
        let state =
            Arc::new(Mutex::new(Engine { answers: answers.into_iter().collect(), asked: Vec::new() }));
        let runtime = Runtime::new().unwrap();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        let listener = {
            let _context = runtime.enter();
            UnixListener::bind(&path).unwrap()
        };
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { path, state, _runtime: runtime }
    }

    /// A recent Docker that can do all that Atoll needs, with these images.
    pub(crate) fn good(folder: &Path, images: &[(&str, Value)]) -> Self {
        let images = images.iter().map(|(name, image)| (format!("/images/{name}/json"), image.clone()));
        Self::start(folder, good_answers(folder).into_iter().chain(images))
    }

    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// Answers a path differently from now on.
    pub(crate) fn set(&self, path: &str, answer: Value) {
        self.state.lock().unwrap().answers.insert(path.to_owned(), answer);
    }

    /// Changes one key of an answer.
    pub(crate) fn change(&self, path: &str, key: &str, value: Value) {
        let mut state = self.state.lock().unwrap();
        state.answers.get_mut(path).unwrap()[key] = value;
    }

    /// `METHOD path` of every request, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.lock().unwrap().asked.clone()
    }
}

async fn answer(State(engine): State<Arc<Mutex<Engine>>>, method: Method, uri: Uri) -> impl IntoResponse {
    let mut engine = engine.lock().unwrap();
    engine.asked.push(format!("{method} {uri}"));
    match engine.answers.get(uri.path()) {
        Some(answer) => (StatusCode::OK, Json(answer.clone())),
        None => (StatusCode::NOT_FOUND, Json(json!({"message": format!("no such thing: {}", uri.path())}))),
    }
}

fn good_answers(folder: &Path) -> [(String, Value); 3] {
    let version = json!({
        "Version": "28.2.2", "ApiVersion": "1.50", "MinAPIVersion": "1.24", "Os": "linux", "Arch": "amd64",
        "Components": [{"Name": "Engine", "Version": "28.2.2"}],
    });
    let info = json!({
        "DockerRootDir": folder, "CgroupVersion": "2", "CgroupDriver": "systemd", "MemoryLimit": true,
        "SwapLimit": true, "PidsLimit": true, "CpuCfsQuota": true, "BridgeNfIptables": true,
        "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"],
    });
    let networks = json!([{"Name": "bridge", "Driver": "bridge"}, {"Name": "host", "Driver": "host"}]);
    [("/version", version), ("/info", info), ("/networks", networks)]
        .map(|(path, answer)| (path.to_owned(), answer))
}

/// An image that was built on this engine.
pub(crate) fn built(digit: char) -> Value {
    json!({"Id": digest(digit), "RepoDigests": [], "Os": "linux", "Architecture": "amd64"})
}

/// An image that was pulled from its registry.
pub(crate) fn pulled(id: char, repository: &str, manifest: char) -> Value {
    let digests = [format!("{repository}@{}", digest(manifest))];
    json!({"Id": digest(id), "RepoDigests": digests, "Os": "linux", "Architecture": "amd64"})
}

/// A digest of one repeated digit.
pub(crate) fn digest(digit: char) -> String {
    format!("sha256:{}", digit.to_string().repeat(64))
}
