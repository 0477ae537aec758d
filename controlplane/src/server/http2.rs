//! HTTP/2 for browsers, over TLS only: a request in the form that HTTP/1.1 has, so that one reading serves both.
//!
//! HTTP/2 frames bodies itself, and its library refuses what could be smuggled in the head: fields of the connection,
//! upper-case names, line ends, repeated or late pseudo-headers (RFC 9113, sections 8.2 and 8.3). What is left is that
//! the host may stand in two places.

use http::{HeaderValue, Request, Uri, header, uri::PathAndQuery};

use super::host::AmbiguousHost;

/// The request with its host in `Host` and its target in origin form.
///
/// # Errors
/// [`AmbiguousHost`] when `:authority` and `Host` differ, or neither is there.
pub fn as_http1<B>(mut request: Request<B>) -> Result<Request<B>, AmbiguousHost> {
    let hosts: Vec<&HeaderValue> = request.headers().get_all(header::HOST).iter().collect();
    let host = match (request.uri().authority(), hosts.as_slice()) {
        // A user name before the host has no place here (RFC 9113, section 8.3.1).
        (Some(authority), _) if authority.as_str().contains('@') => return Err(AmbiguousHost),
        (Some(authority), []) => HeaderValue::try_from(authority.as_str()).map_err(|_| AmbiguousHost)?,
        (Some(authority), [host]) if host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes()) => {
            (*host).clone()
        }
        (None, [host]) => (*host).clone(),
        (Some(_) | None, _) => return Err(AmbiguousHost),
    };
    let target = request.uri().path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    *request.uri_mut() = Uri::from(target);
    request.headers_mut().insert(header::HOST, host);
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str, hosts: &[&str]) -> Result<(String, String), AmbiguousHost> {
        let mut request = Request::builder().uri(uri).body(()).unwrap();
        for host in hosts {
            request.headers_mut().append(header::HOST, HeaderValue::from_str(host).unwrap());
        }
        let request = as_http1(request)?;
        let host = request.headers()[header::HOST].to_str().unwrap().to_owned();
        Ok((host, request.uri().to_string()))
    }

    #[test]
    fn the_host_is_found_in_either_place_and_must_be_one() {
        let plain = Ok(("a.example".to_owned(), "/x?y=1".to_owned()));
        assert_eq!(of("https://a.example/x?y=1", &[]), plain);
        assert_eq!(of("https://A.example/x?y=1", &["a.example"]), plain);
        assert_eq!(of("/x?y=1", &["a.example"]), plain);
        assert_eq!(of("https://a.example/", &["b.example"]), Err(AmbiguousHost));
        assert_eq!(of("https://a.example/", &["a.example", "a.example"]), Err(AmbiguousHost));
        assert_eq!(of("https://b.example@a.example/", &[]), Err(AmbiguousHost));
        assert_eq!(of("/", &[]), Err(AmbiguousHost));
        assert_eq!(of("/", &["a.example", "b.example"]), Err(AmbiguousHost));
    }
}
