//! Asks the AI provider about the documents that wait for it, one after the other.
//!
//! A document is ready without it: this queue ([`crate::store`]'s second) only adds facts. A question that was cut off is
//! asked again after the next start; one that fails is asked again later where that can help, a few times.

use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use super::{Bell, sleep_if, sleep_or};
use crate::changes::{Change, Changes};
use crate::classification::provider::{self, Answer, Provider, ProviderError, Providers};
use crate::document::{Ai, AiStatus, Document, fold};
use crate::settings::SettingsHandle;
use crate::store::{Question, Store, StoreError};

/// Everything that asking needs.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Where the documents wait.
    pub store: Store,
    /// Who wants to know.
    pub changes: Changes,
    /// Who is asked.
    pub providers: Providers,
    /// What is never sent.
    pub settings: SettingsHandle,
    /// Wakes us.
    pub bell: Bell,
    /// Wakes those who tell of finished documents.
    pub finished: Bell,
}

/// The pause after the first question that failed; it doubles with each further one.
const PAUSE: Duration = Duration::from_secs(15);
/// How soon a change of the settings is noticed.
const LOOK_AGAIN: Duration = Duration::from_secs(30);
/// The pause after the database failed.
const PAUSE_AFTER_STORE_ERROR: Duration = Duration::from_secs(5);

impl Asking {
    /// Runs until `stop`. A question that is being asked then is asked again after the next start, and does not count.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let worked = match self.providers.current() {
                Some(provider) => self.step(&provider, &stop).await,
                None => self.nobody_to_ask(&stop).await,
            };
            if let Err(error) = worked {
                error!(error = format!("{:#}", anyhow::Error::new(error)), "asking has to pause");
                sleep_or(&stop, PAUSE_AFTER_STORE_ERROR).await;
            }
        }
    }

    async fn step(&self, provider: &Provider, stop: &CancellationToken) -> Result<(), StoreError> {
        let now = Timestamp::now();
        let Some(question) = self.store.next_question(now).await? else {
            let due = self.store.next_question_due().await?;
            let pause = due.map(|due| Duration::try_from(due - now).unwrap_or_default());
            tokio::select! {
                () = self.bell.rung() => {}
                () = stop.cancelled() => {}
                () = sleep_if(pause) => {}
            }
            return Ok(());
        };
        let id = question.document.id;
        let changed = tokio::select! {
            changed = self.ask(provider, &question) => changed?,
            () = stop.cancelled() => self.store.ask_later(id, now, None, false).await?,
        };
        self.tell(changed);
        Ok(())
    }

    /// The administrator took the provider away: what waits for it is finished as it is.
    async fn nobody_to_ask(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        if let Some(question) = self.store.next_question(Timestamp::MAX).await? {
            let changed = self.store.no_answer(question.document.id, &Ai::default()).await?;
            self.tell(changed);
            return Ok(());
        }
        tokio::select! {
            () = self.bell.rung() => {}
            () = sleep_or(stop, LOOK_AGAIN) => {}
        }
        Ok(())
    }

    async fn ask(&self, provider: &Provider, question: &Question) -> Result<Option<Document>, StoreError> {
        let document = &question.document;
        if let Some(category) = self.never_sent(document) {
            let reason = format!("documents in “{category}” are never sent to a provider");
            let ai = Ai { status: AiStatus::Off, reason: Some(reason), ..Ai::default() };
            return self.store.no_answer(document.id, &ai).await;
        }
        let categories = self.store.categories(&document.owner).await?;
        let categories: Vec<String> = categories.iter().map(|each| each.name.as_str().to_owned()).collect();
        let text = question.pages.join("\n\n");
        let known = document.about.facts();
        let asked = provider::Question {
            text: &text,
            file_name: document.name.as_str(),
            categories: &categories,
            known: &known,
        };
        match provider.classify(&asked).await {
            Ok(answer) => {
                let ai = done(&answer);
                self.store.answer(document.id, &answer.classification, &ai).await
            }
            Err(error) => self.failed(question, &error).await,
        }
    }

    /// The category for whose sake a document is not sent.
    fn never_sent(&self, document: &Document) -> Option<String> {
        let never: Vec<String> =
            self.settings.current().never_send_categories.iter().map(|name| fold(name.trim())).collect();
        let mut names = document.categories.iter().map(|mark| &mark.name);
        names.find(|name| never.contains(&fold(name))).cloned()
    }

    async fn failed(
        &self,
        question: &Question,
        error: &ProviderError,
    ) -> Result<Option<Document>, StoreError> {
        let id = question.document.id;
        let reason = error.to_string();
        match error.retry_after() {
            // Because nobody was asked, it counts for nothing: else a long pause would use up the attempts of all that wait.
            Some(pause) if !error.was_asked() => {
                self.store.ask_later(id, Timestamp::now() + pause, Some(&reason), false).await
            }
            Some(pause) if question.attempt < Store::MOST_QUESTIONS => {
                debug!(document = %id, attempt = question.attempt, "the AI provider will be asked again");
                let pause = pause.max(PAUSE * 2u32.pow(question.attempt - 1));
                self.store.ask_later(id, Timestamp::now() + pause, Some(&reason), true).await
            }
            Some(_) | None => {
                let ai = Ai { status: AiStatus::Failed, reason: Some(reason), ..Ai::default() };
                self.store.no_answer(id, &ai).await
            }
        }
    }

    fn tell(&self, changed: Option<Document>) {
        // None, because it was deleted meanwhile, or is read again.
        if let Some(document) = changed {
            self.changes.announce(Change::Document(Box::new(document)));
            self.finished.ring();
        }
    }
}

fn done(answer: &Answer) -> Ai {
    let usage = &answer.usage;
    Ai {
        status: AiStatus::Done,
        reason: None,
        provider: Some(usage.provider.into()),
        model: Some(usage.model.clone()),
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        took_ms: u64::try_from(usage.took.as_millis()).ok(),
    }
}
