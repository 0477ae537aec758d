-- Whether a document that was read can be searched in other programs, too: 'original' (the file as it came), 'copy' (with the
-- recognised words added) or 'no'. Null while there is no text, and for what was read before this was known.
alter table documents add column searchable text
    constraint documents_searchable_is_known check (searchable in ('original', 'copy', 'no'));
