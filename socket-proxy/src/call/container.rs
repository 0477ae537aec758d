//! The calls below `/containers`.

use http::Method;

use super::{Call, Condition, Logs, Reference, Signal, decode::Input};
use crate::{
    query::Query,
    refusal::{Reason, Refusal},
};

const SIGNALS: [&str; 8] =
    ["SIGTERM", "SIGKILL", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"];
const CONDITIONS: [&str; 3] = ["not-running", "next-exit", "removed"];
const LONGEST_STOP_SECS: u32 = 300;
const MOST_LINES: u32 = 10_000;
const MOST_ROWS: u32 = 1_000_000;

pub(super) fn container(
    method: &Method,
    path: &[&str],
    input: &mut Input<'_>,
) -> Result<Option<Call>, Refusal> {
    let query = &mut input.query;
    Ok(Some(match (method, path) {
        (&Method::GET, ["json"]) => container_list(query)?,
        (&Method::POST, ["create"]) => {
            query.neutral("platform", &[])?;
            let name = query.text("name").ok_or_else(|| {
                Refusal::new(
                    Reason::NoReference,
                    "the query key `name` is missing: atoll-<app>-<instance>-<service>",
                )
            })?;
            Call::ContainerCreate { name, body: input.object()? }
        }
        (&Method::DELETE, [id]) => {
            query.neutral("link", &["0", "false", "False"])?;
            let (force, volumes) = (query.flag("force")?, query.flag("v")?);
            Call::ContainerRemove { container: Reference::parse(id)?, force, volumes }
        }
        (&Method::GET, [id, "json"]) => {
            query.neutral("size", &["0", "false", "False"])?;
            Call::ContainerInspect(Reference::parse(id)?)
        }
        (&Method::GET, [id, "logs"]) => {
            Call::ContainerLogs { container: Reference::parse(id)?, logs: logs(query)? }
        }
        (&Method::GET, [id, "stats"]) => Call::ContainerStats {
            container: Reference::parse(id)?,
            stream: query.flag_unless_denied("stream")?,
            one_shot: query.flag("one-shot")?,
        },
        (&Method::POST, [id, "start"]) => {
            query.neutral("detachKeys", &[])?;
            Call::ContainerStart(Reference::parse(id)?)
        }
        (&Method::POST, [id, "stop"]) => {
            query.neutral("signal", &[])?;
            Call::ContainerStop {
                container: Reference::parse(id)?,
                grace_secs: query.number("t", LONGEST_STOP_SECS)?,
            }
        }
        (&Method::POST, [id, "kill"]) => {
            Call::ContainerKill { container: Reference::parse(id)?, signal: signal(query)? }
        }
        (&Method::POST, [id, "wait"]) => {
            Call::ContainerWait { container: Reference::parse(id)?, condition: condition(query)? }
        }
        _ => return Ok(None),
    }))
}

fn container_list(query: &mut Query) -> Result<Call, Refusal> {
    query.neutral("size", &["0", "false", "False"])?;
    query.neutral("trunc_cmd", &["0", "1", "false", "true"])?;
    Ok(Call::ContainerList {
        all: query.flag("all")?,
        limit: query.number_or("limit", &["-1", "0"], MOST_ROWS)?,
        filters: query.filters(&["label", "status", "name"])?,
    })
}

fn logs(query: &mut Query) -> Result<Logs, Refusal> {
    query.neutral("details", &["0", "false", "False"])?;
    Ok(Logs {
        stdout: query.flag("stdout")?,
        stderr: query.flag("stderr")?,
        follow: query.flag("follow")?,
        timestamps: query.flag("timestamps")?,
        tail: query.number_or("tail", &["all"], MOST_LINES)?,
        since: query.moment("since")?,
        until: query.moment("until")?,
    })
}

fn signal(query: &mut Query) -> Result<Signal, Refusal> {
    let wanted = query.text("signal").filter(|word| !word.is_empty());
    let is_wanted = |known: &&str| match wanted.as_deref() {
        None => *known == "SIGKILL",
        Some(word) => *known == word || known.strip_prefix("SIG") == Some(word),
    };
    SIGNALS.into_iter().find(is_wanted).map(Signal).ok_or_else(|| unknown("signal"))
}

fn condition(query: &mut Query) -> Result<Condition, Refusal> {
    let wanted = query.text("condition").filter(|word| !word.is_empty());
    let is_wanted = |known: &&str| wanted.as_deref().unwrap_or("not-running") == *known;
    CONDITIONS.into_iter().find(is_wanted).map(Condition).ok_or_else(|| unknown("condition"))
}

fn unknown(key: &str) -> Refusal {
    Refusal::new(Reason::BadQuery, format!("the query key `{key}` has an unknown value"))
}
