//! `operations` and `operation_steps`: what was done to apps, and how far it is.

use std::collections::HashMap;

use atoll_sandbox::names::{AppId, IslandId};

use super::{Change, Store, StoreError, read, while_doing};
use crate::{
    clock::from_millis,
    ids::OperationId,
    reconciler::{
        failure::Failure,
        operation::{Operation, Progress, Step, StepState},
        steps::StepName,
    },
};

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    app: String,
    instance: String,
    kind: String,
    state: String,
    volumes: String,
    error_message: Option<String>,
    error_cure: Option<String>,
    created_by: String,
    created_at: i64,
    finished_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    operation_id: String,
    name: String,
    title: String,
    state: String,
    detail: Option<String>,
    progress_done: Option<i64>,
    progress_total: Option<i64>,
    progress_unit: Option<String>,
    started_at: Option<i64>,
    finished_at: Option<i64>,
}

impl Row {
    fn parse(self, steps: Vec<Step>) -> Result<Operation, StoreError> {
        let app: AppId = read("app id", self.app)?;
        let error =
            self.error_message.map(|message| Failure::new(message, self.error_cure.unwrap_or_default()));
        Ok(Operation {
            id: read("operation id", self.id)?,
            kind: read("kind of operation", self.kind)?,
            app: app.clone(),
            state: read("state of an operation", self.state)?,
            steps,
            error,
            created_by: read("user id", self.created_by)?,
            created_at: from_millis(self.created_at),
            finished_at: self.finished_at.map(from_millis),
            island: IslandId { app, instance: read("instance", self.instance)? },
            volumes: read("fate of volumes", self.volumes)?,
        })
    }
}

impl StepRow {
    fn parse(self) -> Result<Step, StoreError> {
        Ok(Step {
            name: read::<StepName>("step", self.name)?,
            title: self.title,
            state: read::<StepState>("state of a step", self.state)?,
            detail: self.detail,
            progress: progress(self.progress_done, self.progress_total, self.progress_unit)?,
            started_at: self.started_at.map(from_millis),
            finished_at: self.finished_at.map(from_millis),
        })
    }
}

fn progress(
    done: Option<i64>,
    total: Option<i64>,
    unit: Option<String>,
) -> Result<Option<Progress>, StoreError> {
    let (Some(done), Some(unit)) = (done, unit) else { return Ok(None) };
    Ok(Some(Progress {
        done: done.unsigned_abs(),
        total: total.map(i64::unsigned_abs),
        unit: read("unit of progress", unit)?,
    }))
}

fn joined(rows: Vec<Row>, steps: Vec<StepRow>) -> Result<Vec<Operation>, StoreError> {
    let mut of: HashMap<String, Vec<Step>> = HashMap::new();
    for step in steps {
        of.entry(step.operation_id.clone()).or_default().push(step.parse()?);
    }
    rows.into_iter()
        .map(|row| {
            let steps = of.remove(&row.id).unwrap_or_default();
            row.parse(steps)
        })
        .collect()
}

impl Store {
    /// One operation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn operation(&self, id: OperationId) -> Result<Option<Operation>, StoreError> {
        let doing = "read an operation";
        let row: Option<Row> = sqlx::query_as(
            "select id, app, instance, kind, state, volumes, error_message, error_cure, created_by, created_at, \
             finished_at from operations where id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(self.pool())
        .await
        .map_err(while_doing(doing))?;
        let steps = sqlx::query_as(
            "select operation_id, name, title, state, detail, progress_done, progress_total, progress_unit, \
             started_at, finished_at from operation_steps where operation_id = $1 order by position",
        )
        .bind(id.to_string())
        .fetch_all(self.pool())
        .await
        .map_err(while_doing(doing))?;
        Ok(joined(row.into_iter().collect(), steps)?.pop())
    }

