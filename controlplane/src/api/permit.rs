//! The extractor is the authorisation: a handler that names a permit runs only if the permit was given.

use std::{convert::Infallible, net::IpAddr, str::FromStr};

use atoll_sandbox::names::AppId;
use axum::extract::{ConnectInfo, FromRequestParts, RawPathParams};
use http::request::Parts;

use super::{ApiError, identify::Identified};
use crate::{
    ids::{AccessTokenId, OperationId, UserId},
    permissions::{Caller, Command, Permit},
    platform::Platform,
};

/// What an action is done to, read from the request's path.
pub(super) trait FromPath: Sized {
    /// `None` when the path names something that cannot exist.
    fn from_path(path: &RawPathParams) -> Option<Self>;
}

impl<A: Command<Subject: FromPath>> FromRequestParts<Platform> for Permit<A> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, ApiError> {
        let caller = match parts.extensions.get::<Identified>() {
            Some(Identified(caller)) => caller.clone(),
            None => std::sync::Arc::new(Caller::Anonymous),
        };
        // First whether the caller may at all, so that what exists shows to nobody who may not ask.
        platform.access.admit::<A>(&caller)?;
        let path =
            RawPathParams::from_request_parts(parts, platform).await.map_err(|_| ApiError::NotFound)?;
        let subject = A::Subject::from_path(&path).ok_or(ApiError::NotFound)?;
        Ok(platform.access.decide(&caller, subject)?)
    }
}

impl FromPath for () {
    fn from_path(_: &RawPathParams) -> Option<Self> {
        Some(())
    }
}

impl FromPath for AppId {
    fn from_path(path: &RawPathParams) -> Option<Self> {
        parse(path, "app")
    }
}

impl FromPath for UserId {
    fn from_path(path: &RawPathParams) -> Option<Self> {
        parse(path, "id")
    }
}

impl FromPath for AccessTokenId {
    fn from_path(path: &RawPathParams) -> Option<Self> {
        parse(path, "id")
    }
}

impl FromPath for OperationId {
    fn from_path(path: &RawPathParams) -> Option<Self> {
        parse(path, "id")
    }
}

impl FromPath for (AppId, UserId) {
    fn from_path(path: &RawPathParams) -> Option<Self> {
        Some((parse(path, "app")?, parse(path, "user_id")?))
    }
}

impl FromPath for (UserId, AccessTokenId) {
    fn from_path(path: &RawPathParams) -> Option<Self> {
        Some((parse(path, "id")?, parse(path, "token_id")?))
    }
}

fn parse<T: FromStr>(path: &RawPathParams, name: &str) -> Option<T> {
    path.iter().find(|(found, _)| *found == name)?.1.parse().ok()
}

/// The address that the connection comes from, for counting failed attempts and nothing else.
pub(super) struct Peer(pub(super) IpAddr);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>();
        // Without one everybody shares one count, which is the safe side.
        Ok(Self(peer.map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(address)| address.ip())))
    }
}
