//! The three provider protocols, each against a server that keeps to it or breaks it in every way that we know.

mod egress;
mod injection;

use std::time::Duration;

use atoll_documents::classification::Classification;
use atoll_documents::classification::provider::{
    Answer, Outbound, Provider, ProviderError, Proxies, Question,
};
use atoll_documents::settings::{Draft, Settings};
use serde_json::{Value, json};

use crate::support::provider::{FakeProvider, Scripted, says};

pub(crate) const TEXT: &str = "Kontor Nord GmbH\nRechnung KN-42 vom 12.05.2026\nGesamt 118,00 EUR";
const KEY: &str = "sk-test-0123456789abcd";
const DIALECTS: [&str; 3] = ["anthropic", "ollama", "openai"];

/// What a good model says of [`TEXT`].
pub(crate) fn good() -> Value {
    json!({
        "title": "Rechnung KN-42", "document_type": "invoice", "date": "2026-05-12", "sender": "Kontor Nord GmbH",
        "recipient": null, "total": {"amount": "118.00", "currency": "EUR"}, "net": null, "due_date": null,
        "number": "KN-42", "iban": null, "language": "de", "summary": "Eine Rechnung.", "tags": ["lampen"],
        "categories": ["Büro", "Invented"], "confidence": {"title": 90, "date": 95},
    })
}

/// What a model says, in a protocol's envelope.
pub(crate) fn envelope(dialect: &str, said: &str) -> Value {
    ended(dialect, said, true)
}

fn ended(dialect: &str, said: &str, whole: bool) -> Value {
    match dialect {
        "anthropic" => json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "m-1",
            "content": [{"type": "thinking", "thinking": "{\"not\": \"this\"}"}, {"type": "text", "text": said}],
            "stop_reason": if whole { "end_turn" } else { "max_tokens" }, "stop_sequence": null,
            "usage": {"input_tokens": 100, "output_tokens": 20},
        }),
        "ollama" => json!({
            "model": "m-1", "created_at": "2026-11-26T12:00:00Z", "message": {"role": "assistant", "content": said},
            "done": true, "done_reason": if whole { "stop" } else { "length" },
            "prompt_eval_count": 100, "eval_count": 20,
        }),
        _ => json!({
            "id": "c-1", "object": "chat.completion", "created": 1, "model": "m-1",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": said},
                         "finish_reason": if whole { "stop" } else { "length" }}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }),
    }
}

pub(crate) fn settings(dialect: &str, base_url: &str) -> Settings {
    let draft = json!({"ai": {"dialect": dialect, "base_url": base_url, "model": "m", "api_key": KEY,
                              "allow_private_hosts": true}});
    serde_json::from_value::<Draft>(draft).unwrap().check().unwrap()
}

/// A way out without a proxy.
pub(crate) fn straight() -> Outbound {
    Outbound::new(Proxies::default(), rustls::RootCertStore::empty(), false)
}

fn provider(dialect: &str, fake: &FakeProvider) -> Provider {
    Provider::new(&settings(dialect, &fake.base_url()), straight()).unwrap()
}

pub(crate) async fn classify(provider: &Provider, text: &str) -> Result<Answer, ProviderError> {
    let (known, categories) = (Classification::default(), ["Büro".to_owned()]);
    provider
        .classify(&Question { text, file_name: "kn-42.pdf", categories: &categories, known: &known })
        .await
}

async fn ask(
    dialect: &str,
    answers: impl IntoIterator<Item = Scripted>,
) -> (Result<Answer, ProviderError>, FakeProvider) {
    let fake = FakeProvider::start(answers).await;
    (classify(&provider(dialect, &fake), TEXT).await, fake)
}

fn soon(status: u16, body: impl ToString) -> Scripted {
    Scripted::Whole(status, vec![("retry-after-ms", "1".into())], body.to_string())
}

