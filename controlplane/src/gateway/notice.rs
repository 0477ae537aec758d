//! What the gateway says for itself: a page for people, problem details (RFC 9457) for programs, both from one notice.

use std::{fmt::Write as _, sync::OnceLock};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode,
    header::{self, ACCEPT},
};

use super::{body::AnswerBody, origin::SEC_FETCH_MODE};

/// The header that tells a request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const STYLE: &str = include_str!("notice.css");

/// Something to tell whoever asked, and what they can do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The HTTP status.
    pub status: StatusCode,
    /// A stable word for machines.
    pub code: &'static str,
    /// A few words.
    pub title: String,
    /// What happened, in sentences.
    pub detail: String,
    /// What to do next, in sentences.
    pub cure: Option<String>,
    /// A way on.
    pub way: Option<Way>,
    /// After how many seconds asking again is worth it. Pages then reload by themselves.
    pub retry_secs: Option<u32>,
}

/// A way on from a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A link.
    Link {
        /// Where to.
        href: String,
        /// What it says.
        text: &'static str,
        /// Whether it opens beside this page, which is still needed.
        beside: bool,
    },
    /// A button that sends an empty form to the page's own address.
    Button {
        /// What it says.
        text: &'static str,
    },
}

/// Who is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A person, in a browser's window.
    Person,
    /// A script or a program.
    Program,
}

impl Reader {
    /// Whom the answer to a request will reach. A script's `fetch` does not navigate, and a program asks for no HTML.
    pub fn of(headers: &HeaderMap) -> Self {
        let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let navigates = headers.get(&SEC_FETCH_MODE).is_none_or(|mode| mode == "navigate");
        if navigates && accept.contains("text/html") { Self::Person } else { Self::Program }
    }
}

impl Notice {
    /// The answer that tells it. `id` is the request's, which the log has too.
    pub fn answer(&self, reader: Reader, method: &Method, id: &str) -> Response<AnswerBody> {
        let (kind, text) = match reader {
            Reader::Person => ("text/html; charset=utf-8", self.page(id)),
            Reader::Program => ("application/problem+json", self.problem(id)),
        };
        let length = text.len();
        let body = if method == Method::HEAD { Bytes::new() } else { Bytes::from(text) };
        let mut answer = Response::new(AnswerBody::from(body));
        *answer.status_mut() = self.status;
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        if let Some(secs) = self.retry_secs {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        if let Some(secs) = self.retry_secs.filter(|_| reader == Reader::Person && method == Method::GET) {
            headers.insert(header::REFRESH, HeaderValue::from(secs));
        }
        secure(headers);
        if matches!(self.way, Some(Way::Button { .. })) {
            // Without a word on forms, because Chromium holds `'self'` against the redirect to the console too.
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy()));
        }
        answer
    }

    fn problem(&self, id: &str) -> String {
        let mut problem = serde_json::json!({
            "type": format!("urn:atoll:problem:{}", self.code),
            "title": self.title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "request_id": id,
        });
        if let Some(cure) = &self.cure {
            problem["cure"] = cure.as_str().into();
        }
        problem.to_string()
    }

    fn page(&self, id: &str) -> String {
        let (title, detail) = (escape(&self.title), prose(&self.detail));
        // A moving line shows that the page is at work: it asks again by itself.
        let waits = if self.retry_secs.is_some() { " class=\"waits\"" } else { "" };
        let mut page = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title}</title><style>{STYLE}</style></head><body><main{waits}>\
             <h1>{title}</h1><p>{detail}</p>"
        );
        if let Some(cure) = &self.cure {
            let _ = write!(page, "<p>{}</p>", prose(cure));
        }
        match &self.way {
            Some(Way::Link { href, text, beside }) => {
                let target = if *beside { " target=\"_blank\"" } else { "" };
                let (href, text) = (escape(href), escape(text));
                let _ = write!(page, "<p class=\"way\"><a href=\"{href}\"{target}>{text}</a></p>");
            }
            Some(Way::Button { text }) => {
                let _ = write!(
                    page,
                    "<form class=\"way\" method=\"post\"><button>{}</button></form>",
                    escape(text)
                );
            }
            None => {}
        }
        let (status, id) = (self.status.as_u16(), escape(id));
        let _ = write!(page, "<footer>{status} · Request {id}</footer></main></body></html>");
        page
    }
}

