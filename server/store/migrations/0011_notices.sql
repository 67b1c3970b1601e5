-- What happened to an account's security, kept for devices that were away, and
-- up to when each device has shown its person what did.

CREATE TABLE notices (
    id          {uuid} PRIMARY KEY,
    account_id  {uuid} NOT NULL REFERENCES accounts (id),
    kind        TEXT NOT NULL,
    device_id   {uuid} REFERENCES devices (id),
    happened_at BIGINT NOT NULL
);

CREATE INDEX notices_account ON notices (account_id, happened_at);

ALTER TABLE devices ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
