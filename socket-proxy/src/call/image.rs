//! The calls below `/images`.

use super::Call;
use crate::{
    query::Query,
    refusal::{Reason, Refusal},
};

/// `fromImage` and `tag`, as the engine puts them together. Everything else that an image can be made from is absent.
pub(super) fn pull(query: &mut Query) -> Result<Call, Refusal> {
    for key in ["fromSrc", "repo", "message", "changes", "platform"] {
        query.neutral(key, &[])?;
    }
    let image = query.text("fromImage").unwrap_or_default();
    let tag = query.text("tag").unwrap_or_default();
    let reference = match tag.as_str() {
        "" => image,
        digest if digest.starts_with("sha256:") => format!("{image}@{digest}"),
        tag => format!("{image}:{tag}"),
    };
    if reference.is_empty() {
        return Err(Refusal::new(
            Reason::NoReference,
            "the query key `fromImage` is missing: say which image",
        ));
    }
    Ok(Call::ImagePull(reference))
}

pub(super) fn image(path: &[&str], query: &mut Query) -> Result<Option<Call>, Refusal> {
    match path {
        ["json"] => {
            // `only_ids` is of docker-py, and means nothing to engines since API 1.7.
            for key in ["all", "digests", "shared-size", "manifests", "only_ids"] {
                query.neutral(key, &["0", "1", "false", "true", "False", "True"])?;
            }
            query.neutral("filters", &["{}"])?;
            Ok(Some(Call::ImageList))
        }
        [name @ .., "json"] => {
            query.neutral("manifests", &["0", "false", "False"])?;
            Ok(Some(Call::ImageInspect(name.join("/"))))
        }
        _ => Ok(None),
    }
}
