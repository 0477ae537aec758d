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
use atoll_sandbox::{labels, names::IslandId, policy::Policy};
use serde_json::{Value, json};
use tokio::{
    net::UnixListener,
    sync::{Notify, broadcast},
};

// Because this file is itself included by its path, these are named by theirs.
#[path = "fake_engine/calls.rs"]
mod calls;
#[path = "fake_engine/objects.rs"]
mod objects;

use objects::{Container, Network, State};

/// The container that the control plane runs in.
pub(crate) const GATEWAY: &str = "atoll-controlplane";

/// The engine. Clones are the same engine.
#[derive(Clone)]
pub(crate) struct FakeEngine {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    clock: Clock,
    events: broadcast::Sender<()>,
    socket: PathBuf,
    _dir: tempfile::TempDir,
}

/// What goes wrong at the next call that matches.
#[derive(Clone)]
pub(crate) enum Fault {
    /// The answer is no.
    Refuse(u16, &'static str, &'static str),
    /// The engine does it, but its answer is lost with the connection.
    Lose,
    /// The call is not done before somebody opens the gate; `reached` is told when it has come.
    Hold(Arc<Gate>),
}

/// Holds a call.
#[derive(Default)]
pub(crate) struct Gate {
    /// Told when the call has come.
    pub(crate) reached: Notify,
    /// Lets the call go on.
    pub(crate) open: Notify,
}

/// How a service behaves once it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behaviour {
    /// It answers every request with this status.
    Answers(u16),
    /// The same, but it speaks HTTP/2 without TLS and nothing else.
    AnswersByHttp2(u16),
    /// It runs and listens to nothing.
    Silent,
    /// It ends at once with this exit code.
    Dies(i64),
    /// It is killed at its memory limit at once.
    Starves,
}

impl FakeEngine {
    /// An engine with the images that the policy pins, listening on a socket of its own.
    pub(crate) async fn start(policy: Policy, clock: Clock) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let socket = dir.path().join("engine.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let state = State {
            policy: Arc::new(policy),
            networks: BTreeMap::new(),
            volumes: BTreeSet::new(),
            containers: BTreeMap::new(),
            pulled: BTreeSet::new(),
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
    pub(crate) fn socket(&self) -> PathBuf {
        self.inner.socket.clone()
    }

    /// Leads from a service's address on its island to where it really listens.
    pub(crate) fn route(&self) -> Route {
        let engine = self.clone();
        Arc::new(move |address| {
            engine.port_of(address).map_or(nowhere(), |port| ([127, 0, 0, 1], port).into())
        })
    }

    /// Makes the next call that begins like this go wrong, once.
    pub(crate) fn fault(&self, call: &str, fault: Fault) {
        self.state().faults.push((call.to_owned(), fault));
    }

    /// How a service (`<app>-<instance>-<service>`) behaves from its next start on.
    pub(crate) fn behave(&self, service: &str, behaviour: Behaviour) {
        self.state().behaviours.insert(format!("atoll-{service}"), behaviour);
    }

    /// Somebody else on the machine uses these address ranges.
    pub(crate) fn overlap(&self, indexes: impl IntoIterator<Item = u32>) {
        self.state().overlaps.extend(indexes);
    }

    /// What the engine says that it can enforce.
    pub(crate) fn set_info(&self, key: &str, value: Value) {
        self.state().info[key] = value;
    }

    /// Makes every inspect lie about one field of `HostConfig`, or tell the truth again.
    pub(crate) fn tamper(&self, lie: Option<(&'static str, Value)>) {
        self.state().tamper = lie;
    }

    /// Another policy, as the socket proxy would read it again.
    pub(crate) fn set_policy(&self, policy: Policy) {
        self.state().policy = Arc::new(policy);
    }

    /// The engine stops: nothing of it answers, and what ran has ended.
    pub(crate) fn go_away(&self) {
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
    pub(crate) fn hang_up(&self) {
        self.state().away = true;
        self.tell();
    }

    /// It answers again.
    pub(crate) fn come_back(&self) {
        self.state().away = false;
    }

    /// A service ends by itself.
    pub(crate) fn kill(&self, service: &str, code: i64, out_of_memory: bool) {
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
    pub(crate) fn recreate_gateway(&self) {
        self.state().networks.values_mut().for_each(|network| network.members.clear());
    }

    /// A service runs on without answering any more.
    pub(crate) fn silence(&self, service: &str) {
        self.state().containers.get_mut(&format!("atoll-{service}")).expect("it was created").server = None;
    }

    /// Somebody starts a container by hand.
    pub(crate) async fn start_behind_our_back(&self, service: &str) {
        self.start_container(&format!("atoll-{service}")).await.unwrap();
    }

    /// Removes a container behind everybody's back.
    pub(crate) fn vanish(&self, service: &str) {
        self.state().containers.remove(&format!("atoll-{service}"));
        self.tell();
    }

    /// Puts a container and its network there that nobody asked for.
    pub(crate) fn plant_orphan(&self, app: &str) {
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
    pub(crate) fn plant_volume(&self, name: &str) {
        self.state().volumes.insert(format!("atoll-{name}"));
    }

    /// What a service has written, as frames of a log.
    pub(crate) fn write_log(&self, service: &str, stream: u8, text: &str) {
        let payload = text.as_bytes();
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let frame = [&[stream, 0, 0, 0], &length[..], payload].concat();
        self.state().containers.get_mut(&format!("atoll-{service}")).unwrap().log.extend(frame);
    }

    /// Everything that is there: networks with their members, volumes, containers with their status.
    pub(crate) fn objects(&self) -> Vec<String> {
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
    pub(crate) fn take_calls(&self) -> Vec<String> {
        let calls = std::mem::take(&mut self.state().calls);
        calls.into_iter().filter(|call| !call.starts_with("GET ")).collect()
    }

    /// The variables that a container was given.
    pub(crate) fn environment(&self, service: &str) -> Vec<String> {
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
}

/// A port that nobody listens on.
fn nowhere() -> SocketAddr {
    ([127, 0, 0, 1], 1).into()
}
