//! `controlplane/openapi.json` is what the handlers say. The console's client is generated from it.

use std::{fs, path::Path};

#[test]
fn the_committed_description_is_what_the_handlers_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let mut said = serde_json::to_string_pretty(&atoll_controlplane::api::openapi()).unwrap();
    said.push('\n');
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &said).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == said,
        "the API has changed: UPDATE_SNAPSHOTS=1 cargo test -p atoll-controlplane --test openapi"
    );
}
