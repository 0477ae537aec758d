//! Webhooks and what is still to be told to them.

use jiff::Timestamp;
use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use super::facts::json;
use super::row::{parse_id, time};
use super::{Doing, Store, StoreError};
use crate::document::{DocumentId, UserId, WebhookId};
use crate::webhooks::deliver::UnderWay;
use crate::webhooks::{Attempt, Delivery, HookUrl, Webhook};

/// The first delivery of each webhook, but for the webhooks in ?1 and those of the people in ?2 (JSON lists).
macro_rules! first_deliveries {
    () => {
        "from webhooks join webhook_deliveries as delivery on delivery.id = \
         (select min(id) from webhook_deliveries where webhook_id = webhooks.id) \
         where webhooks.id not in (select value from json_each(?1)) \
         and owner not in (select value from json_each(?2))"
    };
}

#[derive(FromRow)]
struct WebhookRow {
    id: String,
    owner: String,
    url: String,
    secret: String,
}

#[derive(FromRow)]
struct ListedRow {
    last_at: Option<i64>,
    last_problem: Option<String>,
    #[sqlx(flatten)]
    webhook: WebhookRow,
}

#[derive(FromRow)]
struct DeliveryRow {
    delivery: String,
    document_id: String,
    attempts: u32,
    #[sqlx(flatten)]
    webhook: WebhookRow,
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = StoreError;

    fn try_from(row: WebhookRow) -> Result<Self, StoreError> {
        let unexpected = || StoreError::Unexpected { column: "webhook" };
        Ok(Self {
            id: row.id.parse().map_err(|_| unexpected())?,
            owner: UserId::parse(&row.owner).ok_or_else(unexpected)?,
            url: HookUrl::parse(&row.url).map_err(|_| unexpected())?,
            secret: row.secret,
        })
    }
}

/// Writes down that a document's end is to be told to its owner's webhooks.
pub(super) async fn announce(connection: &mut SqliteConnection, id: DocumentId) -> Result<(), StoreError> {
    let hooks: Vec<String> = sqlx::query_scalar(
        "select webhooks.id from webhooks join documents on documents.owner = webhooks.owner where documents.id = ?",
    )
    .bind(id.to_string())
    .fetch_all(&mut *connection)
    .await
    .doing("look for webhooks")?;
    for hook in hooks {
        // What was not told yet of an earlier end is told with this one.
        sqlx::query(
            "insert or replace into webhook_deliveries (id, webhook_id, document_id) values (?, ?, ?)",
        )
        .bind(Uuid::now_v7().to_string())
        .bind(hook)
        .bind(id.to_string())
        .execute(&mut *connection)
        .await
        .doing("write down what to tell a webhook")?;
    }
    Ok(())
}

impl Store {
    /// How many webhooks one person may have.
    pub const MOST_WEBHOOKS: i64 = 20;

