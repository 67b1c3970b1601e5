-- Instants are microseconds since 1970 in UTC. What a person wrote is bytes,
-- opaque to SQL. The practice leads every key of what belongs to one.

CREATE TABLE wrapped_keys (
    name       TEXT PRIMARY KEY,
    wrapped    {bytes} NOT NULL
);

CREATE TABLE practices (
    id         {uuid} PRIMARY KEY,
    name       {bytes} NOT NULL,
    demo       BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE accounts (
    id            {uuid} PRIMARY KEY,
    name          {bytes} NOT NULL,
    email         {bytes} NOT NULL,
    email_index   {bytes} NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL
);

CREATE TABLE login_sessions (
    id          {uuid} PRIMARY KEY,
    token_hash  {bytes} NOT NULL UNIQUE,
    account_id  {uuid} NOT NULL REFERENCES accounts (id),
    created_at  BIGINT NOT NULL,
    last_act_at BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    user_agent  {bytes} NOT NULL
);

CREATE INDEX login_sessions_account ON login_sessions (account_id);

CREATE TABLE memberships (
    practice_id   {uuid} NOT NULL REFERENCES practices (id),
    account_id    {uuid} NOT NULL REFERENCES accounts (id),
    role          TEXT NOT NULL CHECK (role IN ('client', 'therapist', 'admin')),
    read_receipts BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (practice_id, account_id, role)
);

CREATE INDEX memberships_account ON memberships (account_id);

CREATE TABLE invitations (
    practice_id  {uuid} NOT NULL REFERENCES practices (id),
    id           {uuid} NOT NULL,
    token_hash   {bytes} NOT NULL UNIQUE,
    therapist_id {uuid} NOT NULL REFERENCES accounts (id),
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    used_at      BIGINT,
    PRIMARY KEY (practice_id, id)
);

CREATE TABLE conversations (
    practice_id         {uuid} NOT NULL REFERENCES practices (id),
    id                  {uuid} NOT NULL UNIQUE,
    client_id           {uuid} NOT NULL REFERENCES accounts (id),
    therapist_id        {uuid} NOT NULL REFERENCES accounts (id),
    last_seq            BIGINT NOT NULL,
    rev                 BIGINT NOT NULL,
    client_read         BIGINT NOT NULL,
    client_delivered    BIGINT NOT NULL,
    client_unread       BIGINT NOT NULL,
    therapist_read      BIGINT NOT NULL,
    therapist_delivered BIGINT NOT NULL,
    therapist_unread    BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, client_id, therapist_id)
);

CREATE INDEX conversations_client ON conversations (client_id);
CREATE INDEX conversations_therapist ON conversations (therapist_id);

CREATE TABLE messages (
    practice_id     {uuid} NOT NULL,
    conversation_id {uuid} NOT NULL,
    seq             BIGINT NOT NULL,
    id              {uuid} NOT NULL,
    sender_id       {uuid} NOT NULL REFERENCES accounts (id),
    body            {bytes} NOT NULL,
    written_at      BIGINT NOT NULL,
    accepted_at     BIGINT NOT NULL,
    late            BOOLEAN NOT NULL,
    PRIMARY KEY (practice_id, conversation_id, seq),
    UNIQUE (practice_id, conversation_id, id),
    FOREIGN KEY (practice_id, conversation_id) REFERENCES conversations (practice_id, id)
);
