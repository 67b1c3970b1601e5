-- Other addresses that people want for their account, one at most for each. Until
-- the code that was mailed there is given, a change expires; then it takes effect,
-- at once or at a time of its own. Codes are kept as keyed hashes only.

CREATE TABLE email_changes (
    account_id   {uuid} PRIMARY KEY REFERENCES accounts (id),
    id           {uuid} NOT NULL,
    email        {bytes} NOT NULL,
    code_hash    {bytes} NOT NULL,
    created_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    effective_at BIGINT NOT NULL DEFAULT 0
);
