//! `users` and `profiles`: who there is, and what people call them.

use jiff::Timestamp;

use super::{Change, Store, StoreError, read, while_doing};
use crate::{
    clock::from_millis,
    identity::{EmailAddress, PasswordHash, Person, PlatformRole},
    ids::UserId,
};

/// A person with what only administrators see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// Who it is.
    pub person: Person,
    /// Since when.
    pub created_at: Timestamp,
    /// The last successful login.
    pub last_login_at: Option<Timestamp>,
}

/// A person to be.
#[derive(Debug)]
pub struct NewUser {
    /// Who it will be.
    pub person: Person,
    /// The password's hash.
    pub password: PasswordHash,
    /// Now.
    pub created_at: Timestamp,
}

/// Whether an e-mail address could be taken: each belongs to one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Written {
    /// It was.
    Done,
    /// Somebody else has it.
    EmailTaken,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    email: String,
    role: String,
    disabled: i64,
    created_at: i64,
    last_login_at: Option<i64>,
}

impl Row {
    fn parse(self) -> Result<UserRecord, StoreError> {
        let person = Person {
            id: read("user id", self.id)?,
            name: self.name,
            email: read("e-mail address", self.email)?,
            role: read("role", self.role)?,
            disabled: self.disabled != 0,
        };
        let last_login_at = self.last_login_at.map(from_millis);
        Ok(UserRecord { person, created_at: from_millis(self.created_at), last_login_at })
    }
}

impl Store {
    /// Everybody, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn users(&self) -> Result<Vec<UserRecord>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, name, email, role, disabled, created_at, last_login_at \
             from users join profiles on profiles.user_id = users.id order by lower(name), id",
        )
        .fetch_all(self.pool())
        .await
        .map_err(while_doing("list the users"))?;
        rows.into_iter().map(Row::parse).collect()
    }

    /// One person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user(&self, id: UserId) -> Result<Option<UserRecord>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "select id, name, email, role, disabled, created_at, last_login_at \
             from users join profiles on profiles.user_id = users.id where id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(self.pool())
        .await
        .map_err(while_doing("read a user"))?;
        row.map(Row::parse).transpose()
    }

    /// The id and password hash of the person with this address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn login(&self, email: &EmailAddress) -> Result<Option<(UserId, PasswordHash)>, StoreError> {
        let row: Option<(String, String)> = sqlx::query_as(
            "select id, password_hash from users join profiles on profiles.user_id = users.id \
             where email_key = $1",
        )
        .bind(email.key())
        .fetch_optional(self.pool())
        .await
        .map_err(while_doing("look up a login"))?;
        row.map(|(id, hash)| Ok((read("user id", id)?, PasswordHash::from_stored(hash)))).transpose()
    }

    /// A person's password hash.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_hash(&self, id: UserId) -> Result<Option<PasswordHash>, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("select password_hash from users where id = $1")
            .bind(id.to_string())
            .fetch_optional(self.pool())
            .await
            .map_err(while_doing("read a password hash"))?;
        Ok(row.map(|(hash,)| PasswordHash::from_stored(hash)))
    }
}

impl Change {
    /// How many administrators can sign in, leaving one person out of the count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn administrators_besides(&mut self, besides: Option<UserId>) -> Result<i64, StoreError> {
        let (count,): (i64,) =
            sqlx::query_as("select count(*) from users where role = 'admin' and disabled = 0 and id <> $1")
                .bind(besides.map_or_else(String::new, |id| id.to_string()))
                .fetch_one(self.connection())
                .await
                .map_err(while_doing("count the administrators"))?;
        Ok(count)
    }

    /// Adds a person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_user(&mut self, user: &NewUser) -> Result<Written, StoreError> {
        sqlx::query(
            "insert into users (id, role, disabled, password_hash, created_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(user.person.id.to_string())
        .bind(user.person.role.as_str())
        .bind(i64::from(user.person.disabled))
        .bind(user.password.as_str())
        .bind(user.created_at.as_millisecond())
        .execute(self.connection())
        .await
        .map_err(while_doing("add a user"))?;
        let inserted =
            sqlx::query("insert into profiles (user_id, name, email, email_key) values ($1, $2, $3, $4)")
                .bind(user.person.id.to_string())
                .bind(&user.person.name)
                .bind(user.person.email.as_str())
                .bind(user.person.email.key());
        let written = unless_taken(self.attempt(inserted).await, "add a profile")?;
        match written {
            Written::Done => {}
            // Because nobody is without a profile, whatever else becomes of this change.
            Written::EmailTaken => self.delete_user(user.person.id).await?,
        }
        Ok(written)
    }

    /// Writes a person's name and address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_profile(&mut self, person: &Person) -> Result<Written, StoreError> {
        let updated =
            sqlx::query("update profiles set name = $2, email = $3, email_key = $4 where user_id = $1")
                .bind(person.id.to_string())
                .bind(&person.name)
                .bind(person.email.as_str())
                .bind(person.email.key());
        unless_taken(self.attempt(updated).await, "update a profile")
    }

    /// Writes what a person is on the platform, and whether they may sign in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_user(&mut self, person: &Person) -> Result<(), StoreError> {
        sqlx::query("update users set role = $2, disabled = $3 where id = $1")
            .bind(person.id.to_string())
            .bind(person.role.as_str())
            .bind(i64::from(person.disabled))
            .execute(self.connection())
            .await
            .map_err(while_doing("update a user"))?;
        Ok(())
    }

    /// Writes a person's password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_password(&mut self, id: UserId, password: &PasswordHash) -> Result<(), StoreError> {
        sqlx::query("update users set password_hash = $2 where id = $1")
            .bind(id.to_string())
            .bind(password.as_str())
            .execute(self.connection())
            .await
            .map_err(while_doing("update a password"))?;
        Ok(())
    }

    /// Writes when a person last signed in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_last_login(&mut self, id: UserId, at: Timestamp) -> Result<(), StoreError> {
        sqlx::query("update users set last_login_at = $2 where id = $1")
            .bind(id.to_string())
            .bind(at.as_millisecond())
            .execute(self.connection())
            .await
            .map_err(while_doing("note a login"))?;
        Ok(())
    }

    /// Removes a person with their profile, sessions and grants.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_user(&mut self, id: UserId) -> Result<(), StoreError> {
        sqlx::query("delete from users where id = $1")
            .bind(id.to_string())
            .execute(self.connection())
            .await
            .map_err(while_doing("remove a user"))?;
        Ok(())
    }
}

impl PlatformRole {
    /// As the database keeps it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

fn unless_taken(
    result: Result<sqlx::any::AnyQueryResult, sqlx::Error>,
    doing: &'static str,
) -> Result<Written, StoreError> {
    match result {
        Ok(_) => Ok(Written::Done),
        Err(sqlx::Error::Database(refusal)) if refusal.is_unique_violation() => Ok(Written::EmailTaken),
        Err(source) => Err(while_doing(doing)(source)),
    }
}
