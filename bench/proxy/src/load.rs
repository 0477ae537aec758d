//! Load: one call after the other for latency, many connections at once for throughput.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::ensure;
use tokio::task::JoinSet;

use crate::client::Client;

/// Milliseconds of `count` calls, one after the other over one connection.
pub(crate) async fn latencies(socket: &Path, path: &str, count: usize) -> anyhow::Result<Vec<f64>> {
    let mut client = Client::connect(socket).await?;
    let mut millis = Vec::with_capacity(count);
    for _ in 0..count {
        let began = Instant::now();
        let answer = client.call("GET", path, "").await?;
        millis.push(began.elapsed().as_secs_f64() * 1000.0);
        ensure!(answer.status == 200, "{path} was answered {}", answer.status);
    }
    Ok(millis)
}

/// Requests per second over `connections` connections, each of which always waits for one answer.
pub(crate) async fn throughput(
    socket: &Path,
    path: &'static str,
    connections: usize,
    time: Duration,
) -> anyhow::Result<f64> {
    let began = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..connections {
        let mut client = Client::connect(socket).await?;
        running.spawn(async move {
            let mut count = 0_u32;
            while began.elapsed() < time {
                let answer = client.call("GET", path, "").await?;
                ensure!(answer.status == 200, "{path} was answered {}", answer.status);
                count += 1;
            }
            Ok(count)
        });
    }
    let mut total = 0;
    while let Some(count) = running.join_next().await {
        total += count??;
    }
    Ok(f64::from(total) / began.elapsed().as_secs_f64())
}

/// Makes `total` calls over ten connections.
pub(crate) async fn repeat(socket: &Path, path: &'static str, total: usize) -> anyhow::Result<()> {
    let mut running = JoinSet::new();
    for _ in 0..10 {
        let mut client = Client::connect(socket).await?;
        running.spawn(async move {
            for _ in 0..total / 10 {
                client.call("GET", path, "").await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    Ok(())
}

/// Opens streams that stay open for as long as what is returned is kept.
pub(crate) async fn streams(socket: &Path, path: &str, count: usize) -> anyhow::Result<Vec<Client>> {
    let mut open = Vec::with_capacity(count);
    for _ in 0..count {
        let mut client = Client::connect(socket).await?;
        client.open(path).await?;
        open.push(client);
    }
    Ok(open)
}
