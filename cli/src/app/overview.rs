//! Apps as people read them.

use serde_json::Value;

use crate::{
    api::view::{App, Grant, Operation, StepState, Verification},
    output::{Page, Table, Tone, quantity},
};

/// A line for each app.
pub(crate) fn list(apps: &[App], page: &mut Page) {
    let mut table = Table::new(&["APP", "VERSION", "STATE", "VERIFIED", "URL"]);
    for app in apps {
        table.toned_row([
            (Tone::Plain, app.app.clone()),
            (Tone::Plain, app.version.clone()),
            (state_tone(&app.state), app.state.clone()),
            verdict(app.verification.as_ref()),
            (Tone::Plain, app.url.clone()),
        ]);
    }
    table.write(page, "No apps are installed. `atoll app install APP` installs one from the allowlist.");
    for app in apps {
        if let Some(failure) = &app.failure {
            page.end();
            cause(&format!("{}: {}", app.app, failure.message), failure.cure.as_deref(), page);
        }
    }
}

/// Everything about one app.
pub(crate) fn one(app: &App, grants: &[Grant], page: &mut Page) {
    page.part(Tone::Strong, &app.title).part(Tone::Quiet, &format!("  {} {}", app.app, app.version)).end();
    page.field(9, "State", &format!("{} (wanted: {})", app.state, app.desired));
    page.field(9, "URL", &app.url);
    if let Some(at) = app.installed_at {
        page.field(9, "Installed", &quantity::moment(at));
    }
    if let Some(verification) = &app.verification {
        let checked = quantity::moment(verification.checked_at);
        page.field(9, "Verified", &format!("{}, {checked}", verdict(Some(verification)).1));
        for difference in &verification.differences {
            let what = format!("{} {}", difference.service, difference.field);
            let (expected, actual) = (plain(&difference.expected), plain(&difference.actual));
            page.field(9, "", &format!("{what}: asked {expected}, is {actual}"));
        }
    }
    if let Some(failure) = &app.failure {
        cause(&failure.message, failure.cure.as_deref(), page);
    }
    if let Some(operation) = &app.operation {
        page.field(9, "Now", &now(operation));
    }
    services(app, page);
    who_may_open(app, grants, page);
}

fn services(app: &App, page: &mut Page) {
    page.heading("Containers");
    let mut table = Table::new(&["SERVICE", "STATE", "RESTARTS", "IMAGE"]);
    for service in &app.services {
        let restarts = service.restarts.to_string();
        table.row([service.name.clone(), service.state.clone(), restarts, service.image.clone()]);
    }
    table.write(page, "None.");
}

fn who_may_open(app: &App, grants: &[Grant], page: &mut Page) {
    page.heading("Who may open it");
    let mut table = Table::new(&["EMAIL", "NAME", "ROLE"]);
    for grant in grants {
        table.row([grant.email.clone(), grant.name.clone(), grant.role.clone()]);
    }
    table.write(page, &format!("Nobody yet. `atoll user grant EMAIL {}` lets somebody in.", app.app));
}

/// A cause and its cure, on lines of their own.
fn cause(message: &str, cure: Option<&str>, page: &mut Page) {
    page.part(Tone::Bad, "failed: ").part(Tone::Plain, message).end();
    if let Some(cure) = cure {
        page.part(Tone::Quiet, "  cure: ").part(Tone::Plain, cure).end();
    }
}

fn now(operation: &Operation) -> String {
    let step = operation.steps.iter().find(|step| step.state == StepState::Running);
    match step {
        Some(step) => format!("{}: {}", operation.kind, step.title),
        None => operation.kind.clone(),
    }
}

/// A text without its quotes; anything else as JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn state_tone(state: &str) -> Tone {
    match state {
        "ready" => Tone::Good,
        "failed" => Tone::Bad,
        "stopped" => Tone::Quiet,
        _ => Tone::Warn,
    }
}

fn verdict(verification: Option<&Verification>) -> (Tone, String) {
    match verification {
        None => (Tone::Quiet, "-".to_owned()),
        Some(found) if found.verdict == "verified" => (Tone::Good, "yes".to_owned()),
        Some(found) => {
            let count = quantity::count(found.differences.len(), "difference");
            (Tone::Bad, format!("no, {count}"))
        }
    }
}
