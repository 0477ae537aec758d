-- Documents, the queue that reads them, and the text of their pages.
--
-- The queue is the set of rows with status 'queued': a document and its place in the queue cannot disagree.
-- Times are milliseconds since 1970, UTC.
create table documents (
    -- UUIDv7 in lower case with hyphens: later uploads sort later.
    id text not null primary key,
    owner text not null,
    name text not null,
    sha256 blob not null,
    bytes integer not null,
    uploaded_at integer not null,
    pages integer,
    status text not null default 'queued',
    failure text,
    -- How often reading has begun; given back when the service itself stopped it in good order.
    attempts integer not null default 0,
    -- Not to be read before this time: the pause after an attempt that was cut short.
    not_before integer not null default 0,
    constraint documents_once_per_owner unique (owner, sha256),
    constraint documents_id_is_a_uuid check (length(id) = 36),
    constraint documents_sha256_is_whole check (length(sha256) = 32),
    constraint documents_status_is_known check (status in ('queued', 'extracting', 'ready', 'failed')),
    constraint documents_failure_if_failed check ((status = 'failed') = (failure is not null))
) strict;

create index documents_by_owner on documents (owner, id desc);
create index documents_waiting on documents (status, id) where status in ('queued', 'extracting');

create table page_texts (
    document_id text not null references documents (id) on delete cascade,
    -- The first page is 1.
    page integer not null,
    text text not null,
    primary key (document_id, page)
) strict;
