//! Who gets in, and what of the platform an app may see of it.

use std::time::Duration;

use atoll_tests::person::{APP_COOKIE, SESSION_COOKIE, app_host, app_url, host_of};
use atoll_tests::stack::base_url;
use atoll_tests::{Machine, Person, Probe, Stack};
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use reqwest::header::{COOKIE, HeaderName, LOCATION, ORIGIN};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

const FORGED: &str = "forged-by-the-client";

#[tokio::test]
async fn a_user_without_a_grant_cannot_open_an_app_and_no_container_starts() {
    let (stack, _user) = Stack::with_probes().await;
    stack.succeeds(Method::POST, "/apps/probe-b/stop", None).await;
    stack.wait_for_state("probe-b", "stopped").await;
    let outsider = stack.user("outsider").await;
    let before = running(stack.machine);

    let (answer, passed) = outsider.open("probe-b").await;
    assert!(!answer.text.contains("<h1>Probe</h1>"), "{answer:?}");
    assert!(!passed.iter().any(|url| url.contains("code=")), "a code was issued: {passed:?}");
    assert_eq!(outsider.cookie(&app_host("probe-b"), APP_COOKIE), None);
    outsider.set_cookie(&app_host("probe-b"), APP_COOKIE, &session_of(&outsider));
    assert_ne!(outsider.get_at("probe-b", "/echo").await.status, 200);
    assert_eq!(running(stack.machine), before, "a request without a grant started something");

    stack.installed("probe-b").await;
    assert_ne!(outsider.get_at("probe-b", "/echo").await.status, 200, "also while the app runs");
}

fn running(machine: Machine) -> String {
    let mut names: Vec<_> =
        machine.docker(&["ps", "--format", "{{.Names}}"]).lines().map(str::to_owned).collect();
    names.sort();
    names.join(" ")
}

fn session_of(person: &Person) -> String {
    person.cookie(&host_of(&base_url()), SESSION_COOKIE).expect("signed in")
}

#[tokio::test]
async fn an_app_learns_who_asks_from_the_platform_and_from_nobody_else() {
    let (stack, user) = Stack::with_probes().await;
    Probe::opened("probe-a", &user).await;
    let mut request = user.request(Method::GET, &app_url("probe-a", "/echo"));
    let forged = [
        "Atoll-Identity",
        "atoll_identity",
        "ATOLL-IDENTITY",
        "X-Forwarded-User",
        "x_forwarded_user",
        "X-Forwarded-Email",
        "X-Forwarded-Groups",
        "X_Forwarded-Groups",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "Forwarded",
    ];
    for name in forged {
        request = request.header(name, FORGED);
    }
    let request = request.header("Connection", "Atoll-Identity, X-Forwarded-User, keep-alive");
    let seen = user.send(request).await.expect_status(200).json();
    assert!(!seen.to_string().contains(FORGED), "{seen:#}");
    assert_eq!(only(&seen, "x-forwarded-user"), stack.user_id("prober").await);
    assert_eq!(only(&seen, "x-forwarded-email"), "prober@example.com");
    assert_eq!(only(&seen, "atoll-identity").split('.').count(), 3, "{seen:#}");
    assert!(
        seen["headers"].get("atoll_identity").is_none() && seen["headers"].get("x_forwarded_user").is_none()
    );
}

fn only(seen: &Value, header: &str) -> String {
    let values =
        seen["headers"][header].as_array().unwrap_or_else(|| panic!("`{header}` is missing: {seen:#}"));
    assert_eq!(values.len(), 1, "`{header}` arrived more than once: {seen:#}");
    values[0].as_str().expect("a string").to_owned()
}

#[tokio::test]
async fn no_cookie_and_no_token_of_the_platform_arrives_at_an_app() {
    let (_stack, user) = Stack::with_probes().await;
    Probe::opened("probe-a", &user).await;
    let token = session_of(&user);
    let own = user.cookie(&app_host("probe-a"), APP_COOKIE).expect("opened");
    let cookies = format!(
        "theirs=kept; {SESSION_COOKIE}={token}; {APP_COOKIE}={own}; __host-atoll-app=x; __Host-atoll-handoff=y; also=kept"
    );
    let request = Person::new().request(Method::GET, &app_url("probe-a", "/echo")).header(COOKIE, cookies);
    let seen = user.send(request).await.expect_status(200).json();
    let cookie = only(&seen, "cookie");
    assert!(
        cookie.contains("theirs=kept") && cookie.contains("also=kept"),
        "the app's own cookies must arrive: {cookie}"
    );
    assert!(!cookie.to_ascii_lowercase().contains("atoll"), "{cookie}");
    assert!(!seen.to_string().contains(&token) && !seen.to_string().contains(&own), "{seen:#}");

    let request = user.request(Method::GET, &app_url("probe-a", "/echo")).bearer_auth(&token);
    let seen = user.send(request).await;
    assert!(!seen.text.contains(&token), "the session as a bearer token arrived at the app: {seen:?}");
}

#[tokio::test]
async fn an_app_cannot_set_a_cookie_of_the_platform_or_for_its_siblings() {
    let (_stack, user) = Stack::with_probes().await;
    Probe::opened("probe-a", &user).await;
    let set =
        user.get_at("probe-a", "/set-cookie?value=mine%3D1%3B+Domain%3Datoll.localhost%3B+Path%3D/").await;
    let line = set.header("set-cookie");
    assert!(line.contains("mine=1") && !line.to_ascii_lowercase().contains("domain"), "{line}");
    for name in [SESSION_COOKIE, APP_COOKIE] {
        let set =
            user.get_at("probe-a", &format!("/set-cookie?value={name}%3Dstolen%3B+Path%3D/%3B+Secure")).await;
        assert!(!set.header("set-cookie").contains("stolen"), "{set:?}");
    }
}

