//! Enums whose variants are words that the database keeps and the API shows.

macro_rules! stored_words {
    ($(#[$doc:meta])* $enum:ident { $($(#[$variant_doc:meta])* $name:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ::serde::Serialize, ::utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $enum { $($(#[$variant_doc])* $name),* }

        impl $enum {
            /// The stored and shown form.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }

        impl ::std::str::FromStr for $enum {
            type Err = $crate::reconciler::words::UnknownWord;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                match value {
                    $($text => Ok(Self::$name),)*
                    other => Err($crate::reconciler::words::UnknownWord { what: stringify!($enum), value: other.to_owned() }),
                }
            }
        }

        impl ::std::fmt::Display for $enum {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use stored_words;

/// A stored word that this version does not know: the database was written by a newer one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a {what} that this version knows")]
pub struct UnknownWord {
    pub(crate) what: &'static str,
    pub(crate) value: String,
}
