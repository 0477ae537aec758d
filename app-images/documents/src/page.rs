//! The app's web page: the built files, read into memory once at start.
//!
//! Memory instead of a folder served from the disk, because then a request can only ever name a file that was
//! there at start: there is no path to escape from. The page's policy allows scripts and styles of our own and,
//! because Mantine writes a few style elements itself, styles with a nonce that is new for every load.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::rand;
use axum::extract::State;
use axum::http::{HeaderValue, Method, Uri, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::problem::ApiError;

/// What stands for the nonce in the built `index.html`.
const NONCE_PLACEHOLDER: &str = "__CSP_NONCE__";
/// Where the build puts files whose name contains a hash of their content.
const HASHED: &str = "/assets/";
/// What scripts are.
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
/// A script that runs as a worker is held to the policy it is served with, not to the page's. pdf.js's worker reads PDFs: it
/// may compile its decoders, which are WebAssembly, and nothing else; what it needs from us the page fetches for it.
const WORKER_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// More than any build of ours.
const MOST_FILES: usize = 500;

/// The page's files by path (`/assets/x.js`).
#[derive(Debug, Default)]
pub struct Page {
    index: Option<String>,
    files: HashMap<String, Asset>,
}

#[derive(Debug)]
struct Asset {
    bytes: Bytes,
    media_type: &'static str,
}

impl Page {
    /// Reads all files below `folder`. Without an `index.html` the service works, but has no page.
    ///
    /// # Errors
    /// When the folder exists but cannot be read, or holds more than a build of ours.
    pub fn load(folder: &Path) -> io::Result<Self> {
        let mut page = Page::default();
        if folder.is_dir() {
            page.add(folder, "")?;
        }
        match page.files.remove("/index.html") {
            Some(index) => page.index = Some(String::from_utf8_lossy(&index.bytes).into_owned()),
            None => {
                tracing::warn!(folder = %folder.display(), "there is no web page here: only the API is served")
            }
        }
        Ok(page)
    }

    fn add(&mut self, folder: &Path, path: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let path = format!("{path}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.add(&entry.path(), &path)?;
            } else if self.files.len() == MOST_FILES {
                return Err(io::Error::other(format!("more than {MOST_FILES} files: this is not our page")));
            } else {
                let asset = Asset { bytes: fs::read(entry.path())?.into(), media_type: media_type(&path) };
                self.files.insert(path, asset);
            }
        }
        Ok(())
    }
}

/// Serves the page: a file by its path, or the page itself at `/` and, with the settings, at `/admin/`. What `/admin/` shows
/// comes from the interface, which asks for the role.
///
/// # Errors
/// 404 for what is not there, 405 for anything but reading.
pub async fn serve(State(page): State<Arc<Page>>, method: Method, uri: Uri) -> Result<Response, ApiError> {
    if method != Method::GET && method != Method::HEAD {
        return Err(ApiError::NoSuchPath);
    }
    if let (Some(index), "/" | "/index.html" | "/admin/") = (&page.index, uri.path()) {
        return Ok(index_response(index));
    }
    let asset = page.files.get(uri.path()).ok_or(ApiError::NoSuchPath)?;
    let cache =
        if uri.path().starts_with(HASHED) { "private, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, cache)];
    let mut response = (headers, asset.bytes.clone()).into_response();
    if asset.media_type == JAVASCRIPT {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, WORKER_POLICY);
    }
    Ok(response)
}

fn index_response(index: &str) -> Response {
    let nonce = nonce();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; font-src 'self'; \
         connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_str(&policy).expect("the policy is visible ASCII"),
        ),
    ];
    (headers, index.replace(NONCE_PLACEHOLDER, &nonce)).into_response()
}

/// 128 random bits in hexadecimal.
fn nonce() -> String {
    let mut bytes = [0; 16];
    rand::fill(&mut bytes).expect("the system's random numbers are always there");
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => JAVASCRIPT,
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json" | "webmanifest") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        Some(_) | None => "application/octet-stream",
    }
}
