//! The calls of the engine's API, as the socket proxy offers them.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};

use atoll_sandbox::{labels, lock::PinSource};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::{TcpListener, UnixListener};

use super::{
    Behaviour, FakeEngine, Fault,
    objects::{Container, Network, PULLED_IMAGE, Server, island_of, labels_of},
};

type Body = BoxBody<Bytes, Infallible>;
type Reply = Result<Response<Body>, http::Error>;

impl FakeEngine {
    pub(super) async fn serve(self, listener: UnixListener) {
        loop {
            let Ok((stream, _)) = listener.accept().await else { return };
            let engine = self.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| engine.clone().answer(request));
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).await
            });
        }
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Body>, String> {
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
            ("POST", ["images", "create"]) => self.pull(&query["fromImage"]),
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
            Ok::<_, Infallible>(http_body::Frame::data(Bytes::from_static(b"{}\n")))
        });
        Response::builder().body(BoxBody::new(http_body_util::StreamBody::new(lines)))
    }

    fn image(&self, reference: &str) -> Reply {
        let platform = "linux/amd64".parse().unwrap();
        let policy = self.state().policy.clone();
        match policy.pin(reference, &platform) {
            Some(pin) if pin.source == PinSource::Registry => {
                let there = self.state().pulled.contains(reference);
                let digests = [format!("registry.example/x@{}", pin.digest)];
                if there {
                    ok(&json!({"Id": PULLED_IMAGE, "RepoDigests": digests}))
                } else {
                    refuse(404, "image-missing", "the image is not on this engine")
                }
            }
            Some(pin) => ok(&json!({"Id": pin.digest.as_str()})),
            None => refuse(404, "image-missing", "the image is not on this engine"),
        }
    }

    /// Brings an image, telling of its one layer.
    fn pull(&self, reference: &str) -> Reply {
        self.state().pulled.insert(reference.to_owned());
        let lines = concat!(
            r#"{"status":"Downloading","id":"layer","progressDetail":{"current":100,"total":4096}}"#,
            "\n",
            r#"{"status":"Download complete","id":"layer"}"#,
            "\n",
        );
        Response::builder().body(text(lines))
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

    pub(super) async fn start_container(&self, name: &str) -> Reply {
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
            Behaviour::AnswersByHttp2(status) => {
                container.server = Some(Server::by_http2(listener, status));
            }
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

/// How a call is written down: `POST /containers/create atoll-notes-main-web`.
fn named(method: &Method, path: &str, query: &BTreeMap<String, String>, body: &Value) -> String {
    let name = query.get("name").map(String::as_str).or_else(|| body["Name"].as_str());
    match name {
        Some(name) => format!("{method} {path} {name}"),
        None => format!("{method} {path}"),
    }
}

fn bytes(bytes: impl Into<Bytes>) -> Body {
    BoxBody::new(Full::new(bytes.into()))
}

fn text(text: &'static str) -> Body {
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
