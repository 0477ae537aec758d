//! The hot path: every request of a person to an app passes here.
//!
//! A request is read in one way only ([`path`], [`headers`], [`cookies`]), then its session, the grant and the path's
//! role are checked, then it goes to the app with a signed identity and comes back piece by piece. There is no way to
//! [`forward`] but through a permit (`Permit<OpenApp>`), and the permissions are asked anew each
//! time: nothing here remembers a yes.

use std::{net::IpAddr, num::NonZeroUsize, sync::Arc, time::Duration};

use atoll_sandbox::{names::AppId, policy::Policy};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use tokio::sync::{broadcast::error::RecvError, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    audit::Audit,
    clock::Clock,
    config::BaseUrl,
    identity::{keys::Keys, session::Sessions, tokens::AccessTokens},
    permissions::{Access, Refusal},
    platform::Platform,
    random::Random,
    store::Store,
};

pub mod access;
pub mod admission;
pub mod body;
pub mod client;
pub mod cookies;
mod corner;
pub mod credential;
mod forward;
pub mod handoff;
pub mod headers;
mod identify;
pub mod introduction;
pub mod notice;
pub mod origin;
pub mod path;
pub mod record;
pub mod refusal;
pub mod site;
pub mod socket;
pub mod trace;
pub mod tunnel;
pub mod upstream;
mod wake;

use admission::Admissions;
use body::AnswerBody;
use client::Client;
use forward::Admitted;
use notice::{REQUEST_ID, Reader};
use path::CleanPath;
use record::Record;
use refusal::{Refused, Setting};
use site::{Instances, Site, Sites};

/// How often what ends by time alone is looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

/// Everything that the gateway needs of the platform.
#[derive(Debug, Clone)]
pub struct Needs {
    /// The console's origin.
    pub base_url: BaseUrl,
    /// What time it is.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The database.
    pub store: Store,
    /// The keys that sign identities.
    pub keys: Keys,
    /// Who is signed in.
    pub sessions: Sessions,
    /// By what programs act for people.
    pub tokens: AccessTokens,
    /// Who may do what.
    pub access: Access,
    /// What was done.
    pub audit: Audit,
    /// What may run.
    pub policy: watch::Receiver<Arc<Policy>>,
    /// What runs.
    pub instances: Instances,
    /// How many threads serve connections.
    pub threads: NonZeroUsize,
}

impl Needs {
    /// Out of the platform, and what tells of instances.
    pub fn of(platform: &Platform, instances: Instances) -> Self {
        Self {
            base_url: platform.config.base_url.clone(),
            clock: platform.clock.clone(),
            random: platform.random.clone(),
            store: platform.store.clone(),
            keys: platform.keys.clone(),
            sessions: platform.sessions.clone(),
            tokens: platform.tokens.clone(),
            access: platform.access.clone(),
            audit: platform.audit.clone(),
            policy: platform.policy.subscribe(),
            instances,
            threads: platform.config.threads,
        }
    }
}

/// The gateway. Clones share everything.
#[derive(Debug, Clone)]
pub struct Gateway(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    needs: Needs,
    console: String,
    sites: Sites,
    admissions: Arc<Admissions>,
    /// Ends when the process is to end.
    closing: CancellationToken,
}

/// One request, while it is being answered.
struct Exchange {
    app: AppId,
    peer: IpAddr,
    /// The request's id, as a field of the header.
    id: HeaderValue,
    method: Method,
    reader: Reader,
    /// Whether the client is to be asked for a name and a password, should nobody be signed in.
    challenged: bool,
    record: Record,
    /// The app, once it is known that the person may know of it.
    site: Option<Arc<Site>>,
}

impl Gateway {
    /// A gateway that closes its sockets when `closing` is cancelled.
    pub fn new(needs: Needs, closing: CancellationToken) -> Self {
        let console = needs.base_url.origin();
        let sites = Sites::new(needs.base_url.clone(), needs.instances.clone(), needs.threads);
        sites.update(&needs.policy.borrow());
        let admissions = Arc::new(Admissions::new(
            needs.keys.clone(),
            needs.clock.clone(),
            needs.random.clone(),
            needs.access.clone(),
            console.clone(),
        ));
        Self(Arc::new(Inner { needs, console, sites, admissions, closing }))
    }

