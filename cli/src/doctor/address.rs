//! Do people find the console and the apps at the address that is given out?

use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use url::Url;

use super::{finding::Findings, hosts::AppHost, names};
use crate::api::loopback;

const PATIENCE: Duration = Duration::from_secs(5);

/// What is at an address.
enum Answer {
    Atoll,
    Another(String),
    Nobody,
    Broken(String),
}

/// What only a control plane says.
#[derive(Deserialize)]
struct SetupView {
    #[expect(dead_code, reason = "that it is there is what counts")]
    needed: bool,
}

/// Looks up the names and knocks at the port.
pub(super) async fn examine(base: &Url, hosts: &[AppHost], stack_is_up: bool, findings: &mut Findings) {
    if names::examine(hosts, findings).await {
        answers(base, stack_is_up, findings).await;
    } else {
        findings.untried("address.answers", "port", "the name leads nowhere");
    }
}

async fn answers(base: &Url, stack_is_up: bool, findings: &mut Findings) {
    let (id, title) = ("address.answers", "port");
    let shown = base.as_str().trim_end_matches('/');
    let port = base.port_or_known_default().unwrap_or(0);
    match (knock(base).await, stack_is_up) {
        (Answer::Atoll, _) => findings.ok(id, title, format!("Atoll answers at {shown}")),
        (Answer::Nobody, false) => findings.ok(id, title, format!("{port} is free")),
        (Answer::Nobody, true) => findings.problem(
            id,
            title,
            format!("the control plane is up, but nobody answers at {shown}"),
            "compare ATOLL_PUBLISH and ATOLL_BASE_URL in deploy/.env; name another address with --url",
        ),
        (Answer::Another(what), _) => findings.problem(
            id,
            title,
            format!("something else answers at {shown}: {what}"),
            format!("stop it (ss -ltnp sport = :{port} shows it), or use another port: make up ATOLL_PUBLISH=127.0.0.1:8081"),
        ),
        (Answer::Broken(why), _) => findings.problem(
            id,
            title,
            format!("no answer can be had from {shown}: {why}"),
            "look at what stands in front of Atoll there: a proxy, a firewall, a certificate",
        ),
    }
}

async fn knock(base: &Url) -> Answer {
    let Ok(http) = loopback::resolve_here(reqwest::Client::builder().timeout(PATIENCE), base).build() else {
        return Answer::Broken("the HTTP client cannot be prepared".to_owned());
    };
    let url = base.join("api/v1/setup").unwrap_or_else(|_| base.clone());
    let response = match http.get(url).send().await {
        Ok(response) => response,
        Err(error) if is_refused(&error) => return Answer::Nobody,
        Err(error) => return Answer::Broken(crate::failure::root(&error.without_url())),
    };
    let status = response.status();
    match (status, response.json::<SetupView>().await) {
        (StatusCode::OK, Ok(_)) => Answer::Atoll,
        (_, _) => Answer::Another(format!("it says {status} and is no control plane")),
    }
}

fn is_refused(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::ConnectionRefused;
        }
        next = error.source();
    }
    false
}
