-- What people log in with besides a password, the browsers they do it on, and
-- what keeps others from guessing. Tokens and codes are kept as hashes only.

CREATE TABLE devices (
    id           {uuid} PRIMARY KEY,
    account_id   {uuid} NOT NULL REFERENCES accounts (id),
    token_hash   {bytes} NOT NULL,
    name         {bytes} NOT NULL,
    user_agent   {bytes} NOT NULL,
    created_at   BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    revoked_at   BIGINT
);

CREATE INDEX devices_account ON devices (account_id);
CREATE INDEX devices_token ON devices (token_hash);

-- Logins from before have no device and are whole; they end within hours.
ALTER TABLE login_sessions ADD COLUMN device_id {uuid} REFERENCES devices (id);
ALTER TABLE login_sessions ADD COLUMN stage TEXT NOT NULL DEFAULT 'full';
ALTER TABLE login_sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
-- The token before the newest, for requests that were under way meanwhile.
ALTER TABLE login_sessions ADD COLUMN old_token_hash {bytes};
ALTER TABLE login_sessions ADD COLUMN rotated_at BIGINT NOT NULL DEFAULT 0;

CREATE INDEX login_sessions_device ON login_sessions (device_id);
CREATE INDEX login_sessions_old_token ON login_sessions (old_token_hash);

-- A new secret takes the place of the one before when it is confirmed.
CREATE TABLE totps (
    account_id {uuid} PRIMARY KEY REFERENCES accounts (id),
    secret     {bytes},
    last_step  BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    new_secret {bytes}
);

CREATE TABLE passkeys (
    id              {uuid} PRIMARY KEY,
    account_id      {uuid} NOT NULL REFERENCES accounts (id),
    credential_hash {bytes} NOT NULL UNIQUE,
    credential      {bytes} NOT NULL,
    name            {bytes} NOT NULL,
    created_at      BIGINT NOT NULL,
    last_used_at    BIGINT NOT NULL
);

CREATE INDEX passkeys_account ON passkeys (account_id);

CREATE TABLE recovery_codes (
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    code_hash  {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (account_id, code_hash)
);

-- A passkey's question while its answer is awaited.
CREATE TABLE ceremonies (
    token_hash {bytes} PRIMARY KEY,
    purpose    TEXT NOT NULL,
    account_id {uuid} REFERENCES accounts (id),
    data       {bytes} NOT NULL,
    expires_at BIGINT NOT NULL
);

-- A reset has a new password while it waits to take effect.
CREATE TABLE password_resets (
    token_hash    {bytes} PRIMARY KEY,
    account_id    {uuid} NOT NULL REFERENCES accounts (id),
    by_operator   BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL,
    password_hash TEXT,
    effective_at  BIGINT
);

CREATE INDEX password_resets_account ON password_resets (account_id);

-- Failures in a row; the name is a keyed hash or the id of a device.
CREATE TABLE throttles (
    name      TEXT PRIMARY KEY,
    failures  BIGINT NOT NULL,
    failed_at BIGINT NOT NULL
);
