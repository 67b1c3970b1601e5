-- What people ask of those who run the service. A ticket is an account's, or
-- comes with an address; then its answers are read by links that were mailed.

CREATE TABLE tickets (
    id          {uuid} PRIMARY KEY,
    account_id  {uuid} REFERENCES accounts (id),
    address     {bytes},
    kind        TEXT NOT NULL,
    status      TEXT NOT NULL,
    body        {bytes} NOT NULL,
    diagnostics {bytes},
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

CREATE INDEX tickets_account ON tickets (account_id, updated_at);
CREATE INDEX tickets_status ON tickets (status, updated_at, id);
CREATE INDEX tickets_updated ON tickets (updated_at, id);

CREATE TABLE ticket_replies (
    ticket_id  {uuid} NOT NULL REFERENCES tickets (id),
    id         {uuid} NOT NULL,
    number     BIGINT NOT NULL,
    author_id  {uuid},
    support    BOOLEAN NOT NULL,
    body       {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (ticket_id, id),
    UNIQUE (ticket_id, number)
);

CREATE TABLE ticket_links (
    token_hash {bytes} PRIMARY KEY,
    ticket_id  {uuid} NOT NULL REFERENCES tickets (id),
    expires_at BIGINT NOT NULL
);

CREATE INDEX ticket_links_ticket ON ticket_links (ticket_id);
