//! The one table from errors to HTTP: status, code, title and cure.

use http::StatusCode;

use super::ApiError;
use crate::{
    engine::error::EngineError,
    identity::{
        accounts::AccountError, login::LoginError, session::SessionError, setup::SetupError,
        throttle::TooMany, tokens::TokenError,
    },
    permissions::{Refusal, grants::GrantError},
    reconciler::CommandError,
};

/// How the caller is told of an error.
pub(super) struct Row {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) title: &'static str,
    pub(super) cure: Option<String>,
    /// What is said instead of the error's own words, where those are not for the caller.
    pub(super) hidden: Option<&'static str>,
    pub(super) retry_after_secs: Option<u64>,
}

impl Row {
    const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self { status, code, title, cure: None, hidden: None, retry_after_secs: None }
    }

    fn cure(self, cure: impl Into<String>) -> Self {
        Self { cure: Some(cure.into()), ..self }
    }
}

pub(super) fn row(error: &ApiError) -> Row {
    use StatusCode as S;
    match error {
        ApiError::Refused(refusal) => refused(refusal),
        ApiError::CrossOrigin => Row::new(S::FORBIDDEN, "cross-origin", "Request from another origin").cure(
            "Open the console at its own address. Programs send `Authorization: Bearer` instead of a cookie.",
        ),
        ApiError::NotFound => Row::new(S::NOT_FOUND, "not-found", "Not found"),
        ApiError::MethodNotAllowed => {
            Row::new(S::METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed")
                .cure("See /api/v1/openapi.json for what this address answers.")
        }
        ApiError::UnreadableBody(_) => Row::new(S::BAD_REQUEST, "unreadable-body", "Body cannot be read")
            .cure("See /api/v1/openapi.json for the form of the body."),
        ApiError::NotJson => Row::new(S::UNSUPPORTED_MEDIA_TYPE, "not-json", "Body is not JSON")
            .cure("Send the header `Content-Type: application/json`."),
        ApiError::BodyTooLarge => Row::new(S::PAYLOAD_TOO_LARGE, "body-too-large", "Body too large"),
        ApiError::Invalid(_) => Row::new(S::UNPROCESSABLE_ENTITY, "invalid", "Invalid input")
            .cure("Correct the fields that `errors` names."),
        ApiError::Login(error) => login(error),
        ApiError::Setup(error) => setup(error),
        ApiError::Account(error) => account(error),
        ApiError::Token(error) => token(error),
        ApiError::TooMany(too_many) => throttled(*too_many),
        ApiError::Grant(error) => grant(error),
        ApiError::UnknownApp(_) => unknown_app(),
        ApiError::Command(error) => command(error),
        ApiError::Engine(error) => engine(error),
        ApiError::Store(_) => database(),
    }
}

fn refused(refusal: &Refusal) -> Row {
    match refusal {
        Refusal::NotSignedIn => {
            Row::new(StatusCode::UNAUTHORIZED, "not-signed-in", "Not signed in").cure("Sign in.")
        }
        Refusal::NotAdministrator => {
            Row::new(StatusCode::FORBIDDEN, "not-administrator", "For administrators only")
                .cure("Ask an administrator to do it.")
        }
        Refusal::Token { .. } => Row::new(StatusCode::FORBIDDEN, "token-scope", "Not by this token")
            .cure("Use a token that has the scope, or sign in: scopes are chosen when a token is made."),
        Refusal::NoGrant { .. } => Row::new(StatusCode::FORBIDDEN, "no-grant", "Not given to you")
            .cure("Ask an administrator for access to the app."),
    }
}

fn login(error: &LoginError) -> Row {
    match error {
        LoginError::WrongCredentials => {
            Row::new(StatusCode::UNAUTHORIZED, "wrong-credentials", "Wrong credentials")
                .cure("Check both, or ask an administrator to set a new password.")
        }
        LoginError::TooMany(too_many) => throttled(*too_many),
        LoginError::Store(_) => database(),
        LoginError::Session(error) => session(error),
    }
}

fn setup(error: &SetupError) -> Row {
    match error {
        SetupError::AlreadySetUp => {
            Row::new(StatusCode::CONFLICT, "already-set-up", "Already set up").cure("Sign in.")
        }
        SetupError::WrongCode => Row::new(StatusCode::FORBIDDEN, "setup-code-wrong", "Wrong set-up code")
            .cure("Run `atoll-controlplane setup-code` on the server for a new one."),
        SetupError::TooMany(too_many) => throttled(*too_many),
        SetupError::Store(_) => database(),
        SetupError::Session(error) => session(error),
    }
}

fn token(error: &TokenError) -> Row {
    match error {
        TokenError::Endless => Row::new(StatusCode::UNPROCESSABLE_ENTITY, "token-endless", "Needs an end")
            .cure("Set `expires_in_days`."),
        TokenError::Lifetime => {
            Row::new(StatusCode::UNPROCESSABLE_ENTITY, "token-lifetime", "No such lifetime")
                .cure("Set `expires_in_days` to 1 to 366.")
        }
        TokenError::TooManyTokens => Row::new(StatusCode::CONFLICT, "too-many-tokens", "Too many tokens")
            .cure("Revoke those that nothing uses any more."),
        TokenError::Unknown => Row::new(StatusCode::NOT_FOUND, "unknown-token", "Unknown token"),
        TokenError::Gone => {
            Row::new(StatusCode::UNAUTHORIZED, "not-signed-in", "Not signed in").cure("Sign in.")
        }
        TokenError::Store(_) => database(),
    }
}

fn account(error: &AccountError) -> Row {
    match error {
        AccountError::Unknown => Row::new(StatusCode::NOT_FOUND, "unknown-user", "Unknown user"),
        AccountError::EmailTaken => Row::new(StatusCode::CONFLICT, "email-taken", "E-mail address taken")
            .cure("Choose another address."),
        AccountError::LastAdministrator => {
            Row::new(StatusCode::CONFLICT, "last-administrator", "Last administrator")
                .cure("Make somebody else an administrator first.")
        }
        AccountError::WrongPassword => Row::new(StatusCode::FORBIDDEN, "wrong-password", "Wrong password")
            .cure("Check the current password."),
        AccountError::TooMany(too_many) => throttled(*too_many),
        AccountError::Store(_) => database(),
    }
}

fn grant(error: &GrantError) -> Row {
    match error {
        GrantError::UnknownApp(_) => unknown_app(),
        GrantError::UnknownRole { .. } => {
            Row::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown-role", "Unknown role")
                .cure("Choose one of its roles.")
        }
        GrantError::UnknownUser => Row::new(StatusCode::NOT_FOUND, "unknown-user", "Unknown user"),
        GrantError::Store(_) => database(),
    }
}

fn unknown_app() -> Row {
    Row::new(StatusCode::NOT_FOUND, "unknown-app", "Not on the approved list")
        .cure("Choose an app of the catalogue, or have it added to allowlist.yaml.")
}

fn command(error: &CommandError) -> Row {
    match error {
        CommandError::UnknownApp { .. } => unknown_app(),
        CommandError::NotInstallable(failure) => {
            Row::new(StatusCode::CONFLICT, "not-installable", "Cannot be installed").cure(&failure.cure)
        }
        CommandError::AlreadyInstalled { .. } => {
            Row::new(StatusCode::CONFLICT, "already-installed", "Already installed")
                .cure("Start it if it is stopped.")
        }
        CommandError::NotInstalled { .. } => {
            Row::new(StatusCode::NOT_FOUND, "not-installed", "Not installed")
                .cure("Install it from the catalogue first.")
        }
        CommandError::Busy { .. } => {
            Row::new(StatusCode::CONFLICT, "operation-under-way", "Operation under way")
                .cure("Wait until the operation under way has ended, then try again.")
        }
        CommandError::Nobody => {
            Row::new(StatusCode::UNAUTHORIZED, "not-signed-in", "Not signed in").cure("Sign in.")
        }
        CommandError::Store(_) => database(),
    }
}

fn engine(error: &EngineError) -> Row {
    if error.is_away() {
        return Row::new(StatusCode::SERVICE_UNAVAILABLE, "engine-away", "Container engine away")
            .cure("Start the container engine and the socket proxy; `atoll doctor` says what is wrong.");
    }
    Row::new(StatusCode::BAD_GATEWAY, "engine-refused", "Container engine refused")
        .cure("Look at the socket proxy's log; it names the rule.")
}

fn session(error: &SessionError) -> Row {
    match error {
        SessionError::Gone => {
            Row::new(StatusCode::UNAUTHORIZED, "not-signed-in", "Not signed in").cure("Sign in.")
        }
        SessionError::Store(_) => database(),
        SessionError::Keys(_) => Row {
            hidden: Some("Something went wrong on our side."),
            ..Row::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error")
        },
    }
}

fn throttled(TooMany { retry_after_secs }: TooMany) -> Row {
    Row {
        retry_after_secs: Some(retry_after_secs),
        ..Row::new(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts", "Too many attempts")
            .cure("Wait, then try again.")
    }
}

fn database() -> Row {
    Row {
        hidden: Some("The database does not answer as it should."),
        ..Row::new(StatusCode::SERVICE_UNAVAILABLE, "database-unavailable", "Database unavailable")
            .cure("Try again; if it stays so, look at the control plane's log.")
    }
}
