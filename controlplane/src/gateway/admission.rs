//! Who is in which app right now: their signed identity, and the end of everything that they have open there.
//!
//! Every request asks the permissions anew. An admission only remembers what is dear to make (a signature costs
//! milliseconds) and is the handle by which open streams are ended when the permissions change.

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use atoll_sandbox::{allowlist::RoleId, names::AppId};
use http::{HeaderValue, header};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use tracing::error;

use super::{
    introduction::{self, Introduction},
    refusal::Refused,
    site::Site,
};
use crate::{
    clock::Clock,
    identity::{keys::Keys, session::Session},
    ids::{SessionId, UserId},
    permissions::{Access, OpenApp, Permit},
    random::Random,
    reconciler::{Uses, uses::Use},
};

/// How long an identity is believed.
const LIFETIME: SignedDuration = SignedDuration::from_secs(300);
/// How long before its end it is renewed, so that an app can work with it for a while.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_secs(120);

/// Everybody who is in some app.
#[derive(Debug)]
pub struct Admissions {
    keys: Keys,
    clock: Clock,
    random: Random,
    access: Access,
    issuer: String,
    current: RwLock<HashMap<SessionId, Arc<Admission>>>,
}

/// One person in one app by one session.
#[derive(Debug)]
pub struct Admission {
    facts: Facts,
    session: Arc<Session>,
    site: Arc<Site>,
    /// Ends everything that was opened by it.
    pub ended: CancellationToken,
    stamp: RwLock<Option<Arc<Stamp>>>,
    signing: Arc<Mutex<()>>,
    /// What this person has open there by this session.
    uses: Uses,
}

/// What an app is told of a person. When any of it changes, the admission ends and another begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Facts {
    user: UserId,
    name: String,
    email: String,
    role: RoleId,
}

/// What an app is told, and for how long.
#[derive(Debug)]
struct Stamp {
    introduction: Arc<Introduction>,
    renewed_at: Timestamp,
    expires_at: Timestamp,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a AppId,
    sub: UserId,
    name: &'a str,
    email: &'a str,
    roles: &'a [RoleId],
    iat: i64,
    exp: i64,
    jti: String,
}

impl Admissions {
    /// Nobody yet. `issuer` is the base URL.
    pub fn new(keys: Keys, clock: Clock, random: Random, access: Access, issuer: String) -> Self {
        Self { keys, clock, random, access, issuer, current: RwLock::default() }
    }

    /// The admission of whoever holds this permit.
    ///
    /// # Errors
    /// [`Refused::Ended`] when what the permit says is no longer true.
    pub fn admit(
        &self,
        permit: Permit<OpenApp>,
        session: &Arc<Session>,
        site: &Arc<Site>,
    ) -> Result<Arc<Admission>, Refused> {
        let known = self.current.read().expect(UNPOISONED).get(&session.id).cloned();
        if let Some(admission) = known.filter(|known| known.is_for(&permit, site)) {
            return Ok(admission);
        }
        let admission = Arc::new(Admission::new(&permit, session, site));
        let before = self.current.write().expect(UNPOISONED).insert(session.id, Arc::clone(&admission));
        if let Some(before) = before {
            before.ended.cancel();
        }
        // Because a change may have come between the permit and the insert, when `review` could not find us yet.
        if !self.still_holds(&admission) {
            self.remove(&admission);
            return Err(Refused::Ended);
        }
        Ok(admission)
    }

    /// Ends the admissions of those who may no longer be where they are, and all of a site that has changed.
    pub fn review(&self, is_current: impl Fn(&Arc<Site>) -> bool) {
        let gone = |admission: &Arc<Admission>| !(is_current(&admission.site) && self.still_holds(admission));
        let ended: Vec<_> =
            self.current.read().expect(UNPOISONED).values().filter(|a| gone(a)).cloned().collect();
        for admission in ended {
            self.remove(&admission);
        }
    }

    /// What the app is told of the person.
    ///
    /// # Errors
    /// [`Refused::Internal`] when nothing could be signed.
    pub async fn introduce(
        self: &Arc<Self>,
        admission: &Arc<Admission>,
    ) -> Result<Arc<Introduction>, Refused> {
        Ok(Arc::clone(&self.stamp(admission).await?.introduction))
    }

    /// A stamp that is good for a while. Only the first request of all waits for one to be signed.
    async fn stamp(self: &Arc<Self>, admission: &Arc<Admission>) -> Result<Arc<Stamp>, Refused> {
        let now = self.clock.now();
        match admission.stamp() {
            Some(stamp) if now < stamp.renewed_at => return Ok(stamp),
            Some(stamp) if now < stamp.expires_at - SignedDuration::from_secs(30) => {
                if let Ok(signing) = Arc::clone(&admission.signing).try_lock_owned() {
                    let (this, admission) = (Arc::clone(self), Arc::clone(admission));
                    tokio::spawn(async move {
                        // A failure is in the log, and the next request tries again.
                        let _ = this.sign(&admission).await;
                        drop(signing);
                    });
                }
                return Ok(stamp);
            }
            Some(_) | None => {}
        }
        let _one = admission.signing.lock().await;
        match admission.stamp().filter(|stamp| self.clock.now() < stamp.renewed_at) {
            Some(stamp) => Ok(stamp),
            None => self.sign(admission).await,
        }
    }

