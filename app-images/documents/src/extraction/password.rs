//! The password that opens one document.

use std::fmt;

/// A password as its owner typed it: kept no longer than it takes to open the document, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// The text cannot be handed to the reader as a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password has 1 to {} bytes and no zero byte", Password::MOST_BYTES)]
pub struct NotAPassword;

impl Password {
    /// The longest password of any PDF (ISO 32000-2, 7.6.4.3.3), in bytes.
    pub const MOST_BYTES: usize = 127;

    /// Takes what a person typed.
    ///
    /// # Errors
    /// When it is empty, too long, or contains a zero byte.
    pub fn parse(typed: &str) -> Result<Self, NotAPassword> {
        let fits = (1..=Self::MOST_BYTES).contains(&typed.len()) && !typed.contains('\0');
        if fits { Ok(Self(typed.into())) } else { Err(NotAPassword) }
    }

    /// The password itself, for the one who opens the document.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(****)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_printed() {
        assert_eq!(format!("{:?}", Password::parse("geheim").unwrap()), "Password(****)");
    }

    #[test]
    fn what_no_pdf_can_have_is_no_password() {
        assert_eq!(Password::parse(""), Err(NotAPassword));
        assert_eq!(Password::parse("a\0b"), Err(NotAPassword));
        assert_eq!(Password::parse(&"x".repeat(128)), Err(NotAPassword));
    }
}
