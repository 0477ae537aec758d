//! Asks an AI provider what a document is about.
//!
//! Three protocols, one question, one schema. Whatever comes back is a stranger's text: it becomes facts only through
//! `facts`, which refuses what has another shape, or it becomes a [`ProviderError`]. Nothing that a document or a model says
//! can choose where we connect to, which fields there are, or which categories exist.

mod anthropic;
mod breaker;
mod dialogue;
mod error;
mod facts;
mod failure;
mod mentions;
mod ollama;
mod openai;
mod outbound;
mod prompt;
mod providers;
mod proxies;
mod refusal;
mod repair;
mod retry;
mod schema;

pub use breaker::Circuit;
pub use error::ProviderError;
pub use outbound::Outbound;
pub use providers::Providers;
pub use proxies::Proxies;

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{info, warn};

use super::Classification;
use crate::settings::{Ai, Secret, Settings};
use breaker::Breaker;

/// What is asked about a document.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The whole text; only its beginning and end are sent.
    pub text: &'a str,
    /// What the file is called.
    pub file_name: &'a str,
    /// The names of the owner's categories.
    pub categories: &'a [String],
    /// What is known already. What is certain of it is sent along.
    pub known: &'a Classification,
}

/// What a provider made of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Checked facts, every one with [`Source::Ai`](super::Source::Ai).
    pub classification: Classification,
    /// What it took.
    pub usage: Usage,
}

/// What an answer took, repairs included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The protocol: `anthropic`, `ollama` or `openai`.
    pub provider: &'static str,
    /// The model that answered.
    pub model: String,
    /// Tokens sent, where the provider counts.
    pub input_tokens: Option<u64>,
    /// Tokens received, where the provider counts.
    pub output_tokens: Option<u64>,
    /// How long it took.
    pub took: Duration,
}

/// A provider as configured. Clones share the count of failures; so keep one ([`Providers`] does) instead of making one for
/// each document.
#[derive(Clone, Debug)]
pub struct Provider {
    ai: Arc<Ai>,
    prompt: Option<Arc<str>>,
    within: Duration,
    outbound: Outbound,
    breaker: Arc<Breaker>,
}

impl Provider {
    /// The provider that the settings name, reached as the environment says; `None` while the built-in rules work alone.
    pub fn from_settings(settings: &Settings) -> Option<Self> {
        Self::new(settings, Outbound::from_environment())
    }

    /// The same, reached in another way.
    pub fn new(settings: &Settings, outbound: Outbound) -> Option<Self> {
        let ai = settings.ai.clone()?;
        let outbound = match &ai.authorities {
            Some(authorities) => outbound.trusting(authorities),
            None => outbound,
        };
        Some(Self {
            within: ai.timeout(),
            ai: Arc::new(ai),
            prompt: settings.prompt.as_deref().map(Arc::from),
            outbound,
            breaker: Arc::default(),
        })
    }

    /// The same with another limit for one answer.
    #[must_use]
    pub fn answering_within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    /// Asks. The caller merges the answer into what is known; on an error what is known stays.
    ///
    /// # Errors
    /// See [`ProviderError`]; [`ProviderError::retry_after`] says whether to ask again later.
    pub async fn classify(&self, question: &Question<'_>) -> Result<Answer, ProviderError> {
        self.breaker.enter(Instant::now())?;
        let answer = dialogue::hold(self, question).await;
        self.breaker.note(Instant::now(), answer.as_ref().err());
        match &answer {
            Ok(Answer { usage, .. }) => info!(
                provider = usage.provider,
                model = usage.model,
                input_tokens = usage.input_tokens,
                output_tokens = usage.output_tokens,
                took_ms = u64::try_from(usage.took.as_millis()).unwrap_or(u64::MAX),
                "the provider described a document"
            ),
            Err(error) => {
                warn!(provider = self.ai.dialect.code(), %error, "the provider did not describe a document")
            }
        }
        answer
    }

    /// How it has been doing.
    pub fn circuit(&self) -> Circuit {
        self.breaker.circuit(Instant::now())
    }
}
