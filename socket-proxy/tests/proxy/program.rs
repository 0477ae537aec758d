//! The program itself, as it is started: confined, with signed policies, with files that are wrong.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use atoll_sandbox::signature::{PrivateKey, SignedTexts};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::UnixStream,
};

use crate::{
    engine::Engine,
    support::{ALLOWLIST, Answer, LOCK, parse},
};

/// The program with a folder of its own; ends with it.
struct Program {
    child: Child,
    folder: TempDir,
    engine: Engine,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> (TempDir, Engine) {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(&folder.path().join("engine.sock"));
    for (name, text) in [("allowlist.yaml", ALLOWLIST), ("allowlist.lock", LOCK)] {
        fs::create_dir_all(folder.path().join("policy")).unwrap();
        fs::write(folder.path().join("policy").join(name), text).unwrap();
    }
    for name in ["state", "run"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    (folder, engine)
}

fn command(folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atoll-socket-proxy"));
    let at = |name: &str| folder.join(name).into_os_string();
    command.env_clear();
    for (flag, path) in [
        ("--listen", "run/proxy.sock"),
        ("--metrics", "run/metrics.sock"),
        ("--upstream", "engine.sock"),
        ("--allowlist", "policy/allowlist.yaml"),
        ("--lock", "policy/allowlist.lock"),
        ("--state", "state"),
    ] {
        command.arg(flag).arg(at(path));
    }
    command.args(more).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Program {
    async fn start(folder: TempDir, engine: Engine, more: &[&str]) -> Self {
        let log = fs::File::create(folder.path().join("log")).unwrap();
        Self::logging_to(log, folder, engine, more).await
    }

    async fn logging_to(log: fs::File, folder: TempDir, engine: Engine, more: &[&str]) -> Self {
        let child = command(folder.path(), more).stderr(log).spawn().unwrap();
        let program = Self { child, folder, engine };
        program.until("/_ping", |_| true).await;
        program
    }

    async fn get(&self, path: &str) -> Option<Answer> {
        self.call("GET", path, "").await
    }

    async fn call(&self, method: &str, path: &str, body: &str) -> Option<Answer> {
        let mut stream = UnixStream::connect(self.folder.path().join("run/proxy.sock")).await.ok()?;
        let kind = if body.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: d\r\n{kind}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).await.ok()?;
        Some(parse(&text))
    }

    /// Asks until the answer is as wanted, for at most ten seconds.
    async fn until(&self, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        for _ in 0..200 {
            match self.get(path).await {
                Some(answer) if wanted(&answer) => return answer,
                _ => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
        panic!("{path} is never answered as wanted:\n{}", self.log());
    }

    async fn until_log(&self, words: &str) {
        for _ in 0..200 {
            if self.log().contains(words) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("`{words}` is never logged:\n{}", self.log());
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// A word of `/proc/PID/status`.
    fn status(&self, name: &str) -> String {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(&format!("{name}:"))).unwrap_or_default();
        line.trim().to_owned()
    }

    fn signal(&self, name: &str) {
        let done = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(done.unwrap().success());
    }
}

async fn confined() -> Program {
    let (folder, engine) = folder();
    Program::start(folder, engine, &[]).await
}

#[tokio::test]
async fn it_takes_all_the_open_files_that_it_may_have() {
    let (folder, engine) = folder();
    let program = command(folder.path(), &[]);
    let mut frugal = Command::new("/bin/sh");
    frugal
        .args(["-c", "ulimit -Sn 64 && exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args());
    let log = fs::File::create(folder.path().join("log")).unwrap();
    let child = frugal.env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
    let program = Program { child, folder, engine };
    program.until("/_ping", |_| true).await;
    let limits = fs::read_to_string(format!("/proc/{}/limits", program.child.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[3], words[4], "{line}");
    assert_ne!(words[3], "64", "{line}");
}

#[tokio::test]
async fn the_kernel_confirms_that_the_proxy_is_confined_and_it_works_all_the_same() {
    let program = confined().await;
    assert_eq!(program.status("NoNewPrivs"), "1");
    assert_eq!(program.status("Seccomp"), "2");
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        assert_eq!(program.status(set), "0000000000000000", "{set}");
    }
    let info = program.get("/info").await.unwrap().body;
    for name in ["seccomp", "capabilities", "noNewPrivileges", "coreDumps"] {
        let hold = info["Atoll"]["Confinement"][name].as_str().unwrap();
        assert!(hold.starts_with("enforced"), "{name}: {hold}");
    }
    program.until_log("confined").await;
    program.until_log("the engine answers").await;
    let limits = fs::read_to_string(format!("/proc/{}/limits", program.child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().filter(|word| *word == "0").count(), 2, "{core}");
    // Whether the kernel has it is the machine's; that it is told is ours.
    let landlock = info["Atoll"]["Confinement"]["landlock"].as_str().unwrap();
    assert!(landlock.starts_with("enforced (ABI") || landlock.starts_with("missing: "), "{landlock}");

    let body = crate::support::network_body("hello", 0).to_string();
    assert_eq!(program.call("POST", "/networks/create", &body).await.unwrap().status, 201);
    let body = crate::support::volume_body("hello").to_string();
    assert_eq!(program.call("POST", "/volumes/create", &body).await.unwrap().status, 201);
    let body = crate::support::container_body("hello", 0).to_string();
    let created = program.call("POST", "/containers/create?name=atoll-hello-main-web", &body).await.unwrap();
    assert_eq!(created.status, 201, "{created:?}\n{}", program.log());
    assert_eq!(program.engine.state().containers.len(), 3);
}

#[tokio::test]
async fn every_call_has_one_line_with_the_same_fields_and_no_value_of_the_clients() {
    let program = confined().await;
    let body = crate::support::network_body("hello", 0).to_string();
    program.call("POST", "/networks/create", &body).await.unwrap();
    program.call("POST", "/volumes/create", &crate::support::volume_body("hello").to_string()).await.unwrap();
    let body = crate::support::container_body("hello", 0).to_string();
    program.call("POST", "/containers/create?name=atoll-hello-main-web", &body).await.unwrap();
    let bad = body.replace("\"Env\"", "\"Cmd\": [\"s3cret\"], \"Env\"");
    program.call("POST", "/containers/create?name=atoll-hello-main-web", &bad).await.unwrap();
    program.get("/containers/nobody/json").await.unwrap();
    let in_use = program.call("DELETE", "/volumes/atoll-hello-main-data", "").await.unwrap();
    assert_eq!((in_use.status, in_use.reason()), (409, "engine"));
    let log = program.log();
    // Only words that were not passed on whole are logged besides.
    assert!(!log.contains("the engine refused"), "{log}");
    assert!(!log.contains("hunter2") && !log.contains("s3cret"), "{log}");
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let calls: Vec<Value> = lines.filter(|line| !line["endpoint"].is_null()).collect();
    let asked = calls.iter().find(|line| line["endpoint"] == "container-inspect").unwrap();
    let creates: Vec<&Value> = calls.iter().filter(|line| line["endpoint"] == "container-create").collect();
    let [allowed, refused] = creates[..] else { panic!("{log}") };
    let names = |line: &Value| line.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(allowed), names(refused));
    assert_eq!(
        (&allowed["outcome"], &allowed["reason"], &allowed["status"]),
        (&"allowed".into(), &"".into(), &201.into())
    );
    assert_eq!((&refused["outcome"], &refused["reason"]), (&"refused".into(), &"field-differs".into()));
    // What is refused warns, unless it only asked for what is not there.
    assert_eq!(
        (&allowed["level"], &refused["level"], &asked["level"]),
        (&"INFO".into(), &"WARN".into(), &"INFO".into())
    );
    assert_eq!((&asked["outcome"], &asked["reason"]), (&"refused".into(), &"no-such".into()));
    assert!(log.contains("No such container: nobody") && log.contains("the field `Cmd`"), "{log}");
    for line in [allowed, refused] {
        let elapsed_ms = line["elapsed_ms"].as_f64().unwrap();
        assert!(elapsed_ms > 0.01 && elapsed_ms < 1000.0, "{line}");
        assert_eq!((&line["app"], &line["instance"]), (&"hello".into(), &"main".into()));
        assert_eq!(line["peer_uid"], fs::metadata("/proc/self").unwrap().uid());
        assert!(
            line["received_bytes"].as_u64() > Some(50) && line["sent_bytes"].as_u64() > Some(50),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_client_under_another_user_id_is_turned_away_with_the_reason() {
    let (folder, engine) = folder();
    let program = Program::start(folder, engine, &["--client-uid", "4711"]).await;
    let answer = program.get("/_ping").await.unwrap();
    assert_eq!((answer.status, answer.reason()), (403, "not-client"));
    assert!(answer.message().contains("--client-uid"), "{}", answer.message());
    program.until_log("not-client").await;
}

#[tokio::test]
async fn the_end_removes_the_sockets() {
    let mut program = confined().await;
    program.signal("TERM");
    assert!(program.child.wait().unwrap().success(), "{}", program.log());
    for name in ["run/proxy.sock", "run/metrics.sock"] {
        assert!(!program.folder.path().join(name).exists(), "{name}");
    }
}

fn key() -> PrivateKey {
    PrivateKey::from_seed([9; 32])
}

/// Writes an allowlist with a revision, and its signature by `key`.
fn write_signed(folder: &Path, revision: u64, key: &PrivateKey) {
    let allowlist = ALLOWLIST.replacen("revision: 1", &format!("revision: {revision}"), 1);
    fs::write(folder.join("policy/allowlist.yaml"), &allowlist).unwrap();
    let signature = key.sign(SignedTexts { allowlist: &allowlist, lock: LOCK });
    fs::write(folder.join("policy/allowlist.sig"), signature.to_json()).unwrap();
}

async fn revision(program: &Program) -> Value {
    program.get("/info").await.unwrap().body["Atoll"]["PolicyRevision"].clone()
}

#[tokio::test]
async fn with_a_trusted_key_nothing_unsigned_badly_signed_or_older_comes_into_force_not_even_by_a_restart() {
    let (folder, engine) = folder();
    let trusted = folder.path().join("trusted.pem");
    fs::write(&trusted, key().public().to_pem()).unwrap();
    let flags = ["--trusted-key", trusted.to_str().unwrap()];
    write_signed(folder.path(), 5, &key());
    let program = Program::start(folder, engine, &flags).await;
    assert_eq!(revision(&program).await, 5);
    let path = program.folder.path().to_owned();

    write_signed(&path, 6, &PrivateKey::from_seed([1; 32]));
    program.until_log("is the trusted one").await;
    write_signed(&path, 4, &key());
    program.until_log("revision 4 of the allowlist is older than 5").await;
    let unsigned = ALLOWLIST.replacen("revision: 1", "revision: 7", 1);
    fs::write(path.join("policy/allowlist.yaml"), unsigned).unwrap();
    program.until_log("does not fit").await;
    fs::remove_file(path.join("policy/allowlist.sig")).unwrap();
    program.until_log("atoll allowlist sign").await;
    assert_eq!(revision(&program).await, 5);
    write_signed(&path, 8, &key());
    program.until("/info", |answer| answer.body["Atoll"]["PolicyRevision"] == 8).await;

    program.signal("TERM");
    program.until_log("stopped").await;
    write_signed(&path, 7, &key());
    let mut again =
        command(&path, &flags).stderr(fs::File::create(path.join("log")).unwrap()).spawn().unwrap();
    program.until("/_ping", |answer| answer.reason() == "no-policy").await;
    again.kill().unwrap();
    again.wait().unwrap();
}

#[tokio::test]
async fn without_its_memory_of_what_was_in_force_no_signed_policy_is() {
    let (folder, engine) = folder();
    let trusted = folder.path().join("trusted.pem");
    fs::write(&trusted, key().public().to_pem()).unwrap();
    write_signed(folder.path(), 5, &key());
    fs::create_dir(folder.path().join("state/policy.json")).unwrap();
    let program = Program::start(folder, engine, &["--trusted-key", trusted.to_str().unwrap()]).await;
    let answer = program.get("/_ping").await.unwrap();
    assert_eq!(answer.reason(), "no-policy");
    assert!(answer.message().contains("cannot be read"), "{}", answer.message());
}

#[tokio::test]
async fn a_hangup_has_the_files_read_again_and_cuts_no_stream() {
    let program = confined().await;
    let mut stream = UnixStream::connect(program.folder.path().join("run/proxy.sock")).await.unwrap();
    stream.write_all(b"GET /events HTTP/1.1\r\nHost: d\r\n\r\n").await.unwrap();
    let mut head = [0; 512];
    assert!(stream.read(&mut head).await.unwrap() > 0);
    let before = program.log().matches("read the policy").count();
    program.signal("HUP");
    program.until_log("read the policy").await;
    for _ in 0..100 {
        if program.log().matches("read the policy").count() > before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(program.log().matches("read the policy").count(), before + 1);
    let cut = tokio::time::timeout(Duration::from_millis(300), stream.read(&mut head)).await;
    assert!(cut.is_err(), "the stream has ended: {cut:?}");
}

fn run(folder: &Path, more: &[&str]) -> (bool, String) {
    let Output { status, stdout, stderr } = command(folder, more).output().unwrap();
    (status.success(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

#[tokio::test]
async fn a_check_names_every_bad_file_with_the_cure_and_changes_nothing() {
    let (folder, _engine) = folder();
    let (well, table) = run(folder.path(), &["--check"]);
    assert!(well && table.contains("ok   policy") && table.contains("not signed"), "{table}");
    let socket = folder.path().join("run/proxy.sock");
    assert!(table.contains(&format!("ok   listen       {}\n", socket.display())), "{table}");
    assert_eq!(fs::read_dir(folder.path().join("state")).unwrap().count(), 0);

    fs::write(folder.path().join("policy/allowlist.yaml"), "apps: [").unwrap();
    fs::write(folder.path().join("policy/registries.json"), r#"{"auths": 1}"#).unwrap();
    fs::remove_file(folder.path().join("engine.sock")).unwrap();
    fs::remove_dir(folder.path().join("state")).unwrap();
    let credentials = folder.path().join("policy/registries.json");
    let (well, table) =
        run(folder.path(), &["--check", "--registry-credentials", credentials.to_str().unwrap()]);
    assert!(!well, "{table}");
    for bad in ["policy", "credentials", "state", "engine"] {
        assert!(table.contains(&format!("BAD  {bad}")), "{bad}: {table}");
    }

    let listen = |path: &str| {
        let usual = command(folder.path(), &["--check"]);
        let socket = folder.path().join("run/proxy.sock").into_os_string();
        let elsewhere = folder.path().join(path).into_os_string();
        let flags = usual.get_args().map(|flag| if flag == socket { elsewhere.as_os_str() } else { flag });
        let output = Command::new(usual.get_program()).env_clear().args(flags).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    fs::create_dir(folder.path().join("read-only")).unwrap();
    fs::set_permissions(folder.path().join("read-only"), fs::Permissions::from_mode(0o555)).unwrap();
    for nowhere in ["policy/allowlist.lock/x.sock", "read-only/x.sock", "not-there/x.sock"] {
        assert!(listen(nowhere).contains("BAD  listen"), "{nowhere}");
    }

    let key = folder.path().join("policy/allowlist.lock");
    let (well, table) = run(folder.path(), &["--check", "--trusted-key", key.to_str().unwrap()]);
    assert!(!well && table.contains("allowlist keygen"), "{table}");
}

#[tokio::test]
async fn where_confinement_is_required_and_not_to_be_had_the_proxy_does_not_start() {
    let (folder, engine) = folder();
    let program = Program::start(folder, engine, &[]).await;
    let info = program.get("/info").await.unwrap().body;
    let has_all = info["Atoll"]["Confinement"]["landlock"].as_str().unwrap().starts_with("enforced");
    let path = program.folder.path();
    let mut child = Command::new(env!("CARGO_BIN_EXE_atoll-socket-proxy"));
    child.env_clear().arg("--require-confinement");
    for (flag, name) in [("--listen", "run/second.sock"), ("--upstream", "engine.sock"), ("--state", "state")]
    {
        child.arg(flag).arg(path.join(name));
    }
    let mut child = child.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let socket = path.join("run/second.sock");
    if has_all {
        for _ in 0..100 {
            if UnixStream::connect(&socket).await.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert!(UnixStream::connect(&socket).await.is_ok());
        child.kill().unwrap();
        child.wait().unwrap();
    } else {
        let output = child.wait_with_output().unwrap();
        let log = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && log.contains("landlock"), "{log}");
    }
}

#[tokio::test]
async fn a_log_that_takes_no_line_any_more_stops_no_call() {
    let (folder, engine) = folder();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let program = Program::logging_to(full, folder, engine, &[]).await;
    for _ in 0..3 {
        assert_eq!(program.get("/version").await.unwrap().status, 200);
    }
}
