//! OpenAI's chat completions, as LM Studio and many other servers speak them: `POST /v1/chat/completions`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::dialogue::{Call, Ended, Said};

pub(super) const PATH: &str = "/v1/chat/completions";

#[derive(Deserialize)]
struct Completion {
    model: Option<String>,
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

#[derive(Default, Deserialize)]
struct Tokens {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
}

pub(super) fn body(call: &Call<'_>) -> Value {
    let mut body = json!({
        "model": call.model,
        "messages": call.prompt.messages(),
        "stream": false,
    });
    if !call.without.sampling {
        body["temperature"] = json!(0);
        body["max_tokens"] = json!(call.most_tokens);
    }
    if !call.without.schema {
        let format = json!({"name": "document", "strict": true, "schema": call.schema});
        body["response_format"] = json!({"type": "json_schema", "json_schema": format});
    }
    body
}

/// What was said; `None` if this is no completion.
pub(super) fn read(body: &[u8]) -> Option<Said> {
    let completion: Completion = serde_json::from_slice(body).ok()?;
    let choice = completion.choices.into_iter().next()?;
    let ended = match choice.finish_reason.as_deref() {
        _ if choice.message.refusal.is_some() => Ended::Declined,
        Some("content_filter") => Ended::Declined,
        Some("stop") => Ended::Whole,
        Some(_) | None => Ended::CutOff,
    };
    let usage = completion.usage.unwrap_or_default();
    Some(Said {
        text: choice.message.content.unwrap_or_default(),
        ended,
        model: completion.model,
        input_tokens: usage.prompt_tokens,
        output_tokens: usage.completion_tokens,
    })
}
