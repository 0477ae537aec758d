//! The islands that are there while it is measured, and the create that is measured.

use std::{path::Path, time::Instant};

use anyhow::ensure;
use serde_json::{Value, json};

use crate::client::Client;

/// Islands with a running container.
const RUNNING: usize = 10;
/// The index of the island whose container is created and removed again and again.
const SPARE: usize = RUNNING;

/// A running container, whose log is followed.
pub(crate) const FOLLOWED: &str = "atoll-bench-u0-web";

fn labels(index: usize, more: Value) -> Value {
    let mut labels = json!({"atoll.app": "bench", "atoll.instance": format!("u{index}")});
    labels
        .as_object_mut()
        .into_iter()
        .for_each(|map| map.extend(more.as_object().cloned().unwrap_or_default()));
    labels
}

async fn post(client: &mut Client, path: &str, body: &Value) -> anyhow::Result<()> {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let answer = client.call("POST", path, &text).await?;
    ensure!(answer.status < 300, "{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
    Ok(())
}

/// Makes the islands through our proxy, so that all three list the same.
pub(crate) async fn make_all(socket: &Path) -> anyhow::Result<()> {
    let client = &mut Client::connect(socket).await?;
    for index in 0..=SPARE {
        let network = json!({
            "Name": format!("atoll-bench-u{index}"), "Labels": labels(index, json!({"atoll.index": index.to_string()})),
        });
        post(client, "/networks/create", &network).await?;
        let volume = json!({
            "Name": format!("atoll-bench-u{index}-data"), "Labels": labels(index, json!({"atoll.volume": "data"})),
        });
        post(client, "/volumes/create", &volume).await?;
        if index != SPARE {
            post(client, &format!("/containers/create?name=atoll-bench-u{index}-web"), &reference(index))
                .await?;
            post(client, &format!("/containers/atoll-bench-u{index}-web/start"), &Value::Null).await?;
        }
    }
    Ok(())
}

fn reference(index: usize) -> Value {
    json!({"Labels": labels(index, json!({"atoll.service": "web", "atoll.index": index.to_string()}))})
}

/// What a client asks when it creates a container.
#[derive(Clone, Copy)]
pub(crate) enum Create<'a> {
    /// Ours: names what it means, and the proxy asks and renders the rest.
    Reference,
    /// What ours renders.
    Rendered,
    /// What ours renders, and before and after it the questions that ours asks about the image and the rest.
    WithQuestions { image: &'a str },
}

/// Milliseconds of creates, each of which is removed again.
pub(crate) async fn creates(socket: &Path, create: Create<'_>, count: usize) -> anyhow::Result<Vec<f64>> {
    let name = format!("atoll-bench-u{SPARE}-web");
    let body = if matches!(create, Create::Reference) { reference(SPARE) } else { rendered() }.to_string();
    let (before, after) = match create {
        Create::WithQuestions { image } => questions(image, &name),
        Create::Reference | Create::Rendered => (Vec::new(), Vec::new()),
    };
    let client = &mut Client::connect(socket).await?;
    let mut millis = Vec::with_capacity(count);
    for _ in 0..count {
        let began = Instant::now();
        ask(client, &before).await?;
        let answer = client.call("POST", &format!("/v1.41/containers/create?name={name}"), &body).await?;
        ask(client, &after).await?;
        millis.push(began.elapsed().as_secs_f64() * 1000.0);
        ensure!(answer.status == 201, "create: {}", String::from_utf8_lossy(&answer.body));
        let removed = client.call("DELETE", &format!("/v1.41/containers/{name}"), "").await?;
        ensure!(removed.status == 204, "remove: {}", removed.status);
    }
    Ok(millis)
}

async fn ask(client: &mut Client, paths: &[String]) -> anyhow::Result<()> {
    for path in paths {
        let answer = client.call("GET", path, "").await?;
        ensure!(answer.status == 200, "{path} was answered {}", answer.status);
    }
    Ok(())
}

/// The questions that a create of ours asks of the engine: before it network, volume, image and list, after it the
/// container and the volume.
fn questions(image: &str, name: &str) -> (Vec<String>, Vec<String>) {
    let volume = format!("/v1.41/volumes/atoll-bench-u{SPARE}-data");
    let before = vec![
        format!("/v1.41/networks/atoll-bench-u{SPARE}"),
        volume.clone(),
        format!("/v1.41/images/{image}/json"),
        "/v1.41/containers/json?all=1&filters=%7B%22label%22%3A%5B%22atoll.seal%22%5D%7D".to_owned(),
    ];
    (before, vec![format!("/v1.41/containers/{name}/json"), volume])
}

/// A body that asks for what ours asks for.
fn rendered() -> Value {
    let network = format!("atoll-bench-u{SPARE}");
    let mut endpoints = serde_json::Map::new();
    endpoints
        .insert(network.clone(), json!({"IPAMConfig": {"IPv4Address": "10.97.0.162"}, "Aliases": ["web"]}));
    json!({
        "Image": "atoll-bench/hold:1", "User": "10001:10001", "Cmd": ["/atoll-bench-proxy", "hold"],
        "HostConfig": {
            "NetworkMode": network, "Memory": 32 << 20, "MemorySwap": 32 << 20, "NanoCpus": 500_000_000, "PidsLimit": 32,
            "ReadonlyRootfs": true, "CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges=true"], "Init": true,
            "LogConfig": {"Type": "local", "Config": {"max-size": "10m", "max-file": "3"}},
            "Mounts": [
                {"Type": "volume", "Source": format!("atoll-bench-u{SPARE}-data"), "Target": "/data"},
                {"Type": "tmpfs", "Target": "/tmp", "TmpfsOptions": {"SizeBytes": 4 << 20}},
            ],
        },
        "NetworkingConfig": {"EndpointsConfig": endpoints},
    })
}