/// What every page and redirect of the platform on an app's origin tells browsers: nothing in it may be run, sent,
/// framed or kept. The page's own style is named by its hash.
pub fn secure(headers: &mut HeaderMap) {
    let policy = format!("{}; form-action 'none'", policy());
    let policy = HeaderValue::try_from(policy).expect("base64 is visible ASCII");
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "interest-cohort=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn policy() -> &'static str {
    static POLICY: OnceLock<String> = OnceLock::new();
    POLICY.get_or_init(|| {
        let hash = STANDARD.encode(digest(&SHA256, STYLE.as_bytes()));
        format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'; base-uri 'none'")
    })
}

/// Escaped, and what stands between back-ticks as code.
fn prose(text: &str) -> String {
    let escaped = escape(text);
    let parts: Vec<&str> = escaped.split('`').collect();
    // Because a back-tick without a second one is only that.
    if parts.len().is_multiple_of(2) {
        return escaped;
    }
    let dressed = parts.iter().enumerate().map(|(place, part)| {
        if place.is_multiple_of(2) { (*part).to_owned() } else { format!("<code>{part}</code>") }
    });
    dressed.collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    fn notice() -> Notice {
        Notice {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "app-starting",
            title: "<b>Notes</b> is starting".to_owned(),
            detail: "It is waiting for \"db\" on `<i>`.".to_owned(),
            cure: Some("Wait.".to_owned()),
            way: Some(Way::Link { href: "http://a.example/?a=1&b=\"".to_owned(), text: "On", beside: false }),
            retry_secs: Some(2),
        }
    }

    async fn text(answer: Response<AnswerBody>) -> String {
        String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_page_escapes_what_it_shows_and_allows_nothing_but_its_own_style() {
        let answer = notice().answer(Reader::Person, &Method::GET, "id-1");
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert_eq!(answer.headers()[header::REFRESH], "2");
        let page = text(answer).await;
        assert!(page.contains("<h1>&lt;b&gt;Notes&lt;/b&gt; is starting</h1>"), "{page}");
        assert!(page.contains("href=\"http://a.example/?a=1&amp;b=&quot;\""), "{page}");
        assert!(page.contains("503 · Request id-1"), "{page}");
        assert!(page.contains("waiting for &quot;db&quot; on <code>&lt;i&gt;</code>."), "{page}");
        assert!(page.contains("<main class=\"waits\">"), "{page}");
        let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let hash = STANDARD.encode(digest(&SHA256, style.as_bytes()));
        assert!(policy.contains(&hash), "{policy}");
        assert!(!page.contains("style=") && !page.contains("<script"), "{page}");
    }

    #[tokio::test]
    async fn a_program_gets_problem_details() {
        let answer = notice().answer(Reader::Program, &Method::POST, "id-1");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(answer.headers()[header::RETRY_AFTER], "2");
        assert!(!answer.headers().contains_key(header::REFRESH));
        let problem: serde_json::Value = serde_json::from_str(&text(answer).await).unwrap();
        assert_eq!(problem["type"], "urn:atoll:problem:app-starting");
        assert_eq!((&problem["status"], &problem["request_id"]), (&503.into(), &"id-1".into()));
        assert_eq!(problem["cure"], "Wait.");
    }

    #[test]
    fn a_lonely_back_tick_is_no_code() {
        assert_eq!(prose("a `b` and `c"), "a `b` and `c");
        assert_eq!(prose("`a` and `b`"), "<code>a</code> and <code>b</code>");
    }

    #[tokio::test]
    async fn the_answer_to_head_has_a_length_and_no_body() {
        let answer = notice().answer(Reader::Person, &Method::HEAD, "id-1");
        assert_ne!(answer.headers()[header::CONTENT_LENGTH], "0");
        assert_eq!(text(answer).await, "");
    }

    #[test]
    fn a_window_shows_pages_and_a_script_reads_problems() {
        let reader = |fields: &[(&'static str, &'static str)]| {
            let field = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            Reader::of(&fields.iter().map(field).collect())
        };
        assert_eq!(reader(&[("accept", "text/html,*/*"), ("sec-fetch-mode", "navigate")]), Reader::Person);
        assert_eq!(reader(&[("accept", "text/html")]), Reader::Person);
        assert_eq!(reader(&[("accept", "text/html"), ("sec-fetch-mode", "cors")]), Reader::Program);
        assert_eq!(reader(&[("accept", "*/*")]), Reader::Program);
        assert_eq!(reader(&[]), Reader::Program);
    }
}