    async fn sign(self: &Arc<Self>, admission: &Arc<Admission>) -> Result<Arc<Stamp>, Refused> {
        let (this, of) = (Arc::clone(self), Arc::clone(admission));
        // Because signing takes milliseconds, which a thread that serves requests does not have.
        let signed =
            tokio::task::spawn_blocking(move || this.sign_now(&of)).await.expect("signing does not panic");
        let stamp = Arc::new(signed?);
        *admission.stamp.write().expect(UNPOISONED) = Some(Arc::clone(&stamp));
        Ok(stamp)
    }

    fn sign_now(&self, admission: &Admission) -> Result<Stamp, Refused> {
        let (facts, now) = (&admission.facts, self.clock.now());
        let expires_at = now + LIFETIME;
        let roles = admission.site.rules.included(&facts.role);
        let claims = Claims {
            iss: &self.issuer,
            aud: &admission.site.app,
            sub: facts.user,
            name: &facts.name,
            email: &facts.email,
            roles,
            iat: now.as_second(),
            exp: expires_at.as_second(),
            jti: self.random.token::<16>(),
        };
        let token = self.keys.sign(admission.site.http.identity.algorithm, &claims).map_err(|error| {
            error!(error = &error as &dyn std::error::Error, "could not sign an identity");
            Refused::Internal
        })?;
        let groups = roles.iter().map(|role| role.0.as_str()).collect::<Vec<_>>().join(",");
        let mut fields = vec![
            (header::HOST, admission.site.authority.clone()),
            (introduction::FORWARDED_HOST, admission.site.authority.clone()),
            (introduction::FORWARDED_PROTO, HeaderValue::from_static(admission.site.scheme)),
            (introduction::IDENTITY, HeaderValue::try_from(token).map_err(|_| Refused::Internal)?),
            (
                introduction::USER,
                HeaderValue::try_from(facts.user.to_string()).map_err(|_| Refused::Internal)?,
            ),
        ];
        // An address may hold letters that a header field cannot; then only the token has it.
        fields.extend(HeaderValue::try_from(&facts.email).ok().map(|email| (introduction::EMAIL, email)));
        fields.extend(HeaderValue::try_from(groups).ok().map(|groups| (introduction::GROUPS, groups)));
        let introduction = Arc::new(Introduction::of(fields));
        Ok(Stamp { introduction, renewed_at: expires_at - RENEWED_BEFORE, expires_at })
    }

    fn still_holds(&self, admission: &Admission) -> bool {
        let live = admission.session.is_live(self.clock.now());
        let permit = self.access.open_app(&admission.session, &admission.site.app);
        live && permit.is_ok_and(|permit| admission.facts == Facts::of(&permit))
    }

    fn remove(&self, admission: &Arc<Admission>) {
        let mut current = self.current.write().expect(UNPOISONED);
        if current.get(&admission.session.id).is_some_and(|found| Arc::ptr_eq(found, admission)) {
            current.remove(&admission.session.id);
        }
        drop(current);
        admission.ended.cancel();
    }
}

impl Admission {
    /// Counts one more request, stream or socket, if there is a place for it.
    ///
    /// # Errors
    /// [`Refused::TooManyOpen`] when this session alone has taken all places, [`Refused::Busy`] when many have.
    pub(super) fn begin(&self, site: &Site) -> Result<[Use; 2], Refused> {
        let uses = [site.uses.begin(), self.uses.begin()];
        let most = usize::try_from(site.http.max_concurrent_requests).unwrap_or(usize::MAX);
        if self.uses.open() > most {
            return Err(Refused::TooManyOpen { most });
        }
        if site.uses.open() > most { Err(Refused::Busy { most }) } else { Ok(uses) }
    }

    fn new(permit: &Permit<OpenApp>, session: &Arc<Session>, site: &Arc<Site>) -> Self {
        Self {
            facts: Facts::of(permit),
            session: Arc::clone(session),
            site: Arc::clone(site),
            ended: CancellationToken::new(),
            stamp: RwLock::new(None),
            signing: Arc::default(),
            uses: Uses::default(),
        }
    }

    fn is_for(&self, permit: &Permit<OpenApp>, site: &Arc<Site>) -> bool {
        let (user, facts) = (permit.user(), &self.facts);
        Arc::ptr_eq(&self.site, site)
            && facts.user == user.id
            && facts.role == *permit.role()
            && facts.name == user.name
            && facts.email == user.email.as_str()
    }

    fn stamp(&self) -> Option<Arc<Stamp>> {
        self.stamp.read().expect(UNPOISONED).clone()
    }
}

impl Facts {
    fn of(permit: &Permit<OpenApp>) -> Self {
        let user = permit.user();
        Self {
            user: user.id,
            name: user.name.clone(),
            email: user.email.as_str().to_owned(),
            role: permit.role().clone(),
        }
    }
}

const UNPOISONED: &str = "nobody panics while holding the admissions";
