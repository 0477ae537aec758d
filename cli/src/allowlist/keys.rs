//! `atoll allowlist keygen`: the key pair that policies are signed with.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use atoll_sandbox::signature::PrivateKey;
use clap::Args;
use serde::Serialize;

use crate::{exit::Exit, failure::Failure, output::Output};

/// `atoll allowlist keygen …`
#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// Where to put the private key; the public one goes beside it, with the ending .pub.
    #[arg(long, default_value = "allowlist.key", value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, Serialize)]
struct KeygenReport {
    private_key: String,
    public_key: String,
    fingerprint: String,
}

impl KeygenArgs {
    /// Makes a pair; never replaces one.
    pub(crate) fn run(&self, output: Output) -> Result<Exit, Failure> {
        let mut seed = [0; 32];
        aws_lc_rs::rand::fill(&mut seed)
            .map_err(|error| Failure::because("this machine gives no random numbers", &error))?;
        let key = PrivateKey::from_seed(seed);
        let public_path = self.out.with_extension("pub");
        if public_path == self.out {
            return Err(Failure::new("the private key cannot have the ending .pub")
                .cure("name another file with --out: the public key gets that ending"));
        }
        write_new(&self.out, &key.to_pem(), 0o600)?;
        write_new(&public_path, &key.public().to_pem(), 0o644)?;
        let report = KeygenReport {
            private_key: self.out.display().to_string(),
            public_key: public_path.display().to_string(),
            fingerprint: key.public().fingerprint(),
        };
        output.print(&report, |page| {
            page.line(&format!("private key  {} (keep it off the server)", report.private_key));
            page.line(&format!(
                "public key   {} (give it to the platform: ATOLL_TRUSTED_KEY)",
                report.public_key
            ));
            page.line(&format!("fingerprint  {}", report.fingerprint));
        })?;
        Ok(Exit::Done)
    }
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error: io::Error| {
        let cure = if error.kind() == io::ErrorKind::AlreadyExists {
            "a key is never replaced: move it away, or name another file with --out"
        } else {
            "name a file that this user may make, with --out"
        };
        Failure::because(format!("could not write {}", path.display()), &error).cure(cure)
    })
}
