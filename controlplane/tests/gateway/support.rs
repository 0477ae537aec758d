//! A small world: the gateway on port 0, two apps with one upstream, three people.

use std::{net::SocketAddr, sync::Arc};

use atoll_controlplane::{
    clock::Clock,
    config::{Config, Options},
    gateway::{
        Gateway, Needs, handoff,
        site::{Instance, Instances},
    },
    identity::{PlatformRole, accounts::NewAccount, keys::Keys, session::Audience, tokens::NewAccessToken},
    ids::{AccessTokenId, UserId},
    permissions::Actor,
    platform::Platform,
    random::Random,
    reconciler::{InstanceState, Uses},
    secret::Secret,
    server::{Front, listen::IslandAddresses, run, threads::Threads},
};
use atoll_sandbox::{allowlist::RoleId, names::AppId};
use axum::Router;
use clap::Parser as _;
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

// Named by path, because the load tests include this file from another folder.
#[path = "support/client.rs"]
mod client;
#[path = "support/upstream.rs"]
mod upstream;

pub(crate) use client::{Answer, Client, Connection, request};
pub(crate) use upstream::{Seen, Upstream};

/// The host names of the world.
pub(crate) const CONSOLE: &str = "atoll.localhost:8080";
pub(crate) const NOTES: &str = "notes.atoll.localhost:8080";
pub(crate) const OTHER: &str = "other.atoll.localhost:8080";

const ALLOWLIST: &str = include_str!("support/allowlist.yaml");
const LOCK: &str = r#"{"schemaVersion": 1, "revision": 1, "images": {}}"#;

/// Everything that a test needs; it ends when dropped.
pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) clock: Clock,
    pub(crate) address: SocketAddr,
    pub(crate) upstream: Upstream,
    pub(crate) notes: watch::Sender<InstanceState>,
    /// How `notes` is used.
    pub(crate) uses: Uses,
    pub(crate) front: Arc<Front>,
    pub(crate) stop: CancellationToken,
    pub(crate) serving: Option<tokio::task::JoinHandle<()>>,
    pub(crate) dir: tempfile::TempDir,
}

