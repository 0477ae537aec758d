//! An engine of the tests' own: keeps objects as Docker does, records every call, and can be told to misbehave.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use hyper::{Request, Response, body::Frame, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    net::UnixListener,
    sync::{mpsc, watch},
    task::JoinSet,
};

type Body = BoxBody<Bytes, Infallible>;

/// One call as the engine received it.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// Path and query, as written.
    pub(crate) target: String,
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) raw: Bytes,
}

impl Received {
    /// Whether it would change something.
    pub(crate) fn is_write(&self) -> bool {
        self.method != "GET" && !self.target.contains("/wait")
    }
}

/// Something that happens to what the engine holds.
type Change = fn(&mut State);

/// What the engine holds and how it behaves.
pub(crate) struct State {
    pub(crate) received: Vec<Received>,
    pub(crate) containers: Vec<Value>,
    pub(crate) networks: Vec<Value>,
    pub(crate) volumes: Vec<Value>,
    pub(crate) images: Vec<Value>,
    /// What `GET /version` answers.
    pub(crate) version: Value,
    /// Changes each container just before it is kept: an engine that does something else than it was asked.
    pub(crate) tamper: fn(&mut Value),
    /// Changes each row of a list of containers that is ours.
    pub(crate) row: fn(&mut Value),
    /// What happens on the host right after a call was answered, once: the start of `METHOD path`, and what is changed.
    pub(crate) afterwards: Vec<(&'static str, Change)>,
    /// How long a create or a start takes.
    pub(crate) change_time: Duration,
    /// How long it takes until a stream begins.
    pub(crate) head_time: Duration,
    /// Feeds the streams of logs and events.
    pub(crate) streams: Vec<mpsc::Sender<Bytes>>,
    next_id: u64,
}

/// The running engine.
#[derive(Clone)]
pub(crate) struct Engine {
    state: Arc<Mutex<State>>,
    /// How many connections are open.
    connections: Arc<watch::Sender<usize>>,
}

pub(crate) const IMAGE_ID: &str = "sha256:4e114e114e114e114e114e114e114e114e114e114e114e114e114e114e114e11";

impl Engine {
    /// Starts an engine that has the test app's image and the control plane's container.
    pub(crate) fn start(socket: &Path) -> Self {
        let engine =
            Self { state: Arc::new(Mutex::new(State::new())), connections: Arc::new(watch::channel(0).0) };
        engine.serve(socket);
        engine
    }

    /// Serves on a socket, from now on.
    pub(crate) fn serve(&self, socket: &Path) {
        let listener = UnixListener::bind(socket).unwrap();
        let engine = self.clone();
        tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let engine = engine.clone();
                engine.connections.send_modify(|count| *count += 1);
                connections.spawn(async move {
                    let serving = engine.clone();
                    let service = service_fn(move |request| serving.clone().answer(request));
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                    engine.connections.send_modify(|count| *count -= 1);
                });
            }
        });
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The calls that would have changed something.
    pub(crate) fn writes(&self) -> Vec<Received> {
        self.state().received.iter().filter(|call| call.is_write()).cloned().collect()
    }

    /// How many connections are open.
    pub(crate) fn connections(&self) -> usize {
        *self.connections.borrow()
    }

    /// Waits until at most `most` connections are open.
    pub(crate) async fn connections_fall_to(&self, most: usize) {
        let mut count = self.connections.subscribe();
        let fallen = count.wait_for(|count| *count <= most);
        tokio::time::timeout(Duration::from_secs(5), fallen).await.expect("connections stay open").unwrap();
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        let received = Received {
            method: head.method.to_string(),
            target: head.uri.to_string(),
            body: serde_json::from_slice(&body).unwrap_or_default(),
            raw: body,
        };
        let change_time = self.state().change_time;
        let head_time = self.state().head_time;
        if received.target.contains("/create") || received.target.contains("/start") {
            tokio::time::sleep(change_time).await;
        }
        let path = without_version(head.uri.path()).to_owned();
        let query = query(head.uri.query().unwrap_or_default());
        let streams = ["/logs", "/events", "/wait", "/stats"].iter().any(|end| path.ends_with(end));
        if streams {
            tokio::time::sleep(head_time).await;
        }
        let mut state = self.state();
        state.received.push(received.clone());
        let once = ["follow", "stream"].iter().any(|key| query.get(*key).is_some_and(|value| value == "0"));
        if streams && !once {
            return Ok(state.stream());
        }
        let (status, answer) = state.carry_out(&received.method, &path, &query, received.body);
        let call = format!("{} {path}", received.method);
        if let Some(index) = state.afterwards.iter().position(|(start, _)| call.starts_with(start)) {
            let (_, change) = state.afterwards.remove(index);
            change(&mut state);
        }
        let text = if answer.is_null() { String::new() } else { answer.to_string() };
        let body = Full::new(Bytes::from(text)).boxed();
        Ok(Response::builder().status(status).header("Content-Type", "application/json").body(body).unwrap())
    }
}

