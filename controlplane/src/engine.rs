//! The container engine, reached through the socket proxy: speaks of islands, not of containers.