#[tokio::test]
async fn a_good_answer_becomes_facts_in_each_protocol() {
    for dialect in DIALECTS {
        let (answer, fake) = ask(dialect, [says(200, envelope(dialect, &good().to_string()))]).await;
        let Answer { classification, usage } = answer.unwrap();
        assert_eq!(classification.title.unwrap().value, "Rechnung KN-42");
        assert_eq!(classification.date.unwrap().value.to_string(), "2026-05-12");
        assert_eq!(classification.total.unwrap().value.amount.to_string(), "118.00");
        assert_eq!(classification.categories.len(), 1, "only the owner's");
        assert_eq!((usage.provider, usage.model.as_str()), (dialect, "m-1"));
        assert_eq!((usage.input_tokens, usage.output_tokens), (Some(100), Some(20)));
        assert_eq!(fake.asked().len(), 1);
    }
}

#[tokio::test]
async fn each_protocol_is_spoken_as_its_server_expects() {
    for dialect in DIALECTS {
        let (_, fake) = ask(dialect, [says(200, envelope(dialect, &good().to_string()))]).await;
        let asked = &fake.asked()[0];
        let header = |name: &str| asked.headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert_eq!((asked.method.as_str(), header("content-type")), ("POST", "application/json"));
        let body = &asked.body;
        assert_eq!(body["model"], "m");
        let schema = match dialect {
            "anthropic" => {
                assert_eq!((asked.target.as_str(), header("x-api-key")), ("/v1/messages", KEY));
                assert_eq!(header("anthropic-version"), "2023-06-01");
                assert!(body["temperature"].is_null() && body["max_tokens"].is_u64());
                assert!(body["messages"].as_array().unwrap().iter().all(|message| message["role"] == "user"));
                &body["output_config"]["format"]["schema"]
            }
            "ollama" => {
                assert_eq!(asked.target, "/api/chat");
                assert_eq!((&body["stream"], &body["think"]), (&json!(false), &json!(false)));
                assert!(body["options"]["num_ctx"].as_u64().unwrap() >= 8192);
                &body["format"]
            }
            _ => {
                assert_eq!(asked.target, "/v1/chat/completions");
                assert_eq!(header("authorization"), format!("Bearer {KEY}"));
                assert_eq!(body["response_format"]["type"], "json_schema");
                &body["response_format"]["json_schema"]["schema"]
            }
        };
        assert_eq!(schema["additionalProperties"], false, "{dialect}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_the_schema_is_asked_for_once_more_and_then_refused() {
    let bad = [
        json!({"document_type": "ransom_note"}).to_string(),
        json!({"document_type": "invoice", "admin": true}).to_string(),
        json!({"document_type": "invoice", "title": ["a"]}).to_string(),
        "I cannot tell.".into(),
        r#"{"document_type": "invo"#.into(),
        "<think>{\"document_type\": \"invoice\"}".into(),
        String::new(),
    ];
    for dialect in DIALECTS {
        for said in &bad {
            let (answer, fake) = ask(dialect, [says(200, envelope(dialect, said))]).await;
            assert!(matches!(answer, Err(ProviderError::Unusable(_))), "{dialect}: {said}: {answer:?}");
            assert_eq!(fake.asked().len(), 2, "{dialect}: {said}");
            let answers =
                [envelope(dialect, said), envelope(dialect, &good().to_string())].map(|body| says(200, body));
            let (answer, fake) = ask(dialect, answers).await;
            assert_eq!(answer.unwrap().usage.input_tokens, Some(200), "both are counted");
            assert!(fake.asked()[1].body.to_string().contains("could not be used"));
        }
    }
}

#[tokio::test]
async fn a_cut_off_or_declined_answer_is_never_read_even_if_it_is_whole_json() {
    for dialect in DIALECTS {
        let (answer, _) = ask(dialect, [says(200, ended(dialect, &good().to_string(), false))]).await;
        assert!(matches!(answer, Err(ProviderError::Unusable(_))), "{dialect}: {answer:?}");
    }
    let mut refused = envelope("anthropic", &good().to_string());
    refused["stop_reason"] = json!("refusal");
    assert_eq!(ask("anthropic", [says(200, refused)]).await.0, Err(ProviderError::Declined));
    let mut refused = envelope("openai", &good().to_string());
    refused["choices"][0]["message"]["refusal"] = json!("no");
    assert_eq!(ask("openai", [says(200, refused)]).await.0, Err(ProviderError::Declined));
}

#[tokio::test]
async fn thoughts_and_fences_around_an_answer_are_passed_over() {
    for dialect in DIALECTS {
        let said = format!("<think>Is it {{}}?</think>\nHere:\n```json\n{}\n```", good());
        let (answer, _) = ask(dialect, [says(200, envelope(dialect, &said))]).await;
        assert!(answer.is_ok(), "{dialect}: {answer:?}");
    }
}

#[tokio::test]
async fn what_a_provider_refuses_is_said_in_its_own_words_without_the_key() {
    type Expected = fn(&ProviderError) -> bool;
    let cases: [(u16, Expected); 5] = [
        (401, |error| matches!(error, ProviderError::Key(_))),
        (403, |error| matches!(error, ProviderError::Key(_))),
        (404, |error| matches!(error, ProviderError::NotFound(_))),
        (400, |error| matches!(error, ProviderError::Rejected { .. })),
        (422, |error| matches!(error, ProviderError::Rejected { .. })),
    ];
    for dialect in DIALECTS {
        for (status, expected) in &cases {
            for body in [
                json!({"error": format!("words {KEY}")}),
                json!({"error": {"message": format!("words {KEY}")}}),
            ] {
                let (answer, fake) = ask(dialect, [says(*status, body)]).await;
                let error = answer.unwrap_err();
                assert!(expected(&error), "{dialect}: {status}: {error:?}");
                assert!(error.to_string().contains("words ****abcd"), "{error}");
                assert_eq!((error.retry_after(), fake.asked().len()), (None, 1), "{dialect}: {status}");
            }
        }
    }
}

#[tokio::test]
async fn what_passes_is_asked_three_times_and_then_left_to_the_queue() {
    for dialect in DIALECTS {
        for status in [408, 429, 500, 503, 529] {
            let (answer, fake) = ask(dialect, [soon(status, json!({"error": "busy"}))]).await;
            let error = answer.unwrap_err();
            assert!(error.retry_after().is_some() && error.to_string().contains("busy"), "{error:?}");
            assert_eq!(fake.asked().len(), 3, "{dialect}: {status}");
            let answers = [soon(status, "x"), says(200, envelope(dialect, &good().to_string()))];
            assert!(ask(dialect, answers).await.0.is_ok(), "{dialect}: {status}");
        }
        let patience = Scripted::Whole(429, vec![("retry-after", "600".into())], "{}".into());
        let (answer, fake) = ask(dialect, [patience]).await;
        assert_eq!(answer.unwrap_err().retry_after(), Some(Duration::from_secs(600)));
        assert_eq!(fake.asked().len(), 1, "ten minutes are not waited here");
    }
}

#[tokio::test]
async fn a_document_that_is_too_long_is_halved_once() {
    let text = "word ".repeat(4_000);
    for (dialect, status, message) in [
        ("anthropic", 400, "prompt is too long: 210000 tokens > 200000 maximum"),
        ("anthropic", 413, "request_too_large"),
        ("ollama", 400, "the input length exceeds the context length"),
        ("openai", 400, "This model's maximum context length is 4096 tokens"),
    ] {
        let too_long = says(status, json!({"error": {"message": message}}));
        let fake =
            FakeProvider::start([too_long.clone(), says(200, envelope(dialect, &good().to_string()))]).await;
        classify(&provider(dialect, &fake), &text).await.unwrap();
        let lengths: Vec<usize> = fake.asked().iter().map(|asked| asked.body.to_string().len()).collect();
        assert!(lengths[1] + 3_500 < lengths[0], "{lengths:?}");
        let fake = FakeProvider::start([too_long]).await;
        let answer = classify(&provider(dialect, &fake), &text).await;
        assert!(matches!(answer, Err(ProviderError::TooLong(_))), "{answer:?}");
        assert_eq!(fake.asked().len(), 2);
    }
}

#[tokio::test]
async fn silence_ends_after_the_limit_and_half_or_huge_answers_are_no_answers() {
    for dialect in DIALECTS {
        let fake = FakeProvider::start([Scripted::Silence]).await;
        let limit = Duration::from_millis(200);
        let answer = classify(&provider(dialect, &fake).answering_within(limit), TEXT).await;
        assert_eq!(answer, Err(ProviderError::TimedOut(limit)));
        assert_eq!(fake.asked().len(), 1);

        let (answer, _) = ask(dialect, [says(200, "x".repeat(2 << 20))]).await;
        assert_eq!(answer, Err(ProviderError::TooLarge));

        for body in ["", "null", "[]", "{}", "<html>", "{\"choices\": [], \"content\": 3, \"message\": 3}"] {
            let (answer, _) = ask(dialect, [says(200, body)]).await;
            assert!(matches!(answer, Err(ProviderError::Unusable(_))), "{dialect}: {body}: {answer:?}");
        }
    }
    let half = Scripted::Half(envelope("openai", &good().to_string()).to_string());
    let (answer, fake) = ask("openai", [half, says(200, envelope("openai", &good().to_string()))]).await;
    assert!(answer.is_ok() && fake.asked().len() == 2, "{answer:?}");
}

#[tokio::test]
async fn lines_from_an_ollama_that_streams_all_the_same_are_put_together() {
    let said = good().to_string();
    let (front, back) = said.split_at(said.char_indices().nth(40).unwrap().0);
    let piece = |content: &str| json!({"model": "m-1", "message": {"role": "assistant", "content": content}, "done": false});
    let lines = format!("{}\n{}\n{}\n", piece(front), piece(back), envelope("ollama", ""));
    let (answer, _) = ask("ollama", [says(200, &lines)]).await;
    assert_eq!(answer.unwrap().usage.output_tokens, Some(20));
    let cut = format!("{}\n{}\n", piece(front), piece(back));
    let (answer, _) = ask("ollama", [says(200, cut)]).await;
    assert!(
        matches!(answer, Err(ProviderError::Unusable(_))),
        "without its last line it was cut off: {answer:?}"
    );
}

#[tokio::test]
async fn a_server_that_knows_no_schema_gets_the_question_in_the_form_that_it_knows() {
    let words = "'response_format.type' must be 'text'";
    let answers = [says(400, json!({"error": words})), says(200, envelope("openai", &good().to_string()))];
    let (answer, fake) = ask("openai", answers).await;
    assert!(answer.is_ok() && fake.asked()[1].body["response_format"].is_null(), "{answer:?}");

    let mut tool = envelope("anthropic", "");
    tool["content"] = json!([{"type": "tool_use", "id": "t", "name": "describe", "input": good()}]);
    tool["stop_reason"] = json!("tool_use");
    let words = json!({"type": "error", "error": {"type": "invalid_request_error", "message": "output_config: unknown field"}});
    let (answer, fake) = ask("anthropic", [says(400, words), says(200, tool)]).await;
    assert_eq!(answer.unwrap().classification.number.unwrap().value, "KN-42");
    assert_eq!(fake.asked()[1].body["tool_choice"]["name"], "describe");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let thief = FakeProvider::start([says(200, "{}")]).await;
    for dialect in DIALECTS {
        let away = Scripted::Whole(307, vec![("location", thief.base_url())], String::new());
        assert_eq!(ask(dialect, [away]).await.0, Err(ProviderError::Redirect(307)));
    }
    assert!(thief.asked().is_empty());
}

#[tokio::test]
async fn after_five_failures_the_provider_is_left_alone() {
    let fake = FakeProvider::start([says(401, "{}")]).await;
    let provider = provider("openai", &fake);
    for _ in 0..5 {
        assert!(matches!(classify(&provider, TEXT).await, Err(ProviderError::Key(_))));
    }
    assert!(matches!(classify(&provider, TEXT).await, Err(ProviderError::Paused(_))));
    assert_eq!(fake.asked().len(), 5);
    assert!(provider.circuit().paused_for.is_some());
}
