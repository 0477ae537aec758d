//! Which header fields cross the gateway.
//!
//! An app believes what stands in `Atoll-Identity` and `X-Forwarded-User`, so nothing that a client wrote may arrive
//! under such a name, in any spelling that some framework takes for it.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{
    HeaderMap, HeaderName,
    header::{self, HeaderValue},
};

/// Names with a hyphen last are prefixes, others are whole names. All are in lower case.
const IDENTITY: [&str; 46] = [
    "atoll-",
    "auth-",
    "cf-access-",
    "cf-connecting-",
    "client-ip",
    "fastly-client-ip",
    "forwarded",
    "forwarded-",
    "front-end-https",
    "proxy",
    "proxy-user",
    "remote-",
    "ssl-",
    "tailscale-",
    "true-client-ip",
    "x-amzn-oidc-",
    "x-atoll-",
    "x-auth-",
    "x-authelia-",
    "x-authenticated-",
    "x-authentik-",
    "x-client-cert",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-email",
    "x-forwarded",
    "x-forwarded-",
    "x-forwarder-",
    "x-goog-authenticated-",
    "x-goog-iap-",
    "x-groups",
    "x-ms-client-principal",
    "x-ms-client-principal-",
    "x-oidc-",
    "x-original-",
    "x-pomerium-",
    "x-proxy-user",
    "x-real-",
    "x-remote-",
    "x-rewrite-url",
    "x-ssl-",
    "x-user",
    "x-userinfo",
    "x-username",
    "x-vouch-",
    "x-webauth-",
];

/// Credentials that an app checks by itself: a client may send them, since they claim nothing that is not checked.
const CREDENTIALS: [&str; 2] = ["x-auth-token", "x-auth-key"];

/// RFC 9110, section 7.6.1, and what old clients send besides. `trailer` is here because trailers are not forwarded:
/// they could carry any of the names above past the check of the head.
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Fields that frame or address the message. A client that declares one of them to be hop-by-hop wants to be
/// misunderstood.
const NEVER_HOP_BY_HOP: [HeaderName; 4] =
    [header::HOST, header::CONTENT_LENGTH, header::CONTENT_TYPE, header::COOKIE];

static CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// A request whose header cannot be forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderRefusal {
    /// `Connection` lists a field that every hop needs.
    #[error("the Connection header lists a field that cannot be dropped")]
    Connection,
    /// An expectation other than `100-continue`.
    #[error("the Expect header asks for something other than 100-continue")]
    Expectation,
}

/// Removes everything that ends at this hop or that only the gateway may say. `issuer` is the base URL.
///
/// Cookies are not touched: see [`super::cookies`].
///
/// # Errors
/// [`HeaderRefusal`] for a header that cannot be made clean.
pub fn clean_request(headers: &mut HeaderMap, issuer: &str) -> Result<(), HeaderRefusal> {
    if headers
        .get_all(header::EXPECT)
        .iter()
        .any(|value| !value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
    {
        return Err(HeaderRefusal::Expectation);
    }
    // The gateway itself answers `100 Continue`, once it knows that it wants the body.
    headers.remove(header::EXPECT);
    let listed = listed_in_connection(headers);
    if listed.iter().any(|name| NEVER_HOP_BY_HOP.contains(name)) {
        return Err(HeaderRefusal::Connection);
    }
    remove(headers, |name| is_hop_by_hop(name, &listed) || is_forgeable(name.as_str()));
    // An app's own tokens pass; one of ours, sent here by mistake, would let the app act as its holder on the console.
    if headers.get_all(header::AUTHORIZATION).iter().any(|value| is_our_token(value, issuer)) {
        headers.remove(header::AUTHORIZATION);
    }
    Ok(())
}

/// Removes from an app's answer what ends at this hop, and what would reach beyond the app's own origin.
pub fn clean_answer(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers);
    // `Clear-Site-Data: "cookies"` empties the jar of the whole registrable domain, the console's cookie included;
    // `Alt-Svc` would send browsers past the gateway.
    headers.remove(&CLEAR_SITE_DATA);
    headers.remove(header::ALT_SVC);
    rewrite_set_cookie(headers);
}

