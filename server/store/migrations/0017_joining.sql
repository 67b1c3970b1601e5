-- How therapists and their colleagues join. What an application says is one
-- sealed text, and so are the operator's own words about it.

CREATE TABLE applications (
    id          {uuid} PRIMARY KEY,
    status      TEXT NOT NULL,
    details     {bytes} NOT NULL,
    reason      TEXT NOT NULL,
    words       {bytes},
    token_hash  {bytes} UNIQUE,
    told_until  BIGINT NOT NULL,
    founded_id  {uuid} REFERENCES practices (id), -- the practice it made
    created_at  BIGINT NOT NULL,
    decided_at  BIGINT NOT NULL
);

CREATE INDEX applications_status ON applications (status, created_at);

-- Invitations to work in a practice. Where no account is named as the one that
-- invites, it was the operator.
CREATE TABLE staff_invitations (
    practice_id {uuid} NOT NULL REFERENCES practices (id),
    id          {uuid} NOT NULL,
    token_hash  {bytes} NOT NULL UNIQUE,
    roles       TEXT NOT NULL,
    name        {bytes} NOT NULL,
    inviter_id  {uuid} REFERENCES accounts (id),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    used_at     BIGINT,
    used_by     {uuid} REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (practice_id, id)
);

-- 0 unless it is suspended.
ALTER TABLE practices ADD COLUMN suspended_at BIGINT NOT NULL DEFAULT 0;

-- Memberships anew, for roles that are not listed here.
CREATE TABLE memberships_new (
    practice_id   {uuid} NOT NULL REFERENCES practices (id),
    account_id    {uuid} NOT NULL REFERENCES accounts (id),
    role          TEXT NOT NULL,
    read_receipts BOOLEAN NOT NULL,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (practice_id, account_id, role)
);

INSERT INTO memberships_new (practice_id, account_id, role, read_receipts, created_at)
SELECT practice_id, account_id, role, read_receipts, created_at FROM memberships;

DROP TABLE memberships;

ALTER TABLE memberships_new RENAME TO memberships;

CREATE INDEX memberships_account ON memberships (account_id);