    /// The newest `limit` operations, newest first; of one app where one is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn operations(&self, app: Option<&AppId>, limit: u32) -> Result<Vec<Operation>, StoreError> {
        let doing = "list the operations";
        let app = app.map_or("", AppId::as_str);
        let rows: Vec<Row> = sqlx::query_as(
            "select id, app, instance, kind, state, volumes, error_message, error_cure, created_by, created_at, \
             finished_at from operations where $1 = '' or app = $1 order by id desc limit $2",
        )
        .bind(app)
        .bind(i64::from(limit))
        .fetch_all(self.pool())
        .await
        .map_err(while_doing(doing))?;
        let steps = sqlx::query_as(
            "select operation_id, name, title, state, detail, progress_done, progress_total, progress_unit, \
             started_at, finished_at from operation_steps where operation_id in \
             (select id from operations where $1 = '' or app = $1 order by id desc limit $2) \
             order by operation_id, position",
        )
        .bind(app)
        .bind(i64::from(limit))
        .fetch_all(self.pool())
        .await
        .map_err(while_doing(doing))?;
        joined(rows, steps)
    }

    /// Every operation that has not ended, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_operations(&self) -> Result<Vec<Operation>, StoreError> {
        let doing = "list the operations that are under way";
        let rows: Vec<Row> = sqlx::query_as(
            "select id, app, instance, kind, state, volumes, error_message, error_cure, created_by, created_at, \
             finished_at from operations where state in ('queued', 'running') order by id",
        )
        .fetch_all(self.pool())
        .await
        .map_err(while_doing(doing))?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let steps = sqlx::query_as(
            "select operation_id, name, title, state, detail, progress_done, progress_total, progress_unit, \
             started_at, finished_at from operation_steps where operation_id in \
             (select id from operations where state in ('queued', 'running')) order by operation_id, position",
        )
        .fetch_all(self.pool())
        .await
        .map_err(while_doing(doing))?;
        joined(rows, steps)
    }
}

impl Change {
    /// Adds an operation with its steps. `false` when another one is under way on the same island: the database
    /// itself sees to it that there is one at a time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_operation(&mut self, operation: &Operation) -> Result<bool, StoreError> {
        let inserted = sqlx::query(
            "insert into operations (id, app, instance, kind, state, volumes, created_by, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8) \
             on conflict (app, instance) where state in ('queued', 'running') do nothing",
        )
        .bind(operation.id.to_string())
        .bind(operation.island.app.as_str())
        .bind(operation.island.instance.as_str())
        .bind(operation.kind.as_str())
        .bind(operation.state.as_str())
        .bind(operation.volumes.as_str())
        .bind(operation.created_by.to_string())
        .bind(operation.created_at.as_millisecond())
        .execute(self.connection())
        .await
        .map_err(while_doing("add an operation"))?;
        if inserted.rows_affected() == 0 {
            return Ok(false);
        }
        for (position, step) in operation.steps.iter().enumerate() {
            self.upsert_step(operation.id, position, step).await?;
        }
        Ok(true)
    }

    /// Writes how far an operation is, without its steps. One that has ended never changes again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_operation(&mut self, operation: &Operation) -> Result<(), StoreError> {
        let (message, cure) = operation.error.as_ref().map(|e| (e.message.as_str(), e.cure.as_str())).unzip();
        sqlx::query(
            "update operations set state = $2, error_message = $3, error_cure = $4, finished_at = $5 \
             where id = $1 and state in ('queued', 'running')",
        )
        .bind(operation.id.to_string())
        .bind(operation.state.as_str())
        .bind(message)
        .bind(cure)
        .bind(operation.finished_at.map(|at| at.as_millisecond()))
        .execute(self.connection())
        .await
        .map_err(while_doing("write an operation"))?;
        Ok(())
    }

    /// Writes how far a step is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upsert_step(
        &mut self,
        operation: OperationId,
        position: usize,
        step: &Step,
    ) -> Result<(), StoreError> {
        let progress = step.progress;
        sqlx::query(
            "insert into operation_steps (operation_id, position, name, title, state, detail, progress_done, \
             progress_total, progress_unit, started_at, finished_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             on conflict (operation_id, position) do update set state = excluded.state, \
             detail = excluded.detail, progress_done = excluded.progress_done, \
             progress_total = excluded.progress_total, progress_unit = excluded.progress_unit, \
             started_at = excluded.started_at, finished_at = excluded.finished_at",
        )
        .bind(operation.to_string())
        .bind(i64::try_from(position).unwrap_or(i64::MAX))
        .bind(step.name.as_str())
        .bind(&step.title)
        .bind(step.state.as_str())
        .bind(step.detail.as_deref())
        .bind(progress.map(|progress| count(progress.done)))
        .bind(progress.and_then(|progress| progress.total).map(count))
        .bind(progress.map(|progress| progress.unit.as_str()))
        .bind(step.started_at.map(|at| at.as_millisecond()))
        .bind(step.finished_at.map(|at| at.as_millisecond()))
        .execute(self.connection())
        .await
        .map_err(while_doing("write a step of an operation"))?;
        Ok(())
    }
}

fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        ids::UserId,
        reconciler::operation::{OperationKind, OperationState, ProgressUnit, VolumeFate},
    };

    fn operation(number: u128, app: &str) -> Operation {
        let island = IslandId::shared(app.parse().unwrap());
        let by = (UserId(uuid::Uuid::nil()), Timestamp::from_second(7).unwrap());
        let id = OperationId(uuid::Uuid::from_u128(number));
        Operation::queued(id, OperationKind::Install, island, None, VolumeFate::Keep, by)
    }

    async fn insert(store: &Store, operation: &Operation) -> bool {
        let mut change = store.begin().await.unwrap();
        let inserted = change.insert_operation(operation).await.unwrap();
        if inserted {
            change.commit_unaudited().await.unwrap();
        }
        inserted
    }

    #[tokio::test]
    async fn an_operation_reads_back_as_it_was_written() {
        let (store, _dir) = Store::of_a_test().await;
        let mut operation = operation(1, "notes");
        assert!(insert(&store, &operation).await);
        let now = Timestamp::from_second(8).unwrap();
        operation.begin();
        operation.step_started(StepName::Network, now);
        let progress = Progress { done: 3, total: Some(7), unit: ProgressUnit::Bytes };
        operation.step_progressed(StepName::Network, progress);
        operation.step_failed(StepName::Network, &Failure::new("cause", "cure"), now);
        operation.finish(now);
        let mut change = store.begin().await.unwrap();
        change.update_operation(&operation).await.unwrap();
        for (position, step) in operation.steps.iter().enumerate() {
            change.upsert_step(operation.id, position, step).await.unwrap();
        }
        change.commit_unaudited().await.unwrap();
        assert_eq!(store.operation(operation.id).await.unwrap(), Some(operation));
    }

    #[tokio::test]
    async fn one_operation_is_under_way_on_an_island_at_a_time() {
        let (store, _dir) = Store::of_a_test().await;
        let mut first = operation(1, "notes");
        assert!(insert(&store, &first).await);
        assert!(!insert(&store, &operation(2, "notes")).await);
        assert!(insert(&store, &operation(3, "wiki")).await);
        first.finish(first.created_at);
        let mut change = store.begin().await.unwrap();
        change.update_operation(&first).await.unwrap();
        change.commit_unaudited().await.unwrap();
        assert!(insert(&store, &operation(4, "notes")).await);
        let open: Vec<Operation> = store.open_operations().await.unwrap();
        assert_eq!(open.iter().map(|o| o.id.0.as_u128()).collect::<Vec<_>>(), [3, 4]);
    }

    #[tokio::test]
    async fn a_change_goes_on_after_a_second_operation_was_refused() {
        let (store, _dir) = Store::of_a_test().await;
        assert!(insert(&store, &operation(1, "notes")).await);
        let mut change = store.begin().await.unwrap();
        assert!(!change.insert_operation(&operation(2, "notes")).await.unwrap());
        assert!(change.insert_operation(&operation(3, "wiki")).await.unwrap());
        change.commit_unaudited().await.unwrap();
        let open: Vec<Operation> = store.open_operations().await.unwrap();
        assert_eq!(open, [operation(1, "notes"), operation(3, "wiki")]);
    }

    #[tokio::test]
    async fn the_newest_operations_come_first() {
        let (store, _dir) = Store::of_a_test().await;
        for (number, app) in [(1, "notes"), (2, "wiki"), (3, "mail")] {
            insert(&store, &operation(number, app)).await;
        }
        let numbers = |list: Vec<Operation>| list.iter().map(|o| o.id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!(numbers(store.operations(None, 2).await.unwrap()), [3, 2]);
        let wiki = "wiki".parse().unwrap();
        let of_wiki = store.operations(Some(&wiki), 10).await.unwrap();
        assert_eq!(of_wiki, [operation(2, "wiki")]);
        assert_eq!(store.operation(OperationId(uuid::Uuid::from_u128(9))).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_state_that_nobody_knows_is_not_written() {
        let (store, _dir) = Store::of_a_test().await;
        insert(&store, &operation(1, "notes")).await;
        let refused = sqlx::query("update operations set state = 'paused'").execute(store.pool()).await;
        assert!(refused.is_err());
        assert_eq!(store.operations(None, 1).await.unwrap()[0].state, OperationState::Queued);
    }
}
