-- What is installed, the secrets that apps were given, and the operations that were done to them.
-- Words are those of the API; lists are JSON text, because nothing is ever looked for inside them.

create table installations (
    app             text   not null,
    instance        text   not null,
    version         text   not null,
    network_index   bigint not null,
    desired         text   not null,
    volumes         text   not null,
    adopted_volumes text   not null,
    verdict         text,
    differences     text,
    verified_at     bigint,
    installed_at    bigint not null,
    constraint installations_pk primary key (app, instance),
    constraint installations_network_index_unique unique (network_index),
    constraint installations_network_index_natural check (network_index >= 0),
    constraint installations_desired_known check (desired in ('running', 'stopped')),
    constraint installations_verdict_known check (verdict in ('verified', 'differs'))
);

-- Not tied to an installation: a secret stays as long as the volumes whose data it opens.
create table installation_secrets (
    app        text   not null,
    instance   text   not null,
    name       text   not null,
    sealed     text   not null,
    created_at bigint not null,
    constraint installation_secrets_pk primary key (app, instance, name)
);

create table operations (
    id            text   not null,
    app           text   not null,
    instance      text   not null,
    kind          text   not null,
    state         text   not null,
    volumes       text   not null,
    error_message text,
    error_cure    text,
    created_by    text   not null,
    created_at    bigint not null,
    finished_at   bigint,
    constraint operations_pk primary key (id),
    constraint operations_kind_known check (kind in ('install', 'start', 'stop', 'remove')),
    constraint operations_state_known check (state in ('queued', 'running', 'succeeded', 'failed')),
    constraint operations_volumes_known check (volumes in ('keep', 'delete'))
);
create unique index operations_one_at_a_time on operations (app, instance) where state in ('queued', 'running');
create index operations_by_app on operations (app, id);

create table operation_steps (
    operation_id   text   not null,
    position       bigint not null,
    name           text   not null,
    title          text   not null,
    state          text   not null,
    detail         text,
    progress_done  bigint,
    progress_total bigint,
    progress_unit  text,
    started_at     bigint,
    finished_at    bigint,
    constraint operation_steps_pk primary key (operation_id, position),
    constraint operation_steps_operation_fk foreign key (operation_id) references operations (id) on delete cascade,
    constraint operation_steps_state_known check (state in ('pending', 'running', 'done', 'failed', 'skipped'))
);
