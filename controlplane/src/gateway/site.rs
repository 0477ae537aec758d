//! The apps as the gateway sees them: rules and timeouts from the policy, an address from the reconciler.

use std::{
    collections::HashMap,
    fmt,
    num::NonZeroUsize,
    sync::{Arc, RwLock},
    time::Duration,
};

use atoll_sandbox::{
    allowlist::{App, Http},
    names::AppId,
    policy::Policy,
};
use http::HeaderValue;
use tokio::sync::watch;

use super::{access::AccessRules, record::Meters, refusal::Refused, upstream::Upstream};
use crate::{
    config::BaseUrl,
    reconciler::{InstanceState, Uses},
};

/// Tells what an app's instance is doing. The gateway needs no more of the reconciler than this.
#[derive(Clone)]
pub struct Instances(Arc<Lookup>);

type Lookup = dyn Fn(&AppId) -> Instance + Send + Sync;

/// What the gateway knows of an instance.
#[derive(Debug, Clone)]
pub struct Instance {
    /// What it is doing.
    pub state: watch::Receiver<InstanceState>,
    /// How it is used, and how it is woken.
    pub uses: Uses,
}

impl Instances {
    /// Asks `lookup`.
    pub fn new(lookup: impl Fn(&AppId) -> Instance + Send + Sync + 'static) -> Self {
        Self(Arc::new(lookup))
    }
}

impl fmt::Debug for Instances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Instances")
    }
}

/// One app.
#[derive(Debug)]
pub struct Site {
    /// Its id.
    pub app: AppId,
    /// Its name for people.
    pub title: String,
    /// Its limits.
    pub http: Http,
    /// Its rules.
    pub rules: AccessRules,
    /// Its origin, as browsers write it.
    pub origin: String,
    /// Host and port of its origin.
    pub authority: HeaderValue,
    /// `http` or `https`, as browsers come to it.
    pub scheme: &'static str,
    /// The way to it.
    pub upstream: Upstream,
    /// Its metrics.
    pub meters: Arc<Meters>,
    /// How it is used.
    pub uses: Uses,
    /// How long a program is held while the app starts.
    pub start_timeout: Duration,
    state: watch::Receiver<InstanceState>,
}

/// All apps on the allowlist.
#[derive(Debug)]
pub struct Sites {
    base_url: BaseUrl,
    instances: Instances,
    threads: NonZeroUsize,
    known: RwLock<HashMap<AppId, Arc<Site>>>,
}

impl Sites {
    /// None yet; so many threads will ask them.
    pub fn new(base_url: BaseUrl, instances: Instances, threads: NonZeroUsize) -> Self {
        Self { base_url, instances, threads, known: RwLock::default() }
    }

    /// Takes over a policy. An app whose entry says the same stays as it is, connections included.
    pub fn update(&self, policy: &Policy) {
        let mut known = self.known.write().expect(UNPOISONED);
        let apps = policy.allowlist().apps.iter();
        *known = apps.map(|app| (app.id.clone(), self.site(app, known.get(&app.id)))).collect();
    }

    /// An app by its id.
    pub fn get(&self, app: &AppId) -> Option<Arc<Site>> {
        self.known.read().expect(UNPOISONED).get(app).cloned()
    }

    /// Closes connections that were not used for a while.
    pub fn sweep(&self) {
        for site in self.known.read().expect(UNPOISONED).values() {
            site.upstream.sweep();
        }
    }

    fn site(&self, app: &App, before: Option<&Arc<Site>>) -> Arc<Site> {
        let (rules, start_timeout) = (AccessRules::of(app), start_timeout(app));
        if let Some(site) = before.filter(|site| {
            (&site.title, &site.http, &site.rules, site.start_timeout)
                == (&app.title, &app.http, &rules, start_timeout)
        }) {
            return Arc::clone(site);
        }
        let authority = format!("{}.{}", app.id, self.base_url.authority());
        let Instance { state, uses } = (self.instances.0)(&app.id);
        Arc::new(Site {
            app: app.id.clone(),
            title: app.title.clone(),
            http: app.http.clone(),
            rules,
            origin: self.base_url.app_origin(&app.id),
            authority: HeaderValue::try_from(authority).expect("a host name is visible ASCII"),
            scheme: self.base_url.scheme(),
            upstream: Upstream::of(&app.http, self.threads),
            meters: Arc::new(Meters::of(&app.id)),
            uses,
            start_timeout,
            state,
        })
    }
}

impl Site {
    /// Follows what the app does.
    pub fn follow(&self) -> watch::Receiver<InstanceState> {
        self.state.clone()
    }

    /// Asks that the app be woken, if it sleeps.
    pub fn wake_if_asleep(&self) {
        if matches!(*self.state.borrow(), InstanceState::Sleeping) {
            self.uses.wake();
        }
    }

    /// Where the app answers.
    ///
    /// # Errors
    /// What it does instead.
    pub fn endpoint(&self) -> Result<std::net::SocketAddr, Refused> {
        match &*self.state.borrow() {
            InstanceState::Ready { endpoint } => Ok(*endpoint),
            InstanceState::Sleeping => Err(Refused::Starting { step: ASLEEP.to_owned() }),
            InstanceState::Starting { step, .. } => Err(Refused::Starting { step: step.clone() }),
            InstanceState::Stopped => Err(Refused::Stopped),
            InstanceState::Failed { cause, cure } => {
                Err(Refused::Failed { cause: cause.clone(), cure: cure.clone() })
            }
        }
    }
}

/// What people read who come first.
const ASLEEP: &str = "it was asleep, because nobody used it, and is being woken";
/// How long a start may take when neither the entry nor its probe says.
const DEFAULT_START: Duration = Duration::from_secs(60);

fn start_timeout(app: &App) -> Duration {
    let probe = app.services.get(&app.http.service).and_then(|service| service.probe.as_ref());
    let startup = probe.map(|probe| probe.startup);
    app.idle.start_timeout.or(startup).map_or(DEFAULT_START, |timeout| timeout.as_std())
}

const UNPOISONED: &str = "nobody panics while holding the sites";