/// What an app may say after its answer's body, as gRPC does with its status: nothing that belongs into the header.
pub fn clean_trailers(mut trailers: HeaderMap) -> HeaderMap {
    clean_answer(&mut trailers);
    for name in [header::SET_COOKIE, header::CONTENT_LENGTH, header::CONTENT_TYPE, header::LOCATION] {
        trailers.remove(name);
    }
    trailers
}

/// Whether a client could pass itself off as somebody, or as somewhere, with this field.
///
/// Servers that hand fields on as environment variables (CGI, WSGI, PHP, Rack) write every character other than a
/// letter or digit as `_`, so `X_Forwarded-User` and `X.Forwarded.User` become `HTTP_X_FORWARDED_USER` too. Such
/// names have no use of their own and go altogether, as they do in nginx.
fn is_forgeable(name: &str) -> bool {
    let odd = !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    odd || (is_identity(name) && !CREDENTIALS.contains(&name))
}

fn is_identity(name: &str) -> bool {
    let first = name.as_bytes().first();
    // The first letter rules most out, and this is asked of every field of every request.
    let mut alike = IDENTITY.iter().filter(|known| known.as_bytes().first() == first);
    alike.any(|known| if known.ends_with('-') { name.starts_with(known) } else { name == *known })
}

/// Whether a bearer token says that we have issued it. Whether that is true makes no difference to what is removed.
fn is_our_token(value: &HeaderValue, issuer: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Claims {
        iss: String,
    }
    let token = value.to_str().ok().and_then(|text| text.trim().split_once(' '));
    let bearer = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let claims = bearer.and_then(|(_, token)| token.split('.').nth(1));
    let decoded = claims.and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
    let read = decoded.and_then(|json| serde_json::from_slice::<Claims>(&json).ok());
    read.is_some_and(|claims| claims.iss == issuer)
}

fn listed_in_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    let values = headers.get_all(header::CONNECTION).iter();
    let tokens = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    tokens
        .map(<[u8]>::trim_ascii)
        .filter(|token| !token.eq_ignore_ascii_case(b"keep-alive") && !token.eq_ignore_ascii_case(b"close"))
        .filter_map(|token| HeaderName::from_bytes(token).ok())
        .collect()
}

/// Removes what ends at this hop (RFC 9110, section 7.6.1).
pub(crate) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let listed = listed_in_connection(headers);
    remove(headers, |name| is_hop_by_hop(name, &listed));
}

fn is_hop_by_hop(name: &HeaderName, listed: &[HeaderName]) -> bool {
    HOP_BY_HOP.contains(name) || listed.contains(name)
}

/// Removes the fields of these names. Looks first, because there are seldom any.
fn remove(headers: &mut HeaderMap, is_unwanted: impl Fn(&HeaderName) -> bool) {
    let unwanted: Vec<_> = headers.keys().filter(|name| is_unwanted(name)).cloned().collect();
    for name in unwanted {
        headers.remove(name);
    }
}

