//! The listening sockets: decides by host name between console and gateway.

pub mod guard;
pub mod host;
