//! From the checks to the app and back: the request as the app sees it, the wait for its answer, the answer as the
//! browser sees it.

use std::{net::SocketAddr, sync::Arc};

use http::{
    HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, Uri, Version, header,
    uri::PathAndQuery,
};
use hyper::{body::Incoming, upgrade::OnUpgrade};
use tokio::{net::TcpStream, time::Instant};
use tracing::warn;

use super::{
    Exchange, Gateway,
    admission::Admission,
    body::{AnswerBody, Download, Progress, Upload},
    headers,
    notice::REQUEST_ID,
    path::CleanPath,
    refusal::Refused,
    site::Site,
    socket, trace,
    tunnel::Side,
    upstream::{Answer, AppBody, Question, UpstreamError},
    wake,
};
use crate::server::threads::ThreadIndex;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// How many fields are added to a request's own, its trace's included, so that room is made for them at once.
const ACCOMPANY: usize = 5;

/// What the checks of a request have found: the only way to an app, since only a permit makes an [`Admission`].
pub(super) struct Admitted {
    pub(super) admission: Arc<Admission>,
    pub(super) site: Arc<Site>,
    /// Which thread serves the client, and therefore asks the app.
    pub(super) thread: ThreadIndex,
    /// Whether a WebSocket is asked for.
    pub(super) upgrade: bool,
}

impl Gateway {
    /// Passes a request on and its answer back.
    pub(super) async fn forward(
        &self,
        exchange: &mut Exchange,
        admitted: Admitted,
        path: &CleanPath<'_>,
        mut request: Request<Incoming>,
    ) -> Result<Response<AnswerBody>, Refused> {
        let (site, admission) = (&admitted.site, &admitted.admission);
        exchange.record.uses(admission.begin(site)?);
        let endpoint = wake::endpoint(exchange, site, admission).await?;
        let client = admitted.upgrade.then(|| hyper::upgrade::on(&mut request));
        let (mut parts, body) = request.into_parts();
        let limit = site.http.max_body_size.bytes();
        if http_body::Body::size_hint(&body).lower() > limit {
            return Err(Refused::BodyTooLarge { limit });
        }
        headers::clean_request(&mut parts.headers, &self.0.console)?;
        let introduction = self.0.admissions.introduce(admission).await?;
        accompany(exchange, &admitted, &mut parts.headers)?;
        Self::trace(exchange, &mut parts.headers);
        parts.uri = target(path, &parts.uri)?;
        parts.version = Version::HTTP_11;
        parts.extensions.clear();
        let upload = Upload::new(body, limit, site.http.timeouts.request_body.as_std(), admission);
        let progress = upload.progress();
        exchange.record.uploads(progress.clone());
        let question = Question { request: Request::from_parts(parts, upload), introduction };
        match ask(endpoint, question, &admitted, progress.as_deref()).await? {
            Answer::Http(answer) => Ok(pass_back(exchange, &admitted, answer)),
            Answer::Switched(head, app) => self.switch(exchange, &admitted, client, head, app),
        }
    }

    fn trace(exchange: &mut Exchange, headers: &mut HeaderMap) {
        let id = exchange.record.id();
        exchange.record.traced(trace::continue_or_begin(headers, id));
    }

    fn switch(
        &self,
        exchange: &mut Exchange,
        admitted: &Admitted,
        client: Option<OnUpgrade>,
        head: Response<()>,
        app: Side<TcpStream>,
    ) -> Result<Response<AnswerBody>, Refused> {
        // An app that switches to something else than it was asked for wants what was not checked.
        let client = client.filter(|_| socket::is_granted(head.headers())).ok_or(Refused::Unreachable)?;
        exchange.record.answered(StatusCode::SWITCHING_PROTOCOLS, "app");
        let socket = socket::Socket {
            client,
            app,
            ended: admitted.admission.ended.clone(),
            closing: self.0.closing.clone(),
            idle: admitted.site.http.timeouts.idle.as_std(),
            clock: self.0.needs.clock.clone(),
            open: admitted.site.meters.sockets.clone(),
            record: exchange.record.take(),
        };
        tokio::spawn(socket.run());
        let mut answer = head.map(|()| AnswerBody::Own(None));
        headers::clean_answer(answer.headers_mut());
        answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        answer.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        Ok(answer)
    }
}

