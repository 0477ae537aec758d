//! The server's side of HTTP/1.1: a small strict subset, read by one parser only.
//!
//! Because every serious hole of a filtering proxy is a difference between the bytes judged and the bytes
//! understood, there is one reader of a head here and nothing behind it: what it accepts is all there is. Bodies have
//! a `Content-Length` or do not exist, and the next byte after a body belongs to a head that is read as strictly.

pub(crate) mod answer;
pub(crate) mod connection;
pub(crate) mod head;
pub(crate) mod target;

pub(crate) use answer::{Answer, Body};
pub(crate) use head::Head;
