//! What may run, and exactly how.