/// Somebody, with a console session.
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) console: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::on(Threads::here()).await
    }

    /// Served by these threads.
    pub(crate) async fn on(threads: Threads) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = config(dir.path());
        let clock = Clock::manual("2026-11-23T12:00:00Z".parse().unwrap());
        let keys = Keys::ephemeral(clock.clone()).unwrap();
        let platform = Platform::with_keys(config, clock.clone(), Random::system(), keys).await.unwrap();
        let upstream = Upstream::start().await;
        let notes = watch::Sender::new(InstanceState::Ready { endpoint: upstream.address });
        let other = watch::Sender::new(InstanceState::Ready { endpoint: upstream.address });
        let states = (notes.clone(), other);
        let uses = Uses::default();
        let used = uses.clone();
        let instances = Instances::new(move |app| {
            let state = if app.as_str() == "notes" { &states.0 } else { &states.1 };
            let uses = if app.as_str() == "notes" { used.clone() } else { Uses::default() };
            Instance { state: state.subscribe(), uses }
        });
        let stop = CancellationToken::new();
        let gateway = Gateway::new(Needs::of(&platform, instances), stop.clone());
        let front = Arc::new(Front {
            host: "atoll.localhost".to_owned(),
            origin: format!("http://{CONSOLE}"),
            console: handoff::router().with_state(platform.clone()).fallback(async || "the console"),
            gateway: gateway.clone(),
            threads,
            islands: IslandAddresses::new(platform.policy.subscribe()),
            random: platform.random.clone(),
            clock: clock.clone(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { gateway.follow().await });
        let serving = Some(tokio::spawn(run(listener, Arc::clone(&front), stop.clone())));
        Self { platform, clock, address, upstream, notes, uses, front, stop, serving, dir }
    }

    /// Somebody with a role in `notes`, or with none.
    pub(crate) async fn person(&self, name: &str, role: Option<&str>) -> Person {
        let account = NewAccount {
            name: name.to_owned().try_into().unwrap(),
            email: format!("{name}@example.com").parse().unwrap(),
            password: Secret::new("correct horse battery").try_into().unwrap(),
        };
        let accounts = &self.platform.accounts;
        let id = accounts.create(&Actor::System, account, PlatformRole::Member).await.unwrap().person.id;
        if let Some(role) = role {
            self.grant(id, "notes", role).await;
        }
        let (token, _) = self.platform.sessions.issue(id, Audience::Console, None).await.unwrap();
        Person { id, console: token.expose().to_owned() }
    }

    pub(crate) async fn grant(&self, user: UserId, app: &str, role: &str) {
        let role = Some(RoleId(role.to_owned()));
        self.platform.grants.give(&Actor::System, user, &id(app), role).await.unwrap();
    }

    pub(crate) async fn revoke(&self, user: UserId, app: &str) {
        self.platform.grants.take(&Actor::System, user, &id(app)).await.unwrap();
    }

    /// The `Cookie` line of a session on an app's origin that was made without the hand-off.
    pub(crate) async fn enter(&self, person: &Person, app: &str) -> String {
        let console = self.platform.sessions.verify(&person.console, &Audience::Console).unwrap();
        let audience = Audience::App(id(app));
        let (token, _) = self.platform.sessions.issue(person.id, audience, Some(console.id)).await.unwrap();
        format!("__Host-atoll-app={}", token.expose())
    }

    /// A token that is good for these scopes, and its id.
    pub(crate) async fn token(&self, person: &Person, scopes: &str) -> (String, AccessTokenId) {
        let new = NewAccessToken {
            name: "a program".to_owned().try_into().unwrap(),
            scopes: scopes.parse().unwrap(),
            days: Some(30),
        };
        let (secret, token) = self.platform.tokens.create(&Actor::System, person.id, new).await.unwrap();
        (secret.expose().to_owned(), token.id)
    }

    /// A world with one person who may use `notes`, and their cookie there.
    pub(crate) async fn with_user() -> (Self, Person, String) {
        let world = Self::new().await;
        let ada = world.person("ada", Some("user")).await;
        let cookie = world.enter(&ada, "notes").await;
        (world, ada, cookie)
    }

    pub(crate) fn client(&self) -> Client {
        Client(self.address)
    }

    /// A client of the same world with another console.
    pub(crate) async fn with_console(&self, console: Router) -> Client {
        let front = Front {
            host: self.front.host.clone(),
            origin: self.front.origin.clone(),
            console,
            gateway: self.front.gateway.clone(),
            threads: self.front.threads.clone(),
            islands: self.front.islands.clone(),
            random: self.front.random.clone(),
            clock: self.front.clock.clone(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = Client(listener.local_addr().unwrap());
        tokio::spawn(run(listener, Arc::new(front), self.stop.clone()));
        client
    }

    /// Writes the allowlist anew and has it read.
    pub(crate) fn change_policy(&self, from: &str, to: &str) {
        self.change_policies(&[(from, to)]);
    }

    /// The same with several changes; returns when requests of whoever has this cookie meet them.
    pub(crate) async fn under_policy(&self, changes: &[(&str, &str)], cookie: &str) {
        // A path that nobody could see before tells that the new entry is in force.
        let mark = [("{path: /closed/, role: owner}", "{path: /closed/, role: user}")];
        self.change_policies(&[changes, &mark[..]].concat());
        while self.client().get(NOTES, "/closed/", &[cookie]).await.status != 200 {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        self.upstream.forget();
    }

    /// The same with several changes.
    pub(crate) fn change_policies(&self, changes: &[(&str, &str)]) {
        let changed = changes.iter().fold(ALLOWLIST.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        });
        std::fs::write(self.dir.path().join("allowlist.yaml"), changed).unwrap();
        self.platform.policy.look();
        assert_eq!(self.platform.policy.status().error, None);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub(crate) fn id(app: &str) -> AppId {
    app.parse().unwrap()
}

fn config(dir: &std::path::Path) -> Config {
    #[derive(clap::Parser)]
    struct Typed {
        #[command(flatten)]
        options: Options,
    }
    std::fs::write(dir.join("allowlist.yaml"), ALLOWLIST).unwrap();
    std::fs::write(dir.join("allowlist.lock"), LOCK).unwrap();
    let in_dir = |name: &str| dir.join(name).display().to_string();
    let typed = [
        "test",
        "--data",
        &in_dir("data"),
        "--allowlist",
        &in_dir("allowlist.yaml"),
        "--lock",
        &in_dir("allowlist.lock"),
    ];
    std::fs::create_dir(dir.join("data")).unwrap();
    Typed::parse_from(typed).options.into()
}
