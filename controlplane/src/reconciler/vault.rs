//! The secrets that apps are given, at rest: AES-256-GCM under a key of its own.
//!
//! The key is a file beside the signing keys, so a copy of the database alone opens nothing. Each sealed value is
//! bound to its place (app, instance, name), so a value that was moved to another row does not open.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use atoll_sandbox::names::{IslandId, VolumeName};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{private_file, random::Random, secret::Secret, store::installation_secrets::SealedSecret};

const KEY_BYTES: usize = 32;
/// 256 bits as base64: longer than any app's limit on passwords is short.
const SECRET_BYTES: usize = 32;

/// Seals and opens secrets.
pub struct Vault {
    key: LessSafeKey,
    random: Random,
}

/// Why the vault cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The key file.
    #[error("could not read or write `{path}`")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It holds something else.
    #[error(
        "`{0}` does not hold a key of 32 bytes; restore it from a backup, since without it no stored secret opens"
    )]
    NotKey(PathBuf),
    /// A row that this key did not seal.
    #[error(
        "secret `{name}` of `{island}` cannot be opened with the key in the data folder; restore that key"
    )]
    Locked {
        /// Which secret.
        name: VolumeName,
        /// Whose.
        island: IslandId,
    },
}

impl Vault {
    /// Reads the key from a folder, making both if there is none.
    ///
    /// # Errors
    /// [`VaultError::File`] or [`VaultError::NotKey`].
    pub fn open(folder: &Path, random: Random) -> Result<Self, VaultError> {
        let path = folder.join("secrets.key");
        let failed = |source| VaultError::File { path: path.clone(), source };
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let bytes = random.bytes::<KEY_BYTES>();
                private_file::make_folder(folder).map_err(failed)?;
                private_file::write(&path, &bytes).map_err(failed)?;
                bytes.to_vec()
            }
            read => read.map_err(failed)?,
        };
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_| VaultError::NotKey(path.clone()))?;
        Ok(Self { key: LessSafeKey::new(key), random })
    }

    /// Makes a new secret.
    pub fn generate(&self) -> Secret {
        Secret::new(self.random.token::<SECRET_BYTES>())
    }

    /// Encrypts a secret for its place.
    pub fn seal(&self, island: &IslandId, name: &VolumeName, secret: &Secret) -> SealedSecret {
        let nonce = self.random.bytes::<NONCE_LEN>();
        let mut text = secret.expose().as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), place(island, name), &mut text)
            .expect("a secret is far shorter than the cipher's limit");
        SealedSecret { name: name.clone(), sealed: STANDARD.encode([&nonce[..], &text].concat()) }
    }

    /// Decrypts a secret.
    ///
    /// # Errors
    /// [`VaultError::Locked`] when another key sealed it, or it was changed or moved.
    pub fn unseal(&self, island: &IslandId, sealed: &SealedSecret) -> Result<Secret, VaultError> {
        self.opened(island, sealed)
            .ok_or_else(|| VaultError::Locked { name: sealed.name.clone(), island: island.clone() })
    }

    fn opened(&self, island: &IslandId, sealed: &SealedSecret) -> Option<Secret> {
        let bytes = STANDARD.decode(&sealed.sealed).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let opened = self.key.open_in_place(nonce, place(island, &sealed.name), &mut text).ok()?;
        Some(Secret::new(std::str::from_utf8(opened).ok()?))
    }
}

fn place(island: &IslandId, name: &VolumeName) -> Aad<String> {
    Aad::from(format!("atoll secret {island}/{name}"))
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn island(app: &str) -> IslandId {
        IslandId::shared(app.parse().unwrap())
    }

    #[test]
    fn a_secret_opens_in_its_own_place_with_its_own_key_only() {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(dir.path(), Random::system()).unwrap();
        let (notes, name) = (island("notes"), "db".parse().unwrap());
        let secret = vault.generate();
        let sealed = vault.seal(&notes, &name, &secret);
        assert!(!sealed.sealed.contains(secret.expose()));
        let again = Vault::open(dir.path(), Random::system()).unwrap();
        assert_eq!(again.unseal(&notes, &sealed).unwrap().expose(), secret.expose());

        let elsewhere = tempfile::tempdir().unwrap();
        let other = Vault::open(elsewhere.path(), Random::system()).unwrap();
        assert!(matches!(other.unseal(&notes, &sealed), Err(VaultError::Locked { .. })));
        assert!(vault.unseal(&island("wiki"), &sealed).is_err());
        let renamed = SealedSecret { name: "api".parse().unwrap(), ..sealed };
        assert!(vault.unseal(&notes, &renamed).is_err());
    }

    #[test]
    fn only_its_owner_can_read_the_key_and_a_broken_key_is_named() {
        let dir = tempfile::tempdir().unwrap();
        Vault::open(dir.path(), Random::system()).unwrap();
        let path = dir.path().join("secrets.key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "short").unwrap();
        let error = Vault::open(dir.path(), Random::system()).unwrap_err();
        assert!(error.to_string().contains("secrets.key"), "{error}");
    }

    #[test]
    fn secrets_differ_and_never_print() {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::open(dir.path(), Random::system()).unwrap();
        assert_ne!(vault.generate().expose(), vault.generate().expose());
        assert_eq!(format!("{vault:?} {:?}", vault.generate()), "Vault(…) Secret(…)");
    }
}
