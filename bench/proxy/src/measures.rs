//! What is measured, in which order.

use std::{collections::BTreeMap, env, fs, path::Path, time::Duration};

use anyhow::Context;

use crate::{
    island::{self, Create, FOLLOWED},
    load,
    peers::Peer,
    report::{Row, median, quantile, write},
};

const PING: &str = "/_ping";
const LIST: &str = "/containers/json";
const LOAD_TIME: Duration = Duration::from_secs(2);
const STREAMS: usize = 1000;

/// Values by what was measured, by peer.
type Measured = BTreeMap<(&'static str, &'static str), Vec<f64>>;

/// Measures everything and writes the report.
pub(crate) async fn run(out: &Path, proxy: &str, haproxy: &str, image: &str) -> anyhow::Result<()> {
    let rounds: usize = env::var("ROUNDS").ok().map_or(Ok(5), |text| text.parse())?;
    let folder = Path::new("/run/bench-proxy");
    fs::create_dir_all(folder)?;
    let peers = [Peer::ours(proxy, image, folder)?, Peer::haproxy(haproxy, folder)?, Peer::bare()];
    let [ours, haproxy_peer, _] = &peers;
    let idle = [ours.resident_mib()?, haproxy_peer.resident_mib()?];
    island::make_all(&ours.socket).await?;

    let mut measured = Measured::new();
    for round in 1..=rounds {
        for peer in &peers {
            let done = measure(peer, &mut measured).await;
            done.with_context(|| format!("round {round}, {}", peer.name))?;
        }
        // In turn, a few at a time, so that whatever else the machine does meets both alike.
        for _ in 0..10 {
            let asked = island::creates(&peers[2].socket, Create::WithQuestions { image }, 10).await?;
            measured.entry(("create with questions", "bare engine")).or_default().extend(asked);
            let ours = island::creates(&ours.socket, Create::Reference, 10).await?;
            measured.entry(("create with questions", "ours")).or_default().extend(ours);
        }
        println!("      round {round} of {rounds}");
    }
    let mut rows = latency_rows(&measured);
    rows.extend(throughput_rows(&measured));
    rows.extend(memory_rows(ours, haproxy_peer, idle).await?);
    rows.push(size_row(proxy, haproxy)?);
    write(out, &rows)
}

async fn measure(peer: &Peer, measured: &mut Measured) -> anyhow::Result<()> {
    let socket = &peer.socket;
    let mut add = |what, values: Vec<f64>| measured.entry((what, peer.name)).or_default().extend(values);
    add("ping", load::latencies(socket, PING, 1000).await?);
    add("list", load::latencies(socket, LIST, 200).await?);
    let create = if peer.name == "ours" { Create::Reference } else { Create::Rendered };
    add("create", island::creates(socket, create, 20).await?);
    for (what, path, connections) in
        [("ping-10", PING, 10), ("ping-200", PING, 200), ("list-10", LIST, 10), ("list-200", LIST, 200)]
    {
        add(what, vec![load::throughput(socket, path, connections, LOAD_TIME).await?]);
    }
    Ok(())
}

fn latency_rows(measured: &Measured) -> Vec<Row> {
    let value = |what, peer, of| quantile(&measured[&(what, peer)], of);
    let mut rows = Vec::new();
    for (what, call) in
        [("ping", "GET /_ping"), ("list", "GET /containers/json"), ("create", "create a container")]
    {
        for (name, of) in [("p50", 0.5), ("p99", 0.99)] {
            let bare = value(what, "bare engine", of);
            let (ours, haproxy) = (value(what, "ours", of), value(what, "HAProxy", of));
            rows.push(Row::new(
                format!("{call}, {name}"),
                "ms",
                "lower",
                ours,
                &[("HAProxy", haproxy), ("bare engine", bare)],
            ));
            rows.push(Row::new(
                format!("{call}, added {name}"),
                "ms",
                "lower",
                ours - bare,
                &[("HAProxy", haproxy - bare)],
            ));
        }
    }
    for (name, of) in [("p50", 0.5), ("p99", 0.99)] {
        let [ours, bare] = ["ours", "bare engine"].map(|peer| value("create with questions", peer, of));
        rows.push(Row::new(
            format!("create a container, {name} with the resolving reads"),
            "ms",
            "lower",
            ours,
            &[("bare engine, asked the same", bare)],
        ));
        rows.push(Row::new(
            format!("create a container, added {name} beyond the resolving reads"),
            "ms",
            "lower",
            ours - bare,
            &[],
        ));
    }
    rows
}

fn throughput_rows(measured: &Measured) -> Vec<Row> {
    let rates = [
        ("ping-10", "GET /_ping, 10 connections"),
        ("ping-200", "GET /_ping, 200 connections"),
        ("list-10", "GET /containers/json, 10 connections"),
        ("list-200", "GET /containers/json, 200 connections"),
    ];
    let value = |what, peer| median(&measured[&(what, peer)]);
    let row = |(what, name)| {
        let peers = [("HAProxy", value(what, "HAProxy")), ("bare engine", value(what, "bare engine"))];
        Row::new(name, "requests/s", "higher", value(what, "ours"), &peers)
    };
    rates.into_iter().map(row).collect()
}

async fn memory_rows(ours: &Peer, haproxy: &Peer, idle: [f64; 2]) -> anyhow::Result<Vec<Row>> {
    let row = |measure: &str, [ours, haproxy]: [f64; 2]| {
        Row::new(measure, "MiB", "lower", ours, &[("HAProxy", haproxy)])
    };
    let mut rows = vec![row("resident memory, idle", idle)];
    for peer in [ours, haproxy] {
        load::repeat(&peer.socket, PING, 100_000).await?;
    }
    let after = [ours.resident_mib()?, haproxy.resident_mib()?];
    rows.push(row("resident memory after 100,000 requests more", after));
    let path = format!("/v1.41/containers/{FOLLOWED}/logs?follow=1&stdout=1");
    let mut during = [0.0; 2];
    for (index, peer) in [ours, haproxy].into_iter().enumerate() {
        let open = load::streams(&peer.socket, &path, STREAMS).await;
        let open = open.with_context(|| format!("{STREAMS} streams through {}", peer.name))?;
        during[index] = peer.resident_mib()?;
        drop(open);
    }
    rows.push(row("resident memory with 1,000 followed logs", during));
    Ok(rows)
}

/// Ours is static; HAProxy's libraries come on top.
fn size_row(proxy: &str, haproxy: &str) -> anyhow::Result<Row> {
    let mib = |path: &str| anyhow::Ok(fs::metadata(path)?.len() as f64 / f64::from(1 << 20));
    Ok(Row::new(
        "size of the binary",
        "MiB",
        "lower",
        mib(proxy)?,
        &[("HAProxy without its libraries", mib(haproxy)?)],
    ))
}
