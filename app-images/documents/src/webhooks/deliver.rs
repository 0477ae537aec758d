//! The loop that makes the deliveries: one after the other for each webhook, several webhooks at once, so that a receiver that
//! does not answer holds up nothing but what is for itself.

use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use super::address::Reach;
use super::tell::{AttemptError, Message, tell};
use super::{Attempt, Delivery};
use crate::document::{UserId, WebhookId};
use crate::queue::{Bell, sleep_if};
use crate::store::{Store, StoreError};

/// The pause after each failed attempt; after the last of them a delivery is given up.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(180),
    Duration::from_secs(1200),
    Duration::from_secs(7200),
];
/// How many webhooks are told something at the same time.
const MOST_AT_ONCE: usize = 16;
/// How many of them may be one person's.
const MOST_OF_ONE_PERSON: usize = 4;
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

/// Which webhooks are being told something, and whose they are.
#[derive(Debug, Default)]
pub struct UnderWay(Vec<(WebhookId, UserId)>);

impl UnderWay {
    /// The webhooks that have to wait for the end of their own delivery.
    pub fn webhooks(&self) -> Vec<String> {
        self.0.iter().map(|(webhook, _)| webhook.to_string()).collect()
    }

    /// The people whose other webhooks have to wait.
    pub fn owners(&self) -> Vec<&str> {
        let count = |owner: &UserId| self.0.iter().filter(|(_, other)| other == owner).count();
        let full = self.0.iter().filter(|(_, owner)| count(owner) >= MOST_OF_ONE_PERSON);
        full.map(|(_, owner)| owner.as_str()).collect()
    }

    fn has_room(&self) -> bool {
        self.0.len() < MOST_AT_ONCE
    }

    fn begin(&mut self, delivery: &Delivery) {
        self.0.push((delivery.webhook.id, delivery.webhook.owner.clone()));
    }

    fn end(&mut self, webhook: WebhookId) {
        self.0.retain(|(other, _)| *other != webhook);
    }
}

impl Deliverer {
    /// Runs until `stop`. An attempt that is cut off is made again after the next start.
    pub async fn run(self, stop: CancellationToken) {
        let (mut under_way, mut work) = (UnderWay::default(), JoinSet::new());
        while !stop.is_cancelled() {
            let begun = self.begin_due(&mut under_way, &mut work).await;
            let pause = begun.unwrap_or_else(|error| {
                error!(error = format!("{:#}", anyhow::Error::new(error)), "webhooks have to pause");
                Some(PAUSE_AFTER_STORE_ERROR)
            });
            tokio::select! {
                Some(ended) = work.join_next() => under_way.end(ended.expect("a delivery does not panic")),
                () = self.bell.rung() => {}
                () = sleep_if(pause) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// Begins what is due and has room; gives the time until more is due.
    async fn begin_due(
        &self,
        under_way: &mut UnderWay,
        work: &mut JoinSet<WebhookId>,
    ) -> Result<Option<Duration>, StoreError> {
        let now = Timestamp::now();
        while under_way.has_room() {
            let Some(delivery) = self.store.next_delivery(now, under_way).await? else {
                let due = self.store.next_delivery_due(under_way).await?;
                return Ok(due.map(|due| Duration::try_from(due - now).unwrap_or_default()));
            };
            under_way.begin(&delivery);
            work.spawn(self.clone().deliver(delivery));
        }
        Ok(None)
    }

    /// Makes one attempt; gives back whose webhook is free again.
    async fn deliver(self, delivery: Delivery) -> WebhookId {
        if let Err(error) = self.attempt(&delivery).await {
            error!(error = format!("{:#}", anyhow::Error::new(error)), "a webhook has to pause");
            tokio::time::sleep(PAUSE_AFTER_STORE_ERROR).await;
        }
        delivery.webhook.id
    }

    async fn attempt(&self, delivery: &Delivery) -> Result<(), StoreError> {
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
            Err(error) => self.try_again(delivery, &error).await,
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
