//! Passwords: argon2id, a few at a time.
//!
//! Each hash takes 46 MiB while it runs (46 MiB, one pass, one lane: the first of the parameters that OWASP's password
//! storage cheat sheet holds equal), so their number at once is bounded: a flood of logins waits instead of filling the
//! memory. Of those parameters this set is chosen because glibc gives pieces above 32 MiB back to the kernel as soon as
//! they are freed; smaller ones it keeps after their second use, and idle memory would grow by them.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash as Phc,
};
use tokio::sync::Semaphore;

use crate::{random::Random, secret::Secret};

/// The fewest and the most characters of a password.
pub const LENGTH: std::ops::RangeInclusive<usize> = 12..=256;

const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;
const AT_ONCE: usize = 2;

/// A password's hash in PHC form; its parameters travel with it.
#[derive(Clone)]
pub struct PasswordHash(String);

/// A password that may be set.
#[derive(Debug, Clone)]
pub struct NewPassword(Secret);

/// A password that may not be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a password has 12 to 256 characters")]
pub struct InvalidPassword;

/// Hashes and compares passwords. Clones share the bound.
#[derive(Debug, Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    random: Random,
    /// The hash of a password that nobody knows: what an unknown user's password is compared with.
    decoy: PasswordHash,
}

impl PasswordHash {
    /// As the database keeps it.
    pub fn from_stored(phc: String) -> Self {
        Self(phc)
    }

    /// As the database keeps it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

impl TryFrom<Secret> for NewPassword {
    type Error = InvalidPassword;

    fn try_from(typed: Secret) -> Result<Self, InvalidPassword> {
        if LENGTH.contains(&typed.expose().chars().count()) { Ok(Self(typed)) } else { Err(InvalidPassword) }
    }
}

impl Passwords {
    /// With the machine's randomness for salts.
    pub fn new(random: Random) -> Self {
        let decoy = hash(&random.token::<32>(), &random.bytes());
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), random, decoy }
    }

    /// Hashes a password, off the threads that serve requests.
    pub async fn hash(&self, password: NewPassword) -> PasswordHash {
        let salt = self.random.bytes();
        self.run(move || hash(password.0.expose(), &salt)).await
    }

    /// Whether this is the password. Takes the same time when there is no such user (`hash` is `None`).
    pub async fn verify(&self, typed: Secret, hash: Option<PasswordHash>) -> bool {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let matches = self.run(move || matches(typed.expose(), &hash)).await;
        known && matches
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let place = Arc::clone(&self.places).acquire_owned().await.expect("the semaphore is never closed");
        // The place goes along, so that it is taken for as long as the work runs, also when the caller has gone.
        let work = move || {
            let _place = place;
            work()
        };
        tokio::task::spawn_blocking(work).await.expect("hashing does not panic")
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("the parameters are within argon2's bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str, salt: &[u8; 16]) -> PasswordHash {
    let phc = argon2()
        .hash_password_with_salt(password.as_bytes(), salt)
        .expect("the salt's length is right and the password is short");
    PasswordHash(phc.to_string())
}

fn matches(password: &str, hash: &PasswordHash) -> bool {
    // Because a password longer than any that can be set costs time for nothing.
    let plausible = password.len() <= LENGTH.end() * 4;
    let Ok(phc) = Phc::new(&hash.0) else { return false };
    plausible && argon2().verify_password(password.as_bytes(), &phc).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(password: &str) -> NewPassword {
        Secret::new(password).try_into().unwrap()
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let passwords = Passwords::new(Random::system());
        let hash = passwords.hash(new("correct horse battery")).await;
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=47104,t=1,p=1$"), "{}", hash.as_str());
        assert!(passwords.verify(Secret::new("correct horse battery"), Some(hash.clone())).await);
        assert!(!passwords.verify(Secret::new("correct horse batterz"), Some(hash)).await);
        assert!(!passwords.verify(Secret::new("correct horse battery"), None).await);
    }

    #[test]
    fn a_password_is_neither_short_nor_endless() {
        assert!(NewPassword::try_from(Secret::new("elf letters")).is_err());
        assert!(NewPassword::try_from(Secret::new("zwölf-zeichen")).is_ok());
        assert!(NewPassword::try_from(Secret::new("x".repeat(257))).is_err());
    }
}
