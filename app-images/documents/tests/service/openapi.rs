//! The committed description of the interface is the served one: the page's client is generated from it.

use std::path::Path;
use std::{env, fs};

#[test]
fn the_committed_openapi_document_is_the_served_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let (_, description) = atoll_documents::api::router();
    let current = description.to_pretty_json().unwrap() + "\n";
    if env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(&file, &current).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == current, "openapi.json is out of date: run this test once with UPDATE_OPENAPI=1");
}
