//! The container engine, as the rest of the control plane sees it: it speaks of islands.
//!
//! Requests carry references and holes only. The socket proxy on the other side of the socket renders them from its own
//! copy of the allowlist, so nothing here could ask for a container that the allowlist does not describe. Creating is
//! "make sure that": what is there already is left alone.

use std::{collections::BTreeMap, path::PathBuf};

use atoll_sandbox::names::{IslandId, ServiceName};
use futures_util::{Stream, StreamExt};
use http_body_util::BodyExt;
use tokio::time::timeout;

pub mod error;
pub mod info;
pub mod inspect;
pub mod logs;
mod objects;
mod pull;
pub mod sightings;
mod wire;

use error::{EngineError, Refusal};
use info::{EngineInfo, ImageInfo};
use inspect::{Container, Inspect};
use logs::LogLine;
pub use objects::{Hole, Made};
use pull::Pull;
pub use pull::Pulled;
use sightings::{Member, Network, Sightings};
use wire::{Call, LONG_PATIENCE, Wire};

/// A container engine behind a socket proxy.
#[derive(Debug)]
pub struct Engine {
    wire: Wire,
    gateway: String,
}

/// Which lines of a log are wanted.
#[derive(Debug, Clone, Copy)]
pub struct LogQuery {
    /// So many of the newest.
    pub tail: u32,
    /// Whether lines to come are wanted too.
    pub follow: bool,
}

impl Engine {
    /// An engine behind the socket proxy that listens on `socket`. `gateway` is the name of the control plane's own
    /// container. Nothing is sent yet.
    pub const fn new(socket: PathBuf, gateway: String) -> Self {
        Self { wire: Wire::new(socket), gateway }
    }

    /// What engine it is, and whether it can hold apps to their limits.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn info(&self) -> Result<EngineInfo, EngineError> {
        let doing = "ask the container engine what it is";
        let (api_version, version, info) = tokio::try_join!(
            self.wire.version(),
            self.wire.json(Call::get(doing, "/version")),
            self.wire.json(Call::get(doing, "/info")),
        )?;
        Ok(EngineInfo::read(api_version, version, info))
    }

    /// The pinned image of a reference.
    ///
    /// # Errors
    /// When the engine does not answer, or does not have the image as it is pinned.
    pub async fn image(&self, reference: &str) -> Result<ImageInfo, EngineError> {
        self.wire.json(Call::get("look for the image", format!("/images/{reference}/json"))).await
    }

    /// Has the engine fetch the pinned image of a reference, and tells how far that is. Which bytes it fetches, and
    /// with whose credentials, is the socket proxy's to say.
    ///
    /// # Errors
    /// When the engine does not answer, falls silent, or cannot pull.
    pub async fn pull(&self, reference: &str, tell: impl Fn(Pulled)) -> Result<(), EngineError> {
        let doing = "pull the image";
        let name: String = url::form_urlencoded::byte_serialize(reference.as_bytes()).collect();
        let call = Call::post(doing, format!("/images/create?fromImage={name}"), None);
        let refused = |words: String| EngineError::Refused { doing, refusal: pull_failed(reference, &words) };
        let mut progress = self.wire.stream(call).await.map_err(|error| match error.refusal() {
            // The engine's own words: the registry is away, or will not let us. What the proxy refuses has its own cure.
            Some(refusal) if refusal.is_of_the_engine() => refused(refusal.message.clone()),
            Some(_) | None => error,
        })?;
        let mut pull = Pull::default();
        loop {
            let silent = |_| EngineError::TimedOut { doing, after: LONG_PATIENCE };
            let Some(frame) = timeout(LONG_PATIENCE, progress.frame()).await.map_err(silent)? else {
                return Ok(());
            };
            let frame =
                frame.map_err(|error| EngineError::Unreachable { doing, message: error.to_string() })?;
            let Ok(bytes) = frame.into_data() else { continue };
            tell(pull.take(&bytes).map_err(refused)?);
        }
    }

    /// A service's container as it is now, or `None` when it has none.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn inspect(
        &self,
        island: &IslandId,
        service: &ServiceName,
    ) -> Result<Option<Container>, EngineError> {
        let call =
            Call::get("look at the container", format!("/containers/{}/json", island.container(service)));
        Ok(found::<Inspect>(self.wire.json(call).await)?.map(Container::from))
    }

    /// Every container and network of ours on the engine, by island.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn sightings(&self) -> Result<BTreeMap<IslandId, Sightings>, EngineError> {
        let doing = "list what runs";
        let (containers, networks): (Vec<Member>, Vec<Network>) = tokio::try_join!(
            self.wire.json(Call::get(doing, "/containers/json?all=true")),
            self.wire.json(Call::get(doing, "/networks")),
        )?;
        Ok(sightings::by_island(containers, networks))
    }

    /// The lines of a service's log. The stream ends with the lines that there are, or, when followed, with the
    /// container.
    ///
    /// # Errors
    /// When the engine does not answer or refuses, or the service has no container.
    pub async fn logs(
        &self,
        island: &IslandId,
        service: &ServiceName,
        query: LogQuery,
    ) -> Result<impl Stream<Item = Result<LogLine, EngineError>> + Send + use<>, EngineError> {
        let LogQuery { tail, follow } = query;
        let name = island.container(service);
        let target = format!(
            "/containers/{name}/logs?stdout=true&stderr=true&timestamps=true&tail={tail}&follow={follow}"
        );
        let body = self.wire.stream(Call::get("read the log", target)).await?;
        Ok(logs::lines(body, service.clone()))
    }

    /// Says each time that something of ours changed on the engine. What changed is for the listener to look up: a
    /// missed or repeated word then does no harm. The stream ends when the connection does.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn changes(&self) -> Result<impl Stream<Item = ()> + Send + use<>, EngineError> {
        let body = self.wire.stream(Call::get("listen to the engine's events", "/events")).await?;
        Ok(body.into_data_stream().take_while(|chunk| std::future::ready(chunk.is_ok())).map(drop))
    }
}

fn found<T>(answer: Result<T, EngineError>) -> Result<Option<T>, EngineError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a pull that came to nothing is called, in the words of the registry or the engine.
fn pull_failed(reference: &str, words: &str) -> Refusal {
    Refusal {
        status: 502,
        reason: Some("pull-failed".to_owned()),
        message: format!("{} (`{reference}`)", words.trim_end_matches('.')),
    }
}
