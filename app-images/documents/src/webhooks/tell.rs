//! One attempt to tell a webhook something, signed with its secret.

use aws_lc_rs::hmac;
use serde::Serialize;

use super::Webhook;
use super::address::{Reach, ReachError};
use super::post::{PostError, post};
use crate::api::DocumentView;

/// What a webhook is told.
#[derive(Serialize)]
#[serde(tag = "event")]
pub enum Message {
    /// A document was read, or could not be.
    #[serde(rename = "document.finished")]
    Finished {
        /// As it is now.
        document: Box<DocumentView>,
    },
    /// Somebody wants to know whether the webhook works.
    #[serde(rename = "test")]
    Test,
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
pub enum AttemptError {
    /// Its address leads nowhere, or where webhooks may not go.
    #[error(transparent)]
    Reach(#[from] ReachError),
    /// Nobody took it.
    #[error(transparent)]
    Post(#[from] PostError),
}

/// Tells it once. `delivery` is the same for every attempt to tell the same thing.
///
/// # Errors
/// When the receiver did not say that it took it.
pub async fn tell(
    reach: Reach,
    webhook: &Webhook,
    delivery: &str,
    message: &Message,
) -> Result<(), AttemptError> {
    let Webhook { url, secret, .. } = webhook;
    let address = reach.resolve(url).await?;
    let body = serde_json::to_vec(message).expect("plain structures always make JSON");
    let headers =
        [("documents-signature", signature(secret, &body)), ("documents-delivery", delivery.to_owned())];
    Ok(post(url, address, headers, body).await?)
}

/// The value of `Documents-Signature`: `sha256=` and the HMAC-SHA-256 of the body under the webhook's secret, in hexadecimal.
pub fn signature(secret: &str, body: &[u8]) -> String {
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), body);
    tag.as_ref().iter().fold(String::from("sha256="), |mut text, byte| {
        text.push_str(&format!("{byte:02x}"));
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_the_standard() {
        // RFC 4231, test case 2.
        assert_eq!(
            signature("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
