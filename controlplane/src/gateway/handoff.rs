//! The hand-off: how a login on the console becomes a session on an app's origin.
//!
//! The app's origin keeps a nonce in the browser and sends the person to the console with the nonce's hash, the *state*.
//! The console, which knows the person, sends them back with a one-time code that is bound to the person, their session,
//! the app and that state. The code is of use only together with the nonce, so neither a stolen code nor a planted one
//! works in another browser.

use atoll_sandbox::names::AppId;
use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use jiff::SignedDuration;
use tracing::error;
use url::form_urlencoded::{byte_serialize, parse};

use super::{
    cookies::CONSOLE_SESSION,
    notice::{self, Reader},
    path::CleanPath,
    refusal::{Refused, Setting},
};
use crate::{
    audit::Outcome,
    identity::session::Audience,
    permissions::{Caller, Refusal},
    platform::Platform,
    random::Random,
    store::{StoreError, handoffs::Handoff},
};

/// How long a code is worth something.
pub const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// How long a browser keeps its nonce: long enough to type a password.
pub(super) const NONCE_LIFETIME_SECS: i64 = 3600;
/// A deep link longer than this leads to the app's first page instead.
const LONGEST_TARGET: usize = 2048;
/// 256 bits as base64url without padding.
const ENCODED: usize = 43;

/// The secret of one browser on one app's origin.
pub(super) struct Nonce(String);

impl Nonce {
    pub(super) fn new(random: &Random) -> Self {
        Self(random.token::<32>())
    }

    /// Takes only what we could have made.
    pub(super) fn parse(value: &str) -> Option<Self> {
        is_encoded(value).then(|| Self(value.to_owned()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// What others may know of it.
    pub(super) fn state(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.as_bytes()))
    }
}

/// The console's side: `/open/{app}?state=…&to=…`.
pub fn router() -> Router<Platform> {
    Router::new().route("/open/{app}", get(open))
}

async fn open(
    State(platform): State<Platform>,
    Path(app): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    method: Method,
) -> Response {
    match opened(&platform, &app, &uri, &headers).await {
        Ok(place) => see_other(&place),
        Err(refused) => {
            let console = platform.config.base_url.origin();
            let id = platform.random.uuid(platform.clock.now()).to_string();
            let notice = refused.notice(Setting { console: &console, title: None });
            notice.answer(Reader::of(&headers), &method, &id).map(axum::body::Body::new)
        }
    }
}

/// Where to send a person who wants to open an app.
async fn opened(platform: &Platform, app: &str, uri: &Uri, headers: &HeaderMap) -> Result<String, Refused> {
    // A person follows a link; only a script of some page would fetch one.
    if headers.get("sec-fetch-mode").is_some_and(|mode| mode != "navigate") {
        return Err(Refused::CrossOrigin);
    }
    // An app that does not exist looks like one that was not given.
    let app: AppId = app.parse().map_err(|_| Refused::NoGrant)?;
    let base = &platform.config.base_url;
    let target = target(parameter(uri.query(), "to").as_deref());
    let Some(state) = parameter(uri.query(), "state").filter(|state| is_encoded(state)) else {
        // From the launcher: the app's origin first leaves its nonce.
        return Ok(format!("{}{target}", base.app_origin(&app)));
    };
    let token = super::cookies::value(headers, CONSOLE_SESSION);
    let session = token.and_then(|token| platform.sessions.verify(token, &Audience::Console));
    let Caller::SignedIn { person, session } = platform.access.caller(session) else {
        let back: String =
            byte_serialize(uri.path_and_query().map_or("/", |own| own.as_str()).as_bytes()).collect();
        return Ok(format!("{}/login?to={back}", base.origin()));
    };
    let actor = crate::permissions::Actor::Person(person);
    let subject = format!("app:{app}");
    if let Err(refusal) = platform.access.open_app(&session, &app) {
        let recorded =
            platform.audit.record(&actor, "app.open", subject, Outcome::Refused, refusal.to_string()).await;
        recorded.map_err(|error| internal(&error))?;
        return Err(match refusal {
            Refusal::NotSignedIn => Refused::NotSignedIn,
            Refusal::NoGrant { .. } | Refusal::NotAdministrator | Refusal::Token { .. } => Refused::NoGrant,
        });
    }
    let (code, now) = (platform.random.token::<32>(), platform.clock.now());
    let handoff = Handoff {
        code_hash: hash_of(&code),
        user: session.user,
        session: session.id,
        app: app.clone(),
        state,
        target,
        expires_at: now + CODE_LIFETIME,
    };
    let entry = platform.audit.entry(&actor, "app.open", subject);
    let kept = keep(platform, &handoff, entry).await.map_err(|error| internal(&error))?;
    // The session ended between the look above and now.
    if !kept {
        return Err(Refused::NotSignedIn);
    }
    Ok(format!("{}/.atoll/enter?code={code}", base.app_origin(&app)))
}

async fn keep(
    platform: &Platform,
    handoff: &Handoff,
    entry: crate::audit::Entry,
) -> Result<bool, StoreError> {
    let mut change = platform.store.begin().await?;
    change.delete_expired_handoffs(platform.clock.now()).await?;
    if !change.insert_handoff(handoff).await? {
        return Ok(false);
    }
    change.commit(entry).await?;
    Ok(true)
}

/// The console's address that sends a person back to `target` on the app's origin.
pub(super) fn open_url(console: &str, app: &AppId, state: &str, target: &str) -> String {
    let target = if target.len() > LONGEST_TARGET { "/" } else { target };
    let to: String = byte_serialize(target.as_bytes()).collect();
    format!("{console}/open/{app}?state={state}&to={to}")
}

/// The database's form of a code.
pub(super) fn hash_of(code: &str) -> String {
    crate::hex::encode(digest(&SHA256, code.as_bytes()).as_ref())
}

/// The value of a parameter that stands in the query once.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut values = parse(query?.as_bytes()).filter(|(found, _)| found == name).map(|(_, value)| value);
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value.into_owned()),
        (None, _) | (Some(_), Some(_)) => None,
    }
}

