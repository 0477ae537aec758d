//! The container engine, read only.
//!
//! The operator who runs this tool may reach the engine itself; the platform may not. Nothing here can change anything:
//! there is no other method than GET.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{StatusCode, Url};
use serde::{Deserialize, de::DeserializeOwned};

mod error;
mod place;
pub(crate) mod view;

pub(crate) use error::EngineError;
pub(crate) use place::EngineArgs;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// A container engine behind a unix socket.
#[derive(Debug)]
pub(crate) struct Engine {
    http: reqwest::Client,
    socket: PathBuf,
}

#[derive(Deserialize)]
struct Complaint {
    message: String,
}

impl Engine {
    /// The engine behind `socket`. Nothing is sent yet.
    pub(crate) fn at(socket: PathBuf) -> Result<Self, EngineError> {
        let http = reqwest::Client::builder()
            .unix_socket(socket.as_path())
            .no_proxy()
            .timeout(ANSWER_TIMEOUT)
            .build();
        match http {
            Ok(http) => Ok(Self { http, socket }),
            Err(source) => Err(EngineError::of(&socket, source)),
        }
    }

    /// Where its socket is.
    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    /// Reads `path`, or `None` where there is no such thing. Names stand in `path` as they are; each `/` parts.
    pub(crate) async fn find<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, EngineError> {
        let mut url = Url::parse("http://engine/").expect("the constant is a URL");
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.clear().extend(path.split('/'));
        }
        let response =
            self.http.get(url).send().await.map_err(|source| EngineError::of(&self.socket, source))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|source| EngineError::of(&self.socket, source))?;
        if status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !status.is_success() {
            let message = serde_json::from_slice(&body)
                .map_or_else(|_| String::from_utf8_lossy(&body).trim().to_owned(), |c: Complaint| c.message);
            return Err(EngineError::Refused { path: path.to_owned(), status: status.as_u16(), message });
        }
        serde_json::from_slice(&body).map(Some).map_err(|source| EngineError::NotAnEngine {
            socket: self.socket.clone(),
            path: path.to_owned(),
            source,
        })
    }

    /// Reads `path`, which every engine has.
    pub(crate) async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, EngineError> {
        self.find(path).await?.ok_or_else(|| EngineError::Refused {
            path: path.to_owned(),
            status: 404,
            message: "no such endpoint".to_owned(),
        })
    }

    /// What it says about its version.
    pub(crate) async fn version(&self) -> Result<view::Version, EngineError> {
        self.read("version").await
    }

    /// The image that a reference names here.
    pub(crate) async fn image(&self, reference: &str) -> Result<Option<view::Image>, EngineError> {
        self.find(&format!("images/{reference}/json")).await
    }
}
