//! A container engine behind its socket proxy, in memory, that can be broken at any call.
//!
//! It speaks the proxy's protocol on a unix socket: references and holes come in, what they mean is rendered from the
//! same allowlist with the proxy's own renderer, and every call is written down. Each service that runs is a real HTTP
//! server on a loopback port; [`FakeEngine::route`] leads from its address on the island to that port.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard},
};

use atoll_controlplane::{clock::Clock, reconciler::probe::Route};
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
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, UnixListener},
    sync::{Notify, broadcast},
    task::JoinHandle,
};

/// The container that the control plane runs in.
pub const GATEWAY: &str = "atoll-controlplane";

/// The engine. Clones are the same engine.
#[derive(Clone)]
pub struct FakeEngine {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    clock: Clock,
    events: broadcast::Sender<()>,
    socket: PathBuf,
    _dir: tempfile::TempDir,
}

struct State {
    policy: Arc<Policy>,
    networks: BTreeMap<String, Network>,
    volumes: BTreeSet<String>,
    containers: BTreeMap<String, Container>,
    calls: Vec<String>,
    faults: Vec<(String, Fault)>,
    behaviours: BTreeMap<String, Behaviour>,
    overlaps: BTreeSet<u32>,
    info: Value,
    tamper: Option<(&'static str, Value)>,
    away: bool,
    made: u64,
}

struct Network {
    index: u32,
    labels: BTreeMap<String, String>,
    members: BTreeSet<String>,
}

struct Container {
    id: String,
    body: Value,
    labels: BTreeMap<String, String>,
    network: String,
    status: &'static str,
    exit_code: i64,
    out_of_memory: bool,
    started_at: String,
    finished_at: String,
    log: Vec<u8>,
    server: Option<Server>,
}

struct Server {
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What goes wrong at the next call that matches.
#[derive(Clone)]
pub enum Fault {
    /// The answer is no.
    Refuse(u16, &'static str, &'static str),
    /// The engine does it, but its answer is lost with the connection.
    Lose,
    /// The call is not done before somebody opens the gate; `reached` is told when it has come.
    Hold(Arc<Gate>),
}

/// Holds a call.
#[derive(Default)]
pub struct Gate {
    /// Told when the call has come.
    pub reached: Notify,
    /// Lets the call go on.
    pub open: Notify,
}

/// How a service behaves once it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// It answers every request with this status.
    Answers(u16),
    /// It runs and listens to nothing.
    Silent,
    /// It ends at once with this exit code.
    Dies(i64),
    /// It is killed at its memory limit at once.
    Starves,
}

type Reply = Result<Response<BoxBody<Bytes, std::convert::Infallible>>, hyper::http::Error>;

impl FakeEngine {
    /// An engine with the images that the policy pins, listening on a socket of its own.
    pub async fn start(policy: Policy, clock: Clock) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("engine.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let state = State {
            policy: Arc::new(policy),
            networks: BTreeMap::new(),
            volumes: BTreeSet::new(),
            containers: BTreeMap::new(),
            calls: Vec::new(),
            faults: Vec::new(),
            behaviours: BTreeMap::new(),
            overlaps: BTreeSet::new(),
            info: json!({"MemoryLimit": true, "CpuCfsQuota": true, "PidsLimit": true, "SwapLimit": true}),
            tamper: None,
            away: false,
            made: 0,
        };
        let inner =
            Inner { state: Mutex::new(state), clock, events: broadcast::channel(64).0, socket, _dir: dir };
        let engine = Self { inner: Arc::new(inner) };
        tokio::spawn(engine.clone().serve(listener));
        engine
    }

    /// The socket that it listens on.
    pub fn socket(&self) -> PathBuf {
        self.inner.socket.clone()
    }

    /// Leads from a service's address on its island to where it really listens.
    pub fn route(&self) -> Route {
        let engine = self.clone();
        Arc::new(move |address| {
            engine.port_of(address).map_or(nowhere(), |port| ([127, 0, 0, 1], port).into())
        })
    }

    /// Makes the next call that begins like this go wrong, once.
    pub fn fault(&self, call: &str, fault: Fault) {
        self.state().faults.push((call.to_owned(), fault));
    }

    /// How a service (`<app>-<instance>-<service>`) behaves from its next start on.
    pub fn behave(&self, service: &str, behaviour: Behaviour) {
        self.state().behaviours.insert(format!("atoll-{service}"), behaviour);
    }

    /// Somebody else on the machine uses these address ranges.
    pub fn overlap(&self, indexes: impl IntoIterator<Item = u32>) {
        self.state().overlaps.extend(indexes);
    }