#[tokio::test]
async fn a_one_time_code_works_once_and_only_for_its_user_app_and_browser() {
    let (stack, user) = Stack::with_probes().await;
    let entrance = entrance_for(&stack, "again").await;
    let first = entrance.person.get(&entrance.url).await;
    assert!((300..400).contains(&first.status), "the code must work once: {first:?}");
    assert!(entrance.person.cookie(&app_host("probe-a"), APP_COOKIE).is_some());
    assert_turned_away(&entrance.person.get(&entrance.url).await, "used twice");

    let entrance = entrance_for(&stack, "browser").await;
    assert_turned_away(&Person::new().get(&entrance.url).await, "in a browser that did not ask for it");
    let entrance = entrance_for(&stack, "user").await;
    assert_turned_away(&user.get(&entrance.url).await, "by another user");
    let entrance = entrance_for(&stack, "app").await;
    let elsewhere = entrance.url.replacen("probe-a.", "probe-b.", 1);
    assert_turned_away(&entrance.person.get(&elsewhere).await, "at another app");
}

struct Entrance {
    person: Person,
    url: String,
}

/// A fresh user who has come as far as the address with the code, and has not used it.
async fn entrance_for(stack: &Stack, name: &str) -> Entrance {
    let person = stack.user(&format!("enters-{name}")).await;
    for app in ["probe-a", "probe-b"] {
        stack.grant(app, &format!("enters-{name}")).await;
    }
    let mut url = app_url("probe-a", "/");
    for _ in 0..5 {
        let answer = person.get(&url).await;
        url = answer.header(LOCATION.as_str()).to_owned();
        if url.contains("/.atoll/enter") {
            return Entrance { person, url };
        }
    }
    panic!("no code was issued; the last address was `{url}`");
}

fn assert_turned_away(answer: &atoll_tests::Answer, how: &str) {
    let let_in = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .any(|line| line.to_str().is_ok_and(|l| l.contains(APP_COOKIE) && !l.contains("Max-Age=0")));
    assert!(!let_in && !answer.text.contains("<h1>Probe</h1>"), "the code worked {how}: {answer:?}");
}

#[tokio::test]
async fn logging_out_at_the_console_ends_the_session_at_the_app_at_once() {
    let (stack, _user) = Stack::with_probes().await;
    let leaver = stack.user("leaver").await;
    stack.grant("probe-a", "leaver").await;
    Probe::opened("probe-a", &leaver).await;
    leaver.get_at("probe-a", "/echo").await.expect_status(200);
    leaver.api(Method::DELETE, "/session", None).await.expect_status(204);
    assert_ne!(leaver.get_at("probe-a", "/echo").await.status, 200);
}

#[tokio::test]
async fn a_revoked_grant_shuts_the_app_and_its_open_sockets_within_a_second() {
    let (stack, _user) = Stack::with_probes().await;
    let guest = stack.user("guest").await;
    stack.grant("probe-a", "guest").await;
    Probe::opened("probe-a", &guest).await;
    let mut socket = open_socket(COOKIE, guest.cookies(&app_host("probe-a"))).await;
    socket.send(Message::text("still there?")).await.expect("the socket is open");
    assert_eq!(socket.next().await.expect("an echo").expect("no error"), Message::text("still there?"));

    stack.revoke("probe-a", "guest").await;
    let ended = tokio::time::timeout(Duration::from_secs(1), async {
        while let Some(Ok(message)) = socket.next().await {
            if message.is_close() {
                break;
            }
        }
    });
    ended.await.expect("an open socket must be closed within a second");
    assert_ne!(guest.get_at("probe-a", "/echo").await.status, 200);
}

/// A WebSocket to `probe-a`, opened by whoever can show this credential.
pub(crate) async fn open_socket(
    header: HeaderName,
    credential: String,
) -> tokio_tungstenite::WebSocketStream<tokio::net::TcpStream> {
    let url = app_url("probe-a", "/ws").replacen("http", "ws", 1);
    let mut request = url.into_client_request().expect("an address");
    let headers = request.headers_mut();
    headers.insert(header, credential.parse().expect("a header"));
    headers.insert(ORIGIN, app_url("probe-a", "").parse().expect("a header"));
    let port =
        reqwest::Url::parse(&base_url()).ok().and_then(|url| url.port_or_known_default()).expect("a port");
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.expect("the gateway listens");
    tokio_tungstenite::client_async(request, stream).await.expect("the app speaks WebSocket").0
}

#[tokio::test]
async fn a_page_of_an_app_cannot_act_on_the_console() {
    let (stack, _user) = Stack::with_probes().await;
    let wish = Some(
        json!({"name": "Mallory", "email": "mallory@example.com", "password": "long enough to pass", "role": "admin"}),
    );
    for (header, value) in [("origin", app_url("probe-a", "")), ("sec-fetch-site", "same-site".into())] {
        let url = format!("{}/api/v1/users", base_url());
        let request = stack.admin.request(Method::POST, &url).header(header, value).json(&wish);
        let answer = stack.admin.send(request).await.expect_status(403).json();
        assert_eq!(answer["type"], "urn:atoll:problem:cross-origin", "{answer}");
    }
}
