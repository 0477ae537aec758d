//! The log and the counters.

use std::{io::IsTerminal, sync::OnceLock};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{EnvFilter, fmt};

/// In seconds: from a cached answer to a slow engine.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Where the log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogTo {
    /// Standard output: JSON when that is no terminal.
    Stdout,
    /// Standard error, from warnings upwards: for commands whose output is read by programs.
    Stderr,
}

/// Starts the log. `RUST_LOG` says how much is written.
pub fn start_log(to: LogTo) {
    let default = match to {
        LogTo::Stdout => LevelFilter::INFO,
        LogTo::Stderr => LevelFilter::WARN,
    };
    let filter = EnvFilter::builder().with_default_directive(default.into()).from_env_lossy();
    // Because a line that cannot be written would be complained of on standard error, and that panics where it cannot be
    // written either.
    let log = fmt().log_internal_errors(false).with_env_filter(filter);
    match (to, std::io::stdout().is_terminal()) {
        (LogTo::Stdout, true) => log.init(),
        (LogTo::Stdout, false) => log.json().flatten_event(true).with_span_list(false).init(),
        (LogTo::Stderr, _) => {
            log.with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal()).init()
        }
    }
}

/// The counters of this process. The first call makes them, so counting before it is in vain.
pub fn metrics() -> &'static PrometheusHandle {
    static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();
    METRICS.get_or_init(|| {
        PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
            .expect("there are buckets")
            .install_recorder()
            .expect("nobody else installs a recorder")
    })
}
