//! The few values that a client may fill in: variables that the entry declares for secrets and settings.
//!
//! A name that the entry does not declare is refused; a value is a single line without NUL, at most 4 KiB.

use std::{collections::BTreeMap, fmt};

use crate::{
    allowlist::{App, Service},
    names::ServiceName,
};

/// The longest value in bytes.
pub const LONGEST_VALUE: usize = 4096;

/// The values for one service, by variable name. `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Holes(BTreeMap<String, String>);

/// Why a value is not taken. Never holds the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoleError {
    /// The entry declares no such variable.
    #[error("the allowlist declares no variable `{name}` for service `{service}`")]
    Undeclared {
        /// The variable.
        name: String,
        /// The service.
        service: ServiceName,
    },
    /// Given twice.
    #[error("the variable `{name}` is given twice")]
    Twice {
        /// The variable.
        name: String,
    },
    /// Not a single line of at most 4 KiB.
    #[error("the value of `{name}` is longer than 4 KiB or holds a line break or NUL")]
    Unfit {
        /// The variable.
        name: String,
    },
    /// A secret without a value.
    #[error("the secret variable `{name}` of service `{service}` has no value")]
    Missing {
        /// The variable.
        name: String,
        /// The service.
        service: ServiceName,
    },
}

impl Holes {
    /// What stands for a secret where its value is not known.
    pub const PLACEHOLDER: &str = "<secret>";

    /// No values.
    pub fn none() -> Self {
        Self::default()
    }

    /// A placeholder for each secret of a service: to render what was asked for without knowing the values.
    pub fn placeholders(service: &Service) -> Self {
        Self(
            service.secrets.iter().map(|secret| (secret.env.clone(), Self::PLACEHOLDER.to_owned())).collect(),
        )
    }

    /// Adds a value.
    pub fn insert(&mut self, name: &str, value: &str) -> Result<(), HoleError> {
        if value.len() > LONGEST_VALUE || value.contains(['\0', '\r', '\n']) {
            return Err(HoleError::Unfit { name: name.to_owned() });
        }
        match self.0.insert(name.to_owned(), value.to_owned()) {
            None => Ok(()),
            Some(_) => Err(HoleError::Twice { name: name.to_owned() }),
        }
    }

    /// The variables and values, in the order of the names.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every given name is declared, and every secret is given.
    pub(crate) fn check(&self, app: &App, name: &ServiceName, service: &Service) -> Result<(), HoleError> {
        if let Some(stray) = self.0.keys().find(|given| !is_declared(app, service, given)) {
            return Err(HoleError::Undeclared { name: stray.clone(), service: name.clone() });
        }
        match service.secrets.iter().find(|secret| !self.0.contains_key(&secret.env)) {
            None => Ok(()),
            Some(secret) => Err(HoleError::Missing { name: secret.env.clone(), service: name.clone() }),
        }
    }
}

impl fmt::Debug for Holes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Holes").field(&self.0.keys().collect::<Vec<_>>()).finish()
    }
}

/// Whether `variable` is a hole: the variable of a secret of the service, or of a setting of the app.
pub fn is_declared(app: &App, service: &Service, variable: &str) -> bool {
    service.secrets.iter().any(|secret| secret.env == variable)
        || setting_variables(app).any(|(_, declared)| declared == variable)
}

/// The settings that become variables, as (setting, variable). They reach every service of the app.
pub fn setting_variables(app: &App) -> impl Iterator<Item = (&str, &str)> {
    let properties = app.settings.as_ref().and_then(|schema| schema.get("properties")?.as_object());
    properties
        .into_iter()
        .flatten()
        .filter_map(|(setting, schema)| Some((setting.as_str(), schema.get("x-env")?.as_str()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_one_line_and_is_never_shown() {
        let mut holes = Holes::none();
        holes.insert("TOKEN", "hunter2").unwrap();
        assert_eq!(format!("{holes:?}"), r#"Holes(["TOKEN"])"#);
        for bad in ["a\nb", "a\rb", "a\0b", &"x".repeat(LONGEST_VALUE + 1)] {
            assert!(matches!(holes.insert("OTHER", bad), Err(HoleError::Unfit { .. })));
        }
        holes.insert("LONGEST", &"x".repeat(LONGEST_VALUE)).unwrap();
        assert!(matches!(holes.insert("TOKEN", "again"), Err(HoleError::Twice { .. })));
    }
}