/// A path and query on the app's own origin. What is not one, or is the platform's, becomes the app's first page.
fn target(asked: Option<&str>) -> String {
    let asked = asked
        .filter(|asked| asked.len() <= LONGEST_TARGET && asked.bytes().all(|byte| byte.is_ascii_graphic()));
    let (path, query) = match asked.map(|asked| asked.split_once('?')) {
        Some(Some((path, query))) => (path, Some(query)),
        Some(None) => (asked.unwrap_or("/"), None),
        None => ("/", None),
    };
    match (CleanPath::parse(path), query) {
        (Ok(path), _) if path.is_platforms() => "/".to_owned(),
        (Ok(path), Some(query)) => format!("{}?{query}", path.forwarded()),
        (Ok(path), None) => path.forwarded().to_owned(),
        (Err(_), _) => "/".to_owned(),
    }
}

fn is_encoded(value: &str) -> bool {
    value.len() == ENCODED && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn see_other(place: &str) -> Response {
    let mut answer = StatusCode::SEE_OTHER.into_response();
    notice::secure(answer.headers_mut());
    match HeaderValue::try_from(place) {
        Ok(place) => drop(answer.headers_mut().insert(header::LOCATION, place)),
        Err(_) => *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    answer
}

fn internal(error: &StoreError) -> Refused {
    error!(error = error as &dyn std::error::Error, "could not open an app");
    Refused::Internal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_link_leads_nowhere_but_to_the_apps_own_origin() {
        for (asked, leads) in [
            (None, "/"),
            (Some("/files/7?page=2&x=%2F"), "/files/7?page=2&x=%2F"),
            (Some("/?to=http://evil.example"), "/?to=http://evil.example"),
            (Some("//evil.example/x"), "/evil.example/x"),
            (Some("/\\evil.example"), "/"),
            (Some("http://evil.example"), "/"),
            (Some("javascript:alert(1)"), "/"),
            (Some("/a\r\nset-cookie: x=y"), "/"),
            (Some("/.atoll/leave"), "/"),
            (Some("/%2eatoll/leave"), "/"),
            (Some("/../x"), "/"),
            (Some(""), "/"),
        ] {
            assert_eq!(target(asked), leads, "{asked:?}");
        }
        assert_eq!(target(Some(&format!("/{}", "a".repeat(4000)))), "/");
    }

    #[test]
    fn a_parameter_that_stands_there_twice_is_none() {
        assert_eq!(parameter(Some("a=1&b=x%2Fy"), "b").as_deref(), Some("x/y"));
        assert_eq!(parameter(Some("b=1&b=2"), "b"), None);
        assert_eq!(parameter(None, "b"), None);
    }

    #[test]
    fn only_a_nonce_of_ours_is_taken() {
        let nonce = Nonce::new(&Random::seeded(1));
        assert!(Nonce::parse(nonce.as_str()).is_some());
        assert_ne!(nonce.state(), nonce.as_str());
        for bad in ["", "short", &"=".repeat(43), &"a".repeat(44)] {
            assert!(Nonce::parse(bad).is_none(), "{bad}");
        }
    }
}
