//! One request from its bytes to its answer.

use std::sync::Arc;

use atoll_sandbox::{policy::Policy, render};
use bytes::Bytes;
use http::StatusCode;
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{Duration, timeout},
};

use crate::{
    audit::{Subject, followed},
    call::Call,
    ceiling::Ledger,
    confine::Confinement,
    credentials::RegistryCredentials,
    engine::{About, Engine, slow},
    http::{Answer, Head, connection::Rooms},
    metrics::Metrics,
    policy_files::RunningPolicy,
    refusal::{Reason, Refusal},
    seal::Seal,
};

/// How long a client waits for a call that changes something. The call itself runs on.
const LONGEST_CALL: Duration = Duration::from_secs(400);
/// How long a create waits for others.
const TURN: Duration = Duration::from_secs(60);

/// Everything that answering needs.
#[derive(Debug)]
pub(crate) struct Proxy {
    pub(crate) policy: RunningPolicy,
    pub(crate) engine: Engine,
    pub(crate) seal: Seal,
    /// The one container that may join islands, by name.
    pub(crate) gateway: String,
    /// Start apps even where the engine does not enforce a limit.
    pub(crate) accept_unenforced_limits: bool,
    /// What is sent to registries, if anything.
    pub(crate) credentials: RegistryCredentials,
    /// The user ids that clients may run under.
    pub(crate) client_uids: Vec<u32>,
    pub(crate) confinement: Confinement,
    pub(crate) metrics: Metrics,
    pub(crate) rooms: Rooms,
    /// Held by whoever is creating something that counts against a ceiling.
    pub(crate) ledger: Mutex<Ledger>,
}

/// The policy and the engine as they are during one call.
pub(crate) struct Scope {
    pub(crate) policy: Arc<Policy>,
    pub(crate) about: Arc<About>,
}

impl Scope {
    pub(crate) fn context(&self) -> render::Context<'_> {
        render::Context { policy: &self.policy, dialect: self.about.dialect, platform: &self.about.platform }
    }
}

impl Proxy {
    pub(crate) fn scope(&self) -> Result<Scope, Refusal> {
        Ok(Scope { policy: self.policy.current()?, about: self.engine.about()? })
    }

    /// The turn to create something that counts against a ceiling.
    pub(crate) async fn turn(&self) -> Result<MutexGuard<'_, Ledger>, Refusal> {
        let waited = timeout(TURN, self.ledger.lock()).await;
        waited.map_err(|_| {
            Refusal::new(Reason::EngineSlow, "the engine has not answered an earlier create yet")
        })
    }

    /// From a request to a call, or why there is none to carry out.
    pub(crate) fn decode(&self, head: &Head, body: &Bytes) -> Result<Call, Refusal> {
        let about = self.engine.about();
        let version = about.as_ref().ok().map(|about| about.dialect.version());
        let call = match Call::parse(head, body, version) {
            // Without an engine no version is offered, and that is the news.
            Err(refusal) if refusal.reason == Reason::ApiVersion => {
                return Err(about.err().unwrap_or(refusal));
            }
            call => call?,
        };
        about?;
        Ok(call)
    }

    /// Answers one call and says whom it was about; a refusal is an answer too.
    pub(crate) async fn answer(self: Arc<Self>, call: Call) -> (Answer, Subject) {
        let (outcome, subject) = if call.writes() {
            let call = Box::pin(async move { self.carry_out(call).await });
            let writing = tokio::spawn(followed(call));
            match timeout(LONGEST_CALL, writing).await {
                Ok(Ok(done)) => done,
                Ok(Err(_)) => (Err(Refusal::new(Reason::Engine, "the call broke off")), Subject::default()),
                Err(_) => (Err(slow()), Subject::default()),
            }
        } else {
            // Boxed, so that a connection that streams for days does not keep the room of the largest call; and inside,
            // because a future that is handed on by value has its room in each that hands it on.
            followed(Box::pin(self.carry_out(call))).await
        };
        (outcome.unwrap_or_else(Answer::from), subject)
    }

    async fn carry_out(&self, call: Call) -> Result<Answer, Refusal> {
        match call {
            Call::Ping => self.policy.current().map(|_| Answer::text("OK")),
            Call::Version => self.version(),
            Call::Info => self.info().await,
            Call::Events { since, until, filters } => self.events(since, until, filters).await,
            Call::ContainerCreate { name, body } => self.create_container(&name, &body).await,
            Call::ContainerStart(container) => self.start(&container).await,
            Call::ContainerStop { container, grace_secs } => self.stop(&container, grace_secs).await,
            Call::ContainerKill { container, signal } => self.kill(&container, signal).await,
            Call::ContainerWait { container, condition } => self.wait(&container, condition).await,
            Call::ContainerInspect(container) => self.inspect_container(&container).await,
            Call::ContainerList { all, limit, filters } => self.list_containers(all, limit, &filters).await,
            Call::ContainerLogs { container, logs } => self.logs(&container, &logs).await,
            Call::ContainerStats { container, stream, one_shot } => {
                self.stats(&container, stream, one_shot).await
            }
            Call::ContainerRemove { container, force, volumes } => {
                self.remove_container(&container, force, volumes).await
            }
            Call::NetworkCreate(body) => self.create_network(&body).await,
            Call::NetworkConnect { network, body } => self.connect(&network, &body).await,
            Call::NetworkDisconnect { network, body } => self.disconnect(&network, &body).await,
            Call::NetworkInspect(network) => self.inspect_network(&network).await,
            Call::NetworkList(filters) => self.list_networks(&filters).await,
            Call::NetworkRemove(network) => self.remove_network(&network).await,
            Call::VolumeCreate(body) => self.create_volume(&body).await,
            Call::VolumeInspect(volume) => self.inspect_volume(&volume).await,
            Call::VolumeList(filters) => self.list_volumes(&filters).await,
            Call::VolumeRemove(volume) => self.remove_volume(&volume).await,
            Call::ImageInspect(image) => self.inspect_image(&image).await,
            Call::ImageList => self.list_images().await,
            Call::ImagePull(reference) => self.pull(&reference).await,
        }
    }
}

/// 204.
pub(crate) fn done() -> Answer {
    Answer::empty(StatusCode::NO_CONTENT)
}
