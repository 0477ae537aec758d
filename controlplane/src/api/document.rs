//! The frame of the API's description, and what is true of every call in it.

use utoipa::{
    OpenApi,
    openapi::{
        Content, OpenApi as Document, RefOr, Response, ResponseBuilder,
        path::{Operation, PathItem},
        schema::Ref,
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use super::{SESSION_COOKIE, problem};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Atoll",
        description = "The API of Atoll's control plane. Times are RFC 3339 in UTC, ids are UUIDv7. Every failure is a \
                       problem (RFC 9457). A change that is authenticated by the cookie needs `Sec-Fetch-Site: \
                       same-origin` or `Origin` equal to the base URL; one by a bearer token does not. A bearer token is an \
                       access token (`/profile/tokens`), which does what its scopes cover, or a session's.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "The console's own origin")),
    components(schemas(problem::Problem, problem::FieldError)),
    security(("cookie" = []), ("bearer" = [])),
    tags(
        (name = "identity", description = "Set-up, login and one's own profile"),
        (name = "apps", description = "What may be installed, what is, and what is done to it"),
        (name = "people", description = "Users and what they were given"),
        (name = "platform", description = "The platform itself"),
    )
)]
struct Head;

/// The description without calls.
pub(super) fn head() -> Document {
    Head::openapi()
}

/// Adds to every call what is true of all: how they are authenticated and how they fail.
pub(super) fn finish<S: Clone + Send + Sync + 'static>(mut router: OpenApiRouter<S>) -> OpenApiRouter<S> {
    let document = router.get_openapi_mut();
    if let Some(components) = &mut document.components {
        components.add_security_scheme(
            "cookie",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE))),
        );
        components.add_security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
        components.responses.insert("Problem".to_owned(), RefOr::T(problem_response()));
    }
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            let problem = RefOr::Ref(Ref::from_response_name("Problem"));
            operation.responses.responses.insert("default".to_owned(), problem);
        }
    }
    router
}

/// The calls of a path that exist.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn problem_response() -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new()
        .description("Why it failed and what to do about it")
        .content("application/problem+json", content)
        .build()
}
