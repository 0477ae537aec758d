-- What filters look at, in the order of upload: a list is narrowed and counted without reading the documents themselves,
-- which are twenty times as large. `trashed_at` is always null in these indexes; it stands there because a statement that
-- names it would read the document otherwise.

create index documents_filtered
    on documents (owner, seq, status, document_type, doc_date, sender_key, amount, id, trashed_at)
    where trashed_at is null;
drop index documents_newest;

drop index documents_by_facet;
create index documents_by_facet on documents (owner, document_type, status, sender, trashed_at)
    where trashed_at is null;
