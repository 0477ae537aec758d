//! One service as a container: every hardening and every limit, none of them optional.

use serde_json::{Value, json};

use super::{Context, Island, RenderError, Request, spec};
use crate::{
    allowlist::{App, RelaxedRule, Service, TmpfsMount, VolumeMount},
    dialect::Dialect,
    holes::Holes,
    labels,
    lock::PinSource,
    names::{IslandId, ServiceName},
    subnet::Subnet,
};

/// The port on `.14` that an island may talk to: identity keys and the way out that the entry allows.
pub const PLATFORM_PORT: u16 = 3128;

/// A resolver that nobody is, so that no lookup of an outside name leaves the island. Without one, engines before
/// 23.0.11 forward such lookups through the host (CVE-2024-29018).
///
/// Docker asks it from inside the container's own network namespace, where nobody listens on the loopback address:
/// measured on 20.10, not a packet leaves the container, while an address elsewhere makes it call for the gateway.
/// Podman's resolver asks from outside, where a loopback address would mean the host's own resolver, so there it is
/// an address of TEST-NET-1 (RFC 5737).
fn no_resolver(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Docker(_) => "127.0.0.1",
        Dialect::Podman(_) => "192.0.2.1",
    }
}

/// A lookup of an outside name then fails after one second instead of ten (measured with glibc).
const RESOLVER_OPTIONS: [&str; 2] = ["timeout:1", "attempts:1"];

/// `/dev/shm`, in bytes; counted against the memory limit like every tmpfs.
const SHM_BYTES: u64 = 64 << 20;

/// Read, write and search for everybody, and only owners remove: the mode of `/tmp`.
const SHARED_MODE: u32 = 0o1777;

/// `POST /containers/create`. The image is the pin: an image id, or `repository@digest` for a registry's image.
pub fn container(
    context: &Context<'_>,
    island: &Island,
    name: &ServiceName,
    holes: &Holes,
) -> Result<Request, RenderError> {
    let app = context.app(&island.id)?;
    let service = context.service(&island.id, name)?;
    let subnet = context.subnet(island.index)?;
    let image = pinned_image(context, service)?;
    holes.check(app, name, service)?;

    let mut body = json!({
        "Image": image,
        "Hostname": name,
        "User": service.user,
        "Env": environment(app, service, subnet),
        "Healthcheck": {"Test": ["NONE"]},
        "StopTimeout": service.stop_grace_period.as_std().as_secs(),
        "HostConfig": host_config(context.dialect, &island.id, app, name, service),
        "NetworkingConfig": {"EndpointsConfig": {island.id.network(): endpoint(app, name, subnet)}},
    });
    if !service.command.is_empty() {
        body["Cmd"] = json!(service.command);
    }
    let own = [(labels::SERVICE, name.to_string()), (labels::INDEX, island.index.0.to_string())];
    let mut body = spec::with_labels(body, &island.id, own);
    fill(&mut body, holes);
    let query = vec![("name", island.id.container(name))];
    Ok(Request { query, ..Request::create("/containers/create", body) })
}

/// Writes the engine's own ids of image and network into the body of a rendered `containers/create`, so that neither
/// a moved tag nor a re-created network can change what is started between the check and the use.
pub fn bind(mut body: Value, image_id: &str, network_id: &str) -> Value {
    body["Image"] = json!(image_id);
    body["HostConfig"]["NetworkMode"] = json!(network_id);
    let endpoints = body["NetworkingConfig"]["EndpointsConfig"].take();
    let endpoint = endpoints.as_object().and_then(|map| map.values().next().cloned()).unwrap_or_default();
    body["NetworkingConfig"]["EndpointsConfig"] = json!({network_id: endpoint});
    body
}

fn pinned_image(context: &Context<'_>, service: &Service) -> Result<String, RenderError> {
    let pin = context.policy.pin(&service.image, context.platform).ok_or_else(|| RenderError::NoPin {
        image: service.image.clone(),
        platform: context.platform.to_string(),
    })?;
    Ok(match pin.source {
        PinSource::Local => pin.digest.to_string(),
        PinSource::Registry => format!("{}@{}", service.repository(), pin.digest),
    })
}

/// The fixed variables: the platform's first, then the entry's. The platform's names are reserved, so none repeats.
fn environment(app: &App, service: &Service, subnet: Subnet) -> Vec<String> {
    let platform = format!("http://{}:{PLATFORM_PORT}", subnet.control_plane());
    let mut variables =
        vec![format!("ATOLL_APP={}", app.id), format!("ATOLL_JWKS_URL={platform}/.well-known/jwks.json")];
    if app.has_egress() {
        let inside: Vec<&str> = app.services.keys().map(ServiceName::as_str).collect();
        variables.push(format!("HTTPS_PROXY={platform}"));
        variables.push(format!("HTTP_PROXY={platform}"));
        variables.push(format!(
            "NO_PROXY=localhost,127.0.0.1,{},{}",
            subnet.control_plane(),
            inside.join(",")
        ));
    }
    variables.extend(service.environment.iter().map(|(name, value)| format!("{name}={value}")));
    variables
}

