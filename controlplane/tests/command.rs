//! The program itself: what it says when it cannot start, and how it starts and ends.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

const ALLOWLIST: &str = "schemaVersion: 1
revision: 1
host:
  subnets: 10.212.0.0/16
  limits: {instances: 10, cpu: \"2\", memory: 4Gi, pids: 1024}
apps: []
";

/// A folder with an allowlist, and two ports of its own.
struct Place {
    dir: tempfile::TempDir,
    port: u16,
    platform_port: u16,
}

/// A process that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("allowlist.yaml"), ALLOWLIST).unwrap();
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { dir, port: free(), platform_port: free() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let at = |name: &str| self.dir.path().join(name);
        let mut command = Command::new(env!("CARGO_BIN_EXE_atoll-controlplane"));
        command
            .env_clear()
            .env("ATOLL_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("ATOLL_PLATFORM_PORT", self.platform_port.to_string())
            .env("ATOLL_BASE_URL", format!("http://atoll.localhost:{}", self.port))
            .env("ATOLL_ALLOWLIST", at("allowlist.yaml"))
            .env("ATOLL_LOCK", at("allowlist.lock"))
            .env("ATOLL_DATA", at("data"))
            .env("ATOLL_ENGINE", format!("unix://{}", at("proxy.sock").display()))
            .args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Starts it, and waits until it is healthy.
    fn serve(&self) -> Running {
        let child = self.command(&["serve"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut running = Running(child);
        // Because making its first key, RSA 4096, is a matter of luck.
        let patience = Instant::now() + Duration::from_secs(90);
        while !self.run(&["healthcheck"]).status.success() {
            assert!(running.0.try_wait().unwrap().is_none(), "it ended by itself");
            assert!(Instant::now() < patience, "it is not healthy");
            std::thread::sleep(Duration::from_millis(100));
        }
        running
    }
}

/// What it says when it must not succeed.
#[track_caller]
fn said(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

#[test]
fn it_starts_gives_out_one_code_and_ends_in_order() {
    let place = Place::new();
    let mut running = place.serve();
    let code = place.run(&["setup-code"]);
    assert!(code.status.success() && code.stderr.is_empty(), "{code:?}");
    assert_eq!(String::from_utf8(code.stdout).unwrap().trim().len(), 19);
    let verified = place.run(&["audit", "verify"]);
    assert!(String::from_utf8(verified.stdout).unwrap().starts_with("1 events, intact"));

    let mut other = place.command(&["serve"]);
    let free = Place::new();
    other.env("ATOLL_LISTEN", format!("127.0.0.1:{}", free.port));
    other.env("ATOLL_PLATFORM_PORT", free.platform_port.to_string());
    let second = said(&other.output().unwrap());
    assert!(second.contains("another control plane runs on the data folder"), "{second}");

    let pid = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(running.0.wait().unwrap().success());
    let unhealthy = said(&place.run(&["healthcheck"]));
    assert!(unhealthy.contains(&place.port.to_string()), "{unhealthy}");
}

#[test]
fn a_used_port_is_named_with_the_way_out() {
    let place = Place::new();
    let _taken = TcpListener::bind(("127.0.0.1", place.port)).unwrap();
    let said = said(&place.run(&["serve"]));
    assert!(said.contains(&place.port.to_string()) && said.contains("ATOLL_LISTEN"), "{said}");
    assert!(!place.dir.path().join("data").exists(), "nothing was opened");
}

#[test]
fn an_allowlist_that_cannot_be_used_is_named_with_line_and_column() {
    let place = Place::new();
    let path = place.dir.path().join("allowlist.yaml");
    std::fs::write(&path, ALLOWLIST.replace("instances: 10", "instances: ten")).unwrap();
    let malformed = said(&place.run(&["serve"]));
    assert!(malformed.contains(&format!("{}:5:", path.display())), "{malformed}");
    std::fs::remove_file(&path).unwrap();
    let missing = said(&place.run(&["serve"]));
    assert!(missing.contains(path.to_str().unwrap()) && missing.contains("cannot be read"), "{missing}");
}

#[test]
fn a_database_that_cannot_be_opened_is_named() {
    let place = Place::new();
    let nowhere = "sqlite:///nonexistent/folder/atoll.db";
    let said = said(&place.run(&["serve", "--database-url", nowhere]));
    assert!(said.contains("could not open the database") && said.contains("/nonexistent/folder"), "{said}");
}

#[test]
fn a_base_url_that_browsers_would_refuse_is_refused_with_the_way_out() {
    let said = said(&Place::new().run(&["serve", "--base-url", "http://intranet.example:8080"]));
    assert!(said.contains(".localhost") && said.contains("use https"), "{said}");
}

#[test]
fn an_engine_address_that_is_none_says_what_one_looks_like() {
    let place = Place::new();
    let said = said(&place.run(&["serve", "--engine", "tcp://127.0.0.1:2375"]));
    assert!(said.contains("unix:///run/atoll/proxy.sock"), "{said}");
    assert!(!Path::new(&place.dir.path().join("data/keys/secrets.key")).exists());
}
