//! One line in the log and one count in the metrics for each request, when its last byte has passed.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use atoll_sandbox::names::AppId;
use http::{Method, StatusCode};
use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use tracing::info;
use uuid::Uuid;

use super::{body::Progress, tunnel::Traffic};
use crate::{
    identity::session::Session,
    ids::{AccessTokenId, UserId},
    reconciler::uses::Use,
};

/// The status that is written down for a request whose client did not wait, after nginx's custom.
const CLIENT_GONE: u16 = 499;

/// The metrics of one app. Made once, because finding a metric by its labels costs more than counting.
pub struct Meters {
    requests: [Counter; 5],
    duration: Histogram,
    sent: Counter,
    received: Counter,
    /// WebSockets that are open now.
    pub sockets: Gauge,
}

/// What is written down about a request. It is written when dropped, whatever became of the request.
#[derive(Debug)]
pub struct Record {
    line: Option<Box<Line>>,
}

#[derive(Debug)]
struct Line {
    id: Uuid,
    trace: Option<String>,
    app: AppId,
    user: Option<UserId>,
    token: Option<AccessTokenId>,
    method: Method,
    status: u16,
    outcome: &'static str,
    begun: Instant,
    received: u64,
    upload: Option<Arc<Progress>>,
    socket: Option<Arc<Traffic>>,
    meters: Option<Arc<Meters>>,
    /// Held until the last byte has passed: until then the app is in use.
    uses: Option<[Use; 2]>,
}

impl Meters {
    /// The metrics of `app`.
    pub fn of(app: &AppId) -> Self {
        let app = app.to_string();
        let requests = ["1xx", "2xx", "3xx", "4xx", "5xx"]
            .map(|status| counter!("atoll_gateway_requests_total", "app" => app.clone(), "status" => status));
        let bytes =
            |direction| counter!("atoll_gateway_bytes_total", "app" => app.clone(), "direction" => direction);
        Self {
            requests,
            duration: histogram!("atoll_gateway_request_duration_seconds", "app" => app.clone()),
            sent: bytes("to_app"),
            received: bytes("from_app"),
            sockets: gauge!("atoll_gateway_open_sockets", "app" => app.clone()),
        }
    }
}

impl std::fmt::Debug for Meters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meters")
    }
}

impl Record {
    /// Of a request that has just come.
    pub fn new(id: Uuid, app: AppId, method: Method) -> Self {
        Self {
            line: Some(Box::new(Line {
                id,
                trace: None,
                app,
                user: None,
                token: None,
                method,
                // What holds until there is an answer, so also when the client does not wait for one.
                status: CLIENT_GONE,
                outcome: "client-gone",
                begun: Instant::now(),
                received: 0,
                upload: None,
                socket: None,
                meters: None,
                uses: None,
            })),
        }
    }

    /// The record itself, for something that outlives the request's handling; nothing is left to write here.
    #[must_use]
    pub fn take(&mut self) -> Self {
        Self { line: self.line.take() }
    }

    /// The request's id.
    pub fn id(&self) -> Uuid {
        self.line.as_ref().map_or(Uuid::nil(), |line| line.id)
    }

    /// Whose request it is, and by which access token if by one.
    pub fn by(&mut self, session: &Session) {
        self.change(|line| (line.user, line.token) = (Some(session.user), session.token));
    }

    /// Which trace it belongs to.
    pub fn traced(&mut self, trace: String) {
        self.change(|line| line.trace = Some(trace));
    }

    /// Which metrics count it.
    pub fn counted_by(&mut self, meters: Arc<Meters>) {
        self.change(|line| line.meters = Some(meters));
    }

    /// What is being sent with it.
    pub fn uploads(&mut self, upload: Option<Arc<Progress>>) {
        self.change(|line| line.upload = upload);
    }

    /// What counts as in use until the request has ended.
    pub(crate) fn uses(&mut self, uses: [Use; 2]) {
        self.change(|line| line.uses = Some(uses));
    }

    /// It became a socket, which passes this.
    pub fn socket(&mut self, traffic: Arc<Traffic>) {
        self.change(|line| line.socket = Some(traffic));
    }

    /// How it is answered, and by whom: `app`, or a word that says why not.
    pub fn answered(&mut self, status: StatusCode, outcome: &'static str) {
        self.change(|line| (line.status, line.outcome) = (status.as_u16(), outcome));
    }

    /// That a piece of the answer passed.
    pub fn received(&mut self, bytes: u64) {
        self.change(|line| line.received += bytes);
    }

    /// That the answer was broken off.
    pub fn broken(&mut self) {
        self.change(|line| line.outcome = "broken-off");
    }

    fn change(&mut self, change: impl FnOnce(&mut Line)) {
        if let Some(line) = &mut self.line {
            change(line);
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if let Some(line) = self.line.take() {
            line.write();
        }
    }
}

impl Line {
    fn write(self) {
        let Self {
            id,
            trace,
            app,
            user,
            token,
            method,
            status,
            outcome,
            begun,
            mut received,
            upload,
            socket,
            meters,
            uses,
        } = self;
        let took = begun.elapsed();
        drop(uses);
        let mut sent = upload.map_or(0, |upload| upload.bytes());
        if let Some(traffic) = socket {
            sent += traffic.sent.load(Ordering::Relaxed);
            received += traffic.received.load(Ordering::Relaxed);
        }
        if let Some(meters) = meters {
            let class = usize::from(status / 100).clamp(1, 5) - 1;
            meters.requests[class].increment(1);
            meters.duration.record(took);
            meters.sent.increment(sent);
            meters.received.increment(received);
        }
        let millis = took.as_secs_f64() * 1000.0;
        let (user, token) = (user.map(tracing::field::display), token.map(tracing::field::display));
        // No path: it names people's files, and its query may hold an app's tokens.
        info!(target: "atoll::gateway", %id, trace, %app, user, token, %method, status, outcome, millis, sent, received, "{method} {app} {status}");
    }
}
