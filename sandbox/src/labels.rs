//! The labels that every object of ours carries on an engine.

/// The app's id.
pub const APP: &str = "atoll.app";
/// The instance of the app.
pub const INSTANCE: &str = "atoll.instance";
/// The service, on containers.
pub const SERVICE: &str = "atoll.service";
/// The volume's name within the app, on volumes.
pub const VOLUME: &str = "atoll.volume";
/// The index of the island's network, decimal, on networks and containers.
pub const INDEX: &str = "atoll.index";
/// Hex SHA-256 of the rendered body without labels and without the values of holes: what was asked for.
pub const SPEC: &str = "atoll.spec";
/// The socket proxy's seal over the object's kind, name and other labels.
pub const SEAL: &str = "atoll.seal";
