//! An app that speaks HTTP/2 without TLS is asked in that tongue whether it is ready.

use atoll_controlplane::reconciler::{InstanceState, OperationState};

use crate::{
    fake_engine::Behaviour,
    world::{World, a_while},
};

#[tokio::test]
async fn an_app_that_speaks_http2_only_gets_ready_and_stays_so() {
    let mut world = World::at_rest().await;
    world.engine.behave("calls-main-web", Behaviour::AnswersByHttp2(200));
    world.start();
    world.installed("calls").await;
    world.ready("calls").await;
    world.engine.take_calls();
    world.freeze();
    // Longer than two unanswered questions would take to have it started again.
    for _ in 0..4 {
        world.advance(11);
        a_while().await;
    }
    let state = world.reconciler().island(&"calls".parse().unwrap()).borrow().clone();
    assert!(matches!(state, InstanceState::Ready { .. }), "{state:?}");
    assert_eq!(world.engine.take_calls(), Vec::<String>::new());
}

#[tokio::test]
async fn one_that_stops_answering_is_started_again() {
    let mut world = World::at_rest().await;
    world.engine.behave("calls-main-web", Behaviour::AnswersByHttp2(200));
    world.start();
    world.installed("calls").await;
    world.engine.take_calls();
    world.engine.silence("calls-main-web");
    world
        .until("it is started again", async || {
            let start = "POST /containers/atoll-calls-main-web/start";
            world.engine.take_calls().iter().any(|call| call == start)
        })
        .await;
    world.ready("calls").await;
}

#[tokio::test]
async fn one_that_is_not_well_says_so_by_its_status() {
    assert!(refusal(Behaviour::AnswersByHttp2(503)).await.contains("answers `/healthz` with status 503"));
}

#[tokio::test]
async fn one_that_speaks_http1_after_all_is_told_apart() {
    let told = refusal(Behaviour::Answers(200)).await;
    assert!(told.contains("does not speak HTTP/2 without TLS on port 50051"), "{told}");
    assert!(told.contains("http.appProtocol"), "{told}");
}

/// Why an install of an app that behaves so fails.
async fn refusal(behaviour: Behaviour) -> String {
    let mut world = World::at_rest().await;
    world.engine.behave("calls-main-web", behaviour);
    world.start();
    let operation = world.installed("calls").await;
    assert_eq!(operation.state, OperationState::Failed, "{operation:?}");
    operation.error.expect("a failed operation says why").message
}
