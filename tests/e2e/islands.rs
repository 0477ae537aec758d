//! No app reaches its neighbours, the host, the internet, the engine or the platform's own ports.
//!
//! Each test first shows that the thing it must not reach does answer somebody else, so that silence proves something.

use atoll_tests::machine::{INTERNET, LAN, Listener, NEIGHBOUR, run};
use atoll_tests::stack::eventually;
use atoll_tests::{Machine, Person, Probe, Stack};

pub(crate) const PROTOCOLS: [&str; 2] = ["tcp", "udp"];
pub(crate) const BOTH: [&str; 2] = ["probe-a", "probe-b"];

#[tokio::test]
async fn no_app_reaches_another_app() {
    let (stack, user) = Stack::with_probes().await;
    for (from, to) in [("probe-a", "probe-b"), ("probe-b", "probe-a")] {
        let (from, to) = (Probe::opened(from, &user).await, Probe::opened(to, &user).await);
        for protocol in PROTOCOLS {
            let address = to.address();
            let answers = stack.machine.container_reaches(&to.container(), protocol, &address, 8080);
            assert!(answers, "{protocol} {address} must answer on its own island");
            refused(&from, protocol, &address, 8080).await;
            refused(&from, protocol, &to.container(), 8080).await;
        }
    }
}

#[tokio::test]
async fn no_app_reaches_the_host_by_any_of_its_addresses() {
    let (stack, user) = Stack::with_probes().await;
    let stranger = Stranger::on("bridge");
    // 2375 is where an engine would listen, were it open to the network.
    for listener in [Listener::on(0), Listener::on(2375)] {
        let addresses = stack.machine.addresses();
        assert!(addresses.iter().any(|address| address == LAN), "{addresses:?}");
        for address in &addresses {
            for protocol in PROTOCOLS {
                assert_answers_elsewhere(stack.machine, protocol, address, listener.port);
            }
        }
        assert!(
            stranger.reaches("tcp", "172.17.0.1", listener.port),
            "docker0 must answer an ordinary container"
        );
        for app in BOTH {
            let probe = Probe::opened(app, &user).await;
            for address in addresses.iter().map(String::as_str).chain([probe.sibling(1).as_str()]) {
                for protocol in PROTOCOLS {
                    refused(&probe, protocol, &as_the_app_says(address), listener.port).await;
                }
            }
        }
    }
}

/// The neighbour sees every address of the host but the link-local ones of the bridges, which end at their bridge.
fn assert_answers_elsewhere(machine: Machine, protocol: &str, address: &str, port: u16) {
    if address.starts_with("fe80:") && !address.ends_with("%lan0") {
        return;
    }
    let asked = address.replace("%lan0", "%lan1");
    assert!(
        machine.neighbour_reaches(protocol, &asked, port),
        "{protocol} {asked}:{port} must answer the neighbour"
    );
}

/// A link-local address is meaningful only with an interface, and the app's is called otherwise than the host's.
fn as_the_app_says(address: &str) -> String {
    address.split_once('%').map_or_else(|| address.to_owned(), |(local, _)| format!("{local}%eth0"))
}

#[tokio::test]
async fn no_app_reaches_the_neighbour_on_the_lan_or_the_internet() {
    let (_stack, user) = Stack::with_probes().await;
    let stranger = Stranger::on("bridge");
    for address in [NEIGHBOUR, INTERNET] {
        for protocol in PROTOCOLS {
            assert!(
                stranger.reaches(protocol, address, 8080),
                "{protocol} {address} must answer an ordinary container"
            );
            for app in BOTH {
                refused(&Probe::opened(app, &user).await, protocol, address, 8080).await;
            }
        }
    }
}

#[tokio::test]
async fn the_engine_is_not_to_be_found_from_an_app() {
    let (stack, user) = Stack::with_probes().await;
    for app in BOTH {
        let probe = Probe::opened(app, &user).await;
        let mounts = probe.text("/proc/mounts").await;
        assert!(!mounts.contains("docker.sock") && !mounts.contains("/run/atoll"), "{mounts}");
        let bound = stack.machine.inspect(&probe.container())["Mounts"].clone();
        let kinds: Vec<_> =
            bound.as_array().expect("a list").iter().map(|mount| mount["Type"].clone()).collect();
        assert!(kinds.iter().all(|kind| kind == "volume"), "only volumes may be mounted: {bound}");
    }
}

#[tokio::test]
async fn the_console_and_the_gateway_do_not_speak_to_an_app() {
    let (stack, user) = Stack::with_probes().await;
    assert!(
        stack.machine.neighbour_reaches("tcp", LAN, 8080),
        "the published port must answer the neighbour"
    );
    for app in BOTH {
        let probe = Probe::opened(app, &user).await;
        let platform = probe.sibling(14);
        let request = "GET%20/healthz%20HTTP/1.1%0d%0aHost:%20atoll.localhost%0d%0a%0d%0a";
        let console = probe.ask(&format!("/connect?proto=tcp&host={platform}&port=8080&say={request}")).await;
        assert_eq!(console["said"], "", "nothing may be said on port 8080: {console}");
        let key_request = "GET%20/.well-known/jwks.json%20HTTP/1.1%0d%0aHost:%20x%0d%0a%0d%0a";
        let keys =
            probe.ask(&format!("/connect?proto=tcp&host={platform}&port=3128&say={key_request}")).await;
        assert!(keys["said"].as_str().is_some_and(|said| said.starts_with("HTTP/1.1 200")), "{keys}");
        refused(&probe, "udp", &platform, 8080).await;
    }
}

