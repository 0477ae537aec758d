//! `--check`: whether a start with these arguments would go well, without starting.

use std::{fs, io, path::Path, process::ExitCode};

use atoll_socket_proxy::{RegistryCredentials, Seal};

use crate::arguments::Arguments;

/// One line of the table: what was looked at, and how it is or what is wrong with it.
type Finding = (&'static str, Result<String, String>);

/// Prints a table of findings; fails when one of them is bad.
pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let findings = look(arguments);
    let lines: String = findings
        .iter()
        .map(|(what, found)| match found {
            Ok(how) => format!("ok   {what:<12} {how}\n"),
            Err(why) => format!("BAD  {what:<12} {why}\n"),
        })
        .collect();
    let written = io::Write::write_all(&mut io::stdout(), lines.as_bytes());
    let well = written.is_ok() && findings.iter().all(|(_, found)| found.is_ok());
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn look(arguments: &Arguments) -> Vec<Finding> {
    let policy = arguments.policy_files().map_err(|error| format!("{error:#}"));
    let signed = policy.as_ref().is_ok_and(|files| files.trust.is_some());
    let policy = policy.and_then(|files| files.check().map_err(|error| error.to_string())).map(|policy| {
        let (allowlist, lock) = (policy.allowlist(), policy.lock());
        let by = if signed { "signed by the trusted key" } else { "not signed: no key is trusted" };
        let (apps, revision) = (allowlist.apps.len(), allowlist.revision);
        format!("{apps} apps, revision {revision} (lock {}), {by}", lock.revision)
    });
    let credentials = RegistryCredentials::of(arguments.registry_credentials.clone()).check();
    let credentials = credentials.map_err(|error| error.to_string()).map(|names| match names.as_slice() {
        [] => "none".to_owned(),
        names => names.join(", "),
    });
    vec![
        ("policy", policy),
        ("credentials", credentials),
        ("state", state(&arguments.state)),
        ("listen", folder(&arguments.listen)),
        ("engine", engine(&arguments.upstream)),
    ]
}

/// Looks at the key if there is one; makes none.
fn state(state: &Path) -> Result<String, String> {
    let at = state.display();
    if !state.is_dir() {
        return Err(format!("{at} is no folder: make it, readable and writable by this user alone"));
    }
    if !state.join("seal.key").exists() {
        return Ok(format!("{at}, no key yet: the first start makes it"));
    }
    Seal::open(state).map(|_| format!("{at}, with its key")).map_err(|error| format!("{at}: {error}"))
}

fn folder(socket: &Path) -> Result<String, String> {
    let folder = socket.parent().unwrap_or(Path::new("/"));
    let found = fs::metadata(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let usable = found.is_dir() && !found.permissions().readonly();
    usable.then(|| socket.display().to_string()).ok_or_else(|| {
        format!("no socket can be made in {}: make it a folder that this user may write to", folder.display())
    })
}

fn engine(socket: &Path) -> Result<String, String> {
    let connected = std::os::unix::net::UnixStream::connect(socket);
    connected.map(|_| socket.display().to_string()).map_err(|error| {
        format!("{}: {error}; is the engine running, and may this user open its socket?", socket.display())
    })
}
