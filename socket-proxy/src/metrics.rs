//! Numbers for whoever watches: counted here, served as OpenMetrics text on a socket of their own, because a client
//! of the engine's API has no business with them and a watcher has none with the API.

use std::{sync::Arc, time::Duration};

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::Registry,
};
use tokio::net::{UnixListener, UnixStream};

use crate::{
    http::{
        Answer,
        connection::{Connection, Rooms},
    },
    proxy::Proxy,
    refusal::{Reason, Refusal},
};

/// From half a millisecond, an own answer, to the slowest start, in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// What is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    calls: Family<[(&'static str, &'static str); 3], Counter>,
    durations: Family<[(&'static str, &'static str); 1], Histogram>,
    pub(crate) connections: Gauge,
    pub(crate) streams: Gauge,
    engine_up: Gauge,
    policy_revision: Gauge,
    lock_revision: Gauge,
    refused_loads: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("atoll_proxy");
        let mut gauge = |name: &str, help: &str| {
            let gauge = Gauge::default();
            registry.register(name, help, gauge.clone());
            gauge
        };
        let connections = gauge("connections", "Clients that are connected");
        let streams = gauge("streams", "Answers that last: logs, events, statistics, waits, pulls");
        let engine_up = gauge("engine_up", "1 while the engine answers, else 0");
        let policy_revision =
            gauge("policy_revision", "Revision of the allowlist in force, 0 while there is none");
        let lock_revision = gauge("lock_revision", "Revision of the lock in force, 0 while there is none");
        let refused_loads =
            gauge("policy_refused_loads", "Times the policy files were refused since the start");
        let calls = Family::default();
        registry.register("calls", "Calls by endpoint, outcome and reason", calls.clone());
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        registry.register("call_duration_seconds", "Until the answer's first byte", durations.clone());
        registry.register("build", "What is running", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        Self {
            registry,
            calls,
            durations,
            connections,
            streams,
            engine_up,
            policy_revision,
            lock_revision,
            refused_loads,
        }
    }

    pub(crate) fn count(
        &self,
        endpoint: &'static str,
        outcome: &'static str,
        reason: &'static str,
        elapsed: Duration,
    ) {
        let labels = [("endpoint", endpoint), ("outcome", outcome), ("reason", reason)];
        self.calls.get_or_create(&labels).inc();
        self.durations.get_or_create(&[("endpoint", endpoint)]).observe(elapsed.as_secs_f64());
    }

    /// The page, with what is looked up at this moment.
    fn page(&self, proxy: &Proxy) -> Result<String, std::fmt::Error> {
        let policy = proxy.policy.current().ok();
        let number = |revision: u64| i64::try_from(revision).unwrap_or(i64::MAX);
        self.engine_up.set(i64::from(proxy.engine.about().is_ok()));
        self.policy_revision.set(policy.as_ref().map_or(0, |policy| number(policy.allowlist().revision)));
        self.lock_revision.set(policy.as_ref().map_or(0, |policy| number(policy.lock().revision)));
        self.refused_loads.set(number(proxy.policy.refused_loads()));
        let mut page = String::new();
        encode(&mut page, &self.registry)?;
        Ok(page)
    }
}

/// Counts for as long as it lives.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Counted {
    pub(crate) fn in_(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Answers `GET /metrics`, one watcher after the other, until dropped.
pub(crate) async fn serve(listener: Option<UnixListener>, proxy: Arc<Proxy>) {
    let Some(listener) = listener else { return std::future::pending().await };
    loop {
        match listener.accept().await {
            Ok((stream, _)) => answer(stream, &proxy).await,
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn answer(stream: UnixStream, proxy: &Proxy) {
    let mut connection = Connection::new(stream, Rooms::default());
    // Because watchers are served one by one, none may keep the next waiting.
    let request = tokio::time::timeout(Duration::from_secs(2), connection.request()).await;
    let Ok(Ok(Some((head, _)))) = request else { return };
    let page = match (head.method.as_str(), head.target.path().as_str()) {
        ("GET", "/metrics") => proxy
            .metrics
            .page(proxy)
            .map(Answer::metrics)
            .map_err(|_| Refusal::new(Reason::NotOffered, "the metrics cannot be written")),
        _ => Err(Refusal::new(Reason::NotOffered, "only GET /metrics is offered here")),
    };
    connection.send(page.unwrap_or_else(Answer::from), &head.method, None, true).await;
}
