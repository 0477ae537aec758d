-- Tokens by which programs act for a person. Only their hashes are kept: a token has so much randomness in it that
-- nobody can search for it by hashing, as they could for a password.

create table access_tokens (
    id           text   not null,
    user_id      text   not null,
    name         text   not null,
    scopes       text   not null,
    token_hash   text   not null,
    created_at   bigint not null,
    expires_at   bigint,
    last_used_at bigint,
    constraint access_tokens_pk primary key (id),
    constraint access_tokens_hash_unique unique (token_hash),
    constraint access_tokens_user_fk foreign key (user_id) references users (id) on delete cascade
);
create index access_tokens_by_user on access_tokens (user_id);
