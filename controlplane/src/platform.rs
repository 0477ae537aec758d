//! Everything that a request may need, made once at start and shared by clones.

use std::sync::Arc;

use atoll_sandbox::error::PolicyError;
use jiff::Timestamp;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::{
    audit::Audit,
    clock::Clock,
    config::Config,
    identity::{
        accounts::Accounts,
        keys::{Keys, KeysError},
        login::Logins,
        password::Passwords,
        session::Sessions,
        setup::Setup,
        throttle::Throttle,
    },
    permissions::{Access, grants::Grants},
    policy_watch::PolicyWatch,
    random::Random,
    store::{Store, StoreError},
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
    /// Who may do what.
    pub access: Access,
    /// What was done.
    pub audit: Audit,
    /// The first run.
    pub setup: Setup,
    /// Signing in and out.
    pub logins: Logins,
    /// People's accounts.
    pub accounts: Accounts,
    /// Giving apps to people.
    pub grants: Grants,
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
}

impl Platform {
    /// Opens the database and the keys and reads what is kept in memory.
    ///
    /// # Errors
    /// What could not be opened, and why.
    pub async fn open(config: Config, clock: Clock, random: Random) -> Result<Self, StartError> {
        let keys = Keys::open(&config.keys_dir(), clock.now())?;
        Self::with_keys(config, clock, random, keys).await
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
        let policy = PolicyWatch::open(&config.allowlist, &config.lock, clock.clone())?;
        let store = Store::open(&config.database_url).await?;
        let (changes, _) = broadcast::channel(CHANGES_KEPT);
        let issuer = config.base_url.origin();
        let sessions = Sessions::open(
            store.clone(),
            keys.clone(),
            clock.clone(),
            random.clone(),
            issuer,
            changes.clone(),
        )
        .await?;
        let access = Access::open(store.clone(), changes).await?;
        let audit = Audit::new(store.clone(), clock.clone(), random.clone());
        let passwords = Passwords::new(random.clone());
        let throttle = Throttle::default();
        let setup = Setup {
            store: store.clone(),
            clock: clock.clone(),
            random: random.clone(),
            passwords: passwords.clone(),
            sessions: sessions.clone(),
            access: access.clone(),
            audit: audit.clone(),
            throttle: throttle.clone(),
        };
        let logins = Logins {
            store: store.clone(),
            clock: clock.clone(),
            passwords: passwords.clone(),
            sessions: sessions.clone(),
            access: access.clone(),
            audit: audit.clone(),
            throttle: throttle.clone(),
        };
        let accounts = Accounts {
            store: store.clone(),
            clock: clock.clone(),
            random: random.clone(),
            passwords,
            sessions: sessions.clone(),
            access: access.clone(),
            audit: audit.clone(),
            throttle,
            changing: Arc::default(),
        };
        let grants = Grants {
            store: store.clone(),
            clock: clock.clone(),
            policy: policy.clone(),
            access: access.clone(),
            audit: audit.clone(),
        };
        Ok(Self {
            config: Arc::new(config),
            started_at: clock.now(),
            stop: CancellationToken::new(),
            clock,
            random,
            policy,
            store,
            keys,
            sessions,
            access,
            audit,
            setup,
            logins,
            accounts,
            grants,
        })
    }
}

impl Platform {
    /// What the engine runs on, once it has said so.
    pub fn engine_platform(&self) -> Option<atoll_sandbox::lock::Platform> {
        None
    }

    /// The apps that are installed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn installed(
        &self,
    ) -> Result<std::collections::BTreeSet<atoll_sandbox::names::AppId>, StoreError> {
        Ok(std::collections::BTreeSet::new())
    }
}
