//! Trace context (W3C Trace Context 1): a trace that a client has begun goes on in the app, and any other request begins
//! one.
//!
//! The gateway records no spans, so what it passes on it passes on unchanged, as the recommendation lets it. A trace that
//! begins here has the request's id as its own: who finds one in an app's log has the line in ours.

use http::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// The id of the trace that a request belongs to, which its header names from then on.
pub fn continue_or_begin(headers: &mut HeaderMap, request: Uuid) -> String {
    let mut given = headers.get_all(TRACEPARENT).iter();
    if let (Some(only), None) = (given.next(), given.next())
        && let Some(trace) = only.to_str().ok().and_then(trace_id)
    {
        return trace.to_owned();
    }
    // Without its parent the state of a trace means nothing.
    headers.remove(TRACESTATE);
    let trace = request.simple().to_string();
    // The half with most of the randomness is as good a name as a drawn one, and its variant bits keep it from being zero.
    let span = &trace[16..];
    // Not sampled: whether it is to be is the app's decision.
    let parent = ["00-", &trace, "-", span, "-00"].concat();
    headers.insert(TRACEPARENT, HeaderValue::try_from(parent).expect("digits and hyphens are visible ASCII"));
    trace
}

/// The trace's id in a well-formed `traceparent`; later versions may say more after what is known.
fn trace_id(parent: &str) -> Option<&str> {
    let is_hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let mut parts = parent.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let (span, flags) = (parts.next()?, parts.next()?);
    let known = is_hex(version, 2) && version != "ff" && is_hex(flags, 2);
    let named = |id: &str, digits| is_hex(id, digits) && id.bytes().any(|byte| byte != b'0');
    let ends = version != "00" || parts.next().is_none();
    (known && ends && named(trace, 32) && named(span, 16)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn passed(fields: &[(&'static str, &str)]) -> (String, Vec<String>, bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let request = Uuid::from_u128(0x0193_4567_89ab_7def_8123_4567_89ab_cdef);
        let trace = continue_or_begin(&mut headers, request);
        let parents =
            headers.get_all(TRACEPARENT).iter().map(|value| value.to_str().unwrap().to_owned()).collect();
        (trace, parents, headers.contains_key(TRACESTATE))
    }

    #[test]
    fn a_trace_that_was_begun_goes_on_unchanged() {
        for parent in [
            format!("00-{TRACE}-00f067aa0ba902b7-01"),
            format!("01-{TRACE}-00f067aa0ba902b7-00-what-later-versions-say"),
        ] {
            let fields = [("traceparent", parent.as_str()), ("tracestate", "vendor=1")];
            assert_eq!(passed(&fields), (TRACE.to_owned(), vec![parent.clone()], true));
        }
    }

    #[test]
    fn anything_else_begins_one_that_is_named_after_the_request() {
        let good = format!("00-{TRACE}-00f067aa0ba902b7-01");
        let begun = "01934567-89ab-7def-8123-456789abcdef".replace('-', "");
        for bad in [
            "",
            "00",
            &good.to_uppercase(),
            &format!("{good}-more"),
            &format!("ff-{TRACE}-00f067aa0ba902b7-01"),
            &format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            &format!("00-{TRACE}-{}-01", "0".repeat(16)),
            &format!("00-{TRACE}-00f067aa0ba902b7"),
        ] {
            let expected = (begun.clone(), vec![format!("00-{begun}-8123456789abcdef-00")], false);
            assert_eq!(passed(&[("traceparent", bad), ("tracestate", "vendor=1")]), expected, "{bad}");
            assert_eq!(passed(&[("traceparent", &good), ("traceparent", &good)]), expected);
        }
    }
}
