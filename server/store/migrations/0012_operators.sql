-- Who looks after the product itself, and belongs to no practice.

CREATE TABLE operators (
    account_id {uuid} PRIMARY KEY REFERENCES accounts (id),
    created_at BIGINT NOT NULL
);
