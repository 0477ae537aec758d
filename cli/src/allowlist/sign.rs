//! `atoll allowlist sign` and `verify`: proof that allowlist and lock come from whoever holds the key.

use std::{
    fs,
    path::{Path, PathBuf},
};

use atoll_sandbox::{
    allowlist::Allowlist,
    lock::Lock,
    signature::{PrivateKey, SignatureFile, SignedTexts, TrustedKey},
};
use clap::Args;
use serde::Serialize;

use super::{PolicyArgs, excerpt, files::PolicyFile, lock::replace};
use crate::{exit::Exit, failure::Failure, output::Output};

/// `atoll allowlist sign …`
#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// The private key, as `atoll allowlist keygen` writes it.
    #[arg(long, env = "ATOLL_SIGNING_KEY", default_value = "allowlist.key", value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    files: PolicyArgs,
}

/// `atoll allowlist verify …`
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The public key.
    #[arg(long, env = "ATOLL_TRUSTED_KEY", default_value = "allowlist.pub", value_name = "FILE")]
    key: PathBuf,
    #[command(flatten)]
    files: PolicyArgs,
}

/// What is signed, and by which key.
#[derive(Debug, Serialize)]
struct SignatureReport {
    signature: String,
    fingerprint: String,
    revision: u64,
    lock_revision: u64,
}

impl SignArgs {
    /// Signs both files as they are, if they can be read.
    pub(crate) fn run(&self, output: Output) -> Result<Exit, Failure> {
        let key: PrivateKey = read_key(&self.key)?;
        let policy = Signable::read(&self.files)?;
        let path = self.files.signature_path();
        replace(&path, &key.sign(policy.texts()).to_json())?;
        let report = policy.report(&path, key.public().fingerprint());
        output.print(&report, |page| {
            page.line(&format!("signed as {}: {}", report.signature, report.words()))
        })?;
        Ok(Exit::Done)
    }
}

impl VerifyArgs {
    /// Checks the signature as socket proxy and control plane do.
    pub(crate) fn run(&self, output: Output) -> Result<Exit, Failure> {
        let key: TrustedKey = read_key(&self.key)?;
        let policy = Signable::read(&self.files)?;
        let path = self.files.signature_path();
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).map_err(|error| {
            Failure::because(format!("could not read {name}"), &error).cure("run `atoll allowlist sign`")
        })?;
        let file =
            SignatureFile::parse(&name, &text).map_err(|error| excerpt::failure(&error, Some(&text)))?;
        key.verify(&name, &file, policy.texts()).map_err(|error| excerpt::failure(&error, None))?;
        let report = policy.report(&path, key.fingerprint());
        output.print(&report, |page| page.line(&format!("the signature holds: {}", report.words())))?;
        Ok(Exit::Done)
    }
}

impl SignatureReport {
    fn words(&self) -> String {
        format!("revision {}, lock {}, key {}", self.revision, self.lock_revision, self.fingerprint)
    }
}

/// Both files, which can be read: what cannot come into force is not worth a signature.
struct Signable {
    allowlist: PolicyFile,
    lock: PolicyFile,
    revision: u64,
    lock_revision: u64,
}

impl Signable {
    fn read(files: &PolicyArgs) -> Result<Self, Failure> {
        let allowlist = files.allowlist_file().map_err(|error| excerpt::failure(&error, None))?;
        let lock = files.lock_file().map_err(|error| excerpt::failure(&error, None))?;
        let lock = lock.ok_or_else(|| {
            Failure::new(format!("there is no {}", files.lock_path().display()))
                .cure("run `atoll allowlist lock` first: both files are signed together")
        })?;
        let revision = Allowlist::parse(&allowlist.name, &allowlist.text)
            .map_err(|error| excerpt::failure(&error, Some(&allowlist.text)))?
            .revision;
        let lock_revision = Lock::parse(&lock.name, &lock.text)
            .map_err(|error| excerpt::failure(&error, Some(&lock.text)))?
            .revision;
        Ok(Self { allowlist, lock, revision, lock_revision })
    }

    fn texts(&self) -> SignedTexts<'_> {
        SignedTexts { allowlist: &self.allowlist.text, lock: &self.lock.text }
    }

    fn report(&self, path: &Path, fingerprint: String) -> SignatureReport {
        SignatureReport {
            signature: path.display().to_string(),
            fingerprint,
            revision: self.revision,
            lock_revision: self.lock_revision,
        }
    }
}

fn read_key<K: std::str::FromStr<Err: std::error::Error + 'static>>(path: &Path) -> Result<K, Failure> {
    let message = format!("could not read the key in {}", path.display());
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::because(&message, &error)
            .cure("`atoll allowlist keygen` makes a pair; name the file with --key")
    })?;
    text.parse().map_err(|error| Failure::because(message, &error))
}
