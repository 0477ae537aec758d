//! The ids of rows: UUIDv7, each table with a type of its own.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::random::Random;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = uuid::Uuid)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id, which sorts after older ones.
            pub fn new(random: &Random, now: Timestamp) -> Self {
                Self(random.uuid(now))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                value.parse().map(Self)
            }
        }
    };
}

id!(
    /// A person.
    UserId
);
id!(
    /// A login, or its continuation on one app's origin.
    SessionId
);
id!(
    /// A token by which a program acts for a person; not the secret.
    AccessTokenId
);
id!(
    /// An install, start, stop or removal.
    OperationId
);
id!(
    /// A line of the audit trail.
    AuditEventId
);
