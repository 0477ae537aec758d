//! The one line of each call: the same fields whether it was allowed or refused, and never a value that a client sent.

use std::{cell::RefCell, time::Instant};

use atoll_sandbox::labels;
use tracing::{info, warn};

use crate::{
    http::{Answer, Body, Head},
    metrics::Metrics,
    refusal::Reason,
    seal::Labels,
};

tokio::task_local! {
    /// Whom the running call is about. Task-local, because it is learned deep in a call, from an object's seal, and
    /// wanted at its end only.
    static SUBJECT: RefCell<Subject>;
}

/// The app and instance that a call turned out to be about; empty when it is about none or was refused before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    app: String,
    instance: String,
}

/// Notes whom the running call is about.
pub(crate) fn about(found: &Labels) {
    let label = |name| found.get(name).cloned().unwrap_or_default();
    let subject = Subject { app: label(labels::APP), instance: label(labels::INSTANCE) };
    // Outside of a call there is nobody to tell.
    let _ = SUBJECT.try_with(|cell| cell.replace(subject));
}

/// Runs a call and says whom it was about.
pub(crate) async fn followed<T>(call: impl Future<Output = T>) -> (T, Subject) {
    SUBJECT.scope(RefCell::default(), async { (call.await, SUBJECT.with(RefCell::take)) }).await
}

/// What is known of a call when its answer is ready.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) peer: u32,
    /// None when the request could not be read.
    pub(crate) head: Option<&'a Head>,
    /// The endpoint's name, such as `container-create`; empty when there is none.
    pub(crate) endpoint: &'static str,
    pub(crate) subject: Subject,
    pub(crate) started: Instant,
}

impl Record<'_> {
    /// Writes the line and counts the call.
    pub(crate) fn finish(self, answer: Option<&Answer>, metrics: &Metrics) {
        let outcome = match answer {
            None => "abandoned",
            Some(answer) if answer.reason.is_some() => "refused",
            Some(_) => "allowed",
        };
        let reason = answer.and_then(|answer| answer.reason);
        metrics.count(self.endpoint, outcome, reason.map_or("", Reason::word), self.started.elapsed());
        self.write(answer, outcome, reason);
    }

    fn write(self, answer: Option<&Answer>, outcome: &str, reason: Option<Reason>) {
        let path = self.head.map(|head| head.target.path()).unwrap_or_default();
        let method = self.head.map_or("", |head| head.method.as_str());
        let name = self.head.and_then(|head| head.target.query.get("name")).map_or("", String::as_str);
        let received_bytes = self.head.map_or(0, |head| head.content_length);
        let sent_bytes = answer.map_or(0, |answer| match &answer.body {
            Body::Whole(bytes) => bytes.len(),
            // How long a stream gets is known only when nobody asks any more.
            Body::Stream(_) | Body::Lines(..) => 0,
        });
        let elapsed_ms = self.started.elapsed().as_secs_f64() * 1000.0;
        let status = answer.map_or(0, |answer| answer.status.as_u16());
        let message = reason.and(answer).and_then(Answer::message).unwrap_or_default();
        let (Subject { app, instance }, endpoint, peer_uid) = (self.subject, self.endpoint, self.peer);
        // Because "is it there?" answered with no is a question, and warns nobody.
        let worth_a_warning = outcome == "refused" && reason != Some(Reason::NoSuch);
        let reason = reason.map_or("", Reason::word);
        // Because the level is part of a call site, the line stands here twice.
        macro_rules! line {
            ($level:ident) => {
                $level!(
                    method,
                    path,
                    name,
                    endpoint,
                    app,
                    instance,
                    peer_uid,
                    status,
                    received_bytes,
                    sent_bytes,
                    elapsed_ms,
                    outcome,
                    reason,
                    message,
                    "call"
                )
            };
        }
        if worth_a_warning { line!(warn) } else { line!(info) }
    }
}
