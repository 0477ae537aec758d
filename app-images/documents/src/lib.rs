//! Documents: upload PDFs, read their text, download and delete them. An app for Atoll.
//!
//! The service trusts one thing, a verified `Atoll-Identity` token ([`identity`]), and every row and file belongs to
//! the user that it names. An upload is streamed to the disk ([`files`]), gets a row ([`store`]) and waits in the
//! queue ([`queue`]), which has it read in a caged child process ([`extraction`]). Pages are drawn
//! in such children too ([`pictures`]). What changes is told to its owner's open pages ([`changes`]).
//!
//! What is absent on purpose: no PDF is ever parsed in the service's own process, no request reaches a document
//! without its owner's id in the query, and nothing is fetched from anywhere but the identity keys and the AI provider
//! that an administrator chose ([`settings`], [`classification::provider`]).

pub mod api;
pub mod archive;
pub mod args;
pub mod changes;
pub mod classification;
mod data_lock;
pub mod document;
pub mod extraction;
pub mod files;
pub mod healthcheck;
pub mod housekeeping;
pub mod identity;
pub mod page;
pub mod paperless;
pub mod pictures;
pub mod problem;
pub mod queue;
pub mod request_log;
pub mod same_origin;
pub mod search;
pub mod security_headers;
pub mod server;
pub mod settings;
pub mod store;
pub mod webhooks;
