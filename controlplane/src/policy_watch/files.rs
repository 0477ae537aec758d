//! The policy's files: whether they have changed, and what they say.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use atoll_sandbox::{
    allowlist::Allowlist,
    error::PolicyError,
    lock::Lock,
    policy::Policy,
    signature::{SignatureFile, SignedTexts, TrustedKey},
};

/// What changes when a file does: inode, size, and time in seconds and nanoseconds.
pub(super) type Stamp = (u64, u64, i64, i64);

/// What allowlist, lock and signature look like from outside; `None` for one that is not there.
pub(super) fn stamps(allowlist: &Path, lock: &Path) -> [Option<Stamp>; 3] {
    [stamp(allowlist), stamp(lock), stamp(&signature_of(allowlist))]
}

/// The signature is beside the allowlist.
fn signature_of(allowlist: &Path) -> PathBuf {
    allowlist.with_extension("sig")
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.ino(), metadata.size(), metadata.mtime(), metadata.mtime_nsec()))
}

/// Reads them all. A missing lock is an empty one, unless somebody's signature is asked for.
pub(super) fn read(
    allowlist: &Path,
    lock: &Path,
    trusted: Option<&TrustedKey>,
) -> Result<Policy, PolicyError> {
    if let Some(key) = trusted {
        return read_signed(allowlist, lock, key);
    }
    let (allowlist_name, lock_name) = (allowlist.display().to_string(), lock.display().to_string());
    let text = fs::read_to_string(allowlist).map_err(|error| unreadable(&allowlist_name, &error))?;
    let allowlist = Allowlist::parse(&allowlist_name, &text)?;
    let lock = match fs::read_to_string(lock) {
        Ok(text) => Lock::parse(&lock_name, &text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Lock { schema_version: 1, revision: 0, images: std::collections::BTreeMap::new() }
        }
        Err(error) => return Err(unreadable(&lock_name, &error)),
    };
    Ok(Policy::new(allowlist, lock))
}

/// The signature first, so that a parser never sees bytes that nobody vouches for.
fn read_signed(allowlist: &Path, lock: &Path, key: &TrustedKey) -> Result<Policy, PolicyError> {
    let text = |path: &Path| {
        let name = path.display().to_string();
        fs::read_to_string(path).map_err(|error| unreadable(&name, &error)).map(|text| (name, text))
    };
    let (allowlist, (lock_name, lock)) = (text(allowlist)?, text(lock)?);
    let (signature_name, signature) = text(&signature_of(Path::new(&allowlist.0)))?;
    let signature = SignatureFile::parse(&signature_name, &signature)?;
    key.verify(&signature_name, &signature, SignedTexts { allowlist: &allowlist.1, lock: &lock })?;
    Ok(Policy::new(Allowlist::parse(&allowlist.0, &allowlist.1)?, Lock::parse(&lock_name, &lock)?))
}

fn unreadable(name: &str, error: &io::Error) -> PolicyError {
    let hint = "the control plane needs to read it as uid 10000; check its path and its mode";
    PolicyError::whole_file(name, format!("cannot be read: {error}"), Some(hint.to_owned()))
}