    /// What the engine says that it can enforce.
    pub fn set_info(&self, key: &str, value: Value) {
        self.state().info[key] = value;
    }

    /// Makes every inspect lie about one field of `HostConfig`, or tell the truth again.
    pub fn tamper(&self, lie: Option<(&'static str, Value)>) {
        self.state().tamper = lie;
    }

    /// Another policy, as the socket proxy would read it again.
    pub fn set_policy(&self, policy: Policy) {
        self.state().policy = Arc::new(policy);
    }

    /// The engine stops: nothing of it answers, and what ran has ended.
    pub fn go_away(&self) {
        let now = self.inner.clock.now().to_string();
        let mut state = self.state();
        state.away = true;
        for container in state.containers.values_mut().filter(|container| container.status == "running") {
            container.end(255, false, &now);
        }
        drop(state);
        self.tell();
    }

    /// Nothing answers, but what runs goes on running.
    pub fn hang_up(&self) {
        self.state().away = true;
        self.tell();
    }

    /// It answers again.
    pub fn come_back(&self) {
        self.state().away = false;
    }

    /// A service ends by itself.
    pub fn kill(&self, service: &str, code: i64, out_of_memory: bool) {
        let now = self.inner.clock.now().to_string();
        let mut state = self.state();
        state.containers.get_mut(&format!("atoll-{service}")).expect("it was created").end(
            code,
            out_of_memory,
            &now,
        );
        drop(state);
        self.tell();
    }

    /// The control plane's container was made anew: it is on no island any more.
    pub fn recreate_gateway(&self) {
        self.state().networks.values_mut().for_each(|network| network.members.clear());
    }

    /// A service runs on without answering any more.
    pub fn silence(&self, service: &str) {
        self.state().containers.get_mut(&format!("atoll-{service}")).expect("it was created").server = None;
    }

    /// Somebody starts a container by hand.
    pub async fn start_behind_our_back(&self, service: &str) {
        self.start_container(&format!("atoll-{service}")).await.unwrap();
    }

    /// Removes a container behind everybody's back.
    pub fn vanish(&self, service: &str) {
        self.state().containers.remove(&format!("atoll-{service}"));
        self.tell();
    }

    /// Puts a container and its network there that nobody asked for.
    pub fn plant_orphan(&self, app: &str) {
        let island = IslandId::shared(app.parse().unwrap());
        let labels: BTreeMap<String, String> =
            [(labels::APP, app), (labels::INSTANCE, "main"), (labels::SERVICE, "web")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
        let mut state = self.state();
        let network = Network { index: 99, labels: labels.clone(), members: BTreeSet::new() };
        state.networks.insert(island.network(), network);
        let container = Container {
            id: "orphan".to_owned(),
            body: json!({}),
            labels,
            network: island.network(),
            status: "running",
            exit_code: 0,
            out_of_memory: false,
            started_at: String::new(),
            finished_at: String::new(),
            log: Vec::new(),
            server: None,
        };
        state.containers.insert(island.container(&"web".parse().unwrap()), container);
    }

    /// Puts a volume there, as an earlier installation would have left it.
    pub fn plant_volume(&self, name: &str) {
        self.state().volumes.insert(format!("atoll-{name}"));
    }

    /// What a service has written, as frames of a log.
    pub fn write_log(&self, service: &str, stream: u8, text: &str) {
        let payload = text.as_bytes();
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let frame = [&[stream, 0, 0, 0], &length[..], payload].concat();
        self.state().containers.get_mut(&format!("atoll-{service}")).unwrap().log.extend(frame);
    }

    /// Everything that is there: networks with their members, volumes, containers with their status.
    pub fn objects(&self) -> Vec<String> {
        let state = self.state();
        let networks = state.networks.iter().map(|(name, network)| {
            let members: Vec<&str> = network.members.iter().map(String::as_str).collect();
            format!("network {name} #{} [{}]", network.index, members.join(" "))
        });
        let volumes = state.volumes.iter().map(|name| format!("volume {name}"));
        let containers =
            state.containers.iter().map(|(name, container)| format!("container {name} {}", container.status));
        networks.chain(volumes).chain(containers).collect()
    }

    /// The calls that changed something, since the last time that somebody asked.
    pub fn take_calls(&self) -> Vec<String> {
        let calls = std::mem::take(&mut self.state().calls);
        calls.into_iter().filter(|call| !call.starts_with("GET ")).collect()
    }

    /// The variables that a container was given.
    pub fn environment(&self, service: &str) -> Vec<String> {
        let state = self.state();
        let env = &state.containers[&format!("atoll-{service}")].body["Env"];
        env.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap()
    }

    fn tell(&self) {
        // Nobody listening is fine.
        let _ = self.inner.events.send(());
    }

    fn port_of(&self, address: SocketAddr) -> Option<u16> {
        let state = self.state();
        let container = state.containers.values().find(|container| {
            let endpoint = &container.body["NetworkingConfig"]["EndpointsConfig"][&container.network];
            endpoint["IPAMConfig"]["IPv4Address"] == json!(address.ip().to_string())
        })?;
        let joined = state.networks.get(&container.network)?.members.contains(GATEWAY);
        container.server.as_ref().filter(|_| joined).map(|server| server.port)
    }

    async fn serve(self, listener: UnixListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else { return };
            let engine = self.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| engine.clone().answer(request));
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
            });
        }
    }

    async fn answer(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<BoxBody<Bytes, std::convert::Infallible>>, String> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
        let body: Value = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).unwrap() };
        let path = parts.uri.path().strip_prefix("/v1.41").unwrap_or(parts.uri.path()).to_owned();
        let query: BTreeMap<String, String> =
            url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
                .into_owned()
                .collect();
        let call = named(&parts.method, &path, &query, &body);
        let fault = self.arrive(&call);
        match fault {
            Some(Fault::Refuse(status, reason, message)) => {
                return Ok(refuse(status, reason, message).unwrap());
            }
            Some(Fault::Hold(gate)) => {
                gate.reached.notify_one();
                gate.open.notified().await;
            }
            Some(Fault::Lose) => {
                drop(self.handle(&parts.method, &path, &query, body).await);
                return Err("the connection is lost".to_owned());
            }
            None => {}
        }
        if self.state().away {
            return Ok(refuse(503, "engine-unavailable", "the engine cannot be reached").unwrap());
        }
        // Because the socket proxy carries out what it has begun, whether or not the client is still there.
        let handled =
            tokio::spawn(async move { self.handle(&parts.method, &path, &query, body).await.unwrap() });
        handled.await.map_err(|error| error.to_string())
    }

    fn arrive(&self, call: &str) -> Option<Fault> {
        let mut state = self.state();
        state.calls.push(call.to_owned());
        let found = state.faults.iter().position(|(pattern, _)| call.starts_with(pattern.as_str()))?;
        Some(state.faults.remove(found).1)
    }

    async fn handle(
        &self,
        method: &Method,
        path: &str,
        query: &BTreeMap<String, String>,
        body: Value,
    ) -> Reply {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match (method.as_str(), parts.as_slice()) {
            ("GET", ["_ping"]) => Response::builder().header("Api-Version", "1.41").body(text("OK")),
            ("GET", ["version"]) => {
                ok(&json!({"Engine": "Docker", "Version": "fake", "Os": "linux", "Arch": "amd64"}))
            }
            ("GET", ["info"]) => ok(&self.state().info.clone()),
            ("GET", ["events"]) => self.follow_events(),
            ("GET", ["images", name @ .., "json"]) => self.image(&name.join("/")),
            ("GET", ["networks"]) => ok(&self.networks()),
            ("GET", ["networks", name]) => self.network(name),
            ("POST", ["networks", "create"]) => self.create_network(&body),
            ("POST", ["networks", name, "connect"]) => self.connect(name, &body),
            ("POST", ["networks", name, "disconnect"]) => self.disconnect(name, &body),
            ("DELETE", ["networks", name]) => self.remove_network(name),
            ("GET", ["volumes", name]) if self.state().volumes.contains(*name) => ok(&json!({"Name": name})),
            ("POST", ["volumes", "create"]) => self.create_volume(&body),
            ("DELETE", ["volumes", name]) => self.remove_volume(name),
            ("GET", ["containers", "json"]) => ok(&self.containers()),
            ("POST", ["containers", "create"]) => self.create_container(&query["name"], &body),
            ("GET", ["containers", name, "json"]) => self.inspect(name),
            ("GET", ["containers", name, "logs"]) => self.logs(name),
            ("POST", ["containers", name, "start"]) => self.start_container(name).await,
            ("POST", ["containers", name, "stop"]) => self.stop_container(name),
            ("DELETE", ["containers", name]) => self.remove_container(name),
            _ => refuse(404, "no-such", "No such thing"),
        }
    }

    fn follow_events(&self) -> Reply {
        let events = tokio_stream::wrappers::BroadcastStream::new(self.inner.events.subscribe());
        let lines = futures_util::StreamExt::map(events, |_| {
            Ok::<_, std::convert::Infallible>(http_body::Frame::data(Bytes::from_static(b"{}\n")))
        });
        Response::builder().body(BoxBody::new(http_body_util::StreamBody::new(lines)))
    }

    fn image(&self, reference: &str) -> Reply {
        let platform = "linux/amd64".parse().unwrap();
        match self.state().policy.pin(reference, &platform) {
            Some(pin) => ok(&json!({"Id": pin.digest.as_str()})),
            None => refuse(404, "image-missing", "the image is not on this engine"),
        }
    }

    fn networks(&self) -> Value {
        let state = self.state();
        state.networks.iter().map(|(name, network)| json!({"Name": name, "Labels": network.labels})).collect()
    }

    fn network(&self, name: &str) -> Reply {
        match self.state().networks.get(name) {
            None => refuse(404, "no-such", "No such network"),
            Some(network) => {
                let members: serde_json::Map<String, Value> =
                    network.members.iter().map(|name| (name.clone(), json!({"Name": name}))).collect();
                ok(&json!({"Name": name, "Labels": network.labels, "Containers": members}))
            }
        }
    }

    fn create_network(&self, body: &Value) -> Reply {
        let labels = labels_of(body);
        let (name, index) = (body["Name"].as_str().unwrap(), labels[labels::INDEX].parse().unwrap());
        let mut state = self.state();
        if state.networks.contains_key(name) {
            return refuse(409, "engine", "network with that name already exists");
        }
        if state.overlaps.contains(&index) || state.networks.values().any(|network| network.index == index) {
            return refuse(403, "engine", "Pool overlaps with other one on this address space");
        }
        state.networks.insert(name.to_owned(), Network { index, labels, members: BTreeSet::new() });
        created(&json!({"Id": name}))
    }

    fn connect(&self, name: &str, body: &Value) -> Reply {
        let member = body["Container"].as_str().unwrap().to_owned();
        match self.state().networks.get_mut(name).map(|network| network.members.insert(member)) {
            None => refuse(404, "no-such", "No such network"),
            Some(true) => ok(&Value::Null),
            Some(false) => refuse(403, "engine", "endpoint with name x already exists in network y"),
        }
    }

    fn disconnect(&self, name: &str, body: &Value) -> Reply {
        let member = body["Container"].as_str().unwrap();
        match self.state().networks.get_mut(name).map(|network| network.members.remove(member)) {
            None => refuse(404, "no-such", "No such network"),
            Some(true) => ok(&Value::Null),
            Some(false) => refuse(403, "engine", "container is not connected to the network"),
        }
    }

    fn remove_network(&self, name: &str) -> Reply {
        let mut state = self.state();
        let Some(network) = state.networks.get(name) else {
            return refuse(404, "no-such", "No such network");
        };
        let running = state.containers.values().any(|c| c.network == name && c.status == "running");
        if running || !network.members.is_empty() {
            return refuse(403, "engine", "network has active endpoints");
        }
        state.networks.remove(name);
        gone()
    }

    fn create_volume(&self, body: &Value) -> Reply {
        let name = body["Name"].as_str().unwrap();
        self.state().volumes.insert(name.to_owned());
        created(&json!({"Name": name}))
    }

    fn remove_volume(&self, name: &str) -> Reply {
        if self.state().volumes.remove(name) { gone() } else { refuse(404, "no-such", "No such volume") }
    }

    fn containers(&self) -> Value {
        let state = self.state();
        let rows = state.containers.iter();
        rows.map(|(name, container)| json!({"Names": [name], "Labels": container.labels, "State": container.status}))
            .collect()
    }

    fn create_container(&self, name: &str, body: &Value) -> Reply {
        let labels = labels_of(body);
        let mut state = self.state();
        if state.containers.contains_key(name) {
            return refuse(409, "engine", "Conflict. The container name is already in use");
        }
        let rendered = match state.render(&labels, body) {
            Ok(rendered) => rendered,
            Err(message) => return refuse(403, "not-allowed", &message),
        };
        let network = island_of(&labels).network();
        if !state.networks.contains_key(&network) {
            return refuse(404, "no-such", "No such network");
        }
        state.made += 1;
        let container = Container {
            id: format!("{:064x}", state.made),
            body: rendered,
            labels,
            network,
            status: "created",
            exit_code: 0,
            out_of_memory: false,
            started_at: String::new(),
            finished_at: String::new(),
            log: Vec::new(),
            server: None,
        };
        let id = container.id.clone();
        state.containers.insert(name.to_owned(), container);
        created(&json!({"Id": id}))
    }

    fn inspect(&self, name: &str) -> Reply {
        let state = self.state();
        match state.containers.get(name) {
            None => refuse(404, "no-such", "No such container"),
            Some(container) => ok(&container.inspect(state.tamper.as_ref())),
        }
    }

    fn logs(&self, name: &str) -> Reply {
        match self.state().containers.get(name) {
            None => refuse(404, "no-such", "No such container"),
            Some(container) => Response::builder().body(bytes(container.log.clone())),
        }
    }

    async fn start_container(&self, name: &str) -> Reply {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let now = self.inner.clock.now().to_string();
        let mut state = self.state();
        let behaviour = state.behaviours.get(name).copied().unwrap_or(Behaviour::Answers(200));
        let Some(container) = state.containers.get(name) else {
            return refuse(404, "no-such", "No such container");
        };
        if container.status == "running" {
            return Response::builder().status(304).body(text(""));
        }
        if !state.networks.contains_key(&container.network) {
            return refuse(404, "engine", "network not found");
        }
        if state.is_outdated(container) {
            return refuse(409, "outdated", "the allowlist has changed since this was created");
        }
        let container = state.containers.get_mut(name).expect("it was just there");
        container.status = "running";
        container.started_at.clone_from(&now);
        match behaviour {
            Behaviour::Answers(status) => container.server = Some(Server::start(listener, status)),
            Behaviour::Silent => {}
            Behaviour::Dies(code) => container.end(code, false, &now),
            Behaviour::Starves => container.end(137, true, &now),
        }
        drop(state);
        self.tell();
        gone()
    }

    fn stop_container(&self, name: &str) -> Reply {
        let now = self.inner.clock.now().to_string();
        match self.state().containers.get_mut(name) {
            None => refuse(404, "no-such", "No such container"),
            Some(container) if container.status == "running" => {
                container.end(0, false, &now);
                gone()
            }
            Some(_) => Response::builder().status(304).body(text("")),
        }
    }

    fn remove_container(&self, name: &str) -> Reply {
        match self.state().containers.remove(name) {
            None => refuse(404, "no-such", "No such container"),
            Some(_) => gone(),
        }
    }
}

