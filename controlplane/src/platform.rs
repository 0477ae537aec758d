//! Everything that a request may need, made once at start and shared by clones.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use atoll_sandbox::{
    error::PolicyError,
    lock::Platform as EnginePlatform,
    signature::{InvalidKey, TrustedKey},
};
use jiff::Timestamp;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::{
    audit::Audit,
    clock::Clock,
    config::Config,
    egress::Ledger,
    engine::Engine,
    identity::{
        accounts::Accounts,
        keys::{Keys, KeysError},
        password::Passwords,
        session::Sessions,
        throttle::Throttle,
        tokens::AccessTokens,
    },
    permissions::{Access, grants::Grants},
    policy_watch::PolicyWatch,
    random::Random,
    reconciler::{EngineSeen, Parts, Reconciler, probe::Prober, vault::VaultError},
    store::{Store, StoreError},
    tls::{Tls, TlsError},
};

/// How many changes a listener may be behind before it has to look at everything again.
const CHANGES_KEPT: usize = 256;

/// The parts of the control plane. A clone is a handle on the same parts.
#[derive(Debug, Clone)]
pub struct Platform {
    /// What the operator asked for.
    pub config: Arc<Config>,
    /// What time it is.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// What may run.
    pub policy: PolicyWatch,
    /// The database.
    pub store: Store,
    /// The keys that sign.
    pub keys: Keys,
    /// Who is signed in.
    pub sessions: Sessions,
    /// By what programs act for people.
    pub tokens: AccessTokens,
    /// Who may do what.
    pub access: Access,
    /// What was done.
    pub audit: Audit,
    /// People's accounts: the first one, signing in and out, and changes.
    pub accounts: Accounts,
    /// Giving apps to people.
    pub grants: Grants,
    /// What apps did with their way out.
    pub egress: Ledger,
    /// Installs apps and keeps them running.
    pub reconciler: Reconciler,
    /// Certificates; `None` where plain HTTP is served.
    pub tls: Option<Tls>,
    /// When it started.
    pub started_at: Timestamp,
    /// Told when it is time to stop: whoever holds a stream open ends it.
    pub stop: CancellationToken,
}

/// Why the control plane could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The allowlist or its lock.
    #[error("the policy cannot be used: {0}")]
    Policy(#[from] PolicyError),
    /// The key of the apps' secrets.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Certificates.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The engine's address.
    #[error("`{0}` is not the address of a socket proxy, such as unix:///run/atoll/proxy.sock")]
    Engine(String),
}

impl Platform {
    /// Opens the database and the keys and reads what is kept in memory.
    ///
    /// # Errors
    /// What could not be opened, and why.
    pub async fn open(config: Config, clock: Clock, random: Random) -> Result<Self, StartError> {
        let opened = Opened::new(&config, &clock).await?;
        let (folder, its) = (config.keys_dir(), clock.clone());
        // Because making the first key takes seconds of computing.
        let keys = tokio::task::spawn_blocking(move || Keys::open(&folder, its)).await;
        let keys = keys.expect("making a key does not panic")?;
        Self::assemble(config, clock, random, opened, Given { keys, prober: Prober::direct() }).await
    }

    /// The same with keys that exist already, so that tests need not make big ones.
    ///
    /// # Errors
    /// What could not be opened, and why.
    pub async fn with_keys(
        config: Config,
        clock: Clock,
        random: Random,
        keys: Keys,
    ) -> Result<Self, StartError> {
        Self::with(config, clock, random, Given { keys, prober: Prober::direct() }).await
    }

    /// The same with everything given that tests put in.
    ///
    /// # Errors
    /// What could not be opened, and why.
    pub async fn with(
        config: Config,
        clock: Clock,
        random: Random,
        given: Given,
    ) -> Result<Self, StartError> {
        let opened = Opened::new(&config, &clock).await?;
        Self::assemble(config, clock, random, opened, given).await
    }

