//! End-to-end tests of Atoll.