#[tokio::test]
async fn an_app_without_egress_gets_no_tunnel_to_anywhere() {
    let (_stack, user) = Stack::with_probes().await;
    for app in BOTH {
        let probe = Probe::opened(app, &user).await;
        let platform = probe.sibling(14);
        for target in [
            format!("{INTERNET}:8080"),
            "127.0.0.1:8080".into(),
            format!("{platform}:8080"),
            "localhost:8080".into(),
        ] {
            let words = format!("CONNECT%20{target}%20HTTP/1.1%0d%0aHost:%20{target}%0d%0a%0d%0a");
            let answer =
                probe.ask(&format!("/connect?proto=tcp&host={platform}&port=3128&say={words}")).await;
            let said = answer["said"].as_str().unwrap_or_default().to_owned();
            assert!(!said.starts_with("HTTP/1.1 2"), "a tunnel to {target} was opened: {said}");
        }
    }
}

#[tokio::test]
async fn no_outside_name_resolves_in_an_app_and_no_lookup_leaves_the_machine() {
    let (stack, user) = Stack::with_probes().await;
    for app in BOTH {
        let probe = Probe::opened(app, &user).await;
        let name = format!("secret-of-{app}.example.com");
        for lookup in [format!("/resolve?name={name}"), format!("/resolve?name={name}&server=127.0.0.11")] {
            let found = probe.ask(&lookup).await;
            assert_eq!(found["addresses"].as_array().map(Vec::len), Some(0), "{found}");
        }
        for resolver in [LAN, NEIGHBOUR, "172.17.0.1", "192.0.2.1", &probe.sibling(1), &probe.sibling(14)] {
            let found = probe.ask(&format!("/resolve?name={name}&server={resolver}")).await;
            assert!(found["rcode"].is_null(), "{resolver} answered: {found}");
        }
        assert!(
            !stack.machine.names_asked().contains(&name),
            "the look-up of {name} reached the host's resolver"
        );
    }
}

#[tokio::test]
async fn on_a_plain_internal_network_an_app_reaches_the_host_and_its_lookups_leave() {
    let machine = Machine::here();
    let network = Network::plain_internal();
    let stranger = Stranger::on(network.name);
    let listener = Listener::on(0);
    for address in [LAN, "172.17.0.1", "10.99.0.1"] {
        assert!(
            stranger.reaches("tcp", address, listener.port),
            "the attack on {address} is gone: is the island still needed?"
        );
    }
    let name = format!("secret-{}.example.com", std::process::id());
    machine.docker(&["exec", stranger.name, "/atoll-probe", "query", "127.0.0.11", &name]);
    eventually("the look-up reaches the host's resolver", 5, async || {
        machine.names_asked().contains(&name).then_some(())
    })
    .await;
}

#[tokio::test]
async fn only_the_control_plane_is_with_an_app_on_its_network() {
    let (stack, _user) = Stack::with_probes().await;
    for app in BOTH {
        let network = stack.machine.inspect(&format!("atoll-{app}-main"));
        assert_eq!(network["Internal"], true, "{network:#}");
        assert_eq!(network["EnableIPv6"], false, "{network:#}");
        let mut members: Vec<_> =
            network["Containers"].as_object().expect("members").values().map(|m| m["Name"].clone()).collect();
        members.sort_by_key(ToString::to_string);
        assert_eq!(members, ["atoll-controlplane".to_owned(), format!("atoll-{app}-main-web")]);
        let bridge = format!("br-{}", &network["Id"].as_str().expect("an id")[..12]);
        let addresses = run("ip", &["-4", "-oneline", "address", "show", "dev", &bridge]);
        assert_eq!(addresses, "", "the host must have no address on the island's bridge");
    }
}

async fn refused(probe: &Probe<'_>, protocol: &str, host: &str, port: u16) {
    let (reached, how) = probe.reaches(protocol, host, port).await;
    assert!(!reached, "`{}` reached {protocol} {host}:{port}: {how}", probe.app);
}

/// The probe in an ordinary container, outside Atoll: what anybody's `docker run` gives.
struct Stranger {
    name: &'static str,
}

impl Stranger {
    fn on(network: &str) -> Self {
        let name = "stranger";
        Machine::here().docker(&[
            "run",
            "--detach",
            "--rm",
            "--name",
            name,
            "--network",
            network,
            "atoll-test/probe:1",
        ]);
        Self { name }
    }

    fn reaches(&self, protocol: &str, host: &str, port: u16) -> bool {
        Machine::here().container_reaches(self.name, protocol, host, port)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        Machine::here().docker_succeeds(&["rm", "--force", self.name]);
    }
}

/// A network as the engine makes it for `--internal`, without what Atoll adds.
pub(crate) struct Network {
    name: &'static str,
}

impl Network {
    pub(crate) fn plain_internal() -> Self {
        let name = "plain-internal";
        Machine::here().docker(&["network", "create", "--internal", "--subnet", "10.99.0.0/28", name]);
        Self { name }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        Machine::here().docker_succeeds(&["network", "rm", self.name]);
    }
}

#[tokio::test]
async fn a_stranger_without_a_session_is_sent_to_the_console_and_not_to_the_app() {
    let (_stack, _user) = Stack::with_probes().await;
    let (answer, passed) = Person::new().open("probe-a").await;
    assert!(passed.iter().skip(1).all(|url| !url.contains("probe-a.")), "{passed:?}");
    assert!(!answer.text.contains("<h1>Probe</h1>"), "{answer:?}");
}
