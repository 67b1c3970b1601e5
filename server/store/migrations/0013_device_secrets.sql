-- A device keeps its last few secrets: what it sealed under one of before may
-- still wait there. Those from before this version have no time.

CREATE TABLE device_secrets_new (
    device_id  {uuid} NOT NULL REFERENCES devices (id),
    created_at BIGINT NOT NULL,
    secret     {bytes} NOT NULL,
    PRIMARY KEY (device_id, created_at)
);

INSERT INTO device_secrets_new (device_id, created_at, secret) SELECT device_id, 0, secret FROM device_secrets;

DROP TABLE device_secrets;

ALTER TABLE device_secrets_new RENAME TO device_secrets;
