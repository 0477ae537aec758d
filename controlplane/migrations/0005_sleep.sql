-- An app that should run may sleep while nobody uses it; the next request wakes it, also after a restart of ours.
alter table installations add column asleep bigint not null default 0;
