//! The folder of the keys: a file for each, named after its age and its name, readable by its owner alone.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{KeysError, key::Key};
use crate::{clock::from_millis, private_file};

pub(super) fn make(folder: &Path) -> Result<(), KeysError> {
    private_file::make_folder(folder).map_err(|source| KeysError::File { path: folder.to_owned(), source })
}

/// The files that are keys by their names.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, KeysError> {
    let failed = |source| KeysError::File { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|ext| ext == "pk8") {
            files.push(path);
        }
    }
    Ok(files)
}

/// All keys.
pub(super) fn read(folder: &Path) -> Result<Vec<Arc<Key>>, KeysError> {
    files(folder)?.iter().map(|path| read_key(path)).collect()
}

pub(super) fn file(folder: &Path, key: &Key) -> PathBuf {
    folder.join(file_name(key))
}

pub(super) fn add(folder: &Path, key: Key) -> Result<Arc<Key>, KeysError> {
    let path = file(folder, &key);
    private_file::write(&path, &key.to_pkcs8()?).map_err(|source| KeysError::File { path, source })?;
    Ok(Arc::new(key))
}

pub(super) fn remove(folder: &Path, key: &Key) -> Result<(), KeysError> {
    let path = file(folder, key);
    fs::remove_file(&path).map_err(|source| KeysError::File { path, source })
}

fn read_key(path: &Path) -> Result<Arc<Key>, KeysError> {
    let not_key = || KeysError::NotKey(path.to_owned());
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(not_key)?;
    let made_at = name.split('-').next().and_then(|millis| millis.parse().ok()).ok_or_else(not_key)?;
    let der = fs::read(path).map_err(|source| KeysError::File { path: path.to_owned(), source })?;
    let key = Key::from_pkcs8(&der, from_millis(made_at)).ok_or_else(not_key)?;
    if file_name(&key) == name { Ok(Arc::new(key)) } else { Err(not_key()) }
}

fn file_name(key: &Key) -> String {
    format!("{}-{}.pk8", key.made_at.as_millisecond(), key.kid)
}
