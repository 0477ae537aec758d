//! What people and programs are told of a refusal: one row for each.

use http::StatusCode;

use super::Refused;
use crate::{
    gateway::{
        headers::HeaderRefusal,
        notice::{Notice, Way},
    },
    identity::throttle::TooMany,
};

/// What notices may name. `title` is the app's, and only for people who may open it.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The console's origin.
    pub console: &'a str,
    /// The app's title.
    pub title: Option<&'a str>,
}

impl Refused {
    /// How it is told.
    pub fn notice(&self, setting: Setting<'_>) -> Notice {
        let app = setting.title.unwrap_or("This app");
        let row = self.row(app);
        let way = match self {
            // Because what was sent can be sent once more from this page, it stays.
            Self::NotSignedIn => Some(launcher(setting, "Open the launcher in another tab", true)),
            Self::NoGrant | Self::Role | Self::Code | Self::Ended | Self::Stopped => {
                Some(launcher(setting, "Go to the launcher", false))
            }
            Self::ConfirmLeave => Some(Way::Button { text: "Log out of this app" }),
            Self::UnknownHost
            | Self::Host(_)
            | Self::Path(_)
            | Self::Header(_)
            | Self::HeadTooLarge
            | Self::Method
            | Self::Token
            | Self::TokenScope
            | Self::TooMany(_)
            | Self::CrossOrigin
            | Self::WebSocket
            | Self::BodyTooLarge { .. }
            | Self::BodyBroken
            | Self::TooSlow
            | Self::TooManyOpen { .. }
            | Self::Busy { .. }
            | Self::Starting { .. }
            | Self::Failed { .. }
            | Self::Unreachable
            | Self::TimedOut
            | Self::NotFound
            | Self::Internal => None,
        };
        let retry_secs = if let Self::TooMany(TooMany { retry_after_secs }) = self {
            u32::try_from(*retry_after_secs).ok()
        } else {
            self.passes_soon().then_some(2)
        };
        Notice {
            status: row.0,
            code: row.1,
            title: row.2,
            detail: row.3,
            cure: (!row.4.is_empty()).then_some(row.4),
            way,
            retry_secs,
        }
    }

    /// Whether asking again in a moment is worth it.
    const fn passes_soon(&self) -> bool {
        matches!(self, Self::Starting { .. } | Self::TooManyOpen { .. } | Self::Busy { .. })
    }

