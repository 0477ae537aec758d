//! The processes that are measured: ours and HAProxy, both before the same engine, and what they take.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, bail};
use serde_json::json;

pub(crate) const ENGINE: &str = "/run/docker.sock";

/// A running proxy. It ends when this is dropped.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) socket: PathBuf,
    process: Option<Child>,
}

impl Peer {
    /// The engine itself.
    pub(crate) fn bare() -> Self {
        Self { name: "bare engine", socket: ENGINE.into(), process: None }
    }

    /// Our proxy, with the policy of the benchmark.
    pub(crate) fn ours(binary: &str, image: &str, folder: &Path) -> anyhow::Result<Self> {
        let lock = json!({"schemaVersion": 1, "revision": 1, "images": {
            "atoll-bench/hold:1": {"linux/amd64": {"digest": image, "source": "local"}},
        }});
        fs::write(folder.join("allowlist.yaml"), include_str!("../allowlist.yaml"))?;
        fs::write(folder.join("allowlist.lock"), lock.to_string())?;
        let socket = folder.join("atoll.sock");
        let mut command = Command::new(binary);
        command
            .arg("--listen")
            .arg(&socket)
            .args(["--upstream", ENGINE, "--state"])
            .arg(folder)
            .arg("--allowlist")
            .arg(folder.join("allowlist.yaml"))
            .arg("--lock")
            .arg(folder.join("allowlist.lock"));
        Self::start("ours", socket, command, folder)
    }

    /// HAProxy with `haproxy.cfg`.
    pub(crate) fn haproxy(binary: &str, folder: &Path) -> anyhow::Result<Self> {
        let text = include_str!("../haproxy.cfg").replace("FOLDER", &folder.display().to_string());
        fs::write(folder.join("haproxy.cfg"), text)?;
        let mut command = Command::new(binary);
        command.args(["-db", "-f"]).arg(folder.join("haproxy.cfg"));
        Self::start("HAProxy", folder.join("haproxy.sock"), command, folder)
    }

    fn start(
        name: &'static str,
        socket: PathBuf,
        mut command: Command,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let log = fs::File::create(folder.join(format!("{name}.log")))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let process = command.spawn().with_context(|| format!("could not start {name}"))?;
        let peer = Self { name, socket, process: Some(process) };
        for _ in 0..100 {
            if std::os::unix::net::UnixStream::connect(&peer.socket).is_ok() {
                return Ok(peer);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("{name} does not answer: {}", fs::read_to_string(folder.join(format!("{name}.log")))?)
    }

    /// Resident memory in MiB.
    pub(crate) fn resident_mib(&self) -> anyhow::Result<f64> {
        let process = self.process.as_ref().context("the engine is not measured")?;
        let status = fs::read_to_string(format!("/proc/{}/status", process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib: f64 = line.and_then(|line| line.split_whitespace().next()).context("no VmRSS")?.parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            let ended = process.kill().and_then(|()| process.wait());
            if let Err(problem) = ended {
                eprintln!("{} did not end: {problem}", self.name);
            }
        }
    }
}
