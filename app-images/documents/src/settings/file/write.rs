//! Writes the file, so that whoever reads it sees the old settings or the new.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::settings::Settings;

/// The file's content, the key in the clear: the only place that writes it out.
pub(super) fn to_json(settings: &Settings, version: u64) -> Value {
    let ai = settings.ai.as_ref().map(|ai| {
        json!({
            "dialect": ai.dialect,
            "base_url": ai.base_url.to_string(),
            "model": ai.model,
            "api_key": ai.api_key.as_ref().map(|key| key.expose()),
            "timeout_secs": ai.timeout_secs,
            "allow_private_hosts": ai.allow_private_hosts,
            "ca_certificates": ai.authorities.as_ref().map(|authorities| authorities.pem()),
            "price_in": ai.price_in,
            "price_out": ai.price_out,
        })
    });
    json!({
        "version": version,
        "ai": ai,
        "prompt": settings.prompt,
        "ocr_languages": settings.ocr_languages,
        "max_file_bytes": settings.max_file_bytes,
        "trash_days": settings.trash_days,
        "never_send_categories": settings.never_send_categories,
    })
}

/// Beside it, to the disk, and renamed: whoever reads sees the old content or the new. Only the owner may read it.
pub(super) fn write(path: &Path, content: &Value) -> io::Result<()> {
    let beside = path.with_extension("new");
    // A remainder may be anybody's to read, and the mode below counts only for a new file.
    remove_if_there(&beside)?;
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&beside)?;
    file.write_all(format!("{content:#}\n").as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Removes a file; one that is not there is removed already.
pub(super) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
