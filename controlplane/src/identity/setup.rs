//! The first run: a one-time code, shown to whoever can run commands on the machine, makes the first administrator.

use std::net::IpAddr;

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use jiff::SignedDuration;
use tracing::info;

use super::{
    Person, PlatformRole,
    accounts::{Accounts, NewAccount},
    session::{Audience, SessionError},
    throttle::{Guess, TooMany},
};
use crate::{
    audit::{Audit, Outcome},
    clock::Clock,
    hex,
    identity::login::Login,
    ids::UserId,
    permissions::{AccessChange, Actor},
    random::Random,
    secret::Secret,
    store::{
        Store, StoreError,
        users::{NewUser, Written},
    },
};

/// How long a code can be used.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// Crockford's alphabet: no letter that is taken for another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Issues codes. Needs no more than the database, because it runs as a command of its own too. Clones share the parts.
#[derive(Debug, Clone)]
pub struct SetupCodes {
    /// The database.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// What was done.
    pub audit: Audit,
}

/// Why there is no first administrator now.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is one already.
    #[error("an administrator exists already")]
    AlreadySetUp,
    /// The code was never issued, was used, or is too old.
    #[error("the set-up code is wrong, used or older than an hour")]
    WrongCode,
    /// Too many wrong codes.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The session could not be made.
    #[error(transparent)]
    Session(#[from] SessionError),
}

impl SetupCodes {
    /// Issues a code, voiding those before it.
    ///
    /// # Errors
    /// [`SetupError::AlreadySetUp`], or the database's.
    pub async fn issue_code(&self) -> Result<Secret, SetupError> {
        let code = code(&self.random);
        let mut change = self.store.begin().await?;
        if change.administrators_besides(None).await? > 0 {
            return Err(SetupError::AlreadySetUp);
        }
        change.delete_setup_codes().await?;
        change.insert_setup_code(&code_hash(code.expose()), self.clock.now() + LIFETIME).await?;
        change.commit(self.audit.entry(&Actor::System, "setup.issue_code", "platform")).await?;
        Ok(code)
    }
}

impl Accounts {
    /// Whether the first administrator is still to be made.
    pub fn setup_needed(&self) -> bool {
        !self.access.has_administrator()
    }

    /// Makes the first administrator and signs them in.
    ///
    /// # Errors
    /// See [`SetupError`].
    pub async fn complete_setup(
        &self,
        code: &Secret,
        account: NewAccount,
        from: IpAddr,
    ) -> Result<Login, SetupError> {
        if !self.setup_needed() {
            return Err(SetupError::AlreadySetUp);
        }
        let guess = Guess::new("set-up code", from);
        self.throttle.begin(&guess, self.clock.now())?;
        if !self.is_valid(code).await? {
            self.audit
                .record(&Actor::System, "setup.complete", "platform", Outcome::Refused, "wrong code")
                .await?;
            return Err(SetupError::WrongCode);
        }
        self.throttle.succeeded(&guess);
        let person = self.make_administrator(code, account).await?;
        info!(user = %person.id, "made the first administrator");
        let (token, session) = self.sessions.issue(person.id, Audience::Console, None).await?;
        Ok(Login { token, session })
    }

    async fn is_valid(&self, code: &Secret) -> Result<bool, StoreError> {
        let (hash, now) = (code_hash(code.expose()), self.clock.now());
        let mut valid = false;
        for row in self.store.setup_codes().await? {
            let same = verify_slices_are_equal(row.code_hash.as_bytes(), hash.as_bytes()).is_ok();
            valid |= same && now < row.expires_at();
        }
        Ok(valid)
    }

    async fn make_administrator(&self, code: &Secret, account: NewAccount) -> Result<Person, SetupError> {
        let now = self.clock.now();
        let person = Person {
            id: UserId::new(&self.random, now),
            name: account.name.into(),
            email: account.email,
            role: PlatformRole::Admin,
            disabled: false,
        };
        let password = self.passwords.hash(account.password).await;
        let mut change = self.store.begin().await?;
        // The code goes first, because two who use it at once then wait for each other here, on any database. Hashing took
        // a while, so another may also have been first with a newer code.
        let is_ours = change.delete_setup_code(&code_hash(code.expose())).await?;
        if change.administrators_besides(None).await? > 0 {
            return Err(SetupError::AlreadySetUp);
        }
        if !is_ours {
            return Err(SetupError::WrongCode);
        }
        change.delete_setup_codes().await?;
        match change.insert_user(&NewUser { person: person.clone(), password, created_at: now }).await? {
            Written::Done => {}
            // A member can have the address only if there was an administrator before.
            Written::EmailTaken => return Err(SetupError::AlreadySetUp),
        }
        let entry = self.audit.entry(&Actor::System, "setup.complete", format_args!("user:{}", person.id));
        change.commit(entry).await?;
        self.access.refresh(AccessChange::User(person.id)).await?;
        Ok(person)
    }
}

/// Eighty random bits as four groups of four.
fn code(random: &Random) -> Secret {
    let characters = random.bytes::<16>().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    Secret::new(groups.join("-"))
}

/// The hash of a code however it was typed: case, hyphens, spaces and look-alikes do not matter.
fn code_hash(typed: &str) -> String {
    let canonical: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(64)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    hex::encode(digest(&SHA256, canonical.as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let code = code(&Random::seeded(1));
        assert_eq!(code.expose().len(), 19);
        let typed = code.expose().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(code_hash(&typed), code_hash(code.expose()));
        assert_ne!(code_hash(&typed[1..]), code_hash(code.expose()));
    }
}
