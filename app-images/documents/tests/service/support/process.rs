//! The real program as a process of its own, for tests that kill it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{Client, Platform};

/// A running program; killed when dropped.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Process {
    /// Starts `atoll-documents serve` on a data folder and waits until it listens.
    pub(crate) fn start(platform: &Platform, data: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_atoll-documents"))
            .args(["serve", "--listen", "127.0.0.1:0", "--web-dir", "/nowhere", "--data"])
            .arg(data)
            .args(more)
            .env_clear()
            .env("ATOLL_JWKS_URL", &platform.jwks_url)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = log
            .by_ref()
            .map(|line| serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap())
            .find_map(|entry| entry["address"].as_str().map(|address| address.parse().unwrap()))
            .expect("the program says where it listens");
        // Somebody has to read on, or the program would wait for room in the pipe.
        std::thread::spawn(move || log.for_each(drop));
        Self { address, child }
    }

    pub(crate) fn client(&self, user: &str) -> Client {
        Client::known(self.address, user)
    }

    /// The process that it has started to read a document.
    pub(crate) fn child_id(&self) -> Option<u32> {
        let threads = std::fs::read_dir(format!("/proc/{}/task", self.child.id())).ok()?.flatten();
        let mut children =
            threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
        children.find_map(|line| line.split_whitespace().next()?.parse().ok())
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// `kill -TERM`; gives the exit code.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        let id = nix::unistd::Pid::from_raw(self.child.id().try_into().unwrap());
        nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGTERM).unwrap();
        self.child.wait().unwrap().code()
    }

    /// The most memory that the program itself has used so far, in bytes.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail if the process has ended already, which is what we want.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