impl State {
    fn new() -> Self {
        let mut state = Self {
            received: Vec::new(),
            containers: Vec::new(),
            networks: Vec::new(),
            volumes: Vec::new(),
            images: vec![json!({
                "Id": IMAGE_ID, "RepoTags": ["atoll/hello:1.0.0", "atoll/database:17"], "RepoDigests": [],
                "Created": "2026-01-01T00:00:00Z", "Size": 1000, "Os": "linux", "Architecture": "amd64",
                "Config": {"Env": ["SECRET=of the image"]},
            })],
            version: json!({"ApiVersion": "1.41", "MinAPIVersion": "1.12", "Os": "linux", "Arch": "amd64", "Version": "20.10.24"}),
            tamper: |_| {},
            row: |_| {},
            afterwards: Vec::new(),
            change_time: Duration::ZERO,
            head_time: Duration::ZERO,
            streams: Vec::new(),
            next_id: 1,
        };
        state.add_container("atoll-controlplane", json!({}));
        state.add_container("atoll-socket-proxy", json!({}));
        state
    }

    /// Adds a container that somebody else made.
    pub(crate) fn add_container(&mut self, name: &str, labels: Value) -> String {
        let body = json!({"Image": "x", "Labels": labels, "Env": ["PASSWORD=foreign"], "HostConfig": {"NetworkMode": "bridge"}});
        self.create_container(name, body)
    }

    fn id(&mut self) -> String {
        self.next_id += 1;
        // Spread, so that the start of an id tells it from the others.
        format!("{:016x}{}", self.next_id.wrapping_mul(0x9e37_79b9_7f4a_7c15), "0".repeat(48))
    }

    fn create_container(&mut self, name: &str, body: Value) -> String {
        let id = self.id();
        let mut inspect = self.inspect_of(&id, name, &body);
        (self.tamper)(&mut inspect);
        self.containers.push(inspect);
        id
    }

    /// What Docker 20.10 answers for a container that was made from a body.
    fn inspect_of(&self, id: &str, name: &str, body: &Value) -> Value {
        let mut host: Value = serde_json::from_str(include_str!("host_config.json")).unwrap();
        for (key, value) in body["HostConfig"].as_object().unwrap() {
            host[key] = value.clone();
        }
        let network = self
            .find("networks", host["NetworkMode"].as_str().unwrap_or_default())
            .map(|n| n["Name"].clone());
        let endpoints = body["NetworkingConfig"]["EndpointsConfig"].as_object().into_iter().flatten();
        let networks: BTreeMap<String, Value> = endpoints
            .map(|(key, endpoint)| {
                let name = network.as_ref().and_then(Value::as_str).unwrap_or(key);
                (name.to_owned(), json!({"IPAMConfig": endpoint["IPAMConfig"], "Aliases": endpoint["Aliases"], "NetworkID": key, "IPAddress": ""}))
            })
            .collect();
        let mounts = body["HostConfig"]["Mounts"].as_array().into_iter().flatten();
        let mounts: Vec<Value> = mounts
            .map(|mount| {
                json!({
                    "Type": mount["Type"], "Name": mount["Source"], "Source": "/var/lib/docker/volumes/x/_data",
                    "Destination": mount["Target"], "RW": mount["ReadOnly"] != true,
                })
            })
            .collect();
        json!({
            "Id": id, "Name": format!("/{name}"), "Created": "2026-01-01T00:00:00Z", "Image": body["Image"],
            "ResolvConfPath": "/var/lib/docker/containers/x/resolv.conf", "RestartCount": 0,
            "State": {
                "Status": "created", "Running": false, "Paused": false, "Restarting": false, "OOMKilled": false,
                "Dead": false, "Pid": 4711, "ExitCode": 0, "Error": "", "StartedAt": "", "FinishedAt": "",
            },
            "Config": {
                "Hostname": body["Hostname"].as_str().unwrap_or("x"), "Domainname": "", "User": body["User"].as_str().unwrap_or(""),
                "Tty": false, "OpenStdin": false, "Env": body["Env"], "Cmd": body["Cmd"], "Image": body["Image"],
                "Labels": body["Labels"], "Healthcheck": body["Healthcheck"], "StopTimeout": body["StopTimeout"],
            },
            "HostConfig": host, "Mounts": mounts, "GraphDriver": {"Data": {"UpperDir": "/var/lib/docker/overlay2/x"}},
            "NetworkSettings": {"Networks": networks},
        })
    }

