//! What a token is good for.

use std::{collections::BTreeSet, fmt, str::FromStr};

use atoll_sandbox::names::AppId;

/// How much of the API something needs, or a token covers. Each includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Seeing.
    Read,
    /// Changing.
    Write,
    /// What a person does in person, by a login: signing out, their own password and address, new tokens. No token
    /// reaches this, or one that got lost could make itself last.
    Login,
}

/// One thing that a token is good for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// `api:read`: seeing through the API what its owner may see.
    ApiRead,
    /// `api:write`: also changing through the API what its owner may change.
    ApiWrite,
    /// `app:<id>`: opening one app.
    App(AppId),
}

/// What a token is good for: at least one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

/// A text that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidScope {
    /// Of no known form.
    #[error("a scope is api:read, api:write or app: with the id of an app")]
    Unknown,
    /// None at all.
    #[error("a token has 1 to 50 scopes")]
    Count,
}

/// More would not be looked through by anybody.
const MOST: usize = 50;

impl Scopes {
    /// Of these, each once.
    ///
    /// # Errors
    /// [`InvalidScope::Count`] for none, or for more than anybody would look through.
    pub fn new(scopes: impl IntoIterator<Item = Scope>) -> Result<Self, InvalidScope> {
        let scopes: BTreeSet<_> = scopes.into_iter().collect();
        if (1..=MOST).contains(&scopes.len()) { Ok(Self(scopes)) } else { Err(InvalidScope::Count) }
    }

    /// How much of the API they cover, if anything of it.
    pub fn api(&self) -> Option<Reach> {
        let reach = |scope: &Scope| match scope {
            Scope::ApiRead => Some(Reach::Read),
            Scope::ApiWrite => Some(Reach::Write),
            Scope::App(_) => None,
        };
        self.0.iter().filter_map(reach).max()
    }

    /// The apps that they open.
    pub fn apps(&self) -> impl Iterator<Item = &AppId> {
        self.iter().filter_map(|scope| match scope {
            Scope::App(app) => Some(app),
            Scope::ApiRead | Scope::ApiWrite => None,
        })
    }

    /// Each.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ApiRead => f.write_str("api:read"),
            Self::ApiWrite => f.write_str("api:write"),
            Self::App(app) => write!(f, "app:{app}"),
        }
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(value: &str) -> Result<Self, InvalidScope> {
        match value.split_once(':') {
            Some(("api", "read")) => Ok(Self::ApiRead),
            Some(("api", "write")) => Ok(Self::ApiWrite),
            Some(("app", app)) => app.parse().map(Self::App).map_err(|_| InvalidScope::Unknown),
            None | Some(_) => Err(InvalidScope::Unknown),
        }
    }
}

/// With spaces between, as RFC 6749 (section 3.3) writes scopes.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, scope) in self.iter().enumerate() {
            if position > 0 {
                f.write_str(" ")?;
            }
            scope.fmt(f)?;
        }
        Ok(())
    }
}

impl FromStr for Scopes {
    type Err = InvalidScope;

    fn from_str(value: &str) -> Result<Self, InvalidScope> {
        Self::new(value.split_ascii_whitespace().map(str::parse).collect::<Result<Vec<_>, _>>()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_read_back_as_themselves_each_once() {
        let scopes: Scopes = "app:notes api:write api:read app:notes".parse().unwrap();
        assert_eq!(scopes.to_string(), "api:read api:write app:notes");
        assert_eq!(scopes.to_string().parse(), Ok(scopes));
    }

    #[test]
    fn anything_else_is_no_scope() {
        for bad in ["api", "api:", "api:admin", "API:read", "app:", "app:*", "app:No", "*"] {
            assert_eq!(bad.parse::<Scopes>(), Err(InvalidScope::Unknown), "{bad}");
        }
        assert_eq!("".parse::<Scopes>(), Err(InvalidScope::Count));
    }

    #[test]
    fn writing_includes_reading_and_neither_is_a_login() {
        let reach = |scopes: &str| scopes.parse::<Scopes>().unwrap().api();
        assert_eq!(reach("app:notes"), None);
        assert_eq!(reach("api:read"), Some(Reach::Read));
        assert_eq!(reach("api:read api:write"), Some(Reach::Write));
        assert!(Reach::Read < Reach::Write && Reach::Write < Reach::Login);
    }
}
