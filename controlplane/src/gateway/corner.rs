//! The platform's own corner of each app's origin: `/.atoll/enter` and `/.atoll/leave`.

use atoll_sandbox::names::AppId;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use tracing::error;

use super::{
    Exchange, Gateway,
    body::AnswerBody,
    cookies::{self, PlatformCookies},
    handoff::{self, Nonce},
    notice::{self, Reader},
    origin,
    refusal::Refused,
};
use crate::{
    identity::session::{Audience, SessionError},
    permissions::Actor,
    store::{StoreError, handoffs::Handoff},
};

impl Gateway {
    /// Answers a path below `/.atoll`; `path` is its widest reading.
    pub(super) async fn corner(
        &self,
        exchange: &mut Exchange,
        path: &str,
        cookies: &PlatformCookies,
        request: &Request<Incoming>,
    ) -> Result<Response<AnswerBody>, Refused> {
        match path {
            "/.atoll/enter" if exchange.method == Method::GET => {
                let code = handoff::parameter(request.uri().query(), "code").unwrap_or_default();
                self.enter(exchange, cookies, &code).await
            }
            "/.atoll/leave" if [Method::GET, Method::POST].contains(&exchange.method) => {
                self.leave(exchange, cookies, request).await
            }
            "/.atoll/enter" | "/.atoll/leave" => Err(Refused::Method),
            _elsewhere => Err(Refused::NotFound),
        }
    }

    /// Someone without a session: a person is sent through the console, and comes back to where they wanted to go.
    pub(super) fn begin_handoff(
        &self,
        exchange: &mut Exchange,
        request: &Request<Incoming>,
        cookies: &PlatformCookies,
    ) -> Result<Response<AnswerBody>, Refused> {
        // What was sent would be lost on the way, so whoever sent it is told instead.
        let reads = [Method::GET, Method::HEAD].contains(&exchange.method);
        if exchange.reader == Reader::Program || !reads {
            return Err(Refused::NotSignedIn);
        }
        let kept = cookies.handoff.as_deref().and_then(Nonce::parse);
        // Two tabs that open the same app at once share one nonce, or the first would lose.
        let nonce = kept.unwrap_or_else(|| Nonce::new(&self.0.needs.random));
        let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
        let place = handoff::open_url(&self.0.console, &exchange.app, &nonce.state(), target);
        let mut answer = see_other(&place)?;
        let cookie = cookies::set(cookies::HANDOFF, nonce.as_str(), handoff::NONCE_LIFETIME_SECS);
        answer.headers_mut().append(header::SET_COOKIE, cookie);
        exchange.record.answered(answer.status(), "hand-off");
        Ok(answer)
    }

    /// A person comes back from the console with a code.
    async fn enter(
        &self,
        exchange: &mut Exchange,
        cookies: &PlatformCookies,
        code: &str,
    ) -> Result<Response<AnswerBody>, Refused> {
        let redeemed = self.redeem(&exchange.app, cookies, code).await.map_err(internal)?;
        let Some(handoff) = redeemed else {
            // Someone who is in already has only pressed reload.
            return match self.session(&exchange.app, cookies) {
                Some(_) => see_other("/"),
                None => Err(Refused::Code),
            };
        };
        let needs = &self.0.needs;
        let audience = Audience::App(exchange.app.clone());
        let (token, session) = match needs.sessions.issue(handoff.user, audience, Some(handoff.session)).await
        {
            Ok(issued) => issued,
            Err(SessionError::Gone) => return Err(Refused::Code),
            Err(error) => return Err(internal(error)),
        };
        exchange.record.by(&session);
        // What the next request would be told anyway is told at once.
        needs.access.open_app(&session, &exchange.app).map(drop).map_err(|_| Refused::NoGrant)?;
        let left = session.expires_at.duration_since(needs.clock.now()).as_secs();
        let mut answer = see_other(&handoff.target)?;
        answer
            .headers_mut()
            .append(header::SET_COOKIE, cookies::set(cookies::APP_SESSION, token.expose(), left));
        exchange.record.answered(answer.status(), "entered");
        Ok(answer)
    }

    /// What a code stands for, if it comes in time to the right app by the right browser. It is used up in any case.
    async fn redeem(
        &self,
        app: &AppId,
        cookies: &PlatformCookies,
        code: &str,
    ) -> Result<Option<Handoff>, StoreError> {
        let (needs, hash) = (&self.0.needs, handoff::hash_of(code));
        if !needs.store.has_handoff(&hash).await? {
            return Ok(None);
        }
        let mut change = needs.store.begin().await?;
        let handoff = change.take_handoff(&hash).await?;
        change.commit_unaudited().await?;
        let state = cookies.handoff.as_deref().and_then(Nonce::parse).map(|nonce| nonce.state());
        let now = needs.clock.now();
        Ok(handoff.filter(|handoff| {
            let same_browser = state.is_some_and(|state| {
                verify_slices_are_equal(state.as_bytes(), handoff.state.as_bytes()).is_ok()
            });
            handoff.app == *app && now < handoff.expires_at && same_browser
        }))
    }

    /// Ends the session on this app's origin, if the person or a page of the app asks for it; else asks the person.
    async fn leave(
        &self,
        exchange: &mut Exchange,
        cookies: &PlatformCookies,
        request: &Request<Incoming>,
    ) -> Result<Response<AnswerBody>, Refused> {
        let own = self.0.needs.base_url.app_origin(&exchange.app);
        // As if it were a POST, because it changes something: a link on another site must not log anybody out.
        if origin::is_foreign(&Method::POST, request.headers(), &own, false) {
            let link = exchange.method == Method::GET;
            return Err(if link { Refused::ConfirmLeave } else { Refused::CrossOrigin });
        }
        if let Some(session) = self.session(&exchange.app, cookies) {
            exchange.record.by(&session);
            let actor = self.0.needs.access.person(session.user).map_or(Actor::System, Actor::Person);
            let entry = self.0.needs.audit.entry(&actor, "app.leave", format_args!("app:{}", exchange.app));
            self.0.needs.sessions.revoke(session.id, entry).await.map_err(internal)?;
        }
        let mut answer = see_other(&format!("{}/", self.0.console))?;
        answer.headers_mut().append(header::SET_COOKIE, cookies::set(cookies::APP_SESSION, "", 0));
        exchange.record.answered(answer.status(), "left");
        Ok(answer)
    }
}

fn see_other(place: &str) -> Result<Response<AnswerBody>, Refused> {
    let mut answer = Response::new(AnswerBody::Own(None));
    *answer.status_mut() = StatusCode::SEE_OTHER;
    notice::secure(answer.headers_mut());
    answer
        .headers_mut()
        .insert(header::LOCATION, HeaderValue::try_from(place).map_err(|_| Refused::Internal)?);
    Ok(answer)
}

fn internal(error: impl std::error::Error + 'static) -> Refused {
    error!(error = &error as &dyn std::error::Error, "could not work on a session of an app");
    Refused::Internal
}
