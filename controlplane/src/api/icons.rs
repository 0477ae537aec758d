//! `/icons/{app}`: pictures that the allowlist names.
//!
//! An SVG may hold scripts. As an image it cannot run them; opened by itself it is sandboxed.

use std::path::{Component, Path, PathBuf};

use atoll_sandbox::names::AppId;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;

use super::ApiError;
use crate::{
    permissions::{Permit, actions::ViewIcon},
    platform::Platform,
};

const MOST_BYTES: u64 = 512 * 1024;
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Where an app's icon is served.
pub(super) fn icon_url(app: &AppId) -> String {
    format!("/api/v1/icons/{app}")
}

/// An app's icon, or a square with its initial when it has none.
#[utoipa::path(
    get, path = "/api/v1/icons/{app}", operation_id = "icon", tag = "apps", params(("app" = String, Path)),
    responses((status = 200, description = "An SVG or PNG image", content_type = "image/svg+xml", body = String))
)]
pub(super) async fn show(
    State(platform): State<Platform>,
    permit: Permit<ViewIcon>,
) -> Result<Response, ApiError> {
    let policy = platform.policy.current();
    let app = policy.app(permit.subject()).ok_or_else(|| ApiError::UnknownApp(permit.subject().clone()))?;
    let folder = platform.config.allowlist.parent().unwrap_or(Path::new("."));
    let file = app.icon.as_deref().and_then(|icon| locate(folder, icon));
    let (kind, bytes) = match file {
        Some((kind, path)) => match read(&path).await {
            Some(bytes) => (kind, bytes),
            None => ("image/svg+xml", initial(&app.title)),
        },
        None => ("image/svg+xml", initial(&app.title)),
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "private, max-age=300"),
    ];
    Ok((headers, bytes).into_response())
}

/// The file and its type; `None` for a path that leads out of the allowlist's folder or is no image.
fn locate(folder: &Path, icon: &str) -> Option<(&'static str, PathBuf)> {
    let relative = Path::new(icon);
    let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
    let kind = match relative.extension()?.to_str()? {
        "svg" => "image/svg+xml",
        "png" => "image/png",
        _ => return None,
    };
    inside.then(|| (kind, folder.join(relative)))
}

async fn read(path: &Path) -> Option<Vec<u8>> {
    let metadata = tokio::fs::metadata(path).await.ok()?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return None;
    }
    tokio::fs::read(path).await.ok()
}

fn initial(title: &str) -> Vec<u8> {
    let letter = title.chars().find(|c| c.is_alphanumeric()).unwrap_or('•').to_uppercase().to_string();
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" rx="14" fill="#0b7285"/><text x="32" y="43" font-family="sans-serif" font-size="32" text-anchor="middle" fill="#fff">{letter}</text></svg>"##
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_lies_beside_the_allowlist_and_nowhere_else() {
        let folder = Path::new("/etc/atoll");
        assert!(locate(folder, "app-images/documents/icon.svg").is_some());
        for bad in ["../icon.svg", "/etc/shadow.svg", "a/../../b.svg", "icon.html", "icon"] {
            assert!(locate(folder, bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn an_initial_is_drawn_from_letters_only() {
        let svg = String::from_utf8(initial("<ünter>")).unwrap();
        assert!(svg.contains(">Ü</text>"), "{svg}");
    }
}
