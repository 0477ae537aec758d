//! Closes the difference between what is wanted and what runs.