    /// Follows the policy and the permissions, and ends what is no longer allowed, until the process is to end.
    pub async fn follow(&self) {
        let mut changes = self.0.needs.access.changes();
        let mut policy = self.0.needs.policy.clone();
        let mut sweep = tokio::time::interval(SWEEP_EVERY);
        loop {
            tokio::select! {
                () = self.0.closing.cancelled() => return,
                change = changes.recv() => match change {
                    // Whoever lags looks at everything, and so do we anyway.
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
                changed = policy.changed() => match changed {
                    Ok(()) => self.0.sites.update(&policy.borrow_and_update()),
                    Err(_) => return,
                },
                _ = sweep.tick() => self.0.sites.sweep(),
            }
            self.review();
        }
    }

    /// Answers a request on an app's origin.
    pub async fn answer(
        &self,
        app: AppId,
        client: &Client,
        request: Request<Incoming>,
    ) -> Response<AnswerBody> {
        let peer = client.address.ip();
        let id = self.0.needs.random.uuid(self.0.needs.clock.now());
        let header = HeaderValue::try_from(id.to_string()).expect("a UUID is visible ASCII");
        let (method, reader) = (request.method().clone(), Reader::of(request.headers()));
        let record = Record::new(id, app.clone(), method.clone());
        let id = header.clone();
        let mut exchange = Exchange { app, peer, id, method, reader, challenged: false, record, site: None };
        let walked = self.walk(&mut exchange, client, request).await;
        let mut answer = walked.unwrap_or_else(|refused| self.refuse(&mut exchange, &refused));
        answer.headers_mut().insert(REQUEST_ID, header);
        if self.0.needs.base_url.is_https() {
            let year = HeaderValue::from_static("max-age=31536000");
            answer.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, year);
        }
        answer
    }

    /// Every check in its order, then the app.
    async fn walk(
        &self,
        exchange: &mut Exchange,
        client: &Client,
        mut request: Request<Incoming>,
    ) -> Result<Response<AnswerBody>, Refused> {
        if [Method::CONNECT, Method::TRACE].contains(&exchange.method) {
            return Err(Refused::Method);
        }
        let uri = request.uri().clone();
        let path = CleanPath::parse(uri.path())?;
        let cookies = cookies::take(request.headers_mut());
        if path.is_platforms() {
            return self.corner(exchange, path.widest(), &cookies, &request).await;
        }
        let Some(session) = self.identify(exchange, client, &mut request, &cookies)? else {
            return self.begin_handoff(exchange, &request, &cookies);
        };
        exchange.record.by(&session);
        let permit = match self.0.needs.access.open_app(&session, &exchange.app) {
            Ok(permit) => permit,
            Err(Refusal::NotSignedIn) => return self.begin_handoff(exchange, &request, &cookies),
            Err(Refusal::NoGrant { .. } | Refusal::NotAdministrator | Refusal::Token { .. }) => {
                return Err(Refused::NoGrant);
            }
        };
        // Because a grant outlives an app's entry, and whoever has one may know that the app is gone.
        let site = self.0.sites.get(&exchange.app).ok_or(Refused::NoGrant)?;
        exchange.record.counted_by(Arc::clone(&site.meters));
        exchange.site = Some(Arc::clone(&site));
        let upgrade = socket::is_asked_for(&request);
        if origin::is_foreign(&exchange.method, request.headers(), &site.origin, upgrade) {
            return Err(Refused::CrossOrigin);
        }
        if !site.rules.permit(&path, permit.role()) {
            return Err(Refused::Role);
        }
        if upgrade && !site.http.websocket {
            return Err(Refused::WebSocket);
        }
        let admission = self.0.admissions.admit(permit, &session, &site)?;
        let admitted = Admitted { admission, site, thread: client.thread, upgrade };
        self.forward(exchange, admitted, &path, request).await
    }

    fn refuse(&self, exchange: &mut Exchange, refused: &Refused) -> Response<AnswerBody> {
        let title = exchange.site.as_ref().map(|site| site.title.as_str());
        let notice = refused.notice(Setting { console: &self.0.console, title });
        exchange.record.answered(notice.status, notice.code);
        let mut answer =
            notice.answer(exchange.reader, &exchange.method, exchange.id.to_str().unwrap_or_default());
        if answer.status() == StatusCode::UNAUTHORIZED && exchange.challenged {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, credential::CHALLENGE);
        }
        answer
    }

    fn review(&self) {
        let current =
            |site: &Arc<Site>| self.0.sites.get(&site.app).is_some_and(|now| Arc::ptr_eq(&now, site));
        self.0.admissions.review(current);
    }
}
