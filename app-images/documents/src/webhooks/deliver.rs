//! The loop that makes the deliveries, one after the other.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use super::address::Reach;
use super::tell::{AttemptError, Message, tell};
use super::{Attempt, Delivery};
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
        let message = Message::Finished { document: Box::new(document.into()) };
        let told = tell(self.reach, &delivery.webhook, &delivery.id, &message).await;
        self.store.note_attempt(delivery.webhook.id, &Attempt::now(&told)).await?;
        match told {
            Ok(()) => {
                debug!(webhook = %delivery.webhook.id, document = %delivery.document, "delivered a webhook");
                self.store.end_delivery(&delivery.id).await
            }
            Err(error) => self.try_again(&delivery, &error).await,
        }
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