impl State {
    fn render(&self, labels: &BTreeMap<String, String>, body: &Value) -> Result<Value, String> {
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

    fn is_outdated(&self, container: &Container) -> bool {
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
    fn end(&mut self, code: i64, out_of_memory: bool, now: &str) {
        self.status = "exited";
        self.exit_code = code;
        self.out_of_memory = out_of_memory;
        self.finished_at = now.to_owned();
        self.server = None;
    }

    fn inspect(&self, tamper: Option<&(&'static str, Value)>) -> Value {
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
            "Image": self.body["Image"],
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
    fn start(listener: TcpListener, status: u16) -> Self {
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
}

/// How a call is written down: `POST /containers/create atoll-notes-main-web`.
fn named(method: &Method, path: &str, query: &BTreeMap<String, String>, body: &Value) -> String {
    let name = query.get("name").map(String::as_str).or_else(|| body["Name"].as_str());
    match name {
        Some(name) => format!("{method} {path} {name}"),
        None => format!("{method} {path}"),
    }
}

fn labels_of(body: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(body["Labels"].clone()).unwrap()
}

fn island_of(labels: &BTreeMap<String, String>) -> IslandId {
    IslandId {
        app: labels[labels::APP].parse().unwrap(),
        instance: labels[labels::INSTANCE].parse().unwrap(),
    }
}

/// A port that nobody listens on.
fn nowhere() -> SocketAddr {
    ([127, 0, 0, 1], 1).into()
}

fn bytes(bytes: impl Into<Bytes>) -> BoxBody<Bytes, std::convert::Infallible> {
    BoxBody::new(Full::new(bytes.into()))
}

fn text(text: &'static str) -> BoxBody<Bytes, std::convert::Infallible> {
    bytes(text)
}

fn ok(body: &Value) -> Reply {
    Response::builder().body(bytes(body.to_string()))
}

fn created(body: &Value) -> Reply {
    Response::builder().status(StatusCode::CREATED).body(bytes(body.to_string()))
}

fn gone() -> Reply {
    Response::builder().status(StatusCode::NO_CONTENT).body(text(""))
}

fn refuse(status: u16, reason: &str, message: &str) -> Reply {
    let body = json!({"message": message, "reason": reason});
    Response::builder().status(status).body(bytes(body.to_string()))
}