    pub(crate) fn list(&self, kind: &str) -> &Vec<Value> {
        match kind {
            "containers" => &self.containers,
            "networks" => &self.networks,
            "volumes" => &self.volumes,
            _ => &self.images,
        }
    }

    /// A container's state after `start`, `stop` or `kill`.
    fn note_state(&mut self, id: &str, action: &str) {
        let status = match action {
            "start" => "running",
            "stop" | "kill" => "exited",
            _ => return,
        };
        for container in self.containers.iter_mut().filter(|container| container["Id"] == id) {
            container["State"]["Status"] = json!(status);
        }
    }

    /// As the engine looks things up: full id, exact name, then the start of an id.
    pub(crate) fn find(&self, kind: &str, reference: &str) -> Option<&Value> {
        let all: &[Value] = if reference.is_empty() { &[] } else { self.list(kind) };
        let named = |object: &&Value| {
            let tags = object["RepoTags"].as_array().into_iter().flatten();
            object["Name"].as_str().is_some_and(|name| name.trim_start_matches('/') == reference)
                || tags.into_iter().any(|tag| tag == reference)
        };
        all.iter().find(|object| object["Id"] == reference).or_else(|| all.iter().find(named)).or_else(|| {
            all.iter().find(|object| object["Id"].as_str().is_some_and(|id| id.starts_with(reference)))
        })
    }

    fn stream(&mut self) -> Response<Body> {
        let (sender, mut receiver) = mpsc::channel(16);
        self.streams.push(sender);
        let frames = futures(move |context| receiver.poll_recv(context));
        Response::new(BodyExt::boxed(StreamBody::new(frames)))
    }

