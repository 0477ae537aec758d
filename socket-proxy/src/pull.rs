//! `POST /images/create`: an image that is on the allowlist and pinned to a registry's bytes, and no other.
//!
//! The client names it; the digest, the platform and the credentials are ours. What a client sends as
//! `X-Registry-Auth` is not read: the docker CLI sends one with every pull, whether it has anything to say or not.

use atoll_sandbox::lock::PinSource;
use http::Method;
use serde::{Deserialize, Serialize};

use crate::{
    engine::{Ask, encode},
    http::{
        Answer, Body,
        answer::{JSON, LineFilter},
    },
    image::{pin, services, spellings},
    proxy::Proxy,
    refusal::{Reason, Refusal},
    words::without_paths,
};

/// The most characters of the engine's that one member of a line keeps.
const LONGEST_WORDS: usize = 1024;

/// One line of a pull's progress. What else an engine may write stays here.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Progress {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    status: String,
    /// The layer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    progress_detail: Option<Detail>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error_detail: Option<Failure>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    error: String,
}

/// In bytes.
#[derive(Debug, Serialize, Deserialize)]
struct Detail {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    current: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Failure {
    #[serde(default)]
    message: String,
}

impl Proxy {
    pub(crate) async fn pull(&self, wanted: &str) -> Result<Answer, Refusal> {
        let scope = self.scope()?;
        let named = |service: &&atoll_sandbox::allowlist::Service| {
            let pin = pin(&scope, &service.image).ok();
            spellings(service, pin).iter().any(|known| is_named(wanted, known))
        };
        let service = services(&scope).find(named).ok_or_else(|| {
            let name: String = wanted.chars().take(160).collect();
            let message = format!("the image `{name}` is not on the allowlist, or not under that digest");
            Refusal::new(Reason::NotAllowed, message)
        })?;
        let pin = pin(&scope, &service.image)?;
        if pin.source == PinSource::Local {
            let message = format!(
                "the lock pins `{}` as an image that was built here, which no registry has: build or load it, or pin \
                 what the registry has with `atoll allowlist lock`",
                service.image
            );
            return Err(Refusal::new(Reason::NotPullable, message));
        }
        let query = encode(&[
            ("fromImage", service.repository()),
            ("tag", pin.digest.as_str()),
            ("platform", scope.about.platform.as_str()),
        ]);
        let registry_auth = self.credentials.header(service.repository())?;
        let ask = Ask {
            method: Method::POST,
            path: "/images/create",
            query,
            body: None,
            registry_auth,
            limit: None,
        };
        let response = self.engine.open(ask).await?;
        Ok(Answer::stream(JSON, Body::Lines(response.into_body(), LineFilter(Box::new(rewritten)))))
    }
}

/// Whether a client's words are a spelling of a reference. The docker CLI writes out the registry that is meant when
/// none is named.
pub(crate) fn is_named(wanted: &str, reference: &str) -> bool {
    let short = wanted.strip_prefix("docker.io/").unwrap_or(wanted);
    wanted == reference
        || registry(reference) == DOCKER_HUB
            && (short == reference || short.strip_prefix("library/") == Some(reference))
}

/// The registry that is meant when none is named.
pub(crate) const DOCKER_HUB: &str = "docker.io";

/// The registry of a repository or reference: its first part when that looks like a host.
pub(crate) fn registry(reference: &str) -> &str {
    match reference.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        Some(_) | None => DOCKER_HUB,
    }
}

fn rewritten(line: &[u8]) -> Option<Vec<u8>> {
    let mut progress: Progress = serde_json::from_slice(line).ok()?;
    let brief = |text: &mut String| {
        *text = without_paths(text).chars().filter(|c| !c.is_control()).take(LONGEST_WORDS).collect();
    };
    brief(&mut progress.status);
    brief(&mut progress.id);
    brief(&mut progress.error);
    progress.error_detail.iter_mut().for_each(|failure| brief(&mut failure.message));
    serde_json::to_vec(&progress).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_written_anew_and_nothing_else_of_a_line_goes_on() {
        let line = |text: &str| rewritten(text.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(
            line(
                r#"{"status":"Downloading","id":"ab","progressDetail":{"current":5,"total":9},"progress":"[=>]","aux":{"x":1}}"#
            ),
            Some(r#"{"status":"Downloading","id":"ab","progressDetail":{"current":5,"total":9}}"#.to_owned())
        );
        assert_eq!(
            line(r#"{"errorDetail":{"message":"no","code":1},"error":"no"}"#),
            Some(r#"{"errorDetail":{"message":"no"},"error":"no"}"#.to_owned())
        );
        assert_eq!(line("<html>"), None);
        let long = line(&format!(r#"{{"status":"{}"}}"#, "é".repeat(5000))).unwrap();
        assert_eq!(long.chars().count(), LONGEST_WORDS + r#"{"status":""}"#.len());
    }

    #[test]
    fn a_reference_is_known_in_the_spellings_that_clients_have_for_it() {
        assert!(is_named("docker.io/library/redis:7", "redis:7") && is_named("docker.io/a/b:1", "a/b:1"));
        assert!(is_named("ghcr.io/a/b:1", "ghcr.io/a/b:1"));
        for (wanted, reference) in
            [("docker.io/ghcr.io/a/b:1", "ghcr.io/a/b:1"), ("a/b", "a/b:1"), ("library/a/b:2", "a/b:1")]
        {
            assert!(!is_named(wanted, reference), "{wanted}");
        }
        assert_eq!(registry("ghcr.io/a/b"), "ghcr.io");
        assert_eq!(registry("localhost/a"), "localhost");
        assert_eq!(registry("host:5000/a"), "host:5000");
        assert_eq!(registry("atoll/hello:1.0.0"), DOCKER_HUB);
    }
}
