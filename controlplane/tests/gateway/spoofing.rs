//! What became published holes in gateways of this kind, each tried here.

use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::{BodyExt as _, Full, combinators::WithTrailers};

use crate::{
    support::{NOTES, Seen, World, request},
    tls::{Sender, http2_to, secure},
};

/// What must never arrive, whatever it is called.
const FORGED: &str = "forged";

async fn asked(world: &World, target: &str, lines: &[&str]) -> (u16, String) {
    world.upstream.forget();
    let answer = world.client().get(NOTES, target, lines).await;
    (answer.status, format!("{:?}", world.upstream.seen()))
}

/// What an app is told by the gateway, and must never be told by anybody else.
const SAID_BY_US: [&str; 8] = [
    "Atoll-Identity",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Forwarded-Groups",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Request-Id",
];

/// What apps behind other gateways believe, and ours never says.
const SAID_BY_OTHERS: [&str; 16] = [
    "Forwarded",
    "Remote-User",
    "X-Remote-User",
    "X-Real-IP",
    "X-Forwarded-Preferred-Username",
    "X-Forwarded-Access-Token",
    "X-Forwarded-Uri",
    "X-Forwarded-Method",
    "X-Forwarded-Port",
    "X-Forwarded-Prefix",
    "X-Original-URL",
    "X-Auth-Request-User",
    "X-Webauth-User",
    "X-Authentik-Username",
    "X-Goog-IAP-JWT-Assertion",
    "X-MS-Client-Principal",
];

/// A name in every spelling that some server takes for it: letters of either size, and what CGI, WSGI, PHP and Rack make
/// an underscore of, everywhere or in one place.
fn spellings(name: &str) -> Vec<String> {
    let mut spellings = vec![name.to_owned(), name.to_lowercase(), name.to_uppercase()];
    for instead in ["_", ".", "!", "~", "+", "|"] {
        spellings.push(name.replace('-', instead));
        spellings.push(name.replacen('-', instead, 1));
        spellings.push(name.to_uppercase().replace('-', instead));
    }
    spellings.dedup();
    spellings
}

/// Each name in each spelling: once, twice, listed in `Connection`, both, and in a trailer.
fn http1_ways(spelled: &str, cookie: &str) -> Vec<String> {
    let field = format!("{spelled}: {FORGED}");
    let listed = format!("Connection: close, {spelled}");
    let head = [
        vec![field.as_str()],
        vec![&field, &field],
        vec![&listed],
        vec![&listed, &field],
        vec![&field, &listed, &listed],
    ];
    let mut ways: Vec<_> =
        head.iter().map(|lines| request("GET", NOTES, "/", &[&[cookie], &lines[..]].concat(), "")).collect();
    let chunked = [cookie, "Transfer-Encoding: chunked", &format!("Trailer: {spelled}")];
    let trailed = request("POST", NOTES, "/upload", &chunked, "");
    ways.push(format!("{trailed}1\r\na\r\n0\r\n{field}\r\n\r\n"));
    ways
}

/// That one request arrived, with our own word in each place where we say one, and with nobody else's anywhere.
fn assert_ours_alone(seen: &[Seen], user: &str, way: &str) {
    let [seen] = seen else { panic!("{way}: {seen:#?}") };
    assert!(!format!("{seen:?}").contains(FORGED), "{way}: {seen:#?}");
    for name in SAID_BY_US {
        assert_eq!(seen.all(&name.to_lowercase()).len(), 1, "{name} after {way}: {seen:#?}");
    }
    assert_eq!(seen.one("x-forwarded-user"), user, "{way}");
    for name in SAID_BY_OTHERS {
        let close = |(found, _): &&(String, String)| {
            found.replace(|c: char| !c.is_alphanumeric(), "-") == name.to_lowercase()
        };
        assert!(!seen.headers.iter().any(|field| close(&field)), "{name} after {way}: {seen:#?}");
    }
}

