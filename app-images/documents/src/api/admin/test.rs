//! “Test connection”: describes a small invoice of our own, with the settings of the form or the stored ones.

use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use super::settings::understood;
use crate::api::ApiState;
use crate::classification::Classification;
use crate::classification::provider::{Answer, Provider, ProviderError, Question};
use crate::identity::Administrator;
use crate::problem::{ApiError, Problem, sentence};
use crate::settings::{Draft, Settings};

/// A little less than the platform's gateway waits for an answer.
const WITHIN: Duration = Duration::from_secs(50);

const SAMPLE: &str = "Kontor Nord GmbH\nHafenstrasse 4, 20457 Hamburg\n\nInvoice KN-2026-0042\nDate: 12 May 2026\n\
                      To: Studio Birke\n\n2 desk lamps, 59.00 EUR each\nTotal including VAT: 118.00 EUR\n\
                      Please pay by 26 May 2026.";

/// How a test went.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct TestView {
    /// Whether the provider described the sample.
    ok: bool,
    /// What happened, in the provider's own words where it gave some.
    message: String,
    /// How long it took, in milliseconds.
    took_ms: u64,
    /// The model that answered.
    model: Option<String>,
    /// Tokens sent.
    input_tokens: Option<u64>,
    /// Tokens received.
    output_tokens: Option<u64>,
    /// What these tokens cost, where the settings hold prices.
    #[schema(value_type = Option<String>)]
    cost: Option<Decimal>,
    /// What the operator has to add to the app's entry in the allowlist, if that is what is missing.
    egress_line: Option<String>,
}

/// Asks the provider to describe a sample. Without a body the stored settings are tested, else those in the body, which are
/// not stored. A key that is left out or masked is the stored one.
#[utoipa::path(post, path = "/admin/api/settings/test", operation_id = "testSettings", request_body = Option<Draft>,
    responses(
        (status = OK, description = "How it went; a provider's error is an answer, too", body = TestView),
        (status = "4XX", description = "Why it was not tried", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn test(
    State(state): State<ApiState>,
    _: Administrator,
    body: Result<Option<Json<Draft>>, JsonRejection>,
) -> Result<Json<TestView>, ApiError> {
    let stored = state.settings.current();
    let settings = match body {
        Ok(None) => Settings::clone(&stored),
        Ok(Some(draft)) => checked(understood(Ok(draft))?, &stored)?,
        Err(rejection) => checked(understood(Err(rejection))?, &stored)?,
    };
    Ok(Json(tried(&settings, &state).await))
}

fn checked(mut draft: Draft, stored: &Settings) -> Result<Settings, ApiError> {
    draft.keep_key(stored)?;
    Ok(draft.check()?)
}

async fn tried(settings: &Settings, state: &ApiState) -> TestView {
    let Some(provider) = Provider::new(settings, state.providers.outbound().clone()) else {
        return TestView {
            message: "No AI provider is set: the built-in rules work alone.".into(),
            ..TestView::default()
        };
    };
    let known = Classification::default();
    let question = Question { text: SAMPLE, file_name: "kn-2026-0042.pdf", categories: &[], known: &known };
    let began = Instant::now();
    let answer = tokio::time::timeout(WITHIN, provider.classify(&question)).await;
    let answer = answer.unwrap_or(Err(ProviderError::TimedOut(WITHIN)));
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    match answer {
        Ok(answer) => TestView { took_ms, ..described(answer, settings) },
        Err(error) => TestView { took_ms, ..failed(error) },
    }
}

fn described(Answer { classification, usage }: Answer, settings: &Settings) -> TestView {
    let title = classification.title.map_or("no title".into(), |title| format!("“{}”", title.value));
    let price = settings.ai.as_ref();
    TestView {
        ok: true,
        message: format!("The provider described the sample: {title}."),
        cost: price.and_then(|ai| ai.cost(usage.input_tokens, usage.output_tokens)),
        model: Some(usage.model),
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        ..TestView::default()
    }
}

fn failed(error: ProviderError) -> TestView {
    let message = sentence(&error.to_string());
    let egress_line = if let ProviderError::NotAllowed { line } = error { Some(line) } else { None };
    TestView { message, egress_line, ..TestView::default() }
}