    fn carry_out(
        &mut self,
        method: &str,
        path: &str,
        query: &BTreeMap<String, String>,
        body: Value,
    ) -> (u16, Value) {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (method, &parts[..]) {
            ("GET", ["version"]) => (200, self.version.clone()),
            ("GET", ["info"]) => (
                200,
                json!({"NCPU": 2, "MemTotal": 1, "Name": "host", "SecurityOptions": ["name=seccomp,profile=/var/lib/seccomp.json"], "Labels": ["secret"], "RegistryConfig": {}, "Containers": 99}),
            ),
            ("GET", ["containers", "json"]) => (
                200,
                self.containers
                    .iter()
                    .map(|inspect| {
                        let mut row = row(inspect);
                        if row["Labels"].get("atoll.seal").is_some() {
                            (self.row)(&mut row);
                        }
                        row
                    })
                    .collect(),
            ),
            ("GET", ["networks"]) => (200, json!(self.networks)),
            ("GET", ["volumes"]) => (200, json!({"Volumes": self.volumes})),
            ("GET", ["images", name @ .., "json"]) => self.show("images", &name.join("/")),
            ("GET", ["containers", _, "stats" | "logs"]) => (200, json!({})),
            ("GET", [kind, name]) | ("GET", [kind, name, "json"]) => self.show(kind, name),
            ("POST", ["containers", "create"]) => {
                let name = query["name"].clone();
                if self.find("containers", &name).is_some() {
                    return (
                        409,
                        json!({"message": format!("Conflict. The container name \"/{name}\" is already in use")}),
                    );
                }
                self.make_missing_volumes(&body);
                let id = self.create_container(&name, body);
                (201, json!({"Id": id, "Warnings": []}))
            }
            ("POST", ["networks", "create"]) => {
                let id = self.id();
                let mut network = body;
                network["Id"] = json!(id);
                network["Scope"] = json!("local");
                network["Attachable"] = json!(false);
                self.networks.push(network);
                (201, json!({"Id": id, "Warning": ""}))
            }
            ("POST", ["volumes", "create"]) => {
                if self.find("volumes", body["Name"].as_str().unwrap()).is_none() {
                    let mut volume = body.clone();
                    volume["Mountpoint"] = json!("/var/lib/docker/volumes/x/_data");
                    volume["Options"] = body["DriverOpts"].clone();
                    self.volumes.push(volume);
                }
                (201, body)
            }
            ("POST", ["containers", id, _]) | ("POST", ["networks", id, _]) => {
                let state = self.find(parts[0], id).map(|found| found["State"]["Status"].clone());
                let already = match parts[2] {
                    "start" => state == Some(json!("running")),
                    "stop" => state == Some(json!("exited")),
                    _ => false,
                };
                self.note_state(id, parts[2]);
                match state {
                    None => (404, json!({"message": "No such"})),
                    Some(_) if already => (304, Value::Null),
                    Some(_) => (204, Value::Null),
                }
            }
            ("DELETE", ["containers", id]) => {
                self.containers.retain(|container| container["Id"] != *id);
                (204, Value::Null)
            }
            ("DELETE", ["networks", id]) => {
                self.networks.retain(|network| network["Id"] != *id);
                (204, Value::Null)
            }
            ("DELETE", ["volumes", name]) if self.is_mounted(name) => {
                (409, json!({"message": format!("remove {name}: volume is in use")}))
            }
            ("DELETE", ["volumes", name]) => {
                self.volumes.retain(|volume| volume["Name"] != *name);
                (204, Value::Null)
            }
            _ => (404, json!({"message": "page not found"})),
        }
    }

    /// As Docker does: a volume that a container names and nobody made is made, without labels.
    fn make_missing_volumes(&mut self, body: &Value) {
        for mount in body["HostConfig"]["Mounts"].as_array().into_iter().flatten() {
            let name = mount["Source"].as_str().filter(|_| mount["Type"] == "volume");
            if let Some(name) = name.filter(|name| self.find("volumes", name).is_none()) {
                self.volumes.push(json!({"Name": name, "Driver": "local", "Labels": null, "Options": null}));
            }
        }
    }

    fn is_mounted(&self, volume: &str) -> bool {
        let mounts = self.containers.iter().filter_map(|container| container["Mounts"].as_array());
        mounts.flatten().any(|mount| mount["Name"] == volume)
    }

    fn show(&self, kind: &str, name: &str) -> (u16, Value) {
        match self.find(kind, name) {
            Some(object) => (200, object.clone()),
            None => (404, json!({"message": format!("No such {kind}: {name}")})),
        }
    }
}

fn row(inspect: &Value) -> Value {
    json!({
        "Id": inspect["Id"], "Names": [inspect["Name"]], "Image": "x", "ImageID": inspect["Image"],
        "Command": "secret command", "Created": 0, "State": inspect["State"]["Status"], "Status": "Created", "Ports": [],
        "Labels": inspect["Config"]["Labels"], "Mounts": inspect["Mounts"], "NetworkSettings": inspect["NetworkSettings"],
    })
}

/// A stream of frames from a function that polls for bytes.
fn futures(
    mut poll: impl FnMut(&mut std::task::Context<'_>) -> std::task::Poll<Option<Bytes>> + Send + Sync + 'static,
) -> impl futures_util::Stream<Item = Result<Frame<Bytes>, Infallible>> + Send + Sync + 'static {
    futures_util::stream::poll_fn(move |context| {
        poll(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    })
}

fn without_version(path: &str) -> &str {
    path.strip_prefix("/v1.").map_or(path, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()))
}

fn query(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(k, v)| (k.to_owned(), v.to_owned()))
        .collect()
}
