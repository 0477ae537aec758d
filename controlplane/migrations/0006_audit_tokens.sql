-- By which access token something was done, and not only for whom. The id stays when the token is gone.
alter table audit_events add column token text;
