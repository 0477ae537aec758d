//! What clients see of containers in a list.
//!
//! Read in place: a row borrows from the engine's answer, because lists are asked for all the time and most of their
//! cost was copying.

use std::borrow::Cow;

use atoll_sandbox::{labels, policy::Policy};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    container::{MountView, NetworkSettingsView},
    image_reference, is_own_network,
};
use crate::{
    engine::unreadable,
    refusal::{Reason, Refusal},
    seal::{Kind, LabelLookup, Labels, Seal},
};

/// The engine's list of containers as it came, of which only what is sealed can be read.
pub(crate) struct ContainerList(pub(crate) Bytes);

/// One row of `GET /containers/json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ContainerRow<'a> {
    pub(crate) id: &'a str,
    #[serde(borrow)]
    pub(crate) names: Vec<&'a str>,
    #[serde(skip_deserializing)]
    image: String,
    #[serde(rename = "ImageID", default)]
    image_id: &'a str,
    #[serde(skip_deserializing)]
    command: &'static str,
    created: i64,
    pub(crate) state: &'a str,
    #[serde(borrow)]
    status: Cow<'a, str>,
    #[serde(skip_deserializing)]
    ports: [(); 0],
    #[serde(borrow, default)]
    pub(crate) labels: RowLabels<'a>,
    #[serde(borrow, default)]
    mounts: Vec<MountView<'a>>,
    #[serde(borrow, default)]
    network_settings: NetworkSettingsView<'a>,
}

/// The labels of our own; whatever else an image or anybody has written there is not read.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct RowLabels<'a> {
    #[serde(rename = "atoll.app", skip_serializing_if = "Option::is_none")]
    app: Option<&'a str>,
    #[serde(rename = "atoll.instance", skip_serializing_if = "Option::is_none")]
    instance: Option<&'a str>,
    #[serde(rename = "atoll.service", skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    #[serde(rename = "atoll.index", skip_serializing_if = "Option::is_none")]
    index: Option<&'a str>,
    #[serde(rename = "atoll.spec", skip_serializing_if = "Option::is_none")]
    spec: Option<&'a str>,
    #[serde(rename = "atoll.seal", skip_serializing_if = "Option::is_none")]
    seal: Option<&'a str>,
}

/// The part of a row that says whose it is, for rows of others, which may hold anything.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Mark {
    names: Vec<String>,
    labels: Option<Labels>,
}

impl ContainerList {
    /// Every container in it that this proxy made.
    pub(crate) fn sealed(&self, seal: &Seal) -> Result<Vec<ContainerRow<'_>>, Refusal> {
        // As a whole, because that is many times cheaper than looking at each text in it.
        let text = std::str::from_utf8(&self.0)
            .map_err(|_| Refusal::new(Reason::Engine, "the engine's list is not UTF-8"))?;
        let mut rows = match serde_json::from_str(text) {
            Ok(rows) => rows,
            Err(_) => row_by_row(text, seal)?,
        };
        rows.retain(|row: &ContainerRow<'_>| is_sealed(seal, row.names.iter().copied(), &row.labels));
        Ok(rows)
    }
}

/// Passes over rows that cannot be read, unless they are ours.
fn row_by_row<'a>(list: &'a str, seal: &Seal) -> Result<Vec<ContainerRow<'a>>, Refusal> {
    let rows: Vec<&RawValue> = serde_json::from_str(list).map_err(unreadable)?;
    let read = rows.into_iter().filter_map(|row| match serde_json::from_str(row.get()) {
        Ok(row) => Some(Ok(row)),
        Err(error) => {
            let Mark { names, labels } = serde_json::from_str(row.get()).ok()?;
            let ours = is_sealed(seal, names.iter().map(String::as_str), &labels?);
            ours.then(|| Err(unreadable(error)))
        }
    });
    read.collect()
}

fn is_sealed<'a>(seal: &Seal, mut names: impl Iterator<Item = &'a str>, labels: &impl LabelLookup) -> bool {
    names.any(|name| seal.holds(Kind::Container, name.trim_start_matches('/'), labels))
}

