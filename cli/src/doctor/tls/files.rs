//! Certificates out of files that somebody else keeps fresh.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use atoll_certificates::{Facts, Pair, PairError};
use jiff::Timestamp;

use super::judge;
use crate::{
    doctor::{finding::Findings, hosts::AppHost},
    engine::view::Container,
    output::quantity,
};

const CERTIFICATE: (&str, &str) = ("tls.certificate", "certificate");
const KEY: (&str, &str) = ("tls.key", "key");

/// Looks at both files where they lie on this machine.
pub(super) fn examine(
    container: &Container,
    certificate: &str,
    key: &str,
    hosts: &[AppHost],
    now: Timestamp,
    findings: &mut Findings,
) {
    let certificate = read(container, certificate, CERTIFICATE, findings);
    let key = read(container, key, KEY, findings);
    let chain = certificate.as_ref().and_then(|file| chain(file, findings));
    match (&certificate, &key) {
        (Some(certificate), Some(key)) if chain.is_some() => fits(certificate, key, findings),
        (_, Some(_)) => findings.untried(KEY.0, KEY.1, "there is no certificate to compare it with"),
        (_, None) => {}
    }
    match chain {
        Some(chain) => judge::chain(&chain, hosts, now, findings),
        None => {
            let checks =
                [("tls.chain", "chain"), ("tls.names", "names it is for"), ("tls.validity", "validity")];
            for (id, title) in checks {
                findings.untried(id, title, "the certificate cannot be read");
            }
        }
    }
}

/// A file that could be read.
struct Read {
    path: PathBuf,
    bytes: Vec<u8>,
}

fn read(
    container: &Container,
    inside: &str,
    (id, title): (&'static str, &'static str),
    findings: &mut Findings,
) -> Option<Read> {
    let Some(path) = container.on_host(inside) else {
        let found = format!("{inside} is in no folder that the control plane is given");
        findings.problem(
            id,
            title,
            found,
            "name a file below /etc/ssl/atoll, and its folder by ATOLL_TLS_DIR",
        );
        return None;
    };
    let shown = path.display();
    match fs::read(&path) {
        Ok(bytes) if container.user().is_some_and(|user| !may_read(&path, user)) => {
            let (user, group) = container.user().unwrap_or_default();
            let found = format!("{shown} cannot be read by user {user}, as which the control plane runs");
            let cure = format!("chgrp {group} {shown} and chmod g+r it, and let that group into its folder");
            findings.problem(id, title, found, cure);
            Some(Read { path, bytes })
        }
        Ok(bytes) => Some(Read { path, bytes }),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            findings.untried(id, title, format!("{shown} is not for you to read; root may look at it"));
            None
        }
        Err(error) => {
            let found = format!("{shown} cannot be read: {error}");
            findings.problem(
                id,
                title,
                found,
                "put it there, or name another by ATOLL_TLS_CERT and ATOLL_TLS_KEY",
            );
            None
        }
    }
}

/// Whether user and group may read a file and enter its folder. The folders above are not in the container's way.
fn may_read(path: &Path, (user, group): (u32, u32)) -> bool {
    let may = |path: &Path, wanted: u32| {
        fs::metadata(path).is_ok_and(|found| {
            let shift = if found.uid() == user {
                6
            } else if found.gid() == group {
                3
            } else {
                0
            };
            found.mode() >> shift & wanted == wanted
        })
    };
    user == 0 || (may(path, 0o4) && path.parent().is_none_or(|folder| may(folder, 0o1)))
}

fn chain(file: &Read, findings: &mut Findings) -> Option<Vec<Facts>> {
    let (id, title) = CERTIFICATE;
    let shown = file.path.display();
    match Pair::chain_of(&file.bytes) {
        Ok(chain) => {
            if !findings.has(id) {
                findings.ok(id, title, format!("{} in {shown}", quantity::count(chain.len(), "certificate")));
            }
            Some(chain)
        }
        Err(error) => {
            findings.problem(
                id,
                title,
                format!("{shown}: {error}"),
                "put the PEM text of the certificate there",
            );
            None
        }
    }
}

fn fits(certificate: &Read, key: &Read, findings: &mut Findings) {
    let (id, title) = KEY;
    let shown = key.path.display();
    match Pair::read(&certificate.bytes, &key.bytes) {
        Ok(_) if findings.has(id) => {}
        Ok(_) => findings.ok(id, title, "belongs to the certificate"),
        Err(error @ PairError::NotFirst { .. }) => {
            let cure = "put the server's own certificate first, then each one's issuer";
            findings.problem(id, title, format!("{}: {error}", certificate.path.display()), cure);
        }
        Err(error) => {
            let cure = "name the files of one pair; whoever renews them must replace both";
            findings.problem(id, title, format!("{shown}: {error}"), cure);
        }
    }
}
