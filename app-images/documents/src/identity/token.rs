//! One token: RS256 and nothing else, for this app and no other, not expired.

use std::time::{Duration, SystemTime};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use super::Caller;
use crate::document::UserId;

/// Why a token is not good. None of it repeats the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token, or one that says nothing about its key.
    #[error("the identity token cannot be read")]
    Unreadable,
    /// Not RS256: above all not `none`, and no HMAC with a public key as its secret.
    #[error("the identity token is not signed with RS256")]
    Algorithm,
    /// Signed by a key that the platform does not publish.
    #[error("the identity token is signed by an unknown key")]
    UnknownKey,
    /// The signature does not belong to the content.
    #[error("the identity token's signature is wrong")]
    Signature,
    /// Its time is over.
    #[error("the identity token has expired")]
    Expired,
    /// For somebody else.
    #[error("the identity token is for another app")]
    Audience,
    /// Something is missing or malformed in its content.
    #[error("the identity token lacks a usable claim")]
    Claims,
}

/// How much the clocks of platform and app may differ, in seconds. They run on one machine.
const LEEWAY_SECS: u64 = 5;
/// Longer than any token that the platform signs, in bytes.
const MOST_BYTES: usize = 8 * 1024;
/// Longer than any key name, in bytes.
const MOST_KEY_ID_BYTES: usize = 128;
/// Longer than any name worth greeting, in characters.
const MOST_NAME_CHARACTERS: usize = 200;

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: u64,
    iss: Option<String>,
    name: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

/// The name of the key that claims to have signed a token. Proves nothing yet.
///
/// # Errors
/// When the token cannot be read or is not RS256.
pub(super) fn key_id(token: &[u8]) -> Result<String, TokenError> {
    if token.len() > MOST_BYTES {
        return Err(TokenError::Unreadable);
    }
    // A header with an algorithm that the library does not know (`none` is one) cannot be read.
    let header = decode_header(token).map_err(|_| TokenError::Unreadable)?;
    if header.alg != Algorithm::RS256 {
        return Err(TokenError::Algorithm);
    }
    header.kid.filter(|kid| kid.len() <= MOST_KEY_ID_BYTES).ok_or(TokenError::Unreadable)
}

/// Checks a token's signature and content.
///
/// # Errors
/// When anything about it is not as it must be.
pub(super) fn verify(token: &[u8], key: &DecodingKey, app: &str) -> Result<Caller, TokenError> {
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&[app]);
    rules.set_required_spec_claims(&["exp", "aud", "sub"]);
    rules.validate_nbf = true;
    rules.leeway = LEEWAY_SECS;
    let claims = decode::<Claims>(token, key, &rules).map_err(|error| reason(error.kind()))?.claims;
    Ok(Caller {
        id: UserId::parse(&claims.sub).ok_or(TokenError::Claims)?,
        name: claims.name.map(|name| name.chars().take(MOST_NAME_CHARACTERS).collect()),
        home: claims.iss.filter(|iss| iss.starts_with("https://") || iss.starts_with("http://")),
        roles: claims.roles,
        expires: SystemTime::UNIX_EPOCH
            .checked_add(Duration::from_secs(claims.exp))
            .ok_or(TokenError::Claims)?,
    })
}

fn reason(kind: &ErrorKind) -> TokenError {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library's enum: whatever it adds is no good token"
    )]
    match kind {
        ErrorKind::InvalidSignature => TokenError::Signature,
        ErrorKind::ExpiredSignature => TokenError::Expired,
        ErrorKind::InvalidAudience => TokenError::Audience,
        ErrorKind::InvalidAlgorithm => TokenError::Algorithm,
        ErrorKind::MissingRequiredClaim(_) | ErrorKind::ImmatureSignature | ErrorKind::Json(_) => {
            TokenError::Claims
        }
        _ => TokenError::Unreadable,
    }
}
