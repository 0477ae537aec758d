//! Words of the allowlist that are read and checked but not acted upon yet. Told, so that nobody relies on them.

use atoll_sandbox::allowlist::{AdminMax, Allowlist, App, IdleAction, Instances};

/// A sentence for each such word that an entry uses.
pub(crate) fn notes(allowlist: &Allowlist) -> Vec<String> {
    allowlist.apps.iter().flat_map(app_notes).collect()
}

fn app_notes(app: &App) -> Vec<String> {
    let raised = app.services.values().any(|service| service.resources.admin_max != AdminMax::default());
    let words = [
        (app.settings.is_some(), "settings", "there is no settings form"),
        (app.instances == Instances::PerUser, "instances: perUser", "all people share one instance"),
        (app.idle.action == IdleAction::Pause, "idle.action: pause", "the app is stopped instead"),
        (app.backup.is_some(), "backup", "no backup is made"),
        (app.update.is_some(), "update", "remove the app, keeping its data, and install it again"),
        (raised, "resources.adminMax", "limits cannot be raised in the console"),
    ];
    let note = |(_, word, instead): &(bool, &str, &str)| {
        format!("app `{}`: `{word}` is read but not acted upon yet: {instead}", app.id)
    };
    words.iter().filter(|(used, ..)| *used).map(note).collect()
}
