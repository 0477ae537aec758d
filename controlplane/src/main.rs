//! `atoll-controlplane`: reads the arguments, starts the platform, stops it when told to.

fn main() {}