    async fn assemble(
        config: Config,
        clock: Clock,
        random: Random,
        Opened { policy, store }: Opened,
        Given { keys, prober }: Given,
    ) -> Result<Self, StartError> {
        let tls = config.tls.as_ref().map(|tls| Tls::open(tls, &config.data)).transpose()?;
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let (issuer, told) = (config.base_url.origin(), changes.clone());
        let sessions =
            Sessions::open(store.clone(), keys.clone(), clock.clone(), random.clone(), issuer, told).await?;
        let access = Access::open(store.clone(), changes.clone()).await?;
        let audit = Audit::new(store.clone(), clock.clone(), random.clone());
        let (trail, told) = (audit.clone(), changes);
        let tokens = AccessTokens::open(store.clone(), clock.clone(), random.clone(), trail, told).await?;
        let base = Base { clock, random, policy, store, sessions, tokens, access, audit };
        let accounts = base.accounts();
        let grants = base.grants();
        let reconciler = base.reconciler(&config, prober)?;
        let Base { clock, random, policy, store, sessions, tokens, access, audit } = base;
        Ok(Self {
            tls,
            config: Arc::new(config),
            started_at: clock.now(),
            egress: Ledger::new(clock.clone()),
            stop: CancellationToken::new(),
            clock,
            random,
            policy,
            store,
            keys,
            sessions,
            tokens,
            access,
            audit,
            accounts,
            grants,
            reconciler,
        })
    }
}

/// What the rest is made of.
struct Base {
    clock: Clock,
    random: Random,
    policy: PolicyWatch,
    store: Store,
    sessions: Sessions,
    tokens: AccessTokens,
    access: Access,
    audit: Audit,
}

impl Base {
    fn accounts(&self) -> Accounts {
        Accounts {
            store: self.store.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            passwords: Passwords::new(self.random.clone()),
            sessions: self.sessions.clone(),
            tokens: self.tokens.clone(),
            access: self.access.clone(),
            audit: self.audit.clone(),
            throttle: Throttle::default(),
            changing: Arc::default(),
        }
    }

    fn grants(&self) -> Grants {
        Grants {
            store: self.store.clone(),
            clock: self.clock.clone(),
            policy: self.policy.clone(),
            access: self.access.clone(),
            audit: self.audit.clone(),
        }
    }

    fn reconciler(&self, config: &Config, prober: Prober) -> Result<Reconciler, StartError> {
        Ok(Reconciler::open(Parts {
            store: self.store.clone(),
            engine: Engine::new(engine_socket(&config.engine)?, config.gateway_container.clone()),
            clock: self.clock.clone(),
            random: self.random.clone(),
            policy: self.policy.clone(),
            access: self.access.clone(),
            audit: self.audit.clone(),
            prober,
            keys_dir: config.keys_dir(),
            accept_unenforced_limits: config.accept_unenforced_limits,
        })?)
    }
}

/// What tests put in place of the real thing.
#[derive(Debug)]
pub struct Given {
    /// The keys that sign.
    pub keys: Keys,
    /// How services are asked whether they are ready.
    pub prober: Prober,
}

/// What must be readable before anything else is made.
struct Opened {
    policy: PolicyWatch,
    store: Store,
}

impl Opened {
    async fn new(config: &Config, clock: &Clock) -> Result<Self, StartError> {
        let trusted = config.trusted_key.as_deref().map(trusted_key).transpose()?;
        let policy = PolicyWatch::open_trusting(&config.allowlist, &config.lock, trusted, clock.clone())?;
        Ok(Self { policy, store: Store::open(&config.database_url).await? })
    }
}

fn trusted_key(file: &Path) -> Result<TrustedKey, PolicyError> {
    let refuse = |why: String| {
        let hint = "it is the public key that `atoll allowlist keygen` wrote".to_owned();
        PolicyError::whole_file(&file.display().to_string(), why, Some(hint))
    };
    let text = fs::read_to_string(file).map_err(|error| refuse(format!("cannot be read: {error}")))?;
    text.parse().map_err(|error: InvalidKey| refuse(error.to_string()))
}

impl Platform {
    /// What the engine runs on, once it has said so.
    pub fn engine_platform(&self) -> Option<EnginePlatform> {
        match self.reconciler.engine() {
            EngineSeen::Here(info) => info.platform().ok(),
            EngineSeen::NotYet | EngineSeen::Away { .. } => None,
        }
    }
}

/// The socket's path out of `unix:///path`.
fn engine_socket(url: &str) -> Result<PathBuf, StartError> {
    let path = url.strip_prefix("unix://").filter(|path| path.starts_with('/'));
    path.map(PathBuf::from).ok_or_else(|| StartError::Engine(url.to_owned()))
}
