//! Ollama's own API: `POST /api/chat`.

use serde::Deserialize;
use serde_json::{Deserializer, Value, json};

use super::dialogue::{Call, Ended, Said};

pub(super) const PATH: &str = "/api/chat";

/// Tokens for prompt and answer together. Ollama's default of 4096 cuts a longer prompt without a word.
const CONTEXT_TOKENS: u32 = 8192;

#[derive(Deserialize)]
struct Piece {
    model: Option<String>,
    message: Option<Message>,
    #[serde(default)]
    done: bool,
    done_reason: Option<String>,
    prompt_eval_count: Option<u64>,
    eval_count: Option<u64>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: String,
}

/// The body. `stream` and `think` are sent because without them Ollama streams and thinks.
pub(super) fn body(call: &Call<'_>) -> Value {
    let mut body = json!({
        "model": call.model,
        "messages": call.prompt.messages(),
        "stream": false,
        "think": false,
        "keep_alive": "5m",
        "options": {"temperature": 0, "num_ctx": CONTEXT_TOKENS, "num_predict": call.most_tokens},
    });
    if !call.without.schema {
        body["format"] = call.schema.clone();
    }
    body
}

/// What was said, in one piece or in lines; `None` if this is no chat.
pub(super) fn read(body: &[u8]) -> Option<Said> {
    let mut said = Said {
        text: String::new(),
        ended: Ended::CutOff,
        model: None,
        input_tokens: None,
        output_tokens: None,
    };
    let mut pieces = 0;
    for piece in Deserializer::from_slice(body).into_iter::<Piece>() {
        // A line that breaks off ends what came before it.
        let Ok(piece) = piece else { break };
        pieces += usize::from(piece.message.is_some() || piece.done);
        said.text.push_str(piece.message.as_ref().map_or("", |message| &message.content));
        if piece.done {
            let whole = matches!(piece.done_reason.as_deref(), Some("stop") | None);
            said.ended = if whole { Ended::Whole } else { Ended::CutOff };
        }
        said.model = piece.model.or(said.model);
        said.input_tokens = piece.prompt_eval_count.or(said.input_tokens);
        said.output_tokens = piece.eval_count.or(said.output_tokens);
    }
    (pieces > 0).then_some(said)
}
