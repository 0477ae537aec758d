//! `/healthz`, `/readyz`, `/metrics` and the API's description.

use reqwest::Method;

use crate::support::{Answer, Atoll};

#[tokio::test]
async fn the_process_is_alive_also_when_its_engine_is_away() {
    let atoll = Atoll::start().await;
    let at = async |path: &str| Answer::of(atoll.anonymous().request_at(Method::GET, path)).await;
    assert_eq!(at("/healthz").await.status, 200);
    let ready = at("/readyz").await;
    assert_eq!(ready.status, 503, "{ready:?}");
    let checks = ready.json();
    assert_eq!(
        (&checks["database"], &checks["policy"], &checks["engine"]),
        (&true.into(), &true.into(), &false.into())
    );
}

#[tokio::test]
async fn requests_are_counted_by_route_and_not_by_address() {
    atoll_controlplane::telemetry::metrics();
    let (atoll, admin) = Atoll::set_up().await;
    admin.get("/users/01234567-89ab-7def-8123-456789abcdef").await;
    let metrics = Answer::of(atoll.anonymous().request_at(Method::GET, "/metrics")).await.text;
    let line = r#"atoll_http_requests_total{method="GET",route="/api/v1/users/{id}",status="404"} 1"#;
    assert!(metrics.contains(line), "{metrics}");
    assert!(!metrics.contains("01234567"), "{metrics}");
}

#[tokio::test]
async fn the_description_is_served_to_anybody() {
    let atoll = Atoll::start().await;
    let described = atoll.anonymous().get("/openapi.json").await.json();
    assert_eq!(described["openapi"], "3.1.0");
    assert!(described["paths"]["/api/v1/session"]["delete"].is_object());
}
