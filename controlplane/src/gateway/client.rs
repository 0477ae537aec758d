//! Who is at the other end of a connection.

use std::{net::SocketAddr, sync::Arc};

use atoll_sandbox::names::AppId;

use super::cookies::PlatformCookies;
use crate::{
    identity::session::{Audience, LastSession, Session, Sessions},
    server::threads::ThreadIndex,
};

/// The client of one connection, which sends one request after the other, or many at once.
#[derive(Debug)]
pub struct Client {
    /// Where it comes from.
    pub address: SocketAddr,
    /// Which thread serves it.
    pub thread: ThreadIndex,
    last: LastSession,
}

impl Client {
    /// At this address, served by this thread.
    pub fn at(address: SocketAddr, thread: ThreadIndex) -> Self {
        Self { address, thread, last: LastSession::default() }
    }

    /// The session at this app that a request of the client's names.
    pub(super) fn session(
        &self,
        sessions: &Sessions,
        app: &AppId,
        cookies: &PlatformCookies,
    ) -> Option<Arc<Session>> {
        self.last.verify(sessions, cookies.session.as_deref()?, &Audience::App(app.clone()))
    }
}
