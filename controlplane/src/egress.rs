//! The way out: a CONNECT proxy on the platform port of each island, with a list of hosts for each app.
