//! Anthropic's Messages API: `POST /v1/messages`.

use axum::http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use serde_json::{Value, json};

use super::dialogue::{Call, Ended, Said};

const VERSION: &str = "2023-06-01";
const TOOL: &str = "describe";

pub(super) const PATH: &str = "/v1/messages";

#[derive(Deserialize)]
struct Message {
    model: Option<String>,
    content: Vec<Value>,
    stop_reason: Option<String>,
    #[serde(default)]
    usage: Tokens,
}

#[derive(Default, Deserialize)]
struct Tokens {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
}

pub(super) fn headers(headers: &mut HeaderMap, key: Option<HeaderValue>) {
    headers.insert("anthropic-version", HeaderValue::from_static(VERSION));
    if let Some(key) = key {
        headers.insert("x-api-key", key);
    }
}

/// The body. No temperature: the API no longer takes one. A model that knows no output format gets a tool that it must use.
pub(super) fn body(call: &Call<'_>) -> Value {
    let mut body = json!({
        "model": call.model,
        "max_tokens": call.most_tokens,
        "system": call.prompt.system,
        "messages": [{"role": "user", "content": call.prompt.user}],
    });
    if call.without.schema {
        body["tools"] =
            json!([{"name": TOOL, "description": "Describes the document.", "input_schema": call.schema}]);
        body["tool_choice"] = json!({"type": "tool", "name": TOOL});
    } else {
        body["output_config"] = json!({"format": {"type": "json_schema", "schema": call.schema}});
    }
    body
}

/// What was said; `None` if this is no message. Thoughts and other blocks are passed over.
pub(super) fn read(body: &[u8]) -> Option<Said> {
    let message: Message = serde_json::from_slice(body).ok()?;
    let blocks = message.content.iter().filter_map(|block| match block["type"].as_str()? {
        "text" => block["text"].as_str().map(str::to_owned),
        "tool_use" if block["name"] == TOOL => Some(block["input"].to_string()),
        _ => None,
    });
    let ended = match message.stop_reason.as_deref() {
        Some("end_turn" | "tool_use" | "stop_sequence") => Ended::Whole,
        Some("refusal") => Ended::Declined,
        Some("model_context_window_exceeded") => Ended::TooLong,
        Some(_) | None => Ended::CutOff,
    };
    Some(Said {
        text: blocks.collect(),
        ended,
        model: message.model,
        input_tokens: message.usage.input_tokens,
        output_tokens: message.usage.output_tokens,
    })
}
