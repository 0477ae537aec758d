//! The hot path: every request of a person to an app passes here.
