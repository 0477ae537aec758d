//! The two policy files.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use atoll_sandbox::{
    allowlist::Allowlist,
    error::PolicyError,
    lock::{Lock, Platform},
    policy::Policy,
};
use clap::Args;

use super::excerpt;
use crate::failure::Failure;

/// Where the policy is.
#[derive(Debug, Clone, Args)]
pub(crate) struct PolicyArgs {
    /// The allowlist.
    #[arg(long, env = "ATOLL_ALLOWLIST", default_value = "allowlist.yaml", value_name = "FILE")]
    allowlist: PathBuf,
    /// Its lock [default: allowlist.lock beside it].
    #[arg(long, env = "ATOLL_LOCK", value_name = "FILE")]
    lock: Option<PathBuf>,
}

/// A policy file with its text.
#[derive(Debug)]
pub(crate) struct PolicyFile {
    /// As it was named.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) text: String,
}

impl PolicyArgs {
    /// The folder that icons are relative to.
    pub(crate) fn folder(&self) -> &Path {
        self.allowlist.parent().unwrap_or(Path::new(""))
    }

    /// The lock's path.
    pub(crate) fn lock_path(&self) -> PathBuf {
        self.lock.clone().unwrap_or_else(|| self.allowlist.with_extension("lock"))
    }

    /// The signature's path, beside the allowlist.
    pub(crate) fn signature_path(&self) -> PathBuf {
        self.allowlist.with_extension("sig")
    }

    /// The allowlist's text.
    pub(crate) fn allowlist_file(&self) -> Result<PolicyFile, PolicyError> {
        let hint = "run this where the allowlist is, or name it with --allowlist";
        read(&self.allowlist)?.ok_or_else(|| missing(&self.allowlist, hint))
    }

    /// The lock's text, or `None` where there is no lock yet.
    pub(crate) fn lock_file(&self) -> Result<Option<PolicyFile>, PolicyError> {
        read(&self.lock_path())
    }

    /// The allowlist, or a failure that shows the line.
    pub(crate) fn allowlist(&self) -> Result<Allowlist, Failure> {
        let file = self.allowlist_file().map_err(|error| excerpt::failure(&error, None))?;
        Allowlist::parse(&file.name, &file.text).map_err(|error| excerpt::failure(&error, Some(&file.text)))
    }

    /// The lock, or `None` where there is no lock yet.
    pub(crate) fn lock(&self) -> Result<Option<Lock>, Failure> {
        let file = self.lock_file().map_err(|error| excerpt::failure(&error, None))?;
        let parse = |file: PolicyFile| {
            Lock::parse(&file.name, &file.text).map_err(|error| excerpt::failure(&error, Some(&file.text)))
        };
        file.map(parse).transpose()
    }

    /// Both; without a lock nothing is pinned.
    pub(crate) fn policy(&self) -> Result<Policy, Failure> {
        Ok(Policy::new(self.allowlist()?, self.lock()?.unwrap_or_default()))
    }
}

/// The platform of this machine, as engines call it.
pub(crate) fn host_platform() -> Platform {
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "x86" => "386",
        "aarch64" => "arm64",
        "powerpc64" => "ppc64le",
        other => other,
    };
    Platform::of_engine("linux", architecture).expect("an architecture is a word")
}

fn read(path: &Path) -> Result<Option<PolicyFile>, PolicyError> {
    let name = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(PolicyFile { name, text })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(PolicyError::whole_file(&name, format!("cannot be read: {error}"), None)),
    }
}

fn missing(path: &Path, hint: &str) -> PolicyError {
    let name = path.display().to_string();
    PolicyError::whole_file(&name, "there is no such file", Some(hint.to_owned()))
}
