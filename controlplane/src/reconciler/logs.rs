//! An app's log: the lines of its services, together.

use atoll_sandbox::names::{AppId, IslandId, ServiceName};
use futures_util::{
    Stream, StreamExt, TryStreamExt,
    future::try_join_all,
    stream::{BoxStream, select_all},
};

use super::Reconciler;
use crate::engine::{LogQuery, error::EngineError, logs::LogLine};

/// The most lines that are given out at once.
pub const MOST_LINES: u32 = 10_000;

impl Reconciler {
    /// The newest `tail` lines of an app, or of one of its services, oldest first. Services without a container have
    /// no lines.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn logs(
        &self,
        app: &AppId,
        service: Option<&ServiceName>,
        tail: u32,
    ) -> Result<Vec<LogLine>, EngineError> {
        let tail = tail.min(MOST_LINES);
        let streams = self.streams(app, service, LogQuery { tail, follow: false }).await?;
        let read = streams.into_iter().map(|stream| stream.try_collect::<Vec<LogLine>>());
        let mut lines: Vec<LogLine> = try_join_all(read).await?.into_iter().flatten().collect();
        // Stable, so that lines of one service written in the same instant keep their order.
        lines.sort_by_key(|line| line.time);
        let most = usize::try_from(tail).unwrap_or(usize::MAX);
        Ok(lines.split_off(lines.len().saturating_sub(most)))
    }

    /// The newest `tail` lines of each service, then those to come. Ends when the containers do.
    ///
    /// # Errors
    /// When the engine does not answer.
    pub async fn follow_logs(
        &self,
        app: &AppId,
        service: Option<&ServiceName>,
        tail: u32,
    ) -> Result<impl Stream<Item = Result<LogLine, EngineError>> + Send + use<>, EngineError> {
        let query = LogQuery { tail: tail.min(MOST_LINES), follow: true };
        Ok(select_all(self.streams(app, service, query).await?))
    }

    async fn streams(
        &self,
        app: &AppId,
        service: Option<&ServiceName>,
        query: LogQuery,
    ) -> Result<Vec<BoxStream<'static, Result<LogLine, EngineError>>>, EngineError> {
        let island = IslandId::shared(app.clone());
        let policy = self.shared.policy.current();
        let listed = policy.app(app).into_iter().flat_map(|entry| entry.services.keys());
        let wanted = listed.filter(|name| service.is_none_or(|wanted| wanted == *name));
        let open = wanted.map(|name| async {
            match self.shared.engine.logs(&island, name, query).await {
                Ok(lines) => Ok(Some(lines.boxed())),
                Err(error) if error.is_missing() => Ok(None),
                Err(error) => Err(error),
            }
        });
        Ok(try_join_all(open).await?.into_iter().flatten().collect())
    }
}
