//! One document's questions and answers: the first, and the few more that a poor answer is worth.

use std::time::Instant;

use axum::http::{HeaderMap, HeaderValue, header};
use jiff::Zoned;
use serde_json::Value;

use super::facts::{self, Against};
use super::failure::{clean, failure};
use super::outbound::{Letter, Reply};
use super::prompt::{Prompt, prompt};
use super::{
    Answer, Provider, ProviderError, Question, Usage, anthropic, ollama, openai, repair, retry, schema,
};
use crate::settings::Dialect;

/// Enough for every field at its longest.
const MOST_TOKENS: u32 = 2048;

/// One request, before it has a protocol's shape.
pub(super) struct Call<'a> {
    pub(super) model: &'a str,
    pub(super) prompt: &'a Prompt,
    pub(super) schema: &'a Value,
    pub(super) most_tokens: u32,
    pub(super) without: Without,
}

/// What an older or smaller server has said that it does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Without {
    /// The schema as part of the request. It stands in the prompt as well.
    pub(super) schema: bool,
    /// Temperature and limit, which some models name otherwise.
    pub(super) sampling: bool,
}

/// What a model said, in whichever protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) text: String,
    pub(super) ended: Ended,
    pub(super) model: Option<String>,
    pub(super) input_tokens: Option<u64>,
    pub(super) output_tokens: Option<u64>,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// By itself.
    Whole,
    /// In the middle.
    CutOff,
    /// By refusing.
    Declined,
    /// Because the document fills the model's memory.
    TooLong,
}

/// What has been tried. Each `true` is set once, so a dialogue has an end.
#[derive(Default)]
struct Tried {
    halved: bool,
    complaint: Option<String>,
    without: Without,
}

/// Asks until there is a usable answer or nothing left to try.
pub(super) async fn hold(provider: &Provider, question: &Question<'_>) -> Result<Answer, ProviderError> {
    let began = Instant::now();
    let mut usage = Usage {
        provider: provider.ai.dialect.code(),
        model: provider.ai.model.clone(),
        input_tokens: None,
        output_tokens: None,
        took: began.elapsed(),
    };
    let mut tried = Tried::default();
    loop {
        let said = ask(provider, question, &tried).await;
        if let Ok(said) = &said {
            count(&mut usage, said);
        }
        match said.and_then(|said| understand(&said, question)) {
            Ok(classification) => {
                usage.took = began.elapsed();
                return Ok(Answer { classification, usage });
            }
            Err(error) => tried.learn(error)?,
        }
    }
}

impl Tried {
    /// What to do otherwise the next time.
    ///
    /// # Errors
    /// The error itself, when that has been tried.
    fn learn(&mut self, error: ProviderError) -> Result<(), ProviderError> {
        match &error {
            ProviderError::TooLong(_) if !self.halved => self.halved = true,
            ProviderError::Rejected { message, .. } => {
                let message = message.to_lowercase();
                let names = |words: &[&str]| words.iter().any(|word| message.contains(word));
                if !self.without.schema
                    && names(&["output_config", "output_format", "response_format", "schema", "grammar"])
                {
                    self.without.schema = true;
                } else if !self.without.sampling && names(&["max_tokens", "temperature"]) {
                    self.without.sampling = true;
                } else {
                    return Err(error);
                }
            }
            ProviderError::Declined if self.complaint.is_none() => {
                self.complaint = Some("it was no description".into());
            }
            ProviderError::Unusable(why) if self.complaint.is_none() => self.complaint = Some(why.clone()),
            ProviderError::TooLong(_)
            | ProviderError::Declined
            | ProviderError::Unusable(_)
            | ProviderError::NotAllowed { .. }
            | ProviderError::Address(_)
            | ProviderError::Unreachable(_)
            | ProviderError::TimedOut(_)
            | ProviderError::Key(_)
            | ProviderError::NotFound(_)
            | ProviderError::RateLimited { .. }
            | ProviderError::Unavailable { .. }
            | ProviderError::Redirect(_)
            | ProviderError::TooLarge
            | ProviderError::Paused(_)
            | ProviderError::AskedToWait(_) => return Err(error),
        }
        Ok(())
    }
}

