//! Running the program in a folder of its own, with an environment that holds nothing by accident.

use std::{
    fs,
    io::Write,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that is working directory, home and configuration at once.
pub(crate) struct Place {
    folder: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A run being prepared.
pub(crate) struct Program {
    command: Command,
    input: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A place with an allowlist, and with a lock if one is given.
    pub(crate) fn with_policy(allowlist: &str, lock: Option<&str>) -> Self {
        let place = Self::new();
        place.write("allowlist.yaml", allowlist);
        if let Some(lock) = lock {
            place.write("allowlist.lock", lock);
        }
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of everything in the folder.
    pub(crate) fn names(&self) -> Vec<String> {
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<String> =
            fs::read_dir(self.root()).unwrap().map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }

    /// The program with these arguments, split at spaces.
    pub(crate) fn atoll(&self, arguments: &str) -> Program {
        let mut command = Command::new(env!("CARGO_BIN_EXE_atoll"));
        command.args(arguments.split_whitespace()).current_dir(self.root()).env_clear();
        command.env("XDG_CONFIG_HOME", self.path("config")).env("TZ", "UTC");
        Program { command, input: String::new() }
    }

    /// Runs it.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.atoll(arguments).run()
    }
}

impl Program {
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// One more argument, spaces and all.
    pub(crate) fn arg(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn input(mut self, text: &str) -> Self {
        text.clone_into(&mut self.input);
        self
    }

    /// As another user, and by a copy of the program that this user can reach.
    pub(crate) fn run_by(self, id: u32, copy: &Path) -> Self {
        let mut command = Command::new(copy);
        command.args(self.command.get_args()).current_dir("/").env_clear();
        for (name, value) in self.command.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command.uid(id).gid(id);
        Self { command, input: self.input }
    }

    /// With this file as `/etc/hosts`. For root only.
    pub(crate) fn with_hosts(self, hosts: &Path) -> Self {
        let (program, hosts) = (self.command.get_program().to_owned(), hosts.to_owned());
        self.behind("unshare", |command, arguments| {
            let script = "mount --bind \"$0\" /etc/hosts && exec \"$@\"";
            command.args(["--mount", "sh", "-c", script]).arg(hosts).arg(program).args(arguments);
        })
    }

    /// In a session of its own, so that there is no terminal to ask at.
    pub(crate) fn without_terminal(self) -> Self {
        let program = self.command.get_program().to_owned();
        self.behind("setsid", |command, arguments| {
            command.arg("--wait").arg(program).args(arguments);
        })
    }

    /// At a terminal, whose whole output is what is read.
    pub(crate) fn at_terminal(self) -> Self {
        let program = self.command.get_program().to_str().unwrap().to_owned();
        self.behind("script", |command, arguments| {
            let words: Vec<&str> = arguments.iter().map(|argument| argument.to_str().unwrap()).collect();
            command
                .args(["-qefc", &format!("{program} {}", words.join(" ")), "/dev/null"])
                .env("TERM", "xterm");
        })
    }

    fn behind(self, wrapper: &str, arrange: impl FnOnce(&mut Command, &[std::ffi::OsString])) -> Self {
        let mut command = Command::new(wrapper);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("SHELL", "/bin/sh");
        for (name, value) in self.command.get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        let arguments: Vec<_> = self.command.get_args().map(ToOwned::to_owned).collect();
        arrange(&mut command, &arguments);
        Self { command, input: self.input }
    }

    pub(crate) fn run(mut self) -> Run {
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // Because a program that needs no input may be gone already.
        let _ = stdin.write_all(self.input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// The run must have ended so.
    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Everything, for a snapshot.
    pub(crate) fn told(&self) -> String {
        format!("exit {}\n--- out\n{}--- err\n{}", self.code, self.out, self.err)
    }
}
