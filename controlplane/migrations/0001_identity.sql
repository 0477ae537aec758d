-- Who there is, who is signed in, who may open what, and what has been done.
-- Times are epoch milliseconds, ids are UUIDv7 text, truth values are 0 and 1: one form for SQLite and PostgreSQL.

create table users (
    id            text   not null,
    role          text   not null,
    disabled      bigint not null,
    password_hash text   not null,
    created_at    bigint not null,
    last_login_at bigint,
    constraint users_pk primary key (id),
    constraint users_role_known check (role in ('admin', 'member')),
    constraint users_disabled_truth check (disabled in (0, 1))
);

create table profiles (
    user_id   text not null,
    name      text not null,
    email     text not null,
    email_key text not null,
    constraint profiles_pk primary key (user_id),
    constraint profiles_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint profiles_email_key_unique unique (email_key)
);

create table sessions (
    id         text   not null,
    user_id    text   not null,
    audience   text   not null,
    parent_id  text,
    issued_at  bigint not null,
    expires_at bigint not null,
    constraint sessions_pk primary key (id),
    constraint sessions_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint sessions_parent_fk foreign key (parent_id) references sessions (id) on delete cascade
);
create index sessions_by_user on sessions (user_id);
create index sessions_by_parent on sessions (parent_id);
create index sessions_by_expiry on sessions (expires_at);

create table user_app_permissions (
    user_id    text   not null,
    app_key    text   not null,
    role       text   not null,
    granted_at bigint not null,
    constraint user_app_permissions_pk primary key (user_id, app_key),
    constraint user_app_permissions_user_fk foreign key (user_id) references users (id) on delete cascade
);
create index user_app_permissions_by_app on user_app_permissions (app_key);

create table setup_codes (
    code_hash  text   not null,
    expires_at bigint not null,
    constraint setup_codes_pk primary key (code_hash)
);

create table audit_events (
    position      bigint not null,
    id            text   not null,
    at            bigint not null,
    actor         text,
    action        text   not null,
    subject       text   not null,
    outcome       text   not null,
    detail        text   not null,
    previous_hash text   not null,
    hash          text   not null,
    constraint audit_events_pk primary key (position),
    constraint audit_events_id_unique unique (id)
);