/// CVE-2025-64484 (oauth2-proxy) and CVE-2026-39858 (Traefik): the gateway removes `X-Forwarded-User`, the client sends
/// `X_Forwarded_User`, and a WSGI or PHP app takes one for the other. CVE-2025-48865 (fabio): `Connection` lists what the
/// gateway adds, so that it drops its own word on the way out. And their kin.
#[tokio::test]
async fn nobody_but_the_gateway_says_who_asks_and_from_where() {
    let (world, ada, cookie) = World::with_user().await;
    let (cookie, user) = (format!("Cookie: {cookie}"), ada.id.to_string());
    let mut tried = 0;
    for name in SAID_BY_US.iter().chain(&SAID_BY_OTHERS) {
        for spelled in spellings(name) {
            for way in http1_ways(&spelled, &cookie) {
                world.upstream.forget();
                let answer = world.client().raw(&way).await;
                assert_eq!(answer.status, 200, "{way}");
                assert_ours_alone(&world.upstream.seen(), &user, &way);
                tried += 1;
            }
        }
    }
    assert!(tried > 2000, "{tried}");
}

/// A body and the trailers behind it.
type Trailed = WithTrailers<Full<Bytes>, Ready<Option<Result<HeaderMap, Infallible>>>>;

/// The same over HTTP/2, which has neither `Connection` nor upper case; trailers it has.
#[tokio::test]
async fn nobody_but_the_gateway_says_it_over_http2_either() {
    let (world, cookie, authority, address) = secure().await;
    let user = world.platform.store.users().await.unwrap()[0].person.id.to_string();
    let mut sender: Sender<Trailed> = http2_to(&authority.client(&[b"h2"]), address).await;
    for name in SAID_BY_US.iter().chain(&SAID_BY_OTHERS) {
        for spelled in spellings(&name.to_lowercase()) {
            let spelled: HeaderName = spelled.parse().unwrap();
            for (in_head, in_trailers) in [(2, 0), (1, 1)] {
                let fields = |count| (0..count).map(|_| (spelled.clone(), HeaderValue::from_static(FORGED)));
                let trailers: HeaderMap = fields(in_trailers).collect();
                let body = Full::new(Bytes::from_static(b"a")).with_trailers(ready(Some(Ok(trailers))));
                let uri = format!("https://{NOTES}/upload");
                let mut request = Request::post(uri).header("cookie", &cookie).body(body).unwrap();
                for (name, value) in fields(in_head) {
                    request.headers_mut().append(name, value);
                }
                world.upstream.forget();
                let way = format!("{spelled} × {in_head}, in trailers × {in_trailers}");
                let answer = sender.send_request(request).await.unwrap();
                assert_eq!(answer.status(), 200, "{way}");
                answer.into_body().collect().await.unwrap();
                assert_ours_alone(&world.upstream.seen(), &user, &way);
            }
        }
    }
}

/// CVE-2026-40575 (oauth2-proxy): a field says which path is asked for, the rules are held against that, and the app
/// gets another.
#[tokio::test]
async fn no_field_says_which_path_the_rules_are_for() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    for name in [
        "X-Forwarded-Uri",
        "X-Forwarded-Path",
        "X-Forwarded-Prefix",
        "X-Forwarded-Method",
        "X-Original-Uri",
        "X-Original-Url",
        "X-Rewrite-Url",
        "X-Auth-Request-Redirect",
    ] {
        let (status, seen) = asked(&world, "/admin/users", &[&cookie, &format!("{name}: /")]).await;
        assert_eq!((status, seen.as_str()), (403, "[]"), "{name}");
        let (status, seen) = asked(&world, "/", &[&cookie, &format!("{name}: /{FORGED}")]).await;
        assert!(status == 200 && !seen.contains(FORGED), "{name}: {seen}");
        // Nor without a session.
        let (status, seen) = asked(&world, "/", &[&format!("{name}: /healthz")]).await;
        assert_eq!((status, seen.as_str()), (401, "[]"), "{name}");
    }
}

/// A gateway that trusts where a request says it comes from: whoever can reach the port can be anybody.
#[tokio::test]
async fn no_address_that_a_client_claims_is_believed() {
    let (world, _, cookie) = World::with_user().await;
    let cookie = format!("Cookie: {cookie}");
    for name in
        ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"]
    {
        let claim = format!("{name}: for=127.0.0.1;{FORGED}");
        let (status, seen) = asked(&world, "/", &[&cookie, &claim]).await;
        assert!(status == 200 && !seen.contains(FORGED), "{name}: {seen}");
        assert_eq!(asked(&world, "/healthz", &[&claim]).await.0, 401, "{name}");
    }
}
