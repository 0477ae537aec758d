//! Whose request it is: by a cookie, or by what a program shows instead.

use std::sync::Arc;

use atoll_sandbox::names::AppId;
use http::Request;
use hyper::body::Incoming;

use super::{Exchange, Gateway, client::Client, cookies::PlatformCookies, credential, refusal::Refused};
use crate::identity::{
    session::{Audience, Session},
    tokens::TokenRefusal,
};

impl Gateway {
    /// Whose request it is. A credential counts alone: whoever sends one does not mean the cookie.
    pub(super) fn identify(
        &self,
        exchange: &mut Exchange,
        client: &Client,
        request: &mut Request<Incoming>,
        cookies: &PlatformCookies,
    ) -> Result<Option<Arc<Session>>, Refused> {
        let token = credential::take(request.headers_mut());
        let session = match token {
            Some(_) => None,
            None => client.session(&self.0.needs.sessions, &exchange.app, cookies),
        };
        if session.is_none() {
            exchange.challenged = credential::may_be_challenged(&exchange.method, request.headers());
        }
        match token {
            Some(token) => self.token_session(exchange, token.expose()).map(Some),
            None => Ok(session),
        }
    }

    /// What an access token is to this app.
    fn token_session(&self, exchange: &Exchange, token: &str) -> Result<Arc<Session>, Refused> {
        let token = self.0.needs.tokens.find(token, exchange.peer).map_err(|refusal| match refusal {
            TokenRefusal::Invalid => Refused::Token,
            TokenRefusal::TooMany(too_many) => Refused::TooMany(too_many),
        })?;
        token.app_session(&exchange.app).cloned().ok_or(Refused::TokenScope)
    }

    /// The session at this app that a cookie names.
    pub(super) fn session(&self, app: &AppId, cookies: &PlatformCookies) -> Option<Arc<Session>> {
        let token = cookies.session.as_deref()?;
        self.0.needs.sessions.verify(token, &Audience::App(app.clone()))
    }
}
