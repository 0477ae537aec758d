//! What is on the fake engine, and how it is shown.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use atoll_sandbox::{
    dialect::Dialect,
    holes::Holes,
    labels,
    names::{IslandId, ServiceName},
    policy::Policy,
    render::{self, Context, Island},
    subnet::NetworkIndex,
};
use bytes::Bytes;
use http::Response;
use http_body_util::Empty;
use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

use super::{Behaviour, Fault};

/// What this engine calls every image that it has pulled.
pub(super) const PULLED_IMAGE: &str =
    "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

pub(super) struct State {
    pub(super) policy: Arc<Policy>,
    pub(super) networks: BTreeMap<String, Network>,
    pub(super) volumes: BTreeSet<String>,
    pub(super) containers: BTreeMap<String, Container>,
    /// References of the images that were pulled.
    pub(super) pulled: BTreeSet<String>,
    pub(super) calls: Vec<String>,
    pub(super) faults: Vec<(String, Fault)>,
    pub(super) behaviours: BTreeMap<String, Behaviour>,
    pub(super) overlaps: BTreeSet<u32>,
    pub(super) info: Value,
    pub(super) tamper: Option<(&'static str, Value)>,
    pub(super) away: bool,
    pub(super) made: u64,
}

pub(super) struct Network {
    pub(super) index: u32,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) members: BTreeSet<String>,
}

pub(super) struct Container {
    pub(super) id: String,
    pub(super) body: Value,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) network: String,
    pub(super) status: &'static str,
    pub(super) exit_code: i64,
    pub(super) out_of_memory: bool,
    pub(super) started_at: String,
    pub(super) finished_at: String,
    pub(super) log: Vec<u8>,
    pub(super) server: Option<Server>,
}

pub(super) struct Server {
    pub(super) port: u16,
    pub(super) task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl State {
    pub(super) fn render(&self, labels: &BTreeMap<String, String>, body: &Value) -> Result<Value, String> {
        let mut holes = Holes::none();
        for variable in body["Env"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let (name, value) = variable.split_once('=').unwrap();
            holes.insert(name, value).map_err(|error| error.to_string())?;
        }
        let platform = "linux/amd64".parse().unwrap();
        let dialect = Dialect::Docker("1.41".parse().unwrap());
        let context = Context { policy: &self.policy, dialect, platform: &platform };
        let island =
            Island { id: island_of(labels), index: NetworkIndex(labels[labels::INDEX].parse().unwrap()) };
        let service: ServiceName = labels[labels::SERVICE].parse().unwrap();
        let rendered = render::container(&context, &island, &service, &holes);
        rendered.map(|request| request.body).map_err(|error| error.to_string())
    }

    pub(super) fn is_outdated(&self, container: &Container) -> bool {
        let mut body = json!({"Env": []});
        let entry = self.policy.app(&container.labels[labels::APP].parse().unwrap());
        let service: ServiceName = container.labels[labels::SERVICE].parse().unwrap();
        for secret in entry.into_iter().flat_map(|app| &app.services[&service].secrets) {
            body["Env"].as_array_mut().unwrap().push(json!(format!("{}=x", secret.env)));
        }
        let asked = self.render(&container.labels, &body).map(|body| body["Labels"][labels::SPEC].clone());
        asked.ok().as_ref() != Some(&container.body["Labels"][labels::SPEC])
    }
}

impl Container {
    /// What an engine calls the image: an id of its own where a registry's digest was asked for.
    fn image_id(&self) -> String {
        let asked = self.body["Image"].as_str().unwrap_or_default();
        if asked.contains('@') { PULLED_IMAGE.to_owned() } else { asked.to_owned() }
    }

    pub(super) fn end(&mut self, code: i64, out_of_memory: bool, now: &str) {
        self.status = "exited";
        self.exit_code = code;
        self.out_of_memory = out_of_memory;
        self.finished_at = now.to_owned();
        self.server = None;
    }

    pub(super) fn inspect(&self, tamper: Option<&(&'static str, Value)>) -> Value {
        let host = &self.body["HostConfig"];
        let mounts = host["Mounts"].as_array().into_iter().flatten().map(|mount| {
            json!({"Type": mount["Type"], "Name": mount["Source"], "Destination": mount["Target"],
                   "RW": mount["ReadOnly"] != true})
        });
        let endpoint =
            &self.body["NetworkingConfig"]["EndpointsConfig"][&self.network]["IPAMConfig"]["IPv4Address"];
        let address = if self.status == "running" { endpoint.clone() } else { json!("") };
        let mut inspect = json!({
            "Id": self.id,
            "Image": self.image_id(),
            "State": {"Status": self.status, "ExitCode": self.exit_code, "OOMKilled": self.out_of_memory,
                      "StartedAt": self.started_at, "FinishedAt": self.finished_at},
            "Config": {"User": self.body["User"]},
            "HostConfig": host,
            "Mounts": mounts.collect::<Vec<_>>(),
            "NetworkSettings": {"Networks": {self.network.as_str(): {"IPAddress": address}}},
            "Atoll": {"Verdict": "verified", "Differences": []},
        });
        if let Some((field, value)) = tamper {
            inspect["HostConfig"][*field] = value.clone();
        }
        inspect
    }
}

impl Server {
    pub(super) fn start(listener: TcpListener, status: u16) -> Self {
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut head = [0; 1024];
                    let read = stream.read(&mut head).await.unwrap_or(0);
                    if read > 0 {
                        let answer =
                            format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                        // A probe that has gone away does not matter.
                        let _ = stream.write_all(answer.as_bytes()).await;
                    }
                });
            }
        });
        Self { port, task }
    }

    pub(super) fn by_http2(listener: TcpListener, status: u16) -> Self {
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = service_fn(move |_| async move {
                    Response::builder().status(status).body(Empty::<Bytes>::new())
                });
                let serving = http2::Builder::new(TokioExecutor::new());
                tokio::spawn(serving.serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { port, task }
    }
}

pub(super) fn labels_of(body: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(body["Labels"].clone()).unwrap()
}

pub(super) fn island_of(labels: &BTreeMap<String, String>) -> IslandId {
    IslandId {
        app: labels[labels::APP].parse().unwrap(),
        instance: labels[labels::INSTANCE].parse().unwrap(),
    }
}
