//! Lists and searches.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::filter::FilterQuery;
use super::path::Parameters;
use super::{ApiState, DocumentView};
use crate::identity::Caller;
use crate::problem::{ApiError, Problem};
use crate::search::{Cursor, Piece};
use crate::store::{Listed, Request};

/// How many documents a list holds when the caller does not say.
const DEFAULT_LIMIT: u32 = 50;
/// How many it holds at most.
const MOST_LIMIT: u32 = 200;

/// Which part of which list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Words to look for: beginnings of words, "phrases", -words to leave out.
    q: Option<String>,
    /// `queued`, `extracting`, `ready` or `failed`.
    status: Option<String>,
    /// A document type's code.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    document_type: Option<String>,
    /// A category's id, or `none` for documents in no category.
    category: Option<String>,
    /// A tag.
    tag: Option<String>,
    /// Dated on this day (YYYY-MM-DD) or later.
    from: Option<String>,
    /// Dated on this day or earlier.
    to: Option<String>,
    /// The sender contains this, without case and accents.
    sender: Option<String>,
    /// The least total.
    min: Option<String>,
    /// The greatest total.
    max: Option<String>,
    /// Those in the trash instead of the others.
    trashed: Option<bool>,
    /// `newest` (the default), `oldest`, `date`, `-date`, `title`, `sender`, `amount` or, the default when words are looked
    /// for, `relevance`: first what bears the words in its name, title, sender or number, then the other matches, both newest
    /// first.
    sort: Option<String>,
    /// How many at most: 1 to 200, 50 if absent.
    limit: Option<u32>,
    /// Go on where a list ended: its `next`.
    after: Option<String>,
}

impl ListQuery {
    fn request(self) -> Result<Request, ApiError> {
        let query = FilterQuery {
            q: self.q,
            status: self.status,
            document_type: self.document_type,
            category: self.category,
            tag: self.tag,
            from: self.from,
            to: self.to,
            sender: self.sender,
            min: self.min,
            max: self.max,
            trashed: self.trashed,
            sort: self.sort,
        };
        let filter = query.filter()?;
        let sort = query.order(&filter)?;
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MOST_LIMIT).contains(&limit) {
            return Err(ApiError::Query(format!("`limit` must be 1 to {MOST_LIMIT}")));
        }
        let after = self.after.map(|text| {
            Cursor::read(&text, sort)
                .ok_or_else(|| ApiError::Query("`after` is not the `next` of this list".into()))
        });
        Ok(Request { filter, sort, after: after.transpose()?, limit })
    }
}

/// A document in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListedView {
    #[serde(flatten)]
    document: DocumentView,
    /// Where its text has the words that were looked for: pieces of plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Vec<Piece>>,
}

/// A part of the list of the caller's documents.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentList {
    /// In the order asked for.
    items: Vec<ListedView>,
    /// Give this as `after` for the next part; null at the end.
    #[schema(required)]
    next: Option<String>,
    /// How many there are in all; null for more than 10,000, and behind the first part of a list.
    #[schema(required)]
    total: Option<u64>,
}

/// Lists the caller's documents, or finds among them.
#[utoipa::path(get, path = "/api/documents", params(ListQuery), operation_id = "list_documents", responses(
    (status = OK, description = "A part of the list", body = DocumentList),
    (status = "4XX", description = "Why not", body = Problem, content_type = "application/problem+json"),
))]
pub(super) async fn list(
    State(state): State<ApiState>,
    caller: Caller,
    Parameters(query): Parameters<ListQuery>,
) -> Result<Json<DocumentList>, ApiError> {
    let part = state.store.list(caller.id(), &query.request()?).await?;
    Ok(Json(DocumentList {
        items: part.items.into_iter().map(ListedView::from).collect(),
        next: part.next.map(|next| next.write()),
        total: part.total,
    }))
}

impl From<Listed> for ListedView {
    fn from(listed: Listed) -> Self {
        Self { document: listed.document.into(), snippet: listed.snippet }
    }
}
