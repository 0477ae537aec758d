//! Starting, stopping and removing what this proxy made.

use http::{Method, StatusCode};

use crate::{
    call::{Reference, Signal},
    engine::{ACTION, encode, word},
    http::Answer,
    proxy::{Proxy, done},
    refusal::{Reason, Refusal},
    seal::Kind,
};

/// How long the engine may take to stop a container beyond its grace.
const AFTER_GRACE: std::time::Duration = std::time::Duration::from_secs(60);
/// The longest grace that an entry can name, for a stop that names none itself.
const LONGEST_GRACE_SECS: u32 = 300;

impl Proxy {
    /// Starts a container if it is, on the engine, exactly what the allowlist says now.
    pub(crate) async fn start(&self, container: &Reference) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Container, container).await?;
        let verification = self.verify(&owned).await?;
        if verification.outdated {
            let message = format!(
                "the allowlist has changed since `{}` was created: remove it and create it again",
                owned.name
            );
            return Err(Refusal::new(Reason::Outdated, message));
        }
        self.insist(&owned.name, &verification.differences)?;
        let scope = self.scope()?;
        let ceilings = &scope.policy.allowlist().host.limits;
        self.turn().await?.admit_start(self, &owned, ceilings).await?;
        let started = self.act(Method::POST, &format!("/containers/{}/start", owned.id), &[]).await;
        self.ledger.lock().await.start_ended(&owned.id);
        started
    }

    pub(crate) async fn stop(
        &self,
        container: &Reference,
        grace_secs: Option<u32>,
    ) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Container, container).await?;
        let grace = grace_secs.map(|secs| secs.to_string());
        let query: Vec<(&str, &str)> = grace.as_deref().map(|secs| ("t", secs)).into_iter().collect();
        let limit =
            AFTER_GRACE + std::time::Duration::from_secs(u64::from(grace_secs.unwrap_or(LONGEST_GRACE_SECS)));
        let path = format!("/containers/{}/stop", owned.id);
        let reply = self.engine.action(Method::POST, &path, &query, None, limit).await?;
        already_so(reply.status).map_or_else(|| reply.success().map(|_| done()), Ok)
    }

    pub(crate) async fn kill(&self, container: &Reference, signal: Signal) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Container, container).await?;
        self.act(Method::POST, &format!("/containers/{}/kill", owned.id), &[("signal", signal.0)]).await
    }

    pub(crate) async fn remove_container(
        &self,
        container: &Reference,
        force: bool,
        volumes: bool,
    ) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Container, container).await?;
        let query = [("force", word(force)), ("v", word(volumes))];
        self.act(Method::DELETE, &Kind::Container.path(&owned.id), &query).await
    }

    pub(crate) async fn remove_network(&self, network: &Reference) -> Result<Answer, Refusal> {
        let owned = self.owned(Kind::Network, network).await?;
        self.act(Method::DELETE, &Kind::Network.path(&owned.id), &[]).await
    }

    pub(crate) async fn remove_volume(&self, volume: &Reference) -> Result<Answer, Refusal> {
        // Because a create that is under way may be counting on it.
        let _turn = self.turn().await?;
        let owned = self.owned(Kind::Volume, volume).await?;
        self.act(Method::DELETE, &Kind::Volume.path(&owned.id), &[]).await
    }

    /// Removes something that was just created and is not what was asked for.
    pub(crate) async fn discard(&self, kind: Kind, id: &str) {
        let path = kind.path(id);
        let query: &[(&str, &str)] =
            if kind == Kind::Container { &[("force", "1"), ("v", "1")] } else { &[] };
        if let Err(refusal) = self.act(Method::DELETE, &path, query).await {
            tracing::error!(path, query = encode(query), problem = %refusal, "could not remove a refused object");
        }
    }

    async fn act(&self, method: Method, path: &str, query: &[(&str, &str)]) -> Result<Answer, Refusal> {
        let reply = self.engine.action(method, path, query, None, ACTION).await?;
        already_so(reply.status).map_or_else(|| reply.success().map(|_| done()), Ok)
    }
}

/// 304: it was started or stopped already, which clients take for success.
fn already_so(status: StatusCode) -> Option<Answer> {
    (status == StatusCode::NOT_MODIFIED).then(|| Answer::empty(status))
}