impl ContainerRow<'_> {
    /// Whether it takes what its limits allow: it runs, is paused or is on its way there.
    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.state, "created" | "exited" | "dead")
    }

    /// Leaves what a client may see.
    pub(crate) fn clean(&mut self, policy: Option<&Policy>) {
        self.image = image_reference(policy, &self.labels).unwrap_or_else(|| self.image_id.to_owned());
        // Further names are those of links, which begin with the name of whoever links here.
        self.names.retain(|name| name.trim_start_matches('/').find('/').is_none());
        self.mounts.iter_mut().for_each(MountView::clean);
        self.network_settings.keep(|name| is_own_network(name, &self.labels));
        self.labels.seal = None;
    }
}

impl LabelLookup for RowLabels<'_> {
    fn label(&self, name: &str) -> Option<&str> {
        match name {
            labels::APP => self.app,
            labels::INSTANCE => self.instance,
            labels::SERVICE => self.service,
            labels::INDEX => self.index,
            labels::SPEC => self.spec,
            labels::SEAL => self.seal,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    fn row(change: impl FnOnce(&mut serde_json::Value)) -> String {
        let mut row = serde_json::json!({
            "Id": ID, "Names": ["/atoll-hello-main-web", "/other/alias"], "Image": "x", "ImageID": "sha256:1",
            "Command": "secret", "Created": 1, "State": "running", "Status": "Up",
            "Labels": {
                "atoll.app": "hello", "atoll.instance": "main", "atoll.service": "web", "atoll.index": "7",
                "atoll.spec": "abc", "atoll.seal": "ff", "theirs": "x",
            },
        });
        change(&mut row);
        row.to_string()
    }

    #[test]
    fn every_label_of_ours_is_found_and_no_other() {
        let text = row(|_| {});
        let row: ContainerRow<'_> = serde_json::from_str(&text).unwrap();
        for (name, value) in [
            (labels::APP, "hello"),
            (labels::INSTANCE, "main"),
            (labels::SERVICE, "web"),
            (labels::INDEX, "7"),
            (labels::SPEC, "abc"),
            (labels::SEAL, "ff"),
        ] {
            assert_eq!(row.labels.label(name), Some(value), "{name}");
        }
        assert_eq!(row.labels.label("theirs"), None);
    }

    #[test]
    fn a_container_counts_until_it_has_come_to_its_end() {
        let live = |state: &str| {
            let text = row(|row| row["State"] = state.into());
            serde_json::from_str::<ContainerRow<'_>>(&text).unwrap().is_live()
        };
        for state in ["running", "paused", "restarting", "removing", "", "a state of tomorrow"] {
            assert!(live(state), "{state}");
        }
        for state in ["created", "exited", "dead"] {
            assert!(!live(state), "{state}");
        }
    }

    #[test]
    fn a_client_sees_no_seal_no_command_no_link_and_the_image_by_its_digest_if_nothing_names_it() {
        let text = row(|_| {});
        let mut row: ContainerRow<'_> = serde_json::from_str(&text).unwrap();
        row.clean(None);
        let seen = serde_json::to_value(&row).unwrap();
        assert_eq!(seen["Names"], serde_json::json!(["/atoll-hello-main-web"]));
        assert_eq!((&seen["Image"], &seen["Command"]), (&"sha256:1".into(), &"".into()));
        let labels = seen["Labels"].as_object().unwrap();
        assert!(
            labels.contains_key("atoll.app")
                && !labels.contains_key("atoll.seal")
                && !labels.contains_key("theirs")
        );
    }

    #[test]
    fn a_row_that_cannot_be_read_hides_no_other_and_is_an_error_only_if_it_is_ours() {
        let state = tempfile::tempdir().unwrap();
        let seal = Seal::open(state.path()).unwrap();
        let list = |rows: &[String]| ContainerList(Bytes::from(format!("[{}]", rows.join(","))));
        let sealed = |created: serde_json::Value| {
            row(|row| {
                let mut own: Labels = serde_json::from_value(row["Labels"].take()).unwrap();
                let mark = seal.of(Kind::Container, "atoll-hello-main-web", &own);
                own.insert(labels::SEAL.to_owned(), mark);
                row["Labels"] = serde_json::to_value(own).unwrap();
                row["Created"] = created;
            })
        };
        let foreign = row(|row| row["Created"] = "yesterday".into());
        let bare = row(|row| row["Names"] = 3.into());
        let whole = list(&[foreign.clone(), sealed(1.into()), bare]);
        assert_eq!(whole.sealed(&seal).unwrap().len(), 1);
        assert!(list(&[foreign, sealed("yesterday".into())]).sealed(&seal).is_err());
        assert!(ContainerList(Bytes::from_static(b"[\xff]")).sealed(&seal).is_err());
    }
}
