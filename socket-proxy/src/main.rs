//! The program: arguments, the socket, the end.

use std::{
    fs,
    io::{self, IsTerminal},
    os::unix::fs::{FileTypeExt, PermissionsExt},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, bail};
use arguments::{Arguments, Command};
use atoll_socket_proxy::{Confinement, RegistryCredentials, Seal, Settings, run};
use clap::Parser;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{UnixListener, UnixStream},
    signal::unix::{SignalKind, signal},
};
use tracing::{Level, error, info, warn};

mod arguments;
mod check;

/// How long a health check may take.
const HEALTH_TIME: Duration = Duration::from_secs(4);

// Because one thread is enough for a proxy that waits for an engine, and costs a fraction of the memory.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(&arguments.log);
    if arguments.check {
        return check::run(&arguments);
    }
    let outcome = match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => serve(arguments).await,
        Command::Healthcheck => healthcheck(&arguments.listen).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            error!(problem = format!("{problem:#}"), "stopped");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> anyhow::Result<()> {
    raise_open_files();
    let seal = Seal::open(&arguments.state)
        .with_context(|| format!("could not open the key of the seals in {}", arguments.state.display()))?;
    let listener = bind(&arguments.listen)
        .with_context(|| format!("could not listen at {}", arguments.listen.display()))?;
    info!(listen = %arguments.listen.display(), upstream = %arguments.upstream.display(), "listening");
    let metrics = arguments.metrics.as_deref().map(|path| {
        bind(path).with_context(|| format!("could not listen for watchers at {}", path.display()))
    });
    let metrics = metrics.transpose()?;
    let (policy, client_uids) = (arguments.policy_files()?, arguments.client_uids());
    let confinement = confine(&arguments)?;
    let settings = Settings {
        upstream: arguments.upstream,
        policy,
        seal,
        gateway: arguments.gateway_container,
        accept_unenforced_limits: arguments.accept_unenforced_limits,
        credentials: RegistryCredentials::of(arguments.registry_credentials),
        client_uids,
        metrics,
        confinement,
    };
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let shutdown = async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    run(listener, settings, shutdown).await;
    // Already gone is as good.
    for socket in [Some(&arguments.listen), arguments.metrics.as_ref()].into_iter().flatten() {
        let _ = fs::remove_file(socket);
    }
    Ok(())
}

/// Because each of the many followed logs takes two files, and the soft limit may be as low as 1,024.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        warn!(%error, limit = limit.current, "could not raise the limit of open files");
    }
}

/// Gives up what is not needed any more, now that the sockets and the keys are open.
fn confine(arguments: &Arguments) -> anyhow::Result<Confinement> {
    let confinement = Confinement::enter(&arguments.reach());
    let missing = confinement.missing();
    if arguments.require_confinement && !missing.is_empty() {
        bail!("this kernel cannot do all that --require-confinement asks for: {}", missing.join("; "));
    }
    Ok(confinement)
}

/// Replaces a socket that a dead process left behind; never a file of another kind.
fn bind(path: &Path) -> anyhow::Result<UnixListener> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() => fs::remove_file(path)?,
        Ok(_) => bail!("there is something that is not a socket"),
        // Nothing is there, or what hinders the look hinders the binding too, which says why.
        Err(_) => {}
    }
    let listener = UnixListener::bind(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o660))?;
    Ok(listener)
}

/// Proves that the proxy answers, has a policy and reaches the engine.
async fn healthcheck(socket: &Path) -> anyhow::Result<()> {
    let ask = async {
        let mut stream = UnixStream::connect(socket).await?;
        stream.write_all(b"GET /_ping HTTP/1.1\r\nHost: health\r\nConnection: close\r\n\r\n").await?;
        let mut answer = String::new();
        stream.take(8192).read_to_string(&mut answer).await?;
        io::Result::Ok(answer)
    };
    let answer = tokio::time::timeout(HEALTH_TIME, ask).await.context("the proxy does not answer")??;
    if !answer.starts_with("HTTP/1.1 200 ") {
        bail!("{}", answer.split("\r\n\r\n").nth(1).unwrap_or("the proxy answers nonsense"));
    }
    Ok(())
}

/// Lines for people on a terminal, JSON elsewhere.
fn start_log(level: &str) {
    let level: Level = level.parse().unwrap_or(Level::INFO);
    // Because a line that cannot be written would be complained of on the same full disk, and that panics.
    let builder = tracing_subscriber::fmt()
        .log_internal_errors(false)
        .with_max_level(level)
        .with_target(false)
        .with_writer(io::stderr);
    if io::stderr().is_terminal() {
        builder.init();
    } else {
        builder.json().flatten_event(true).init();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_was_left_behind_is_replaced_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("proxy.sock");
        drop(bind(&path).unwrap());
        assert!(path.exists());
        let _listener = bind(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660);
        fs::remove_file(&path).unwrap();
        fs::write(&path, "somebody's file").unwrap();
        assert!(bind(&path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "somebody's file");
    }

    #[tokio::test]
    async fn the_health_check_fails_when_nobody_answers() {
        let folder = tempfile::tempdir().unwrap();
        assert!(healthcheck(&folder.path().join("nobody.sock")).await.is_err());
    }

    #[tokio::test]
    async fn the_health_check_takes_200_and_repeats_what_else_the_proxy_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("proxy.sock");
        let listener = UnixListener::bind(&path).unwrap();
        tokio::spawn(async move {
            for status in ["200 OK", "503 Service Unavailable"] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 512];
                assert!(stream.read(&mut request).await.unwrap() > 0);
                stream.write_all(format!("HTTP/1.1 {status}\r\n\r\nno policy").as_bytes()).await.unwrap();
            }
        });
        healthcheck(&path).await.unwrap();
        assert_eq!(healthcheck(&path).await.unwrap_err().to_string(), "no policy");
    }
}
