-- Accounts that people ask for without an invitation. There is none until the
-- link in a mail to the address was followed; tokens are kept as hashes only.

CREATE TABLE sign_ups (
    token_hash    {bytes} PRIMARY KEY,
    name          {bytes} NOT NULL,
    email         {bytes} NOT NULL,
    email_index   {bytes} NOT NULL,
    password_hash TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    expires_at    BIGINT NOT NULL
);

CREATE INDEX sign_ups_email ON sign_ups (email_index);

-- Who used an invitation: for them it goes on leading to the same conversation.
-- A sign-up uses it before the account is there.
ALTER TABLE invitations ADD COLUMN used_by {uuid} REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED;
