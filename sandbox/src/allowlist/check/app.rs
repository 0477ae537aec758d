//! Checks of one app.

use super::{Checked, Finding, Unique, ensure, in_range, known, service, words};
use crate::{
    allowlist::{App, AppProtocol, Backup, HostLimits, Http, RelaxedRule},
    holes,
    names::ServiceName,
    subnet::MOST_SERVICES,
    units::Duration,
    yaml::Path,
};

pub(super) fn app(path: &Path, app: &App, host: &HostLimits) -> Checked {
    about(path, app)?;
    in_range(&path.key("services"), app.services.len(), 1, MOST_SERVICES, "the addresses of an island")?;
    settings(&path.key("settings"), app)?;
    for (name, entry) in &app.services {
        service::service(&path.key("services").key(name), app, name, entry, host)?;
    }
    circle(path, app)?;
    sums(path, app, host)?;
    roles(&path.key("roles"), app)?;
    http(&path.key("http"), app, &app.http)?;
    idle(&path.key("idle"), app)?;
    egress(&path.key("egress"), app)?;
    backup(&path.key("backup"), app, app.backup.as_ref())?;
    relax(&path.key("relax"), app)
}

fn about(path: &Path, app: &App) -> Checked {
    words::line(path.key("version"), &app.version, 40)?;
    words::line(path.key("title"), &app.title, 60)?;
    words::line(path.key("description"), &app.description, 300)?;
    words::word(path.key("category"), &app.category)?;
    if let Some(icon) = &app.icon {
        words::icon(path.key("icon"), icon)?;
    }
    for (key, text) in [("source", &app.source), ("documentation", &app.documentation)] {
        if let Some(text) = text {
            words::link(path.key(key), text)?;
        }
    }
    for (key, text) in [("vendor", &app.vendor), ("licenses", &app.licenses)] {
        if let Some(text) = text {
            words::line(path.key(key), text, 100)?;
        }
    }
    match &app.update {
        Some(update) => words::line(path.key("update").key("from"), &update.from, 60),
        None => Ok(()),
    }
}

/// A setting that becomes a variable must be one that the platform does not need itself.
fn settings(path: &Path, app: &App) -> Checked {
    let Some(schema) = &app.settings else { return Ok(()) };
    let object = schema.get("type").and_then(|kind| kind.as_str()) == Some("object");
    ensure(object, || Finding::new(path.clone(), "must be a JSON Schema with `type: object`"))?;
    let mut seen = Unique::default();
    for (setting, variable) in holes::setting_variables(app) {
        let place = path.key("properties").key(setting).key("x-env");
        words::variable(place.clone(), variable)?;
        seen.add(place, &variable)?;
    }
    Ok(())
}

fn circle(path: &Path, app: &App) -> Checked {
    let order = app.start_order();
    let late = |name: &ServiceName, before: &ServiceName| {
        order.iter().position(|other| other == before) > order.iter().position(|other| other == name)
    };
    for (name, service) in &app.services {
        if let Some(before) = service.depends_on.iter().find(|before| late(name, before)) {
            let place = path.key("services").key(name).key("depends_on");
            return Err(Finding::new(
                place,
                format!("makes a circle: `{name}` waits for `{before}`, which waits for it"),
            )
            .hint("let one of them start first"));
        }
    }
    Ok(())
}

/// An app whose services together exceed the host's ceilings could never start.
fn sums(path: &Path, app: &App, host: &HostLimits) -> Checked {
    let limits = || app.services.values().map(|service| service.resources.limits);
    let fits = limits().map(|limit| limit.cpu.nanos()).sum::<u64>() <= host.cpu.nanos()
        && limits().map(|limit| limit.memory.bytes()).sum::<u64>() <= host.memory.bytes()
        && limits().map(|limit| limit.pids).sum::<u64>() <= host.pids;
    ensure(fits, || {
        Finding::new(path.key("services"), "together ask for more than host.limits allows for all apps")
            .hint("lower a limit or raise host.limits")
    })
}