async fn ask(provider: &Provider, question: &Question<'_>, tried: &Tried) -> Result<Said, ProviderError> {
    let ai = &provider.ai;
    let prompt = prompt(question, provider.prompt.as_deref(), tried.halved, tried.complaint.as_deref());
    let call = Call {
        model: &ai.model,
        prompt: &prompt,
        schema: &schema::schema(),
        most_tokens: MOST_TOKENS,
        without: tried.without,
    };
    let (path, body) = match ai.dialect {
        Dialect::Anthropic => (anthropic::PATH, anthropic::body(&call)),
        Dialect::Ollama => (ollama::PATH, ollama::body(&call)),
        Dialect::OpenAi => (openai::PATH, openai::body(&call)),
    };
    let headers = headers(provider)?;
    let reply = retry::patiently(jitter(), tokio::time::sleep, async || {
        let letter = Letter {
            base: &ai.base_url,
            url: ai.base_url.endpoint(path),
            headers: headers.clone(),
            body: body.to_string().into_bytes(),
            may_be_private: ai.allow_private_hosts,
            within: provider.within,
        };
        let reply = provider.outbound.post(letter).await?;
        if reply.status.is_success() { Ok(reply) } else { Err(failure(&reply, ai.api_key.as_ref())) }
    })
    .await?;
    read(provider, &reply)
}

fn headers(provider: &Provider) -> Result<HeaderMap, ProviderError> {
    let sensitive = |text: String| {
        let mut value =
            HeaderValue::try_from(text).map_err(|_| ProviderError::Key("it cannot be sent".into()))?;
        value.set_sensitive(true);
        Ok(value)
    };
    let key = provider.ai.api_key.as_ref().map(|key| key.expose().to_owned());
    let bearer = |key: String| sensitive(format!("Bearer {key}"));
    let mut headers = HeaderMap::new();
    match provider.ai.dialect {
        Dialect::Anthropic => anthropic::headers(&mut headers, key.map(sensitive).transpose()?),
        // Ollama itself wants no key; one that stands before it may.
        Dialect::Ollama | Dialect::OpenAi => {
            if let Some(bearer) = key.map(bearer).transpose()? {
                headers.insert(header::AUTHORIZATION, bearer);
            }
        }
    }
    Ok(headers)
}

fn read(provider: &Provider, reply: &Reply) -> Result<Said, ProviderError> {
    let said = match provider.ai.dialect {
        Dialect::Anthropic => anthropic::read(&reply.body),
        Dialect::Ollama => ollama::read(&reply.body),
        Dialect::OpenAi => openai::read(&reply.body),
    };
    said.ok_or_else(|| {
        let protocol = provider.ai.dialect;
        ProviderError::Unusable(format!(
            "it is no answer of the protocol `{protocol}`: check protocol and address"
        ))
    })
}

fn understand(
    said: &Said,
    question: &Question<'_>,
) -> Result<crate::classification::Classification, ProviderError> {
    match said.ended {
        Ended::Declined => return Err(ProviderError::Declined),
        Ended::TooLong => return Err(ProviderError::TooLong("it fills the model's context window".into())),
        Ended::CutOff => return Err(ProviderError::Unusable("it was cut off".into())),
        Ended::Whole => {}
    }
    let object = repair::object(&said.text)
        .ok_or_else(|| ProviderError::Unusable("it holds no JSON object".into()))?;
    let against =
        Against { text: question.text, categories: question.categories, today: Zoned::now().date() };
    facts::read(&object, &against).map_err(ProviderError::Unusable)
}

fn count(usage: &mut Usage, said: &Said) {
    let add = |sum: Option<u64>, more: Option<u64>| match (sum, more) {
        (Some(sum), Some(more)) => Some(sum.saturating_add(more)),
        (one, other) => one.or(other),
    };
    usage.input_tokens = add(usage.input_tokens, said.input_tokens);
    usage.output_tokens = add(usage.output_tokens, said.output_tokens);
    if let Some(model) = &said.model {
        usage.model = clean(model, None).chars().take(200).collect();
    }
}

/// A number from 0 to 1.
fn jitter() -> f64 {
    let mut byte = [0];
    // Without randomness all wait alike, which is no harm.
    match aws_lc_rs::rand::fill(&mut byte) {
        Ok(()) | Err(_) => f64::from(byte[0]) / 255.0,
    }
}
