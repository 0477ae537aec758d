-- What a document is called has an index of its own, because a search shows first what bears the words in its name, title,
-- sender or number, and needs no score for that. The number is part of both indexes; they are made anew, which takes some
-- minutes with 100,000 documents. Tags, the trash and deliveries are found without walking through other people's.

drop trigger documents_leave_the_index;
drop table document_search;
create virtual table document_search using fts5 (
    owner, name, title, sender, number, body,
    content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
-- The same without the body.
create virtual table document_heads using fts5 (
    owner, name, title, sender, number,
    content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);
insert into document_heads (rowid, owner, name, title, sender, number)
select seq, 'o' || lower(hex(owner)), name,
    coalesce(edits ->> '$.facts.title.value', found ->> '$.title.value', ''), ifnull(sender, ''),
    coalesce(edits ->> '$.facts.number.value', found ->> '$.number.value', '')
from documents order by seq;
insert into document_search (rowid, owner, name, title, sender, number, body)
select seq, 'o' || lower(hex(owner)), name,
    coalesce(edits ->> '$.facts.title.value', found ->> '$.title.value', ''), ifnull(sender, ''),
    coalesce(edits ->> '$.facts.number.value', found ->> '$.number.value', ''),
    ifnull((select group_concat(text, char(12) order by page) from page_texts where document_id = documents.id), '')
from documents order by seq;
create trigger documents_leave_the_index after delete on documents begin
    delete from document_search where rowid = old.seq;
    delete from document_heads where rowid = old.seq;
end;

alter table document_tags add column owner text not null default '';
update document_tags set owner = (select owner from documents where id = document_id);
drop index document_tags_by_tag;
create index document_tags_by_owner on document_tags (owner, tag, document_id);

create index documents_in_trash_by_owner on documents (owner, seq) where trashed_at is not null;

drop index webhook_deliveries_due;
create index webhook_deliveries_in_order on webhook_deliveries (webhook_id, id, not_before);
