-- One-time codes with which a console session is continued on an app's origin.
-- A row is removed when its code is presented, rightly or wrongly, and goes with the session that it continues.

create table handoffs (
    code_hash  text   not null,
    user_id    text   not null,
    session_id text   not null,
    app        text   not null,
    state      text   not null,
    target     text   not null,
    expires_at bigint not null,
    constraint handoffs_pk primary key (code_hash),
    constraint handoffs_user_fk foreign key (user_id) references users (id) on delete cascade,
    constraint handoffs_session_fk foreign key (session_id) references sessions (id) on delete cascade
);
create index handoffs_by_session on handoffs (session_id);
create index handoffs_by_expiry on handoffs (expires_at);