fn roles(path: &Path, app: &App) -> Checked {
    ensure(!app.roles.is_empty(), || {
        Finding::new(path.clone(), "is empty")
            .hint("every app has at least one role that people can be given")
    })?;
    let mut seen = Unique::default();
    for (index, role) in app.roles.iter().enumerate() {
        let place = path.item(index);
        words::word(place.key("id"), &role.id.0)?;
        words::line(place.key("title"), &role.title, 60)?;
        seen.add(place.key("id"), &role.id)?;
    }
    let defaults = app.roles.iter().filter(|role| role.default).count();
    ensure(defaults <= 1, || Finding::new(path.clone(), "has more than one default"))
}

fn http(path: &Path, app: &App, http: &Http) -> Checked {
    known(path.key("service"), "service", &http.service, app.services.keys().cloned())?;
    in_range(&path.key("port"), http.port, 1, u16::MAX, "the last port")?;
    let most = 1_000_000;
    in_range(&path.key("maxConcurrentRequests"), http.max_concurrent_requests, 1, most, "a million")?;
    let day = Duration::from_secs(24 * 3600);
    let second = Duration::from_millis(100);
    let timeouts = path.key("timeouts");
    in_range(&timeouts.key("connect"), http.timeouts.connect, second, day, "a day")?;
    in_range(&timeouts.key("responseHeader"), http.timeouts.response_header, second, day, "a day")?;
    in_range(&timeouts.key("requestBody"), http.timeouts.request_body, second, day, "a day")?;
    in_range(&timeouts.key("idle"), http.timeouts.idle, second, day, "a day")?;
    // Because a WebSocket over HTTP/2 (RFC 8441) is another request than the one that browsers send us.
    ensure(!(http.websocket && http.app_protocol == AppProtocol::H2c), || {
        Finding::new(path.key("websocket"), "cannot be had together with `appProtocol: kubernetes.io/h2c`")
            .hint("leave one of them out")
    })?;
    ensure(!http.access.is_empty(), || {
        Finding::new(path.key("access"), "is empty, so that nobody could open any page")
            .hint("write {path: /, role: …}")
    })?;
    for (index, rule) in http.access.iter().enumerate() {
        let place = path.key("access").item(index);
        words::url_path(place.key("path"), &rule.path)?;
        known(place.key("role"), "role", &rule.role, app.roles.iter().map(|role| role.id.clone()))?;
    }
    Ok(())
}

fn idle(path: &Path, app: &App) -> Checked {
    let day = Duration::from_secs(24 * 3600);
    in_range(&path.key("after"), app.idle.after, Duration::from_secs(1), day, "a day")?;
    match app.idle.start_timeout {
        Some(timeout) => {
            in_range(&path.key("startTimeout"), timeout, Duration::from_millis(100), day, "a day")
        }
        None => Ok(()),
    }
}

fn egress(path: &Path, app: &App) -> Checked {
    let mut seen = Unique::default();
    for (index, rule) in app.egress.iter().enumerate() {
        let place = path.item(index);
        words::host(place.key("host"), &rule.host)?;
        in_range(&place.key("port"), rule.port, 1, u16::MAX, "the last port")?;
        seen.add(place, &format!("{}:{}", rule.host, rule.port))?;
    }
    Ok(())
}

fn backup(path: &Path, app: &App, backup: Option<&Backup>) -> Checked {
    let mut seen = Unique::default();
    for (index, volume) in backup.iter().flat_map(|backup| &backup.volumes).enumerate() {
        let place = path.key("volumes").item(index);
        known(place.clone(), "volume", volume, app.volumes().cloned())?;
        seen.add(place, volume)?;
    }
    Ok(())
}

fn relax(path: &Path, app: &App) -> Checked {
    for (index, relaxed) in app.relax.iter().enumerate() {
        let place = path.item(index);
        if let Some(service) = &relaxed.service {
            known(place.key("service"), "service", service, app.services.keys().cloned())?;
            let whole_app = relaxed.rule == RelaxedRule::Internet;
            ensure(!whole_app, || {
                Finding::new(place.key("service"), "cannot be given: the way out is the app's")
            })?;
        }
        words::line(place.key("reason"), &relaxed.reason, 300)?;
    }
    Ok(())
}
