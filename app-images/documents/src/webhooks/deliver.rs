//! The loop that makes the deliveries, one after the other.

use std::time::Duration;

use aws_lc_rs::hmac;
use jiff::Timestamp;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use super::address::{Reach, ReachError};
use super::post::{PostError, post};
use super::{Delivery, Webhook};
use crate::api::DocumentView;
use crate::queue::{Bell, sleep_if, sleep_or};
use crate::store::{Store, StoreError};

/// The pause after each failed attempt; after the last of them a delivery is given up.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(180),
    Duration::from_secs(1200),
    Duration::from_secs(7200),
];
/// The pause after the database failed.
const PAUSE_AFTER_STORE_ERROR: Duration = Duration::from_secs(5);

/// Everything that the loop needs.
#[derive(Clone, Debug)]
pub struct Deliverer {
    /// Where the deliveries are.
    pub store: Store,
    /// What wakes us.
    pub bell: Bell,
    /// How far webhooks reach.
    pub reach: Reach,
}

/// What is sent.
#[derive(Serialize)]
struct Message {
    event: &'static str,
    document: DocumentView,
}

/// Why an attempt failed.
#[derive(Debug, thiserror::Error)]
enum AttemptError {
    #[error(transparent)]
    Reach(#[from] ReachError),
    #[error(transparent)]
    Post(#[from] PostError),
}

impl Deliverer {
    /// Runs until `stop`. An attempt that is cut off is made again after the next start.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let worked = tokio::select! {
                worked = self.step() => worked,
                () = stop.cancelled() => return,
            };
            if let Err(error) = worked {
                error!(error = format!("{:#}", anyhow::Error::new(error)), "webhooks have to pause");
                sleep_or(&stop, PAUSE_AFTER_STORE_ERROR).await;
            }
        }
    }

    async fn step(&self) -> Result<(), StoreError> {
        let now = Timestamp::now();
        let Some(delivery) = self.store.next_delivery(now).await? else {
            let due = self.store.next_delivery_due().await?;
            let pause = due.map(|due| Duration::try_from(due - now).unwrap_or_default());
            tokio::select! {
                () = self.bell.rung() => {}
                () = sleep_if(pause) => {}
            }
            return Ok(());
        };
        let Some(document) = self.store.document(&delivery.webhook.owner, delivery.document).await? else {
            return self.store.end_delivery(&delivery.id).await;
        };
        let message = Message { event: "document.finished", document: document.into() };
        match self.attempt(&delivery, &message).await {
            Ok(()) => {
                debug!(webhook = %delivery.webhook.id, document = %delivery.document, "delivered a webhook");
                self.store.end_delivery(&delivery.id).await
            }
            Err(error) => self.try_again(&delivery, &error).await,
        }
    }

    async fn attempt(&self, delivery: &Delivery, message: &Message) -> Result<(), AttemptError> {
        let Webhook { url, secret, .. } = &delivery.webhook;
        let address = self.reach.resolve(url).await?;
        let body = serde_json::to_vec(message).expect("plain structures always make JSON");
        let headers =
            [("documents-signature", signature(secret, &body)), ("documents-delivery", delivery.id.clone())];
        Ok(post(url, address, headers, body).await?)
    }

    async fn try_again(&self, delivery: &Delivery, error: &AttemptError) -> Result<(), StoreError> {
        let (webhook, attempts) = (delivery.webhook.id, delivery.attempts + 1);
        match PAUSES.get(delivery.attempts as usize) {
            Some(&pause) => {
                debug!(%webhook, attempts, %error, "a webhook was not delivered; will try again");
                self.store.postpone_delivery(&delivery.id, Timestamp::now() + pause).await
            }
            None => {
                warn!(%webhook, attempts, %error, "gave up delivering a webhook");
                self.store.end_delivery(&delivery.id).await
            }
        }
    }
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