/// Says of a request what differs from one to the next. What a client said of it was removed before, or is replaced.
fn accompany(exchange: &Exchange, admitted: &Admitted, headers: &mut HeaderMap) -> Result<(), Refused> {
    headers.reserve(ACCOMPANY);
    let peer = HeaderValue::try_from(exchange.peer.to_string()).map_err(|_| Refused::Internal)?;
    headers.insert(FORWARDED_FOR, peer);
    headers.insert(REQUEST_ID, exchange.id.clone());
    if admitted.upgrade {
        headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    Ok(())
}

fn pass_back(
    exchange: &mut Exchange,
    admitted: &Admitted,
    answer: Response<AppBody>,
) -> Response<AnswerBody> {
    let (mut parts, body) = answer.into_parts();
    headers::clean_answer(&mut parts.headers);
    parts.version = Version::HTTP_11;
    parts.extensions.clear();
    exchange.record.answered(parts.status, "app");
    let idle = admitted.site.http.timeouts.idle.as_std();
    let admission = Arc::clone(&admitted.admission);
    let download = Download::new(body, exchange.record.take(), admission, idle);
    Response::from_parts(parts, AnswerBody::App(download))
}

/// Sends a request and waits for the head of the answer, as long as the app's entry allows and access lasts.
async fn ask(
    endpoint: SocketAddr,
    question: Question,
    Admitted { admission, site, thread, .. }: &Admitted,
    upload: Option<&Progress>,
) -> Result<Answer, Refused> {
    let (begun, timeouts) = (Instant::now(), &site.http.timeouts);
    let patience = || match upload {
        Some(upload) if !upload.is_finished() => upload.moved_at() + timeouts.idle.as_std(),
        Some(upload) => upload.moved_at() + timeouts.response_header.as_std(),
        None => begun + timeouts.response_header.as_std(),
    };
    let sending = site.upstream.send(*thread, endpoint, timeouts.connect.as_std(), question, patience);
    tokio::select! {
        biased;
        answer = sending => answer.map_err(|error| blame(&error, site, admission, upload)),
        () = admission.ended.cancelled() => Err(Refused::Ended),
    }
}

/// Whose fault it is that there is no answer.
fn blame(error: &UpstreamError, site: &Site, admission: &Admission, upload: Option<&Progress>) -> Refused {
    if upload.is_some_and(Progress::is_too_large) {
        return Refused::BodyTooLarge { limit: site.http.max_body_size.bytes() };
    }
    if upload.is_some_and(Progress::is_slow) {
        return Refused::TooSlow;
    }
    if upload.is_some_and(Progress::is_broken) {
        return Refused::BodyBroken;
    }
    if admission.ended.is_cancelled() {
        return Refused::Ended;
    }
    warn!(app = %site.app, error = error as &dyn std::error::Error, "app `{}` gave no answer", site.app);
    match error {
        UpstreamError::ConnectTimeout | UpstreamError::TimedOut => Refused::TimedOut,
        UpstreamError::Connect(_)
        | UpstreamError::Broke(_)
        | UpstreamError::Malformed(_)
        | UpstreamError::Upload(_)
        | UpstreamError::Speak(_) => Refused::Unreachable,
    }
}

/// The request target in origin form, with the path that was checked.
fn target(path: &CleanPath<'_>, uri: &Uri) -> Result<Uri, Refused> {
    let same = uri.path_and_query().filter(|_| path.is_unchanged()).cloned();
    let target = match (same, uri.query()) {
        (Some(same), _) => Ok(same),
        (None, Some(query)) => PathAndQuery::try_from(format!("{}?{query}", path.forwarded())),
        (None, None) => PathAndQuery::try_from(path.forwarded()),
    };
    target.map(Uri::from).map_err(|_| Refused::Internal)
}
