-- The documents of a category, of a tag and of a type in the order of upload: such a list is read and counted without walking
-- through all others.
-- `trashed_at` stands in the index as in `documents_filtered`.

alter table document_categories add column seq integer not null default 0;
update document_categories set seq = (select seq from documents where id = document_id);
drop index document_categories_by_category;
create index document_categories_by_category on document_categories (category_id, present, seq, document_id);

alter table document_tags add column seq integer not null default 0;
update document_tags set seq = (select seq from documents where id = document_id);
drop index document_tags_by_owner;
create index document_tags_by_owner on document_tags (owner, tag, seq, document_id);

create index documents_by_type
    on documents (owner, document_type, seq, status, doc_date, sender_key, amount, id, trashed_at)
    where trashed_at is null;
