//! From a client's name for an object to the object itself: asked of the engine anew each time, seal checked, and
//! named by its full id from then on.
//!
//! Nothing is remembered between calls, so a verdict never outlives the object that it was about. What this proxy did
//! not make is answered as if it did not exist.

use http::StatusCode;
use serde_json::Value;

use crate::{
    audit,
    call::Reference,
    proxy::Proxy,
    refusal::{Reason, Refusal},
    seal::{Kind, Labels},
};

/// An object that this proxy made, as the engine describes it now.
#[derive(Debug)]
pub(crate) struct Owned {
    /// The engine's full id; a volume's name.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) labels: Labels,
    /// The engine's whole answer. Never sent on as it is.
    pub(crate) inspect: Value,
}

impl Proxy {
    /// The object that a client means.
    pub(crate) async fn owned(&self, kind: Kind, reference: &Reference) -> Result<Owned, Refusal> {
        self.find(kind, reference.as_str())
            .await?
            .ok_or_else(|| Refusal::no_such(kind.word(), reference.as_str()))
    }

    /// The object of a rendered name, if this proxy made it.
    pub(crate) async fn find(&self, kind: Kind, name: &str) -> Result<Option<Owned>, Refusal> {
        match self.inspect(kind, name).await? {
            Some(inspect) => self.if_ours(kind, inspect),
            None => Ok(None),
        }
    }

    /// What the engine described, if this proxy made it.
    pub(crate) fn if_ours(&self, kind: Kind, inspect: Value) -> Result<Option<Owned>, Refusal> {
        let owned = Owned::read(kind, inspect)
            .ok_or_else(|| Refusal::new(Reason::Engine, "the engine's answer has no id, name or labels"))?;
        let ours = self.seal.holds(kind, &owned.name, &owned.labels);
        if ours {
            audit::about(&owned.labels);
        }
        Ok(ours.then_some(owned))
    }

    /// What the engine says of an object, whoever made it.
    pub(crate) async fn inspect(&self, kind: Kind, name: &str) -> Result<Option<Value>, Refusal> {
        let end = if kind == Kind::Container { "/json" } else { "" };
        let path = kind.path(name) + end;
        let reply = self.engine.question(&path, &[]).await?;
        if reply.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        reply.success().map(Some)
    }
}

impl Owned {
    fn read(kind: Kind, inspect: Value) -> Option<Self> {
        let name = inspect["Name"].as_str()?.trim_start_matches('/').to_owned();
        let (id, labels) = match kind {
            Kind::Container => (full_id(&inspect)?, &inspect["Config"]["Labels"]),
            Kind::Network => (full_id(&inspect)?, &inspect["Labels"]),
            Kind::Volume => (name.clone(), &inspect["Labels"]),
        };
        let labels = read_labels(labels);
        Some(Self { id, name, labels, inspect })
    }
}

/// An id that can stand in a path: 64 hex digits.
fn full_id(inspect: &Value) -> Option<String> {
    let id = inspect["Id"].as_str()?;
    (id.len() == 64 && id.bytes().all(|b| b.is_ascii_hexdigit())).then(|| id.to_owned())
}

/// Labels as texts; none where there are none.
pub(crate) fn read_labels(labels: &Value) -> Labels {
    let entries = labels.as_object().into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
}