/// Adds the holes' values after the digest was taken: they are not part of what the allowlist describes.
fn fill(body: &mut Value, holes: &Holes) {
    if let Some(variables) = body["Env"].as_array_mut() {
        variables.extend(holes.iter().map(|(name, value)| json!(format!("{name}={value}"))));
    }
}

fn endpoint(app: &App, name: &ServiceName, subnet: Subnet) -> Value {
    let position = app.services.keys().position(|service| service == name);
    let address = position.and_then(|position| subnet.service(position));
    json!({
        "IPAMConfig": {"IPv4Address": address.expect("an entry has at most twelve services").to_string()},
        "Aliases": [name],
    })
}

fn host_config(
    dialect: Dialect,
    island: &IslandId,
    app: &App,
    name: &ServiceName,
    service: &Service,
) -> Value {
    let limits = &service.resources.limits;
    let relaxed = |rule| app.relaxes(name, rule);
    let mut config = json!({
        "NetworkMode": island.network(),
        "Memory": limits.memory.bytes(),
        "MemorySwap": limits.memory.bytes(),
        "NanoCpus": limits.cpu.nanos(),
        "PidsLimit": limits.pids,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "ReadonlyRootfs": !relaxed(RelaxedRule::ReadOnlyRootFilesystem),
        "Init": true,
        "IpcMode": "private",
        "CgroupnsMode": "private",
        "Dns": [no_resolver(dialect)],
        "DnsOptions": RESOLVER_OPTIONS,
        "OomScoreAdj": 500,
        "ShmSize": SHM_BYTES,
        "RestartPolicy": {"Name": "no"},
        "LogConfig": log_config(dialect),
        "Mounts": volumes(island, service),
        "Ulimits": [{"Name": "core", "Soft": 0, "Hard": 0}],
    });
    memory_folders(dialect, service, &mut config);
    if relaxed(RelaxedRule::NetBindService) {
        config["CapAdd"] = json!(["NET_BIND_SERVICE"]);
    }
    config
}

/// At most 30 MiB on disk for each service.
fn log_config(dialect: Dialect) -> Value {
    match dialect {
        Dialect::Docker(_) => json!({"Type": "local", "Config": {"max-size": "10m", "max-file": "3"}}),
        Dialect::Podman(_) => json!({"Type": "k8s-file", "Config": {"max-size": "10m"}}),
    }
}

/// Named volumes, in the order of the entry. Nothing of the host is ever mounted.
fn volumes(island: &IslandId, service: &Service) -> Vec<Value> {
    let mount = |volume: &VolumeMount| {
        let mut mount = json!({
            "Type": "volume",
            "Source": island.volume(&volume.name),
            "Target": volume.mount_path,
        });
        if volume.read_only {
            mount["ReadOnly"] = json!(true);
        }
        mount
    };
    service.volumes.iter().map(mount).collect()
}

/// Memory-backed folders, each with a size, without programs or devices.
///
/// On Docker they belong to the service's user, because the runtime gives a tmpfs the mode of the folder beneath it
/// (measured on runc 1.1.5: 0755 of root, from the second start on even where the image has no such folder), and a
/// service that is not root could not write there.
fn memory_folders(dialect: Dialect, service: &Service, config: &mut Value) {
    match dialect {
        Dialect::Docker(_) if service.tmpfs.is_empty() => {}
        Dialect::Docker(_) => {
            let (user, group) = service.user.split_once(':').unwrap_or((&service.user, &service.user));
            let folder = |tmpfs: &TmpfsMount| {
                let size = tmpfs.size.bytes();
                let options = format!("noexec,nosuid,nodev,size={size},mode=0700,uid={user},gid={group}");
                (tmpfs.mount_path.clone(), json!(options))
            };
            config["Tmpfs"] = Value::Object(service.tmpfs.iter().map(folder).collect());
        }
        Dialect::Podman(_) => {
            let mounts = config["Mounts"].as_array_mut();
            mounts.expect("rendered above as a list").extend(service.tmpfs.iter().map(|tmpfs| {
                json!({
                    "Type": "tmpfs",
                    "Target": tmpfs.mount_path,
                    "TmpfsOptions": {"SizeBytes": tmpfs.size.bytes(), "Mode": SHARED_MODE},
                })
            }));
        }
    }
}
