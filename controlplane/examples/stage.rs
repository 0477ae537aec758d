//! The control plane before programs that run on this machine instead of on islands: what the tests with other people's
//! software and with hostile pages stand on. Console, API, gateway and identities are real; engine and reconciler are not there.
//!
//! `stage <listen> <folder> <app>=<address>…` serves `http://atoll.localhost:<port>`, and writes the keys to `<folder>/jwks.json` and
//! who may come in to `<folder>/people.json`, which appears when everything is ready.

use std::{collections::BTreeMap, fmt::Write as _, net::SocketAddr, sync::Arc};

use atoll_controlplane::{
    api,
    clock::Clock,
    config::{Config, Options},
    gateway::{
        Gateway, Needs,
        site::{Instance, Instances},
    },
    identity::{PlatformRole, accounts::NewAccount, keys::Keys, session::Audience, tokens::NewAccessToken},
    ids::UserId,
    permissions::Actor,
    platform::Platform,
    random::Random,
    reconciler::{InstanceState, Uses},
    secret::Secret,
    server::{Front, listen::IslandAddresses, run, threads::Threads},
};
use atoll_sandbox::names::AppId;
use clap::Parser;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

type Failure = Box<dyn std::error::Error>;

const PASSWORD: &str = "correct horse battery";
const LOCK: &str = r#"{"schemaVersion": 1, "revision": 1, "images": {}}"#;

#[derive(Parser)]
struct Arguments {
    listen: SocketAddr,
    folder: std::path::PathBuf,
    /// `app=address`
    apps: Vec<String>,
}

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    options: Options,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse();
    let apps = apps(&arguments.apps)?;
    let platform = platform(&arguments, apps.keys()).await?;
    let states: BTreeMap<_, _> = apps
        .iter()
        .map(|(app, endpoint)| {
            (app.clone(), watch::Sender::new(InstanceState::Ready { endpoint: *endpoint }))
        })
        .collect();
    let instances =
        Instances::new(move |app| Instance { state: states[app].subscribe(), uses: Uses::default() });
    let gateway = Gateway::new(Needs::of(&platform, instances), platform.stop.clone());
    let front = Arc::new(Front {
        host: "atoll.localhost".to_owned(),
        origin: platform.config.base_url.origin(),
        console: api::router(platform.clone()),
        gateway: gateway.clone(),
        threads: Threads::here(),
        islands: IslandAddresses::new(platform.policy.subscribe()),
        random: platform.random.clone(),
        clock: platform.clock.clone(),
    });
    let listener = TcpListener::bind(arguments.listen).await?;
    tokio::spawn(async move { gateway.follow().await });
    let mut people = serde_json::Map::new();
    for (name, role) in [("ada", PlatformRole::Admin), ("ben", PlatformRole::Member)] {
        people.insert(name.to_owned(), person(&platform, name, role, apps.keys()).await?);
    }
    std::fs::write(arguments.folder.join("jwks.json"), platform.keys.jwks().to_string())?;
    let place = arguments.folder.join("people.json");
    std::fs::write(place.with_extension("new"), serde_json::to_vec(&people)?)?;
    std::fs::rename(place.with_extension("new"), place)?;
    run(listener, front, platform.stop).await;
    Ok(())
}

fn apps(given: &[String]) -> Result<BTreeMap<AppId, SocketAddr>, Failure> {
    let read = |given: &String| -> Result<_, Failure> {
        let (app, address) = given.split_once('=').ok_or("an app is given as app=address")?;
        Ok((app.parse()?, address.parse()?))
    };
    given.iter().map(read).collect()
}

async fn platform<'a>(
    arguments: &Arguments,
    apps: impl Iterator<Item = &'a AppId>,
) -> Result<Platform, Failure> {
    let place = |name: &str| arguments.folder.join(name).display().to_string();
    std::fs::create_dir_all(arguments.folder.join("data"))?;
    std::fs::write(place("allowlist.yaml"), allowlist(apps))?;
    std::fs::write(place("allowlist.lock"), LOCK)?;
    let base_url = format!("http://atoll.localhost:{}", arguments.listen.port());
    let (data, allowlist, lock) = (place("data"), place("allowlist.yaml"), place("allowlist.lock"));
    let typed =
        ["stage", "--data", &data, "--allowlist", &allowlist, "--lock", &lock, "--base-url", &base_url];
    let config = Config::from(Typed::parse_from(typed).options);
    // Small keys, because these are made at each start and guard nothing.
    let keys = Keys::ephemeral(Clock::system())?;
    Ok(Platform::with_keys(config, Clock::system(), Random::system(), keys).await?)
}

fn allowlist<'a>(apps: impl Iterator<Item = &'a AppId>) -> String {
    let mut text = "schemaVersion: 1\nrevision: 1\nhost:\n  subnets: 10.212.0.0/16\n  \
                    limits: {instances: 10, cpu: \"2\", memory: 2Gi, pids: 512}\napps:\n"
        .to_owned();
    for app in apps {
        writeln!(
            text,
            "- id: {app}\n  version: 1.0.0\n  title: {app}\n  description: Somebody else's program\n  category: tests\n  \
             services:\n    web:\n      image: example/{app}:1\n      user: \"10001:10001\"\n      \
             resources: {{limits: {{cpu: \"1\", memory: 64Mi, pids: 32}}}}\n  \
             http: {{service: web, port: 8080, websocket: true, access: [{{path: /, role: user}}]}}\n  \
             roles: [{{id: user, title: Can use, default: true}}]"
        )
        .expect("writing to a string does not fail");
    }
    text
}

/// Somebody who may open every app, with everything by which they could come in.
async fn person<'a>(
    platform: &Platform,
    name: &str,
    role: PlatformRole,
    apps: impl Iterator<Item = &'a AppId>,
) -> Result<Value, Failure> {
    let email = format!("{name}@example.com");
    let account = NewAccount {
        name: name.to_owned().try_into()?,
        email: email.parse()?,
        password: Secret::new(PASSWORD).try_into()?,
    };
    let id = platform.accounts.create(&Actor::System, account, role).await?.person.id;
    let (mut tokens, mut cookies) = (serde_json::Map::new(), serde_json::Map::new());
    for app in apps {
        platform.grants.give(&Actor::System, id, app, None).await?;
        tokens.insert(app.to_string(), token(platform, id, app).await?.into());
        let (session, _) = platform.sessions.issue(id, Audience::App(app.clone()), None).await?;
        cookies.insert(app.to_string(), format!("__Host-atoll-app={}", session.expose()).into());
    }
    Ok(json!({"id": id, "email": email, "password": PASSWORD, "tokens": tokens, "cookies": cookies}))
}

async fn token(platform: &Platform, user: UserId, app: &AppId) -> Result<String, Failure> {
    let new = NewAccessToken {
        name: format!("for {app}").try_into()?,
        scopes: format!("app:{app}").parse()?,
        days: Some(1),
    };
    let (secret, _) = platform.tokens.create(&Actor::System, user, new).await?;
    Ok(secret.expose().to_owned())
}