fn rewrite_set_cookie(headers: &mut HeaderMap) {
    let header::Entry::Occupied(entry) = headers.entry(header::SET_COOKIE) else { return };
    let (_, set): (_, Vec<HeaderValue>) = {
        let (name, values) = entry.remove_entry_mult();
        (name, values.collect())
    };
    for value in set.iter().filter_map(super::cookies::host_only) {
        headers.append(header::SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "http://atoll.localhost:8080";

    fn map(fields: &[(&str, &str)]) -> HeaderMap {
        let field = |(name, value): &(&str, &str)| {
            (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap())
        };
        let mut headers = HeaderMap::new();
        for (name, value) in fields.iter().map(field) {
            headers.append(name, value);
        }
        headers
    }

    fn cleaned(fields: &[(&str, &str)]) -> HeaderMap {
        let mut headers = map(fields);
        clean_request(&mut headers, ISSUER).unwrap();
        headers
    }

    #[test]
    fn identity_and_forwarding_fields_never_pass_in_any_spelling() {
        for name in [
            "Atoll-Identity",
            "ATOLL-IDENTITY",
            "Atoll_Identity",
            "Atoll-User",
            "X-Atoll-User",
            "Forwarded",
            "X-Forwarded",
            "X-Forwarded-User",
            "x-forwarded-for",
            "X_Forwarded_User",
            "X-Forwarded_User",
            "X.Forwarded.User",
            "X!Forwarded!User",
            "X-Real-IP",
            "X_Real_IP",
            "Remote-User",
            "REMOTE_USER",
            "X-Remote-User",
            "X-Auth-User",
            "X-Auth-Request-Email",
            "X-WebAuth-User",
            "X-Authentik-Username",
            "X-Original-URL",
            "X-Rewrite-URL",
            "X-Client-Cert",
            "X-SSL-Client-S-DN",
            "Proxy",
        ] {
            let headers = cleaned(&[(name, "root"), ("accept", "*/*"), (name, "again")]);
            assert_eq!(headers, map(&[("accept", "*/*")]), "{name}");
        }
    }

    #[test]
    fn what_an_app_checks_by_itself_passes() {
        let fields = [
            ("authorization", "Bearer x"),
            ("x-auth-token", "x"),
            ("x-csrf-token", "x"),
            ("x-requested-with", "XMLHttpRequest"),
            ("x-user-id", "7"),
            ("origin", "http://a.example"),
            ("range", "bytes=0-1"),
            ("content-length", "7"),
        ];
        assert_eq!(cleaned(&fields), map(&fields));
    }

    #[test]
    fn a_token_of_the_platform_never_passes_and_an_apps_own_does() {
        let token = |claims: &str| format!("bearer e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims));
        let ours = token(&format!(r#"{{"aud": "x", "iss": "{ISSUER}"}}"#));
        assert_eq!(cleaned(&[("authorization", &ours)]), map(&[]));
        for theirs in [&token(r#"{"iss": "http://other.example"}"#), "Bearer a.b.c", "Basic YTpi", "Bearer"] {
            assert_eq!(cleaned(&[("authorization", theirs)]), map(&[("authorization", theirs)]), "{theirs}");
        }
    }

    #[test]
    fn hop_by_hop_fields_and_those_that_connection_lists_end_here() {
        let headers = cleaned(&[
            ("connection", "keep-alive, X-Secret"),
            ("connection", "te ,Upgrade"),
            ("x-secret", "1"),
            ("x-secret", "2"),
            ("te", "trailers"),
            ("trailer", "x-forwarded-user"),
            ("upgrade", "h2c"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("proxy-authorization", "Basic x"),
            ("transfer-encoding", "chunked"),
            ("expect", "100-Continue"),
            ("accept", "*/*"),
        ]);
        assert_eq!(headers, map(&[("accept", "*/*")]));
    }

    #[test]
    fn a_request_that_wants_to_be_misunderstood_is_refused() {
        for listed in ["host", "close, Content-Length", "cookie"] {
            let refused = clean_request(&mut map(&[("connection", listed)]), ISSUER);
            assert_eq!(refused, Err(HeaderRefusal::Connection), "{listed}");
        }
        let refused = clean_request(&mut map(&[("expect", "200-ok")]), ISSUER);
        assert_eq!(refused, Err(HeaderRefusal::Expectation));
    }

    #[test]
    fn an_answer_cannot_reach_beyond_the_apps_origin() {
        let mut headers = map(&[
            ("set-cookie", "a=1; Path=/; Domain=atoll.localhost; HttpOnly"),
            ("set-cookie", "__Host-atoll-app=stolen; Path=/; Secure"),
            ("set-cookie", "b=2"),
            ("clear-site-data", "\"*\""),
            ("alt-svc", "h3=\":443\""),
            ("connection", "x-hop"),
            ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
            ("etag", "\"e\""),
        ]);
        clean_answer(&mut headers);
        let kept = [("set-cookie", "a=1; Path=/; HttpOnly"), ("set-cookie", "b=2"), ("etag", "\"e\"")];
        assert_eq!(headers, map(&kept));
    }
}
