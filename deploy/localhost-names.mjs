// Lets Node resolve *.localhost to this machine, as browsers do (RFC 6761, section 6.3); many systems' resolvers do not.
// Loaded with `node --import`, for development only.

import dns from 'node:dns';

const lookup = dns.lookup;
const here = (name) => (name === 'localhost' || name.endsWith('.localhost') ? '127.0.0.1' : name);
dns.lookup = (name, ...rest) => lookup(here(name), ...rest);
