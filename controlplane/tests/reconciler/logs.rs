//! An app's log.

use futures_util::StreamExt;

use crate::world::{World, id, in_time};

#[tokio::test]
async fn the_lines_of_all_services_come_in_the_order_of_time() {
    let world = World::new().await;
    world.installed("notes").await;
    world.engine.write_log("notes-main-web", 1, "2026-11-23T10:00:02Z two\n");
    world.engine.write_log("notes-main-web", 2, "2026-11-23T10:00:04Z four\n");
    world.engine.write_log("notes-main-db", 1, "2026-11-23T10:00:03Z three\n");
    let read = |lines: Vec<atoll_controlplane::engine::logs::LogLine>| {
        lines.into_iter().map(|line| format!("{} {}", line.service, line.line)).collect::<Vec<_>>()
    };
    let all = world.reconciler().logs(&id("notes"), None, 200).await.unwrap();
    assert_eq!(read(all), ["web two", "db three", "web four"]);
    let newest = world.reconciler().logs(&id("notes"), None, 2).await.unwrap();
    assert_eq!(read(newest), ["db three", "web four"]);
    let of_db = world.reconciler().logs(&id("notes"), Some(&"db".parse().unwrap()), 200).await.unwrap();
    assert_eq!(read(of_db), ["db three"]);
    let followed = world.reconciler().follow_logs(&id("notes"), None, 200).await.unwrap();
    assert_eq!(in_time(followed.count()).await, 3);
}

#[tokio::test]
async fn an_app_without_containers_has_no_lines() {
    let world = World::new().await;
    assert_eq!(world.reconciler().logs(&id("notes"), None, 200).await.unwrap(), []);
}
