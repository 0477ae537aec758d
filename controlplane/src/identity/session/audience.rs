//! Where a session counts.

use std::{fmt, str::FromStr};

use atoll_sandbox::names::AppId;

/// Where a session counts. A token for one audience is worth nothing at another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The console and the API.
    Console,
    /// One app's origin.
    App(AppId),
}

impl Audience {
    /// The `aud` of a session token: never an app's id alone, because that is the audience of identities, and an app
    /// that was sent one must not be able to use it as a session.
    pub(super) fn token_audience(&self) -> String {
        format!("atoll:session:{self}")
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Console => f.write_str("console"),
            Self::App(app) => write!(f, "app:{app}"),
        }
    }
}

impl FromStr for Audience {
    type Err = ();

    fn from_str(value: &str) -> Result<Self, ()> {
        match value.split_once(':') {
            None if value == "console" => Ok(Self::Console),
            Some(("app", app)) => app.parse().map(Self::App).map_err(|_| ()),
            None | Some(_) => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_reads_back_as_itself_and_is_never_an_apps_id_alone() {
        for audience in [Audience::Console, Audience::App("console".parse().unwrap())] {
            assert_eq!(audience.to_string().parse(), Ok(audience.clone()));
            assert!(audience.token_audience().parse::<AppId>().is_err());
        }
        assert_ne!(Audience::Console, Audience::App("console".parse().unwrap()));
        for bad in ["", "app", "app:", "app:No", "Console"] {
            assert!(bad.parse::<Audience>().is_err(), "{bad}");
        }
    }
}
