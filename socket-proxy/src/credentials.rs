//! What registries are told about who pulls: from a file that only this proxy reads, in the form of docker's
//! `config.json`, and sent to the engine as the header that it asks for.

use std::{collections::BTreeMap, fmt, fs, path::PathBuf};

use base64::{Engine as _, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE};
use http::HeaderValue;
use serde::Deserialize;
use serde_json::json;

use crate::{
    pull::{DOCKER_HUB, registry},
    refusal::{Reason, Refusal},
};

/// What docker calls its own registry in such files.
const DOCKER_HUB_KEY: &str = "https://index.docker.io/v1/";

/// Where the credentials are. Read at each pull, so that a rotated password needs no restart.
#[derive(Debug, Clone, Default)]
pub struct RegistryCredentials {
    file: Option<PathBuf>,
}

/// The file. A helper program that would have to be run is not known here, and is refused by name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    auths: BTreeMap<String, Entry>,
}

/// The credentials of one registry, in one of the three ways that docker writes them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Entry {
    /// `user:password` in base64.
    auth: Option<String>,
    username: Option<String>,
    password: Option<String>,
    identitytoken: Option<String>,
}

/// A file that cannot be used. What it holds is never part of the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the registry credentials in {file} cannot be used: {why}")]
pub struct InvalidCredentials {
    file: String,
    why: String,
}

impl RegistryCredentials {
    /// The credentials in a file, or none at all.
    pub fn of(file: Option<PathBuf>) -> Self {
        Self { file }
    }

    /// Reads the file once; the registries that it names.
    pub fn check(&self) -> Result<Vec<String>, InvalidCredentials> {
        self.read()?.into_iter().map(|(name, entry)| self.pair(&name, &entry).map(|_| name)).collect()
    }

    /// The value of `X-Registry-Auth` for a repository, if the file has something for its registry.
    pub(crate) fn header(&self, repository: &str) -> Result<Option<HeaderValue>, Refusal> {
        let refuse = |error: InvalidCredentials| Refusal::new(Reason::Credentials, error.to_string());
        let host = registry(repository);
        let key = if host == DOCKER_HUB { DOCKER_HUB_KEY } else { host };
        let entries = self.read().map_err(refuse)?;
        let Some(entry) = entries.get(key).or_else(|| entries.get(host)) else { return Ok(None) };
        let auth = match &entry.identitytoken {
            Some(token) => json!({"identitytoken": token, "serveraddress": key}),
            None => {
                let (user, password) = self.pair(key, entry).map_err(refuse)?;
                json!({"username": user, "password": password, "serveraddress": key})
            }
        };
        let mut value = HeaderValue::from_str(&BASE64_URL_SAFE.encode(auth.to_string()))
            .expect("base64 is made of header characters");
        value.set_sensitive(true);
        Ok(Some(value))
    }

    fn read(&self) -> Result<BTreeMap<String, Entry>, InvalidCredentials> {
        let Some(file) = &self.file else { return Ok(BTreeMap::new()) };
        let text = fs::read(file).map_err(|error| self.invalid(error.to_string()))?;
        // Only the place of an error is told: serde quotes what it stumbles over, which may be a password.
        let config: ConfigFile = serde_json::from_slice(&text).map_err(|error| {
            self.invalid(format!(
                "line {}, column {}: it is no {{\"auths\": {{\"HOST\": {{\"auth\": \"…\"}}}}}}; credential helpers are \
                 not run here, so write `auth` itself",
                error.line(),
                error.column()
            ))
        })?;
        Ok(config.auths)
    }

    fn pair(&self, registry: &str, entry: &Entry) -> Result<(String, String), InvalidCredentials> {
        let from_auth = || {
            let bytes = BASE64_STANDARD.decode(entry.auth.as_ref()?).ok()?;
            let (user, password) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
            Some((user.to_owned(), password.to_owned()))
        };
        if entry.identitytoken.is_some() {
            return Ok(Default::default());
        }
        entry.username.clone().zip(entry.password.clone()).or_else(from_auth).ok_or_else(|| {
            self.invalid(format!("`{registry}` needs `auth` (base64 of user:password) or `identitytoken`"))
        })
    }

    fn invalid(&self, why: String) -> InvalidCredentials {
        let file = self.file.as_ref().map(|file| file.display().to_string()).unwrap_or_default();
        InvalidCredentials { file, why }
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entry(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, RegistryCredentials) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registries.json");
        fs::write(&path, text).unwrap();
        (folder, RegistryCredentials::of(Some(path)))
    }

    fn sent(credentials: &RegistryCredentials, repository: &str) -> serde_json::Value {
        let header = credentials.header(repository).unwrap().unwrap();
        assert_eq!(format!("{header:?}"), "Sensitive");
        serde_json::from_slice(&BASE64_URL_SAFE.decode(header.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn each_registry_gets_its_own_and_the_others_nothing() {
        let (_folder, credentials) = file(
            r#"{"auths": {"ghcr.io": {"auth": "bWU6aHVudGVyMg=="}, "https://index.docker.io/v1/": {"username": "a", "password": "b"},
                "r.example": {"identitytoken": "t"}}}"#,
        );
        assert_eq!(sent(&credentials, "ghcr.io/a/b")["password"], "hunter2");
        assert_eq!(sent(&credentials, "atoll/hello")["username"], "a");
        assert_eq!(
            sent(&credentials, "r.example/x"),
            json!({"identitytoken": "t", "serveraddress": "r.example"})
        );
        assert_eq!(credentials.header("quay.io/a").unwrap(), None);
        assert_eq!(credentials.check().unwrap().len(), 3);
        assert_eq!(format!("{:?}", credentials.read().unwrap()["ghcr.io"]), "Entry(…)");
        assert_eq!(RegistryCredentials::default().header("ghcr.io/a").unwrap(), None);
    }

    #[test]
    fn a_bad_file_is_named_and_not_one_character_of_a_password_is_shown() {
        for text in [
            r#"{"auths": {"ghcr.io": {"auth": "hunter2"}}}"#,
            r#"{"auths": {"ghcr.io": "hunter2"}}"#,
            r#"{"auths": {}, "credsStore": "hunter2"}"#,
            r#"{"auths": {"ghcr.io": {"username": "hunter2"}}}"#,
            "hunter2",
        ] {
            let (_folder, credentials) = file(text);
            let error = credentials.check().unwrap_err().to_string();
            assert!(error.contains("registries.json") && !error.contains("hunter2"), "{error}");
        }
    }
}
