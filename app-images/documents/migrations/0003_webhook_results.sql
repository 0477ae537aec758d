-- What became of the last attempt to tell a webhook something: its owner sees whether it works.
alter table webhooks add column last_at integer;
-- Why it failed; null if it did not.
alter table webhooks add column last_problem text;
