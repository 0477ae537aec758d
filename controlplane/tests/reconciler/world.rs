//! A reconciler with everything around it real but the engine, and time that flows as the test says.

use std::{collections::BTreeMap, future::Future, path::PathBuf, sync::Arc, time::Duration};

use atoll_controlplane::{
    audit::Audit,
    clock::Clock,
    engine::Engine,
    identity::{
        Person, PlatformRole,
        keys::Keys,
        password::PasswordHash,
        session::{Audience, Session, Sessions},
    },
    ids::{OperationId, UserId},
    permissions::{
        Access, Caller, Command, Permit,
        actions::{InstallApp, RemoveApp, StartApp, StopApp},
    },
    policy_watch::PolicyWatch,
    random::Random,
    reconciler::{
        AppState, AppStatus, CommandError, InstanceState, Operation, Parts, Reconciler, StepState,
        VolumeFate, probe::Prober,
    },
    store::{Store, users::NewUser},
};
use atoll_sandbox::{allowlist::Allowlist, lock::Lock, names::AppId, policy::Policy};
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::broadcast, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    database,
    fake_engine::{FakeEngine, GATEWAY},
};

/// How long a test waits, in real time, for what must happen.
const PATIENCE: Duration = Duration::from_secs(20);
/// Real time between two moves of the clock, and how far each moves it.
const TICK: Duration = Duration::from_millis(1);

/// Everything that outlives a control plane, and the control plane that runs now.
pub(crate) struct World {
    pub(crate) engine: FakeEngine,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) access: Access,
    pub(crate) policy: PolicyWatch,
    pub(crate) accept_unenforced_limits: bool,
    admin: Arc<Person>,
    session: Arc<Session>,
    dir: tempfile::TempDir,
    flow: Option<JoinHandle<()>>,
    running: Option<Running>,
}

struct Running {
    reconciler: Reconciler,
    task: JoinHandle<()>,
}

impl World {
    /// A running control plane, an administrator, an engine, and time that flows five times as fast.
    pub(crate) async fn new() -> Self {
        let mut world = Self::at_rest().await;
        world.start();
        world
    }

    /// The same with the control plane not yet started.
    pub(crate) async fn at_rest() -> Self {
        Self::with_lock(include_str!("allowlist.lock")).await
    }