    /// Stores a webhook; `false` if its owner has too many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_webhook(&self, webhook: &Webhook) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "insert into webhooks (id, owner, url, secret) select ?1, ?2, ?3, ?4 \
             where (select count(*) from webhooks where owner = ?2) < ?5",
        )
        .bind(webhook.id.to_string())
        .bind(webhook.owner.as_str())
        .bind(webhook.url.to_string())
        .bind(&webhook.secret)
        .bind(Self::MOST_WEBHOOKS)
        .execute(&self.pool)
        .await
        .doing("store a webhook")?;
        Ok(inserted.rows_affected() > 0)
    }

    /// The owner's webhooks, each with its last attempt, in the order in which they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhooks(&self, owner: &UserId) -> Result<Vec<(Webhook, Option<Attempt>)>, StoreError> {
        let rows: Vec<ListedRow> = sqlx::query_as(
            "select id, owner, url, secret, last_at, last_problem from webhooks where owner = ? order by id",
        )
        .bind(owner.as_str())
        .fetch_all(&self.pool)
        .await
        .doing("list webhooks")?;
        let listed = |ListedRow { last_at, last_problem: problem, webhook }| {
            let attempt = |at| Ok::<_, StoreError>(Attempt { at: time(at, "last_at")?, problem });
            Ok((webhook.try_into()?, last_at.map(attempt).transpose()?))
        };
        rows.into_iter().map(listed).collect()
    }

    /// One of the owner's webhooks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhook(&self, owner: &UserId, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
        let row: Option<WebhookRow> =
            sqlx::query_as("select id, owner, url, secret from webhooks where id = ? and owner = ?")
                .bind(id.to_string())
                .bind(owner.as_str())
                .fetch_optional(&self.pool)
                .await
                .doing("look up a webhook")?;
        row.map(Webhook::try_from).transpose()
    }

    /// Writes down how the last attempt to tell a webhook something ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_attempt(&self, id: WebhookId, attempt: &Attempt) -> Result<(), StoreError> {
        sqlx::query("update webhooks set last_at = ?, last_problem = ? where id = ?")
            .bind(attempt.at.as_millisecond())
            .bind(attempt.problem.as_deref())
            .bind(id.to_string())
            .execute(&self.pool)
            .await
            .doing("write down how a webhook was told")?;
        Ok(())
    }

    /// Deletes one of the owner's webhooks with what was still to be told to it; says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_webhook(&self, owner: &UserId, id: WebhookId) -> Result<bool, StoreError> {
        let deleted = sqlx::query("delete from webhooks where id = ? and owner = ?")
            .bind(id.to_string())
            .bind(owner.as_str())
            .execute(&self.pool)
            .await
            .doing("delete a webhook")?;
        Ok(deleted.rows_affected() > 0)
    }

    /// The delivery that is due longest among the first ones of each webhook that is free: what is for one webhook is told in
    /// the order in which it happened.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_delivery(
        &self,
        now: Timestamp,
        under_way: &UnderWay,
    ) -> Result<Option<Delivery>, StoreError> {
        let row: Option<DeliveryRow> = sqlx::query_as(concat!(
            "select delivery.id as delivery, document_id, attempts, webhooks.id, owner, url, secret ",
            first_deliveries!(),
            " and not_before <= ?3 order by not_before, delivery.id limit 1"
        ))
        .bind(json(&under_way.webhooks()))
        .bind(json(&under_way.owners()))
        .bind(now.as_millisecond())
        .fetch_optional(&self.pool)
        .await
        .doing("look for something to tell a webhook")?;
        let delivery = |row: DeliveryRow| {
            Ok(Delivery {
                id: row.delivery,
                webhook: row.webhook.try_into()?,
                document: parse_id(&row.document_id)?,
                attempts: row.attempts,
            })
        };
        row.map(delivery).transpose()
    }

    /// When the next delivery of a webhook that is free is due; `None` if there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_delivery_due(&self, under_way: &UnderWay) -> Result<Option<Timestamp>, StoreError> {
        let due: Option<i64> = sqlx::query_scalar(concat!("select min(not_before) ", first_deliveries!()))
            .bind(json(&under_way.webhooks()))
            .bind(json(&under_way.owners()))
            .fetch_one(&self.pool)
            .await
            .doing("look when webhooks go on")?;
        due.map(|due| time(due, "not_before")).transpose()
    }

    /// Forgets a delivery: it was made, or given up.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_delivery(&self, id: &str) -> Result<(), StoreError> {
        sqlx::query("delete from webhook_deliveries where id = ?")
            .bind(id)
            .execute(&self.pool)
            .await
            .doing("forget what was told to a webhook")?;
        Ok(())
    }

    /// Has a delivery tried again later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn postpone_delivery(&self, id: &str, not_before: Timestamp) -> Result<(), StoreError> {
        sqlx::query("update webhook_deliveries set attempts = attempts + 1, not_before = ? where id = ?")
            .bind(not_before.as_millisecond())
            .bind(id)
            .execute(&self.pool)
            .await
            .doing("have a webhook tried again")?;
        Ok(())
    }
}
