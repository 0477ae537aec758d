-- What documents are about, how their owners sort them, how they are found, and what became of them.
--
-- Facts are kept twice: as they were found and as they were edited (JSON, which together are the truth), and as columns
-- of what holds, for filters and sorting. Everything is written in the transaction that stores the text.
-- All documents are read again, because reading now finds more: facts, electronic invoices, the text of scans.

-- Orders documents by upload and names them in the search index; made of the id's time and counter (DocumentId::order).
alter table documents add column seq integer not null default 0;
alter table documents add column trashed_at integer;
alter table documents add column found text not null default '{}';
alter table documents add column edits text not null default '{}';
alter table documents add column document_type text;
-- YYYY-MM-DD.
alter table documents add column doc_date text;
alter table documents add column sender text;
-- The total in ten-thousandths, so that amounts compare exactly whatever their decimals.
alter table documents add column amount integer;
-- Title (or name) and sender without case and accents.
alter table documents add column title_key text not null default '';
alter table documents add column sender_key text;
-- What lists are sorted by: documents that lack the fact come last.
alter table documents add column date_up text generated always as (ifnull(doc_date, '~')) virtual;
alter table documents add column date_down text generated always as (ifnull(doc_date, '')) virtual;
alter table documents add column sender_up text generated always as (ifnull(sender_key, char(1114111))) virtual;
alter table documents add column amount_down integer
    generated always as (ifnull(amount, -9223372036854775807)) virtual;

alter table documents add column ai_status text not null default 'off'
    constraint documents_ai_status_is_known check (ai_status in ('off', 'waiting', 'done', 'failed'));
alter table documents add column ai_reason text;
alter table documents add column ai_provider text;
alter table documents add column ai_model text;
alter table documents add column ai_input_tokens integer;
alter table documents add column ai_output_tokens integer;
alter table documents add column ai_took_ms integer;
alter table documents add column ai_attempts integer not null default 0;
alter table documents add column ai_not_before integer not null default 0;

with recursive digits (id, hex, at, value) as (
    select id, substr(id, 1, 8) || substr(id, 10, 4) || substr(id, 16, 3) || substr(id, 21, 2), 1, 0
    from documents
    union all
    select id, hex, at + 1, (value << 4) | (instr('0123456789abcdef', substr(hex, at, 1)) - 1)
    from digits where at <= 17
)
update documents set seq = value, title_key = lower(name)
from (select id as digits_id, value from digits where at = 18) where digits_id = documents.id;

-- Two that arrived within one millisecond may have got the same place.
update documents set seq = seq + nth
from (select id as twin_id, row_number() over (partition by seq order by id) - 1 as nth from documents)
where twin_id = documents.id and nth > 0;

update documents set status = 'queued', failure = null, attempts = 0, not_before = 0;

create unique index documents_by_seq on documents (seq);
create index documents_newest on documents (owner, seq) where trashed_at is null;
create index documents_by_date_up on documents (owner, date_up, seq) where trashed_at is null;
create index documents_by_date_down on documents (owner, date_down, seq) where trashed_at is null;
create index documents_by_title on documents (owner, title_key, seq) where trashed_at is null;
create index documents_by_sender on documents (owner, sender_up, seq) where trashed_at is null;
create index documents_by_amount on documents (owner, amount_down, seq) where trashed_at is null;
create index documents_by_facet on documents (owner, document_type, status, sender) where trashed_at is null;
create index documents_in_trash on documents (trashed_at) where trashed_at is not null;
create index documents_waiting_by_owner on documents (owner, seq, not_before)
    where status = 'queued' and trashed_at is null;
create index documents_waiting_for_ai on documents (ai_not_before, seq)
    where ai_status = 'waiting' and trashed_at is null;
drop index documents_waiting;
drop index documents_by_owner;

-- When a document of each person was last taken from the queue: who waited longest is next.
create table queue_turns (
    owner text not null primary key,
    turn integer not null
) strict;

create table document_tags (
    document_id text not null references documents (id) on delete cascade,
    tag text not null,
    primary key (document_id, tag)
) strict, without rowid;
create index document_tags_by_tag on document_tags (tag, document_id);

create table categories (
    id text not null primary key,
    owner text not null,
    name text not null,
    -- Without case and accents: what must differ.
    name_key text not null,
    colour text not null,
    -- JSON: [{field, contains}]; any of them puts a document into the category.
    rules text not null default '[]',
    constraint categories_name_once_per_owner unique (owner, name_key),
    constraint categories_colour_is_hexadecimal check (length(colour) = 7)
) strict;

create table document_categories (
    document_id text not null references documents (id) on delete cascade,
    category_id text not null references categories (id) on delete cascade,
    -- 0, when a person took the document out: a rule does not put it back.
    present integer not null default 1,
    primary key (document_id, category_id),
    constraint document_categories_present_is_a_truth check (present in (0, 1))
) strict, without rowid;
create index document_categories_by_category on document_categories (category_id, present, document_id);

create table saved_views (
    id text not null primary key,
    owner text not null,
    name text not null,
    name_key text not null,
    -- JSON: the list's query.
    filter text not null,
    constraint saved_views_name_once_per_owner unique (owner, name_key)
) strict;

-- What changed, newest last. `who` is a person's name, or null for the service itself.
create table history (
    number integer not null primary key autoincrement,
    document_id text not null references documents (id) on delete cascade,
    at integer not null,
    who text,
    what text not null,
    field text,
    was text,
    became text,
    source text
) strict;
create index history_by_document on history (document_id, number);

-- Uploads in pieces; the bytes are in the folder of arriving files.
create table uploads (
    id text not null primary key,
    owner text not null,
    name text not null,
    bytes integer not null,
    sha256 blob,
    received integer not null default 0,
    expires_at integer not null
) strict;

create table webhooks (
    id text not null primary key,
    owner text not null,
    url text not null,
    secret text not null
) strict;

-- What is still to be told: written with the fact itself, removed when it was told or given up.
create table webhook_deliveries (
    id text not null primary key,
    webhook_id text not null references webhooks (id) on delete cascade,
    document_id text not null references documents (id) on delete cascade,
    attempts integer not null default 0,
    not_before integer not null default 0,
    constraint webhook_deliveries_tell_each_once unique (webhook_id, document_id)
) strict;
create index webhook_deliveries_due on webhook_deliveries (not_before);

-- One row for each document, by `seq`. It holds the index only, not the words a second time. The owner's id is a word of
-- the index too, so that a search does not walk through other people's documents.
create virtual table document_search using fts5 (
    owner, name, title, sender, body,
    content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
insert into document_search (rowid, owner, name, title, sender, body)
select seq, 'o' || lower(hex(owner)), name, '', '',
    ifnull((select group_concat(text, char(12) order by page) from page_texts where document_id = documents.id), '')
from documents;
create trigger documents_leave_the_index after delete on documents begin
    delete from document_search where rowid = old.seq;
end;
