-- The sealed outbox: key pairs that devices seal to, and the secrets by which
-- devices are known.

CREATE TABLE ingest_keys (
    id         {uuid} PRIMARY KEY,
    seed       {bytes} NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE device_secrets (
    device_id {uuid} PRIMARY KEY REFERENCES devices (id),
    secret    {bytes} NOT NULL
);