    /// The same with pins of the test's own.
    pub(crate) async fn with_lock(lock: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("allowlist.yaml"), include_str!("allowlist.yaml")).unwrap();
        std::fs::write(dir.path().join("allowlist.lock"), lock).unwrap();
        let clock = Clock::manual("2026-11-23T10:00:00Z".parse().unwrap());
        let paths = ["allowlist.yaml", "allowlist.lock"].map(|name| dir.path().join(name));
        let policy = PolicyWatch::open(&paths[0], &paths[1], clock.clone()).unwrap();
        let engine = FakeEngine::start(policy_of(&dir), clock.clone()).await;
        let store = Store::open(&database::of(dir.path()).await).await.unwrap();
        let (changes, _) = broadcast::channel(16);
        let admin = Arc::new(add_administrator(&store).await);
        let keys = Keys::ephemeral(clock.clone()).unwrap();
        let sessions = Sessions::open(
            store.clone(),
            keys,
            clock.clone(),
            Random::system(),
            "x".to_owned(),
            changes.clone(),
        );
        let (_, session) = sessions.await.unwrap().issue(admin.id, Audience::Console, None).await.unwrap();
        let access = Access::open(store.clone(), changes).await.unwrap();
        let mut world = Self {
            engine,
            clock,
            store,
            access,
            policy,
            accept_unenforced_limits: false,
            admin,
            session,
            dir,
            flow: None,
            running: None,
        };
        world.let_time_flow();
        world
    }

    /// Starts a control plane on what there is.
    pub(crate) fn start(&mut self) {
        let parts = Parts {
            store: self.store.clone(),
            engine: Engine::new(self.engine.socket(), GATEWAY.to_owned()),
            clock: self.clock.clone(),
            random: Random::system(),
            policy: self.policy.clone(),
            access: self.access.clone(),
            audit: Audit::new(self.store.clone(), self.clock.clone(), Random::system()),
            prober: Prober::by(self.engine.route()),
            keys_dir: self.dir.path().join("keys"),
            accept_unenforced_limits: self.accept_unenforced_limits,
        };
        let reconciler = Reconciler::open(parts).unwrap();
        let working = reconciler.clone();
        let task = tokio::spawn(async move { working.run(CancellationToken::new()).await });
        self.running = Some(Running { reconciler, task });
    }

    /// Ends the control plane as `kill -9` does: wherever it is.
    pub(crate) async fn crash(&mut self) {
        let running = self.running.take().expect("a control plane runs");
        running.task.abort();
        assert!(running.task.await.unwrap_err().is_cancelled());
    }

    /// The control plane that runs.
    pub(crate) fn reconciler(&self) -> &Reconciler {
        &self.running.as_ref().expect("a control plane runs").reconciler
    }

    /// Stops the clock. From here on the test moves it.
    pub(crate) fn freeze(&mut self) {
        self.flow.take().expect("time flows").abort();
    }

    /// Lets time go on by itself, five milliseconds in each.
    pub(crate) fn let_time_flow(&mut self) {
        let clock = self.clock.clone();
        self.flow = Some(tokio::spawn(async move {
            loop {
                tokio::time::sleep(TICK).await;
                clock.advance(SignedDuration::from_millis(5));
            }
        }));
    }

    /// Moves the clock.
    pub(crate) fn advance(&self, secs: i64) {
        self.clock.advance(SignedDuration::from_secs(secs));
    }

    /// Replaces the allowlist, for the control plane and for the socket proxy.
    pub(crate) fn edit_allowlist(&self, from: &str, to: &str) {
        let path = self.path("allowlist.yaml");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(&path, text.replace(from, to)).unwrap();
        self.policy.look();
        assert_eq!(self.policy.status().error, None);
        self.engine.set_policy(policy_of(&self.dir));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn permit<C: Command>(&self, subject: C::Subject) -> Permit<C> {
        let (person, session) = (Arc::clone(&self.admin), Arc::clone(&self.session));
        self.access.decide(&Caller::SignedIn { person, session }, subject).unwrap()
    }

    pub(crate) async fn install(&self, app: &str) -> Result<Operation, CommandError> {
        self.reconciler().install(self.permit::<InstallApp>(()), id(app)).await
    }

    pub(crate) async fn start_app(&self, app: &str) -> Result<Operation, CommandError> {
        self.reconciler().start(self.permit::<StartApp>(id(app))).await
    }

    pub(crate) async fn stop_app(&self, app: &str) -> Result<Operation, CommandError> {
        self.reconciler().stop(self.permit::<StopApp>(id(app))).await
    }

    pub(crate) async fn remove(&self, app: &str, volumes: VolumeFate) -> Result<Operation, CommandError> {
        self.reconciler().remove(self.permit::<RemoveApp>(id(app)), volumes).await
    }

    /// Waits for the end of an operation.
    pub(crate) async fn ended(&self, operation: OperationId) -> Operation {
        let mut follower = self.reconciler().operations().subscribe(operation).await.unwrap().unwrap();
        let ended = follower.wait_for(Operation::is_finished);
        let ended = tokio::time::timeout(PATIENCE, ended).await;
        match ended {
            Ok(ended) => ended.unwrap().clone(),
            Err(_) => panic!("still under way: {:#?}", self.reconciler().operations().get(operation).await),
        }
    }

    /// Installs an app and waits until that has ended.
    pub(crate) async fn installed(&self, app: &str) -> Operation {
        let operation = self.install(app).await.unwrap();
        self.ended(operation.id).await
    }

    /// Waits for a state of an app's instance.
    pub(crate) async fn instance(&self, app: &str, wanted: impl Fn(&InstanceState) -> bool) -> InstanceState {
        let mut follower = self.reconciler().island(&id(app));
        let found = tokio::time::timeout(PATIENCE, follower.wait_for(|state| wanted(state))).await;
        match found.map(|state| state.unwrap().clone()) {
            Ok(state) => state,
            Err(_) => panic!("never so: {:?} {:?}", follower.borrow(), self.engine.objects()),
        }
    }

    /// Waits until an app is ready.
    pub(crate) async fn ready(&self, app: &str) {
        self.instance(app, |state| matches!(state, InstanceState::Ready { .. })).await;
    }

    /// An app as people see it.
    pub(crate) async fn app(&self, app: &str) -> Option<AppStatus> {
        self.reconciler().app(&id(app)).await.unwrap()
    }

    /// An app's state as people see it.
    pub(crate) async fn state(&self, app: &str) -> AppState {
        self.app(app).await.expect("it is installed").state
    }

    /// Waits until something is so.
    pub(crate) async fn until(&self, what: &str, so: impl AsyncFn() -> bool) {
        let wait = async {
            while !so().await {
                tokio::time::sleep(TICK).await;
            }
        };
        if tokio::time::timeout(PATIENCE, wait).await.is_err() {
            panic!("never so: {what}; {:#?}", self.engine.objects());
        }
    }

    /// The role of the administrator in an app.
    pub(crate) fn role(&self, app: &str) -> Option<String> {
        let apps: BTreeMap<AppId, _> = self.access.apps_of(self.admin.id).into_iter().collect();
        apps.get(&id(app)).map(|role| role.to_string())
    }

    /// The administrator's id.
    pub(crate) fn admin(&self) -> UserId {
        self.admin.id
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.flow.iter().for_each(JoinHandle::abort);
        self.running.iter().for_each(|running| running.task.abort());
    }
}

/// The names of the steps in a state.
pub(crate) fn steps(operation: &Operation, state: StepState) -> Vec<&'static str> {
    operation.steps.iter().filter(|step| step.state == state).map(|step| step.name.as_str()).collect()
}

/// Gives everything that could run the chance to do so, in real time. For what must *not* happen.
pub(crate) async fn a_while() {
    tokio::time::sleep(Duration::from_millis(60)).await;
}

/// Does something for at most as long as tests wait.
pub(crate) async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("it happens in time")
}

pub(crate) fn id(app: &str) -> AppId {
    app.parse().unwrap()
}

fn policy_of(dir: &tempfile::TempDir) -> Policy {
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap();
    let allowlist = Allowlist::parse("allowlist.yaml", &read("allowlist.yaml")).unwrap();
    Policy::new(allowlist, Lock::parse("allowlist.lock", &read("allowlist.lock")).unwrap())
}

async fn add_administrator(store: &Store) -> Person {
    let person = Person {
        id: UserId::new(&Random::system(), Timestamp::UNIX_EPOCH),
        name: "Ada".to_owned(),
        email: "ada@example.com".parse().unwrap(),
        role: PlatformRole::Admin,
        disabled: false,
    };
    let password = PasswordHash::from_stored(String::new());
    let user = NewUser { person: person.clone(), password, created_at: Timestamp::UNIX_EPOCH };
    let mut change = store.begin().await.unwrap();
    let _ = change.insert_user(&user).await.unwrap();
    change.commit_unaudited().await.unwrap();
    person
}
