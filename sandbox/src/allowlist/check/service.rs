//! Checks of one service.

use super::{Checked, Finding, Unique, ensure, in_range, known, words};
use crate::{
    allowlist::{App, HostLimits, Probe, Resources, Service},
    holes,
    names::ServiceName,
    units::{ByteSize, Cpu, Duration},
    yaml::Path,
};

/// What the engine and any process at all need to start.
const LEAST_MEMORY: ByteSize = ByteSize::from_mebibytes(6);
const LEAST_CPU: Cpu = Cpu::from_nanos(10_000_000);
/// The init process, the service and one more.
const LEAST_PIDS: u64 = 3;

pub(super) fn service(
    path: &Path,
    app: &App,
    name: &ServiceName,
    service: &Service,
    host: &HostLimits,
) -> Checked {
    words::image(path.key("image"), &service.image)?;
    words::user(path.key("user"), &service.user)?;
    command(&path.key("command"), &service.command)?;
    variables(path, app, service)?;
    mounts(path, service)?;
    resources(&path.key("resources"), &service.resources, host)?;
    for (index, before) in service.depends_on.iter().enumerate() {
        let place = path.key("depends_on").item(index);
        known(place.clone(), "service", before, app.services.keys().cloned())?;
        ensure(before != name, || Finding::new(place, "names the service itself"))?;
    }
    if let Some(probe) = &service.probe {
        self::probe(&path.key("probe"), probe)?;
    }
    let (least, most) = (Duration::from_secs(1), Duration::from_secs(300));
    in_range(
        &path.key("stop_grace_period"),
        service.stop_grace_period,
        least,
        most,
        "an operation does not wait longer",
    )
}

fn command(path: &Path, command: &[String]) -> Checked {
    in_range(path, command.len(), 0, 64, "the words of a command")?;
    for (index, word) in command.iter().enumerate() {
        ensure(word.len() <= 4096 && !word.contains('\0'), || {
            Finding::new(path.item(index), "is longer than 4 KiB or holds NUL")
        })?;
    }
    Ok(())
}

/// No variable is set twice, whether fixed, secret or a setting.
fn variables(path: &Path, app: &App, service: &Service) -> Checked {
    let mut seen = Unique::default();
    for (_, variable) in holes::setting_variables(app) {
        seen.add(path.clone(), &variable)?;
    }
    for (variable, value) in &service.environment {
        let place = path.key("environment").key(variable);
        words::variable(place.clone(), variable)?;
        seen.add(place.clone(), variable)?;
        ensure(value.len() <= holes::LONGEST_VALUE && !value.contains(['\0', '\r', '\n']), || {
            Finding::new(place, "must be one line of at most 4 KiB")
        })?;
    }
    let total: usize = service.environment.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    in_range(&path.key("environment"), total, 0, 32 << 10, "bytes of all variables together")?;
    for (index, secret) in service.secrets.iter().enumerate() {
        let place = path.key("secrets").item(index).key("env");
        words::variable(place.clone(), &secret.env)?;
        seen.add(place, &secret.env)?;
    }
    Ok(())
}

/// Each volume once, and no two things at one place.
fn mounts(path: &Path, service: &Service) -> Checked {
    let (mut names, mut places) = (Unique::default(), Unique::default());
    for (index, volume) in service.volumes.iter().enumerate() {
        let place = path.key("volumes").item(index);
        names.add(place.key("name"), &volume.name)?;
        words::mount_path(place.key("mountPath"), &volume.mount_path)?;
        places.add(place.key("mountPath"), &volume.mount_path)?;
    }
    for (index, tmpfs) in service.tmpfs.iter().enumerate() {
        let place = path.key("tmpfs").item(index);
        words::mount_path(place.key("mountPath"), &tmpfs.mount_path)?;
        places.add(place.key("mountPath"), &tmpfs.mount_path)?;
        let (least, most) = (ByteSize::from_bytes(4096), service.resources.limits.memory);
        in_range(
            &place.key("size"),
            tmpfs.size,
            least,
            most,
            "the service's memory, against which it counts",
        )?;
    }
    Ok(())
}

fn resources(path: &Path, resources: &Resources, host: &HostLimits) -> Checked {
    let limits = &resources.limits;
    let place = path.key("limits");
    in_range(&place.key("memory"), limits.memory, LEAST_MEMORY, host.memory, "host.limits.memory")?;
    in_range(&place.key("cpu"), limits.cpu, LEAST_CPU, host.cpu, "host.limits.cpu")?;
    in_range(&place.key("pids"), limits.pids, LEAST_PIDS, host.pids, "host.limits.pids")?;
    let place = path.key("adminMax");
    let most = &resources.admin_max;
    if let Some(memory) = most.memory {
        in_range(&place.key("memory"), memory, limits.memory, host.memory, "host.limits.memory")?;
    }
    if let Some(cpu) = most.cpu {
        in_range(&place.key("cpu"), cpu, limits.cpu, host.cpu, "host.limits.cpu")?;
    }
    match most.pids {
        Some(pids) => in_range(&place.key("pids"), pids, limits.pids, host.pids, "host.limits.pids"),
        None => Ok(()),
    }
}

fn probe(path: &Path, probe: &Probe) -> Checked {
    words::url_path(path.key("http").key("path"), &probe.http.path)?;
    in_range(&path.key("http").key("port"), probe.http.port, 1, u16::MAX, "the last port")?;
    let (second, hour) = (Duration::from_secs(1), Duration::from_secs(3600));
    in_range(&path.key("interval"), probe.interval, second, hour, "an hour")?;
    in_range(&path.key("timeout"), probe.timeout, Duration::from_millis(100), hour, "an hour")?;
    in_range(&path.key("startup"), probe.startup, second, hour, "an hour")?;
    in_range(&path.key("failures"), probe.failures, 1, 100, "tries")
}
