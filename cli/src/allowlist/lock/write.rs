//! Replacing a file as a whole: whoever reads it sees the old text or the new, never a piece.

use std::{
    fs::{self, Permissions},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use crate::failure::Failure;

/// What a new lock may be: read by all, since the platform runs as another user.
const READABLE: u32 = 0o644;

/// Puts `text` in place of what is at `path`, with the permissions that it had.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    // Because renaming over a link would replace the link.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    write(&target, text).map_err(|error| {
        Failure::because(format!("could not write {}", path.display()), &error)
            .cure("run this as a user who may write there; the old file is unchanged")
    })
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mode = fs::metadata(path).map_or(READABLE, |metadata| metadata.permissions().mode());
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".allowlist.lock.").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(Permissions::from_mode(mode))?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
