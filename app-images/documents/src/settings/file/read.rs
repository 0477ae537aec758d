//! Reads the file, and tells whether it is the one that was read last.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::settings::{Draft, Settings};

/// More than any settings of ours.
const MOST_BYTES: u64 = 1 << 20;

/// Tells one content of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// `None`: there is no file.
pub(super) fn stamp(path: &Path) -> Result<Option<Stamp>, String> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(Stamp {
            inode: found.ino(),
            bytes: found.len(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("The settings file cannot be looked at: {error}.")),
    }
}

/// The settings in the file and the version that was written with them.
pub(super) fn read(path: &Path) -> Result<(Settings, u64), String> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Settings::default(), 0)),
        Err(error) => return Err(format!("The settings file cannot be opened: {error}.")),
    };
    let mut text = String::new();
    file.take(MOST_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(|error| format!("The settings file cannot be read: {error}."))?;
    if text.len() as u64 > MOST_BYTES {
        return Err("The settings file is larger than 1 MiB.".into());
    }
    let draft: Draft = serde_json::from_str(&text)
        .map_err(|error| format!("The settings file cannot be understood: {}.", without_values(&error)))?;
    let version = draft.version.unwrap_or(0);
    let settings = draft.check().map_err(|error| format!("The settings file is wrong: {error}."))?;
    Ok((settings, version))
}

/// Where the mistake is. What it is can repeat a value, and a value can be the key.
fn without_values(error: &serde_json::Error) -> String {
    let place = format!("line {}, column {}", error.line(), error.column());
    let words = error.to_string();
    let field = words.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    match field {
        Some(field) => format!("unknown field `{field}` at {place}"),
        None if error.is_data() => format!("a value of the wrong kind, or one that is missing, at {place}"),
        None => format!("it is no JSON at {place}"),
    }
}