    /// Status, code, title, detail and cure.
    fn row(&self, app: &str) -> (StatusCode, &'static str, String, String, String) {
        use StatusCode as S;
        let row = |status, code, title: &str, detail: &str, cure: &str| {
            (status, code, title.to_owned(), detail.to_owned(), cure.to_owned())
        };
        let because = || sentence(&self.to_string());
        match self {
            Self::UnknownHost => row(
                S::MISDIRECTED_REQUEST,
                "unknown-host",
                "Nothing here",
                "Nothing is served at this address.",
                "Check the address.",
            ),
            Self::Host(_) => {
                row(S::BAD_REQUEST, "bad-host", "Unclear address", &because(), "Send one Host header.")
            }
            Self::Path(_) => row(
                S::BAD_REQUEST,
                "bad-path",
                "Unclear address",
                &because(),
                "Write the address without tricks: plain segments, percent-encoded where needed.",
            ),
            Self::Header(HeaderRefusal::Expectation) => {
                row(S::EXPECTATION_FAILED, "bad-expectation", "Unknown expectation", &because(), "")
            }
            Self::Header(HeaderRefusal::Connection) => {
                row(S::BAD_REQUEST, "bad-header", "Unclear request", &because(), "")
            }
            Self::HeadTooLarge => row(
                S::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "head-too-large",
                "Too many cookies, or too long an address",
                "What your browser sends with each request is larger than 64 KiB.",
                "Delete this site's cookies in your browser, or shorten the address, and try again.",
            ),
            Self::Method => row(
                S::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Not possible here",
                "Apps are not asked with this method.",
                "",
            ),
            Self::NotSignedIn => row(
                S::UNAUTHORIZED,
                "not-signed-in",
                "You are no longer signed in",
                "Your session in this app has ended, so what you just sent was not passed on.",
                "Open the app again from the launcher, then come back to this tab and reload it: your browser asks whether to send it once more.",
            ),
            Self::Token => row(
                S::UNAUTHORIZED,
                "invalid-token",
                "Not a valid token",
                "It was mistyped, has expired, or was revoked.",
                "Make a new one in the console, under Profile.",
            ),
            Self::TokenScope => row(
                S::FORBIDDEN,
                "token-scope",
                "Not for this app",
                "This token is good for something else.",
                "Make one with this app's scope in the console, under Profile.",
            ),
            Self::TooMany(_) => row(
                S::TOO_MANY_REQUESTS,
                "too-many-attempts",
                "Too many attempts",
                &because(),
                "Wait, and correct the token before the next try.",
            ),
            Self::CrossOrigin => row(
                S::FORBIDDEN,
                "cross-origin",
                "Not from there",
                "Another site's page asked for this, and apps answer their own pages only.",
                "If you meant it, open the app itself and do it there.",
            ),
            Self::NoGrant => row(
                S::FORBIDDEN,
                "no-grant",
                "No access",
                "You have not been given this app.",
                "Ask an administrator to give it to you.",
            ),
            Self::Role => row(
                S::FORBIDDEN,
                "role-too-low",
                "Not for your role",
                &format!("Your role in {app} does not include this page."),
                "Ask an administrator for another role.",
            ),
            Self::WebSocket => row(
                S::FORBIDDEN,
                "no-websocket",
                "No WebSockets",
                &format!("{app} takes no WebSockets."),
                "Set `websocket: true` in its allowlist entry if it should.",
            ),
            Self::BodyTooLarge { limit } => row(
                S::PAYLOAD_TOO_LARGE,
                "body-too-large",
                "Too large",
                &format!("{app} takes up to {} at once.", size(*limit)),
                "Send something smaller, or ask an administrator to raise `http.maxBodySize`.",
            ),
            Self::BodyBroken => row(
                S::BAD_REQUEST,
                "body-broken",
                "Broken off",
                "What was being sent ended early.",
                "Send it again.",
            ),
            Self::TooSlow => row(
                S::REQUEST_TIMEOUT,
                "too-slow",
                "Too slow",
                "What was being sent came too slowly, and the connection was given up.",
                "Send it again over a better connection, or ask an administrator to raise `timeouts.requestBody`.",
            ),
            Self::TooManyOpen { most } => row(
                S::TOO_MANY_REQUESTS,
                "too-many-open",
                "Too much at once",
                &format!("You have {most} requests to {app} open, which is all that it takes."),
                "Close some of its windows, or wait until what they do has ended.",
            ),
            Self::Busy { most } => row(
                S::SERVICE_UNAVAILABLE,
                "app-busy",
                &format!("{app} is busy"),
                &format!("It is answering {most} requests already, which is all that it takes."),
                "Try again in a moment. If it stays so, an administrator can raise `http.maxConcurrentRequests`.",
            ),
            Self::Stopped => row(
                S::SERVICE_UNAVAILABLE,
                "app-stopped",
                &format!("{app} is stopped"),
                "It was stopped by an administrator.",
                "Ask an administrator to start it.",
            ),
            Self::Starting { step } => row(
                S::SERVICE_UNAVAILABLE,
                "app-starting",
                &format!("{app} is starting"),
                &sentence(step),
                "This page reloads by itself.",
            ),
            Self::Failed { cause, cure } => row(
                S::SERVICE_UNAVAILABLE,
                "app-failed",
                &format!("{app} is not running"),
                &sentence(cause),
                cure,
            ),
            Self::Unreachable => row(
                S::BAD_GATEWAY,
                "app-unreachable",
                &format!("{app} does not answer"),
                "The app runs, but the connection to it failed.",
                "Try again in a moment. If it stays so, tell an administrator: the app's logs say more.",
            ),
            Self::TimedOut => row(
                S::GATEWAY_TIMEOUT,
                "app-timeout",
                &format!("{app} takes too long"),
                "The app did not answer in the time that its entry allows.",
                "Try again. If it stays so, tell an administrator: the app's logs say more.",
            ),
            Self::Ended => row(
                S::UNAUTHORIZED,
                "access-ended",
                "Your access has ended",
                "While the app was working, you were signed out or lost access.",
                "Sign in again, or ask an administrator.",
            ),
            Self::NotFound => row(S::NOT_FOUND, "not-found", "Nothing here", "There is no such page.", ""),
            Self::Code => row(
                S::FORBIDDEN,
                "bad-code",
                "That link no longer works",
                "It works once, within a minute, and only in the browser that asked for it.",
                "Open the app again from the launcher. If this comes back, let your browser keep cookies for this site.",
            ),
            Self::ConfirmLeave => {
                row(S::OK, "confirm-leave", "Log out of this app?", "Another page asked for this.", "")
            }
            Self::Internal => row(
                S::INTERNAL_SERVER_ERROR,
                "internal",
                "Something went wrong",
                "The fault is ours, and the log knows it by the id below.",
                "Try again. If it stays so, tell an administrator the id.",
            ),
        }
    }
}

fn launcher(setting: Setting<'_>, text: &'static str, beside: bool) -> Way {
    Way::Link { href: format!("{}/", setting.console), text, beside }
}

/// With a capital and a full stop, as people read it.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(characters).chain((!text.ends_with(['.', '…'])).then_some('.')).collect()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
