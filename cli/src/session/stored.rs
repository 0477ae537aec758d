//! The session that is kept between commands, readable by its owner alone.

use std::{
    env,
    fs::{self, DirBuilder},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{api::Token, failure::Failure};

/// A session and the address that it was made at.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StoredSession {
    /// Where it is valid; it is sent nowhere else.
    pub(crate) url: Url,
    /// The session token.
    pub(crate) token: Token,
    /// When it runs out.
    pub(crate) expires_at: Timestamp,
}

impl StoredSession {
    /// The stored session, if there is one.
    pub(crate) fn load() -> Result<Option<Self>, Failure> {
        let Some(path) = path() else { return Ok(None) };
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(&path, &error)),
        };
        serde_json::from_str(&text).map(Some).map_err(|error| unusable(&path, &error))
    }

    /// Stores it in place of an earlier one and says where.
    pub(crate) fn save(&self) -> Result<PathBuf, Failure> {
        let path = path().ok_or_else(|| {
            Failure::new("there is no folder to keep the session in").cure("set XDG_CONFIG_HOME or HOME")
        })?;
        self.write(&path).map_err(|error| {
            Failure::because(format!("could not keep the session in {}", path.display()), &error)
        })?;
        Ok(path)
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("/"));
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        // Because a file that is made under another name and then renamed is never half written, nor ever readable to others.
        let mut file =
            tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o600)).tempfile_in(folder)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.write_all(b"\n")?;
        file.persist(path)?;
        Ok(())
    }

    /// Removes the stored session if it belongs to this address.
    pub(crate) fn forget(url: &Url) -> Result<(), Failure> {
        let stored = Self::load()?.filter(|session| session.url.origin() == url.origin());
        match (stored, path()) {
            (Some(_), Some(path)) => fs::remove_file(&path).map_err(|error| unusable(&path, &error)),
            (None, _) | (_, None) => Ok(()),
        }
    }
}

/// `$XDG_CONFIG_HOME/atoll/session.json`, or below `~/.config`.
fn path() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let config = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")))?;
    Some(config.join("atoll/session.json"))
}

fn unusable(path: &Path, error: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::because(format!("could not use the stored session in {}", path.display()), error)
        .cure(format!("remove the file and sign in again: rm {}", path.display()))
}
