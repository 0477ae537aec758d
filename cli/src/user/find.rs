//! Which person is meant.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    api::{Answer, Api, view},
    failure::Failure,
};

#[derive(Debug, Deserialize)]
struct RawUsers {
    users: Vec<Value>,
}

/// The person with this e-mail address or id.
pub(crate) async fn user(api: &Api, wanted: &str) -> Result<Answer<view::User>, Failure> {
    let answer = api.get::<RawUsers>(&["users"]).await?;
    let unreadable = |error: serde_json::Error| Failure::because("could not read the list of people", &error);
    for raw in answer.view.users {
        let view = view::User::deserialize(&raw).map_err(unreadable)?;
        if view.id == wanted || view.email.to_lowercase() == wanted.to_lowercase() {
            return Ok(Answer { raw, view });
        }
    }
    Err(Failure::new(format!("there is nobody with the address or id `{wanted}`"))
        .cure("`atoll user list` shows everybody; `atoll user add` adds a person"))
}
