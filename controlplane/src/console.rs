//! The console: one page and its files.
//!
//! The page's scripts and styles carry a nonce that is new in each answer, so nothing that got into the page by
//! another way runs.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{Html, IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::random::Random;

/// What stands in the built page where the nonce goes.
const PLACEHOLDER: &str = "__ATOLL_CSP_NONCE__";

#[derive(Clone)]
struct Console {
    folder: Arc<PathBuf>,
    random: Random,
    files: ServeDir,
}

/// Serves the console from a folder: files by name, and the page for every address without a file extension.
pub(crate) fn router(folder: &Path, random: Random) -> Router {
    let files = ServeDir::new(folder).append_index_html_on_directories(false);
    Router::new().fallback(answer).with_state(Console { folder: Arc::new(folder.to_owned()), random, files })
}

async fn answer(State(console): State<Console>, request: Request) -> Response {
    match (request.method(), asks_for_file(request.uri().path())) {
        (&Method::GET | &Method::HEAD, true) => file(console.files, request).await,
        (&Method::GET | &Method::HEAD, false) => page(&console).await,
        _ => (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response(),
    }
}

/// Whether the last part of the path has an extension. The page itself is never served as a file: it needs its nonce.
fn asks_for_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.contains('.') && path != "/index.html"
}

async fn file(files: ServeDir, request: Request) -> Response {
    // The build puts a hash of the content into the names in this folder, so a name never changes its content.
    let forever = request.uri().path().starts_with("/assets/");
    let Ok(response) = files.oneshot(request).await;
    let mut response = response.map(Body::new);
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let cache = match (found, forever) {
        (true, true) => "public, max-age=31536000, immutable",
        (true, false) => "no-cache",
        (false, _) => "no-store",
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

async fn page(console: &Console) -> Response {
    let text = match tokio::fs::read_to_string(console.folder.join("index.html")).await {
        Ok(text) => text,
        Err(error) => return no_console(&console.folder, &error),
    };
    let nonce = console.random.token::<16>();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let headers = [(header::CACHE_CONTROL, "no-store".to_owned()), (header::CONTENT_SECURITY_POLICY, policy)];
    (headers, Html(text.replace(PLACEHOLDER, &nonce))).into_response()
}

/// A page for whoever started the control plane without the console.
fn no_console(folder: &Path, error: &io::Error) -> Response {
    tracing::warn!(folder = %folder.display(), %error, "the console's page cannot be read");
    let text = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Atoll</title>\
                <h1>The console is not here</h1>\
                <p>Atoll runs and its API answers, but the folder with the console's page was not found.</p>\
                <p>Build it with <code>npm run build</code> in <code>controlplane/web</code> and name its folder by \
                <code>--console-dir</code> or <code>ATOLL_CONSOLE_DIR</code>.</p></html>";
    (StatusCode::SERVICE_UNAVAILABLE, [(header::CACHE_CONTROL, "no-store")], Html(text)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(folder: &Path, path: &str) -> (StatusCode, http::HeaderMap, String) {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = router(folder, Random::seeded(1)).oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    fn built() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("index.html"), "<script nonce=__ATOLL_CSP_NONCE__>").unwrap();
        std::fs::write(dir.path().join("favicon.svg"), "<svg/>").unwrap();
        std::fs::create_dir(dir.path().join("assets")).unwrap();
        std::fs::write(dir.path().join("assets/app-1a2b.js"), "run()").unwrap();
        dir
    }

    #[tokio::test]
    async fn every_address_of_the_console_is_its_page_with_a_nonce_of_its_own() {
        let dir = built();
        for path in ["/", "/apps/documents", "/index.html"] {
            let (status, headers, body) = get(dir.path(), path).await;
            let nonce = body.strip_prefix("<script nonce=").unwrap().strip_suffix('>').unwrap();
            let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert_eq!(status, StatusCode::OK, "{path}");
            assert!(policy.contains(&format!("script-src 'self' 'nonce-{nonce}'")), "{policy}");
            assert!(!policy.contains("unsafe"), "{policy}");
            assert_eq!(headers["cache-control"], "no-store");
        }
        let console = router(dir.path(), Random::seeded(1));
        let page = async || {
            let request = Request::builder().uri("/").body(Body::empty()).unwrap();
            console.clone().oneshot(request).await.unwrap().headers()[header::CONTENT_SECURITY_POLICY].clone()
        };
        assert_ne!(page().await, page().await);
    }

    #[tokio::test]
    async fn files_with_a_hash_in_their_name_are_kept_forever_and_others_are_asked_for_again() {
        let dir = built();
        let (_, headers, body) = get(dir.path(), "/assets/app-1a2b.js").await;
        assert_eq!(
            (body.as_str(), &headers["cache-control"]),
            ("run()", &HeaderValue::from_static("public, max-age=31536000, immutable"))
        );
        assert_eq!(get(dir.path(), "/favicon.svg").await.1["cache-control"], "no-cache");
    }

    #[tokio::test]
    async fn a_missing_file_is_missing_and_nothing_outside_the_folder_is_served() {
        let dir = built();
        for path in
            ["/assets/gone.js", "/../Cargo.toml", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"]
        {
            let (status, headers, _) = get(dir.path(), path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(headers["cache-control"], "no-store", "{path}");
        }
    }

    #[tokio::test]
    async fn without_a_build_it_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let (status, _, body) = get(dir.path(), "/").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains("ATOLL_CONSOLE_DIR"));
    }
}
